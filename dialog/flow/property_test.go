package flow

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"warmline/dialog"
)

var entityValues = []string{
	"amount=300.00", "amount=900.00", "amount=1.00", "amount=abc", "amount=100|200", "per_period=250/month", "per_period=60/week", "per_period=10/day",
	"per_period=x/month", "n_instalments=4", "n_instalments=12", "n_instalments=0", "date=2026-12-02", "date=2026-11-01", "date=2027-01",
	"date=2026-12-02|2026-12-09", "date=nonsense", "duration_days=10", "duration_days=90", "duration_days=-3", "option_ref=1", "option_ref=6",
	"option_ref=0", "payday=2026-12-15", "relation=husband", "reason=job_loss", "reason=not_told", "reason=gambling", "reason=coerced", "language=en",
	"language=zh-Hant", "channel=telegram", "channel=call", "channel=sms", "channel=app", "time_window=20:00-", "time_window=-09:00", "time_window=x",
	"payment_ref=8841", "income=3200", "income=x", "expense=3350", "expense=1000", "other_debts=500", "evidence=screenshot", "org=lawyer", "org=breathing_space",
}

var taps = []string{
	"pay_now", "see_options", "dispute", "human", "plan:3", "plan:4", "plan:6", "plan:99", "defer:30", "defer:10", "defer:400", "partial", "promise",
	"promise:2026-12-02", "own_terms", "not_now", "confirm", "change", "cancel", "why_this", "breakdown", "schedule", "connect_telegram", "step_up",
	"language:en-GB", "language:xx", "rate:4", "callback", "callback:2026-11-23T09:00:00+08:00", "callback:x", "complaint", "account:a1", "account:zz",
	"retry_debit", "pause_debit", "upload", "keep", "waiver", "reminders_yes", "reminders_no", "note_one", "note_none", "budget", "safe_yes", "safe_no",
	"cancel_wait", "open_wallet", "show_balance", "resume_contact", "advice", "nonsense",
}

// drawHeard draws any understanding whatever.
func drawHeard(t *rapid.T) *dialog.Understanding {
	intents := slices.Sorted(maps.Keys(dialog.Intents()))
	list := rapid.SliceOfN(rapid.SampledFrom(intents), 1, 3).Draw(t, "intents")
	var names []string
	for _, i := range list {
		names = append(names, string(i))
	}
	u := heard(strings.Join(names, " "), rapid.SliceOfN(rapid.SampledFrom(entityValues), 0, 3).Draw(t, "entities")...)
	u.Safety = rapid.SampledFrom([]dialog.Safety{"", "", "", "", "", dialog.SafetyGreen, dialog.SafetyAmber, dialog.SafetyRed}).Draw(t, "safety")
	u.Confident = rapid.IntRange(0, 5).Draw(t, "confident") > 0
	u.Deceased = rapid.IntRange(0, 20).Draw(t, "deceased") == 0
	u.Minor = rapid.IntRange(0, 30).Draw(t, "minor") == 0
	u.Language = rapid.SampledFrom([]dialog.Language{dialog.LangZhHans, dialog.LangZhHant, dialog.LangEn}).Draw(t, "language")
	u.Candidates = u.Intents
	return u
}

// step does something at random and returns whether an answer is owed.
func (c *chat) step(t *rapid.T) (owed bool) {
	switch rapid.IntRange(0, 12).Draw(t, "event") {
	case 0, 1, 2, 3, 4, 5:
		text := rapid.SampledFrom([]string{"……", "再说一遍", "ok thanks a lot then", "是不是诈骗", "会上门吗", "上征信吗", ""}).Draw(t, "text")
		c.hears(text, drawHeard(t))
		return true
	case 6, 7, 8:
		c.taps(rapid.SampledFrom(taps).Draw(t, "tap"))
		return true
	case 9:
		c.answerSome(t)
	case 10:
		c.due(rapid.SampledFrom([]string{"reminder", "follow_up", "callback", "note", "review"}).Draw(t, "timer"), rapid.SampledFrom([]string{"overdue", "promise", "plan", ""}).Draw(t, "key"))
	case 11:
		c.now = c.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "hours")) * time.Hour)
		c.event(dialog.Event{Kind: dialog.EventOpened})
	case 12:
		c.changeWorld(t)
	}
	return false
}

func (c *chat) answerSome(t *rapid.T) {
	status := rapid.SampledFrom([]string{"ok", "active", "pending", "rejected", "changed", "failed", "cancelled"}).Draw(t, "status")
	if len(c.conv.Calls) > 0 && rapid.Bool().Draw(t, "an answer") {
		open := c.conv.Calls[0]
		c.lender(dialog.LenderEvent{Kind: string(open.Kind), Ref: open.Ref, Status: status, ID: "X-1", URL: "https://pay.example/1"})
		return
	}
	e := dialog.LenderEvent{Kind: "payment.received", Payment: &dialog.Payment{
		Ref: rapid.SampledFrom([]string{"P-1", "P-2"}).Draw(t, "ref"), Account: "a1", Amount: cny(50000), At: c.now,
		Status: rapid.SampledFrom([]string{"settled", "pending", "reversed", "failed"}).Draw(t, "payment"),
	}}
	if rapid.Bool().Draw(t, "a case") {
		e = dialog.LenderEvent{Kind: "case.updated", ID: "DSP-1", CaseKind: rapid.SampledFrom([]dialog.CaseKind{dialog.CaseDispute, dialog.CaseComplaint, dialog.CaseTrace}).Draw(t, "case"),
			Outcome: rapid.SampledFrom([]string{"upheld", "rejected", "partial"}).Draw(t, "outcome")}
	}
	c.lender(e)
}

