package flow

import (
	"slices"
	"strings"
	"unicode"

	"warmline/dialog"
)

// followLanguage switches to the language that somebody writes in, once they
// have written more than a word or two of it.
func (d *draft) followLanguage() {
	if d.heard == nil || d.heard.Driving == dialog.IntentSwitchLanguage {
		return
	}
	if l := d.heard.Language; l != "" && l != d.Conv.Locale.Language() && d.substantial() {
		d.Locale = d.localeFor(l)
	}
}

// substantial reports whether a text is long enough to say which language
// somebody writes: three words, or four Han characters.
func (d *draft) substantial() bool {
	t := d.Envelope.Event.Text
	if t == nil {
		return false
	}
	han, words := 0, 0
	for _, l := range t.Lines {
		for _, r := range l.Text {
			if unicode.Is(unicode.Han, r) {
				han++
			}
		}
		for _, w := range strings.Fields(l.Text) {
			if strings.ContainsFunc(w, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) {
				words++
			}
		}
	}
	if d.heard.Language == dialog.LangEn {
		return words >= 3 && words > han // a mixed text keeps the language that is spoken
	}
	return han >= 4
}

// localeFor is the speaking locale for a language: the borrower's own variant,
// or the one that the packs suggest.
func (d *draft) localeFor(l dialog.Language) dialog.Locale {
	if own := d.Facts.Borrower.Locale; own.Valid() && own.Language() == l {
		return own
	}
	pack := func(p string) bool {
		return slices.Contains(d.Conv.Packs, p) || slices.Contains(d.Facts.Borrower.Packs, p)
	}
	switch l {
	case dialog.LangZhHant:
		if pack("hk") {
			return dialog.ZhHantHK
		}
		return dialog.ZhHantTW
	case dialog.LangEn:
		if pack("us") {
			return dialog.EnUS
		}
		return dialog.EnGB
	}
	return dialog.ZhHans
}

// switchLanguage changes the language because somebody asks for it. What was
// open is shown again in it.
func switchLanguage(d *draft) {
	switch dialog.Language(d.entity(dialog.EntityLanguage)) {
	case dialog.LangEn, "en-GB", "en-US":
		d.setLocale(d.localeFor(dialog.LangEn))
	case dialog.LangZhHant, "zh-Hant-TW", "zh-Hant-HK":
		d.setLocale(d.localeFor(dialog.LangZhHant))
	case dialog.LangZhHans, "zh":
		d.setLocale(d.chinese())
	default:
		d.setLocale(d.otherLanguage())
	}
}

// chinese is the variant for somebody who asks for Chinese without naming a
// script: the one that it is asked in, their own, or that of their place.
func (d *draft) chinese() dialog.Locale {
	own := d.Facts.Borrower.Locale
	switch {
	case d.asks(topicSimplified):
		return dialog.ZhHans
	case d.heard.Language == dialog.LangZhHant:
		return d.localeFor(dialog.LangZhHant)
	case own.Valid() && own.Language() != dialog.LangEn:
		return own
	case slices.Contains(d.Conv.Packs, "hk"), slices.Contains(d.Conv.Packs, "tw"):
		return d.localeFor(dialog.LangZhHant)
	}
	return dialog.ZhHans
}

// otherLanguage is the language that the text is written in, or the other one
// of the two that the borrower can have.
func (d *draft) otherLanguage() dialog.Locale {
	if l := d.heard; l != nil && l.Language != "" && l.Language != d.Conv.Locale.Language() {
		return d.localeFor(l.Language)
	}
	if d.Conv.Locale.Language() != dialog.LangEn {
		return d.localeFor(dialog.LangEn)
	}
	if own := d.Facts.Borrower.Locale; own.Valid() && own.Language() != dialog.LangEn {
		return own
	}
	return dialog.ZhHans
}

func (d *draft) setLocale(l dialog.Locale) {
	d.Locale = l
	q := d.liveQuote()
	d.say("language.switched", "", nil, buttons("show_balance", "human")...)
	if q != nil && d.Level >= dialog.LevelBorrower {
		d.last().Options = nil
		d.showQuote(q, "")
	}
}

// linkChannel says how to connect Telegram; whether it may be is the policy's.
func linkChannel(d *draft) {
	d.say("channel.link", "", nil, buttons("connect_telegram", "human")...)
}
