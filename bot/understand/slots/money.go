package slots

import (
	"strings"

	"warmline/dialog"
)

// money reads sums: by the period, as income, spending or other debts, and
// plainly as an amount.
func (s *scan) money() {
	for i := range s.tokens {
		if n := s.tokens[i].num; n != nil && !n.used {
			s.byPeriod(i)
		}
	}
	for i := range s.tokens {
		if n := s.tokens[i].num; n != nil && !n.used {
			s.budget(i)
		}
	}
	for i := range s.tokens {
		if n := s.tokens[i].num; n != nil && !n.used && s.isAmount(i) {
			s.value(dialog.EntityAmount, i, i, "")
		}
	}
	for i := range s.tokens {
		if s.tokens[i].is("income_none") {
			s.add(dialog.EntityIncome, "0", i, i)
		}
		if s.tokens[i].is("debt_word") && !s.found(dialog.EntityOtherDebts) && (s.word(i) == "mortgage" || s.word(i) == "房贷" || s.word(i) == "房屋贷款") {
			s.add(dialog.EntityOtherDebts, "mortgage", i, i)
		}
	}
}

// byPeriod reads 每月350, 300 a month, 逢星期五过300, $60/month.
func (s *scan) byPeriod(i int) {
	n := s.tokens[i].num
	if n.cents < 500 && !n.money || s.counted(i) {
		return
	}
	unit, j := s.periodAfter(i)
	if unit == "" {
		unit, j = s.periodBefore(i)
	}
	if unit == "" || s.income(i) {
		return
	}
	if s.near(i, 4, "debt_word") >= 0 || s.spent(i) || unit == "day" && s.limited(i) {
		return
	}
	s.value(dialog.EntityPerPeriod, i, j, "/"+unit)
}

// periodAfter looks behind a sum for its period: "300 a month", "100 every friday".
func (s *scan) periodAfter(i int) (string, int) {
	j := s.next(i)
	for range 2 {
		if j >= 0 && (s.tokens[j].is("money", "vague_after") || s.word(j) == "max" || s.word(j) == "po" || s.word(j) == "lang") {
			j = s.next(j)
		}
	}
	if j < 0 || s.tokens[j].num != nil {
		return "", 0
	}
	if unit, ok := s.tokens[j].arg("each"); ok {
		return unit, j
	}
	if s.word(j) == "个月" {
		return "month", j
	}
	if s.word(j) == "on" {
		return s.everyNth(j)
	}
	return s.everyDay(j)
}

// everyNth reads "on the 1st of every month" as monthly.
func (s *scan) everyNth(j int) (string, int) {
	for range 5 {
		if j = s.next(j); j < 0 {
			return "", 0
		}
		if arg, ok := s.tokens[j].arg("each"); ok {
			return arg, j
		}
		if s.tokens[j].num == nil && !s.tokens[j].is("ordinal", "nth") && s.word(j) != "the" && s.word(j) != "of" {
			return "", 0
		}
	}
	return "", 0
}

// everyDay reads "every friday" and 逢星期五 as weekly, "every 2 weeks" as fortnightly.
func (s *scan) everyDay(j int) (string, int) {
	if !s.tokens[j].is("every") {
		return "", 0
	}
	k := s.next(j)
	if k < 0 {
		return "", 0
	}
	if s.tokens[k].is("weekday", "short_weekday") {
		return "week", k
	}
	if unit, ok := s.tokens[k].arg("unit"); ok && (unit == "week" || unit == "month" || unit == "day") {
		return unit, k
	}
	if s.tokens[k].is("due_word", "dayno") {
		return "month", k
	}
	return "", 0
}

// periodBefore looks before a sum: 每月最多300, "monthly 300".
func (s *scan) periodBefore(i int) (string, int) {
	for j, reach := s.prev(i), 0; j >= 0 && reach < 9; j, reach = s.prev(j), reach+1 {
		if s.tokens[j].num != nil && !s.tokens[j].num.used && !s.tokens[j].is("each") {
			return "", 0
		}
		if unit, ok := s.tokens[j].arg("each"); ok {
			if often := s.rhythm(j); often != "" {
				return often, j
			}
			if w := s.word(j); s.tokens[j].is("dur") && reach > 4 || w == "a week" && reach > 1 || w == "a month" && reach > 1 || w == "a day" {
				return "", 0
			}
			return unit, j
		}
		if unit, _ := s.everyDay(j); unit != "" {
			return unit, j
		}
		if unit := s.regularly(j); unit != "" {
			return unit, j
		}
	}
	return "", 0
}

