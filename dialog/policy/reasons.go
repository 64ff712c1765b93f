package policy

import (
	"slices"
	"strconv"
	"strings"

	"warmline/dialog"
	"warmline/dialog/loan"
)

// Reasons says in plain words why an option is offered, or why it is not: the
// rule behind each and the key of a catalog label. It knows of the account, the
// programme and the packs, as the set itself does.
func (r Rules) Reasons(s *Standing, option string) []Reason {
	var reasons []Reason
	if r.k.cfg.Programmes != nil && !s.shaped {
		narrow := *s
		narrow.Programme, reasons = r.k.cfg.Programmes.Shape(s)
		narrow.shaped = true
		s = &narrow
	}
	kind, arg, _ := strings.Cut(option, ":")
	offer := offerKind(kind)
	reasons = slices.DeleteFunc(reasons, func(x Reason) bool { return x.Offer != "" && x.Offer != offer })
	if o, ok := r.Price(s, option); ok {
		for _, rule := range o.Rules {
			reasons = append(reasons, Reason{Rule: rule, Offer: offer, Label: "why.within_rules"})
		}
		return append(reasons, Reason{Rule: KOffer, Offer: offer, Label: "why.account"})
	}
	return append(reasons, r.whyNot(s, offer, arg)...)
}

func offerKind(option string) dialog.OfferKind {
	if option == "defer" {
		return dialog.OfferDeferral
	}
	return dialog.OfferKind(option)
}

// whyNot names the first thing that stands against an option.
func (r Rules) whyNot(s *Standing, offer dialog.OfferKind, arg string) []Reason {
	say := func(rule, label string) []Reason { return []Reason{{Rule: rule, Offer: offer, Label: label}} }
	if kind, held := r.withheld(s.Holds, s.Now); held {
		return say(KHold, "why.held."+string(kind))
	}
	_, busy := s.running()
	switch {
	case s.Submitted:
		return say(KOffer, "why.at_the_lender")
	case busy && offer != dialog.OfferPlan:
		return say(KOffer, "why.arrangement_runs")
	case offer == dialog.OfferPlan:
		return r.whyNoPlan(s, arg)
	case offer == dialog.OfferDeferral && s.cooling():
		return say(KOffer, "why.deferral_cooldown")
	case offer == dialog.OfferDeferral && s.Programme.Deferral.MaxDays < 1:
		return say(KOffer, "why.no_deferral")
	case offer == dialog.OfferDeferral:
		return say(KOffer, "why.deferral_days")
	case offer == dialog.OfferPromise:
		return say(KOffer, "why.promise_days")
	}
	return say(KOffer, "why.not_offered")
}

func (r Rules) whyNoPlan(s *Standing, arg string) []Reason {
	n, err := strconv.Atoi(arg)
	if err != nil || !slices.Contains(s.Programme.Plans, n) {
		return []Reason{{Rule: KOffer, Offer: dialog.OfferPlan, Label: "why.plan_counts"}}
	}
	t, err := loan.Plan(s.Account, s.Programme, s.Today, n)
	if err != nil || slices.ContainsFunc(t.Schedule, func(i dialog.Instalment) bool { return i.Amount.Minor < s.Programme.MinInstalment.Minor }) {
		return []Reason{{Rule: KOffer, Offer: dialog.OfferPlan, Label: "why.min_instalment"}}
	}
	var v Verdict
	r.judge(&v, s.Packs, Question{Subject: "offer", Terms: &t, Standing: s, At: s.Now})
	if v.Allowed() {
		return nil
	}
	return []Reason{{Rule: v.Rule, Offer: dialog.OfferPlan, Label: "why.rule"}}
}
