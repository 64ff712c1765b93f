package dialog

// Level says how sure we are that the person writing is the borrower.
type Level int

const (
	LevelUnknown  Level = 0 // nobody in particular
	LevelLinked   Level = 1 // a linked Telegram chat, or a wallet session that was not stepped up
	LevelBorrower Level = 2 // stepped up in the wallet within the last 15 minutes of activity
	LevelThisAct  Level = 3 // stepped up for this very act
)

// Locale is a speaking locale; see Locales.
type Locale string

const (
	ZhHans   Locale = "zh-Hans"
	ZhHantTW Locale = "zh-Hant-TW"
	ZhHantHK Locale = "zh-Hant-HK"
	EnUS     Locale = "en-US"
	EnGB     Locale = "en-GB"
)

// Locales returns every speaking locale in the order catalogs are listed.
func Locales() []Locale { return []Locale{ZhHans, ZhHantTW, ZhHantHK, EnUS, EnGB} }

// Language is a language as it is understood: one for all of Traditional Chinese.
type Language string

const (
	LangZhHans Language = "zh-Hans"
	LangZhHant Language = "zh-Hant"
	LangEn     Language = "en"
)

// Language returns the understanding language of a speaking locale.
func (l Locale) Language() Language {
	switch l {
	case ZhHantTW, ZhHantHK:
		return LangZhHant
	case EnUS, EnGB:
		return LangEn
	}
	return LangZhHans
}

// Valid reports whether l is one of the five speaking locales.
func (l Locale) Valid() bool {
	switch l {
	case ZhHans, ZhHantTW, ZhHantHK, EnUS, EnGB:
		return true
	}
	return false
}

// ChannelKind names an edge to people.
type ChannelKind string

const (
	ChannelWeb      ChannelKind = "web"
	ChannelTelegram ChannelKind = "telegram"
	ChannelSMS      ChannelKind = "sms"  // the lender's own, known by its counters and preferences only
	ChannelCall     ChannelKind = "call" // likewise
)

// CommClass is the communication class of an outgoing message. Windows, caps
// and holds bind Collection that the lender initiates.
type CommClass string

const (
	ClassCollection CommClass = "COLLECTION"
	ClassService    CommClass = "SERVICE"
	ClassStatutory  CommClass = "STATUTORY"
	ClassCrisis     CommClass = "CRISIS"
)

// Speaker labels a transcript line.
type Speaker string

const (
	SpeakerBorrower Speaker = "borrower"
	SpeakerBot      Speaker = "bot"
	SpeakerHuman    Speaker = "human"
	SpeakerSystem   Speaker = "system"
)

// OwnerKind says who may speak to the borrower now.
type OwnerKind string

const (
	OwnerBot    OwnerKind = "bot"
	OwnerQueue  OwnerKind = "queue"
	OwnerAgent  OwnerKind = "agent"
	OwnerClosed OwnerKind = "closed"
)

// Reason is why a payment is late, as the borrower tells it.
type Reason string

const (
	ReasonForgot       Reason = "forgot"
	ReasonNotTold      Reason = "not_told"
	ReasonTechFailure  Reason = "tech_failure"
	ReasonIncomeDrop   Reason = "income_drop"
	ReasonJobLoss      Reason = "job_loss"
	ReasonShopClosed   Reason = "shop_closed" // told apart from income_drop in wording only
	ReasonDisaster     Reason = "disaster"    // likewise
	ReasonIllness      Reason = "illness"
	ReasonFamily       Reason = "family"
	ReasonOverIndebted Reason = "over_indebted"
	ReasonDispute      Reason = "dispute"
	ReasonUnwilling    Reason = "unwilling"
	ReasonUndisclosed  Reason = "undisclosed"
)

// Affect drives wording and queue priority, never what is offered.
type Affect string

const (
	AffectCalm     Affect = "calm"
	AffectAnxious  Affect = "anxious"
	AffectAshamed  Affect = "ashamed"
	AffectAngry    Affect = "angry"
	AffectHopeless Affect = "hopeless"
)

// HoldKind names a reason why nothing may be asked for.
type HoldKind string

const (
	HoldDispute       HoldKind = "dispute"
	HoldPaymentTrace  HoldKind = "payment_trace"
	HoldHardship      HoldKind = "hardship"
	HoldComplaint     HoldKind = "complaint"
	HoldCease         HoldKind = "cease"
	HoldWrongPerson   HoldKind = "wrong_person"
	HoldThirdParty    HoldKind = "third_party"
	HoldVulnerability HoldKind = "vulnerability"
	HoldBereavement   HoldKind = "bereavement"
	HoldDeceased      HoldKind = "deceased"
	HoldLegal         HoldKind = "legal"
	HoldMoratorium    HoldKind = "moratorium"
	HoldAdvice        HoldKind = "advice"
	HoldCapacity      HoldKind = "capacity"
	HoldFraud         HoldKind = "fraud"
	HoldMinor         HoldKind = "minor"
	HoldCrisis        HoldKind = "crisis"
)

// CallKind is an effect at the lender, each with an idempotency key.
type CallKind string

const (
	CallArrangementCreate CallKind = "arrangement.create"
	CallArrangementCancel CallKind = "arrangement.cancel"
	CallPaymentLinkCreate CallKind = "payment_link.create"
	CallDebitPause        CallKind = "debit.pause"
	CallDebitRetry        CallKind = "debit.retry"
	CallCaseOpen          CallKind = "case.open"
	CallCaseResolve       CallKind = "case.resolve"
	CallContactUpdate     CallKind = "contact.update"
	// CallPageHuman and CallNotifyPush go to the pager and the notifier.
	CallPageHuman  CallKind = "page.human"
	CallNotifyPush CallKind = "notify.push"
)

// CaseKind is the kind of a case.open call.
type CaseKind string

const (
	CaseDispute     CaseKind = "dispute"
	CaseComplaint   CaseKind = "complaint"
	CaseFraud       CaseKind = "fraud"
	CaseHardship    CaseKind = "hardship"
	CasePrivacy     CaseKind = "privacy"
	CaseBereavement CaseKind = "bereavement"
	CaseWaiver      CaseKind = "waiver_request"
	CaseTrace       CaseKind = "payment_trace"
)

// ArrangementKind is what an arrangement at the lender is.
type ArrangementKind string

const (
	ArrangementPlan     ArrangementKind = "plan"
	ArrangementDeferral ArrangementKind = "deferral"
	ArrangementPromise  ArrangementKind = "promise"
)

// ArrangementStatus is the lender's word on an arrangement.
type ArrangementStatus string

const (
	ArrangementPending   ArrangementStatus = "pending"
	ArrangementActive    ArrangementStatus = "active"
	ArrangementRejected  ArrangementStatus = "rejected"
	ArrangementCancelled ArrangementStatus = "cancelled"
	ArrangementCompleted ArrangementStatus = "completed"
	ArrangementBroken    ArrangementStatus = "broken"
)

// OfferKind is a kind of way out.
type OfferKind string

const (
	OfferPlan         OfferKind = "plan"
	OfferDeferral     OfferKind = "deferral"
	OfferPartial      OfferKind = "partial"
	OfferPromise      OfferKind = "promise"
	OfferWaiverReview OfferKind = "waiver_review"
)
