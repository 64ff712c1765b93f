package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"warmline/dialog"
	"warmline/dialog/turn"
)

// journalOf is the journal of some conversations in three countries, each with a
// reminder in the evening at half past nine and what people do then: they ask,
// choose a card, say no to it, wait for a human, who writes and hands back.
// Conversations run beside each other, as they do in a service.
func journalOf(t testing.TB, conversations int) (string, int) {
	t.Helper()
	b, err := (&service{log: slog.New(slog.DiscardHandler)}).withPacks(bench{})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	lines, turns := json.NewEncoder(&out), 0
	states := make([]dialog.Conversation, conversations)
	at := time.Date(2026, 11, 21, 13, 30, 0, 0, time.UTC)
	for i, event := range scriptedEvents(at) {
		for n := range states {
			c, borrower := &states[n], fmt.Sprint("b", n)
			e := dialog.Envelope{ID: fmt.Sprint("c", n, "-", i), Conversation: fmt.Sprint("c", n), Borrower: borrower,
				At: at.Add(time.Duration(i) * time.Minute), Channel: dialog.ChannelWeb, Session: "s", Event: event}
			if i == 0 {
				*c = freshConversation(e)
				c.ID = e.Conversation
			}
			if a := event.Agent; a != nil {
				own := *a
				own.Epoch, e.Event.Agent = c.Epoch, &own
			}
			f := factsOf(n, borrower)
			ch := turn.Step(b.rules, *c, e, f)
			if ch.Reject != nil {
				t.Fatalf("%s: %v", e.ID, ch.Reject)
			}
			rec := dialog.Record{Envelope: e, Facts: f, RulesHash: b.rules.Hash, Revision: ch.Next.Revision, Fired: ch.Fired,
				Acts: (&replayed{}).acts(ch), Cancelled: ch.Cancelled, Offered: dialog.Offered(&ch)}
			for range rec.Acts {
				rec.Texts = append(rec.Texts, "您本期应还金额为 ¥827.71,到期日是 2026-11-12。您可以先看看有哪些办法,不用着急。")
			}
			if err := lines.Encode(rec); err != nil {
				t.Fatal(err)
			}
			*c, turns = ch.Next, turns+1
		}
	}
	return out.String(), turns
}

// factsOf is what the lender says of the nth borrower.
func factsOf(n int, borrower string) dialog.Facts {
	place := []struct {
		pack, zone string
		currency   dialog.Currency
		locale     dialog.Locale
	}{{"cn", "Asia/Shanghai", "CNY", dialog.ZhHans}, {"us-nyc", "America/New_York", "USD", dialog.EnUS}, {"gb", "Europe/London", "GBP", dialog.EnGB}}[n%3]
	money := func(minor int64) dialog.Money { return dialog.NewMoney(minor+int64(n), place.currency) }
	ref, at := fmt.Sprint("a", n), time.Date(2026, 11, 2, 9, 30, 0, 0, time.UTC)
	f := dialog.Facts{
		Borrower: dialog.Borrower{ID: borrower, Name: "林悦", Locale: place.locale, Zone: place.zone, Packs: []string{place.pack},
			Lender: "钱包", Phone: "138****2201", Consents: map[string]bool{"electronic": true, "marketing": false}},
		Accounts: []dialog.Account{{Ref: ref, Product: "credit", Currency: place.currency, Version: "v1", NotYetDue: money(160000), NextDue: dialog.NewDate(2026, 12, 12),
			NextDueAmount: money(80000), AutoDebit: "on", Overdue: dialog.Overdue{Principal: money(80000), Interest: money(2400), LateRateDaily: 500_000, Due: dialog.NewDate(2026, 11, 12)}}},
		Programme: dialog.Programme{ID: "standard", Version: "3", Plans: []int{3, 4, 6}, MinInstalment: money(10000), FirstPaymentDays: 7, QuoteTTL: 24 * time.Hour,
			Deferral: dialog.DeferralTerms{MaxDays: 30, OrdinaryDaily: 300_000, CooldownDays: 180}, Promise: dialog.PromiseTerms{FreezeDays: 14, Moves: 2}, CancelWindow: 72 * time.Hour},
		Table: []dialog.Fact{{Key: "visits", Value: "no"}, {Key: "contacts", Value: "no"}, {Key: "debit.timing", Value: "yes"}, {Key: "domain", Value: "wallet.example"}},
		Desk:  dialog.DeskFacts{Open: true, ETA: 6 * time.Minute},
	}
	for i := range 4 {
		paid := at.AddDate(0, -i, 0)
		f.Payments = append(f.Payments, dialog.Payment{Ref: fmt.Sprint(ref, "-p", i), Account: ref, Amount: money(80000), At: paid, Status: "settled", ReceiptID: fmt.Sprint("r", n, i)})
		f.Contacts = append(f.Contacts, dialog.ContactCount{Channel: dialog.ChannelSMS, At: paid.AddDate(0, 0, -20), Class: dialog.ClassCollection})
	}
	return f
}

