package format

import (
	"strings"

	"github.com/bojanz/currency"

	"warmline/dialog"
)

// Money writes a sum. Renminbi in a Chinese sentence is 827.71元, without a
// space; everything else has its sign where the locale puts it. The product's
// own number of decimals counts: NT$1,500, HK$1,234.50.
func (f Formatter) Money(m dialog.Money) string {
	if m.Currency == "CNY" && f.style == Text && f.locale == dialog.ZhHans {
		return f.bare(m) + "元"
	}
	return f.amount(m, currency.DisplaySymbol)
}

// bare writes a sum without its currency.
func (f Formatter) bare(m dialog.Money) string { return f.amount(m, currency.DisplayNone) }

func (f Formatter) amount(m dialog.Money, show currency.Display) string {
	sign := ""
	if show == currency.DisplaySymbol {
		sign = f.sign(m.Currency)
	}
	if p, ok := patterns()[placing{f.cldr(m.Currency), m.Currency, sign}]; ok {
		return p.write(m)
	}
	return written(f.cldr(m.Currency), m, show, sign)
}

// written asks the library; "" leaves the sign to it.
func written(cldr string, m dialog.Money, show currency.Display, sign string) string {
	a, err := currency.NewAmount(m.Decimal(), string(m.Currency))
	if err != nil { // no currency at all, or none that is known
		return strings.TrimSpace(m.Decimal() + " " + string(m.Currency))
	}
	cf := currency.NewFormatter(currency.NewLocale(cldr))
	cf.MinDigits, cf.MaxDigits = uint8(m.Currency.Digits()), uint8(m.Currency.Digits())
	cf.CurrencyDisplay = show
	if sign != "" {
		cf.SymbolMap[string(m.Currency)] = sign
	}
	return cf.Format(a)
}

// cldr names the CLDR locale whose number pattern is used: lakh and crore
// grouping for rupees in English, where readers expect it.
func (f Formatter) cldr(c dialog.Currency) string {
	switch {
	case c == "INR" && f.english():
		return "en-IN"
	case f.english():
		return string(f.locale)
	}
	return "zh"
}

// sign returns the sign of a currency, "" to leave it to CLDR. Several dollars
// are about, so a dollar names its country; only a reader in the United States
// sees the bare sign, for the dollar at home.
func (f Formatter) sign(c dialog.Currency) string {
	switch c {
	case "CNY":
		if f.home != "CNY" && f.locale.Language() == dialog.LangZhHant || f.home == "JPY" {
			return "CN¥"
		}
		return "¥"
	case "JPY":
		if f.home == "JPY" {
			return "¥"
		}
		return "JP¥"
	case "USD":
		if f.locale == dialog.EnUS && f.home == "USD" {
			return "$"
		}
		return "US$"
	case "HKD":
		return "HK$"
	case "TWD":
		return "NT$"
	case "SGD":
		return "S$"
	case "GBP":
		return "£"
	case "EUR":
		return "€"
	case "PHP":
		return "₱"
	case "INR":
		return "₹"
	case "VND":
		return "₫"
	case "IDR":
		return "Rp"
	case "MYR":
		return "RM"
	case "THB":
		return "฿"
	case "KRW":
		return "₩"
	}
	return ""
}
