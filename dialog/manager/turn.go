package manager

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"

	"warmline/dialog"
)

// turn is one attempt after another to commit the jobs of a lane.
type turn struct {
	engine *Engine
	jobs   []*job
	env    dialog.Envelope
	facts  gathered
	report TurnReport
}

// serve gives jobs their turn and tells every caller what became of it. A panic
// costs this turn only.
func (e *Engine) serve(jobs []*job) {
	began := time.Now()
	t := &turn{engine: e, jobs: jobs, env: merge(jobs)}
	t.report = TurnReport{Kind: t.env.Event.Kind, Channel: t.env.Channel, Lines: len(jobs)}
	var err error
	defer func() {
		if r := recover(); r != nil {
			e.cache.drop(t.env.Conversation)
			e.ports.Observer.Trouble(TroublePanic, panicked(r))
			err = dialog.E(dialog.CodeInternal, "something went wrong", panicked(r))
			t.finish(t.jobs, Receipt{}, err)
		}
		t.report.Code, t.report.Took = dialog.CodeOf(err), time.Since(began)
		e.ports.Observer.Turn(t.report)
	}()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(jobs[0].ctx), e.opts.TurnBudget)
	defer cancel()
	var receipt Receipt
	receipt, err = t.run(ctx)
	t.finish(t.jobs, receipt, err)
	if dialog.CodeOf(err) == dialog.CodeUnavailable {
		t.finish(e.behind(t.env), Receipt{}, err)
	}
}

// panicked describes a panic without its value, which may hold a person's data.
func panicked(r any) error {
	var where [4096]byte
	n := runtime.Stack(where[:], false)
	if err, ok := r.(runtime.Error); ok {
		return fmt.Errorf("panic: %w\n%s", err, where[:n])
	}
	return fmt.Errorf("panic: %T\n%s", r, where[:n])
}

func (t *turn) finish(jobs []*job, r Receipt, err error) {
	for _, j := range jobs {
		j.done(r, err)
	}
}

// run attempts the turn until it is committed, refused or hopeless.
func (t *turn) run(ctx context.Context) (Receipt, error) {
	id := t.env.Conversation
	for try := range t.engine.opts.Tries {
		t.report.Tries = try + 1
		st, err := t.state(ctx)
		if err != nil {
			return Receipt{}, err
		}
		got, err := t.attempt(ctx, st)
		if err == nil && len(got.used) == 0 {
			return got.receipt, got.refused()
		}
		t.engine.cache.drop(id)
		switch {
		case err == nil:
			if done := t.repeats(st, got.used); done != nil {
				return *done, nil
			}
		case dialog.CodeOf(err) != dialog.CodeConflict:
			return Receipt{}, err
		default:
			if err := t.pause(ctx, try); err != nil {
				return Receipt{}, err
			}
		}
	}
	return Receipt{}, dialog.E(dialog.CodeUnavailable, "too much is going on in this conversation", nil)
}

// pause waits before the next attempt: random, so that two nodes part, and
// longer each time, so that one who is always a little slower gets a gap.
func (t *turn) pause(ctx context.Context, try int) error {
	d := time.Duration(float64(min(time.Millisecond<<min(try, 6), 50*time.Millisecond)) * t.engine.opts.Rand())
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return dialog.E(dialog.CodeUnavailable, "it took too long", ctx.Err())
	}
}

// result is what an attempt led to when the store did not fail: committed, or
// marks that were used before, or the core's refusal.
type result struct {
	receipt Receipt
	used    []string
	reject  *dialog.Error
}

func (r result) refused() error {
	if r.reject == nil {
		return nil
	}
	return r.reject
}

// repeats answers the jobs that were committed before. It returns a receipt
// when no job is left, else the turn goes on with the others.
func (t *turn) repeats(st state, used []string) *Receipt {
	left, repeats := part(t.jobs, used)
	c := st.conversation
	r := Receipt{Revision: c.Revision, Seq: c.Seq, Duplicate: true}
	if len(left) == 0 {
		t.report.Duplicate = true
		return &r
	}
	t.finish(repeats, r, nil)
	t.jobs, t.env = left, merge(left)
	return nil
}