func scriptedEvents(at time.Time) []dialog.Event {
	said := func(i dialog.Intent) dialog.Event {
		u := &dialog.Understanding{Language: dialog.LangZhHans, Confident: true, Driving: i, Intents: []dialog.Scored{{Intent: i, Score: 1}}}
		return dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: string(i), Text: "上个月被裁了,这个月真的还不上"}}, Heard: u}}
	}
	agent := func(kind, text string) dialog.Event {
		return dialog.Event{Kind: dialog.EventAgent, Agent: &dialog.AgentEvent{Kind: kind, Agent: "zhou", Name: "周", Role: "agent", Text: text}}
	}
	return []dialog.Event{
		{Kind: dialog.EventSession, Session: &dialog.SessionEvent{Session: "s", Level: 2, Channel: dialog.ChannelWeb, Expires: at.Add(time.Hour)}},
		{Kind: dialog.EventTimer, Timer: &dialog.TimerEvent{Kind: "reminder", Key: "overdue", Due: at}},
		{Kind: dialog.EventOpened}, said(dialog.IntentAskBalance), said(dialog.IntentAskOptions),
		{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "plan:4"}},
		said(dialog.IntentDeny), said(dialog.IntentAskConsequence), said(dialog.IntentHardshipIncome),
		{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: "defer:30"}},
		said(dialog.IntentLater), said(dialog.IntentRequestHuman),
		agent("claim", ""), agent("say", "您好,我是小周,我来帮您看看。"), said(dialog.IntentCannotPay), agent("release", ""), said(dialog.IntentAskOptions),
	}
}

