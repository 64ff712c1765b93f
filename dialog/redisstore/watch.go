package redisstore

import (
	"context"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Hint says that a conversation has new messages, up to Seq, or that its desk
// entry changed. It is a wake-up only: hints are lost when a connection breaks.
// A hint without a conversation says so: anything may have changed, read again.
type Hint struct {
	Conversation string
	Seq          uint64
	Revision     uint64
	Desk         bool
	Own          bool // of a commit of this very node
}

// Watch delivers the hints of all conversations until ctx ends, then closes the
// channel. It survives reconnects. A reader that is slow gets several hints of
// one conversation as the last of them; nobody else waits for it.
func (s *Store) Watch(ctx context.Context) <-chan Hint {
	names := make([]string, hintChannels)
	for i := range names {
		names[i] = s.keys.hint(i)
	}
	sub := s.db.Subscribe(ctx, names...)
	out := make(chan Hint)
	go func() {
		defer close(out)
		defer sub.Close()
		relayHints(ctx, s.opts.Node, sub.ChannelWithSubscriptions(redis.WithChannelSize(1024)), out)
	}()
	return out
}

// relayHints keeps what was not read yet in order, one entry a conversation.
func relayHints(ctx context.Context, node string, in <-chan any, out chan<- Hint) {
	waiting := map[string]Hint{}
	var order []string
	for {
		var send chan<- Hint
		var head Hint
		if len(order) > 0 {
			send, head = out, waiting[order[0]]
		}
		select {
		case <-ctx.Done():
			return
		case send <- head:
			delete(waiting, order[0])
			order = order[1:]
		case m, ok := <-in:
			if !ok {
				return
			}
			h := hintIn(m, node)
			was, found := waiting[h.Conversation]
			if !found {
				order = append(order, h.Conversation)
			}
			h.Desk, h.Seq = h.Desk || was.Desk, max(h.Seq, was.Seq)
			h.Own = h.Own && (was.Own || !found)
			waiting[h.Conversation] = h
		}
	}
}

// hintIn reads a message; a confirmed subscription, the first one or one after
// a reconnect, is a hint without a conversation.
func hintIn(m any, node string) Hint {
	msg, ok := m.(*redis.Message)
	if !ok {
		return Hint{Desk: true}
	}
	parts := strings.Split(msg.Payload, " ")
	h := Hint{Conversation: parts[0], Desk: len(parts) > 4}
	if len(parts) > 3 {
		h.Own = parts[3] == node
		h.Seq, _ = strconv.ParseUint(parts[1], 10, 64)
		h.Revision, _ = strconv.ParseUint(parts[2], 10, 64)
	}
	return h
}