func (c *chat) changeWorld(t *rapid.T) {
	switch rapid.IntRange(0, 9).Draw(t, "change") {
	case 0:
		c.level = rapid.SampledFrom([]dialog.Level{0, 1, 2}).Draw(t, "level")
	case 1:
		c.conv.Owner = rapid.SampledFrom([]dialog.OwnerKind{dialog.OwnerBot, dialog.OwnerQueue, dialog.OwnerClosed}).Draw(t, "owner")
	case 2:
		c.conv.Holds = nil
	case 3:
		c.facts.Unavailable = !c.facts.Unavailable
	case 4:
		c.facts.Accounts[0].Version += "x"
	case 5:
		c.facts.Accounts[0].Overdue = dialog.Overdue{}
	case 6:
		c.lim.AskForbidden = rapid.SampledFrom([]dialog.HoldKind{"", dialog.HoldDispute}).Draw(t, "forbidden")
	case 7:
		kind := rapid.SampledFrom([]dialog.ArrangementKind{dialog.ArrangementPlan, dialog.ArrangementDeferral, dialog.ArrangementPromise}).Draw(t, "arrangement")
		c.facts.Arrangements = []dialog.Arrangement{{ID: "r1", Account: "a1", Kind: kind, Status: dialog.ArrangementActive, Created: c.now, Schedule: c.price6()}}
	case 8:
		second := c.facts.Accounts[0]
		second.Ref = "a2"
		c.facts.Accounts = []dialog.Account{c.facts.Accounts[0], second}
	case 9:
		c.lim = dialog.Limits{}
	}
}

// ends are the acts after which nothing has to be chosen.
var ends = []dialog.ActKind{"crisis.support", "crisis.check_in", "wrong_person.apologise", "minor.stop"}

// TestAnyConversation: whatever is said, tapped and answered, in any order, the
// scripts have an answer, with every fact that its text needs and a way on.
func TestAnyConversation(t *testing.T) {
	agreed := loadContract(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := demo(rt)
		c.level = rapid.SampledFrom([]dialog.Level{0, 1, 2, 2, 2}).Draw(rt, "level")
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			owner := c.conv.Owner
			owed := c.step(rt)
			for _, a := range c.got.Acts {
				if list := agreed.wrong(a); len(list) > 0 {
					rt.Fatalf("%v", list)
				}
			}
			if owed && owner != dialog.OwnerQueue && len(c.got.Acts) == 0 {
				rt.Fatalf("no answer")
			}
			if n := len(c.got.Acts); n > 0 && !slices.Contains(ends, c.got.Acts[n-1].Kind) && len(c.ids()) == 0 {
				rt.Fatalf("a dead end: %v", kinds(c.got))
			}
			c.bounded(rt)
			c.silentInCrisis(rt)
		}
	})
}

func (c *chat) bounded(t *rapid.T) {
	k := c.conv.Talk
	if len(k.Table) > 6 || len(k.Dead) > 8 || len(k.Reasons) > 6 || len(k.Acknowledged) > 12 || len(k.Facts) > 16 || len(c.got.Acts) > 4 {
		t.Fatalf("out of bounds: table %d, dead %d, reasons %d, acknowledged %d, facts %v, acts %v",
			len(k.Table), len(k.Dead), len(k.Reasons), len(k.Acknowledged), k.Facts, kinds(c.got))
	}
}

// silentInCrisis: while the hold is on nothing but support is said (I5).
func (c *chat) silentInCrisis(t *rapid.T) {
	if _, on := c.conv.Held(c.now, dialog.HoldCrisis); !on {
		return
	}
	for _, a := range c.got.Acts {
		if a.Class != dialog.ClassCrisis {
			t.Fatalf("%s is said in a crisis", a.Kind)
		}
	}
}

// TestNothingBindsWithoutAYes: an arrangement is asked for only by the button of
// the live card or a plain yes to it, and with exactly its terms (I4).
func TestNothingBindsWithoutAYes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := demo(rt)
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			before := c.conv.Talk.Quote
			var option string
			var u *dialog.Understanding
			if rapid.Bool().Draw(rt, "text") {
				u = drawHeard(rt)
				c.hears("……", u)
			} else {
				option = rapid.SampledFrom(taps).Draw(rt, "tap")
				c.taps(option)
			}
			for _, call := range c.got.Calls {
				if call.Kind != dialog.CallArrangementCreate && call.Kind != dialog.CallArrangementCancel {
					continue
				}
				yes := option == "confirm" || u != nil && u.Driving == dialog.IntentAffirm
				if !yes || before == nil || call.Ref != before.ID {
					rt.Fatalf("%s %s without a yes to it", call.Kind, call.Ref)
				}
			}
		}
	})
}

// TestInputStaysAsItIs: a script changes nothing that it was given (I1).
func TestInputStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := demo(rt)
		c.says("propose_terms", "per_period=250/month").says("choose_option", "n_instalments=4")
		e := dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: "m", Text: "……"}}, Heard: drawHeard(rt)}}
		in := c.input(e)
		first := strings.Join(kinds(Next(in)), " ")
		if q := in.Conv.Talk.Quote; q == nil || len(in.Conv.Talk.Table) != 2 || len(in.Conv.Talk.Dead) != 0 || in.Conv.Talk.Pressed != 0 {
			rt.Fatalf("the memory was changed in place: %+v", in.Conv.Talk)
		}
		if again := strings.Join(kinds(Next(in)), " "); again != first {
			rt.Fatalf("first %s, then %s", first, again)
		}
	})
}
