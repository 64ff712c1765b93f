package turn

import (
	"maps"

	"warmline/dialog"
)

// situation adds to an act's labels what was asked, how the person seems to feel
// and the tone that suits it: closed words for a model that phrases, never a
// fact, and nothing that decides.
func (x *run) situation(labels map[string]string) map[string]string {
	t := x.event.Text
	if t == nil || t.Heard == nil {
		return labels
	}
	out := map[string]string{}
	maps.Copy(out, labels)
	if t.Heard.Confident && t.Heard.Driving != "" {
		out["asked"] = string(t.Heard.Driving)
	}
	if a := t.Heard.Affect; a != "" {
		out["affect"], out["tone"] = string(a), tone(a)
	}
	return out
}

// tone is how one speaks to somebody who feels like that: few words to who is
// angry, warm ones to who is afraid or ashamed.
func tone(a dialog.Affect) string {
	switch a {
	case dialog.AffectAngry:
		return "brief"
	case dialog.AffectAnxious, dialog.AffectAshamed, dialog.AffectHopeless:
		return "warm"
	}
	return "plain"
}