// rhythm returns how often 每次 comes, where the text says so before it:
// 两周还一次 每次两百.
func (s *scan) rhythm(j int) string {
	switch s.word(j) {
	case "每次", "每笔", "per instalment", "each instalment", "per payment":
	default:
		return ""
	}
	for k := range j {
		if unit, ok := s.tokens[k].arg("each"); ok && unit != "month" {
			return unit
		}
	}
	return ""
}

// limited reports whether a sum is what a bank lets somebody send.
func (s *scan) limited(i int) bool {
	return s.near(i, 5, "limit") >= 0 || s.ahead(i, 2, "limit") >= 0
}

// age reports whether a number is somebody's: "i'm 34", 今年四十五了.
func (s *scan) age(i int) bool {
	n := s.tokens[i].num
	v, ok := n.whole()
	p := s.prev(i)
	if n.money || !ok || v < 10 || v > 110 || p < 0 {
		return false
	}
	if j := s.next(i); j >= 0 {
		switch s.word(j) {
		case "short", "behind", "down", "off", "over", "under", "out", "late", "overdrawn", "in", "away", "shy", "better", "up":
			return false
		case "了", "岁", "了吧":
			return s.word(p) == "今年" || s.word(p) == "都" || s.word(p) == "快" || s.word(p) == "我"
		}
	}
	if s.tokens[p].is("aged") && s.word(p) != "i" {
		return true
	}
	return s.word(p) == "今年"
}

// regularly reads 月还, 周付 and 日缴 as a period, unless the first character
// ends another word: 两个月还清, 下周还.
func (s *scan) regularly(j int) string {
	unit := map[string]string{"月": "month", "周": "week", "日": "day", "天": "day"}[s.word(j)]
	if unit == "" || !s.touches(j) || !strings.ContainsAny(s.word(j+1), "还付缴交供给俾") {
		return ""
	}
	if p := s.prev(j); p >= 0 && s.touches(p) && (s.tokens[p].num != nil || strings.ContainsAny(s.word(p), "个上下这本每半几当次前后两俩多")) {
		return ""
	}
	return unit
}

// perPeriodNear reports whether a period word (一个月, "a week") belongs to a
// sum. All are looked for at once: each look takes the whole text.
func (s *scan) perPeriodNear(i int) bool {
	if s.periods != nil {
		return s.periods[i]
	}
	s.periods = map[int]bool{}
	for j := range s.tokens {
		n := s.tokens[j].num
		if n == nil || n.cents < 500 && !n.money || s.counted(j) {
			continue
		}
		if unit, at := s.periodAfter(j); unit != "" {
			s.periods[at] = true
		}
		if unit, at := s.periodBefore(j); unit != "" {
			s.periods[at] = true
		}
	}
	return s.periods[i]
}

// income reports whether a sum is what somebody earns.
func (s *scan) income(i int) bool {
	if s.near(i, 4, "income_word") < 0 && s.ahead(i, 2, "income_word") < 0 {
		return false
	}
	if p := s.prev(i); p >= 0 && (s.tokens[p].is("income_word") || s.tokens[p].is("vague_before", "money") && s.prevIs(p, "income_word") >= 0) {
		return true
	}
	return !s.ctx.has(dialog.IntentProposeTerms, dialog.IntentPayPartial, dialog.IntentPayNow, dialog.IntentPromiseToPay) ||
		s.near(i, 2, "income_word") >= 0 && s.near(i, 2, "each") < 0
}

// spent reports whether a sum is what somebody spends: "rent 1500", "spend
// about 3350 on rent", 1500的房租.
func (s *scan) spent(i int) bool {
	if k := s.near(i, 4, "expense_word"); k >= 0 && s.ownNumber(i, "expense_word") {
		paying := s.near(i, 4, "pay_verb")
		return paying < k
	}
	j := s.next(i)
	for j >= 0 && (s.tokens[j].is("money") || s.word(j) == "的" || s.word(j) == "on" || s.word(j) == "for" || s.word(j) == "in" || s.word(j) == "goes" || s.word(j) == "to" || s.word(j) == "my") {
		j = s.next(j)
	}
	return j >= 0 && j > s.next(i) && s.tokens[j].is("expense_word") && s.ahead(j, 1, "money") < 0 && !s.numberAfter(j)
}

