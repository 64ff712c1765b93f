package webchat

import (
	"strconv"
	"time"

	"github.com/gorilla/websocket"

	"warmline/dialog"
)

// Close codes are part of the protocol: they tell the client what to do next.
//
//	code  why                               the client
//	1012  the service restarts or cannot    comes back after a random while, resumes,
//	      commit now                        sends again what was not acknowledged
//	4000  a frame that is not the protocol  stops
//	4001  the session is not valid          gets a new token from the wallet, comes back
//	4003  origin or audience not allowed    stops
//	4008  too slow to read                  comes back and resumes
//	4009  a frame over the limit            comes back without that message
//	4010  logged out                        stops and forgets everything
//	4029  too much                          comes back after retry_ms of the reason
const (
	CloseRestart   = websocket.CloseServiceRestart
	CloseBadFrame  = 4000
	CloseSession   = 4001
	CloseForbidden = 4003
	CloseSlow      = 4008
	CloseTooBig    = 4009
	CloseLogout    = 4010
	CloseRate      = 4029
)

// farewell is how a connection ends: the close code, the dialog code and the
// label of the words in the bye frame, and the close reason.
type farewell struct {
	code   int
	why    dialog.Code
	label  string
	reason string
}

func goodbye(code int) farewell {
	f := farewell{code: code, why: dialog.CodeUnavailable, label: "reconnecting"}
	switch code {
	case CloseBadFrame:
		f.why, f.label = dialog.CodeInvalid, "error"
	case CloseSession, CloseLogout:
		f.why, f.label = dialog.CodeUnauthenticated, "session_ended"
	case CloseForbidden:
		f.why, f.label = dialog.CodeForbidden, "error"
	case CloseTooBig:
		f.why, f.label = dialog.CodeTooLarge, "too_long"
	case CloseRate:
		f.why, f.label = dialog.CodeRateLimited, "rate_limited"
	}
	f.reason = string(f.why)
	return f
}

// tooMuch is the farewell to a client that sends too much; it may come back
// after a while.
func tooMuch(wait time.Duration) farewell {
	f := goodbye(CloseRate)
	f.reason = `{"retry_ms":` + strconv.FormatInt(wait.Milliseconds(), 10) + `}`
	return f
}

// nackLabel names the words for a refused message.
func nackLabel(code dialog.Code) string {
	switch code {
	case dialog.CodeTooLarge:
		return "too_long"
	case dialog.CodeRateLimited:
		return "rate_limited"
	case dialog.CodeUnauthenticated, dialog.CodeForbidden:
		return "session_ended"
	case dialog.CodeConflict:
		return "card_expired"
	}
	return "error"
}
