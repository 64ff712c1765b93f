package review

import "warmline/dialog"

// AgentDraft is what a human agent is typing.
type AgentDraft struct {
	Language string // of the borrower's locale; the findings' texts are in Reader's
	Reader   string // the agent's own language, "" for Language
	Text     string
	Level    dialog.Level   // of the session that will read it
	Facts    []dialog.Value // what the agent may quote: the account's sums and dates, offers
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

// checkQuoted holds the numbers of an agent's text against the facts; below
// level 2 none may be said.
func (c *checker) checkQuoted(d AgentDraft) {
	known := map[string]bool{}
	for _, v := range d.Facts {
		addNumbers(known, v)
	}
	eachNumber(d.Text, func(number string, at span) {
		switch {
		case d.Level < dialog.LevelBorrower && known[number] && len(number) > 2:
			c.report(DigitLeak, ruleLevel, at)
		case !known[number]:
			c.report(DigitLeak, ruleFacts, at)
			// A sum with cents was worked out; a round one may have been spoken of.
			c.findings[len(c.findings)-1].Hard = len(number) > 3 && number[len(number)-3] == '.'
		}
	})
}
