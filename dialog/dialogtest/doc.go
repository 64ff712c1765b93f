// Package dialogtest helps to test whatever runs or stores conversations: small
// builders, a toy core and lender whose effects can be counted, a store in
// memory, a store that fails or dies on command, and the conformance suite that
// every store must pass.
package dialogtest
