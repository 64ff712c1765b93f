package channels

import (
	"net/http"

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
