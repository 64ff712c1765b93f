package webchat

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"warmline/channels"
	"warmline/dialog"
)

// Subprotocol is the one that the socket speaks; beside it a client offers
// "s." and its session token.
const Subprotocol = "warmline.v1"

const sessionProtocol = "s."

// Options are a server's needs and settings. Submit, Keys, Issuer, Secrets and
// Random must be given; zero settings mean the defaults named here.
type Options struct {
	Submit   channels.Submit
	Typist   Typist    // nil: typing hints are not passed on
	Witness  Witness   // nil: what a client has got and shown is not passed on
	Keys     KeySource // the wallet's
	Issuer   string    // iss of wallet tokens
	Audience string    // aud of wallet tokens; "warmline"
	Secrets  [][]byte  // seal session tokens, 32 bytes or more; the first seals, all open
	Random   io.Reader // crypto/rand's reader
	Origins  []string  // allowed besides our own: "https://wallet.example"

	SessionLife time.Duration // of a session token, 30 min
	SessionMost time.Duration // renewals included, 12 h
	StepUpLife  time.Duration // of a raised level without activity, 15 min
	TurnWait    time.Duration // for a commit, 20 s
	GreetAfter  time.Duration // a reconnect within this time of the person's last word opens nothing, 10 min
	RetryAfter  time.Duration // told to a client that sends too much, 5 s
	Limits      Limits
}

func (o Options) withDefaults() Options {
	o.Limits = o.Limits.withDefaults()
	if o.Audience == "" {
		o.Audience = "warmline"
	}
	for _, x := range []struct {
		d *time.Duration
		v time.Duration
	}{
		{&o.SessionLife, 30 * time.Minute}, {&o.SessionMost, 12 * time.Hour}, {&o.StepUpLife, 15 * time.Minute},
		{&o.TurnWait, 20 * time.Second}, {&o.GreetAfter, 10 * time.Minute}, {&o.RetryAfter, 5 * time.Second},
	} {
		if *x.d == 0 {
			*x.d = x.v
		}
	}
	return o
}

// Server answers the widget's requests and sockets. It is safe for use by many
// goroutines.
type Server struct {
	hub        *Hub
	opts       Options
	tokens     verifier
	seal       seal
	upgrader   websocket.Upgrader
	identities *identities
	words      map[dialog.Locale]labelSet
	buffers    sync.Pool // of *bytes.Buffer, for frames that come
	rooms      sync.Pool // of *[]byte, for frames that leave
}

// New returns a server whose connections the hub feeds.
func New(hub *Hub, opts Options) (*Server, error) {
	opts = opts.withDefaults()
	if opts.Submit == nil || opts.Random == nil {
		return nil, errors.New("webchat needs an engine and a source of randomness")
	}
	sealer, err := newSeal(opts.Secrets)
	if err != nil {
		return nil, fmt.Errorf("webchat: %w", err)
	}
	tokens, err := newVerifier(opts.Keys, opts.Issuer, opts.Audience, hub.opts.Now)
	if err != nil {
		return nil, fmt.Errorf("webchat: %w", err)
	}
	opts.Origins = slices.Clone(opts.Origins)
	for i, origin := range opts.Origins {
		opts.Origins[i] = strings.ToLower(strings.TrimSuffix(origin, "/"))
	}
	s := &Server{
		hub: hub, opts: opts, tokens: tokens, seal: sealer, identities: newIdentities(opts.Limits.Person),
		upgrader: websocket.Upgrader{
			ReadBufferSize: 1024, WriteBufferSize: 4096, WriteBufferPool: &sync.Pool{},
			HandshakeTimeout: 10 * time.Second,
			// Origins are checked after the upgrade: a browser shows its page a
			// close code, but not the status of a refused upgrade.
			CheckOrigin: func(*http.Request) bool { return true },
		},
	}
	s.words, err = labelSets(hub.opts.Words)
	return s, err
}

// Register adds the server's routes.
func (s *Server) Register(mux *http.ServeMux) {
	mux.HandleFunc("POST /v1/session", s.api(s.begin))
	mux.HandleFunc("POST /v1/session/renew", s.api(s.renew))
	mux.HandleFunc("POST /v1/session/step-up", s.api(s.stepUp))
	mux.HandleFunc("DELETE /v1/session", s.api(s.finish))
	mux.HandleFunc("POST /v1/wallet/logout", s.api(s.logout))
	mux.HandleFunc("GET /v1/labels", s.api(s.labels))
	mux.HandleFunc("GET /v1/chat", s.chat)
	for _, path := range []string{"/v1/session", "/v1/session/renew", "/v1/session/step-up", "/v1/labels"} {
		mux.HandleFunc("OPTIONS "+path, s.preflight)
	}
}

// api wraps a handler that returns an error for people.
func (s *Server) api(handle func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		if !s.allowOrigin(w, r) {
			s.fail(w, dialog.E(dialog.CodeForbidden, "this page may not use the chat", nil))
			return
		}
		if err := handle(w, r); err != nil {
			s.fail(w, err)
		}
	}
}

