package rules

import (
	"slices"
	"strings"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// Places returns what each pack's place contributes: zone, crisis line,
// emergency number, advice, cost table, and whether Telegram and the models at
// some hosts may be used. Where a pack names the hosts that it allows, one that
// it does not name, or none at all, keeps every model out.
func (e *Engine) Places(hosts ...string) []policy.Place {
	var places []policy.Place
	for _, p := range e.packs {
		if p.ID() != policy.BasePack {
			places = append(places, e.place(p, hosts))
		}
	}
	return places
}

// place is a pack's own, over that of the country above it.
func (e *Engine) place(p *Pack, hosts []string) policy.Place {
	place := policy.Place{}
	if country, _, below := strings.Cut(p.ID(), "-"); below && e.byID[country] != nil {
		place = e.place(e.byID[country], hosts)
	}
	place.Pack = p.ID()
	if rule := p.File.DenyChannels[string(dialog.ChannelTelegram)]; rule != "" {
		place.NoTelegram, place.BarredBy = true, rule
	}
	place.NoModel = place.NoModel || !p.modelsAllowed(hosts)
	f := p.File.Place
	if f == nil {
		return place
	}
	if len(f.Zones) > 0 || f.Zone != "" {
		place.Zones = f.Zones
	}
	place.Zone, place.Emergency = orElse(f.Zone, place.Zone), orElse(f.Emergency, place.Emergency)
	place.CostTable = place.CostTable || f.CostTable
	place.ReadSecs = max(place.ReadSecs, f.ReadSeconds)
	place.Again = place.Again || f.DiscloseAgain
	if f.DebtAdvice != nil {
		place.DebtAdvice = f.DebtAdvice
	}
	if i := slices.IndexFunc(f.Lines, func(l LineFile) bool { return l.Kind == "crisis" }); i >= 0 {
		place.Line, place.Checked = f.Lines[i].Number, f.Lines[i].Checked
	}
	return place
}

// Scripted is the host of the models of scripted conversations, which every
// pack allows.
const Scripted = "scripted"

func (p *Pack) modelsAllowed(hosts []string) bool {
	if p.File.ModelsOnly == nil {
		return true
	}
	strange := func(host string) bool { return host != Scripted && !slices.Contains(*p.File.ModelsOnly, host) }
	return len(hosts) > 0 && !slices.ContainsFunc(hosts, strange)
}
