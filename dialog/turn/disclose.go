package turn

import (
	"slices"
	"strings"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// owe notes the texts that rules want shown with an act that will be said.
func (x *run) owe(ids []string) {
	for _, id := range ids {
		if _, text := policy.DisclosureForm(id); text && !slices.Contains(x.owed, id) {
			x.owed = append(x.owed, id)
		}
	}
}

// disclosed puts the texts that are owed beside the acts that they belong to:
// who speaks before everything else, the rest before the last word, whose
// buttons stay the last. What the reader may not read yet stays owed.
func (x *run) disclosed(acts []dialog.Act) []dialog.Act {
	owed := x.owed
	x.owed = nil
	if len(owed) == 0 || strings.HasPrefix(string(acts[0].Kind), "crisis.") {
		return acts
	}
	var front, beside []dialog.Act
	for _, id := range owed {
		a, ok := x.disclosure(id, acts)
		switch {
		case !ok:
		case policy.DisclosureLeads(id):
			front = append(front, a)
		default:
			beside = append(beside, a)
		}
	}
	last := len(acts) - 1
	return slices.Concat(front, acts[:last], beside, acts[last:])
}

// disclosure is the act that shows a text, if it may be said now and its facts
// are known.
func (x *run) disclosure(id string, acts []dialog.Act) (dialog.Act, bool) {
	form, _ := policy.DisclosureForm(id)
	values, known := x.disclosureValues(id)
	if !known || slices.ContainsFunc(acts, func(a dialog.Act) bool { return policy.Shown(&a) == id }) {
		return dialog.Act{}, false
	}
	a := dialog.Act{Kind: policy.ActDisclose, Form: form, Values: values}
	v := x.rules.Permit(&a, &x.m)
	if !v.Allowed() || x.unread(&a) {
		return dialog.Act{}, false
	}
	a.Rules = ruleIDs(v.Looked)
	return a, true
}

// disclosureValues are the facts of a text; false when one of them is missing.
func (x *run) disclosureValues(id string) (map[string]dialog.Value, bool) {
	text := func(s string) dialog.Value { return dialog.TextValue(s) }
	due, owed := x.m.Account.Overdue.Due, x.m.Owed.Total
	lender := x.lenderName()
	switch id {
	case "us.creditor_name":
		return map[string]dialog.Value{"lender_name": text(lender)}, lender != ""
	case "us.validation":
		until := businessDays(dialog.DateOf(x.e.At.In(x.zone)), receiptDays).AddDays(disputeDays)
		return map[string]dialog.Value{"lender_name": text(lender), "amount_due": dialog.MoneyValue(owed),
			"due_date": dialog.DateValue(due), "answer_by": dialog.DateValue(until)}, lender != "" && owed.Minor > 0
	case "tw.outsourcing_notice":
		return map[string]dialog.Value{"lender_name": text(lender), "amount_due": dialog.MoneyValue(owed)}, lender != "" && owed.Minor > 0
	case "cn.dunning_fields":
		name := x.f.Borrower.Name
		return map[string]dialog.Value{"borrower_name": text(name), "lender_name": text(lender),
			"amount_due": dialog.MoneyValue(owed), "due_date": dialog.DateValue(due)}, name != "" && lender != "" && owed.Minor > 0
	case "uk.conc_7_20", "advice.card":
		_, limits := x.rules.Offers(&x.m.Standing)
		if limits.DebtAdvice == nil {
			return nil, false
		}
		return map[string]dialog.Value{"advice_org": text(limits.DebtAdvice.Name), "advice_contact": text(limits.DebtAdvice.Contact)}, true
	}
	return nil, true
}

// The time in which a debt may be disputed: thirty days from receipt, which is
// taken to be five business days after sending (12 CFR 1006.34(b)(5)).
const (
	receiptDays = 5
	disputeDays = 30
)

func businessDays(from dialog.Date, n int) dialog.Date {
	for n > 0 {
		from = from.AddDays(1)
		if wd := from.Weekday(); wd != 0 && wd != 6 {
			n--
		}
	}
	return from
}

// lenderName is the lender's name in the language that is spoken.
func (x *run) lenderName() string {
	if name := x.f.Borrower.Lender; name != "" {
		return name
	}
	return x.rules.Lender(x.locale())
}

// ledger notes what was shown, with its version, language and time. Of a pack's
// text, which may come with every reminder, the newest in a language stands; the
// journal has them all.
func (x *run) ledger(a *dialog.Act) {
	id := policy.Shown(a)
	if id == "" {
		return
	}
	d := dialog.Disclosure{Text: id, Version: x.rules.Texts(), Locale: x.locale(), At: x.e.At}
	kept := keep(x.next.Disclosed, func(o dialog.Disclosure) bool {
		return a.Kind != policy.ActDisclose || o.Text != id || o.Locale != d.Locale
	})
	x.next.Disclosed = add(kept, maxDisclosed, d)
}
