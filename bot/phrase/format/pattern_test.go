package format

import (
	"testing"

	"github.com/bojanz/currency"
	"pgregory.net/rapid"

	"warmline/dialog"
)

// A pattern writes what the library writes, whatever the sum.
func TestPatternsAreTheLibrarys(t *testing.T) {
	all := patterns()
	if len(all) < 90 {
		t.Fatalf("%d patterns", len(all))
	}
	for p, pattern := range all {
		show := currency.DisplaySymbol
		if p.sign == "" {
			show = currency.DisplayNone
		}
		rapid.Check(t, func(t *rapid.T) {
			m := dialog.NewMoney(rapid.Int64Range(-1e13, 1e13).Draw(t, "minor"), p.currency)
			if got, want := pattern.write(m), written(p.cldr, m, show, p.sign); got != want {
				t.Fatalf("%+v %d: %q, the library writes %q", p, m.Minor, got, want)
			}
		})
	}
}
