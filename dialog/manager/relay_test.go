package manager_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/manager"
)

// runner is a call runner made of a function; it remembers what it was asked.
type runner struct {
	mu    sync.Mutex
	asked []string
	do    func(n int, c dialog.Call) (dialog.LenderEvent, error)
}

func (r *runner) Do(_ context.Context, borrower string, c dialog.Call) (dialog.LenderEvent, error) {
	r.mu.Lock()
	r.asked = append(r.asked, c.Ref)
	n := len(r.asked)
	r.mu.Unlock()
	if r.do == nil {
		return dialog.LenderEvent{Status: "ok"}, nil
	}
	return r.do(n, c)
}

func (r *runner) refs() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

// outside is a relay over a memory store, with one conversation "c".
type outside struct {
	*parts
	engine *manager.Engine
	calls  *runner
	relay  *manager.Relay
	stop   func()
	c      dialog.Conversation
}

func newOutside(t *testing.T, edit func(*manager.RelayPorts)) *outside {
	o := &outside{parts: newParts(), calls: &runner{}, c: dialog.Conversation{ID: "c"}}
	o.ports.States = o.store
	o.engine = o.parts.engine(t)
	ports := manager.RelayPorts{
		Outbox: o.store, Backlog: o.store, Transcript: o.store, Deliver: o.engine.Deliver, Calls: o.calls, Observer: o.watch,
	}
	if edit != nil {
		edit(&ports)
	}
	o.relay = manager.NewRelay(ports, manager.RelayOptions{})
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		o.relay.Run(ctx)
		close(ended)
	}()
	o.stop = func() { stop(); <-ended }
	return o
}

// turn commits a change and offers its items to the relay.
func (o *outside) turn(t *testing.T, edit func(*dialog.Change)) {
	t.Helper()
	ch := dialogtest.Next(o.c, fmt.Sprint("t", o.c.Revision))
	edit(&ch)
	used, err := o.store.Commit(context.Background(), time.Now(), o.c, ch, dialog.Record{})
	if err != nil || used != nil {
		t.Fatalf("commit: %v %v", used, err)
	}
	o.c = ch.Next
	o.relay.Offer(ch.Outbox)
}

func (o *outside) outcomes() []string {
	o.watch.mu.Lock()
	defer o.watch.mu.Unlock()
	var list []string
	for _, i := range o.watch.items {
		list = append(list, i.Kind+" "+i.Outcome)
	}
	return list
}

func TestCallsRunSinglyInOrderWithTheSameKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutside(t, nil)
		defer o.stop()
		var busy int
		o.calls.do = func(n int, c dialog.Call) (dialog.LenderEvent, error) {
			if busy++; busy > 1 {
				t.Error("two calls of a conversation at once")
			}
			time.Sleep(time.Second)
			busy--
			if n < 3 {
				return dialog.LenderEvent{}, errors.New("timeout")
			}
			return dialog.LenderEvent{Status: "active"}, nil
		}
		o.turn(t, func(ch *dialog.Change) {
			dialogtest.Want(ch, dialog.CallArrangementCreate)
			dialogtest.Want(ch, dialog.CallCaseOpen)
		})
		time.Sleep(time.Minute)
		o.stop()
		expect(t, "asked", o.calls.refs(), []string{"c-1-100", "c-1-100", "c-1-100", "c-1-101"})
		expect(t, "said", o.said(t, "c"), []string{"line 1", "answer c-1-100 active ", "answer c-1-101 active "})
	})
}

func TestAnAnswerThatCannotBeBroughtHomeIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		o := newOutside(t, func(p *manager.RelayPorts) {
			deliver := p.Deliver
			p.Deliver = func(ctx context.Context, e dialog.Envelope) (manager.Receipt, error) {
				if down {
					down = false
					return manager.Receipt{}, dialog.E(dialog.CodeUnavailable, "down", nil)
				}
				return deliver(ctx, e)
			}
		})
		defer o.stop()
		o.turn(t, func(ch *dialog.Change) { dialogtest.Want(ch, dialog.CallCaseOpen) })
		time.Sleep(time.Minute)
		o.stop()
		expect(t, "asked", o.calls.refs(), []string{"c-1-100", "c-1-100"})
		expect(t, "said", o.said(t, "c"), []string{"line 1", "answer c-1-100 ok "})
	})
}

func TestPausesGrowAndAPoisonCallIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutside(t, nil)
		defer o.stop()
		began := time.Now()
		var at []time.Duration
		o.calls.do = func(n int, c dialog.Call) (dialog.LenderEvent, error) {
			at = append(at, time.Since(began))
			return dialog.LenderEvent{}, errors.New("timeout")
		}
		o.turn(t, func(ch *dialog.Change) { dialogtest.Want(ch, dialog.CallCaseOpen) })
		time.Sleep(48 * time.Hour)
		o.stop()
		expect(t, "attempts", len(at), 300)
		for i := 1; i < len(at); i++ {
			want := min(time.Second<<min(i-1, 20), 5*time.Minute)
			if gap := at[i] - at[i-1]; gap < want || gap > want+time.Second {
				t.Fatalf("pause before attempt %d is %v, expected %v", i+1, gap, want)
			}
		}
		expect(t, "said", o.said(t, "c"), []string{"line 1", "answer c-1-100 failed unanswered"})
		_, poison := o.store.Poison("c-1-100")
		expect(t, "kept as poison", poison, true)
		expect(t, "told", o.watch.saw(manager.TroublePoison), true)
	})
}

func TestACoreThatFailsOnTheNewsHoldsUpNobodyForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutside(t, func(p *manager.RelayPorts) {
			deliver := p.Deliver
			p.Deliver = func(ctx context.Context, e dialog.Envelope) (manager.Receipt, error) {
				if e.Event.Lender.Status == "failed" {
					return manager.Receipt{}, dialog.E(dialog.CodeInternal, "bug", nil)
				}
				return deliver(ctx, e)
			}
		})
		o.calls.do = func(_ int, c dialog.Call) (dialog.LenderEvent, error) {
			if c.Kind == dialog.CallCaseOpen {
				return dialog.LenderEvent{}, errors.New("timeout")
			}
			return dialog.LenderEvent{Status: "active"}, nil
		}
		o.turn(t, func(ch *dialog.Change) {
			dialogtest.Want(ch, dialog.CallCaseOpen)
			dialogtest.Want(ch, dialog.CallArrangementCreate)
		})
		time.Sleep(72 * time.Hour)
		o.stop()
		_, poison := o.store.Poison("c-1-100")
		expect(t, "kept as poison", poison, true)
		expect(t, "said", o.said(t, "c"), []string{"line 1", "answer c-1-101 active "})
	})
}

func TestACallThatMustNotRunIsToldNotMade(t *testing.T) {
	for name, test := range map[string]struct {
		edit   func(*dialog.OutboxItem)
		reason string
	}{
		"guarded": {func(it *dialog.OutboxItem) { it.Guarded = true }, "dropped"},
		"expired": {func(it *dialog.OutboxItem) { it.Expires = time.Now() }, "expired"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOutside(t, nil)
				defer o.stop()
				o.turn(t, func(ch *dialog.Change) {
					test.edit(dialogtest.Want(ch, dialog.CallNotifyPush))
					ch.Outbox[0].Epoch = 7
				})
				time.Sleep(time.Minute)
				o.stop()
				expect(t, "asked", len(o.calls.refs()), 0)
				expect(t, "said", o.said(t, "c"), []string{"line 1", "answer c-1-100 failed " + test.reason})
			})
		})
	}
}

func TestAPageIsAnsweredByThePager(t *testing.T) {
	for status, want := range map[string]int{"acknowledged": 1, "failed": 1, "ok": 0} {
		synctest.Test(t, func(t *testing.T) {
			o := newOutside(t, nil)
			defer o.stop()
			o.calls.do = func(int, dialog.Call) (dialog.LenderEvent, error) {
				return dialog.LenderEvent{Status: status, ID: "zhou"}, nil
			}
			o.turn(t, func(ch *dialog.Change) { dialogtest.Want(ch, dialog.CallPageHuman) })
			time.Sleep(time.Minute)
			o.stop()
			var pages []string
			for _, rec := range o.store.Journal() {
				if p := rec.Envelope.Event.Page; p != nil {
					pages = append(pages, p.Kind)
				}
			}
			expect(t, "page events of "+status, len(pages), want)
			if want == 1 {
				expect(t, "kind", pages[0], status)
			}
		})
	}
}

