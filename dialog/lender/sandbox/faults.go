package sandbox

import (
	"net/http"
	"time"

	"warmline/dialog/lender/wire"
)

// Faults are what the sandbox is asked to do wrong. The counts go down with
// each use. They live in memory only.
type Faults struct {
	SlowMS       int    `json:"slow_ms"`       // before every answer under /v1
	FailNext     int    `json:"fail_next"`     // requests under /v1 answered with a 503, nothing done
	RejectNext   int    `json:"reject_next"`   // effects refused with RejectReason
	RejectReason string `json:"reject_reason"` // "not_eligible" when empty
	PendingNext  int    `json:"pending_next"`  // arrangements that stay pending until settled
	LoseNext     int    `json:"lose_next"`     // effects performed whose answer is never sent
}

// SetFaults replaces the faults.
func (s *Sandbox) SetFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// Faults returns the faults that are left.
func (s *Sandbox) Faults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// spend takes one from a count and reports whether there was one.
func (s *Sandbox) spend(count func(*Faults) *int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := count(&s.faults)
	if *n <= 0 {
		return false
	}
	*n--
	return true
}

func (s *Sandbox) delayOrFail(r *http.Request) (reply, bool) {
	if slow := s.Faults().SlowMS; slow > 0 {
		wait := time.NewTimer(time.Duration(slow) * time.Millisecond)
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-r.Context().Done():
		}
	}
	if s.spend(func(f *Faults) *int { return &f.FailNext }) {
		return no(http.StatusServiceUnavailable, "unavailable", ""), true
	}
	return reply{}, false
}

// perhapsRefuse turns the next effects down. It stands inside once, so that a
// refusal too is the key's answer for good.
func (s *Sandbox) perhapsRefuse(h handler) handler {
	return func(t *txn, r *http.Request, body []byte) (reply, error) {
		if !s.spend(func(f *Faults) *int { return &f.RejectNext }) {
			return h(t, r, body)
		}
		reason := s.Faults().RejectReason
		if reason == "" {
			reason = "not_eligible"
		}
		return refuse(reason), nil
	}
}

func (s *Sandbox) loses() bool { return s.spend(func(f *Faults) *int { return &f.LoseNext }) }

// drop ends the connection without an answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// HTTP/2 and recorders cannot be cut off; a gateway's error is as good.
		reply{status: http.StatusBadGateway, body: wire.Problem{Code: "unavailable"}}.write(w)
		return
	}
	conn.Close()
}
