package slots

import (
	"strconv"

	"warmline/dialog"
)

// counts reads how many instalments and how long.
func (s *scan) counts() {
	for i := range s.tokens {
		n := s.tokens[i].num
		switch {
		case n != nil && !n.used:
			s.countedParts(i)
			s.countedTime(i)
		case s.tokens[i].is("dur"):
			s.fixedTime(i)
		}
	}
	s.lastOfChange()
}

// countedParts reads 分4期, 12 payments, 三笔, a 6-month plan.
func (s *scan) countedParts(i int) {
	n := s.tokens[i].num
	v, ok := n.whole()
	if !ok || v < 2 || v > 60 || s.prevIs(i, "ordinal_prefix") >= 0 && s.word(s.prev(i)) == "第" {
		return
	}
	j := s.partsAfter(i)
	switch {
	case j < 0:
		return
	case s.tokens[j].is("parts"):
		if w := s.word(j); w == "payments" && s.near(i, 2, "weakmiss") >= 0 {
			return
		}
	case s.tokens[j].is("weakparts"):
		if !s.splitting(i) {
			return
		}
	}
	n.used = true
	s.add(dialog.EntityInstalments, strconv.Itoa(v), i, j)
}

// partsAfter returns the token after number i that says instalments, skipping
// one word between ("4 equal payments", "4 more payments").
func (s *scan) partsAfter(i int) int {
	if j := s.nextIs(i, "parts", "weakparts"); j >= 0 {
		return j
	}
	j := s.next(i)
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
	return s.near(i, 3, "split") >= 0 || s.ahead(i, 4, "split") >= 0 ||
		s.ctx.has(dialog.IntentProposeTerms, dialog.IntentChooseOption, dialog.IntentAskOptions, dialog.IntentChangePlan)
}

// countedTime reads 缓十天, 2-3 weeks, 俩月: a duration, or, where the talk is
// of paying by instalments, a number of monthly ones.
func (s *scan) countedTime(i int) {
	n := s.tokens[i].num
	j := s.nextIs(i, "unit")
	if j < 0 || n.used {
		return
	}
	if s.word(j) == "月" && s.word(i) != "俩" && s.word(i) != "两" && s.word(i) != "仨" {
		return // 3月 is March
	}
	unit, _ := s.tokens[j].arg("unit")
	days := daysOf(unit)
	if days == 0 || s.nextIs(j, "ago") >= 0 && s.tokens[s.next(j)].is("ago") && s.word(s.next(j)) != "前" {
		return
	}
	if unit == "day" && s.word(j) == "日" {
		return // 15日 is a date
	}
	n.used = true
	if unit == "month" && s.instalmentTalk(i, j) {
		if v, ok := n.whole(); ok && v > 1 && v <= 60 {
			s.add(dialog.EntityInstalments, strconv.Itoa(v), i, j)
		}
		return
	}
	if !s.waitTalk(i, j) || n.vague {
		return
	}
	s.duration(n, days, i, j)
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
	if err != nil || s.nextIs(i, "ago") >= 0 && s.word(s.next(i)) != "前" {
		return
	}
	if s.tokens[i].is("each") && s.perPeriodNear(i) {
		return
	}
	if days == 180 && s.instalmentTalk(i, i) {
		s.add(dialog.EntityInstalments, "6", i, i)
		return
	}
	if s.waitTalk(i, i) {
		s.add(dialog.EntityDuration, arg, i, i)
	}
}

// instalmentTalk reports whether a number of months counts instalments.
func (s *scan) instalmentTalk(i, j int) bool {
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
	return s.near(i, 3, "more_time") >= 0 || s.ctx.Asked == "date"
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