// sender is a channel made of a function.
type sender func(address string, m dialog.Message) error

func (s sender) Send(_ context.Context, address string, m dialog.Message) error { return s(address, m) }

// later is an error that names a time.
type later time.Duration

func (l later) Error() string             { return "too many" }
func (l later) RetryAfter() time.Duration { return time.Duration(l) }

func TestMessagesAreCarriedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		fail := map[int]error{1: dialog.E(dialog.CodeRateLimited, "too many", later(7*time.Second)), 2: errors.New("reset")}
		began, n := time.Now(), 0
		o := newOutside(t, func(p *manager.RelayPorts) {
			p.Senders = map[dialog.ChannelKind]manager.Sender{dialog.ChannelTelegram: sender(func(address string, m dialog.Message) error {
				n++
				if n == 2 && time.Since(began) < 7*time.Second {
					t.Errorf("sent again after %v although told to wait", time.Since(began))
				}
				if err := fail[n]; err != nil {
					return err
				}
				sent = append(sent, address+" "+m.Body.Text)
				return nil
			})}
		})
		defer o.stop()
		for range 3 {
			o.turn(t, func(ch *dialog.Change) { dialogtest.Carry(ch, "chat1") })
		}
		time.Sleep(time.Minute)
		o.stop()
		expect(t, "sent", sent, []string{"chat1 line 1", "chat1 line 2", "chat1 line 3"})
		expect(t, "outcomes", o.outcomes(), []string{"send retry", "send retry", "send done", "send done", "send done"})
	})
}

func TestABlockedChatIsNews(t *testing.T) {
	for code, want := range map[dialog.Code]string{dialog.CodeForbidden: "blocked", dialog.CodeInvalid: "failed"} {
		synctest.Test(t, func(t *testing.T) {
			o := newOutside(t, func(p *manager.RelayPorts) {
				p.Senders = map[dialog.ChannelKind]manager.Sender{
					dialog.ChannelTelegram: sender(func(string, dialog.Message) error { return dialog.E(code, "no", nil) }),
				}
			})
			defer o.stop()
			o.turn(t, func(ch *dialog.Change) { dialogtest.Carry(ch, "chat1") })
			time.Sleep(time.Minute)
			o.stop()
			journal := o.store.Journal()
			news := journal[len(journal)-1].Envelope.Event.Channel
			if news == nil || news.Kind != want || news.Address != "chat1" || news.Message != "c-1-0" {
				t.Errorf("news %+v, expected %s", news, want)
			}
		})
	}
}

func TestAPendingActIsPhrased(t *testing.T) {
	for want, phraser := range map[string]manager.Phraser{"kind words": dialogtest.Words("kind words"), "echo slow": nil} {
		synctest.Test(t, func(t *testing.T) {
			p := newParts()
			p.ports.States = p.store
			var relay *manager.Relay
			p.opts.Outgoing = func(items []dialog.OutboxItem) { relay.Offer(items) }
			e := p.engine(t)
			relay = manager.NewRelay(manager.RelayPorts{
				Outbox: p.store, Backlog: p.store, Transcript: p.store, Deliver: e.Deliver, Phraser: phraser, Observer: p.watch,
			}, manager.RelayOptions{})
			ctx, stop := context.WithCancel(context.Background())
			go relay.Run(ctx)
			deliver(t, e, dialogtest.Text("c", "e1", "slow"))
			synctest.Wait()
			expect(t, "said", p.said(t, "c"), []string{"slow", want})
			stop()
		})
	}
}

// second is a second opinion.
type second struct{}

func (second) HearAgain(_ context.Context, m dialog.Message) (dialog.Understanding, error) {
	return dialog.Understanding{Version: "second", Driving: dialog.IntentAskBalance}, nil
}

func TestASecondOpinionComesAsAnEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutside(t, func(p *manager.RelayPorts) { p.Second = second{} })
		defer o.stop()
		o.turn(t, func(ch *dialog.Change) {
			ch.Outbox = append(ch.Outbox, dialog.OutboxItem{ID: "c-1-100", Hear: "c-1-0"})
		})
		synctest.Wait()
		journal := o.store.Journal()
		ev := journal[len(journal)-1].Envelope.Event
		if ev.Kind != dialog.EventHeard || ev.Text.Heard.Version != "second" || ev.Text.Lines[0] != (dialog.TextLine{ID: "c-1-0", Text: "line 1"}) {
			t.Errorf("event %+v", ev)
		}
	})
}

// deaf has no opinion.
type deaf struct{ dialog.Understanding }

func (d deaf) HearAgain(context.Context, dialog.Message) (dialog.Understanding, error) {
	if d.Driving == "" && d.Version == "" {
		return d.Understanding, errors.New("no model")
	}
	return d.Understanding, nil
}

func TestNoSecondOpinionIsNoEvent(t *testing.T) {
	for name, d := range map[string]deaf{"failed": {}, "unclear": {dialog.Understanding{Version: "second"}}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := newOutside(t, func(p *manager.RelayPorts) { p.Second = d })
				defer o.stop()
				o.turn(t, func(ch *dialog.Change) {
					ch.Outbox = append(ch.Outbox, dialog.OutboxItem{ID: "c-1-100", Hear: "c-1-0"})
				})
				synctest.Wait()
				if journal := o.store.Journal(); len(journal) != 1 {
					t.Errorf("%d turns, expected the text's own", len(journal))
				}
			})
		})
	}
}

func TestARunnersPanicIsNotTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutside(t, nil)
		defer o.stop()
		o.calls.do = func(n int, c dialog.Call) (dialog.LenderEvent, error) {
			if n == 1 {
				panic("boom")
			}
			return dialog.LenderEvent{Status: "ok"}, nil
		}
		o.turn(t, func(ch *dialog.Change) { dialogtest.Want(ch, dialog.CallCaseOpen) })
		time.Sleep(5 * time.Minute)
		expect(t, "told", o.watch.saw(manager.TroublePanic), true)
		expect(t, "asked", o.calls.refs(), []string{"c-1-100", "c-1-100"})
	})
}

func TestStoppingWaitsForACallUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newOutside(t, nil)
		over := false
		o.calls.do = func(int, dialog.Call) (dialog.LenderEvent, error) {
			time.Sleep(5 * time.Second)
			over = true
			return dialog.LenderEvent{Status: "ok"}, nil
		}
		o.turn(t, func(ch *dialog.Change) { dialogtest.Want(ch, dialog.CallCaseOpen) })
		synctest.Wait()
		o.stop()
		expect(t, "call over", over, true)
		expect(t, "said", o.said(t, "c"), []string{"line 1", "answer c-1-100 ok "})
	})
}

// redacter is a channel that can take back what it has shown.
type redacter struct {
	sender
	back func(address string) error
}

func (r redacter) Redact(_ context.Context, address string) error { return r.back(address) }

func TestWhatWasShownIsTakenBackUntilItWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		o := newOutside(t, func(p *manager.RelayPorts) {
			p.Senders = map[dialog.ChannelKind]manager.Sender{dialog.ChannelTelegram: redacter{
				sender: func(string, dialog.Message) error { t.Error("a wish to take back was sent as a message"); return nil },
				back: func(address string) error {
					asked = append(asked, address)
					if len(asked) == 1 {
						return dialog.E(dialog.CodeUnavailable, "not now", nil)
					}
					return nil
				},
			}}
		})
		defer o.stop()
		o.turn(t, func(ch *dialog.Change) {
			ch.Outbox = append(ch.Outbox, dialog.OutboxItem{ID: dialogtest.ItemID(*ch, 101),
				Send: &dialog.Send{Channel: dialog.ChannelTelegram, Address: "chat1", Redact: true}})
		})
		time.Sleep(time.Minute)
		o.stop()
		if !slices.Equal(asked, []string{"chat1", "chat1"}) {
			t.Errorf("asked %v, expected twice", asked)
		}
	})
}
