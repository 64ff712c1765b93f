package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"warmline/dialog"
)

// Kinds of documents.
const (
	kindAccount  = "account"  // by id
	kindSession  = "session"  // by the hash of its token
	kindThrottle = "throttle" // by account and address
	kindSettings = "settings" // one
	kindPresence = "presence" // by account
	kindSpell    = "spell"    // by conversation
	kindOffer    = "offer"    // likewise
	kindSnooze   = "snooze"   // likewise
	kindHeld     = "held"     // legal holds, likewise
	kindErasure  = "erasure"  // requests that a rule does not let be fulfilled yet, likewise
	kindPage     = "page"     // by conversation
	kindDraft    = "draft"    // by account/conversation/kind
	kindLook     = "look"     // of an account: by conversation
	kindMention  = "mention"  // likewise
	kindRequest  = "request"  // by id
	kindFilter   = "filter"   // by id
	kindTomb     = "tomb"     // of a conversation: by sequence number
	kindReviewed = "reviewed" // missed handoffs that somebody has looked at
	kindFile     = "file"     // by id
	kindRoom     = "room"     // that files take: by conversation, and of all
	kindMarks    = "marks"    // by conversation
)

// Logs.
const (
	logAudit    = "audit"
	logHandoffs = "handoffs"
	logBlocked  = "blocked"
)

// of names the documents of a kind that belong to one account or conversation.
func of(kind, owner string) string { return kind + ":" + owner }

// errSame ends a change without writing.
var errSame = errors.New("nothing to change")

// casTries bounds how often a change is tried against other writers.
const casTries = 12

func load[T any](ctx context.Context, s Shelf, kind, id string) (value T, version uint64, err error) {
	data, version, err := s.Get(ctx, kind, id)
	if err != nil || version == 0 {
		return value, 0, err
	}
	if err := json.Unmarshal(data, &value); err != nil {
		return value, version, fmt.Errorf("read %s: %w", kind, err)
	}
	return value, version, nil
}

// must returns a document, or CodeNotFound.
func must[T any](ctx context.Context, s Shelf, kind, id string) (T, error) {
	value, version, err := load[T](ctx, s, kind, id)
	if err == nil && version == 0 {
		err = no(dialog.CodeNotFound, "gone")
	}
	return value, err
}

func loadAll[T any](ctx context.Context, s Shelf, kind string) (map[string]T, error) {
	raw, err := s.All(ctx, kind)
	if err != nil {
		return nil, err
	}
	all := make(map[string]T, len(raw))
	for id, data := range raw {
		var value T
		if err := json.Unmarshal(data, &value); err != nil {
			return nil, fmt.Errorf("read %s: %w", kind, err)
		}
		all[id] = value
	}
	return all, nil
}

// change reads a document, has it changed and writes it, again from the start
// when somebody else was faster. The function sees whether there was one.
func change[T any](ctx context.Context, s Shelf, kind, id string, f func(value *T, found bool) error) (T, error) {
	for range casTries {
		value, version, err := load[T](ctx, s, kind, id)
		if err != nil {
			return value, err
		}
		switch err := f(&value, version > 0); {
		case errors.Is(err, errSame):
			return value, nil
		case err != nil:
			return value, err
		}
		data, err := json.Marshal(value)
		if err != nil {
			return value, fmt.Errorf("write %s: %w", kind, err)
		}
		err = s.Put(ctx, kind, id, version, data)
		if err == nil || dialog.CodeOf(err) != dialog.CodeConflict {
			return value, err
		}
	}
	var none T
	return none, no(dialog.CodeUnavailable, "busy")
}

// put writes a document whatever was there.
func put[T any](ctx context.Context, s Shelf, kind, id string, value T) error {
	_, err := change(ctx, s, kind, id, func(v *T, _ bool) error { *v = value; return nil })
	return err
}

// remove deletes a document if it is there.
func remove(ctx context.Context, s Shelf, kind, id string) error {
	for range casTries {
		_, version, err := s.Get(ctx, kind, id)
		if err != nil || version == 0 {
			return err
		}
		err = s.Put(ctx, kind, id, version, nil)
		if err == nil || dialog.CodeOf(err) != dialog.CodeConflict {
			return err
		}
	}
	return no(dialog.CodeUnavailable, "busy")
}

// take removes a document and returns it; false when somebody else was faster.
func take[T any](ctx context.Context, s Shelf, kind, id string, is func(T) bool) (T, bool, error) {
	value, version, err := load[T](ctx, s, kind, id)
	if err != nil || version == 0 || !is(value) {
		return value, false, err
	}
	err = s.Put(ctx, kind, id, version, nil)
	if dialog.CodeOf(err) == dialog.CodeConflict {
		return value, false, nil
	}
	return value, err == nil, err
}
