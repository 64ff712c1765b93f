package webchat

import (
	"net"
	"sync"
)

// Listen returns a listener whose connections can hold back what is written for
// a moment: what a turn has for a client, an acknowledgement and a few messages,
// then leaves in one system call instead of one for each frame. The server works
// over any other listener too.
func Listen(l net.Listener) net.Listener { return corkListener{l} }

type corkListener struct{ net.Listener }

func (l corkListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &corkConn{Conn: c}, nil
}

// corkMost is how much is held back; more is written through.
const corkMost = 32 << 10

// corkConn is a connection that can be corked. The web socket's writer is the
// only one who corks; others may write at any time.
type corkConn struct {
	net.Conn
	mu     sync.Mutex
	corked bool
	held   []byte
}

// Write holds back what is written while the connection is corked.
func (c *corkConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.corked {
		return c.Conn.Write(b)
	}
	c.held = append(c.held, b...)
	if len(c.held) < corkMost {
		return len(b), nil
	}
	if err := c.release(); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (c *corkConn) cork() {
	c.mu.Lock()
	c.corked = true
	c.mu.Unlock()
}

// uncork writes what was held back.
func (c *corkConn) uncork() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.corked = false
	err := c.release()
	c.held = nil // an idle connection keeps no buffer
	return err
}

func (c *corkConn) release() error {
	if len(c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.held)
	c.held = c.held[:0]
	return err
}
