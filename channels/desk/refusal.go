package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"warmline/channels"
	"warmline/dialog"
)

// refusal is a no with a name, by which the console says it in its own language
// (its words "no_NAME").
type refusal struct {
	known *dialog.Error
	field string   // of the request that was wrong, "" when it was not one field
	parts []string // pairs that fill the braces of the words
}

// no refuses something by its name; parts are pairs for the braces of its words.
func no(code dialog.Code, name string, parts ...string) *refusal {
	return &refusal{known: &dialog.Error{Code: code, Text: strings.ReplaceAll(name, "_", " "), Name: name}, parts: parts}
}

// at names the field of the request that was wrong.
func (r *refusal) at(field string) *refusal { r.field = field; return r }

// because keeps a cause, for the log.
func (r *refusal) because(cause error) *refusal { r.known.Cause = cause; return r }

// Error names the field and what was wrong, for logs.
func (r *refusal) Error() string { return strings.TrimPrefix(r.field+": "+r.known.Error(), ": ") }

// Unwrap gives the code to those who look for it.
func (r *refusal) Unwrap() error { return r.known }

// errorView is why a request was refused. The console has words for its name;
// the text is for whoever has none.
type errorView struct {
	Code     string            `json:"code"`
	Name     string            `json:"name,omitempty"`
	Field    string            `json:"field,omitempty"` // "teams.care.hours"
	Parts    map[string]string `json:"parts,omitempty"` // that stand in the words
	Text     string            `json:"text"`
	Rule     *ruleView         `json:"rule,omitempty"`  // that refused it
	Until    *time.Time        `json:"until,omitempty"` // from when on it would be let through
	Findings []Finding         `json:"findings,omitempty"`
}

// refused says an error to somebody; a rule's text is in their language.
func (s *Server) refused(l dialog.Locale, err error) errorView {
	v := errorView{Code: string(dialog.CodeOf(err)), Text: "something went wrong"}
	var mine *refusal
	if errors.As(err, &mine) {
		v.Field = mine.field
		for i := 0; i+1 < len(mine.parts); i += 2 {
			if v.Parts == nil {
				v.Parts = map[string]string{}
			}
			v.Parts[mine.parts[i]] = mine.parts[i+1]
		}
	}
	var known *dialog.Error
	if errors.As(err, &known) {
		v.Name, v.Text = known.Name, known.Text
		if !known.Until.IsZero() {
			v.Until = &known.Until
		}
		if known.Rule != "" {
			v.Rule = &ruleView{ID: known.Rule, Text: s.statement(known.Rule, l)}
		}
	}
	return v
}

// found is the refusal of a draft.
type found struct{ list []Finding }

func (f *found) Error() string { return "the draft was not let through" }

// fail answers a request that was refused.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, l dialog.Locale, err error) {
	answer := func(status int, v errorView) { channels.WriteJSON(w, status, map[string]errorView{"error": v}) }
	var draft *found
	if errors.As(err, &draft) {
		answer(http.StatusUnprocessableEntity, errorView{Code: "findings", Name: "findings", Text: "this should not be said like that", Findings: draft.list})
		return
	}
	code := dialog.CodeOf(err)
	if code == dialog.CodeInternal || code == dialog.CodeUnavailable {
		s.opts.Log.Error("desk", "path", r.Pattern, "code", code, "error", err)
	}
	var late *tooSoon
	if errors.As(err, &late) {
		w.Header().Set("Retry-After", fmt.Sprint(int(late.wait/time.Second)+1))
	}
	answer(channels.HTTPStatus(code), s.refused(l, err))
}

func ok(w http.ResponseWriter, v any) error {
	channels.WriteJSON(w, http.StatusOK, v)
	return nil
}

func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
