package manager

import (
	"container/list"
	"sync"

	"warmline/dialog"
)

// state is a conversation as it was last committed, with its pending messages.
type state struct {
	conversation dialog.Conversation
	pending      []dialog.Message
}

// cache keeps the last committed states of the conversations that were active
// last. It only saves a load before a turn: the commit checks the revision, and
// nobody reads from it what a person is shown.
type cache struct {
	mu    sync.Mutex
	size  int
	order *list.List // most recent first
	byID  map[string]*list.Element
}

func newCache(size int) *cache {
	return &cache{size: size, order: list.New(), byID: map[string]*list.Element{}}
}

func (c *cache) get(id string) (state, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el, ok := c.byID[id]
	if !ok {
		return state{}, false
	}
	c.order.MoveToFront(el)
	return *el.Value.(*state), true
}

func (c *cache) put(s state) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := s.conversation.ID
	if el, ok := c.byID[id]; ok {
		*el.Value.(*state) = s
		c.order.MoveToFront(el)
		return
	}
	c.byID[id] = c.order.PushFront(&s)
	if c.order.Len() > c.size {
		oldest := c.order.Back()
		c.order.Remove(oldest)
		delete(c.byID, oldest.Value.(*state).conversation.ID)
	}
}

func (c *cache) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.byID[id]; ok {
		c.order.Remove(el)
		delete(c.byID, id)
	}
}
