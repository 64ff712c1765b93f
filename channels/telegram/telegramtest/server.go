package telegramtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Options say which bot the double plays. Zero values mean the defaults named
// here.
type Options struct {
	Token    string           // "4242:test-token"
	Username string           // "warmline_test_bot"
	Now      func() time.Time // of messages; time.Now
}

// Fault is a way of going wrong.
type Fault struct {
	Status      int           // of the answer: 429, 500, 403, 400; 502 is answered as a proxy would, without JSON
	Description string        // in the answer
	RetryAfter  int           // seconds, with 429
	Delay       time.Duration // before anything happens
	Lost        bool          // it is done, but the connection breaks before the answer
	Cut         bool          // the connection breaks before anything is done
	Odd         bool          // it is done, and the answer holds something that nobody expects
}

// Call is a request that was made.
type Call struct {
	Method string
	Params map[string]any
	At     time.Time // wall clock
}

// Server is the double. It is safe for use by many goroutines.
type Server struct {
	opts   Options
	spec   spec
	http   *http.Server
	base   string
	ctx    context.Context
	cancel context.CancelFunc
	pumps  sync.WaitGroup

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced whenever something happens
	calls    []Call
	problems []string
	faults   map[string][]Fault
	updates  []waitingUpdate
	nextID   int64
	polling  context.CancelFunc
	reversed bool
	ignore   bool // offsets: confirmed updates come again
	old      []waitingUpdate
	webhook  webhook
	chats    map[int64]*chat
	message  int
	taps     map[string]string
	files    map[string][]byte
	left     []int64
}

type waitingUpdate struct {
	id  int64
	raw json.RawMessage
}

type webhook struct {
	url, secret string
}

// Start listens on a free port of this machine.
func Start(o Options) (*Server, error) {
	if o.Token == "" {
		o.Token = "4242:test-token"
	}
	if o.Username == "" {
		o.Username = "warmline_test_bot"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	sp, err := loadSpec()
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("telegram double: %w", err)
	}
	s := &Server{
		opts: o, spec: sp, base: "http://" + listener.Addr().String(), changed: make(chan struct{}), faults: map[string][]Fault{},
		nextID: 1000, chats: map[int64]*chat{}, taps: map[string]string{}, files: map[string][]byte{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// Close stops listening and breaks what is open.
func (s *Server) Close() error {
	s.cancel()
	err := s.http.Close()
	s.pumps.Wait()
	return err
}

// URL is where the API is.
func (s *Server) URL() string { return s.base }

// Token is the bot's token.
func (s *Server) Token() string { return s.opts.Token }

// Username is the bot's name.
func (s *Server) Username() string { return s.opts.Username }

// Fail makes the next calls of a method go wrong, one fault each.
func (s *Server) Fail(method string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[method] = append(s.faults[method], faults...)
}

// Problems lists what was wrong with the requests so far.
func (s *Server) Problems() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}

// Calls lists the calls of a method, or of all with "".
func (s *Server) Calls(method string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Call
	for _, c := range s.calls {
		if method == "" || c.Method == method {
			list = append(list, c)
		}
	}
	return list
}

// Reverse makes getUpdates answer with the newest update first.
func (s *Server) Reverse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reversed = on
}

// Again makes every update that was confirmed come once more.
func (s *Server) Again() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.updates = append(slices.Clone(s.old), s.updates...)
	s.ignore = true
	s.happened()
}

// Left lists the groups that the bot has left.
func (s *Server) Left() []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.left)
}

// happened wakes everybody who waits; the caller holds the lock.
func (s *Server) happened() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Until waits until something is true of the double.
func (s *Server) Until(ctx context.Context, is func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if is() {
			return nil
		}
		select {
		case <-changed:
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// failure is an error as the API answers it.
type failure struct {
	code  int
	text  string
	retry int
}

// Error implements error.
func (f failure) Error() string { return f.text }

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if file, ok := strings.CutPrefix(r.URL.Path, "/file/bot"+s.opts.Token+"/"); ok {
		s.download(w, file)
		return
	}
	method, ok := strings.CutPrefix(r.URL.Path, "/bot"+s.opts.Token+"/")
	if !ok {
		write(w, nil, failure{code: 404, text: "Not Found"})
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client left in the middle: that was no request
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	params, err := s.params(method, r)
	if err != nil {
		write(w, nil, failure{code: 400, text: "Bad Request: " + err.Error()})
		return
	}
	fault := s.begin(method, params)
	if !pause(r.Context(), fault.Delay) {
		return
	}
	switch {
	case fault.Cut:
		panic(http.ErrAbortHandler)
	case fault.Status == http.StatusBadGateway:
		w.WriteHeader(fault.Status)
		_, _ = io.WriteString(w, "<html>502 Bad Gateway</html>")
		return
	case fault.Status != 0:
		write(w, nil, failure{code: fault.Status, text: fault.Description, retry: fault.RetryAfter})
		return
	}
	result, err := s.do(r.Context(), method, params)
	if fault.Lost {
		panic(http.ErrAbortHandler)
	}
	if message, ok := result.(map[string]any); ok && fault.Odd {
		message["link_preview_options"] = "odd"
	}
	write(w, result, err)
}

func pause(ctx context.Context, d time.Duration) bool {
	if d == 0 {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// begin notes a call and takes its fault.
func (s *Server) begin(method string, params map[string]any) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{method, params, time.Now()})
	s.problems = append(s.problems, s.spec.check(method, params)...)
	s.happened()
	var f Fault
	if list := s.faults[method]; len(list) > 0 {
		f, s.faults[method] = list[0], list[1:]
	}
	return f
}

// params reads a request's parameters, whichever way they come.
func (s *Server) params(method string, r *http.Request) (map[string]any, error) {
	out := map[string]any{}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if err := json.NewDecoder(r.Body).Decode(&out); err != nil && !errors.Is(err, io.EOF) {
			return nil, errors.New("can't parse the body")
		}
		return out, nil
	case "multipart/form-data":
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			return out, nil // an empty form has no end mark
		}
		for name, values := range r.MultipartForm.Value {
			out[name] = s.spec.form(method, name, values[0])
		}
		return out, nil
	}
	if err := r.ParseForm(); err != nil {
		return nil, errors.New("can't parse the form")
	}
	for name, values := range r.Form {
		out[name] = s.spec.form(method, name, values[0])
	}
	return out, nil
}

// write answers a call.
func write(w http.ResponseWriter, result any, err error) {
	body := map[string]any{"ok": true, "result": result}
	status := http.StatusOK
	if err != nil {
		f := failure{code: 400, text: "Bad Request: " + err.Error()}
		_ = errors.As(err, &f)
		status = f.code
		body = map[string]any{"ok": false, "error_code": f.code, "description": f.text}
		if f.retry > 0 {
			body["parameters"] = map[string]any{"retry_after": f.retry}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client has left
}

func (s *Server) download(w http.ResponseWriter, name string) {
	s.mu.Lock()
	content, ok := s.files[name]
	s.mu.Unlock()
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	_, _ = w.Write(content)
}
