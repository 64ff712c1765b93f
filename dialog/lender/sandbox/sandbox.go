package sandbox

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the database driver

	"warmline/dialog/lender/wire"
)

//go:embed schema.sql
var schema string

// Options configure a Sandbox. The zero value is a sandbox in memory with the
// demo borrowers and no webhooks.
type Options struct {
	DB         string           // a file, or ":memory:" (the default)
	Now        func() time.Time // the real clock; time.Now by default
	Token      string           // bearer token that /v1 asks for; "" asks for none
	WebhookURL string           // where webhooks go; "" sends none
	Secrets    []string         // "whsec_…", one or, during a change, several
	HTTP       *http.Client     // for webhooks
	LinkBase   string           // what a payment link begins with; "https://pay.example/"
	Empty      bool             // no demo borrowers
}

// Sandbox is a lender's core. It is an http.Handler and safe for concurrent use.
type Sandbox struct {
	opts    Options
	secrets []wire.Secret
	db      *sql.DB
	mux     *http.ServeMux
	wake    chan struct{} // a webhook was written

	mu     sync.Mutex
	faults Faults
}

// New opens or makes the database, puts the demo borrowers into an empty one,
// and returns the sandbox. Close it after use.
func New(o Options) (*Sandbox, error) {
	o.defaults()
	secrets, err := wire.ParseSecrets(o.Secrets)
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	s := &Sandbox{opts: o, wake: make(chan struct{}, 1), secrets: secrets}
	if o.WebhookURL != "" && len(s.secrets) == 0 {
		return nil, errors.New("open sandbox: webhooks need a secret to sign them with")
	}
	db, err := open(o.DB)
	if err != nil {
		return nil, fmt.Errorf("open sandbox: %w", err)
	}
	s.db = db
	s.mux = s.routes()
	if err := s.first(); err != nil {
		return nil, errors.Join(fmt.Errorf("open sandbox: %w", err), db.Close())
	}
	return s, nil
}

func (o *Options) defaults() {
	if o.DB == "" {
		o.DB = ":memory:"
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: 5 * time.Second}
	}
	if o.LinkBase == "" {
		o.LinkBase = "https://pay.example/"
	}
}

// open returns the database with one connection: the one writer, and in memory
// the one that holds the data.
func open(path string) (*sql.DB, error) {
	dsn := "file:" + path + "?_pragma=busy_timeout(5000)&_txlock=immediate"
	if path != ":memory:" {
		dsn += "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(1)
	db.SetConnMaxLifetime(0)
	db.SetConnMaxIdleTime(0)
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(fmt.Errorf("make tables: %w", err), db.Close())
	}
	return db, nil
}

// first puts the demo borrowers into a database that has nobody in it.
func (s *Sandbox) first() error {
	return s.update(context.Background(), func(t *txn) error {
		var n int
		if err := t.tx.QueryRow(`SELECT count(*) FROM records WHERE kind = 'borrower'`).Scan(&n); err != nil {
			return fmt.Errorf("count borrowers: %w", err)
		}
		if n > 0 || s.opts.Empty {
			return nil
		}
		return t.seedDemo()
	})
}

// Close releases the database.
func (s *Sandbox) Close() error { return s.db.Close() }

// ServeHTTP serves the document under /v1 and the controls under /sandbox.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

func (s *Sandbox) routes() *http.ServeMux {
	m := http.NewServeMux()
	const b = "/v1/borrowers/{borrower}"
	m.HandleFunc("GET "+b+"/case", s.read(getCase))
	m.HandleFunc("GET "+b, s.read(getBorrower))
	m.HandleFunc("GET "+b+"/history", s.read(getHistory))
	m.HandleFunc("GET "+b+"/programme", s.read(getProgramme))
	m.HandleFunc("GET "+b+"/facts", s.read(getFacts))
	m.HandleFunc("GET "+b+"/accounts/{account}", s.read(getAccount))
	m.HandleFunc("GET "+b+"/arrangements", s.read(findArrangements))
	m.HandleFunc("POST "+b+"/arrangements", s.effect(createArrangement))
	m.HandleFunc("POST "+b+"/arrangements/{arrangement}/cancel", s.effect(cancelArrangement))
	m.HandleFunc("POST "+b+"/payment-links", s.effect(createLink))
	m.HandleFunc("POST "+b+"/accounts/{account}/debit/pause", s.effect(pauseDebit))
	m.HandleFunc("POST "+b+"/accounts/{account}/debit/retry", s.effect(retryDebit))
	m.HandleFunc("POST "+b+"/cases", s.effect(openCase))
	m.HandleFunc("POST "+b+"/cases/{ticket}/resolution", s.effect(resolveCase))
	m.HandleFunc("POST "+b+"/contact-updates", s.effect(updateContact))
	s.controlRoutes(m)
	return m
}
