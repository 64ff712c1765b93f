package manager

import "time"

// crew runs work on goroutines that stay a while after it: a turn needs a deep
// stack, and growing one anew for each turn costs a tenth of it.
type crew struct {
	idle chan func()
	end  <-chan struct{} // closed: nobody waits any more
}

// crewRest is how long a goroutine waits for more work.
const crewRest = time.Second

func newCrew(end <-chan struct{}) *crew { return &crew{idle: make(chan func()), end: end} }

// run hands work to a goroutine that waits, or to a new one.
func (c *crew) run(work func()) {
	select {
	case c.idle <- work:
	default:
		go c.serve(work)
	}
}

func (c *crew) serve(work func()) {
	rest := time.NewTimer(crewRest)
	defer rest.Stop()
	for {
		work()
		rest.Reset(crewRest)
		select {
		case work = <-c.idle:
		case <-rest.C:
			return
		case <-c.end:
			return
		}
	}
}
