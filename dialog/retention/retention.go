package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
)

// Transcripts is the store as retention sees it.
type Transcripts interface {
	Load(ctx context.Context, conversation string) (dialog.Conversation, []dialog.Message, error)
	After(ctx context.Context, conversation string, seq uint64, limit int) ([]dialog.Message, error)
	EraseLine(ctx context.Context, conversation string, seq uint64, at time.Time) error
}

// Marks are what people said of a conversation: that nothing of it may be erased,
// and that the person asked for it.
type Marks interface {
	Held(ctx context.Context, conversation string) (bool, error)
	Requested(ctx context.Context, conversation string) (bool, error)
	// Fulfilled ends a request.
	Fulfilled(ctx context.Context, conversation string) error
}

// Judge says whether something may be erased, and what each rule says.
type Judge interface {
	Retention(packs []string, k rules.Kept, on dialog.Date) (bool, []policy.Judgement)
	IDs() []string
}

// Journal is the archive of journal records.
type Journal interface {
	// Prune takes records away that drop wants gone, from segments of which may
	// says that something in them could be: it is given when they were begun.
	Prune(ctx context.Context, may func(begun time.Time) bool, drop func(record []byte) bool) (int, error)
}

// Options are what a run is wired from. What is nil is left out.
type Options struct {
	Index   func(ctx context.Context, each func(ids []string) error) error // lists all conversations
	Lines   Transcripts
	Marks   Marks
	Judge   Judge
	Journal Journal
	Settled func(ctx context.Context, borrower string) *bool                      // nil result: nobody knows
	File    func(ctx context.Context, id string) error                            // takes an attachment away
	Forget  func(ctx context.Context, c *dialog.Conversation, at time.Time) error // its memory, when all its words are gone
	Record  func(ctx context.Context, entry []byte) error                         // keeps what is done, before it is
	Ours    func(ctx context.Context) error                                       // an error: this node should stop
	Trouble func(conversation string, err error)                                  // one conversation failed; the others go on
	Now     time.Time
	Dry     bool // nothing is erased, recorded or ended
}

// Summary is what a run came to.
type Summary struct {
	Dry           bool           `json:"dry"`
	Conversations int            `json:"conversations"`
	Erased        map[string]int `json:"erased"` // by class: chat, health_words, journal; what would be, when dry
	Held          int            `json:"held"`   // conversations of which nothing may go
	Busy          int            `json:"busy"`   // with a human, or a case or call under way
	Failed        int            `json:"failed"`
}

// Entry is the record of what was erased of a conversation.
type Entry struct {
	At           time.Time      `json:"at"`
	Conversation string         `json:"conversation,omitempty"`
	Requested    bool           `json:"requested,omitempty"`
	Lines        map[string]int `json:"lines"` // by class
	Rules        []string       `json:"rules"` // that were looked at and let it go
}

// page is how many lines are read at a time.
const page = 256

type run struct {
	Options
	sum  Summary
	seen map[string]bool
}

// Run goes through all conversations and the archive once. The error is what
// ended it early; a conversation that failed is counted and does not.
func Run(ctx context.Context, o Options) (Summary, error) {
	r := &run{Options: o, seen: map[string]bool{}, sum: Summary{Dry: o.Dry, Erased: map[string]int{}}}
	err := o.Index(ctx, func(ids []string) error {
		if o.Ours != nil {
			if err := o.Ours(ctx); err != nil {
				return err
			}
		}
		for _, id := range ids {
			if r.seen[id] {
				continue
			}
			r.seen[id] = true
			r.sum.Conversations++
			if err := r.conversation(ctx, id); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				r.sum.Failed++
				o.Trouble(id, err)
			}
		}
		return nil
	})
	if err != nil {
		return r.sum, fmt.Errorf("retention: %w", err)
	}
	if o.Journal == nil {
		return r.sum, nil
	}
	if err := r.journal(ctx); err != nil {
		return r.sum, fmt.Errorf("retention: %w", err)
	}
	return r.sum, nil
}

// due is a line that may go.
type due struct {
	seq   uint64
	class string
	file  string
}

func (r *run) conversation(ctx context.Context, id string) error {
	c, pending, err := r.Lines.Load(ctx, id)
	if err != nil || c.Revision == 0 {
		return err
	}
	if busy(&c) || len(pending) > 0 {
		r.sum.Busy++
		return nil
	}
	s, err := r.subject(ctx, &c)
	if err != nil {
		return err
	}
	if *s.held {
		r.sum.Held++
	}
	list, whole, err := r.list(ctx, &c, s)
	if err != nil {
		return err
	}
	for _, d := range list {
		r.sum.Erased[d.class]++
	}
	if r.Dry {
		return nil
	}
	if len(list) > 0 {
		if err := r.erase(ctx, &c, s, list); err != nil {
			return err
		}
	}
	return r.finish(ctx, &c, s, whole)
}

// busy: while somebody works on it nothing is taken from under their hands.
func busy(c *dialog.Conversation) bool {
	return c.Owner == dialog.OwnerQueue || c.Owner == dialog.OwnerAgent || len(c.Cases) > 0 || len(c.Calls) > 0
}

// list is every line that may go, and whether none with words is left then.
func (r *run) list(ctx context.Context, c *dialog.Conversation, s *subject) (list []due, whole bool, err error) {
	whole = true
	for after := uint64(0); after < c.Seq; {
		lines, err := r.Lines.After(ctx, c.ID, after, page)
		if err != nil {
			return nil, false, fmt.Errorf("read its lines: %w", err)
		}
		if len(lines) == 0 {
			break
		}
		for i := range lines {
			m := &lines[i]
			after = m.Seq
			if !m.Erased.IsZero() {
				continue
			}
			class := "chat"
			if m.Keep != "" {
				class = m.Keep
			}
			if s.may(ctx, class, m.At) {
				list = append(list, due{m.Seq, class, m.File})
			} else {
				whole = false
			}
		}
	}
	return list, whole, nil
}

