package dialog

// Intent is what a borrower's text is about. The full meaning of each, with
// neighbours told apart, is the vocabulary page's table.
type Intent string

const (
	IntentSmalltalk      Intent = "smalltalk"
	IntentWhoAreYou      Intent = "who_are_you"
	IntentAskBalance     Intent = "ask_balance"
	IntentAskBreakdown   Intent = "ask_breakdown"
	IntentAskConsequence Intent = "ask_consequence"
	IntentAskHowPay      Intent = "ask_how_pay"
	IntentForgot         Intent = "forgot"
	IntentTechFailure    Intent = "tech_failure"
	IntentLater          Intent = "later"
	IntentAskAdvice      Intent = "ask_advice"
	IntentSwitchLanguage Intent = "switch_language"
	IntentLinkChannel    Intent = "link_channel"
	IntentInjection      Intent = "injection"
	IntentOutOfScope     Intent = "out_of_scope"
	IntentGiveIdentity   Intent = "give_identity"
	IntentRefuseIdentity Intent = "refuse_identity"
	IntentPayNow         Intent = "pay_now"
	IntentPayPartial     Intent = "pay_partial"
	IntentPromiseToPay   Intent = "promise_to_pay"
	IntentAskOptions     Intent = "ask_options"
	IntentChooseOption   Intent = "choose_option"
	IntentProposeTerms   Intent = "propose_terms"
	IntentAskDeferral    Intent = "ask_deferral"
	IntentAskWaiver      Intent = "ask_waiver"
	IntentHardshipIncome Intent = "hardship_income"
	IntentHardshipHealth Intent = "hardship_health"
	IntentAlreadyPaid    Intent = "already_paid"
	IntentDisputeAmount  Intent = "dispute_amount"
	IntentRefusePay      Intent = "refuse_pay"
	IntentPlanStatus     Intent = "plan_status"
	IntentChangePlan     Intent = "change_plan"
	IntentCancelOrUndo   Intent = "cancel_or_undo"
	IntentExplainBroken  Intent = "explain_broken_promise"
	IntentAffirm         Intent = "affirm"
	IntentDeny           Intent = "deny"
	IntentContactPref    Intent = "contact_preference"
	IntentOverIndebted   Intent = "over_indebted"
	IntentCannotPay      Intent = "cannot_pay"
	IntentNotMineFraud   Intent = "not_mine_fraud"
	IntentRequestHuman   Intent = "request_human"
	IntentComplain       Intent = "complain"
	IntentAbuse          Intent = "abuse"
	IntentVulnerability  Intent = "vulnerability"
	IntentLegalStatus    Intent = "legal_status"
	IntentPrivacyRequest Intent = "privacy_request"
	IntentWrongPerson    Intent = "wrong_person"
	IntentThirdParty     Intent = "third_party"
	IntentCeaseContact   Intent = "cease_contact"
	IntentSelfHarm       Intent = "self_harm"
	IntentBereavement    Intent = "bereavement"
)

// Rank orders intents: the highest rank present drives the reply.
type Rank int

const (
	RankA Rank = iota // an answer
	RankP             // a policy flow
	RankH             // worth a human
	RankX             // safety or stop
)

// Intents returns every intent with its rank.
func Intents() map[Intent]Rank {
	ranks := map[Intent]Rank{}
	for _, i := range [...]Intent{
		IntentSmalltalk, IntentWhoAreYou, IntentAskBalance, IntentAskBreakdown, IntentAskConsequence,
		IntentAskHowPay, IntentForgot, IntentTechFailure, IntentLater, IntentAskAdvice,
		IntentSwitchLanguage, IntentLinkChannel, IntentInjection, IntentOutOfScope,
		IntentGiveIdentity, IntentRefuseIdentity, IntentPayNow, IntentPayPartial, IntentPromiseToPay,
		IntentAskOptions, IntentChooseOption, IntentProposeTerms, IntentAskDeferral, IntentAskWaiver,
		IntentHardshipIncome, IntentHardshipHealth, IntentAlreadyPaid, IntentDisputeAmount,
		IntentRefusePay, IntentPlanStatus, IntentChangePlan, IntentCancelOrUndo, IntentExplainBroken,
		IntentAffirm, IntentDeny, IntentContactPref,
		IntentOverIndebted, IntentCannotPay, IntentNotMineFraud, IntentRequestHuman, IntentComplain,
		IntentAbuse, IntentVulnerability, IntentLegalStatus, IntentPrivacyRequest,
		IntentWrongPerson, IntentThirdParty, IntentCeaseContact, IntentSelfHarm, IntentBereavement,
	} {
		ranks[i] = RankOf(i)
	}
	return ranks
}