func TestReplayListsWhatDiffers(t *testing.T) {
	journal, turns := journalOf(t, 9)
	code, out := warmline(t, journal, "policy", "replay", "--journal", "-", "--packs", ownPacks(t, "cn"), "--json")
	var sum replaySummary
	if err := json.Unmarshal([]byte(out), &sum); err != nil || code != exitFine || sum.Replayed != turns || sum.Differ != 0 || sum.Skipped != 0 {
		t.Errorf("the same packs: %d %v\n%.600s", code, err, out)
	}
	earlier := ownPacks(t, "cn", `params: {open: "08:00", close: "22:00", end_inclusive: false}`, `params: {open: "08:00", close: "21:00", end_inclusive: false}`,
		`local: "21:59:59"`, `local: "20:59:59"`)
	code, out = warmline(t, journal, "policy", "replay", "--journal", "-", "--packs", earlier, "--json")
	if code != exitFound || strings.Count(out, `"event":"timer"`) != 3 || !strings.Contains(out, `"now":{"acts":null,"stopped":["CN-TIME-1"`) {
		t.Errorf("an earlier night: %d\n%.900s", code, out)
	}
	shorter := ownPacks(t, "programmes/standard", "max_count: 60", "max_count: 4", "max_days: 90", "max_days: 20")
	code, out = warmline(t, journal, "policy", "replay", "--journal", "-", "--packs", shorter, "--json")
	if code != exitFound || !strings.Contains(out, `"plan:6"`) || strings.Contains(out, "#") {
		t.Errorf("a programme with fewer instalments: %d\n%.900s", code, out)
	}
	if !strings.Contains(out, `"defer:20"`) {
		t.Errorf("a programme with a shorter deferral: %.900s", out)
	}
	older := regexp.MustCompile(`,"offered":(null|\[[^]]*\])`).ReplaceAllString(journal, "")
	if code, out := warmline(t, older, "policy", "replay", "--journal", "-", "--packs", ownPacks(t, "cn"), "--json"); code != exitFine {
		t.Errorf("records that do not say what was offered: %d %.600s", code, out)
	}
	tail := strings.SplitN(journal, "\n", 2)[1]
	skipped := fmt.Sprintf(`"skipped":%d`, turns/9-1)
	if _, out := warmline(t, tail, "policy", "replay", "--journal", "-", "--packs", ownPacks(t, "cn"), "--json"); !strings.Contains(out, skipped) {
		t.Errorf("a conversation without its beginning: %.400s", out)
	}
	for name, broken := range map[string]string{"half a line": "{", "another thing": "[]\n", "no conversation": "{\"envelope\":{}}\n"} {
		if code, out := warmline(t, broken, "policy", "replay", "--journal", "-", "--packs", ownPacks(t, "cn")); code != exitFault {
			t.Errorf("%s: %d %s", name, code, out)
		}
	}
}

// A record that was delivered twice is one turn.
func TestReplayTakesARevisionOnce(t *testing.T) {
	journal, turns := journalOf(t, 3)
	lines := strings.SplitAfter(strings.TrimSpace(journal), "\n")
	twice := strings.Join(slices.Concat(lines[:7], lines[3:]), "")
	code, out := warmline(t, twice, "policy", "replay", "--journal", "-", "--packs", ownPacks(t, "cn"), "--json")
	if want := fmt.Sprintf(`"turns":%d,"replayed":%d,"skipped":0,"repeated":4,"differ":0`, turns+4, turns); code != exitFine || !strings.Contains(out, want) {
		t.Errorf("%d, want %s in %s", code, want, out)
	}
}

// What replay reads of a line without a full decoder is what the decoder reads.
func TestReplayReadsLikeTheDecoder(t *testing.T) {
	journal, _ := journalOf(t, 6)
	for line := range strings.Lines(journal) {
		var want dialog.Record
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			t.Fatal(err)
		}
		got, err := (&share{}).decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		if id, err := conversationOf([]byte(line)); err != nil || id != want.Envelope.Conversation {
			t.Errorf("conversation %q (%v), want %q", id, err, want.Envelope.Conversation)
		}
		facts, err := (&seen{}).read(got.Facts)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got.Envelope, want.Envelope) || !reflect.DeepEqual(*facts, want.Facts) || got.Revision != want.Revision ||
			!slices.Equal(got.Acts, want.Acts) || !slices.Equal(got.Cancelled, want.Cancelled) || !slices.Equal(got.Offered.list, want.Offered) || !got.Offered.known || !slices.Equal(got.Fired, stopped(want.Fired)) {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	quoted := `{"envelope":{"id":"e\"}","conversation":"c1","event":{"kind":"text","text":{"lines":[{"id":"1","text":"\\\\"},{"id":"2","text":"]}\""}]}}},"facts":{},"revision":2,"texts":["\\"]}`
	if got, err := (&share{}).decode([]byte(quoted)); err != nil || got.Revision != 2 || got.Envelope.Event.Text.Lines[0].Text != `\\` || got.Envelope.Event.Text.Lines[1].Text != `]}"` {
		t.Errorf("quotation marks and brackets in texts: %v %+v", err, got)
	}
	spaced := `{ "revision": 1, "fired": [ {"outcome":"deny","rule":"R\u002d1"} , {"rule":"R-2"} ], "envelope": {"event":{"kind":"opened"}, "conversation": "c\u0031"} }`
	got, err := (&share{}).decode([]byte(spaced))
	if id, wrong := conversationOf([]byte(spaced)); err != nil || wrong != nil || id != "c1" || fmt.Sprint(got.Fired) != "[R-1]" {
		t.Errorf("another way of writing it: %v %v %q %v", err, wrong, id, got.Fired)
	}
}

