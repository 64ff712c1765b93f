package dialog

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
)

// Offered lists what a turn puts before a person: the buttons below what is said,
// each once, in order. A button that stands for terms carries their fingerprint
// after a "#", so that two turns can be compared without their figures.
func Offered(ch *Change) []string {
	out := []string{} // nothing is something to know
	for i := range ch.Messages {
		m := &ch.Messages[i]
		if m.Act == nil || m.Speaker == SpeakerBorrower {
			continue
		}
		for j := range m.Act.Options {
			if id := offeredAs(m.Act.Options[j].ID, &ch.Next.Talk); !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
	}
	return out
}

func offeredAs(option string, t *Talk) string {
	if option == "confirm" && t.Quote != nil {
		return option + "#" + t.Quote.Offer.Terms.Fingerprint()
	}
	for i := range t.Table {
		if t.Table[i].Option == option {
			return option + "#" + t.Table[i].Terms.Fingerprint()
		}
	}
	return option
}

// OptionOffered is the button's id of a member of [Offered], without the
// fingerprint.
func OptionOffered(member string) string {
	id, _, _ := strings.Cut(member, "#")
	return id
}

// Fingerprint tells terms apart that differ in anything that is agreed to.
func (t *Terms) Fingerprint() string {
	h := fnv.New32a()
	var room [24]byte
	number := func(n int64) { _, _ = h.Write(append(strconv.AppendInt(room[:0], n, 36), ' ')) }
	_, _ = h.Write([]byte(t.Kind))
	for _, i := range t.Schedule {
		number(int64(i.Due.Year)*10_000 + int64(i.Due.Month)*100 + int64(i.Due.Day))
		number(i.Amount.Minor)
	}
	for _, n := range []int64{t.Total.Minor, t.Now.Minor, t.ExtraCost.Minor, int64(t.Days), t.APR} {
		number(n)
	}
	_, _ = h.Write([]byte(strconv.FormatBool(t.LatePaused) + strconv.FormatBool(t.DebitPaused)))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}
