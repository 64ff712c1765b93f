package llm

import (
	"sync"
	"time"
)

// Budget bounds the tokens that are spent, prompt and answer together. 0 means
// no bound. Conversation and Day are counted per process and begin anew at
// midnight UTC; several nodes each have their own.
type Budget struct {
	Request      int // of one prompt with its answer
	Conversation int // of one conversation in a day
	Day          int
}

// maxTracked bounds how many conversations of a day are counted one by one;
// those beyond it are bound by the day's budget alone.
const maxTracked = 200_000

// ledger counts what was spent.
type ledger struct {
	budget Budget
	now    func() time.Time

	mu    sync.Mutex
	day   int64
	total int
	each  map[string]int
}

func newLedger(b Budget, now func() time.Time) *ledger {
	return &ledger{budget: b, now: now, each: map[string]int{}}
}

// reserve sets n tokens aside before they are spent, so that requests under way
// together cannot go over the bound. It returns which bound forbids it, or "".
func (l *ledger) reserve(conversation string, n int) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turn()
	switch b := l.budget; {
	case b.Request > 0 && n > b.Request:
		return "request"
	case b.Conversation > 0 && l.each[conversation]+n > b.Conversation:
		return "conversation"
	case b.Day > 0 && l.total+n > b.Day:
		return "day"
	}
	l.add(conversation, n)
	return ""
}

// settle replaces a reservation by what was really spent.
func (l *ledger) settle(conversation string, reserved, spent int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.turn() { // the reservation went with its day
		reserved = 0
	}
	l.add(conversation, spent-reserved)
}

// turn begins a new day when it has come.
func (l *ledger) turn() bool {
	day := l.now().Unix() / 86_400
	if day == l.day {
		return false
	}
	l.day, l.total, l.each = day, 0, map[string]int{}
	return true
}

func (l *ledger) add(conversation string, n int) {
	l.total += n
	if _, known := l.each[conversation]; known || len(l.each) < maxTracked {
		l.each[conversation] += n
	}
}
