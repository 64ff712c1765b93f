package format

import (
	"slices"
	"strings"
	"unicode"
)

// Amounts returns the sums of money in a text, in order, as plain decimals as
// they were written ("1234.50"): numbers with a currency's sign, code or word
// beside them, and bare numbers with two decimals that are no percentage.
// 827块7 is 827.7.
func Amounts(text string) []string {
	t := normal(text)
	numbers := scan(t)
	var out []string
	for i, n := range numbers {
		if i > 0 && minorUnits(t, numbers[i-1], n) {
			continue // counted with the number before
		}
		if !paid(t, n) {
			continue
		}
		s := n.text
		if i+1 < len(numbers) && minorUnits(t, n, numbers[i+1]) {
			s += "." + numbers[i+1].text
		}
		out = append(out, s)
	}
	return out
}

// minorUnits reports whether b is the small change of a: 827块7.
func minorUnits(t []rune, a, b number) bool {
	if b.start != a.end+1 || !strings.ContainsRune("块塊蚊", t[a.end]) {
		return false
	}
	return len(b.text) == 1 && !strings.Contains(a.text, ".") && !b.scaled && !b.counts(t)
}

// counts reports whether a letter follows that makes the number count
// something else: 827块4期.
func (n number) counts(t []rune) bool {
	return n.end < len(t) && unicode.IsLetter(t[n.end]) && !strings.ContainsRune("毛角", t[n.end])
}

func paid(t []rune, n number) bool {
	after := skip(t, n.end)
	if after < len(t) && (t[after] == '%' || t[after] == '‰') {
		return false
	}
	if signBefore(t, n.start) || signAfter(t, n.end) {
		return true
	}
	_, fraction, _ := strings.Cut(n.text, ".")
	return len(fraction) == 2 && !n.scaled
}

// signBefore looks for a sign or a code in front: ¥, HK$, Rs., CNY.
func signBefore(t []rune, at int) bool {
	i := at - 1
	for i >= 0 && (t[i] == ' ' || t[i] == '-') {
		i--
	}
	if i >= 0 && unicode.Is(unicode.Sc, t[i]) {
		return true
	}
	if i >= 0 && t[i] == '.' {
		i--
	}
	end := i + 1
	for i >= 0 && latin(t[i]) {
		i--
	}
	return slices.Contains(codes, strings.ToLower(string(t[i+1:end])))
}

// signAfter looks for a sign, a code or a word behind: 元, €, dollars.
func signAfter(t []rune, at int) bool {
	i := skip(t, at)
	if i >= len(t) {
		return false
	}
	if unicode.Is(unicode.Sc, t[i]) {
		// "4 ¥827.71": the sign belongs to the number behind it.
		next := skip(t, i+1)
		return next >= len(t) || !ascii(t[next])
	}
	if strings.ContainsRune("元块塊圆圓蚊", t[i]) {
		return true
	}
	if rest := string(t[i:min(i+3, len(t))]); hasAny(rest, "人民币", "人民幣", "港币", "港幣", "港元", "美元", "美金", "台币", "台幣", "新台币", "新台幣", "欧元", "歐元", "英镑", "英鎊", "卢比", "盧比") {
		return true
	}
	stop := i
	for stop < len(t) && latin(t[stop]) {
		stop++
	}
	w := strings.ToLower(string(t[i:stop]))
	return slices.Contains(codes, w) || slices.Contains(words, w)
}

func hasAny(s string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

func skip(t []rune, i int) int {
	for i < len(t) && t[i] == ' ' {
		i++
	}
	return i
}

func latin(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

var (
	codes = []string{
		"cny", "rmb", "hkd", "twd", "ntd", "usd", "gbp", "php", "inr", "vnd", "eur", "sgd", "jpy", "idr", "myr", "thb", "krw",
		"rs", "rp", "rm",
	}
	words = []string{
		"dollar", "dollars", "buck", "bucks", "cents", "yuan", "kuai", "euro", "euros", "pound", "pounds", "quid",
		"peso", "pesos", "rupee", "rupees", "dong",
	}
)
