package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/golang-jwt/jwt/v5"

	"warmline/channels"
	"warmline/dialog"
	"warmline/dialog/lender/sandbox"
	"warmline/prompts"
)

//go:embed demo.yaml
var demoLines []byte

// demo plays the wallet on a machine that has none: it knows the demo
// borrowers, signs their tokens, moves the day on and posts payments. It is
// served only beside the sandbox.
type demo struct {
	lender *theLender
	clock  ticking
	key    []byte // of the wallet's tokens, HS256
	issuer string
	newID  func() string
	words  *prompts.Set
	// advanceDay moves the service's time on.
	advanceDay func(time.Duration)
	purses     purses
}

// ticking tells the time.
type ticking interface{ Now() time.Time }

// demoBorrower is an entry of the demo page's list.
type demoBorrower struct {
	ID      string        `json:"id" yaml:"id"`
	Name    string        `json:"name" yaml:"-"`
	Line    string        `json:"line" yaml:"line"`
	Locale  dialog.Locale `json:"locale" yaml:"-"`
	Balance string        `json:"-" yaml:"balance"` // in the wallet, in the currency of the account
}

// demoBorrowers are those of the stand-in lender, as the demo lists them.
func demoBorrowers() ([]demoBorrower, error) {
	var list []demoBorrower
	if err := yaml.Unmarshal(demoLines, &list); err != nil {
		return nil, fmt.Errorf("read the demo borrowers: %w", err)
	}
	return list, nil
}

// routes adds the demo's endpoints.
func (d *demo) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /demo/borrowers", d.borrowers)
	mux.HandleFunc("GET /demo/state", d.state)
	mux.HandleFunc("POST /demo/token", d.token)
	mux.HandleFunc("POST /demo/clock", d.advance)
	mux.HandleFunc("POST /demo/payment", d.payment)
	mux.HandleFunc("POST /demo/reset", d.reset)
}

func (d *demo) borrowers(w http.ResponseWriter, r *http.Request) {
	list, err := demoBorrowers()
	if err != nil {
		writeError(w, dialog.E(dialog.CodeInternal, "the demo borrowers cannot be read", err))
		return
	}
	for i := range list {
		f, err := d.lender.Facts(r.Context(), list[i].ID)
		if err != nil {
			writeError(w, err)
			return
		}
		list[i].Name, list[i].Locale = f.Borrower.Name, f.Borrower.Locale
	}
	answer(w, http.StatusOK, list)
}

// Sign returns a wallet token, as the wallet's backend would.
func (d *demo) Sign(borrower string, level int, purpose string) (string, error) {
	now := d.clock.Now()
	claims := jwt.MapClaims{
		"iss": d.issuer, "aud": "warmline", "sub": borrower, "level": level, "jti": d.newID(),
		"iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
	}
	if purpose != "" {
		claims["purpose"] = purpose
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(d.key)
}

func (d *demo) token(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Borrower string `json:"borrower"`
		Level    int    `json:"level"`
		Purpose  string `json:"purpose"`
	}
	if err := readJSON(w, r, &in); err != nil {
		writeError(w, err)
		return
	}
	token, err := d.Sign(in.Borrower, min(max(in.Level, 1), 2), in.Purpose)
	if err != nil {
		writeError(w, dialog.E(dialog.CodeInternal, "the token could not be signed", err))
		return
	}
	answer(w, http.StatusOK, map[string]string{"token": token})
}

func (d *demo) advance(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Days int `json:"days"`
	}
	if err := readJSON(w, r, &in); err != nil {
		writeError(w, err)
		return
	}
	if in.Days < 1 || in.Days > 60 {
		writeError(w, dialog.E(dialog.CodeInvalid, "days: expected 1 to 60", nil))
		return
	}
	d.advanceDay(time.Duration(in.Days) * 24 * time.Hour)
	d.state(w, r)
}

func (d *demo) payment(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Borrower string `json:"borrower"`
		Amount   string `json:"amount"`
		Status   string `json:"status"`
	}
	if err := readJSON(w, r, &in); err != nil {
		writeError(w, err)
		return
	}
	err := d.control(r.Context(), "/sandbox/payments", sandbox.PaymentOrder{Borrower: in.Borrower, Amount: in.Amount, Status: in.Status})
	if err != nil {
		writeError(w, err)
		return
	}
	d.purses.spend(in.Borrower, in.Amount)
	w.WriteHeader(http.StatusNoContent)
}

func (d *demo) reset(w http.ResponseWriter, r *http.Request) {
	if err := d.control(r.Context(), "/sandbox/reset", struct{}{}); err != nil {
		writeError(w, err)
		return
	}
	d.purses.reset()
	w.WriteHeader(http.StatusNoContent)
}

// control calls one of the sandbox's own endpoints.
func (d *demo) control(ctx context.Context, path string, body any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	rec := httptest.NewRecorder()
	d.lender.box.ServeHTTP(rec, httptest.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(raw)))
	if rec.Code >= 300 {
		return dialog.E(dialog.CodeInvalid, "the lender's core refused", fmt.Errorf("%s: status %d", path, rec.Code))
	}
	return nil
}

// maxJSON bounds the bodies of our own small endpoints.
const maxJSON = 64 << 10

func readJSON(w http.ResponseWriter, r *http.Request, into any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxJSON))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return dialog.E(dialog.CodeInvalid, "the body cannot be read", err)
	}
	return nil
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Cache-Control", "no-store")
	channels.WriteJSON(w, status, body)
}

func writeError(w http.ResponseWriter, err error) {
	code, text := dialog.CodeOf(err), "something went wrong on our side"
	var known *dialog.Error
	if errors.As(err, &known) && code != dialog.CodeInternal {
		text = known.Text
	}
	answer(w, channels.HTTPStatus(code), map[string]any{"error": map[string]string{"code": string(code), "text": text}})
}
