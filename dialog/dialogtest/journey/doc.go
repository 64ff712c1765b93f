// Package journey runs written conversations: a YAML file says who the borrower
// is, what the lender holds, what is said and tapped, and what must come of it.
// The same file runs against the bare core and through a started server; a
// [Driver] is all that differs.
package journey
