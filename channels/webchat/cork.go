package webchat

import (
	"net"
	"sync"
)

// Listen returns a listener whose connections can hold back what is written for
// a moment: what a turn has for a client, an acknowledgement and a few messages,
// then leaves in one system call instead of one for each frame. The server works
// over any other listener too.
func Listen(l net.Listener) net.Listener { return &corkListener{Listener: l} }

type corkListener struct {
	net.Listener
	rooms sync.Pool // of *[]byte, for what is held back: an idle connection keeps none
}

func (l *corkListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &corkConn{Conn: c, rooms: &l.rooms}, nil
}

// corkMost is how much is held back; more is written through.
const corkMost = 32 << 10

// corkConn is a connection that can be corked. The web socket's writer is the
// only one who corks; others may write at any time.
type corkConn struct {
	net.Conn
	mu     sync.Mutex
	corked bool
	held   *[]byte
	rooms  *sync.Pool
}

// Write holds back what is written while the connection is corked.
func (c *corkConn) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.corked {
		return c.Conn.Write(b)
	}
	*c.held = append(*c.held, b...)
	if len(*c.held) < corkMost {
		return len(b), nil
	}
	if err := c.release(); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (c *corkConn) cork() {
	c.mu.Lock()
	defer c.mu.Unlock()
	room, ok := c.rooms.Get().(*[]byte)
	if !ok {
		room = new([]byte)
	}
	c.corked, c.held = true, room
}

// uncork writes what was held back.
func (c *corkConn) uncork() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.release()
	if cap(*c.held) <= 2*corkMost {
		c.rooms.Put(c.held)
	}
	c.corked, c.held = false, nil
	return err
}

func (c *corkConn) release() error {
	if len(*c.held) == 0 {
		return nil
	}
	_, err := c.Conn.Write(*c.held)
	*c.held = (*c.held)[:0]
	return err
}
