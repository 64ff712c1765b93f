package flow

import (
	"slices"

	"warmline/dialog"
)

// soberUpTo is how many characters a text has at most in which a stop or a case
// needs one of its own words.
const soberUpTo = 48

// plain is the probability from which such an intent needs no word of its own:
// people misspell.
const plain = 0.8

// Sober takes a stop or a case out of what a short English text was heard to
// mean where none of its words is there: "idk" says nothing of a wrong person,
// and "whatever" stops nothing. What is left is asked back about. Danger, a
// death and a wish for a person stay whatever the words.
func Sober(t *dialog.TextEvent, u *dialog.Understanding) *dialog.Understanding {
	if t == nil || u == nil || u.Language != dialog.LangEn || len([]rune(joined(t))) > soberUpTo {
		return u
	}
	drunk := func(i dialog.Intent) bool {
		own, harmless := graveWords(i)
		if own == nil && harmless == nil {
			return false
		}
		return anyOf(t, harmless) || own != nil && likelihood(u, i) < plain && !anyOf(t, own)
	}
	if !drunk(u.Driving) && !slices.ContainsFunc(u.Intents, func(s dialog.Scored) bool { return drunk(s.Intent) }) {
		return u
	}
	calm := *u
	unlikely := func(s dialog.Scored) bool { return drunk(s.Intent) }
	calm.Intents = slices.DeleteFunc(slices.Clone(u.Intents), unlikely)
	calm.Candidates = slices.DeleteFunc(slices.Clone(u.Candidates), unlikely)
	if drunk(u.Driving) {
		calm.Driving, calm.Confident = "", false
		if len(calm.Intents) > 0 {
			calm.Driving = calm.Intents[0].Intent
		}
	}
	return &calm
}

// likelihood is the probability with which an intent was heard.
func likelihood(u *dialog.Understanding, i dialog.Intent) float64 {
	for _, s := range u.Intents {
		if s.Intent == i {
			return s.Score
		}
	}
	return 1 // it drives without saying how likely it is
}

func anyOf(t *dialog.TextEvent, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return touchesWord(t, w) })
}

// graveWords are the words of which one is in every short text that means an
// intent, nil where it needs none, and those that make it something else.
func graveWords(i dialog.Intent) (own, harmless []string) {
	switch i {
	case dialog.IntentWrongPerson:
		return []string{"number", "wrong", "person", "who", "heard", "know her", "know him", "know any", "know no", "know this", "know that", "know them", "not", "isnt", "aint", "no one", "nobody", "no ", "belong", "owner", "phone", "sim", "mistake", "guy", "woman", "name", "'t", "else", "different", "used to", "previous", "moved", "here", "mistaken", "stranger", "error", "line", "place", "church", "met ", "reassigned", "incorrect", "misdial", "neither", "this is a", "numbr"}, []string{"good with phones", "told you i dont", "told you i don't"}
	case dialog.IntentThirdParty:
		return nil, []string{"ask my", "check with my", "talk to my", "speak to my", "asking my", "usually", "helps me", "handles", "set this up for me", "see this", "deals with"}
	case dialog.IntentCeaseContact:
		return []string{"stop", "contact", "messag", "msg", "text", "call", "ring", "write", "writing", "leave me", "leave us", "alone", "unsub", "opt", "no more", "enough", "quit", "end", "don't", "dont", "do not", "never", "cease", "spam", "harass", "remove", "delete", "block", "bother", "away", "off", "revoke", "cancel", "out", "bug", "contact", "email", "lose my", "lose this", "mute", "silence", "deactivate", "notification", "disable", "shut up", "stahp", "stpo"}, []string{"no more questions"}
	case dialog.IntentLegalStatus:
		return nil, []string{"is this legal", "is that legal", "is it legal", "need a lawyer", "need an attorney", "need a solicitor", "already told you", "told you already", "already said", "said i can settle"}
	case dialog.IntentPrivacyRequest:
		return nil, []string{"calm down", "gave you the right", "told you already", "already told you"}
	case dialog.IntentVulnerability:
		return nil, []string{"im confused", "i'm confused", "confused whats", "confused what", "too long", "too much text", "read this", "read all this", "read all that", "text is too", "idk"}
	case dialog.IntentComplain:
		return nil, []string{"seriously?", "thats a lot", "that's a lot"}
	}
	return nil, nil
}
