package journey

import (
	"fmt"
	"slices"

	"warmline/dialog"
)

// check compares the end of a conversation with what the file says of it.
func (e End) check(c dialog.Conversation, f dialog.Facts, calls []dialog.Call, level dialog.Level, fail failer) {
	if e.Holds != nil {
		checkSubset("holds", Strings{Set: true, List: *e.Holds}, holdsOf(c), fail)
	}
	if e.Owner != "" && !sameOwner(e.Owner, c) {
		fail("owner: expected %s, is %s %s", e.Owner, c.Owner, c.Agent)
	}
	if e.Level != nil && *e.Level != int(level) {
		fail("level: expected %d, is %d", *e.Level, level)
	}
	if e.Locale != "" && !speaks(c.Locale, e.Locale) {
		fail("language: expected %s, is %s", e.Locale, c.Locale)
	}
	if e.Arrangements != nil {
		checkArrangements(*e.Arrangements, f.Arrangements, fail)
	}
	for kind, want := range e.Calls {
		got := 0
		for _, call := range calls {
			if string(call.Kind) == kind {
				got++
			}
		}
		if got != want {
			fail("calls: expected %s %d times, made %d times", kind, want, got)
		}
	}
}

func checkArrangements(want []EndArrangement, all []dialog.Arrangement, fail failer) {
	var live []dialog.Arrangement
	for _, a := range all {
		if a.Status == dialog.ArrangementActive || a.Status == dialog.ArrangementPending {
			live = append(live, a)
		}
	}
	if len(live) != len(want) {
		fail("arrangements: expected %d live, found %v", len(want), describe(live))
		return
	}
	for _, w := range want {
		if !slices.ContainsFunc(live, w.is) {
			fail("arrangements: expected %+v, found %v", w, describe(live))
		}
	}
}

func (w EndArrangement) is(a dialog.Arrangement) bool {
	return (w.Kind == "" || w.Kind == string(a.Kind)) && (w.Status == "" || w.Status == string(a.Status)) &&
		(w.Count == 0 || w.Count == len(a.Schedule)) && (w.Days == 0 || w.Days == a.Days) &&
		(w.Total == "" || sameNumber(string(w.Total), a.Total.Decimal()))
}

func describe(list []dialog.Arrangement) []string {
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%s %s ×%d %s", a.Kind, a.Status, len(a.Schedule), a.Total.Decimal()))
	}
	return out
}
