package desk

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// Lives of a session.
const (
	sessionIdle = 30 * time.Minute
	sessionMost = 12 * time.Hour
	seenEvery   = time.Minute // how exactly a session's last use is kept
)

// session is somebody signed in; its key is the hash of its token, so that
// nobody who can read the store can use one.
type session struct {
	Account string    `json:"account"`
	CSRF    string    `json:"csrf"`
	Born    time.Time `json:"born"`
	Seen    time.Time `json:"seen"`
}

func (x session) alive(now time.Time) bool {
	return now.Sub(x.Seen) < sessionIdle && now.Sub(x.Born) < sessionMost
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *Server) token() (string, error) {
	b := make([]byte, 24)
	if _, err := io.ReadFull(s.opts.Random, b); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte("warmline/desk/" + token))
	return hex.EncodeToString(sum[:])
}

func (s *Server) cookieName() string {
	if s.opts.Secure {
		return "__Host-warmline-desk"
	}
	return "warmline-desk"
}

func (s *Server) setCookie(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: token, Path: "/", MaxAge: age, Secure: s.opts.Secure, HttpOnly: true,
		SameSite: http.SameSiteStrictMode,
	})
}

// address is where a request comes from, for the throttle and the audit.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// login begins a session.
func (s *Server) login(w http.ResponseWriter, r *http.Request) error {
	if !s.allowed(r) {
		return no(dialog.CodeForbidden, "foreign_page")
	}
	var in struct{ User, Password string }
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := channels.ReadJSON(r, &in); err != nil {
		return err
	}
	in.User = strings.ToLower(strings.TrimSpace(in.User))
	ctx, from := r.Context(), address(r)
	if err := s.throttled(ctx, in.User, from); err != nil {
		return err
	}
	a, _, err := load[Account](ctx, s.opts.Shelf, kindAccount, in.User)
	if err != nil {
		return err
	}
	if !s.passes(in.Password, a.Hash) || a.Disabled || a.ID == "" {
		s.audit(ctx, entry{Kind: "signin_failed", Who: in.User, From: from})
		if err := s.strike(ctx, in.User, from); err != nil {
			return err
		}
		return no(dialog.CodeUnauthenticated, "signin_wrong")
	}
	return s.begin(w, r, a)
}

func (s *Server) begin(w http.ResponseWriter, r *http.Request, a Account) error {
	ctx := r.Context()
	token, err := s.token()
	if err != nil {
		return err
	}
	csrf, err := s.token()
	if err != nil {
		return err
	}
	now := s.opts.Wall()
	x := session{Account: a.ID, CSRF: csrf, Born: now, Seen: now}
	if err := put(ctx, s.opts.Shelf, kindSession, hashToken(token), x); err != nil {
		return err
	}
	if err := s.forgive(ctx, a.ID, address(r)); err != nil {
		return err
	}
	s.setCookie(w, token, int(sessionMost/time.Second))
	a.MustChange = a.MustChange || a.Demo && !s.opts.Demo
	who := &caller{Account: a, session: hashToken(token), csrf: csrf, addr: address(r)}
	s.audit(ctx, entry{Kind: "signin", Who: a.ID, Role: a.Role, From: who.addr})
	if err := s.arrive(ctx, a.ID); err != nil {
		return err
	}
	return s.me(w, r, who)
}

// caller returns who sends a request.
func (s *Server) caller(r *http.Request) (*caller, error) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return nil, no(dialog.CodeUnauthenticated, "signin_first")
	}
	who, err := s.callerOf(r.Context(), hashToken(cookie.Value), address(r))
	if err != nil {
		return nil, err
	}
	return who, s.touch(r.Context(), who)
}

// callerOf returns who a session belongs to.
func (s *Server) callerOf(ctx context.Context, key, from string) (*caller, error) {
	ended := no(dialog.CodeUnauthenticated, "session_ended")
	x, version, err := load[session](ctx, s.opts.Shelf, kindSession, key)
	if err != nil {
		return nil, err
	}
	now := s.opts.Wall()
	if version == 0 || !x.alive(now) {
		return nil, ended
	}
	a, version, err := load[Account](ctx, s.opts.Shelf, kindAccount, x.Account)
	if err != nil {
		return nil, err
	}
	if version == 0 || a.Disabled || x.Born.Before(a.Since) {
		return nil, ended
	}
	a.MustChange = a.MustChange || a.Demo && !s.opts.Demo
	workplace, err := s.settings(ctx)
	return &caller{Account: a, session: key, csrf: x.CSRF, addr: from, workplace: workplace, seen: x.Seen}, err
}

