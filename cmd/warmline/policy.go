package main

import (
	"warmline/dialog/policy"
	"warmline/dialog/policy/rules"
)

// rulesConfig is what rules are compiled from: an engine's packs and
// programmes, and the hash of the reviewed texts.
func rulesConfig(engine *rules.Engine, texts string) policy.Config {
	cfg := engine.Config("")
	cfg.Texts = texts
	return cfg
}
