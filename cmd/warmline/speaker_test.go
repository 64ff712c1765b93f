package main

import (
	"strings"
	"testing"
	"time"

	"warmline/dialog"
)

func testSpeaker(t *testing.T) (speaker, bench) {
	t.Helper()
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	return newSpeaker(b.words, b.reviewer, func() time.Time { return time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC) }), b
}

// TestReviewedTextsPassTheLastLook renders every form and variant of every act
// in every locale: the last look never stands in the way of a reviewed text,
// whatever words it uses, unless a figure in it is not the act's.
func TestReviewedTextsPassTheLastLook(t *testing.T) {
	s, b := testSpeaker(t)
	for _, l := range dialog.Locales() {
		for _, kind := range b.words.Contract.Kinds() {
			spec := b.words.Contract.Acts[kind]
			for _, form := range spec.FormNames() {
				a := dialog.Act{Kind: kind, Form: form, Values: map[string]dialog.Value{}}
				for _, name := range append(append([]string(nil), spec.Forms[form].Required...), spec.Forms[form].Optional...) {
					a.Values[name] = someValue(name)
				}
				for a.Variant = range b.words.Catalog(l).Variants(kind, form) {
					checkLastLook(t, s, a, l)
				}
			}
		}
	}
}

func someValue(name string) dialog.Value {
	switch {
	case strings.HasSuffix(name, "_date"), strings.HasPrefix(name, "latest"):
		return dialog.DateValue(dialog.NewDate(2026, 12, 21))
	case strings.HasSuffix(name, "_days"), name == "days_late":
		return dialog.DaysValue(19)
	case name == "plan_counts":
		return dialog.CountsValue([]int{3, 4, 6})
	case strings.HasSuffix(name, "_at"), strings.HasSuffix(name, "_until"):
		return dialog.TimeValue(time.Date(2026, 11, 22, 1, 30, 0, 0, time.UTC))
	}
	return dialog.MoneyValue(dialog.NewMoney(82771, "CNY"))
}

func checkLastLook(t *testing.T, s speaker, a dialog.Act, l dialog.Locale) {
	t.Helper()
	r, err := s.Render(a, l, "Asia/Shanghai")
	if err != nil {
		t.Fatalf("%s/%s in %s: %v", a.Kind, a.Form, l, err)
	}
	if err := s.Review(a, l, r); err != nil {
		t.Errorf("%s/%s in %s: %q was stopped: %v", a.Kind, a.Form, l, r.Text, err)
	}
	r.Text += " 5309"
	if err := s.Review(a, l, r); err == nil {
		t.Errorf("%s/%s in %s: a foreign figure passed", a.Kind, a.Form, l)
	}
}

// TestABadTextIsStopped changes what a model or a defect might change.
func TestABadTextIsStopped(t *testing.T) {
	s, _ := testSpeaker(t)
	due := dialog.MoneyValue(dialog.NewMoney(82771, "CNY"))
	a := dialog.Act{Kind: "balance.show", Values: map[string]dialog.Value{
		"amount_due": due, "due_date": dialog.DateValue(dialog.NewDate(2026, 11, 12)), "lender_name": dialog.TextValue("法院路小贷"),
	}, Card: &dialog.Card{Rows: []dialog.Row{{Cells: []dialog.Value{due}}}}}
	for _, x := range []struct {
		name, text, model, cell, rule string
	}{
		{"reviewed words", "我们不会上门，也不会联系您的家人。一共¥827.71。", "", "¥827.71", ""},
		{"a wrong sum", "一共¥827.17。", "", "¥827.71", "REV-FACT-1"},
		{"a wrong cell", "一共¥827.71。", "", "¥872.71", "REV-FACT-1"},
		{"a model's good words", "这一期是¥827.71，想先看看怎么安排？", "m", "¥827.71", ""},
		{"a lender's name is no threat", "法院路小贷这一期是¥827.71，想先看看怎么安排？", "m", "¥827.71", ""},
		{"a model's threat", "¥827.71再不还，后果自负。", "m", "¥827.71", "REV-THREAT-1"},
		{"a model's own sum", "这一期是¥827.71，其实还700也行。", "m", "¥827.71", "REV-FACT-1"},
		{"a model's number in words", "这一期是¥827.71，先还三百也行。", "m", "¥827.71", "REV-SLOT-1"},
		{"a placeholder that stayed", "这一期是{amount_due}。", "", "¥827.71", "REV-SLOT-4"},
	} {
		r := dialog.Rendered{Text: x.text, Model: x.model, Card: &dialog.RenderedCard{Rows: []dialog.RenderedRow{{Cells: []string{x.cell}}}}}
		err := s.Review(a, dialog.ZhHans, r)
		switch {
		case x.rule == "" && err != nil:
			t.Errorf("%s: stopped: %v", x.name, err)
		case x.rule != "" && (err == nil || !strings.Contains(err.Error(), x.rule)):
			t.Errorf("%s: %v, expected %s", x.name, err, x.rule)
		case err != nil && strings.Contains(err.Error(), "827"):
			t.Errorf("%s: the error tells a sum", x.name)
		}
	}
}