// BenchmarkReplay measures recorded turns a second, decoding included: by the
// clock, and by the processor's time, which others on the machine do not touch.
func BenchmarkReplay(b *testing.B) {
	journal, turns := journalOf(b, 300)
	r, err := newReplay("", nil)
	if err != nil {
		b.Fatal(err)
	}
	used := processorTime()
	for b.Loop() {
		for _, s := range r.shares {
			clear(s.convs)
		}
		if err := r.read(strings.NewReader(journal), func(replayDiff) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
	n := float64(turns) * float64(b.N)
	b.ReportMetric(n/b.Elapsed().Seconds(), "turns/s")
	perCore := n / (processorTime() - used).Seconds()
	b.ReportMetric(perCore, "turns/cpu-s")
	b.ReportMetric(perCore/wantedTurns, "x-wanted")
	b.ReportMetric(float64(len(journal))/float64(turns), "B/turn")
}

// wantedTurns is how many recorded turns a core should run again in a second: a
// day of a busy service in some minutes.
const wantedTurns = 15_000

// processorTime is what this process has used of the processors.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A journal of a service with a model is run again as that service would: an act
// that waited for its words comes out the same.
func TestReplayWithAModel(t *testing.T) {
	cfg := defaults()
	cfg.Model.BaseURL, cfg.Model.Name = "http://localhost:1/v1", "m"
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, []byte("model: {base_url: 'http://localhost:1/v1', name: m}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := newReplay("", &cfg)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	events := scriptedEvents(at)
	events = []dialog.Event{events[0], events[8], {}, events[4], events[10], {}}
	var out bytes.Buffer
	seen, state := &replayed{}, dialog.Conversation{}
	phrased := 0
	for i, event := range events {
		e := dialog.Envelope{ID: fmt.Sprint("e", i), Conversation: "c1", Borrower: "b1", At: at.Add(time.Duration(i) * time.Second), Channel: dialog.ChannelWeb, Session: "s", Event: event}
		if i == 0 {
			state = freshConversation(e)
			state.ID = "c1"
		}
		if event.Kind == "" {
			e.Event = dialog.Event{Kind: dialog.EventPhrased, Phrased: &dialog.PhrasedEvent{Message: state.Pending.Message, Text: "words", Model: "m"}}
			phrased++
		}
		f := factsOf(2, "b1")
		ch := turn.Step(r.rules, state, e, f)
		rec := dialog.Record{Envelope: e, Facts: f, Revision: ch.Next.Revision, Fired: ch.Fired, Acts: seen.acts(ch), Cancelled: ch.Cancelled, Offered: dialog.Offered(&ch)}
		if e.Event.Phrased != nil && len(rec.Acts) == 0 {
			t.Fatal("the words of a model count for no act")
		}
		if err := json.NewEncoder(&out).Encode(rec); err != nil {
			t.Fatal(err)
		}
		state = ch.Next
	}
	packs := ownPacks(t, "cn")
	code, said := warmline(t, out.String(), "policy", "replay", "--journal", "-", "--packs", packs, "--config", file, "--json")
	if code != exitFine || phrased != 2 {
		t.Errorf("as the service: %d %s", code, said)
	}
	if code, said = warmline(t, out.String(), "policy", "replay", "--journal", "-", "--packs", packs, "--json"); code != exitFound {
		t.Errorf("as a service without a model: %d %s", code, said)
	}
}
