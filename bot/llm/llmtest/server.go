package llmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Message is a line of a request.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Request is what a server was asked: the parts that behaviours look at, and
// the whole body.
type Request struct {
	Path     string          `json:"-"`
	Query    string          `json:"-"`
	Header   http.Header     `json:"-"`
	Body     json.RawMessage `json:"-"`
	Model    string          `json:"model"`
	Messages []Message       `json:"messages"`
	Stream   bool            `json:"stream"`
	Format   *struct {
		Type   string `json:"type"`
		Schema *struct {
			Schema struct {
				Properties map[string]any `json:"properties"`
			} `json:"schema"`
		} `json:"json_schema"`
	} `json:"response_format"`
	StreamOptions *struct {
		Usage bool `json:"include_usage"`
	} `json:"stream_options"`
}

// maxKept bounds the requests that a server remembers.
const maxKept = 4096

// Server is the scripted model. It is an http.Handler: POST …/chat/completions
// and GET …/models. It is safe for use by many goroutines.
type Server struct {
	opts Options

	mu    sync.Mutex
	how   Behaviour
	turn  int
	kept  []Request
	count int
}

// New returns a server that behaves in one way.
func New(how Behaviour, o Options) *Server { return &Server{opts: o.withDefaults(), how: how} }

// Behave changes the behaviour from the next request on.
func (s *Server) Behave(how Behaviour) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.how, s.turn = how, 0
}

// Requests returns what was asked so far, oldest first, at most 4096.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.kept...)
}

// Count returns how many requests there were.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Start serves on a loopback port of its own. It returns the base URL for a
// client, with /v1, and what stops it.
func (s *Server) Start() (string, func() error, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("scripted model: %w", err)
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String() + "/v1", server.Close, nil
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/models"):
		writeJSON(w, http.StatusOK, map[string]any{"object": "list", "data": []any{map[string]any{"id": "scripted", "object": "model"}}})
		return
	case r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/chat/completions"):
		fail(w, http.StatusNotFound, "not_found")
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	q := Request{Path: r.URL.Path, Query: r.URL.RawQuery, Header: r.Header.Clone(), Body: raw}
	if err != nil || json.Unmarshal(raw, &q) != nil || len(q.Messages) == 0 {
		fail(w, http.StatusBadRequest, "invalid_request_error")
		return
	}
	s.answer(w, r, q, s.take(q))
}

// take notes a request and says how to answer it.
func (s *Server) take(q Request) Behaviour {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	if len(s.kept) < maxKept {
		s.kept = append(s.kept, q)
	}
	if s.how != Hostile {
		return s.how
	}
	list := bad()
	how := list[s.turn%len(list)]
	s.turn++
	return how
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, q Request, how Behaviour) {
	switch how {
	case RateLimit:
		w.Header().Set("Retry-After", fmt.Sprint(s.opts.RetryAfter))
		fail(w, http.StatusTooManyRequests, "rate_limit_error")
		return
	case ServerError:
		fail(w, http.StatusInternalServerError, "server_error")
		return
	case Slow:
		select {
		case <-time.After(s.opts.Delay):
		case <-r.Context().Done():
			return
		}
	}
	system, user := "", ""
	for _, m := range q.Messages {
		switch m.Role {
		case "system", "developer":
			system = m.Content
		case "user":
			user = m.Content
		}
	}
	words := s.opts.words
	if strings.Contains(system, `as "intent"`) {
		words = s.opts.sorts
	}
	text := shaped(q, words(how, system, user))
	if q.Stream {
		stream(w, r, q, how, text)
		return
	}
	whole(w, r, q, how, text)
}

// shaped puts a text into the form that was asked for.
func shaped(q Request, text string) string {
	if q.Format == nil || q.Format.Type == "text" {
		return text
	}
	field := "text"
	if q.Format.Schema != nil {
		for name := range q.Format.Schema.Schema.Properties {
			field = name
			break
		}
	}
	raw, err := json.Marshal(map[string]string{field: text})
	if err != nil {
		return ""
	}
	return string(raw)
}

func fail(w http.ResponseWriter, status int, kind string) {
	writeJSON(w, status, map[string]any{"error": map[string]any{"message": "the endpoint says: " + kind, "type": kind, "param": nil, "code": nil}})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has gone; nobody to tell
}
