package desk

import (
	"context"
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
	lately  *lately
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
		viewers: newViewers(), typing: newTyping(), lately: newLately(), wake: make(chan struct{}, 1),
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

// with reads the body of a request for a handler that takes one.
func with[T any](serve func(w http.ResponseWriter, r *http.Request, who *caller, in T) error) handler {
	return func(w http.ResponseWriter, r *http.Request, who *caller) error {
		var in T
		if err := channels.ReadJSON(r, &in); err != nil {
			return err
		}
		return serve(w, r, who, in)
	}
}

func (s *Server) routes() map[string]route {
	all := map[string]route{
		"POST /logout":         {"", s.logout},
		"POST /logout-all":     {"", s.logoutAll},
		"GET /me":              {"", s.me},
		"POST /password":       {"", with(s.password)},
		"PUT /me/status":       {"", with(s.setStatus)},
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
		"POST /chats/{id}/look":          {"chats", with(s.look)},
		"PUT /chats/{id}/draft":          {"chats", with(s.saveDraft)},
		"POST /chats/{id}/check":         {"chats", with(s.check)},
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
		"POST /board/missed/{id}/review": {"missed", with(s.reviewMissed)},
		"GET /board/blocked":             {"missed", s.blocked},
		"GET /audit":                     {"audit", s.auditLog},
		"GET /chats/{id}/export":         {"export", s.export},
		"POST /chats/{id}/legal-hold":    {"legal_hold", s.legalHold},
		"POST /chats/{id}/erase":         {"erase", with(s.erase)},
		"GET /retention":                 {"board", s.retention},
		"GET /accounts":                  {"accounts", s.listAccounts},
		"POST /accounts":                 {"accounts", with(s.addAccount)},
		"PUT /accounts/{id}":             {"accounts", with(s.setAccount)},
		"POST /accounts/{id}/password":   {"accounts", with(s.resetPassword)},
		"POST /accounts/{id}/sign-out":   {"accounts", s.signOut},
		"GET /settings":                  {"board", s.getSettings},
		"PUT /settings":                  {"settings", with(s.putSettings)},
		"PUT /settings/teams/{id}":       {"roster", with(s.putTeam)},
		"DELETE /settings/teams/{id}":    {"roster", s.dropTeam},
		"PUT /settings/sla":              {"roster", s.putTargets},
		"PUT /settings/slots":            {"roster", s.putSlots},
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
			s.fail(w, r, dialog.EnGB, err)
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
	check := func(w http.ResponseWriter, r *http.Request, who *caller) error {
		if err := s.ours(r, who); err != nil {
			return err
		}
		free := []string{"/me", "/password", "/logout", "/logout-all"}
		if who.MustChange && !slices.Contains(free, strings.TrimPrefix(r.URL.Path, Prefix)) {
			return no(dialog.CodeForbidden, "password_first")
		}
		if right != "" && !who.may(right) {
			return no(dialog.CodeForbidden, "role")
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		return serve(w, r, who)
	}
	return s.plain(func(w http.ResponseWriter, r *http.Request) error {
		who, err := s.caller(r)
		if err != nil {
			return err
		}
		if err := check(w, r, who); err != nil {
			s.fail(w, r, who.locale(), err)
		}
		return nil
	})
}

// ours refuses what another page could have sent: an unsafe request needs the
// session's own word and no foreign origin.
func (s *Server) ours(r *http.Request, who *caller) error {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return nil
	}
	if !s.allowed(r) || who.csrf == "" || !same(r.Header.Get("X-CSRF-Token"), who.csrf) {
		return no(dialog.CodeForbidden, "reload")
	}
	return nil
}

// allowed reports whether a browser's page may use the desk: only our own.
func (s *Server) allowed(r *http.Request) bool {
	origin := strings.ToLower(r.Header.Get("Origin"))
	host := strings.ToLower(r.Host)
	return origin == "" || origin == "https://"+host || origin == "http://"+host
}
