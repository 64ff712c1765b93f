package llm

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/url"
	"sync"
	"time"

	openai "github.com/sashabaranov/go-openai"
	"github.com/sony/gobreaker/v2"
)

// Model is one model at one endpoint.
type Model struct {
	Name        string // of the model; with Azure, of the deployment
	BaseURL     string // up to and with /v1
	Key         string
	Dialect     Dialect // "" when the base URL tells
	APIVersion  string  // Azure deployments; "" means 2024-10-21
	Effort      string  // of reasoning; "" means the least that the model has
	Temperature float32 // of models that do not reason; 0 means 0.7
	Plain       bool    // the endpoint cannot be held to a schema, whatever its dialect
	NoStream    bool    // the endpoint does not stream
	Extra       map[string]any
	PriceIn     float64 // of a million tokens of prompt, in the operator's currency
	PriceOut    float64 // of a million tokens of answer
}

// Options tune a client. Zero values mean the defaults named here.
type Options struct {
	Models     []Model       // in the order in which they are asked
	Deadline   time.Duration // to the full text, all models together; 3 s
	Stall      time.Duration // of silence until a model is given up, from the first word on where no other is left; 1.5 s
	Concurrent int           // requests under way at once; 16
	Budget     Budget
	Counter    *Counter // NewCounter when nil
	Observer   Observer
	Now        func() time.Time // of the budget's days and of pauses; time.Now
}

// Tokens are what a call took. Cached are those of the prompt that the endpoint
// had read before.
type Tokens struct{ Prompt, Answer, Cached int }

// Completion is a model's answer.
type Completion struct {
	Text   string
	Model  string
	Tokens Tokens
	Cost   float64 // by the model's prices
}

// Call is what an Observer is told of one call of one model.
type Call struct {
	Model  string
	Act    string
	Kind   Kind // "" when it was answered
	Tokens Tokens
	Cost   float64
	Took   time.Duration
}

// Observer is told of every call, for metrics. It is called from many
// goroutines and must not block.
type Observer interface{ Called(Call) }

type silent struct{}

func (silent) Called(Call) {}

// Client asks models. It is safe for use by many goroutines.
type Client struct {
	opts   Options
	models []*model
	ledger *ledger
	slots  chan struct{}
}

// model is a Model with its connection and its state.
type model struct {
	Model
	traits  traits
	thinks  bool
	client  *openai.Client
	breaker *gobreaker.CircuitBreaker[Completion]

	mu    sync.Mutex
	until time.Time // the endpoint wants no request before
}

// New returns a client. It fails when a model's endpoint makes no sense or the
// token vocabulary cannot be read; it asks nothing.
func New(o Options) (*Client, error) {
	if len(o.Models) == 0 {
		return nil, errors.New("model client: no model is named")
	}
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Client{opts: o, ledger: newLedger(o.Budget, o.Now), slots: make(chan struct{}, o.Concurrent)}
	for _, m := range o.Models {
		made, err := newModel(m)
		if err != nil {
			return nil, err
		}
		c.models = append(c.models, made)
	}
	return c, nil
}

