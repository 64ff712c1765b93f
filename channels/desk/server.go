package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// Prefix is the path below which the desk answers.
const Prefix = "/desk/api"

// Server is the desk of one node. It is safe for use by many goroutines.
type Server struct {
	opts    Options
	hashing chan struct{}
	live    *live
	sockets *sockets
	viewers *viewers
	typing  *typing
	answers remembered
	wake    chan struct{} // something changed: look at the queue again
	started time.Time
	going   sync.WaitGroup
}

// New returns a desk; Run has to run beside it. It makes the demo accounts where
// there are none yet.
func New(ctx context.Context, opts Options) (*Server, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := opts.Defaults.check(); err != nil {
		return nil, fmt.Errorf("desk settings: %w", err)
	}
	s := &Server{
		opts: opts, hashing: make(chan struct{}, 2), live: newLive(), sockets: newSockets(),
		viewers: newViewers(), typing: newTyping(), wake: make(chan struct{}, 1),
		answers: remembered{all: map[string]answer{}}, started: opts.Wall(),
	}
	return s, s.seed(ctx)
}

// caller is the person behind a request.
type caller struct {
	Account
	session   string // hash of the token
	csrf      string
	addr      string
	workplace Settings
	seen      time.Time // last use of the session, as it was kept
}

// handler answers a request of somebody who is signed in.
type handler func(w http.ResponseWriter, r *http.Request, who *caller) error

// Register adds the desk's routes.
func (s *Server) Register(mux *http.ServeMux) {
	mux.HandleFunc("POST "+Prefix+"/login", s.plain(s.login))
	mux.HandleFunc("GET "+Prefix+"/ws", s.socket)
	mux.HandleFunc("POST /v1/files", s.plain(s.upload))
	mux.HandleFunc("OPTIONS /v1/files", s.preflight)
	mux.HandleFunc("POST /v1/pager/ack", s.plain(s.ackOutside))
	for route, h := range s.routes() {
		method, path, _ := strings.Cut(route, " ")
		mux.HandleFunc(method+" "+Prefix+path, s.guard(h.right, h.serve))
	}
}

// route is what a path needs and does; right "" is anybody who is signed in.
type route struct {
	right string
	serve handler
}

func (s *Server) routes() map[string]route {
	all := map[string]route{
		"POST /logout":         {"", s.logout},
		"POST /logout-all":     {"", s.logoutAll},
		"GET /me":              {"", s.me},
		"POST /password":       {"", s.password},
		"PUT /me/status":       {"", s.setStatus},
		"PUT /me/settings":     {"", s.setPreferences},
		"GET /filters":         {"", s.listFilters},
		"POST /filters":        {"", s.addFilter},
		"DELETE /filters/{id}": {"", s.dropFilter},

		"GET /chats":                     {"chats", s.listChats},
		"GET /search":                    {"chats", s.search},
		"GET /chats/{id}":                {"chats", s.getChat},
		"GET /chats/{id}/messages":       {"chats", s.getMessages},
		"GET /chats/{id}/why/{seq}":      {"chats", s.getWhy},
		"GET /chats/{id}/context":        {"chats", s.getContext},
		"GET /chats/{id}/suggest":        {"chats", s.suggest},
		"GET /canned":                    {"chats", s.canned},
		"POST /chats/{id}/look":          {"chats", s.look},
		"PUT /chats/{id}/draft":          {"chats", s.saveDraft},
		"POST /chats/{id}/check":         {"chats", s.check},
		"POST /chats/{id}/price":         {"chats", s.price},
		"POST /chats/{id}/reveal":        {"reveal", s.reveal},
		"POST /chats/{id}/redact":        {"chats", s.redact},
		"DELETE /chats/{id}/snooze":      {"claim", s.unsnooze},
		"GET /files/{id}":                {"chats", s.download},
		"GET /pages":                     {"chats", s.listPages},
		"POST /pages/{ref}/ack":          {"claim", s.ackPage},
		"GET /requests":                  {"chats", s.listRequests},
		"POST /requests/{id}/approve":    {"claim", s.approve},
		"POST /requests/{id}/refuse":     {"claim", s.refuse},
		"POST /requests/{id}/withdraw":   {"claim", s.withdraw},
		"GET /board":                     {"board", s.board},
		"GET /board/series":              {"board", s.series},
		"GET /board/missed":              {"missed", s.missed},
		"POST /board/missed/{id}/review": {"missed", s.reviewMissed},
		"GET /board/blocked":             {"missed", s.blocked},
		"GET /audit":                     {"audit", s.auditLog},
		"GET /chats/{id}/export":         {"export", s.export},
		"POST /chats/{id}/legal-hold":    {"legal_hold", s.legalHold},
		"POST /chats/{id}/erase":         {"erase", s.erase},
		"GET /retention":                 {"board", s.retention},
		"GET /accounts":                  {"accounts", s.listAccounts},
		"POST /accounts":                 {"accounts", s.addAccount},
		"PUT /accounts/{id}":             {"accounts", s.setAccount},
		"POST /accounts/{id}/password":   {"accounts", s.resetPassword},
		"POST /accounts/{id}/sign-out":   {"accounts", s.signOut},
		"GET /settings":                  {"board", s.getSettings},
		"PUT /settings":                  {"settings", s.putSettings},
	}
	for name, right := range actions() {
		all["POST /chats/{id}/"+name] = route{right, s.action(name)}
	}
	return all
}

