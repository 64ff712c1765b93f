package webchat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"warmline/dialog"
)

// Algorithms that a wallet may sign with. "none" is not among them, and a key
// is only ever used with its own algorithm.
const (
	algHS256 = "HS256"
	algES256 = "ES256"
	algEdDSA = "EdDSA"
)

const (
	maxToken    = 8 << 10         // bytes of a wallet token
	tokenLife   = 5 * time.Minute // the longest time until a wallet token's exp
	tokenLeeway = 30 * time.Second
	maxClaim    = 256 // bytes of sub and jti
)

// purposeLogout marks a token with which the wallet's backend logs a borrower
// out; such a token starts no session.
const purposeLogout = "logout"

// Key is a verification key of the wallet: []byte, *ecdsa.PublicKey (P-256) or
// ed25519.PublicKey, for exactly one algorithm.
type Key struct {
	ID    string
	Alg   string
	Value any
}

// KeySource returns the keys that a token may be signed with: those of the id,
// or all when the token names none. CodeUnavailable: the keys cannot be had
// now.
type KeySource interface {
	Keys(ctx context.Context, id string) ([]Key, error)
}

// Claims are what a wallet token says of a borrower.
type Claims struct {
	jwt.RegisteredClaims
	Level   dialog.Level  `json:"level,omitempty"` // 1 when missing
	Purpose string        `json:"purpose,omitempty"`
	Locale  dialog.Locale `json:"locale,omitempty"`
}

// verifier checks wallet tokens.
type verifier struct {
	keys   KeySource
	parser *jwt.Parser
	now    func() time.Time
}

func newVerifier(keys KeySource, issuer, audience string, now func() time.Time) (verifier, error) {
	if keys == nil || issuer == "" || audience == "" {
		return verifier{}, errors.New("wallet tokens need keys, an issuer and an audience")
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{algHS256, algES256, algEdDSA}),
		jwt.WithIssuer(issuer), jwt.WithAudience(audience), jwt.WithExpirationRequired(),
		jwt.WithLeeway(tokenLeeway), jwt.WithTimeFunc(now), jwt.WithStrictDecoding(),
	)
	return verifier{keys: keys, parser: parser, now: now}, nil
}

// verify returns the claims of a token with a given purpose ("" for a session).
// Errors: CodeUnauthenticated for a token that does not hold, CodeForbidden for
// one that was made for another audience, CodeUnavailable when the keys cannot
// be had. That a token is used once only is seen at the commit.
func (v verifier) verify(ctx context.Context, token, purpose string) (Claims, error) {
	var claims Claims
	if len(token) > maxToken {
		return claims, dialog.E(dialog.CodeUnauthenticated, "the token is not valid", errors.New("too long"))
	}
	_, err := v.parser.ParseWithClaims(token, &claims, func(t *jwt.Token) (any, error) { return v.key(ctx, t) })
	var known *dialog.Error
	switch {
	case err == nil:
	case errors.As(err, &known):
		return claims, known
	case errors.Is(err, jwt.ErrTokenInvalidAudience) && !errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return claims, dialog.E(dialog.CodeForbidden, "the token is not for this service", err)
	default:
		return claims, dialog.E(dialog.CodeUnauthenticated, "the token is not valid", err)
	}
	if err := v.sane(claims, purpose); err != nil {
		return claims, dialog.E(dialog.CodeUnauthenticated, "the token is not valid", err)
	}
	if claims.Level == dialog.LevelUnknown {
		claims.Level = dialog.LevelLinked
	}
	return claims, nil
}

// sane checks what the parser does not.
func (v verifier) sane(c Claims, purpose string) error {
	switch {
	case c.Subject == "" || len(c.Subject) > maxClaim:
		return errors.New("no usable sub")
	case c.ID == "" || len(c.ID) > maxClaim:
		return errors.New("no usable jti")
	case c.ExpiresAt.After(v.now().Add(tokenLife + tokenLeeway)):
		return errors.New("exp is too far ahead")
	case c.Purpose != purpose:
		return errors.New("made for another purpose")
	case c.Level < dialog.LevelUnknown || c.Level > dialog.LevelThisAct:
		return errors.New("no such level")
	}
	return nil
}

// key finds the keys for a token: those of its id that are made for its
// algorithm.
func (v verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	if _, ok := t.Header["crit"]; ok {
		return nil, errors.New("extensions that must be understood and are not") // RFC 7515, 4.1.11
	}
	id, _ := t.Header["kid"].(string)
	keys, err := v.keys.Keys(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("the wallet's keys: %w", err)
	}
	set := jwt.VerificationKeySet{}
	for _, k := range keys {
		if k.Alg == t.Method.Alg() {
			set.Keys = append(set.Keys, k.Value)
		}
	}
	if len(set.Keys) == 0 {
		return nil, errors.New("no key for this token")
	}
	return set, nil
}
