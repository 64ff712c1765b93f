package telegram

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"warmline/channels"
	"warmline/dialog"
)

// lane is the order of a chat: what waits, and how many texts are with the
// engine. Its goroutine lives until both are none.
type lane struct {
	queue   []*job // by update id
	handed  int    // texts that the engine has and that are not through
	changed sync.Cond
}

// job is an update that waits; done is told once it is committed or does not
// concern us, or with the error that ended the attempt.
type job struct {
	ctx   context.Context
	u     update
	done  func(error)
	tries int // times that the engine could not take it
	over  sync.Once
}

// end tells how a job went, once.
func (j *job) end(err error) { j.over.Do(func() { j.done(err) }) }

// together reports whether a job may go while others are still under way.
func (j *job) together() bool { return j.u.kind == saidText && j.tries == 0 }

// put adds a job at its place. The receiver's lock is held.
func (l *lane) put(j *job) {
	at, _ := slices.BinarySearchFunc(l.queue, j.u.id, func(q *job, id int64) int { return cmp.Compare(q.u.id, id) })
	l.queue = slices.Insert(l.queue, at, j)
	l.changed.Signal()
}

// enqueue adds a job to its chat's lane, which starts with it.
func (r *Receiver) enqueue(j *job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lanes[j.u.chat]
	if l == nil {
		l = &lane{changed: sync.Cond{L: &r.mu}}
		r.lanes[j.u.chat] = l
		go r.run(j.u.chat, l)
	}
	l.put(j)
}

// next waits for the job whose turn it is; nil when the lane is at its end.
// Texts are handed on without waiting for the turns before, so that a burst is
// heard as one; everything else waits for all that came before it.
func (r *Receiver) next(chat int64, l *lane) *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		switch {
		case len(l.queue) > 0 && (l.handed == 0 || l.queue[0].together()):
			j := l.queue[0]
			l.queue = slices.Delete(l.queue, 0, 1)
			if j.together() {
				l.handed++
			}
			return j
		case len(l.queue) == 0 && l.handed == 0:
			delete(r.lanes, chat)
			return nil
		}
		l.changed.Wait()
	}
}

// run works through a chat's updates.
func (r *Receiver) run(chat int64, l *lane) {
	for j := r.next(chat, l); j != nil; j = r.next(chat, l) {
		if j.together() {
			back := sync.OnceFunc(func() { r.back(l) })
			r.guard(j, func() { r.text(j, l, back) }, back)
		} else {
			r.guard(j, func() { j.end(r.persist(j)) }, func() {})
		}
	}
}

// back counts a text that the engine has answered.
func (r *Receiver) back(l *lane) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l.handed--
	l.changed.Signal()
}

// text submits a line without waiting for its turn. One that the engine cannot
// take goes back to its place and is tried again before all that came after it.
func (r *Receiver) text(j *job, l *lane, back func()) {
	e, err := r.line(j.ctx, j.u)
	if err != nil {
		back()
		j.end(err)
		return
	}
	if r.after(j, l) {
		back()
		return
	}
	r.o.Submit(j.ctx, e, func(_ channels.Receipt, err error) {
		defer back()
		_, again := r.again(err, 0)
		switch {
		case !again:
			j.end(nil)
		case j.ctx.Err() != nil:
			j.end(fmt.Errorf("deliver an update: %w", err))
		default:
			r.mu.Lock()
			defer r.mu.Unlock()
			j.tries++
			l.put(j)
		}
	})
}

// after puts a text back that was about to follow one which the engine could not
// take meanwhile, and reports whether it did.
func (r *Receiver) after(j *job, l *lane) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(l.queue) == 0 || l.queue[0].tries == 0 || l.queue[0].u.id > j.u.id {
		return false
	}
	l.put(j)
	return true
}

// line is the envelope of a text.
func (r *Receiver) line(ctx context.Context, u update) (dialog.Envelope, error) {
	p, err := r.whose(ctx, u)
	if err != nil {
		return dialog.Envelope{}, err
	}
	if p.state.Owner != dialog.OwnerAgent {
		r.aside(ctx, "typing", func(ctx context.Context) error { return r.o.API.typing(ctx, u.chat) })
	}
	return r.envelope(ctx, u, p, dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{
		Lines: []dialog.TextLine{{ID: r.id(u), Text: u.text}},
	}}), nil
}

// guard keeps a panic to its update, which is given up.
func (r *Receiver) guard(j *job, do, also func()) {
	defer func() {
		if p := recover(); p != nil {
			r.report.Trouble(TroublePanic, fmt.Errorf("panic: %T", p))
			also()
			j.end(nil)
		}
	}()
	do()
}