func (o Options) withDefaults() (Options, error) {
	if o.Deadline == 0 {
		o.Deadline = 3 * time.Second
	}
	if o.Stall == 0 {
		o.Stall = 1500 * time.Millisecond
	}
	if o.Concurrent == 0 {
		o.Concurrent = 16
	}
	if o.Observer == nil {
		o.Observer = silent{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Counter == nil {
		counter, err := NewCounter()
		if err != nil {
			return o, fmt.Errorf("model client: %w", err)
		}
		o.Counter = counter
	}
	return o, nil
}

func newModel(m Model) (*model, error) {
	u, err := url.Parse(m.BaseURL)
	if err != nil || u.Host == "" || m.Name == "" {
		return nil, fmt.Errorf("model %q: expected a name and a base URL such as https://host/v1", m.Name)
	}
	if m.Dialect == "" {
		m.Dialect = dialectOf(m.BaseURL)
	}
	switch {
	case m.Temperature == 0:
		m.Temperature = 0.7
	case m.Temperature < 0: // as sure as can be; 0 itself would be left out of the request
		m.Temperature = math.SmallestNonzeroFloat32
	}
	out := &model{Model: m, traits: traitsOf(m.Dialect)}
	out.thinks = (m.Dialect == DialectOpenAI || m.Dialect == DialectAzure) && reasons(m.Name)
	config := openai.DefaultConfig(m.Key)
	config.BaseURL = m.BaseURL
	if m.Dialect == DialectAzure {
		config = openai.DefaultAzureConfig(m.Key, m.BaseURL)
		config.AzureModelMapperFunc = func(name string) string { return name }
		config.APIVersion = "2024-10-21"
		if m.APIVersion != "" {
			config.APIVersion = m.APIVersion
		}
	}
	config.HTTPClient = newHTTP(merged(out.traits.extra, m.Extra))
	config.EmptyMessagesLimit = 10_000 // keep-alive comments; the deadline bounds them
	out.client = openai.NewClientWithConfig(config)
	out.breaker = newBreaker(m.Name)
	return out, nil
}

// Complete asks the models in order until one has answered, within the deadline
// and the budget. The error is an *Error: that of the last model asked.
func (c *Client) Complete(ctx context.Context, r Request) (Completion, error) {
	prompt := c.opts.Counter.CountStable(r.System) + c.opts.Counter.Count(r.User) + perMessage
	reserved := prompt + max(r.MaxTokens, defaultMaxTokens)
	if bound := c.ledger.reserve(r.Purpose.Conversation, reserved); bound != "" {
		c.opts.Observer.Called(Call{Act: r.Purpose.Act, Kind: KindBudget})
		return Completion{}, &Error{Kind: KindBudget, Detail: bound}
	}
	spent := 0
	defer func() { c.ledger.settle(r.Purpose.Conversation, reserved, spent) }()
	ctx, cancel := context.WithTimeout(ctx, c.opts.Deadline)
	defer cancel()
	if ctx.Err() != nil {
		return Completion{}, &Error{Kind: KindDeadline, Detail: "there was no time left to ask"}
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		c.opts.Observer.Called(Call{Act: r.Purpose.Act, Kind: KindBusy})
		return Completion{}, &Error{Kind: KindBusy}
	}
	done, err := c.rounds(ctx, r, prompt, &spent)
	if err != nil {
		return Completion{}, err
	}
	return done, nil
}

// perMessage is what the protocol adds to two messages, in tokens.
const perMessage = 8

// rounds asks every model, and once more after a short pause when that may help
// and there is time.
func (c *Client) rounds(ctx context.Context, r Request, prompt int, spent *int) (Completion, error) {
	var last error
	for round := range 2 {
		pause := time.Duration(math.MaxInt64)
		for _, m := range c.models {
			done, err := c.ask(ctx, m, r, prompt)
			*spent += done.Tokens.Prompt + done.Tokens.Answer
			if err == nil {
				return done, nil
			}
			last = err
			pause = min(pause, err.again())
			if ctx.Err() != nil {
				return Completion{}, last
			}
		}
		if round > 0 || !sleep(ctx, pause) {
			break
		}
	}
	return Completion{}, last
}

// again is how long to wait before the same model is worth another try.
func (e *Error) again() time.Duration {
	switch {
	case e.Kind == KindLimited && e.RetryAfter > 0:
		return e.RetryAfter
	case e.Kind == KindUnavailable:
		return 100 * time.Millisecond
	}
	return math.MaxInt64
}

// sleep waits, unless that would leave too little of the deadline.
func sleep(ctx context.Context, d time.Duration) bool {
	const answering = 300 * time.Millisecond
	if end, ok := ctx.Deadline(); ok && (d > time.Hour || time.Until(end) < d+answering) {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ask asks one model through its breaker. What was spent is returned beside an
// error too.
func (c *Client) ask(ctx context.Context, m *model, r Request, prompt int) (Completion, *Error) {
	if wait := m.paused(c.opts.Now()); wait > 0 {
		return Completion{}, &Error{Kind: KindLimited, Model: m.Name, RetryAfter: wait}
	}
	started := time.Now()
	end, _ := ctx.Deadline()
	short := end.Sub(started) < c.opts.Deadline/2
	var partial Completion // gobreaker returns nothing beside an error
	_, err := m.breaker.Execute(func() (done Completion, err error) {
		done, err = c.call(ctx, m, r, prompt)
		if e := new(Error); errors.As(err, &e) {
			e.excused = errors.Is(ctx.Err(), context.Canceled) || short && e.Kind == KindDeadline
		}
		partial = done
		return done, err
	})
	failed := asError(m, err)
	report := Call{Model: m.Name, Act: r.Purpose.Act, Tokens: partial.Tokens, Cost: partial.Cost, Took: time.Since(started)}
	if failed != nil {
		report.Kind = failed.Kind
		if failed.RetryAfter > 0 {
			m.pause(c.opts.Now().Add(failed.RetryAfter))
		}
	}
	c.opts.Observer.Called(report)
	return partial, failed
}

func asError(m *model, err error) *Error {
	if err == nil {
		return nil
	}
	if e := new(Error); errors.As(err, &e) {
		return e
	}
	return m.fault(KindOpen, "")
}

func (m *model) fault(k Kind, detail string) *Error {
	return &Error{Kind: k, Model: m.Name, Detail: detail}
}

func (m *model) paused(now time.Time) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.until.Sub(now)
}

func (m *model) pause(until time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if until.After(m.until) {
		m.until = until
	}
}

// newBreaker leaves a model alone for a while after five failures in a row. A
// rate limit has its own pause, and who cancels says nothing of the model.
func newBreaker(name string) *gobreaker.CircuitBreaker[Completion] {
	return gobreaker.NewCircuitBreaker[Completion](gobreaker.Settings{
		Name: name, MaxRequests: 1, Timeout: 10 * time.Second,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= 5 },
		IsExcluded: func(err error) bool {
			e := new(Error)
			return errors.As(err, &e) && (e.excused || e.Kind == KindLimited)
		},
	})
}
