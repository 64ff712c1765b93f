package dialog_test

import (
	"slices"
	"testing"

	"warmline/dialog"
)

func TestOffered(t *testing.T) {
	terms := func(minor int64) dialog.Terms {
		return dialog.Terms{Kind: dialog.OfferPlan, Total: dialog.NewMoney(minor, "CNY"),
			Schedule: []dialog.Instalment{{Due: dialog.NewDate(2026, 12, 1), Amount: dialog.NewMoney(minor, "CNY")}}}
	}
	ch := func(minor int64) *dialog.Change {
		options := []dialog.Option{{ID: "plan:3"}, {ID: "confirm"}, {ID: "human"}}
		return &dialog.Change{
			Messages: []dialog.Message{
				{Speaker: dialog.SpeakerBorrower, Act: &dialog.Act{Options: []dialog.Option{{ID: "not_ours"}}}},
				{Speaker: dialog.SpeakerBot, Act: &dialog.Act{Options: options}},
				{Speaker: dialog.SpeakerBot, Act: &dialog.Act{Options: options[2:]}},
			},
			Next: dialog.Conversation{Talk: dialog.Talk{Table: []dialog.Offer{{Option: "plan:3", Terms: terms(minor)}},
				Quote: &dialog.Quote{Offer: dialog.Offer{Terms: terms(minor)}}}},
		}
	}
	one, same, other := dialog.Offered(ch(100)), dialog.Offered(ch(100)), dialog.Offered(ch(101))
	if !slices.Equal(one, same) || one[0] == other[0] || one[1] == other[1] || one[2] != "human" || len(one) != 3 {
		t.Errorf("%v %v %v", one, same, other)
	}
	if dialog.OptionOffered(one[0]) != "plan:3" || dialog.OptionOffered("human") != "human" {
		t.Errorf("%s", dialog.OptionOffered(one[0]))
	}
	a, b := terms(100), terms(100)
	b.LatePaused = true
	if a.Fingerprint() == b.Fingerprint() {
		t.Error("terms with and without late interest look alike")
	}
}
