package retention

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"warmline/dialog"
	"warmline/dialog/policy/rules"
)

// journalRecord is what retention reads of a journal record.
type journalRecord struct {
	Envelope struct {
		Conversation string    `json:"conversation"`
		At           time.Time `json:"at"`
	} `json:"envelope"`
	Facts struct {
		Borrower struct {
			Packs []string `json:"packs"`
		} `json:"borrower"`
	} `json:"facts"`
}

// journal takes records out of the archive that no pack asks to keep.
func (r *run) journal(ctx context.Context) error {
	on := dialog.DateOf(r.Now.UTC())
	owners := map[string]owner{}
	counted := 0
	drop := func(record []byte) bool {
		var rec journalRecord
		if json.Unmarshal(record, &rec) != nil || rec.Envelope.At.IsZero() {
			return false // what it is nobody knows
		}
		o := r.owner(ctx, owners, rec.Envelope.Conversation)
		packs := rec.Facts.Borrower.Packs
		if len(packs) == 0 {
			packs = o.packs
		}
		erase, _ := r.Judge.Retention(packs, rules.Kept{Record: "journal", AgeDays: ageDays(rec.Envelope.At, r.Now), LegalHold: o.held}, on)
		if erase {
			counted++
		}
		return erase && !r.Dry
	}
	// Nothing of a segment can go while the base alone keeps its oldest record.
	free := false
	may := func(begun time.Time) bool {
		erase, _ := r.Judge.Retention(nil, rules.Kept{Record: "journal", AgeDays: ageDays(begun, r.Now), LegalHold: &free}, on)
		return erase
	}
	_, err := r.Journal.Prune(ctx, may, drop)
	r.sum.Erased["journal"] = counted
	if err != nil {
		return fmt.Errorf("the archive: %w", err)
	}
	if counted == 0 || r.Dry {
		return nil
	}
	return r.record(ctx, Entry{At: r.Now, Lines: map[string]int{"journal": counted}, Rules: []string{}})
}

// owner is whose a journal record is: the packs that apply, and whether anything
// of it may go. What cannot be found out keeps.
type owner struct {
	packs []string
	held  *bool
}

func (r *run) owner(ctx context.Context, known map[string]owner, conversation string) owner {
	if o, ok := known[conversation]; ok {
		return o
	}
	var o owner
	if held, err := r.Marks.Held(ctx, conversation); err == nil {
		o.held = &held
	}
	if c, _, err := r.Lines.Load(ctx, conversation); err == nil {
		o.packs = c.Packs
	}
	if len(o.packs) == 0 {
		o.packs = r.Judge.IDs()
	}
	known[conversation] = o
	return o
}
