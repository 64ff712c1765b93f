package flow

import (
	"slices"
	"strconv"
	"strings"

	"warmline/dialog"
)

// ready makes sure that an account can be talked about: the borrower is here,
// the lender has answered, and it is clear which account is meant. Otherwise it
// says what is missing and keeps the event to be answered afterwards.
func (d *draft) ready() bool {
	switch {
	case d.Level < dialog.LevelBorrower:
		d.askIdentity()
	case d.Facts.Unavailable:
		d.keepForLater()
		d.remember(slotUnanswered, "yes")
		d.say("service.unavailable", "", nil, buttons("human")...)
	case len(d.Facts.Accounts) == 0 && d.Facts.Borrower.ID == "":
		unclear(d) // nothing was looked up for this text: nothing is said of the account
	case d.Account.Ref == "" && len(d.overdue()) > 1:
		d.chooseAccount()
	default:
		return true
	}
	return false
}

// askIdentity asks for a step-up, once, in the place of account facts.
func (d *draft) askIdentity() {
	if d.said("identity.ask") {
		return
	}
	again := d.Talk.After != nil
	d.keepForLater()
	switch {
	case d.Envelope.Channel == dialog.ChannelTelegram:
		d.say("identity.ask", "telegram", nil, buttons("open_wallet", "human")...)
	case d.confirming():
		d.say("identity.ask", "confirm", nil, buttons("step_up", "human")...)
	case again:
		d.say("identity.ask", "again", nil, buttons("step_up", "human")...)
	default:
		d.say("identity.ask", "", nil, buttons("step_up", "human")...)
	}
}

// keepForLater keeps the event, to be answered after a step-up or the choice of
// an account.
func (d *draft) keepForLater() {
	e := d.Envelope.Event
	if e.Kind == dialog.EventText || e.Kind == dialog.EventChoice {
		d.Talk.After = &e
	}
}

// confirming reports whether the event is a yes to the open card.
func (d *draft) confirming() bool {
	if c := d.Envelope.Event.Choice; c != nil {
		return c.Option == "confirm"
	}
	return d.Talk.Quote != nil && d.heard != nil && d.heard.Driving == dialog.IntentAffirm
}

// overdue returns the accounts on which something is past its date.
func (d *draft) overdue() []dialog.Account { return lateAccounts(&d.Facts, d.Today) }

func lateAccounts(f *dialog.Facts, today dialog.Date) []dialog.Account {
	var late []dialog.Account
	for _, a := range f.Accounts {
		if a.IsOverdue(today) {
			late = append(late, a)
		}
	}
	return late
}

// chooseAccount asks which of several accounts is meant.
func (d *draft) chooseAccount() {
	d.keepForLater()
	d.ask("account", "account")
	var options []dialog.Option
	card := &dialog.Card{Kind: "accounts", Title: "card.accounts", Columns: []string{"row.product", "row.due_date"}}
	accounts := d.overdue()
	for _, a := range accounts[:min(len(accounts), 8)] {
		id := "account:" + a.Ref
		name := dialog.TextValue(a.Product)
		options = append(options, dialog.Option{ID: id, Values: vals{"product": name}})
		card.Rows = append(card.Rows, dialog.Row{
			Label: "row.account", Option: id,
			Cells: []dialog.Value{name, dialog.DateValue(a.Overdue.Due)},
		})
	}
	d.sayCard("account.choose", "", vals{"account_count": dialog.CountValue(len(accounts))},
		card, append(options, buttons("human")...)...)
}

// AccountNamed returns the reference of the account that a text names: by its
// product's name, by its place in the list while it is asked which one is meant,
// and later as "the other account" where there are two. "" when it names none.
func AccountNamed(talk *dialog.Talk, f *dialog.Facts, t *dialog.TextEvent, today dialog.Date) string {
	if t == nil {
		return ""
	}
	late := lateAccounts(f, today)
	named := namedProduct(late, t)
	if talk.Asked != "account" && talk.Account == "" {
		if len(late) < 2 {
			return ""
		}
		return named
	}
	if talk.Asked != "account" {
		if len(late) != 2 && len(f.Accounts) == 2 {
			late = f.Accounts // one of the two may be settled by now
		}
		return otherAccount(talk, late, named, t)
	}
	if named != "" {
		return named
	}
	length := 0
	for _, l := range t.Lines {
		length += len([]rune(l.Text))
	}
	place, _ := t.Heard.Entity(dialog.EntityOption)
	if n, err := strconv.Atoi(place.Value); err == nil && n > 0 && n <= len(late) && length <= fewWords {
		return late[n-1].Ref
	}
	return ""
}