func (t *turn) state(ctx context.Context) (state, error) {
	id := t.env.Conversation
	if st, ok := t.engine.cache.get(id); ok {
		t.report.Warm = true
		return st, nil
	}
	t.report.Warm = false
	c, pending, err := t.engine.ports.States.Load(ctx, id)
	if err != nil {
		return state{}, fmt.Errorf("load: %w", err)
	}
	if c.Revision == 0 {
		c = t.engine.opts.Fresh(t.env)
		c.ID, c.Revision, c.Seq = id, 0, 0
	}
	return state{conversation: c, pending: pending}, nil
}

// attempt decides, renders and commits once.
func (t *turn) attempt(ctx context.Context, st state) (result, error) {
	e, c := t.engine, st.conversation
	env := e.heard(c, t.env)
	facts := t.facts.get(ctx, e, c, env)
	ch := e.ports.Decider.Step(c, env, facts)
	ch.Dedupe = dedupe(t.jobs, ch.Dedupe)
	if ch.Reject == nil {
		if err := e.complete(st, &ch); err != nil {
			e.ports.Observer.Trouble(TroubleDecider, err)
			return result{}, err
		}
	}
	ch.From = c.Revision
	rec := record(env, facts, ch, e.decidedBy(&ch))
	began := time.Now()
	used, err := e.ports.States.Commit(ctx, e.opts.Now(), c, ch, rec)
	t.report.Commit = time.Since(began)
	if err != nil || len(used) > 0 || ch.Reject != nil {
		return result{used: used, reject: ch.Reject}, err
	}
	e.cache.put(state{conversation: ch.Next, pending: stillPending(st.pending, ch)})
	if len(ch.Outbox) > 0 {
		e.opts.Outgoing(ch.Outbox)
	}
	e.opts.Committed(ch.Next, finals(&ch))
	t.report.Acts, t.report.Fired = rec.Acts, ch.Fired
	return result{receipt: Receipt{Revision: ch.Next.Revision, Seq: ch.Next.Seq}}, nil
}

// record is the journal's entry of a change.
func record(env dialog.Envelope, f dialog.Facts, ch dialog.Change, hash string) dialog.Record {
	rec := dialog.Record{
		Envelope: env, Facts: f, RulesHash: hash, Revision: ch.Next.Revision,
		Fired: ch.Fired, Cancelled: ch.Cancelled, Offered: dialog.Offered(&ch),
	}
	for _, m := range outgoing(&ch) {
		if m.Act != nil {
			rec.Acts = append(rec.Acts, m.Act.Kind)
		}
		if !m.Pending && m.Seq > 0 {
			rec.Texts = append(rec.Texts, m.Body.Text)
		}
	}
	return rec
}

// finals lists what a reader may now see, in order.
func finals(ch *dialog.Change) []dialog.Message {
	hidden := func(m dialog.Message) bool { return m.Pending || m.Seq == 0 }
	order := func(a, b dialog.Message) int { return cmp.Compare(a.Seq, b.Seq) }
	list := ch.Messages
	if len(ch.Finals) > 0 || slices.ContainsFunc(list, hidden) || !slices.IsSortedFunc(list, order) {
		list = slices.DeleteFunc(slices.Concat(ch.Finals, ch.Messages), hidden)
		slices.SortFunc(list, order)
	}
	return list
}

// outgoing returns what a change says to the borrower, in the order in which it
// is said; pending acts come last.
func outgoing(ch *dialog.Change) []*dialog.Message {
	var list []*dialog.Message
	for _, messages := range [][]dialog.Message{ch.Finals, ch.Messages} {
		for i := range messages {
			if m := &messages[i]; m.Speaker != dialog.SpeakerBorrower {
				list = append(list, m)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b *dialog.Message) int {
		if a.Pending != b.Pending {
			return map[bool]int{true: 1, false: -1}[a.Pending]
		}
		return cmp.Compare(a.Seq, b.Seq)
	})
	return list
}
