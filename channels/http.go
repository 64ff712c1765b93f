package channels

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"warmline/dialog"
)

// HTTPStatus is the HTTP status of an error code: the one table for every edge.
func HTTPStatus(code dialog.Code) int {
	switch code {
	case dialog.CodeInvalid:
		return http.StatusBadRequest
	case dialog.CodeUnauthenticated:
		return http.StatusUnauthorized
	case dialog.CodeForbidden:
		return http.StatusForbidden
	case dialog.CodeNotFound:
		return http.StatusNotFound
	case dialog.CodeConflict, dialog.CodeDuplicate:
		return http.StatusConflict
	case dialog.CodeTooLarge:
		return http.StatusRequestEntityTooLarge
	case dialog.CodeRateLimited:
		return http.StatusTooManyRequests
	case dialog.CodeUnavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

// WriteJSON answers a request. A client that has left is nobody's to tell.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// ReadJSON reads the JSON body of a request; a field that is not known is
// refused, so that a misspelt one is noticed. Errors: dialog.CodeInvalid,
// CodeTooLarge for a body over what http.MaxBytesReader allows.
func ReadJSON(r *http.Request, into any) error {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return &dialog.Error{Code: dialog.CodeInvalid, Text: "expected application/json", Name: "unreadable"}
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	var big *http.MaxBytesError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &big):
		return &dialog.Error{Code: dialog.CodeTooLarge, Text: "the request is too large", Cause: err, Name: "too_large"}
	}
	return &dialog.Error{Code: dialog.CodeInvalid, Text: "the request cannot be read", Cause: err, Name: "unreadable"}
}

// AllowOrigin lets a page of an origin read the answer to its request; "" is no
// browser's page, and needs nothing. Who may be named here is for the caller to
// decide.
func AllowOrigin(w http.ResponseWriter, origin string) {
	if origin == "" {
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Add("Vary", "Origin")
}

// AnswerPreflight tells a browser what a page that may ask at all may send, with
// methods and headers separated by commas, and ends the request.
func AnswerPreflight(w http.ResponseWriter, may bool, methods, headers string) {
	if may {
		w.Header().Set("Access-Control-Allow-Methods", methods)
		w.Header().Set("Access-Control-Allow-Headers", headers)
		w.Header().Set("Access-Control-Max-Age", "600")
	}
	w.WriteHeader(http.StatusNoContent)
}
