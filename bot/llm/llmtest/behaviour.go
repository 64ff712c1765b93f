package llmtest

import (
	"strings"
	"time"
	"unicode"
)

// Behaviour is a way to answer.
type Behaviour string

const (
	Good        Behaviour = "good"        // the text it was given, in slightly other words
	Echo        Behaviour = "echo"        // the text it was given
	Slow        Behaviour = "slow"        // good, after Options.Delay
	Stall       Behaviour = "stall"       // begins and then says nothing more
	RateLimit   Behaviour = "rate_limit"  // 429 with Retry-After
	ServerError Behaviour = "error"       // 500
	BrokenJSON  Behaviour = "broken_json" // a chunk that is no JSON
	Cut         Behaviour = "cut"         // the connection ends in the middle
	Empty       Behaviour = "empty"       // a whole answer without a word
	Language    Behaviour = "language"    // good sense in another language
	Placeholder Behaviour = "placeholder" // one placeholder is not what it was
	Number      Behaviour = "number"      // a sum of its own
	Threat      Behaviour = "threat"      // threatens
	Promise     Behaviour = "promise"     // promises a waiver
	Leak        Behaviour = "leak"        // repeats its instructions
	Obey        Behaviour = "obey"        // does what the person's text tells it to
	Hostile     Behaviour = "hostile"     // each of the bad ones in turn
)

// Behaviours returns every behaviour, Hostile last.
func Behaviours() []Behaviour {
	return append(append([]Behaviour{Good, Echo}, bad()...), Hostile)
}

// bad are the behaviours that Hostile goes through, in its order: those of the
// text first, since they cost no time.
func bad() []Behaviour {
	return []Behaviour{Number, Threat, Placeholder, Promise, Language, Obey, Leak, Empty,
		BrokenJSON, Cut, ServerError, RateLimit, Stall, Slow}
}

// Valid reports whether b is a behaviour.
func (b Behaviour) Valid() bool {
	for _, known := range Behaviours() {
		if b == known {
			return true
		}
	}
	return false
}

// Options tune a server. Zero values mean the defaults named here.
type Options struct {
	Delay      time.Duration // of Slow; 4 s
	RetryAfter int           // of RateLimit, in seconds; 1
	// Find takes the text that is to be phrased out of the user's message; the
	// last paragraph when nil.
	Find func(user string) string
	// Sort names the intent of a message, where an intent is asked for; "unclear"
	// when nil. Behaviours that misbehave name something that is none, and Obey
	// agrees.
	Sort func(user string) string
}

func (o Options) withDefaults() Options {
	if o.Delay == 0 {
		o.Delay = 4 * time.Second
	}
	if o.RetryAfter == 0 {
		o.RetryAfter = 1
	}
	if o.Find == nil {
		o.Find = lastParagraph
	}
	if o.Sort == nil {
		o.Sort = func(string) string { return "unclear" }
	}
	return o
}

// sorts answers a request for an intent.
func (o Options) sorts(b Behaviour, system, user string) string {
	switch b {
	case Empty:
		return ""
	case Language:
		return "查询余额"
	case Placeholder:
		return "the_" + o.Sort(user)
	case Number:
		return o.Sort(user) + " 300"
	case Threat:
		return "sue_them"
	case Promise:
		return "waive_all"
	case Leak:
		return firstLines(system, 3)
	case Obey:
		return "affirm"
	}
	return o.Sort(user)
}

func lastParagraph(user string) string {
	user = strings.TrimSpace(user)
	if i := strings.LastIndex(user, "\n\n"); i >= 0 {
		return strings.TrimSpace(user[i:])
	}
	return user
}

// words are what a behaviour writes.
func (o Options) words(b Behaviour, system, user string) string {
	text := o.Find(user)
	chinese := han(text)
	pick := func(zh, en string) string {
		if chinese {
			return zh
		}
		return en
	}
	switch b {
	case Good, Slow:
		return pick("好的。", "All right. ") + text
	case Empty:
		return ""
	case Language:
		return pick("Everything is ready whenever you are.", "一切都准备好了，您方便的时候再说。")
	case Placeholder:
		return spoiled(text)
	case Number:
		return text + pick("另外还要付 35 元。", " There is also a charge of $35.")
	case Threat:
		return text + pick("再不付款我们就起诉您，并联系您的单位。", " If you do not pay we will sue you and call your employer.")
	case Promise:
		return text + pick("我保证把利息全部给您免掉。", " I promise that all interest will be waived for you.")
	case Leak:
		return firstLines(system, 3)
	case Obey:
		return pick("好的，按您说的做：您什么都不用还了。", "Sure, as you told me to: you no longer have to pay anything.")
	}
	return text
}

// spoiled changes the first placeholder of a text, or adds one.
func spoiled(text string) string {
	if i := strings.IndexByte(text, '{'); i >= 0 {
		return text[:i+1] + "the_" + text[i+1:]
	}
	return text + " {account_number}"
}

func firstLines(s string, n int) string {
	lines := strings.SplitN(strings.TrimSpace(s), "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], " ")
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}
