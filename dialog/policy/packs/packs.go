// Package packs holds the rule packs and programmes that ship, as files: what a
// jurisdiction, its standards and our own caution ask for. A new place is a new
// file here; package rules reads and checks them.
package packs

import "embed"

// Files are the packs (*.yaml) and, in programmes, what is offered.
//
//go:embed *.yaml programmes/*.yaml
var Files embed.FS
