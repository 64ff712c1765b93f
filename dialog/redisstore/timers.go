package redisstore

import (
	"context"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// DueTimers lists timers that have fallen due, at most limit a partition, as
// envelopes ready to be delivered. The id is made of conversation, kind, key
// and due time, so that two nodes that find the same timer deliver one event.
// Timers are returned with an error when only some partitions could be read.
func (s *Store) DueTimers(ctx context.Context, now time.Time, limit int) ([]dialog.Envelope, error) {
	members, err := s.scan(ctx, s.keys.timers, now, limit)
	var list []dialog.Envelope
	for _, z := range members {
		parts := strings.Split(z.Member.(string), "\x1f")
		if len(parts) != 3 {
			continue
		}
		due := moment(int64(z.Score))
		list = append(list, dialog.Envelope{
			ID:           "timer/" + strings.Join(parts, "/") + "/" + strconv.FormatInt(int64(z.Score), 10),
			Conversation: parts[0],
			At:           now,
			Event: dialog.Event{
				Kind:  dialog.EventTimer,
				Timer: &dialog.TimerEvent{Kind: parts[1], Key: parts[2], Due: due},
			},
		})
	}
	return list, fail("scan timers", err)
}

// DropTimer removes a timer that still has this due time: one whose event was
// a repeat or was refused.
func (s *Store) DropTimer(ctx context.Context, conversation string, t dialog.TimerEvent) error {
	names := []string{s.keys.timers(Partition(conversation))}
	err := s.undue.Run(ctx, s.db, names, timerMember(conversation, t.Kind, t.Key), t.Due.UnixMilli()).Err()
	return fail("drop a timer of "+conversation, err)
}
