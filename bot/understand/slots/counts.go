package slots

import (
	"strconv"
	"strings"

	"warmline/dialog"
)

// counts reads how many instalments and how long.
func (s *scan) counts() {
	for i := range s.tokens {
		n := s.tokens[i].num
		switch {
		case n != nil && !n.used:
			s.countedParts(i)
			s.intoParts(i)
			s.countedTime(i)
		case s.tokens[i].is("dur"):
			s.fixedTime(i)
		case s.tokens[i].is("thirds") && (s.near(i, 4, "split") >= 0 || s.parting()):
			arg, _ := s.tokens[i].arg("thirds")
			s.add(dialog.EntityInstalments, arg, i, i)
		}
	}
	s.lastOfChange()
}

// countedParts reads 分4期, 12 payments, 三笔, a 6-month plan.
func (s *scan) countedParts(i int) {
	n := s.tokens[i].num
	v, ok := n.whole()
	if j := s.nextIs(i, "parts"); j >= 0 && len(n.readings) > 1 && !n.vague && n.readings[1] <= 6000 {
		s.value(dialog.EntityInstalments, i, j, "") // 四五期
		return
	}
	if !ok || v < 2 || v > 60 || s.prevIs(i, "ordinal_prefix") >= 0 && s.word(s.prev(i)) == "第" {
		return
	}
	j := s.partsAfter(i)
	switch {
	case j < 0:
		return
	case s.tokens[j].is("weakparts") && strings.HasSuffix(s.word(j), " of") && s.numberAfter(j):
	case s.tokens[j].is("parts"):
		if w := s.word(j); w == "payments" && s.near(i, 2, "weakmiss") >= 0 {
			return
		}
	case s.tokens[j].is("weakparts"):
		if w := s.word(j); !s.splitting(i) && !strings.HasSuffix(w, "付清") && !strings.HasSuffix(w, "还") && !strings.HasSuffix(w, "付") {
			return
		}
	}
	n.used = true
	s.add(dialog.EntityInstalments, strconv.Itoa(v), i, j)
}

// intoParts reads a bare number after "split it in" or 拆成.
func (s *scan) intoParts(i int) {
	n := s.tokens[i].num
	v, ok := n.whole()
	p := s.prev(i)
	if n.used || !ok || n.money || v < 2 || v > 36 || p < 0 {
		return
	}
	if !s.dividing(i, p) {
		return
	}
	if j := s.next(i); j >= 0 && (s.tokens[j].num != nil || s.tokens[j].is("unit", "each", "money", "nth", "dayno", "month", "every", "clock", "option_noun", "counter")) {
		return
	}
	n.used = true
	s.add(dialog.EntityInstalments, strconv.Itoa(v), i, i)
}

// dividing reports whether token p before number i says that it is a number of
// parts.
func (s *scan) dividing(i, p int) bool {
	switch s.word(p) {
	case "in", "into", "over", "by", "across":
		pay := s.prev(p)
		return s.near(p, 4, "split") >= 0 || pay >= 0 && s.word(pay) == "pay" && s.next(i) < 0
	case "分", "分成", "拆", "拆成", "分摊成", "平分", "切成", "break it into", "broken into":
		return true
	case "to", "到", "改到", "变":
		return s.found(dialog.EntityInstalments) && (s.near(p, 6, "change") >= 0 || s.ctx.has(dialog.IntentChangePlan))
	case "make it", "change to", "switch to", "改成", "换成", "变成":
		return s.ctx.has(dialog.IntentChangePlan, dialog.IntentProposeTerms, dialog.IntentChooseOption) || len(s.ctx.Options) > 0
	}
	return false
}

// partsAfter returns the token after number i that says instalments, skipping
// one word between ("4 equal payments", "4 more payments").
func (s *scan) partsAfter(i int) int {
	if j := s.nextIs(i, "parts", "weakparts", "plan_of"); j >= 0 {
		return j
	}
	j := s.next(i)
	if j >= 0 && (s.word(j) == "-" || s.word(j) == "个") {
		return s.nextIs(j, "parts", "plan_of")
	}
	if j >= 0 && (s.word(j) == "x" || s.word(j) == "×") && s.numberAfter(j) {
		return j // 6 x 137.95
	}
	if j < 0 || s.tokens[j].num != nil || len(s.tokens[j].kinds) > 0 && !s.tokens[j].is("more_time", "each") {
		return -1
	}
	if w := s.word(j); w == "equal" || w == "more" || w == "monthly" || w == "weekly" || w == "small" || w == "smaller" || w == "even" || w == "easy" || w == "separate" {
		return s.nextIs(j, "parts", "weakparts")
	}
	return -1
}

