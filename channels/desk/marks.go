package desk

import (
	"context"
	"slices"
	"sync"
	"time"

	"warmline/dialog"
)

// marks are how far a chat's lines have come, as the borrower's own clients and
// the channels say: never what could be concluded from an answer.
type marks struct {
	// Got and Seen are the last line that a widget had, and that was before the
	// person, by the level that it could read at.
	Got  [levels]uint64 `json:"got"`
	Seen [levels]uint64 `json:"seen"`
	// Taken are human lines that a channel which does not pull has accepted.
	Taken []uint64  `json:"taken,omitempty"`
	At    time.Time `json:"at"`
}

const levels = int(dialog.LevelThisAct) + 1

// takenKept bounds the lines that are remembered of one chat.
const takenKept = 500

// delivered reports whether a line is where the person can read it.
func (m *marks) delivered(seq uint64, level dialog.Level) bool {
	return slices.Contains(m.Taken, seq) || reached(m.Got, seq, level)
}

// read reports whether a line was before the person's eyes.
func (m *marks) read(seq uint64, level dialog.Level) bool { return reached(m.Seen, seq, level) }

// reached looks at the levels that may read a line: what was hidden was not got.
func reached(at [levels]uint64, seq uint64, level dialog.Level) bool {
	for l := max(0, int(level)); l < levels; l++ {
		if at[l] >= seq {
			return true
		}
	}
	return false
}

// lately remembers which chats are or were at the desk not long ago, and what
// this node has been told of their lines, so that the store is written only for
// news.
type lately struct {
	mu   sync.Mutex
	here map[string]time.Time
	told map[string]marks
}

func newLately() *lately { return &lately{here: map[string]time.Time{}, told: map[string]marks{}} }

// Bounds of what is remembered after a chat has left the desk.
const (
	marksAfter = 24 * time.Hour
	marksMost  = 20_000
)

// note says that a chat is at the desk, or has just left it: its last lines may
// yet be read.
func (l *lately) note(chat string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.here[chat]; !known && len(l.here) >= marksMost {
		for id, at := range l.here {
			if now.Sub(at) > marksAfter || len(l.here) >= marksMost {
				delete(l.here, id)
				delete(l.told, id)
			}
		}
	}
	l.here[chat] = now
}

// news reports whether a client has come further than this node knew.
func (l *lately) news(chat string, level dialog.Level, got, seen uint64) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.told[chat]
	if m.Got[level] >= got && m.Seen[level] >= seen {
		return false
	}
	m.Got[level], m.Seen[level] = max(m.Got[level], got), max(m.Seen[level], seen)
	l.told[chat] = m
	return true
}

// follows reports whether a chat's marks matter: it is at the desk, or was.
func (s *Server) follows(chat string) bool {
	if _, here := s.live.now.Load().rows[chat]; here {
		return true
	}
	s.lately.mu.Lock()
	defer s.lately.mu.Unlock()
	at, was := s.lately.here[chat]
	return was && s.opts.Wall().Sub(at) < marksAfter
}

// Witnessed takes in how far a borrower's widget has come. It does not block.
func (s *Server) Witnessed(chat string, level dialog.Level, got, seen uint64) {
	if level < 0 || int(level) >= levels || !s.follows(chat) || !s.lately.news(chat, level, got, seen) {
		return
	}
	s.mark(chat, note{K: "marks", Chat: chat, Level: level, Got: got, Seq: seen}, func(m *marks) bool {
		if m.Got[level] >= got && m.Seen[level] >= seen {
			return false
		}
		m.Got[level], m.Seen[level] = max(m.Got[level], got), max(m.Seen[level], seen)
		return true
	})
}

// Delivered takes in that a channel which does not pull has accepted a line of a
// human. It does not block.
func (s *Server) Delivered(chat string, seq uint64) {
	if seq == 0 || !s.follows(chat) {
		return
	}
	s.mark(chat, note{K: "marks", Chat: chat, Taken: seq}, func(m *marks) bool {
		if slices.Contains(m.Taken, seq) {
			return false
		}
		m.Taken = append(m.Taken, seq)
		m.Taken = m.Taken[max(0, len(m.Taken)-takenKept):]
		return true
	})
}

// mark keeps what is new about a chat's lines and tells every node.
func (s *Server) mark(chat string, n note, move func(*marks) bool) {
	s.going.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), lookTime)
		defer cancel()
		fresh := false
		_, err := change(ctx, s.opts.Shelf, kindMarks, chat, func(m *marks, _ bool) error {
			if fresh = move(m); !fresh {
				return errSame
			}
			m.At = s.opts.Wall().UTC()
			return nil
		})
		if err != nil {
			s.opts.Log.Warn("desk", "doing", "keep delivery marks", "error", err)
			return
		}
		if fresh {
			s.tell(ctx, n)
		}
	})
}
