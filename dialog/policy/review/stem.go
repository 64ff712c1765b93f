package review

import "strings"

// stem reduces an English word, in lower case, to what its inflected forms
// share. It need not be a word ("settle", "settled" → "settl"); lexicons and
// texts go through the same function, which is all that matters.
func stem(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	n := len(w)
	switch {
	case n > 4 && (strings.HasSuffix(w, "ies") || strings.HasSuffix(w, "ied")):
		return w[:n-3]
	case n > 4 && (strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "shes") || strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "xes")):
		return trimVowel(w[:n-2])
	case n > 5 && strings.HasSuffix(w, "ing"):
		return verb(w[:n-3])
	case n > 4 && strings.HasSuffix(w, "ed") && w[n-3] != 'e':
		return verb(w[:n-2])
	case n > 3 && w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i':
		return trimVowel(w[:n-1])
	}
	return trimVowel(w)
}

// verb restores what -ed and -ing took: a doubled consonant goes (stopped,
// stop), a lost e comes back in short words (cared, care).
func verb(w string) string {
	if u := undouble(w); len(u) < len(w) {
		return u
	}
	if len(w) == 3 && !isVowel(w[0]) && isVowel(w[1]) && !isVowel(w[2]) && w[2] != 'w' && w[2] != 'x' && w[2] != 'y' {
		return w + "e"
	}
	return trimVowel(w)
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("lsze", rune(w[n-1])) {
		return w[:n-1]
	}
	return w
}

func trimVowel(w string) string {
	n := len(w)
	if n > 4 && w[n-1] == 'y' && !strings.ContainsRune("aeo", rune(w[n-2])) || n > 4 && w[n-1] == 'e' && w[n-2] != 'e' {
		return w[:n-1]
	}
	return w
}

// irregular maps forms that the rules of stem do not reach to their stem.
var irregular = forms(`be: am is are was were been being isnt
have: has had having
do: does did done doing
go: goes went gone going
get: gets got gotten
say: says said saying
pay: pays paid paying
tell: tells told
make: makes made making
take: takes took taken taking
give: gives gave given giving
come: comes came coming
know: knows knew known
think: thinks thought thoughts thinking
feel: feels felt feeling
keep: keeps kept
leave: leaves left leaving
send: sends sent
lend: lends lent
sell: sells sold
lose: loses lost losing
find: finds found
bring: brings brought
buy: buys bought buying
catch: catches caught
hear: hears heard
hold: holds held
meet: meets met
run: runs ran running
see: sees saw seen
speak: speaks spoke spoken
stand: stands stood
understand: understands understood
write: writes wrote written writing
break: breaks broke broken
choose: chooses chose chosen choosing
forget: forgets forgot forgotten
begin: begins began begun
weep: weeps wept
sleep: sleeps slept
spend: spends spent
use: used uses using
owe: owes owed owing
die: dies died dying
lie: lies lied lying
try: tries tried trying
cry: cries cried crying
deny: denies denied denying
rely: relies relied
child: children
wife: wives
eat: ate eaten
drive: drove driven
fall: fell fallen
teach: taught
steal: stole stolen
grow: grew grown
hide: hid hidden
wake: woke woken
swear: swore sworn
build: built
win: won
mom: mum mums moms
hate: hates hated hating
die: dead
tie: tied tying
sue: sues sued suing
add: adds added adding
end: ends ended ending
ask: asks asked asking
act: acts acted acting
need: needs needed needing
`)

func forms(table string) map[string]string {
	out := map[string]string{}
	for line := range strings.Lines(table) {
		base, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		for _, form := range strings.Fields(rest) {
			out[form] = trimVowel(base)
		}
	}
	return out
}

// contractions are the words that a shortened form stands for; what is not
// listed is taken apart by its ending.
var contractions = map[string][]string{
	"wont": {"will", "not"}, "cant": {"can", "not"}, "cannot": {"can", "not"}, "shant": {"shall", "not"},
	"dont": {"do", "not"}, "doesnt": {"do", "not"}, "didnt": {"do", "not"}, "isnt": {"be", "not"},
	"arent": {"be", "not"}, "wasnt": {"be", "not"}, "werent": {"be", "not"}, "wouldnt": {"would", "not"},
	"couldnt": {"could", "not"}, "shouldnt": {"should", "not"}, "havent": {"have", "not"},
	"hasnt": {"have", "not"}, "hadnt": {"have", "not"}, "neednt": {"need", "not"}, "mustnt": {"must", "not"},
	"aint": {"be", "not"}, "youre": {"you", "be"}, "youll": {"you", "will"}, "youve": {"you", "have"},
	"im": {"i", "be"}, "ive": {"i", "have"}, "theyre": {"they", "be"}, "theyll": {"they", "will"},
	"thats": {"that", "be"}, "whats": {"what", "be"}, "theres": {"there", "be"}, "heres": {"here", "be"},
	"lets": {"let", "us"}, "gonna": {"going", "to"}, "gotta": {"got", "to"}, "wanna": {"want", "to"},
	"nobody": {"nobody"}, "pls": {"please"}, "u": {"you"}, "ur": {"your"}, "r": {"are"},
}

// endings of contractions, without their apostrophe.
var endings = map[string]string{"ll": "will", "re": "be", "ve": "have", "m": "be", "d": "would"}

// isWords are the words after which 's means is.
var isWords = map[string]bool{
	"it": true, "that": true, "what": true, "there": true, "here": true, "he": true, "she": true,
	"who": true, "how": true, "where": true, "this": true, "everything": true, "one": true,
}
