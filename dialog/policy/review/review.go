package review

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"warmline/dialog"
	"warmline/dialog/policy/review/fold"
)

//go:embed data/*.txt
var data embed.FS

// Reviewer looks at texts. It is read-only after New and safe for concurrent
// use.
type Reviewer struct {
	lex        *lexicon
	tokens     tokenizer
	rules      map[string]Rule
	byFamily   map[Family]string // the rule that stands for a family
	done       []string          // acts that report what was acknowledged
	otherLatin map[string]bool
	tone       *tone
	phrases    map[int32][]phrase // words that count nothing, by their first character
	scans      sync.Pool
}

// Rule is what a finding rests on.
type Rule struct {
	ID       string
	Family   Family
	Text     map[string]string // language (zh-Hans, zh-Hant, en) to the rule in words, for the person who is told
	Citation string
}

// Draft is what a model returned for an act, before values are filled in.
type Draft struct {
	Locale   string // a speaking locale, or a language: zh-Hans, zh-Hant, en
	Act      dialog.ActKind
	Required []string // placeholders that must be there exactly once
	Optional []string // placeholders that may be there once
	Text     string
	// TextID names a reviewed text of a catalog; with Fixed it is exempt from
	// everything but its placeholders.
	TextID string
	Fixed  bool
}

// Finding is one rule that a text breaks, and where.
type Finding struct {
	Family Family
	Rule   string
	Text   string // the rule in the language asked for
	Hard   bool   // refuses the text; soft ones are advice
	Start  int    // bytes of the text
	End    int
}

// Verdict is the outcome of a review.
type Verdict struct {
	Allowed  bool
	Why      Family // of the gravest finding, "" when allowed
	Rule     string
	Text     string
	Start    int
	End      int
	Findings []Finding
}

// New builds a reviewer from the embedded lexicons. It fails only on a defect
// in them.
func New() (*Reviewer, error) {
	r := &Reviewer{otherLatin: map[string]bool{}, phrases: countPhrases()}
	for w := range strings.FieldsSeq(otherLatin) {
		r.otherLatin[w] = true
	}
	table := fold.New()
	r.lex = newLexicon(table)
	names, err := fs.Glob(data, "data/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list the lexicons: %w", err)
	}
	for _, name := range names { // sorted: 00-common.txt first
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read a lexicon: %w", err)
		}
		if strings.HasSuffix(name, "/rules.txt") {
			if r.rules, err = parseRules(string(b)); err != nil {
				return nil, err
			}
			continue
		}
		if err := r.lex.parse(name, string(b)); err != nil {
			return nil, err
		}
	}
	r.byFamily = map[Family]string{}
	for id, rule := range r.rules {
		if first := r.byFamily[rule.Family]; first == "" || id < first {
			r.byFamily[rule.Family] = id
		}
	}
	if err := r.check(); err != nil {
		return nil, err
	}
	r.lex.finish()
	r.tokens = tokenizer{table: table, vocab: r.lex.vocab}
	r.scans.New = func() any { return &scan{} }
	if r.tone, err = r.learn(); err != nil {
		return nil, err
	}
	return r, nil
}

// check holds that every rule that a pattern names exists, and the sets that
// the matcher asks for.
func (r *Reviewer) check() error {
	for _, p := range r.lex.patterns {
		if p.family == OverPromise && len(p.except) > len(r.done) {
			r.done = p.except
		}
		rule, ok := r.rules[p.rule]
		if !ok {
			return fmt.Errorf("pattern %q: rule %s has no text", p.text, p.rule)
		}
		if rule.Family != p.family {
			return fmt.Errorf("pattern %q: rule %s is of %s, not %s", p.text, p.rule, rule.Family, p.family)
		}
	}
	for _, set := range []string{"negation", "opening", "decline", "harmless", "reported", "fear", "refute", "assent"} {
		if _, ok := r.lex.sets[set]; !ok {
			return fmt.Errorf("lexicon has no set %s", set)
		}
	}
	return nil
}

// Rules returns every rule by id.
func (r *Reviewer) Rules() map[string]Rule { return r.rules }

// parseRules reads data/rules.txt: blocks of "ID family | citation" and a line
// per language.
func parseRules(text string) (map[string]Rule, error) {
	rules := map[string]Rule{}
	var current Rule
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if key, words, ok := strings.Cut(line, ": "); ok && (key == "en" || key == "zh-Hans" || key == "zh-Hant") {
			if current.ID == "" {
				return nil, fmt.Errorf("rules: %q stands before any rule", line)
			}
			current.Text[key] = words
			continue
		}
		head, citation, ok := strings.Cut(line, " | ")
		id, family, ok2 := strings.Cut(head, " ")
		if !ok || !ok2 {
			return nil, fmt.Errorf("rules: %q is not \"ID family | citation\"", line)
		}
		current = Rule{ID: id, Family: Family(family), Text: map[string]string{}, Citation: citation}
		rules[id] = current
	}
	return rules, nil
}

