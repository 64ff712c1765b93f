// Package sandbox is a stand-in for a lender's core system: the same document
// as the real one, over a small SQLite file, with demo borrowers, a clock that
// can be moved, faults on request, and signed webhooks. It is for demos, tests
// and for lenders who build against the document; it is no ledger to run a
// business on.
package sandbox
