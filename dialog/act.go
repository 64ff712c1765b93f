package dialog

import "time"

// ActKind names something that the bot may say. Every kind has reviewed texts
// per locale in the catalogs, with the placeholders that they need.
type ActKind string

// ValueKind says how a value is formatted for a locale.
type ValueKind string

const (
	ValueMoney           ValueKind = "money"
	ValueDate            ValueKind = "date"             // civil date; full adds the weekday or year where the text wants it
	ValueTime            ValueKind = "time"             // clock time in the borrower's zone
	ValueCount           ValueKind = "count"            // a plain number
	ValuePercent         ValueKind = "percent"          // Number in hundredths of a percent
	ValueDuration        ValueKind = "duration"         // Number in seconds: "about 6 minutes"
	ValueText            ValueKind = "text"             // a name, an id, a link: shown as it is, escaped by the channel
	ValueLabel           ValueKind = "label"            // Text is a catalog label key
	ValueDays            ValueKind = "days"             // Number of days with its unit: 9天, 9 days
	ValueInstalmentCount ValueKind = "instalment_count" // Number of instalments with its unit: 4期, 4 instalments
	ValueCounts          ValueKind = "counts"           // Parts are counts: 3, 4 or 6 / 3、4或6
	ValueFormula         ValueKind = "formula"          // Text is an arithmetic line with {0} {1} … filled from Parts
	// ValueInstalments is the amounts of one schedule: Number is their count,
	// Parts the sums in order ("206.93×3+206.92").
	ValueInstalments ValueKind = "instalments"
	// ValuePlanList is several plans, one ValueInstalments each in Parts
	// ("4期 206.93×3+206.92；6期 137.95×5+137.96").
	ValuePlanList ValueKind = "plan_list"
)

// Value is a fact that fills a placeholder. Only code makes one.
type Value struct {
	Kind   ValueKind `json:"kind"`
	Money  Money     `json:"money,omitzero"`
	Date   Date      `json:"date,omitzero"`
	At     time.Time `json:"at,omitzero"`
	Number int64     `json:"number,omitempty"`
	Text   string    `json:"text,omitempty"`
	Parts  []Value   `json:"parts,omitempty"`
}

// MoneyValue returns a sum as a value.
func MoneyValue(m Money) Value { return Value{Kind: ValueMoney, Money: m} }

// DateValue returns a civil date as a value.
func DateValue(d Date) Value { return Value{Kind: ValueDate, Date: d} }

// CountValue returns a plain number as a value.
func CountValue(n int) Value { return Value{Kind: ValueCount, Number: int64(n)} }

// TextValue returns a name or id as a value.
func TextValue(s string) Value { return Value{Kind: ValueText, Text: s} }

// LabelValue returns a catalog label as a value.
func LabelValue(key string) Value { return Value{Kind: ValueLabel, Text: key} }

// DurationValue returns a length of time as a value.
func DurationValue(d time.Duration) Value {
	return Value{Kind: ValueDuration, Number: int64(d / time.Second)}
}

// DaysValue returns a number of days with its unit.
func DaysValue(n int) Value { return Value{Kind: ValueDays, Number: int64(n)} }

// InstalmentCountValue returns a number of instalments with its unit.
func InstalmentCountValue(n int) Value {
	return Value{Kind: ValueInstalmentCount, Number: int64(n)}
}

// CountsValue returns a choice among numbers.
func CountsValue(counts []int) Value {
	v := Value{Kind: ValueCounts}
	for _, n := range counts {
		v.Parts = append(v.Parts, CountValue(n))
	}
	return v
}

// TimeValue returns a moment as a value; the renderer uses the borrower's zone.
func TimeValue(t time.Time) Value { return Value{Kind: ValueTime, At: t} }

// PercentValue returns hundredths of a percent as a value.
func PercentValue(hundredths int64) Value { return Value{Kind: ValuePercent, Number: hundredths} }

// InstalmentsValue returns the amounts of a schedule as a value.
func InstalmentsValue(schedule []Instalment) Value {
	v := Value{Kind: ValueInstalments, Number: int64(len(schedule))}
	for _, s := range schedule {
		v.Parts = append(v.Parts, MoneyValue(s.Amount))
	}
	return v
}

