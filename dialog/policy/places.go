package policy

import (
	_ "embed" // the names of all time zones
	"slices"
	"strings"
	"time"

	"warmline/dialog"
)

// Place is what a pack contributes as plain data. Lines are reviewed by hand
// and dated: a line that nobody has checked for 180 days is not shown, the
// emergency number is.
type Place struct {
	Pack       string               `json:"pack"`
	Zone       string               `json:"zone"`            // the place's own, for the dates of a person whose zone is not known
	Zones      []string             `json:"zones,omitempty"` // others in which its people live
	Line       string               `json:"line,omitempty"`
	Emergency  string               `json:"emergency"`
	Checked    dialog.Date          `json:"checked"`
	DebtAdvice *dialog.Organisation `json:"debt_advice,omitempty"`
	NoTelegram bool                 `json:"no_telegram,omitempty"` // not a channel there
	BarredBy   string               `json:"barred_by,omitempty"`   // the rule that says so
	NoModel    bool                 `json:"no_model,omitempty"`    // texts may not go to a model
	CostTable  bool                 `json:"cost_table,omitempty"`  // to be read before an instalment plan is taken
	ReadSecs   int                  `json:"read_seconds,omitempty"`
	Again      bool                 `json:"disclose_again,omitempty"` // the AI notice once more after a human has left
}

// LineDays is how long a checked line may be shown.
const LineDays = 180

//go:embed zones.txt
var zoneNames string

// Zones returns the IANA names that are compiled unless a configuration names
// others: all that the time zone database has, so that nobody's hours are
// measured by another place's clock.
func Zones() []string { return strings.Fields(zoneNames) }

// Plausible returns the zones in which somebody may be of whom a zone is named:
// that one. Where none is named, or one that does not exist, it may be any in
// which people of their packs' places live.
func (r Rules) Plausible(name string, packs []string) []*time.Location {
	if loc, ok := r.k.zones[name]; ok {
		return []*time.Location{loc}
	}
	var zones []*time.Location
	for _, pack := range packs {
		place, _ := r.place(pack)
		for _, name := range append([]string{place.Zone}, place.Zones...) {
			if loc, ok := r.k.zones[name]; ok && !slices.Contains(zones, loc) {
				zones = append(zones, loc)
			}
		}
	}
	return zones
}

// place returns the data of a pack, or of the country above it.
func (r Rules) place(pack string) (Place, bool) {
	if p, ok := r.k.places[pack]; ok {
		return p, true
	}
	country, _, _ := strings.Cut(pack, "-")
	p, ok := r.k.places[country]
	return p, ok
}

// Lines returns the crisis line and the emergency number to show on a day: the
// line is "" when there is none or its check has expired. Without a place the
// number is 112, which mobile networks everywhere put through.
func (r Rules) Lines(packs []string, today dialog.Date) (line, emergency string) {
	for _, pack := range packs {
		p, ok := r.place(pack)
		if !ok {
			continue
		}
		if emergency == "" {
			emergency = p.Emergency
		}
		if line == "" && p.Line != "" && today.Days(p.Checked) <= LineDays {
			line = p.Line
		}
	}
	if emergency == "" {
		emergency = "112"
	}
	return line, emergency
}

// TelegramDenied reports whether a pack keeps Telegram out.
func (r Rules) TelegramDenied(packs []string) bool {
	return r.anyPlace(packs, func(p Place) bool { return p.NoTelegram })
}

// TelegramRule is the rule by which a pack keeps Telegram out, "" where none is
// named.
func (r Rules) TelegramRule(packs []string) string {
	for _, pack := range packs {
		if p, ok := r.place(pack); ok && p.NoTelegram && p.BarredBy != "" {
			return p.BarredBy
		}
	}
	return ""
}

// DiscloseAgain reports whether a pack wants the AI notice again after a human
// has handed the chat back.
func (r Rules) DiscloseAgain(packs []string) bool {
	return r.anyPlace(packs, func(p Place) bool { return p.Again })
}

// ModelAllowed reports whether a model may phrase an act of this kind.
func (r Rules) ModelAllowed(kind dialog.ActKind, packs []string) bool {
	rule := r.k.acts[kind]
	return r.k.cfg.Model && rule.Phrase && !rule.Fixed &&
		!r.anyPlace(packs, func(p Place) bool { return p.NoModel })
}

// SecondOpinion reports whether a model may be asked what an unclear text means.
func (r Rules) SecondOpinion(packs []string) bool {
	return r.k.cfg.Second && !r.anyPlace(packs, func(p Place) bool { return p.NoModel })
}

func (r Rules) anyPlace(packs []string, is func(Place) bool) bool {
	for _, pack := range packs {
		if p, ok := r.place(pack); ok && is(p) {
			return true
		}
	}
	return false
}
