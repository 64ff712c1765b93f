// Package lender speaks to the lender's core system, as openapi.yaml beside it
// says: it gathers the facts of a case, performs the calls that a conversation
// makes, and verifies the webhooks that the core sends. It decides nothing. An
// effect's idempotency key is the call's reference, so that repeating a request
// whose outcome is unknown is always safe.
package lender

import _ "embed"

//go:embed openapi.yaml
var document []byte

// Document returns the OpenAPI document, YAML, that client and lender agree on.
func Document() []byte { return document }
