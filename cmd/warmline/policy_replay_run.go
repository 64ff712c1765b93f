package main

import (
	"bufio"
	"fmt"
	"hash/maphash"
	"io"
	"runtime"
	"runtime/debug"
	"sync"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/turn"
)

// replay runs records again, each conversation from its beginning.
type replay struct {
	rules  policy.Rules
	seed   maphash.Seed
	shares []*share
	sum    replaySummary
}

// share is the conversations that one processor decodes and decides: nothing of
// them depends on another conversation.
type share struct {
	convs map[string]*replayed
	sum   replaySummary // of this share
}

// replayed is a conversation under the changed packs.
type replayed struct {
	state   dialog.Conversation
	pending dialog.Act // of the message that is still to be put into words
	message string     // its id
	facts   seen       // the facts that its last turn was decided on
	lost    bool       // its beginning, or a record between, is not in the journal
	differ  bool
}

func newReplayOf(rules policy.Rules) *replay {
	r := &replay{rules: rules, seed: maphash.MakeSeed(), sum: replaySummary{Kind: "replay", Rules: rules.Hash}}
	for range runtime.GOMAXPROCS(0) {
		r.shares = append(r.shares, &share{convs: map[string]*replayed{}})
	}
	return r
}

// batch is how many lines are read at a time, spread over the processors.
const batch = 512

// sparing is how much garbage may grow, in percent, before it is collected: a
// replay is short and makes much of it.
const sparing = 400

// lines is one batch of a journal: each line, and whose it is.
type lines struct {
	text  [][]byte
	whose []int // index of the share
	conv  []string
	err   error // what ended the reading, after these lines
}

// read replays a journal in its order. A batch is read ahead; the turns of a
// conversation are decided one after another, conversations beside each other.
func (r *replay) read(in io.Reader, found func(replayDiff) error) error {
	defer debug.SetGCPercent(debug.SetGCPercent(sparing))
	ahead := make(chan lines, 1)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		defer close(ahead)
		r.batches(in, func(l lines) bool {
			select {
			case ahead <- l:
				return true
			case <-stop:
				return false
			}
		})
	}()
	for l := range ahead {
		diffs, err := r.decide(&l)
		if err != nil {
			return err
		}
		for _, diff := range diffs {
			if diff == nil {
				continue
			}
			if err := found(*diff); err != nil {
				return err
			}
		}
		if l.err != nil {
			return l.err
		}
	}
	return nil
}

// batches reads lines and says whose each is. The last batch carries what went
// wrong.
func (r *replay) batches(in io.Reader, take func(lines) bool) {
	scan := bufio.NewScanner(in)
	scan.Buffer(make([]byte, 1<<20), 16<<20)
	var l lines
	var room []byte
	for scan.Scan() {
		if len(scan.Bytes()) == 0 {
			continue
		}
		if cap(room)-len(room) < len(scan.Bytes()) {
			room = make([]byte, 0, max(1<<20, len(scan.Bytes())))
		}
		start := len(room)
		room = append(room, scan.Bytes()...)
		line := room[start:len(room):len(room)]
		conv, err := conversationOf(line)
		if err != nil {
			l.err = err
			take(l)
			return
		}
		l.text, l.conv = append(l.text, line), append(l.conv, conv)
		l.whose = append(l.whose, int(maphash.String(r.seed, conv)%uint64(len(r.shares))))
		if len(l.text) == batch {
			if !take(l) {
				return
			}
			l = lines{}
		}
	}
	if err := scan.Err(); err != nil {
		l.err = fmt.Errorf("read the journal: %w", err)
	}
	if len(l.text) > 0 || l.err != nil {
		take(l)
	}
}

// decide runs a batch again and returns what differs, nil where nothing does, in
// the order of the records.
func (r *replay) decide(l *lines) ([]*replayDiff, error) {
	found := make([]*replayDiff, len(l.text))
	wrong := make([]error, len(r.shares))
	var going sync.WaitGroup
	for n, s := range r.shares {
		going.Go(func() {
			for i := range l.text {
				if l.whose[i] != n {
					continue
				}
				diff, err := s.line(r.rules, l.conv[i], l.text[i])
				if err != nil {
					wrong[n] = err
					return
				}
				found[i] = diff
			}
		})
	}
	going.Wait()
	r.sum.Turns, r.sum.Replayed, r.sum.Skipped, r.sum.Repeated, r.sum.Differ = 0, 0, 0, 0, 0
	for n, s := range r.shares {
		if wrong[n] != nil {
			return nil, wrong[n]
		}
		r.sum.Turns += s.sum.Turns
		r.sum.Replayed += s.sum.Replayed
		r.sum.Skipped += s.sum.Skipped
		r.sum.Repeated += s.sum.Repeated
		r.sum.Differ += s.sum.Differ
	}
	return found, nil
}

// line decodes a record and runs it again. Nil: nothing differs.
func (s *share) line(rules policy.Rules, id string, text []byte) (*replayDiff, error) {
	rec, err := s.decode(text)
	if err != nil {
		return nil, err
	}
	if rec.Envelope.Conversation != id {
		return nil, fmt.Errorf("read the journal: record of %q was taken for one of %q", rec.Envelope.Conversation, id)
	}
	return s.turn(rules, rec)
}

// turn runs one record again. A conversation can only be run from its beginning.
func (s *share) turn(rules policy.Rules, rec *recorded) (*replayDiff, error) {
	s.sum.Turns++
	id := rec.Envelope.Conversation
	c := s.convs[id]
	if c == nil {
		c = &replayed{state: freshConversation(rec.Envelope)}
		c.state.ID = id
		s.convs[id] = c
	}
	if rec.Revision <= c.state.Revision {
		s.sum.Repeated++
		return nil, nil
	}
	if c.lost = c.lost || rec.Revision != c.state.Revision+1; c.lost {
		s.sum.Skipped++
		return nil, nil
	}
	facts, err := c.facts.read(rec.Facts)
	if err != nil {
		return nil, err
	}
	s.sum.Replayed++
	ch := turn.Step(rules, c.state, rec.Envelope, *facts)
	c.state = ch.Next
	was := replayDecision{Acts: rec.Acts, Cancelled: rec.Cancelled, Stopped: rec.Fired}
	now := replayDecision{Acts: c.acts(ch), Cancelled: ch.Cancelled, Stopped: stopped(ch.Fired)}
	if rec.Offered.known {
		was.Offered, now.Offered = offers(rec.Offered.list, dialog.Offered(&ch))
	}
	if same(was, now) {
		return nil, nil
	}
	d := replayDiff{Conversation: id, Revision: rec.Revision, At: rec.Envelope.At, Event: rec.Envelope.Event.Kind,
		Follows: c.differ, Was: was, Now: now}
	c.differ = true
	s.sum.Differ++
	return &d, nil
}

// acts are the acts of a change, as the journal counts them: one that waited for
// its words counts again when it has them.
func (c *replayed) acts(ch dialog.Change) []dialog.ActKind {
	var acts []dialog.ActKind
	for i := range ch.Finals {
		m := &ch.Finals[i]
		if m.ID == c.message && c.message != "" && (m.Seq > 0 || m.Body.Text != "") {
			acts = append(acts, c.pending.Kind)
		}
	}
	for i := range ch.Messages {
		m := &ch.Messages[i]
		if m.Speaker == dialog.SpeakerBorrower || m.Act == nil {
			continue
		}
		acts = append(acts, m.Act.Kind)
		if m.Pending {
			c.pending, c.message = *m.Act, m.ID
		}
	}
	return acts
}
