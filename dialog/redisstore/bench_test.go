package redisstore_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/manager"
	"warmline/dialog/redisstore"
)

// lived returns a conversation of about 2 KB.
func lived(id string) dialog.Conversation {
	c := dialog.Conversation{
		ID: id, Borrower: "b1", Owner: dialog.OwnerBot, Locale: dialog.ZhHans, Zone: "Asia/Shanghai", Packs: []string{"cn"},
		Bindings: []dialog.Binding{{Session: "s1", Channel: dialog.ChannelWeb, Level: 2, Expires: dialogtest.Noon().Add(time.Hour)}},
		Said:     map[string]int{"balance.show": 1, "plan.offer": 2, "disclose.ai": 1, "greet": 1},
	}
	cny := func(minor int64) dialog.Money { return dialog.NewMoney(minor, "CNY") }
	for n := 3; n <= 6; n++ {
		o := dialog.Offer{Option: fmt.Sprint("plan:", n), Rules: []string{"K-OFFER"}}
		o.Terms = dialog.Terms{Kind: dialog.OfferPlan, Account: "a1", Total: cny(82771), Now: cny(82771)}
		for i := range n {
			o.Terms.Schedule = append(o.Terms.Schedule, dialog.Instalment{
				Due: dialog.DateOf(dialogtest.Noon()).AddMonths(i, 28), Amount: cny(82771 / int64(n)),
			})
		}
		c.Talk.Table = append(c.Talk.Table, o)
	}
	return c
}

// spoken is a turn as it usually is: a line, an answer with a card, the facts
// in the journal.
func spoken(c dialog.Conversation, n uint64) (dialog.Change, dialog.Record) {
	e := dialogtest.Numbered(c.ID, "d1", n, "我这个月还能分期吗")
	e.Event.Text.Heard = &dialog.Understanding{Version: "u1", Driving: dialog.IntentAskOptions, Intents: []dialog.Scored{{Intent: dialog.IntentAskOptions, Score: 0.9}}}
	ch := dialogtest.Next(c)
	ch.Messages[0].Speaker, ch.Messages[0].Body.Text = dialog.SpeakerBorrower, "我这个月还能分期吗"
	m := dialogtest.Say(&ch, "可以分3、4、6期还，您看哪一种更合适？也可以点“人工”和同事聊。")
	m.Act = &dialog.Act{Kind: "plan.offer", Class: dialog.ClassService, Level: 2, Values: map[string]dialog.Value{"plan_total": dialog.MoneyValue(dialog.NewMoney(82771, "CNY"))}}
	m.Body.Card = &dialog.RenderedCard{Kind: "plans", Title: "分期方案", Columns: []string{"期数", "每期", "合计"}}
	for _, row := range []string{"3期", "4期", "6期"} {
		m.Body.Card.Rows = append(m.Body.Card.Rows, dialog.RenderedRow{Label: row, Cells: []string{row, "¥206.93", "¥827.71"}})
	}
	rec := dialogtest.RecordOf(e, ch)
	rec.Facts = dialog.Facts{Borrower: dialog.Borrower{ID: "b1", Name: "林悦", Zone: "Asia/Shanghai", Packs: []string{"cn"}}}
	rec.Facts.Accounts = []dialog.Account{{Ref: "a1", Currency: "CNY", Version: "v1", Overdue: dialog.Overdue{Principal: dialog.NewMoney(80000, "CNY")}}}
	rec.Texts = []string{m.Body.Text}
	return ch, rec
}

// BenchmarkCommit is the commit of a usual turn on a server of this machine, by
// many conversations at once.
func BenchmarkCommit(b *testing.B) {
	for _, fsync := range []string{"always", "everysec"} {
		for _, at := range []int{1, 32, 128} {
			b.Run(fmt.Sprintf("appendfsync %s/%d at once", fsync, at), func(b *testing.B) {
				s := openStore(b, server(b, "--appendfsync", fsync).Client, redisstore.Options{JournalKey: make([]byte, 32)})
				var made atomic.Int64
				b.SetParallelism(max(1, at/2))
				b.ReportAllocs()
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					c := lived(fmt.Sprint("c", made.Add(1)))
					for n := uint64(1); pb.Next(); n++ {
						ch, rec := spoken(c, n)
						if used, err := s.Commit(ctx, dialogtest.Noon(), c, ch, rec); err != nil || used != nil {
							b.Errorf("commit: %v %v", used, err)
							return
						}
						c = ch.Next
					}
				})
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
			})
		}
	}
}

// BenchmarkTurn is a whole turn of the toy core: lane, step, rendering, commit.
func BenchmarkTurn(b *testing.B) {
	s := openStore(b, server(b).Client, redisstore.Options{})
	e := manager.New(manager.Ports{
		States: s, Decider: dialogtest.Toy{}, Listener: dialogtest.Parrot{}, Speaker: dialogtest.Parrot{},
	}, manager.Options{Fresh: func(e dialog.Envelope) dialog.Conversation { return lived(e.Conversation) }})
	var made atomic.Int64
	b.SetParallelism(32)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		id := fmt.Sprint("c", made.Add(1))
		for n := uint64(1); pb.Next(); n++ {
			if _, err := e.Deliver(context.Background(), dialogtest.Numbered(id, "d", n, "hello")); err != nil {
				b.Errorf("deliver: %v", err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "turns/s")
}