// maxBody is the largest request body, in bytes.
const maxBody = 64 << 10

// plain wraps a handler for somebody who is not signed in.
func (s *Server) plain(serve func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		headers(w)
		if err := serve(w, r); err != nil {
			s.fail(w, r, err)
		}
	}
}

func headers(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
}

// guard lets a request through whose sender is signed in, may do this, and is
// our own page.
func (s *Server) guard(right string, serve handler) http.HandlerFunc {
	return s.plain(func(w http.ResponseWriter, r *http.Request) error {
		who, err := s.caller(r)
		if err != nil {
			return err
		}
		if err := s.ours(r, who); err != nil {
			return err
		}
		free := []string{"/me", "/password", "/logout", "/logout-all"}
		if who.MustChange && !slices.Contains(free, strings.TrimPrefix(r.URL.Path, Prefix)) {
			return dialog.E(dialog.CodeForbidden, "change the password first", nil)
		}
		if right != "" && !who.may(right) {
			return dialog.E(dialog.CodeForbidden, "your role may not do this", nil)
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		return serve(w, r, who)
	})
}

// ours refuses what another page could have sent: an unsafe request needs the
// session's own word and no foreign origin.
func (s *Server) ours(r *http.Request, who *caller) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if !s.allowed(r) || who.csrf == "" || !same(r.Header.Get("X-CSRF-Token"), who.csrf) {
		return dialog.E(dialog.CodeForbidden, "this page may not do this: load it again", nil)
	}
	return nil
}

// allowed reports whether a browser's page may use the desk: only our own.
func (s *Server) allowed(r *http.Request) bool {
	origin := strings.ToLower(r.Header.Get("Origin"))
	host := strings.ToLower(r.Host)
	return origin == "" || origin == "https://"+host || origin == "http://"+host
}

// answerError is what a refused request gets.
type answerError struct {
	Error struct {
		Code     string    `json:"code"`
		Text     string    `json:"text"`
		Findings []Finding `json:"findings,omitempty"`
	} `json:"error"`
}

// found is the refusal of a draft.
type found struct{ list []Finding }

func (f *found) Error() string { return "the draft was not let through" }

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var answer answerError
	var draft *found
	if errors.As(err, &draft) {
		answer.Error.Code, answer.Error.Text, answer.Error.Findings = "findings", "this should not be said like that", draft.list
		writeJSON(w, http.StatusUnprocessableEntity, answer)
		return
	}
	code, text := dialog.CodeOf(err), "something went wrong"
	var known *dialog.Error
	if errors.As(err, &known) {
		text = known.Text
	}
	if code == dialog.CodeInternal || code == dialog.CodeUnavailable {
		s.opts.Log.Error("desk", "path", r.Pattern, "code", code, "error", err)
	}
	var late *tooSoon
	if errors.As(err, &late) {
		w.Header().Set("Retry-After", fmt.Sprint(int(late.wait/time.Second)+1))
	}
	answer.Error.Code, answer.Error.Text = string(code), text
	writeJSON(w, channels.HTTPStatus(code), answer)
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client has left; there is nobody to tell
}

func ok(w http.ResponseWriter, v any) error { writeJSON(w, http.StatusOK, v); return nil }

func noContent(w http.ResponseWriter) error { w.WriteHeader(http.StatusNoContent); return nil }

// readJSON reads a request's body; unknown fields are refused, so that a
// misspelt one is noticed.
func readJSON(r *http.Request, into any) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return dialog.E(dialog.CodeInvalid, "expected application/json", nil)
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return dialog.E(dialog.CodeTooLarge, "the request is too large", err)
		}
		return dialog.E(dialog.CodeInvalid, "the request cannot be read", err)
	}
	return nil
}
