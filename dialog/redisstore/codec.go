package redisstore

import (
	"encoding/json"
	"errors"
	"fmt"

	"warmline/dialog"
)

// stored is the version byte that leads every stored value. A reader refuses a
// version that it does not know: an older node must not guess at what a newer
// one wrote.
const stored byte = 1

// errVersion says that a stored value was written by another version.
var errVersion = errors.New("unknown version of a stored value")

func decode(b string, v any) error {
	if b == "" {
		return errors.New("empty stored value")
	}
	if b[0] != stored {
		return fmt.Errorf("%w: %d, this program knows %d", errVersion, b[0], stored)
	}
	return json.Unmarshal([]byte(b[1:]), v)
}

// deskEntry is what the desk's index holds of a conversation.
type deskEntry struct {
	Borrower  string             `json:"borrower,omitempty"`
	Revision  uint64             `json:"revision"`
	Seq       uint64             `json:"seq"`
	Epoch     uint64             `json:"epoch"`
	Owner     dialog.OwnerKind   `json:"owner"`
	Agent     string             `json:"agent,omitempty"`
	AgentName string             `json:"agent_name,omitempty"`
	Queue     string             `json:"queue,omitempty"`
	Priority  int                `json:"priority"`
	QueuedFor string             `json:"queued_for,omitempty"`
	QueuedAt  int64              `json:"queued_at"` // ms, 0 = not
	LastIn    int64              `json:"last_in"`   // likewise
	Locale    dialog.Locale      `json:"locale,omitempty"`
	Zone      string             `json:"zone,omitempty"`
	Channel   dialog.ChannelKind `json:"channel,omitempty"`
	Packs     []string           `json:"packs,omitempty"`
	Holds     []dialog.HoldKind  `json:"holds,omitempty"`
}

func deskEntryOf(c dialog.Conversation) deskEntry {
	e := deskEntry{
		Borrower: c.Borrower, Revision: c.Revision, Seq: c.Seq, Epoch: c.Epoch, Owner: c.Owner,
		Agent: c.Agent, AgentName: c.AgentName, Queue: c.Queue, Priority: c.Priority,
		QueuedFor: c.QueuedFor, QueuedAt: millis(c.QueuedAt), LastIn: millis(c.LastIn),
		Locale: c.Locale, Zone: c.Zone, Channel: c.Channel, Packs: c.Packs,
	}
	for _, h := range c.Holds {
		e.Holds = append(e.Holds, h.Kind)
	}
	return e
}

func (e deskEntry) conversation(id string) dialog.Conversation {
	c := dialog.Conversation{
		ID: id, Borrower: e.Borrower, Revision: e.Revision, Seq: e.Seq, Epoch: e.Epoch, Owner: e.Owner,
		Agent: e.Agent, AgentName: e.AgentName, Queue: e.Queue, Priority: e.Priority,
		QueuedFor: e.QueuedFor, QueuedAt: moment(e.QueuedAt), LastIn: moment(e.LastIn),
		Locale: e.Locale, Zone: e.Zone, Channel: e.Channel, Packs: e.Packs,
	}
	for _, h := range e.Holds {
		c.Holds = append(c.Holds, dialog.Hold{Kind: h})
	}
	return c
}