// checker gathers the findings of one text.
type checker struct {
	r        *Reviewer
	language string
	findings []Finding
	denied   bool    // something was said not to happen
	weighed  int     // the number of features that were weighed, 0 before that
	weight   float64 // of the tone, once weighed
}

func (c *checker) report(f Family, rule string, at span) {
	c.findings = append(c.findings, Finding{Family: f, Rule: rule, Text: c.r.rules[rule].Text[c.language], Hard: true, Start: at.start, End: at.end})
}

// reportFolded reports a place in a folded copy of the text; where folding has
// changed its length the whole text is the place.
func (c *checker) reportFolded(f Family, rule string, text, folded string, start, end int) {
	if len(text) != len(folded) {
		start, end = 0, len(text)
	}
	c.report(f, rule, span{start, end})
}

func (s *scan) bytes(start, end int32) span {
	return span{int(s.tokens[start].start), int(s.tokens[end-1].end)}
}

// Draft reviews what a model returned for an act.
func (r *Reviewer) Draft(d Draft) Verdict {
	c := &checker{r: r, language: languageOf(d.Locale)}
	if len(d.Text) > maxBytes {
		c.report(TooLong, ruleLength, span{0, len(d.Text)})
		return c.verdict()
	}
	found, broken := places(d.Text)
	c.checkPlaces(d, found, broken)
	if d.Fixed && d.TextID != "" {
		return c.verdict()
	}
	spans := spansOf(found)
	s := r.scan(d.Text, spans)
	defer r.scans.Put(s)
	c.checkDigits(d.Text, spans)
	c.checkCounts(s)
	c.checkContact(masked(d.Text, spans))
	c.checkMarkup(masked(d.Text, spans))
	c.checkLabel(d.Text)
	c.checkLanguage(d.Text, d.Locale, s, spans)
	c.checkWords(s, d.Act, false)
	c.checkLength(d.Text, s)
	c.checkTone(s, d.Act, true)
	if s.invisible {
		c.report(Markup, ruleInvisible, span{0, len(d.Text)})
	}
	if s.han+s.words == 0 && len(found) == 0 {
		c.report(OffTopic, ruleLength, span{0, len(d.Text)})
	}
	return c.verdict()
}

func (r *Reviewer) scan(text string, spans []span) *scan {
	s := r.scans.Get().(*scan)
	s.reset(int(r.lex.symbols))
	r.tokens.read(s, text, spans)
	return s
}

func spansOf(found []place) []span {
	out := make([]span, len(found))
	for i, p := range found {
		out[i] = p.span
	}
	return out
}

// masked blanks the placeholders, so that their names are not looked at as
// words, and keeps every other byte where it is.
func masked(text string, spans []span) string {
	if len(spans) == 0 {
		return text
	}
	b := []byte(text)
	for _, s := range spans {
		for i := s.start; i < s.end; i++ {
			b[i] = ' '
		}
	}
	return string(b)
}

// checkWords runs the lexicons. Digits and addresses count only in what a model
// wrote, not in what is filled in or an agent types.
func (c *checker) checkWords(s *scan, act dialog.ActKind, filled bool) {
	var all []found
	keep := func(f found) bool {
		all = append(all, f)
		return len(all) < 64
	}
	c.r.lex.collect(s, keep)
	c.r.lex.voices(s, keep)
	for _, f := range all {
		p := &c.r.lex.patterns[f.pattern]
		if filled && (p.family == DigitLeak || p.family == URLOrContact) || exceptAct(p.except, act) {
			continue
		}
		if slices.ContainsFunc(p.unless, func(symbol int32) bool { return s.has(symbol, f.start) }) {
			continue
		}
		if c.r.lex.harmless(s, f) || p.family == OverPromise && s.asks(f.end) && strings.HasSuffix(string(act), ".confirm") {
			continue
		}
		if p.negates && c.r.lex.denied(s, f) {
			c.denied = true
			continue
		}
		if (p.hard || !c.meantWell(s, f, p.family, act)) && !c.reported(s, f, act) {
			c.report(p.family, p.rule, s.bytes(f.start, f.end))
		}
	}
}

