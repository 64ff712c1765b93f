package manager

import (
	"cmp"
	"slices"
	"strconv"

	"warmline/dialog"
)

// mergeable reports whether an envelope may be a line of a burst.
func mergeable(e dialog.Envelope) bool {
	t := e.Event.Text
	return e.Event.Kind == dialog.EventText && t != nil && t.Media == "" && t.File == "" && len(t.Lines) > 0
}

// burst returns how many jobs at the head of a queue are one turn: a run of
// texts that came through one session, or a single job of any kind. A repeat of
// an envelope that is in the run ends it: it has to meet the commit.
func burst(queue []*job, most int) int {
	head := queue[0].env
	if !mergeable(head) {
		return 1
	}
	seen := Marks(head)
	n := 1
	for n < len(queue) && n < most && sameHand(head, queue[n].env) {
		marks := Marks(queue[n].env)
		if slices.ContainsFunc(marks, func(m string) bool { return slices.Contains(seen, m) }) {
			break
		}
		seen = append(seen, marks...)
		n++
	}
	return n
}

// sameHand reports whether b may follow a in a burst: levels belong to a
// session, so texts of two sessions are never heard as one.
func sameHand(a, b dialog.Envelope) bool {
	return mergeable(b) && a.Session == b.Session && a.Channel == b.Channel &&
		a.Device == b.Device && (a.N > 0) == (b.N > 0)
}

// merge makes one envelope of a burst. Its id is the first one's, its time the
// last one's, and what had been seen is what every line's writer had surely
// seen. Lines of a device that counts are put in its order.
func merge(jobs []*job) dialog.Envelope {
	env := jobs[0].env
	if len(jobs) == 1 {
		return env
	}
	text := dialog.TextEvent{}
	for _, j := range jobs {
		for _, l := range j.env.Event.Text.Lines {
			if l.N == 0 {
				l.N = j.env.N
			}
			text.Lines = append(text.Lines, l)
		}
		env.N = max(env.N, j.env.N)
		env.Seen = min(env.Seen, j.env.Seen)
		if j.env.At.After(env.At) {
			env.At = j.env.At
		}
	}
	slices.SortStableFunc(text.Lines, func(a, b dialog.TextLine) int { return cmp.Compare(a.N, b.N) })
	env.Event.Text = &text
	return env
}

// Marks returns what an envelope uses up so that a repeat is known: the device
// numbers of its lines, or its own, where it comes from a device that counts;
// otherwise its id.
func Marks(e dialog.Envelope) []string {
	var marks []string
	if e.Device != "" {
		if t := e.Event.Text; t != nil {
			for _, l := range t.Lines {
				if l.N > 0 {
					marks = append(marks, strconv.FormatUint(l.N, 10))
				}
			}
		}
		if len(marks) == 0 && e.N > 0 {
			marks = append(marks, strconv.FormatUint(e.N, 10))
		}
	}
	if len(marks) == 0 {
		marks = append(marks, e.ID)
	}
	return marks
}

// counted reports whether an envelope's marks are device numbers.
func counted(e dialog.Envelope) bool { return e.Device != "" && Marks(e)[0] != e.ID }

// dedupe returns the ids that a turn uses up: those of its envelopes where no
// device counts them, and what the core adds beyond the envelopes' own.
func dedupe(jobs []*job, core []string) []string {
	var ids []string
	own := map[string]bool{}
	for _, j := range jobs {
		own[j.env.ID] = true
		if t := j.env.Event.Text; t != nil {
			for _, l := range t.Lines {
				own[l.ID] = true
			}
		}
		if !counted(j.env) {
			ids = append(ids, j.env.ID)
		}
	}
	for _, id := range core {
		if id != "" && !own[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// part separates the jobs whose marks were used already from the others. A mark
// that belongs to no job means that the whole turn is a repeat.
func part(jobs []*job, used []string) (left, repeats []*job) {
	known := map[string]bool{}
	for _, j := range jobs {
		marks := Marks(j.env)
		for _, m := range marks {
			known[m] = true
		}
		if slices.ContainsFunc(marks, func(m string) bool { return slices.Contains(used, m) }) {
			repeats = append(repeats, j)
		} else {
			left = append(left, j)
		}
	}
	for _, u := range used {
		if !known[u] {
			return nil, jobs
		}
	}
	return left, repeats
}
