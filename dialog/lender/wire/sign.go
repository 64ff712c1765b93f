package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed webhook, as Standard Webhooks name them.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// ReplayWindow is how far a delivery's time may be from the receiver's clock,
// either way.
const ReplayWindow = 5 * time.Minute

// ErrSignature says that a delivery is not from somebody who has a secret, or
// not from now. Which of the two is not said: it would only help a forger.
var ErrSignature = errors.New("webhook is not signed with a known secret, or not recent")

// Secret is a key for signing webhooks, 24 to 64 bytes.
type Secret []byte

// ParseSecret reads "whsec_" and base64. Its error does not hold the text.
func ParseSecret(s string) (Secret, error) {
	raw, ok := strings.CutPrefix(strings.TrimSpace(s), "whsec_")
	key, err := base64.StdEncoding.DecodeString(raw)
	if !ok || err != nil || len(key) < 24 || len(key) > 64 {
		return nil, errors.New(`webhook secret: expected "whsec_" and base64 of 24 to 64 bytes`)
	}
	return key, nil
}

// ParseSecrets reads a list of them, as [ParseSecret] reads each.
func ParseSecrets(list []string) ([]Secret, error) {
	var secrets []Secret
	for _, s := range list {
		secret, err := ParseSecret(s)
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, secret)
	}
	return secrets, nil
}

// String writes the secret as ParseSecret reads it.
func (s Secret) String() string { return "whsec_" + base64.StdEncoding.EncodeToString(s) }

// Sign returns the three headers of a delivery: one signature for each secret,
// so that a receiver may know the old or the new one while they are changed.
func Sign(secrets []Secret, id string, at time.Time, body []byte) http.Header {
	stamp := strconv.FormatInt(at.Unix(), 10)
	var sigs []string
	for _, s := range secrets {
		sigs = append(sigs, "v1,"+base64.StdEncoding.EncodeToString(mac(s, id, stamp, body)))
	}
	h := http.Header{}
	h.Set(HeaderID, id)
	h.Set(HeaderTimestamp, stamp)
	h.Set(HeaderSignature, strings.Join(sigs, " "))
	return h
}

func mac(s Secret, id, stamp string, body []byte) []byte {
	m := hmac.New(sha256.New, s)
	fmt.Fprintf(m, "%s.%s.", id, stamp)
	m.Write(body)
	return m.Sum(nil)
}

// maxSignatures bounds the work that an unsigned request can cause.
const maxSignatures = 8

// Verify checks a delivery against the secrets and the clock and returns its
// id. Every comparison takes constant time. The error is ErrSignature.
func Verify(secrets []Secret, h http.Header, body []byte, now time.Time) (id string, err error) {
	id, stamp := h.Get(HeaderID), h.Get(HeaderTimestamp)
	unix, err := strconv.ParseInt(stamp, 10, 64)
	// A dot in the id would let one signed text be cut into two meanings.
	if err != nil || id == "" || len(id) > 128 || strings.Contains(id, ".") {
		return "", ErrSignature
	}
	if age := now.Sub(time.Unix(unix, 0)); age > ReplayWindow || age < -ReplayWindow {
		return "", ErrSignature
	}
	sigs := strings.Fields(h.Get(HeaderSignature))
	for _, sig := range sigs[:min(len(sigs), maxSignatures)] {
		raw, isV1 := strings.CutPrefix(sig, "v1,")
		got, err := base64.StdEncoding.DecodeString(raw)
		if !isV1 || err != nil {
			continue
		}
		for _, s := range secrets {
			if len(s) > 0 && hmac.Equal(got, mac(s, id, stamp, body)) {
				return id, nil
			}
		}
	}
	return "", ErrSignature
}
