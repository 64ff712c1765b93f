package policy

import (
	"slices"
	"strings"

	"warmline/dialog"
)

// ActDisclose is the act that shows what a pack requires to be shown: a form
// for each text, its reviewed words only.
const ActDisclose dialog.ActKind = "disclose.pack"

// leading are the texts that say who speaks and what a person may do about it:
// they come before everything else. The others stand right before what they
// belong to.
func leading() []string {
	return []string{"us.mini_miranda", "us.debt_collector", "us.validation", "tw.outsourcing_notice", "us.creditor_name"}
}

// trailing are the texts that may be shown beside what they belong to.
func trailing() []string {
	return []string{"us.opt_out", "uk.conc_7_20", "cn.dunning_fields", "cn.allocation_principal_first", "advice.card", "privacy.notice"}
}

// Disclosures lists the text ids that a pack's rule may require and that are
// sent as a text of their own.
func Disclosures() []string { return append(leading(), trailing()...) }

// DisclosureForm returns the form of [ActDisclose] that a text id stands for,
// and false for an id that is no text of its own (a row of a card, a button).
func DisclosureForm(id string) (string, bool) {
	if !slices.Contains(Disclosures(), id) {
		return "", false
	}
	return strings.ReplaceAll(id, ".", "_"), true
}

// DisclosureLeads reports whether a text comes before everything else that is
// said with it.
func DisclosureLeads(id string) bool { return slices.Contains(leading(), id) }

// Shown returns the text id that an act shows for the ledger of disclosures,
// "" when it is none.
func Shown(a *dialog.Act) string {
	switch {
	case a.Kind == "disclose.ai", a.Kind == "privacy.notice":
		return string(a.Kind)
	case a.Kind == "advice.card" && a.Form == "debt_advice":
		return string(a.Kind)
	case a.Kind != ActDisclose:
		return ""
	}
	for _, id := range Disclosures() {
		if form, _ := DisclosureForm(id); form == a.Form {
			return id
		}
	}
	return ""
}

// Texts names the reviewed texts that acts are rendered from: their version.
func (r Rules) Texts() string { return r.k.cfg.Texts }
