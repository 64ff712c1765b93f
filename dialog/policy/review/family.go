package review

// Family is why a text is refused.
type Family string

// The families. Slots are about form, conduct about how people are treated,
// truth about what is so.
const (
	DigitLeak          Family = "digit_leak"
	MissingPlaceholder Family = "missing_placeholder"
	UnknownPlaceholder Family = "unknown_placeholder"
	AlteredPlaceholder Family = "altered_placeholder"
	URLOrContact       Family = "url_or_contact"
	Markup             Family = "markup"
	WrongLanguage      Family = "wrong_language"
	TooLong            Family = "too_long"
	PromptLeak         Family = "prompt_leak"
	OffTopic           Family = "off_topic"

	Threat               Family = "threat"
	Shaming              Family = "shaming"
	ContactRelatives     Family = "contact_relatives"
	FalseLegal           Family = "false_legal"
	FalseAuthority       Family = "false_authority"
	FalseCredit          Family = "false_credit"
	DeceptiveUrgency     Family = "deceptive_urgency"
	DeceptiveConsequence Family = "deceptive_consequence"
	Harassment           Family = "harassment"
	BorrowToRepay        Family = "borrow_to_repay"
	CrisisUnsafe         Family = "crisis_unsafe"
	Pressure             Family = "pressure"
	BlameMoralise        Family = "blame_moralise"
	UpsellCredit         Family = "upsell_credit"

	OverPromise    Family = "over_promise"
	ClaimsHuman    Family = "claims_human"
	ClaimsFeelings Family = "claims_feelings"
)

// severity orders what is reported when a text breaks several rules: harm to a
// person first, then untruth, then form.
var severity = map[Family]int{
	CrisisUnsafe: 1, Threat: 2, ContactRelatives: 3, Shaming: 4, FalseLegal: 5, FalseAuthority: 6, FalseCredit: 7,
	Harassment: 8, BorrowToRepay: 9, DeceptiveConsequence: 10, DeceptiveUrgency: 11, UpsellCredit: 12, BlameMoralise: 13,
	Pressure: 14, OverPromise: 15, ClaimsHuman: 16, ClaimsFeelings: 17, PromptLeak: 18, DigitLeak: 19, AlteredPlaceholder: 20,
	UnknownPlaceholder: 21, MissingPlaceholder: 22, URLOrContact: 23, Markup: 24, OffTopic: 25, WrongLanguage: 26, TooLong: 27,
}

// Slot reports whether a family is one that could put a wrong fact before a
// person.
func (f Family) Slot() bool {
	switch f {
	case DigitLeak, MissingPlaceholder, UnknownPlaceholder, AlteredPlaceholder:
		return true
	}
	return false
}

// Rules of the checks that are code. The others are named in the data files.
const (
	ruleDigits    = "REV-SLOT-1"
	ruleMissing   = "REV-SLOT-2"
	ruleUnknown   = "REV-SLOT-3"
	ruleAltered   = "REV-SLOT-4"
	ruleContact   = "REV-SLOT-5"
	ruleMarkup    = "REV-FORM-1"
	ruleLanguage  = "REV-FORM-2"
	ruleLength    = "REV-FORM-3"
	ruleFacts     = "REV-FACT-1"
	ruleLevel     = "REV-FACT-2"
	ruleInvisible = "REV-FORM-4"
	rulePrompt    = "REV-FORM-5"
)
