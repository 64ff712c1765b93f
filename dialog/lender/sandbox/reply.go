package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"warmline/dialog/lender/wire"
)

// maxBody bounds a request's body.
const maxBody = 64 << 10

// reply is the answer to a request.
type reply struct {
	status int
	body   any    // nil for none
	etag   string // account version
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

func made(body any) reply { return reply{status: http.StatusCreated, body: body} }

// no is a problem: the class, and for a refusal the lender's reason.
func no(status int, code, reason string) reply {
	return reply{status: status, body: wire.Problem{Code: code, Reason: reason}}
}

func refuse(reason string) reply { return no(http.StatusUnprocessableEntity, "rejected", reason) }

func bad(reason string) reply { return no(http.StatusBadRequest, "invalid", reason) }

func (p reply) write(w http.ResponseWriter) {
	if p.etag != "" {
		w.Header().Set("ETag", strconv.Quote(p.etag))
	}
	if p.body == nil {
		w.WriteHeader(p.status)
		return
	}
	kind := "application/json"
	if p.status >= 400 {
		kind = "application/problem+json"
	}
	body, err := json.Marshal(p.body)
	if err != nil {
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(p.status)
	w.Write(body)
}

// handler answers a request inside a transaction. An error undoes it.
type handler func(t *txn, r *http.Request, body []byte) (reply, error)

// answer runs a handler in a transaction; a record that is not there is a 404.
func (s *Sandbox) answer(r *http.Request, body []byte, h handler) reply {
	var p reply
	err := s.update(r.Context(), func(t *txn) error {
		var err error
		p, err = h(t, r, body)
		return err
	})
	switch {
	case errors.Is(err, errNotFound):
		return no(http.StatusNotFound, "not_found", "")
	case err != nil:
		return no(http.StatusInternalServerError, "internal", "")
	}
	return p
}

// read serves a GET of the document.
func (s *Sandbox) read(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if p, stop := s.gate(r); stop {
			p.write(w)
			return
		}
		s.answer(r, nil, h).write(w)
	}
}

// effect serves a POST of the document: once for each key, however often and
// from however many at once it comes.
func (s *Sandbox) effect(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if p, stop := s.gate(r); stop {
			p.write(w)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			no(http.StatusRequestEntityTooLarge, "too_large", "").write(w)
			return
		}
		key := r.Header.Get("Idempotency-Key")
		if key == "" || len(key) > 128 {
			bad("idempotency_key").write(w)
			return
		}
		p := s.answer(r, body, once(key, s.perhapsRefuse(h)))
		if s.loses() {
			drop(w)
			return
		}
		p.write(w)
	}
}

// gate is what comes before any work: the token, and the faults asked for.
func (s *Sandbox) gate(r *http.Request) (reply, bool) {
	want := "Bearer " + s.opts.Token
	if s.opts.Token != "" && subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(want)) != 1 {
		return no(http.StatusUnauthorized, "unauthenticated", ""), true
	}
	return s.delayOrFail(r)
}

// once gives the stored answer for a key that is known, and stores the new one
// for a key that is not. The same key with another content is a conflict.
func once(key string, h handler) handler {
	return func(t *txn, r *http.Request, body []byte) (reply, error) {
		borrower, print := r.PathValue("borrower"), fingerprint(r, body)
		var known, text string
		var status int
		err := t.tx.QueryRowContext(t.ctx, `SELECT fingerprint, status, body FROM answers WHERE borrower = ? AND key = ?`,
			borrower, key).Scan(&known, &status, &text)
		switch {
		case err == nil && known != print:
			return no(http.StatusConflict, "conflict", "key_reused"), nil
		case err == nil:
			return reply{status: status, body: json.RawMessage(text)}, nil
		case !errors.Is(err, sql.ErrNoRows):
			return reply{}, fmt.Errorf("look up key: %w", err)
		}
		p, err := h(t, r, body)
		if err != nil || p.status >= 500 {
			return p, err
		}
		raw, err := json.Marshal(p.body)
		if err != nil {
			return reply{}, fmt.Errorf("write answer: %w", err)
		}
		_, err = t.tx.ExecContext(t.ctx, `INSERT INTO answers (borrower, key, fingerprint, status, body) VALUES (?, ?, ?, ?, ?)`,
			borrower, key, print, p.status, string(raw))
		if err != nil {
			return reply{}, fmt.Errorf("store answer: %w", err)
		}
		return p, nil
	}
}

func fingerprint(r *http.Request, body []byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n%s\n", r.Method, r.URL.Path, r.Header.Get("If-Match"))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}
