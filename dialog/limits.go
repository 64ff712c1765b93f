package dialog

// Limits is what the policy allows an account today beyond the offers
// themselves: the bounds that a script explains when somebody asks for more.
type Limits struct {
	PlanCounts    []int         `json:"plan_counts,omitempty"`    // eligible numbers of instalments
	MinInstalment Money         `json:"min_instalment"`           //
	Ruled         []Fired       `json:"ruled,omitempty"`          // what packs say against terms that the programme has
	PlanBlocked   string        `json:"plan_blocked,omitempty"`   // rule id, when no plan can be had
	MaxDeferDays  int           `json:"max_defer_days,omitempty"` // 0: no deferral
	DeferBlocked  string        `json:"defer_blocked,omitempty"`  // rule id: K-OFFER with cooldown, hold …
	CooldownDays  int           `json:"cooldown_days,omitempty"`
	PromiseLatest Date          `json:"promise_latest,omitzero"` // last day for which a promise freezes late interest
	PromiseMoves  int           `json:"promise_moves"`           // moves left
	PartialMin    Money         `json:"partial_min"`
	WaiverReview  bool          `json:"waiver_review"`
	AskForbidden  HoldKind      `json:"ask_forbidden,omitempty"` // a hold under which nothing is asked or offered
	CostTable     bool          `json:"cost_table,omitempty"`    // a cost table must be read before confirming
	ReadSeconds   int           `json:"read_seconds,omitempty"`  // and for how long
	DebtAdvice    *Organisation `json:"debt_advice,omitempty"`
	CrisisLine    string        `json:"crisis_line,omitempty"`
	Emergency     string        `json:"emergency,omitempty"`
}

// Organisation is somebody else who can help, from reviewed data.
type Organisation struct {
	Name    string `json:"name"`
	Contact string `json:"contact"`
	Checked Date   `json:"checked"`
}
