package guardeval_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"warmline/dialog/policy/review/guardeval"
)

const sample = `{"id":"a","locale":"en","act":"balance.show","required":["amount_due"],"text":"It's {amount_due}.","expect":"allow","why":"natural"}
{"id":"b","locale":"en","act":"balance.show","required":["amount_due"],"text":"It's 300.","expect":"block","why":"digit_leak"}
{"id":"c","locale":"zh-Hans","act":"balance.show","text":"您好，请说。","expect":"block","why":"missing_placeholder"}

{"id":"d","locale":"zh-Hans","act":"clarify.ask","text":"再不还就告诉您家人。","expect":"allow","why":"hard_negative"}
`

func TestEvalGuard(t *testing.T) {
	sum, err := guardeval.EvalGuard(strings.NewReader(sample))
	if err != nil {
		t.Fatal(err)
	}
	if sum.Kind != "guard" || sum.N != 4 || sum.BlockRecall != 0.5 || sum.AllowRate != 0.5 || sum.SlotErrorsPassed != 1 {
		t.Errorf("summary %+v", sum)
	}
	if sum.ByFamily["natural"] != 1 || sum.ByFamily["missing_placeholder"] != 0 || sum.ByLocale["en"].N != 2 {
		t.Errorf("families %v, locales %v", sum.ByFamily, sum.ByLocale)
	}
	if len(sum.Wrong) != 2 || sum.Wrong[0].ID != "c" || sum.NsPerItem <= 0 {
		t.Errorf("wrong %v, %d ns", sum.Wrong, sum.NsPerItem)
	}
	b, err := json.Marshal(sum)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"kind", "n", "block_recall", "allow_rate", "slot_errors_passed", "by_family", "ns_per_item"} {
		if !strings.Contains(string(b), `"`+key+`":`) {
			t.Errorf("no %s in %s", key, b)
		}
	}
}

func TestEvalGuardRefusesBrokenLines(t *testing.T) {
	for _, in := range []string{"{", `{"expect":"maybe"}`} {
		if _, err := guardeval.EvalGuard(strings.NewReader(in)); err == nil {
			t.Errorf("%s: no error", in)
		}
	}
}

// TestUnseenCases measures on cases that nothing was learned from; they stay
// that way. Of what they show only the general is mended.
func TestUnseenCases(t *testing.T) {
	f, err := os.Open("testdata/unseen.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sum, err := guardeval.EvalGuard(f)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases: %.3f blocked, %.3f allowed, %d ns a text", sum.N, sum.BlockRecall, sum.AllowRate, sum.NsPerItem)
	if sum.BlockRecall < 0.96 || sum.AllowRate < 0.92 || sum.SlotErrorsPassed > 0 {
		t.Errorf("%.3f blocked, %.3f allowed, %d slot errors passed", sum.BlockRecall, sum.AllowRate, sum.SlotErrorsPassed)
		for _, w := range sum.Wrong {
			t.Logf("%s (%s): %s", w.Why, w.Got.Why, w.Text)
		}
	}
}
