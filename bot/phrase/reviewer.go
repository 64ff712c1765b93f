package phrase

import "warmline/dialog/policy/review"

// PolicyReview has the policy's review look at drafts. The rule that a Verdict
// names is the family, which is what metrics count by.
type PolicyReview struct{ Reviewer *review.Reviewer }

// Review implements Reviewer.
func (p PolicyReview) Review(c Candidate) Verdict {
	v := p.Reviewer.Draft(review.Draft{
		Locale: string(c.Locale), Act: c.Act, Required: c.Required, Optional: c.Optional, Text: c.Text,
	})
	return Verdict{Allowed: v.Allowed, Rule: string(v.Why), Says: v.Text}
}