// erase writes down what goes, then takes it: files first, so that a line which
// names one is there until the file is gone.
func (r *run) erase(ctx context.Context, c *dialog.Conversation, s *subject, list []due) error {
	e := Entry{At: r.Now, Conversation: c.ID, Requested: s.requested, Lines: map[string]int{}, Rules: s.rules()}
	for _, d := range list {
		e.Lines[d.class]++
	}
	if err := r.record(ctx, e); err != nil {
		return err
	}
	for _, d := range list {
		if d.file != "" && r.File != nil {
			if err := r.File(ctx, d.file); err != nil {
				return fmt.Errorf("erase the file of line %d: %w", d.seq, err)
			}
		}
		if err := r.Lines.EraseLine(ctx, c.ID, d.seq, r.Now); err != nil && dialog.CodeOf(err) != dialog.CodeNotFound {
			return fmt.Errorf("erase line %d: %w", d.seq, err)
		}
	}
	return nil
}

func (r *run) record(ctx context.Context, e Entry) error {
	raw, err := json.Marshal(e)
	if err == nil {
		err = r.Record(ctx, raw)
	}
	if err != nil {
		return fmt.Errorf("record what is erased: %w", err)
	}
	return nil
}

// finish ends what rested on the words: the conversation's memory, and the
// person's request.
func (r *run) finish(ctx context.Context, c *dialog.Conversation, s *subject, whole bool) error {
	if !whole || *s.held || c.Seq == 0 || !s.may(ctx, "chat", c.Started) {
		return nil
	}
	if r.Forget != nil && remembers(c) {
		if err := r.Forget(ctx, c, r.Now); err != nil {
			return fmt.Errorf("forget: %w", err)
		}
	}
	if s.requested {
		if err := r.Marks.Fulfilled(ctx, c.ID); err != nil {
			return fmt.Errorf("end the request: %w", err)
		}
	}
	return nil
}

// remembers reports whether the state still holds anything of what was said.
func remembers(c *dialog.Conversation) bool {
	t := &c.Talk
	return t.Last != nil || t.After != nil || t.Budget != nil || t.Quote != nil || len(t.Table)+len(t.Reasons)+len(t.Facts)+len(t.Acknowledged)+len(c.Recap) > 0
}

// subject is what the rules turn on of one conversation.
type subject struct {
	run       *run
	packs     []string
	borrower  string
	last      time.Time // when something last happened
	held      *bool
	settled   *bool
	asked     bool // the lender, whether it is settled
	requested bool
	known     map[decision]bool
	looked    map[string]bool // rules
}

type decision struct {
	class string
	age   int
}

func (r *run) subject(ctx context.Context, c *dialog.Conversation) (*subject, error) {
	held, err := r.Marks.Held(ctx, c.ID)
	if err != nil {
		return nil, fmt.Errorf("is it held: %w", err)
	}
	requested, err := r.Marks.Requested(ctx, c.ID)
	if err != nil {
		return nil, fmt.Errorf("was it asked for: %w", err)
	}
	s := &subject{run: r, packs: c.Packs, borrower: c.Borrower, held: &held, requested: requested, last: c.Started,
		known: map[decision]bool{}, looked: map[string]bool{}}
	if len(s.packs) == 0 { // nobody knows whose rules apply: all do
		s.packs = r.Judge.IDs()
	}
	for _, at := range []time.Time{c.LastIn, c.Replied} {
		if at.After(s.last) {
			s.last = at
		}
	}
	for _, contact := range c.Contacts {
		if contact.At.After(s.last) {
			s.last = contact.At
		}
	}
	return s, nil
}

// may reports whether a line of a class may go. A chat is one thing, as old as
// its last word; words about health are as old as they are.
func (s *subject) may(ctx context.Context, class string, at time.Time) bool {
	if class == "chat" {
		at = s.last
	}
	d := decision{class, ageDays(at, s.run.Now)}
	if known, ok := s.known[d]; ok {
		return known
	}
	erase := s.judge(d)
	if !erase && s.settled == nil && !s.asked && s.run.Settled != nil && s.unsure(d) {
		s.asked = true
		s.settled = s.run.Settled(ctx, s.borrower)
		erase = s.judge(d)
	}
	s.known[d] = erase
	return erase
}

func (s *subject) kept(d decision) rules.Kept {
	return rules.Kept{Record: d.class, AgeDays: d.age, Settled: s.settled, LegalHold: s.held, Requested: s.requested}
}

func (s *subject) judge(d decision) bool {
	erase, looked := s.run.Judge.Retention(s.packs, s.kept(d), dialog.DateOf(s.run.Now.UTC()))
	if erase {
		for _, j := range looked {
			s.looked[j.Rule] = true
		}
	}
	return erase
}

// unsure reports whether it stays only because nobody knows if the debt is
// settled.
func (s *subject) unsure(d decision) bool {
	k, yes := s.kept(d), true
	k.Settled = &yes
	erase, _ := s.run.Judge.Retention(s.packs, k, dialog.DateOf(s.run.Now.UTC()))
	return erase
}

func (s *subject) rules() []string {
	ids := make([]string, 0, len(s.looked))
	for id := range s.looked {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// ageDays is how many civil days lie between; what lies ahead is new.
func ageDays(at, now time.Time) int {
	return max(0, dialog.DateOf(now.UTC()).Days(dialog.DateOf(at.UTC())))
}