// PlanList returns the schedules of offers as one value, in their order.
func PlanList(offers []Offer) Value {
	v := Value{Kind: ValuePlanList, Number: int64(len(offers))}
	for _, o := range offers {
		v.Parts = append(v.Parts, InstalmentsValue(o.Terms.Schedule))
	}
	return v
}

// Option is a button. ID is stable ("plan:4", "confirm"); Card binds a confirm
// to the card that it stands on.
type Option struct {
	ID     string           `json:"id"`
	Card   string           `json:"card,omitempty"`
	Values map[string]Value `json:"values,omitempty"` // for a label with placeholders: "4 × {instalment_amount}"
	URL    string           `json:"url,omitempty"`    // a payment link or a document: opened, not sent back
}

// Row is a line of a card: a label and its cells, one per column.
type Row struct {
	Label    string  `json:"label"` // catalog label key, or "" for none
	Cells    []Value `json:"cells"`
	Strong   bool    `json:"strong,omitempty"`
	Option   string  `json:"option,omitempty"` // choosing the row is choosing this option
	FeeBasis string  `json:"fee_basis,omitempty"`
}

// Card is a structured part of a message: a table of labelled values. Kinds:
// balance, plans, schedule, confirm, deferral, receipt, ticket, budget, advice,
// cost_table, accounts, link.
type Card struct {
	Kind        string    `json:"kind"`
	ID          string    `json:"id,omitempty"` // the quote's, on confirm cards
	Title       string    `json:"title"`        // catalog label key
	Columns     []string  `json:"columns,omitempty"`
	Rows        []Row     `json:"rows"`
	Notes       []Note    `json:"notes,omitempty"` // sentences below the table
	Expires     time.Time `json:"expires,omitzero"`
	ReadSeconds int       `json:"read_seconds,omitempty"` // before the confirm button works
}

// Note is a reviewed sentence of a card: a label key with its values.
type Note struct {
	Label  string           `json:"label"`
	Values map[string]Value `json:"values,omitempty"`
}

// Act is something to be said: which reviewed text, with which facts.
type Act struct {
	Kind    ActKind          `json:"kind"`
	Form    string           `json:"form,omitempty"` // which of the kind's reviewed forms; "" is the plain one
	Values  map[string]Value `json:"values,omitempty"`
	Options []Option         `json:"options,omitempty"`
	Card    *Card            `json:"card,omitempty"`
	Variant int              `json:"variant"` // counts up for each time the kind+form was said in this chat
	Class   CommClass        `json:"class"`
	Level   Level            `json:"level"` // needed to read it
	Rules   []string         `json:"rules,omitempty"`
	// Situation is closed labels for a model that phrases: reason, what was asked. Never facts.
	Situation map[string]string `json:"situation,omitempty"`
}

// Rendered is an act in words: the reviewed text with its values filled in.
type Rendered struct {
	Text    string           `json:"text"`
	Card    *RenderedCard    `json:"card,omitempty"`
	Options []RenderedOption `json:"options,omitempty"`
	TextID  string           `json:"text_id,omitempty"` // catalog id and version hash of the reviewed text
	Model   string           `json:"model,omitempty"`   // "" when the template was used
	Prompt  string           `json:"prompt,omitempty"`  // prompt version, with a model
}

// RenderedOption is a button in words.
type RenderedOption struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Card  string `json:"card,omitempty"`
	URL   string `json:"url,omitempty"`
}

// RenderedRow is a card's line in words.
type RenderedRow struct {
	Label  string   `json:"label,omitempty"`
	Cells  []string `json:"cells"`
	Strong bool     `json:"strong,omitempty"`
	Option string   `json:"option,omitempty"`
}

// RenderedCard is a card in words. The browser formats nothing.
type RenderedCard struct {
	Kind        string        `json:"kind"`
	ID          string        `json:"id,omitempty"`
	Title       string        `json:"title,omitempty"`
	Columns     []string      `json:"columns,omitempty"`
	Rows        []RenderedRow `json:"rows,omitempty"`
	Notes       []string      `json:"notes,omitempty"`
	Expires     time.Time     `json:"expires,omitzero"`
	ReadSeconds int           `json:"read_seconds,omitempty"`
}
