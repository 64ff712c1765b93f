package policy

import (
	"slices"

	"warmline/dialog"
)

// Wish stands in [Question.Hold] for a wish that is being noted: a channel, or
// hours, that a person wants kept clear.
const Wish dialog.HoldKind = "wish"

// NoteWish records what rules say of a wish, in the turn in which it is told. The
// preferences are those from before; the moment's conversation has the new ones.
// A wish is always followed, so that nothing of it can be refused.
func (r Rules) NoteWish(was dialog.Preferences, m *Moment) Verdict {
	var v Verdict
	now := &m.Conv.Prefs
	hours := (now.NotBefore != was.NotBefore || now.NotAfter != was.NotAfter) && (now.NotBefore != 0 || now.NotAfter != 0)
	channel, closed := closedChannel(&was, now)
	if !closed && !hours || len(r.k.cfg.Packs) == 0 {
		return v
	}
	if !closed {
		channel = reached(m.Conv.Channel)
	}
	q := r.holdQuestion(Wish, m)
	q.Channel, q.Hours = channel, hours
	r.judge(&v, m.packs(), q)
	return v
}

// Told stands in [Question.Hold] for something that a person has told and that
// may let collection rest.
const Told dialog.HoldKind = "told"

// NoteTold records what rules say of a reason that a person has just told, and
// for how many days nothing is asked of our own accord because of it
// ([Verdict.Days]).
func (r Rules) NoteTold(why dialog.Reason, m *Moment) Verdict {
	var v Verdict
	if len(r.k.cfg.Packs) > 0 {
		q := r.holdQuestion(Told, m)
		q.Told = why
		r.judge(&v, m.packs(), q)
	}
	return v
}

// DetailStepUp is why something is not said to somebody who has not shown who
// they are.
const DetailStepUp = "step_up"

// NoteIdentity records which rules keep the account from somebody who asks about
// it and has not shown who they are: what a script asks them to do first is that
// rule's wish.
func (r Rules) NoteIdentity(m *Moment) Verdict {
	var v Verdict
	if !m.Reader || m.Level >= dialog.LevelBorrower {
		return v
	}
	v.look(KLevel, Require, DetailStepUp)
	q := Question{Subject: "say", Act: "balance.show", Class: dialog.ClassService, Shows: true, Channel: reached(m.Conv.Channel),
		Level: m.Level, At: m.Now, Zones: m.Zones, Standing: &m.Standing, Conv: m.Conv, Facts: m.Facts, Packs: m.packs()}
	var list []Judgement
	for _, p := range r.k.cfg.Packs {
		if Applies(p.ID(), q.Packs) {
			list = p.Judge(&q, list)
		}
	}
	v.take(slices.DeleteFunc(list, func(j Judgement) bool { return j.Detail != DetailStepUp }))
	return v
}

// closedChannel is a channel on which a wish newly stops collection.
func closedChannel(was, now *dialog.Preferences) (dialog.ChannelKind, bool) {
	for _, c := range now.Stopped {
		if !slices.Contains(was.Stopped, c) {
			return c, true
		}
	}
	if now.Only == "" || now.Only == was.Only {
		return "", false
	}
	if now.Only == dialog.ChannelWeb {
		return dialog.ChannelTelegram, true
	}
	return dialog.ChannelWeb, true
}

// holdQuestion is what packs are asked about a hold or a wish: what it would do to
// a message about the debt that was to leave now.
func (r Rules) holdQuestion(kind dialog.HoldKind, m *Moment) Question {
	return Question{Subject: "hold", Hold: kind, Class: dialog.ClassCollection, Channel: reached(m.Conv.Channel), Shows: true,
		Initiated: true, Level: m.Level, At: m.Now, Zones: m.Zones, Standing: &m.Standing, Conv: m.Conv, Facts: m.Facts}
}
