// Package loan is exact money: what is owed on a day, the dates and amounts of
// a plan, what a deferral costs, and the yearly rate that a cost amounts to. It
// knows no policy: whether something may be offered is decided elsewhere.
//
// # Rounding
//
// Sums are minor units of the account's currency. A product (interest, a level
// payment, a share of a total) is worked out exactly and rounded half up once,
// when it becomes money; nothing that was rounded is multiplied again. The last
// instalment absorbs what rounding left over, so that a schedule always adds up
// to its total to the last minor unit.
//
// # Rates
//
// Interest is simple, per day, on actual days. Interest never bears interest.
// Annualised rates are the only floating-point numbers here; they describe a
// schedule and never make one.
package loan
