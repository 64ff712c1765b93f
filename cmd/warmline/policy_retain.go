package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"warmline/dialog/retention"
)

// policyRetainCmd says what retention would erase now. It erases nothing: that is
// the service's, on record.
type policyRetainCmd struct {
	Config string `help:"Configuration file of the service (YAML)." env:"WARMLINE_CONFIG"`
	At     string `help:"As if it were this day (2027-01-31)."`
	JSON   bool   `name:"json" help:"One JSON object."`
}

// Run implements the command.
func (c *policyRetainCmd) Run(env *environment) (err error) {
	cfg, err := loadConfig(c.Config, env.getenv)
	if err != nil {
		return err
	}
	now := time.Now()
	if c.At != "" {
		if now, err = time.Parse(time.DateOnly, c.At); err != nil {
			return wrongUse("--at: expected a day such as 2027-01-31")
		}
	}
	sum, err := planned(env, cfg, now)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(env.stdio.Out).Encode(sum)
	}
	_, err = fmt.Fprintf(env.stdio.Out, "%d conversations: %d lines of chats, %d of words about health, %d journal records would go; %d held, %d busy, %d could not be read\n",
		sum.Conversations, sum.Erased["chat"], sum.Erased["health_words"], sum.Erased["journal"], sum.Held, sum.Busy, sum.Failed)
	return err
}

// planned is a dry run over the configured store.
func planned(env *environment, cfg config, now time.Time) (sum retention.Summary, err error) {
	log, err := newLog(env.stdio.Err, "error")
	if err != nil {
		return sum, err
	}
	engine, _, err := cfg.Policy.loadPacks()
	if err != nil {
		return sum, err
	}
	store, stop, err := openStoreBeside(env.ctx, cfg, log)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	lender, err := openLender(env.ctx, cfg, log, "", time.Now)
	if err != nil {
		return sum, err
	}
	defer func() { err = errors.Join(err, lender.stop()) }()
	o, err := retentionOptions(&cfg, store, engine, lender.Facts, now)
	if err != nil {
		return sum, err
	}
	o.Dry, o.Trouble = true, func(string, error) {}
	return retention.Run(env.ctx, o)
}