// numberAfter reports whether a number follows token j right away.
func (s *scan) numberAfter(j int) bool {
	k := s.next(j)
	return k >= 0 && s.tokens[k].num != nil
}

// budget reads what is earned, spent and owed elsewhere.
func (s *scan) budget(i int) {
	n := s.tokens[i].num
	if j := s.nextIs(i, "lenders"); j >= 0 {
		if v, ok := n.whole(); ok && v > 1 && v < 60 && s.ctx.has(dialog.IntentOverIndebted) {
			n.used = true
			s.add(dialog.EntityOtherDebts, s.word(i)+" "+s.word(j), i, j)
		}
		return
	}
	if s.counted(i) || n.cents < 1000 {
		return
	}
	switch {
	case s.spent(i):
		s.value(dialog.EntityExpense, i, i, "")
	case s.near(i, 2, "debt_word") >= 0 && s.ownNumber(i, "debt_word"):
		s.value(dialog.EntityOtherDebts, i, i, "")
	case s.income(i) && s.ownNumber(i, "income_word"):
		s.value(dialog.EntityIncome, i, i, "")
	}
}

// ownNumber reports whether no other number stands between i and the word
// before it that it is said to belong to.
func (s *scan) ownNumber(i int, kind string) bool {
	j := s.near(i, 4, kind)
	if j < 0 {
		return true
	}
	for k := j + 1; k < i; k++ {
		if s.tokens[k].num != nil {
			return false
		}
	}
	return true
}

// counted reports whether a number counts things that are not money.
func (s *scan) counted(i int) bool {
	if s.tokens[i].num.money {
		return false
	}
	j := s.next(i)
	if j < 0 {
		return s.labelled(i)
	}
	if s.touchesWord(i, j) {
		return true
	}
	return s.tokens[j].is("counter", "parts", "weakparts", "unit", "dayno", "nth", "month", "lenders", "clock") && !s.tokens[j].is("each", "money") || s.labelled(i)
}

// touchesWord reports whether letters follow the number without a space: 7xyz.
func (s *scan) touchesWord(i, j int) bool {
	t := s.tokens[j]
	return len(t.kinds) == 0 && t.start == s.tokens[i].end && t.start < len(s.text.R) && s.text.R[t.start] >= 'a' && s.text.R[t.start] <= 'z'
}

// labelled reports whether a number is the name of something: 选项3, no. 7.
func (s *scan) labelled(i int) bool {
	j := s.prev(i)
	if j < 0 {
		return false
	}
	if s.tokens[j].is("ordinal_prefix") {
		switch s.word(j) {
		case "要", "take", "offer", "选", "plan", "no", "item", "就选", "picking", "choosing", "taking", "going with", "go with":
			return s.tokens[i].num.cents < 1000
		}
		return true
	}
	return s.tokens[j].is("ref_word", "month", "clock", "label") || s.tokens[j].is("after", "before") && s.tokens[i].num.cents <= 2400 && !s.tokens[i].num.money && s.tokens[j].is("before")
}

// isAmount reports whether a number left over is a sum of money.
func (s *scan) isAmount(i int) bool {
	n := s.tokens[i].num
	if n.money {
		return true
	}
	if s.ctx.Asked == "date" && n.cents <= 3100 || s.age(i) || s.limited(i) {
		return false
	}
	if n.digits >= 7 && !n.fraction || s.counted(i) || n.word && n.cents < 2000 {
		return false
	}
	if n.digits == 0 && !n.word && n.cents < 1000 {
		return false // 三, 五 alone
	}
	if n.digits == 4 && n.cents >= 199000 && n.cents <= 203000 && s.near(i, 1, "before", "in", "after") >= 0 {
		return false // a year
	}
	return n.cents >= 1000 || n.fraction || s.ctx.Asked == "amount"
}