// touch notes that a session was used. A socket that is merely open is no use.
func (s *Server) touch(ctx context.Context, who *caller) error {
	now := s.opts.Wall()
	if now.Sub(who.seen) < seenEvery {
		return nil
	}
	_, err := change(ctx, s.opts.Shelf, kindSession, who.session, func(v *session, found bool) error {
		if !found {
			return no(dialog.CodeUnauthenticated, "session_ended")
		}
		v.Seen = now
		return nil
	})
	return err
}

// logout ends this session.
func (s *Server) logout(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := remove(r.Context(), s.opts.Shelf, kindSession, who.session); err != nil {
		return err
	}
	s.setCookie(w, "", -1)
	s.audit(r.Context(), entry{Kind: "signout", Who: who.ID, Role: who.Role, From: who.addr})
	s.tell(r.Context(), note{K: "signout", Session: who.session})
	return noContent(w)
}

// logoutAll ends every session of the person, on every machine.
func (s *Server) logoutAll(w http.ResponseWriter, r *http.Request, who *caller) error {
	if err := s.endSessions(r.Context(), who.ID, ""); err != nil {
		return err
	}
	s.setCookie(w, "", -1)
	s.audit(r.Context(), entry{Kind: "signout_all", Who: who.ID, Role: who.Role, From: who.addr})
	return noContent(w)
}

// endSessions ends a person's sessions but one.
func (s *Server) endSessions(ctx context.Context, account, but string) error {
	all, err := loadAll[session](ctx, s.opts.Shelf, kindSession)
	if err != nil {
		return err
	}
	for key, x := range all {
		if x.Account == account && key != but {
			if err := remove(ctx, s.opts.Shelf, kindSession, key); err != nil {
				return err
			}
			s.tell(ctx, note{K: "signout", Session: key})
		}
	}
	return nil
}

// password changes one's own password and ends one's other sessions.
func (s *Server) password(w http.ResponseWriter, r *http.Request, who *caller, in struct{ Old, New string }) error {
	ctx := r.Context()
	if err := s.throttled(ctx, who.ID, who.addr); err != nil {
		return err
	}
	if !s.passes(in.Old, who.Hash) {
		if err := s.strike(ctx, who.ID, who.addr); err != nil {
			return err
		}
		return no(dialog.CodeForbidden, "password_old").at("old")
	}
	if err := checkPassword(in.New); err != nil {
		return err
	}
	if in.New == in.Old || in.New == demoPassword {
		return no(dialog.CodeInvalid, "password_same").at("new")
	}
	hash, err := s.hashPassword(in.New)
	if err != nil {
		return err
	}
	a, err := change(ctx, s.opts.Shelf, kindAccount, who.ID, func(a *Account, found bool) error {
		a.Hash, a.MustChange, a.Demo = hash, false, false
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.endSessions(ctx, who.ID, who.session); err != nil {
		return err
	}
	s.audit(ctx, entry{Kind: "password", Who: who.ID, Role: who.Role, From: who.addr})
	who.Account = a
	return s.me(w, r, who)
}

// strikes counts failed attempts of a name or an address.
type strikes struct {
	N     int       `json:"n"`
	Until time.Time `json:"until"`
	At    time.Time `json:"at"`
}

// Bounds of guessing: five free attempts, then a wait that doubles. An address
// may be many people's, so that it gets more.
const (
	freeTries    = 5
	freeFromOne  = 50
	longestWait  = 15 * time.Minute
	forgetStrike = time.Hour
)

// tooSoon is a refusal with the time after which it ends.
type tooSoon struct{ wait time.Duration }

func (t *tooSoon) Error() string { return "too soon" }

func throttleKeys(user, from string) map[string]int {
	return map[string]int{"u:" + hashToken(user)[:16]: freeTries, "a:" + from: freeFromOne}
}

func (s *Server) throttled(ctx context.Context, user, from string) error {
	now := s.opts.Wall()
	for key := range throttleKeys(user, from) {
		x, _, err := load[strikes](ctx, s.opts.Shelf, kindThrottle, key)
		if err != nil {
			return err
		}
		if now.Before(x.Until) {
			return no(dialog.CodeRateLimited, "attempts").because(&tooSoon{x.Until.Sub(now)})
		}
	}
	return nil
}

func (s *Server) strike(ctx context.Context, user, from string) error {
	now := s.opts.Wall()
	for key, free := range throttleKeys(user, from) {
		_, err := change(ctx, s.opts.Shelf, kindThrottle, key, func(x *strikes, _ bool) error {
			if now.Sub(x.At) > forgetStrike {
				x.N = 0
			}
			x.N, x.At = x.N+1, now
			if over := x.N - free; over >= 0 {
				x.Until = now.Add(min(longestWait, 2*time.Second<<min(over, 10)))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) forgive(ctx context.Context, user, from string) error {
	for key := range throttleKeys(user, from) {
		if err := remove(ctx, s.opts.Shelf, kindThrottle, key); err != nil {
			return err
		}
	}
	return nil
}