// meantWell reports whether a match is a turn of phrase in a text that is plainly
// like the good examples ("no problem, just press confirm"), its own sentence
// among them. What names the law, other people, credit records or a promise must be
// plainer still; what is said to a person in danger is never taken so.
func (c *checker) meantWell(s *scan, f found, family Family, act dialog.ActKind) bool {
	whole, sentence := toneClear, toneClearSentence
	switch family {
	case Threat, Shaming, Harassment, DeceptiveUrgency, DeceptiveConsequence, BorrowToRepay, UpsellCredit,
		Pressure, BlameMoralise, ClaimsFeelings:
	case FalseLegal, FalseAuthority, FalseCredit, ContactRelatives, OverPromise, ClaimsHuman, PromptLeak, OffTopic:
		whole, sentence = toneClearGrave, toneClearSentence
	default:
		return false
	}
	if exceptAct(c.r.lex.answers[family], act) {
		whole, sentence = toneClearAnswer, toneClearAnswerSentence
	}
	if c.specific(s, f) {
		whole, sentence = whole-toneClearSpecific, sentence-toneClearSpecificSentence
	}
	if c.weigh(s) > whole {
		return false
	}
	from, to := s.sentence(f.start)
	s.marks = s.features(s.marks[:0], from, to)
	return c.r.tone.score(s.marks) <= sentence
}

// specific reports whether a match says more than a word that may stand for
// anything: several wordings together, or a long one.
func (c *checker) specific(s *scan, f found) bool {
	if len(c.r.lex.patterns[f.pattern].elements) > 1 {
		return true
	}
	if s.tokens[f.start].kind == kindWord {
		return f.end-f.start >= specificWords
	}
	return f.end-f.start >= specificHan
}

// reported reports whether a complaint only repeats what the person says was
// done to them.
func (c *checker) reported(s *scan, f found, act dialog.ActKind) bool {
	if !exceptAct([]string{"complaint.*", "dispute.*", "fraud.*"}, act) || !s.has(c.r.lex.sets["reported"], f.start) {
		return false
	}
	c.denied = true
	return true
}

// weigh is the tone of the text as a whole, computed once.
func (c *checker) weigh(s *scan) float64 {
	if c.weighed == 0 {
		s.marks = s.features(s.marks[:0], c.r.lex.assent(s), int32(len(s.tokens)))
		c.weight, c.weighed = c.r.tone.score(s.marks), max(1, len(s.marks))
	}
	return c.weight
}

// checkTone looks at the wording as a whole when nothing else was found. An act
// that reports what the lender has acknowledged sounds like a promise, and "we
// will not call your family" like its contrary: both are given more room.
func (c *checker) checkTone(s *scan, act dialog.ActKind, hard bool) {
	from := c.r.lex.assent(s)
	if len(c.findings) > 0 || int(from) == len(s.tokens) {
		return
	}
	limit, done := toneLimit, exceptAct(c.r.done, act)
	switch {
	case done:
		limit = toneLimitDone
	case c.denied:
		limit = toneLimitDenied
	}
	weight := c.weigh(s)
	limit += toneRoom * min(toneMost, max(toneLeast, 1-float64(c.weighed)/toneUsual))
	if s.said(from) <= 3 {
		limit += toneShort
	}
	if weight <= limit {
		return
	}
	s.marks = s.features(s.marks[:0], from, int32(len(s.tokens)))
	family := c.r.tone.family(s.marks)
	if done && family == OverPromise {
		return
	}
	c.report(family, c.r.byFamily[family], s.bytes(0, int32(len(s.tokens))))
	c.findings[len(c.findings)-1].Hard = hard
}

// exceptAct reports whether an act may say a pattern: by its name, by
// "group.*" or by "*.ending".
func exceptAct(except []string, act dialog.ActKind) bool {
	for _, e := range except {
		if e == string(act) {
			return true
		}
		if group, ok := strings.CutSuffix(e, "*"); ok && strings.HasPrefix(string(act), group) {
			return true
		}
		if ending, ok := strings.CutPrefix(e, "*"); ok && strings.HasSuffix(string(act), ending) {
			return true
		}
	}
	return false
}

func (c *checker) verdict() Verdict {
	v := Verdict{Allowed: true, Findings: c.findings}
	for _, f := range c.findings {
		if !f.Hard || !v.Allowed && severity[f.Family] >= severity[v.Why] {
			continue
		}
		v.Allowed, v.Why, v.Rule, v.Text, v.Start, v.End = false, f.Family, f.Rule, f.Text, f.Start, f.End
	}
	return v
}
