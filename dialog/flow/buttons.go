package flow

import (
	"strings"
	"time"

	"warmline/dialog"
)

// buttons returns plain options by id.
func buttons(ids ...string) []dialog.Option {
	options := make([]dialog.Option, len(ids))
	for i, id := range ids {
		options[i] = dialog.Option{ID: id}
	}
	return options
}

// OfferButton is the option that chooses an offer, with what its label says.
func OfferButton(o dialog.Offer) dialog.Option {
	b := dialog.Option{ID: o.Option}
	t := o.Terms
	if len(t.Schedule) == 0 {
		return b
	}
	first := t.Schedule[0]
	switch t.Kind {
	case dialog.OfferPlan:
		b.Values = vals{
			"instalment_count":  dialog.InstalmentCountValue(len(t.Schedule)),
			"instalment_amount": dialog.MoneyValue(first.Amount),
		}
	case dialog.OfferDeferral:
		b.Values = vals{"new_due_date": dialog.DateValue(first.Due), "defer_days": dialog.DaysValue(t.Days)}
	case dialog.OfferPromise:
		if strings.Contains(o.Option, ":") {
			b.Values = vals{"promise_date": dialog.DateValue(first.Due)}
		}
	}
	return b
}

// Chosen returns the button that an option id stands for, with what its label
// says: an offer's terms from the table, a date or time from the id itself.
func Chosen(id string, table []dialog.Offer) dialog.Option {
	for _, o := range table {
		if o.Option == id {
			return OfferButton(o)
		}
	}
	switch kind, arg, _ := strings.Cut(id, ":"); kind {
	case "promise":
		if day, err := dialog.ParseDate(arg); err == nil {
			return promiseButton(day)
		}
	case "callback":
		if at, err := time.Parse(time.RFC3339, arg); err == nil {
			return slotButtons([]time.Time{at})[0]
		}
	}
	return dialog.Option{ID: id}
}

func offerButtons(offers []dialog.Offer) []dialog.Option {
	options := make([]dialog.Option, len(offers))
	for i, o := range offers {
		options[i] = OfferButton(o)
	}
	return options
}

// menu is the buttons of offers followed by plain ones.
func menu(offers []dialog.Offer, ids ...string) []dialog.Option {
	return append(offerButtons(offers), buttons(ids...)...)
}

// confirmButtons stand below a confirm card.
func confirmButtons(q *dialog.Quote) []dialog.Option {
	confirm := dialog.Option{ID: "confirm", Card: q.ID}
	if q.Cancels != "" {
		return append([]dialog.Option{confirm}, buttons("keep", "human")...)
	}
	return append([]dialog.Option{confirm}, buttons("change", "not_now", "human")...)
}

// promiseButton offers a day to pay on.
func promiseButton(day dialog.Date) dialog.Option {
	return dialog.Option{ID: "promise:" + day.String(), Values: vals{"promise_date": dialog.DateValue(day)}}
}

// slotButtons offer times for a call back.
func slotButtons(slots []time.Time) []dialog.Option {
	var options []dialog.Option
	for _, s := range slots[:min(len(slots), 4)] {
		options = append(options, dialog.Option{
			ID: "callback:" + s.Format(time.RFC3339), Values: vals{"callback_time": momentValue(s)},
		})
	}
	return options
}