// splitting reports whether the text speaks of dividing what is owed.
func (s *scan) splitting(i int) bool {
	if s.ctx.has(dialog.IntentAskDeferral) && s.near(i, 3, "split") < 0 {
		return false
	}
	if j := s.ahead(i, 4, "split"); j >= 0 && s.word(j) != "in" && s.word(j) != "into" && s.word(j) != "over" {
		return true
	}
	return s.near(i, 3, "split") >= 0 || s.parting()
}

// parting reports whether the text is about paying in parts.
func (s *scan) parting() bool {
	return s.ctx.has(dialog.IntentProposeTerms, dialog.IntentChooseOption, dialog.IntentAskOptions, dialog.IntentChangePlan) &&
		!s.ctx.has(dialog.IntentAskDeferral, dialog.IntentPromiseToPay)
}

// countedTime reads 缓十天, 2-3 weeks, 俩月: a duration, or, where the talk is
// of paying by instalments, a number of monthly ones.
func (s *scan) countedTime(i int) {
	n := s.tokens[i].num
	j := s.unitAfter(i)
	if j < 0 || n.used || s.dated(i) {
		return
	}
	if s.word(j) == "月" && s.word(i) != "俩" && s.word(i) != "两" && s.word(i) != "仨" {
		return // 3月 is March
	}
	unit, _ := s.tokens[j].arg("unit")
	days := daysOf(unit)
	if days == 0 && unit != "hour" || s.nextIs(j, "ago") >= 0 && s.tokens[s.next(j)].is("ago") && s.word(s.next(j)) != "前" {
		return
	}
	if unit == "hour" {
		s.hours(n, i, j)
		return
	}
	n.used = true
	if strings.HasPrefix(s.word(j), "个半") {
		n.cents += 50 // 两个半月
	}
	if unit == "year" && !n.fraction && n.cents < 600 {
		n.cents, unit, days = n.cents*12, "month", 30
	}
	if unit == "month" && s.instalmentTalk(i, j) {
		if v, ok := n.whole(); ok && v > 1 && v <= 60 {
			s.add(dialog.EntityInstalments, strconv.Itoa(v), i, j)
		}
		return
	}
	if !s.waitTalk(i, j) || n.vague && !n.approx {
		return
	}
	s.duration(n, days, i, j)
}

// unitAfter returns the unit of time after number i, over one word between:
// "ten more days", "5 working days".
func (s *scan) unitAfter(i int) int {
	if j := s.nextIs(i, "unit"); j >= 0 {
		return j
	}
	j := i
	for range 2 {
		if j = s.next(j); j < 0 {
			return -1
		}
		switch s.word(j) {
		case "-", "more", "extra", "additional", "working", "business", "full", "whole", "calendar", "further", "odd", "工作", "整":
		default:
			return -1
		}
		if k := s.nextIs(j, "unit"); k >= 0 {
			return k
		}
	}
	return -1
}

// hours reads a wait of whole days written in hours: "48 hours".
func (s *scan) hours(n *number, i, j int) {
	v, ok := n.whole()
	if w := s.word(j); !ok || v < 24 || v%24 != 0 || v > 240 || w[0] == 'm' || w[0] == 's' || w == "分" || w == "分钟" || w == "秒" {
		return
	}
	if s.waitTalk(i, j) {
		n.used = true
		s.add(dialog.EntityDuration, strconv.Itoa(v/24), i, j)
	}
}

func (s *scan) duration(n *number, days int64, i, j int) {
	if len(n.readings) > 1 {
		a, b := n.readings[0]*days/100, n.readings[1]*days/100
		s.add(dialog.EntityDuration, "", i, j, strconv.FormatInt(a, 10), strconv.FormatInt(b, 10))
		return
	}
	if d := n.cents * days / 100; d > 0 && d <= 3660 {
		s.add(dialog.EntityDuration, strconv.FormatInt(d, 10), i, j)
	}
}

