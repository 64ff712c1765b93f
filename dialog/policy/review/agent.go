package review

import (
	"slices"
	"strings"
	"unicode/utf8"

	"warmline/dialog"
)

// AgentDraft is what a human agent is typing.
type AgentDraft struct {
	Language string // of the borrower's locale; the findings' texts are in Reader's
	Reader   string // the agent's own language, "" for Language
	Text     string
	Level    dialog.Level   // of the session that will read it
	Facts    []dialog.Value // what the agent may quote: the account's sums and dates, offers; none: not known
	// Records are the families that the lender's records back in this case
	// ("false_legal" with an approved action, "false_credit" with a notice).
	Records []Family
}

// Agent reviews a human agent's text while it is typed. Hard findings refuse the
// text, soft ones are advice. A person may say that they are one, and may
// write numbers, if they are the facts.
func (r *Reviewer) Agent(d AgentDraft) []Finding {
	reader := d.Reader
	if reader == "" {
		reader = d.Language
	}
	c := &checker{r: r, language: languageOf(reader)}
	if len(d.Text) > maxBytes {
		c.report(TooLong, ruleLength, span{0, len(d.Text)})
		return c.findings
	}
	s := r.scan(d.Text, nil)
	defer r.scans.Put(s)
	c.checkContact(d.Text)
	c.checkMarkup(d.Text)
	c.checkLanguage(d.Text, d.Language, s, nil)
	c.checkLength(d.Text, s)
	c.checkWords(s, "", true)
	c.checkTone(s, "", false)
	c.findings = weigh(c.findings, d.Records)
	c.checkQuoted(d)
	return c.findings
}

// weigh drops what binds only a machine and says what refuses a person's text.
func weigh(findings []Finding, records []Family) []Finding {
	out := findings[:0]
	for _, f := range findings {
		switch f.Family {
		case ClaimsHuman, ClaimsFeelings, PromptLeak, OffTopic, DigitLeak:
			continue
		case DeceptiveUrgency, Pressure, BlameMoralise, UpsellCredit, OverPromise, URLOrContact, Markup, WrongLanguage, TooLong:
			f.Hard = false
		}
		if hasFamily(records, f.Family) {
			continue
		}
		out = append(out, f)
	}
	return out
}

func hasFamily(list []Family, f Family) bool {
	for _, x := range list {
		if x == f {
			return true
		}
	}
	return false
}

// checkQuoted holds the sums, days and counts of an agent's text against the
// facts; below level 2 none may be said. An hour or "two minutes" quotes
// nothing.
func (c *checker) checkQuoted(d AgentDraft) {
	if len(d.Facts) == 0 {
		return
	}
	var facts numbers
	for _, v := range d.Facts {
		facts.add(v)
	}
	eachNumber(d.Text, func(number string, at span) {
		sum, cents := quotedSum(d.Text, number, at)
		known := slices.Contains(facts, number)
		switch {
		case d.Level < dialog.LevelBorrower && known && len(number) > 2:
			c.report(DigitLeak, ruleLevel, at)
		case !known && (sum || quotedDay(d.Text, at)):
			c.report(DigitLeak, ruleFacts, at)
			// A sum with cents was worked out; a round one may have been spoken of.
			c.findings[len(c.findings)-1].Hard = sum && cents
		}
	})
}

// quotedSum reports whether the number at a place is money, or large enough to
// be, and whether it has parts of a unit.
func quotedSum(text, number string, at span) (sum, cents bool) {
	after := strings.TrimLeft(text[at.end:], " ")
	if strings.HasPrefix(after, ":") || strings.HasPrefix(after, "：") {
		return false, false // an hour
	}
	whole, parts, _ := strings.Cut(number, ".")
	return parts != "" || len(whole) > 2 || moneyBefore(text[:at.start]) || hasPrefix(after, moneyUnits), strings.Trim(parts, "0") != ""
}

func moneyBefore(text string) bool {
	text = strings.TrimRight(text, " ")
	if hasSuffix(strings.ToUpper(text), []string{"CNY", "RMB", "HKD", "TWD", "USD", "GBP", "PHP"}) {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(text)
	return money(r) && r != '%'
}

// moneyUnits stand after a sum; dayUnits after part of a date or a count of
// instalments.
var (
	moneyUnits = []string{"元", "圆", "圓", "块", "塊", "蚊", "角", "万", "萬", "dollar", "pound", "yuan", "buck", "peso", "CNY", "RMB", "HKD", "TWD", "USD", "GBP", "PHP"}
	dayUnits   = []string{"月", "日", "号", "號", "期", "%", "％", "instal", "payments"}
	months     = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
)

// quotedDay reports whether the number at a place is of a date, or counts
// instalments.
func quotedDay(text string, at span) bool {
	after := strings.TrimLeft(text[at.end:], " ")
	if hasPrefix(after, dayUnits) || hasPrefix(strings.ToLower(after), months) {
		return true
	}
	before := strings.ToLower(strings.TrimRight(text[:at.start], " "))
	i := strings.LastIndexFunc(before, func(r rune) bool { return r < 'a' || r > 'z' })
	return hasPrefix(before[i+1:], months)
}

func hasPrefix(s string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool { return strings.HasPrefix(s, p) })
}

func hasSuffix(s string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool { return strings.HasSuffix(s, p) })
}
