package score

import (
	"math"
	"strings"
	"testing"

	"warmline/dialog"
)

const file = `
{"locale":"en","text":"a","intent":"pay_now","entities":{"amount":"200"}}
{"locale":"en","text":"b","intent":"pay_now","entities":{"amount":"300"}}

{"locale":"zh-Hans","text":"c","intent":"self_harm"}
{"locale":"zh-Hans","text":"d","intent":"request_human","now":"2026-11-29T10:00:00+08:00"}
`

// canned answers: right, right intent with another sum, danger seen by its
// level alone, and a human missed but among the candidates, with a false alarm.
func canned(text string, c dialog.HearContext) dialog.Understanding {
	switch text {
	case "a", "b":
		return dialog.Understanding{Driving: dialog.IntentPayNow, Entities: []dialog.Entity{{Kind: dialog.EntityAmount, Value: "200"}}}
	case "c":
		return dialog.Understanding{Driving: dialog.IntentCannotPay, Safety: dialog.SafetyAmber}
	}
	return dialog.Understanding{
		Driving: dialog.IntentPayNow, Safety: dialog.SafetyRed,
		Candidates: []dialog.Scored{{Intent: dialog.IntentPayNow}, {Intent: dialog.IntentRequestHuman}},
	}
}

func TestSummary(t *testing.T) {
	lines, err := Read(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	ticks := int64(0)
	results, err := Run(canned, lines, func() int64 { ticks += 5; return ticks })
	if err != nil {
		t.Fatal(err)
	}
	s := Summarise(results)
	for name, c := range map[string]struct{ got, want float64 }{
		"n":                {float64(s.N), 4},
		"accuracy":         {s.Accuracy, 0.5},
		"top3":             {s.Top3, 0.75},
		"entity_exact":     {s.EntityExact, 0.5},
		"false_crisis":     {s.FalseCrisis, 1.0 / 3},
		"self_harm":        {s.Recall["self_harm"], 1},
		"request_human":    {s.Recall["request_human"], 0},
		"en accuracy":      {s.ByLocale["en"].Accuracy, 1},
		"macro_f1":         {s.MacroF1, 0.8 / 3},
		"ns_per_item":      {float64(s.NsPerItem), 5},
		"no cease_contact": {float64(len(s.Recall)), 2},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, c.got, c.want)
		}
	}
}

func TestReadNamesTheBrokenLine(t *testing.T) {
	_, err := Read(strings.NewReader("{}\n{nonsense\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v", err)
	}
}

func TestAnAskedBackEntityIsNotExact(t *testing.T) {
	r := Result{Line: Line{Entities: map[string]string{"date": "2026-12-02"}}, Heard: dialog.Understanding{
		Entities: []dialog.Entity{{Kind: dialog.EntityDate, Ambiguous: []string{"2026-12-02", "2026-12-09"}}}}}
	if r.EntitiesExact() {
		t.Error("an open date counted as exact")
	}
}
