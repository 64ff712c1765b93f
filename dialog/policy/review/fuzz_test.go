package review_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"warmline/dialog/policy/review"
)

// FuzzDraft holds that no text breaks the review, that places lie within the
// text, and that a digit or a stray brace is never let through.
func FuzzDraft(f *testing.F) {
	for _, seed := range []string{"", "您好，{amount_due}。", "l o s e r", "联.系.家.人", "{", "｛a｝", "\xff\xfe{x}", "don't 'tis ''", "İ@ｗｗｗ.x.com", "１２３ ٣ ⅷ", "a.b.c d.e", "\u202e{amount_due}\u200b", "——。。！！", "'s'll"} {
		f.Add(seed, "zh-Hans")
		f.Add(seed, "en")
	}
	r, err := review.New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, locale string) {
		v := r.Draft(review.Draft{Locale: locale, Optional: []string{"amount_due"}, Text: text})
		for _, x := range v.Findings {
			if x.Start < 0 || x.End > len(text) || x.Start > x.End {
				t.Fatalf("%s at [%d, %d) of %d bytes", x.Family, x.Start, x.End, len(text))
			}
		}
		if v.Allowed && utf8.ValidString(text) && strings.ContainsAny(strings.ReplaceAll(text, "{amount_due}", ""), "0123456789{}") {
			t.Fatalf("passed: %q", text)
		}
		r.Agent(review.AgentDraft{Language: locale, Text: text})
		r.Final(review.Filled{Locale: locale, Text: text, Words: []string{text[:len(text)/2]}})
	})
}

func BenchmarkDraft(b *testing.B) {
	r := reviewer(b)
	cases := lines(b, "testdata/allow.txt")
	drafts := make([]review.Draft, len(cases))
	for i, w := range cases {
		drafts[i] = w.draft()
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r.Draft(drafts[i%len(drafts)])
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := review.New(); err != nil {
			b.Fatal(err)
		}
	}
}