// fail answers with the code and the safe text of an error.
func (s *Server) fail(w http.ResponseWriter, err error) {
	code, text := dialog.CodeOf(err), "something went wrong"
	var known *dialog.Error
	if errors.As(err, &known) {
		text = known.Text
	}
	s.hub.opts.Observer.Trouble("http:"+string(code), err)
	var answer struct {
		Error struct {
			Code dialog.Code `json:"code"`
			Text string      `json:"text"`
		} `json:"error"`
	}
	answer.Error.Code, answer.Error.Text = code, text
	channels.WriteJSON(w, channels.HTTPStatus(code), answer)
}

// allowed reports whether a page of this origin may use the chat: no origin (not
// a browser's page), our own, or a listed one.
func (s *Server) allowed(r *http.Request) bool {
	origin := strings.ToLower(r.Header.Get("Origin"))
	if origin == "" {
		return true
	}
	host := strings.ToLower(r.Host)
	return origin == "https://"+host || origin == "http://"+host || slices.Contains(s.opts.Origins, origin)
}

// allowOrigin lets the page read the answer; false for one that may not.
func (s *Server) allowOrigin(w http.ResponseWriter, r *http.Request) bool {
	if !s.allowed(r) {
		return false
	}
	channels.AllowOrigin(w, r.Header.Get("Origin"))
	return true
}

func (s *Server) preflight(w http.ResponseWriter, r *http.Request) {
	channels.AnswerPreflight(w, s.allowOrigin(w, r), "GET, POST, DELETE", "Authorization, Content-Type")
}

// chat upgrades to a web socket, starts its two goroutines and returns, so that
// net/http's own goroutine and buffers are free again.
func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(websocket.Subprotocols(r), Subprotocol) {
		s.fail(w, dialog.E(dialog.CodeInvalid, "the chat speaks "+Subprotocol, nil))
		return
	}
	sess, state, why := s.admit(r)
	header := http.Header{"Sec-Websocket-Protocol": {Subprotocol}}
	ws, err := s.upgrader.Upgrade(w, r, header)
	if err != nil {
		s.hub.opts.Observer.Trouble("http:"+string(dialog.CodeInvalid), fmt.Errorf("upgrade: %w", err))
		return
	}
	if why != nil {
		go s.turnAway(ws, *why)
		return
	}
	s.connect(ws, sess, state)
}

// admit decides about a socket before it is upgraded.
func (s *Server) admit(r *http.Request) (session, dialog.Conversation, *farewell) {
	refuse := func(code int) (session, dialog.Conversation, *farewell) {
		f := goodbye(code)
		return session{}, dialog.Conversation{}, &f
	}
	if !s.allowed(r) {
		return refuse(CloseForbidden)
	}
	sess, state, err := s.open(r.Context(), socketToken(r))
	switch dialog.CodeOf(err) {
	case "":
		return sess, state, nil
	case dialog.CodeUnauthenticated:
		return refuse(CloseSession)
	}
	return refuse(CloseRestart)
}

// socketToken is the session token among the offered subprotocols.
func socketToken(r *http.Request) string {
	for _, p := range websocket.Subprotocols(r) {
		if token, ok := strings.CutPrefix(p, sessionProtocol); ok {
			return token
		}
	}
	return ""
}

// connect starts a connection.
func (s *Server) connect(ws *websocket.Conn, sess session, state dialog.Conversation) {
	c := &conn{
		server: s, ws: ws, session: sess.ID, expires: sess.expires(), began: s.hub.opts.Now(), pace: newPace(s.opts.Limits),
		wake: make(chan struct{}, 1), gone: make(chan struct{}), slots: make(chan struct{}, slots),
	}
	if why := s.hub.join(c, sess.Conversation); why != nil {
		go s.turnAway(ws, *why)
		return
	}
	c.room.mu.Lock()
	c.room.learn(state)
	c.room.mu.Unlock()
	s.hub.opts.Observer.Connection(+1, 0)
	s.hub.opts.Log.Debug("web chat opened", "conversation", sess.Conversation)
	go c.write()
	go c.read()
}

// turnAway tells a socket that was never let in why, and closes it.
func (s *Server) turnAway(ws *websocket.Conn, f farewell) {
	defer ws.Close()
	s.hub.opts.Observer.Trouble("turned_away:"+string(f.why), nil)
	_ = ws.SetWriteDeadline(time.Now().Add(s.hub.opts.WriteTimeout))
	bye := byeFrame{T: "bye", Code: f.why, Text: s.label(dialog.EnGB, f.label)}
	if ws.WriteMessage(websocket.TextMessage, s.hub.encode(nil, &bye)) != nil {
		return
	}
	message := websocket.FormatCloseMessage(f.code, f.reason)
	if ws.WriteControl(websocket.CloseMessage, message, time.Now().Add(s.hub.opts.WriteTimeout)) != nil {
		return
	}
	ws.SetReadLimit(frameLimit)
	_ = ws.SetReadDeadline(time.Now().Add(s.hub.opts.CloseWait))
	for {
		if _, _, err := ws.NextReader(); err != nil {
			return
		}
	}
}
