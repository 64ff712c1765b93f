package redisstore

import (
	"context"
	"slices"

	"warmline/dialog"
)

// Desk lists the conversations that wait for a human or have one, most urgent
// first. Only the fields that a queue shows are set. The list merges the
// partitions and is a hint: a claim is an event of the conversation.
func (s *Store) Desk(ctx context.Context) ([]dialog.Conversation, error) {
	fields, err := s.hashes(ctx, s.keys.desk)
	if err != nil {
		return nil, fail("list the desk", err)
	}
	list := make([]dialog.Conversation, 0, len(fields))
	for id, text := range fields {
		var e deskEntry
		if err := decode(text, &e); err != nil {
			return nil, broken("desk entry of "+id, err)
		}
		list = append(list, e.conversation(id))
	}
	slices.SortFunc(list, func(a, b dialog.Conversation) int {
		if a.Priority != b.Priority {
			return a.Priority - b.Priority
		}
		if c := a.QueuedAt.Compare(b.QueuedAt); c != 0 {
			return c
		}
		return slices.Compare([]byte(a.ID), []byte(b.ID))
	})
	return list, nil
}