func daysOf(unit string) int64 {
	switch unit {
	case "day":
		return 1
	case "week":
		return 7
	case "fortnight":
		return 14
	case "month":
		return 30
	case "quarter":
		return 90
	case "year":
		return 365
	}
	return 0
}

// fixedTime reads 一个月, half a year, a week.
func (s *scan) fixedTime(i int) {
	arg, _ := s.tokens[i].arg("dur")
	days, err := strconv.Atoi(arg)
	if err != nil || s.nextIs(i, "ago") >= 0 && s.word(s.next(i)) != "前" || s.dated(i) {
		return
	}
	if s.tokens[i].is("each") && s.perPeriodNear(i) {
		return
	}
	if n := map[int]string{180: "6", 365: "12", 545: "18"}[days]; n != "" && s.instalmentTalk(i, i) {
		s.add(dialog.EntityInstalments, n, i, i)
		return
	}
	if s.waitTalk(i, i) {
		s.add(dialog.EntityDuration, arg, i, i)
	}
}

// dated reports whether token i has been read as part of a date.
func (s *scan) dated(i int) bool {
	start, end := s.text.Span(s.tokens[i].start, s.tokens[i].end)
	for _, e := range s.out {
		if e.Kind == dialog.EntityDate && e.Start <= start && end <= e.End {
			return true
		}
	}
	return false
}

// instalmentTalk reports whether a number of months counts instalments.
func (s *scan) instalmentTalk(i, j int) bool {
	if s.nextIs(j, "wait_noun") >= 0 && s.near(i, 2, "split") < 0 {
		return false
	}
	if k := s.next(j); k >= 0 && (s.tokens[k].is("parts", "plan_of") || s.word(k) == "plan" || s.word(k) == "分期" || s.word(k) == "还清" || s.word(k) == "还完" || s.word(k) == "付清") {
		return true
	}
	if s.near(i, 2, "more_time") >= 0 && s.near(i, 2, "split") < 0 {
		return false
	}
	if s.near(i, 2, "split") >= 0 || s.ahead(j, 2, "split") >= 0 && !s.ctx.has(dialog.IntentAskDeferral) {
		return true
	}
	return s.ctx.has(dialog.IntentProposeTerms, dialog.IntentChooseOption, dialog.IntentAskOptions, dialog.IntentChangePlan) &&
		!s.ctx.has(dialog.IntentAskDeferral)
}

// waitTalk reports whether a length of time is one that is asked for, not one
// that has passed.
func (s *scan) waitTalk(i, j int) bool {
	if s.ctx.has(dialog.IntentAskDeferral, dialog.IntentChooseOption, dialog.IntentChangePlan) {
		return true
	}
	return s.near(i, 3, "more_time") >= 0 || s.nextIs(j, "wait_noun") >= 0 || s.ctx.Asked == "date" ||
		s.ctx.Asked == "" && s.requested(i, j)
}

// requested reports whether a length of time stands alone or among words of
// asking: "just 5 days pls", 一周就行.
func (s *scan) requested(i, j int) bool {
	for p := s.prev(i); p >= 0; p = s.prev(p) {
		if !s.tokens[p].is("please") && s.word(p) != "i" && s.word(p) != "我" && s.word(p) != "me" {
			return false
		}
	}
	for k := s.next(j); k >= 0; k = s.next(k) {
		if !s.tokens[k].is("please") {
			return false
		}
	}
	return true
}

// lastOfChange keeps only what a change leads to: 6期改成12期 is 12.
func (s *scan) lastOfChange() {
	var first, second = -1, -1
	for i, e := range s.out {
		if e.Kind != dialog.EntityInstalments {
			continue
		}
		if first < 0 {
			first = i
		} else if second < 0 {
			second = i
		}
	}
	if second < 0 {
		return
	}
	a, b := s.out[first], s.out[second]
	for i := range s.tokens {
		start, _ := s.text.Span(s.tokens[i].start, s.tokens[i].end)
		if start < a.End || start >= b.Start {
			continue
		}
		if s.tokens[i].is("to", "split") || s.word(i) == "改" || s.word(i) == "拉长" {
			if w := s.word(i); w == "instead" || w == "or" {
				continue
			}
			s.out = append(s.out[:first], s.out[first+1:]...)
			return
		}
	}
}