// RankOf returns an intent's rank; a stranger has the lowest.
func RankOf(i Intent) Rank {
	switch i {
	case IntentGiveIdentity, IntentRefuseIdentity, IntentPayNow, IntentPayPartial, IntentPromiseToPay,
		IntentAskOptions, IntentChooseOption, IntentProposeTerms, IntentAskDeferral, IntentAskWaiver,
		IntentHardshipIncome, IntentHardshipHealth, IntentAlreadyPaid, IntentDisputeAmount,
		IntentRefusePay, IntentPlanStatus, IntentChangePlan, IntentCancelOrUndo, IntentExplainBroken,
		IntentAffirm, IntentDeny, IntentContactPref:
		return RankP
	case IntentOverIndebted, IntentCannotPay, IntentNotMineFraud, IntentRequestHuman, IntentComplain,
		IntentAbuse, IntentVulnerability, IntentLegalStatus, IntentPrivacyRequest:
		return RankH
	case IntentWrongPerson, IntentThirdParty, IntentCeaseContact, IntentSelfHarm, IntentBereavement:
		return RankX
	}
	return RankA
}

// EntityKind names a piece of information in a text.
type EntityKind string

const (
	EntityAmount      EntityKind = "amount"        // decimal string in the account's currency
	EntityPerPeriod   EntityKind = "per_period"    // "250/month", "100/week"
	EntityInstalments EntityKind = "n_instalments" // "4"
	EntityDate        EntityKind = "date"          // ISO: 2026-12-02, or 2027-01 for a month
	EntityDuration    EntityKind = "duration_days" // "30"
	EntityOption      EntityKind = "option_ref"    // 1-based position among the options on the table
	EntityPayday      EntityKind = "payday"
	EntityRelation    EntityKind = "relation"
	EntityReason      EntityKind = "reason" // a Reason
	EntityLanguage    EntityKind = "language"
	EntityChannel     EntityKind = "channel"
	EntityTimeWindow  EntityKind = "time_window" // "20:00-" (not after), "-09:00" (not before), "12:00-13:00" …
	EntityPaymentRef  EntityKind = "payment_ref"
	EntityIncome      EntityKind = "income"
	EntityExpense     EntityKind = "expense"
	EntityOtherDebts  EntityKind = "other_debts"
	EntityEvidence    EntityKind = "evidence"
	EntityOrg         EntityKind = "org"
)

// Entity is one piece of information, with the bytes of the text it came from.
type Entity struct {
	Kind  EntityKind `json:"kind"`
	Value string     `json:"value"`
	Start int        `json:"start"` // byte offset in the text as received
	End   int        `json:"end"`
	// Ambiguous lists the readings to ask back about ("2026-12-02", "2026-12-09").
	Ambiguous []string `json:"ambiguous,omitempty"`
}

// Scored is an intent with its calibrated probability in [0,1].
type Scored struct {
	Intent Intent  `json:"intent"`
	Score  float64 `json:"score"`
}

// Safety is what the safety lexicons say of a text.
type Safety string

const (
	SafetyNone  Safety = ""
	SafetyGreen Safety = "green" // an idiom: log only
	SafetyAmber Safety = "amber" // indirect: check-in, a line and a human
	SafetyRed   Safety = "red"   // explicit: the crisis path
)

// Understanding is what a text means. It is part of the event, so that replay
// never understands anew.
type Understanding struct {
	Version    string   `json:"version"`
	Language   Language `json:"language"` // the last dominant one
	Driving    Intent   `json:"driving"`
	Intents    []Scored `json:"intents"`              // all present, driving first
	Candidates []Scored `json:"candidates,omitempty"` // best three, for a clarifying question
	Entities   []Entity `json:"entities,omitempty"`
	Affect     Affect   `json:"affect,omitempty"`
	Safety     Safety   `json:"safety,omitempty"`
	Confident  bool     `json:"confident"`          // false: ask back instead of guessing
	Minor      bool     `json:"minor,omitempty"`    // the text says that its writer is under 18
	Deceased   bool     `json:"deceased,omitempty"` // the text says that the borrower has died
	TooLong    bool     `json:"too_long,omitempty"` // only the head of the text was read
}

// Has reports whether an intent is among those present.
func (u *Understanding) Has(i Intent) bool {
	if u == nil {
		return false
	}
	for _, s := range u.Intents {
		if s.Intent == i {
			return true
		}
	}
	return u.Driving == i
}

// Entity returns the first entity of a kind.
func (u *Understanding) Entity(k EntityKind) (Entity, bool) {
	if u != nil {
		for _, e := range u.Entities {
			if e.Kind == k {
				return e, true
			}
		}
	}
	return Entity{}, false
}

// HearContext is what a text is heard against: the same words mean different
// things after different questions.
type HearContext struct {
	NowUnix  int64    // seconds; the envelope's time
	Zone     string   // the borrower's IANA zone, never empty
	Locale   Locale   // the conversation's speaking locale
	Currency string   // the account's, "" when unknown
	Asked    string   // the open question: "", "confirm", "choose", "amount", "date", "reason", "budget", "reference", "yes_no", "account"
	Options  []string // option ids on the table, in the order shown ("plan:4", "defer:30")
	Sizes    []int64  // for each option the instalment in minor units, 0 where none: "the cheaper one"
}
