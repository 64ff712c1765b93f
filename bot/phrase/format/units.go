package format

import (
	"strconv"
	"strings"

	"warmline/dialog"
)

// days writes a number of days with its unit.
func (f Formatter) days(n int64) string {
	if f.english() {
		return Count(n) + " " + Plural(n, "day", "days")
	}
	return Count(n) + "天"
}

// instalmentCount writes a number of instalments with its unit.
func (f Formatter) instalmentCount(n int64) string {
	switch {
	case f.locale == dialog.EnUS:
		return Count(n) + " " + Plural(n, "installment", "installments")
	case f.english():
		return Count(n) + " " + Plural(n, "instalment", "instalments")
	}
	return Count(n) + "期"
}

// counts writes a choice among numbers: 3, 4 or 6.
func (f Formatter) counts(parts []dialog.Value) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = Count(p.Number)
	}
	comma, or := "、", "或"
	if f.english() {
		comma, or = ", ", " or "
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], comma) + or + words[last]
}

// instalments writes the sums of a schedule, equal ones together:
// 206.93×3+206.92, 3 × ¥206.93 + ¥206.92.
func (f Formatter) instalments(parts []dialog.Value) string {
	var groups []string
	for i := 0; i < len(parts); {
		j := i
		for j < len(parts) && parts[j].Money == parts[i].Money {
			j++
		}
		groups = append(groups, f.times(j-i, parts[i].Money))
		i = j
	}
	if f.english() {
		return strings.Join(groups, " + ")
	}
	return strings.Join(groups, "+")
}

func (f Formatter) times(n int, m dialog.Money) string {
	switch {
	case f.english() && n == 1:
		return f.Money(m)
	case f.english():
		return strconv.Itoa(n) + " × " + f.Money(m)
	case n == 1:
		return f.bare(m)
	}
	return f.bare(m) + "×" + strconv.Itoa(n)
}

// planList writes several schedules, each with its count.
func (f Formatter) planList(parts []dialog.Value) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = f.instalmentCount(int64(len(p.Parts))) + " " + f.instalments(p.Parts)
		if f.english() {
			words[i] = f.instalmentCount(int64(len(p.Parts))) + " (" + f.instalments(p.Parts) + ")"
		}
	}
	if f.english() {
		return strings.Join(words, "; ")
	}
	return strings.Join(words, "；")
}
