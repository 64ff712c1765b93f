package flow

import (
	"testing"

	"warmline/dialog"
)

// yesAt is a yes that is heard with a probability.
func yesAt(score float64) *dialog.Understanding {
	u := heard("affirm")
	u.Intents[0].Score = score
	return u
}

func TestOnlyWordsOfAYesBindACard(t *testing.T) {
	for _, text := range []string{"yes", "ok lets do it", "sign me up", "就这么定吧", "好"} {
		demo(t).taps("plan:6").expect("plan.confirm").hears(text, yesAt(0.6)).expect("plan.submitted")
	}
	for _, text := range []string{"wow", "ugh", "so", "finished"} {
		demo(t).taps("plan:6").hears(text, yesAt(0.6)).expect("clarify.ask/confirm_card", "plan.confirm")
	}
	demo(t).taps("plan:6").hears("thats grand", yesAt(0.97)).expect("plan.submitted")
	demo(t).taps("plan:6").hears("yes but is there a fee?", yesAt(0.97)).expect("clarify.ask/confirm_card", "plan.confirm")
}

func TestAMereSoundIsAskedBackAbout(t *testing.T) {
	demo(t).taps("plan:6").hears("huh", heard("affirm")).expect("clarify.ask/confirm_card")
	demo(t).hears("hmm...", heard("ask_balance")).expect("clarify.ask")
}

func TestTheWishBehindLightWords(t *testing.T) {
	demo(t).hears("done the PIN, how much", heard("give_identity ask_balance")).expect("balance.show")
	demo(t).hears("verified. 4 payments", heard("give_identity", "n_instalments=4")).expect("plan.confirm")
	demo(t).hears("so what is it today", heard("out_of_scope ask_balance")).expect("balance.show")
}

func TestAPartThatWasOfferedIsWhatTheLinkIsFor(t *testing.T) {
	demo(t).says("pay_partial", "amount=200").expect("partial.offer").
		hears("ok link me", heard("pay_now")).expect("payment.effect/partial", "payment.link/making")
	demo(t).says("pay_partial", "amount=200").
		hears("no, I'll pay all of it", heard("pay_now")).expect("payment.link/making")
}

func TestARefusalIsAskedAboutOnce(t *testing.T) {
	demo(t).says("refuse_pay").expect("refusal.explore").says("refuse_pay").expect("options.menu/alternatives").
		says("refuse_pay").says("refuse_pay").expect("later.ok/peace")
}

func TestANumberInOtherWords(t *testing.T) {
	demo(t).says("ask_options").hears("what about 9", heard("choose_option")).expect("plan.offer/nearest")
	demo(t).hears("can I do it in 6", heard("ask_options")).expect("plan.confirm")
	demo(t).taps("plan:6").hears("I meant 3", heard("deny")).expect("plan.confirm/switched")
	demo(t).taps("plan:6").hears("never mind, push it back instead", heard("cancel_or_undo")).expect("deferral.confirm")
}

func TestAStoryIsThankedForAndAnswered(t *testing.T) {
	vague := &dialog.Understanding{Language: dialog.LangEn}
	demo(t).hears("I know I'm behind on this, things have been such a struggle lately and I don't know what to do", vague).
		expect("hardship.acknowledge/told", "options.menu")
	demo(t).hears("struggle", vague).expect("clarify.ask")
}

func TestNobodyRemembersAReference(t *testing.T) {
	c := demo(t).says("already_paid").expect("payment.trace/ask")
	c.hears("don't remember", heard("forgot")).expect("payment.trace/ask_again")
	c.hears("no idea", heard("deny")).owner(dialog.OwnerQueue)
}

func TestABudgetInTwoFigures(t *testing.T) {
	demo(t).hears("I get 1500 and 1620 goes out on rent and food", heard("cannot_pay", "amount=1500")).
		expect("budget.negative", "handoff.queued/hardship")
	demo(t).hears("rent and food take 1250, I bring home 1400", heard("cannot_pay")).expect("plan.offer/budget")
}

func TestTheAutomaticPaymentInWords(t *testing.T) {
	demo(t).hears("my direct debit bounced", heard("tech_failure")).expect("tech.fix/debit_said").buttons("retry_debit", "pause_debit").
		hears("try it again", heard("deny")).expect("tech.fix/retry_asked")
	demo(t).hears("stop the direct debit", heard("tech_failure")).expect("tech.fix/pause_asked")
	demo(t).hears("will you stop the direct debit?", heard("tech_failure")).expect("tech.fix/debit_said")
}

func TestAStopNeedsAWordOfItsOwn(t *testing.T) {
	for text, want := range map[string]dialog.Intent{
		"idk": "", "whatever": "", "i'll ask my husband": "", "wrong number": dialog.IntentWrongPerson, "stop": dialog.IntentCeaseContact,
		"I'm her husband": dialog.IntentThirdParty,
	} {
		i := map[string]dialog.Intent{
			"idk": dialog.IntentWrongPerson, "whatever": dialog.IntentCeaseContact, "i'll ask my husband": dialog.IntentThirdParty,
		}[text]
		if i == "" {
			i = want
		}
		u := heard(string(i))
		u.Language, u.Intents[0].Score = dialog.LangEn, 0.5
		said := &dialog.TextEvent{Lines: []dialog.TextLine{{Text: text}}, Heard: u}
		if got := Sober(said, u); got.Driving != want || want == "" && (got.Confident || got.Has(i)) {
			t.Errorf("%q is heard as %q %v, want %q", text, got.Driving, got.Intents, want)
		}
	}
	long := heard("wrong_person")
	long.Language, long.Intents[0].Score = dialog.LangEn, 0.5
	story := &dialog.TextEvent{Lines: []dialog.TextLine{{Text: "this goes on for so many words that nobody could call it short"}}}
	if got := Sober(story, long); got.Driving != dialog.IntentWrongPerson {
		t.Errorf("a long text is heard as %q", got.Driving)
	}
}