// namedProduct is the account whose product a text names, if only one's does.
func namedProduct(accounts []dialog.Account, t *dialog.TextEvent) string {
	text := strings.ToLower(joined(t))
	ref := ""
	for _, a := range accounts {
		if a.Product == "" || !strings.Contains(text, strings.ToLower(a.Product)) {
			continue
		}
		if ref != "" {
			return ""
		}
		ref = a.Ref
	}
	return ref
}

// otherAccount is the account that a text turns to while another one is talked
// about. With two plans on the table "the other one" is a plan.
func otherAccount(talk *dialog.Talk, late []dialog.Account, named string, t *dialog.TextEvent) string {
	if named != "" && named != talk.Account {
		return named
	}
	if len(late) != 2 || len(talk.Table) == 2 || !touches(t, topicOtherAccount) {
		return ""
	}
	for _, a := range late {
		if a.Ref != talk.Account {
			return a.Ref
		}
	}
	return ""
}

// SaysOtherAccount reports whether a short text speaks of another account.
func SaysOtherAccount(t *dialog.TextEvent) bool {
	return touches(t, topicOtherAccount) && len([]rune(joined(t))) <= fewWords
}

// NotSomebodyElse returns what was heard without "I am somebody else" where a
// short text speaks of the other one of two accounts: "wrong, the other one".
func NotSomebodyElse(talk *dialog.Talk, f *dialog.Facts, t *dialog.TextEvent, today dialog.Date) *dialog.Understanding {
	u := t.Heard
	if u == nil || !u.Has(dialog.IntentWrongPerson) && !u.Has(dialog.IntentThirdParty) {
		return u
	}
	if talk.Account == "" || len(lateAccounts(f, today)) != 2 || !SaysOtherAccount(t) {
		return u
	}
	stranger := func(i dialog.Intent) bool { return i == dialog.IntentWrongPerson || i == dialog.IntentThirdParty }
	calm := *u
	calm.Intents = slices.DeleteFunc(slices.Clone(u.Intents), func(s dialog.Scored) bool { return stranger(s.Intent) })
	if stranger(u.Driving) {
		calm.Driving = dialog.IntentChooseOption
	}
	return &calm
}

func (d *draft) accountNamed() string {
	if d.Level < dialog.LevelBorrower {
		return ""
	}
	return AccountNamed(&d.Talk, &d.Facts, d.Envelope.Event.Text, d.Today)
}

// accountNamedNow turns to the account that a text names: with the question
// that waited for the choice, with what the text itself asks, or with its bill.
func (d *draft) accountNamedNow(ref string) {
	if d.Talk.Asked == "account" || d.heard == nil || !d.heard.Confident || !requests(d.heard.Driving) {
		d.accountChosen(ref)
		return
	}
	d.Talk.Account = ref
	d.dropQuote()
	d.Talk.Table = nil
	d.understood()
}

// accountChosen goes on with what was asked before the choice.
func (d *draft) accountChosen(ref string) {
	if _, ok := d.Facts.Account(ref); !ok {
		if d.ready() {
			d.run(dialog.IntentAskBalance)
		}
		return
	}
	d.Talk.Account = ref
	choosing := (len(d.Talk.Table) > 0 || d.Talk.Quote != nil) && !d.asks(topicShow)
	d.ask("", "")
	d.dropQuote()
	d.Talk.Table = nil
	after := d.Talk.After
	d.Talk.After = nil
	switch {
	case d.Account.Ref == ref && after != nil:
		d.resume(*after)
	case d.Account.Ref == ref && choosing && d.ready() && d.owes():
		askOptions(d) // the same question, about the other account
	default:
		d.run(dialog.IntentAskBalance)
	}
}

// resume answers an event that was kept.
func (d *draft) resume(e dialog.Event) {
	d.Envelope.Event = e
	d.heard = nil
	if e.Text != nil {
		d.heard = e.Text.Heard
	}
	d.answer()
}

// owes reports whether anything is due on the account now.
func (d *draft) owes() bool { return d.Owed.Total.Minor > 0 }

// nothingDue says that there is nothing to settle on the account.
func (d *draft) nothingDue() {
	d.say("balance.show", "nothing_due", d.nextDue(), buttons("schedule", "human")...)
}

// nextDue is the next regular payment, where the lender has said it.
func (d *draft) nextDue() vals {
	v := vals{}
	if !d.Account.NextDue.IsZero() {
		v["next_due_date"] = dialog.DateValue(d.Account.NextDue)
		if d.Account.NextDueAmount.Minor > 0 {
			v["next_due_amount"] = dialog.MoneyValue(d.Account.NextDueAmount)
		}
	}
	return v
}
