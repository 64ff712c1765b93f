package webchat

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// counted counts the writes that reach the network.
type counted struct {
	net.Conn
	writes int
}

func (c *counted) Write(b []byte) (int, error) {
	c.writes++
	return c.Conn.Write(b)
}

func TestCorkHoldsBackAndLosesNothing(t *testing.T) {
	near, far := net.Pipe()
	count := &counted{Conn: near}
	c := &corkConn{Conn: count, rooms: &sync.Pool{}}
	got := make(chan string, 1)
	go func() {
		all, _ := io.ReadAll(far)
		got <- string(all)
	}()
	write := func(s string) {
		if _, err := c.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	write("a")
	c.cork()
	write("b")
	write("c")
	if count.writes != 1 {
		t.Errorf("%d writes while corked, expected the one before", count.writes)
	}
	if err := c.uncork(); err != nil {
		t.Fatal(err)
	}
	if count.writes != 2 {
		t.Errorf("%d writes, expected two", count.writes)
	}
	c.cork()
	long := strings.Repeat("d", corkMost)
	write(long)
	if count.writes != 3 {
		t.Errorf("%d writes: more than is held back must go through", count.writes)
	}
	if err := c.uncork(); err != nil {
		t.Fatal(err)
	}
	write("e")
	near.Close()
	if all := <-got; all != "abc"+long+"e" {
		t.Errorf("%d bytes arrived, not what was written", len(all))
	}
}
