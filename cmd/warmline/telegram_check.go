package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"warmline/channels/telegram"
)

// telegramCmd groups what concerns the bot.
type telegramCmd struct {
	Check telegramCheckCmd `cmd:"" help:"Say what is wrong with the bot's token, privacy setting and webhook."`
}

// telegramCheckCmd asks the platform how the bot is set up.
type telegramCheckCmd struct {
	Config string `help:"Configuration file (YAML)." env:"WARMLINE_CONFIG"`
	JSON   bool   `name:"json" help:"One JSON object a line."`
}

// Run implements the command.
func (c *telegramCheckCmd) Run(env *environment) error {
	cfg, err := loadConfig(c.Config, env.getenv)
	if err != nil {
		return err
	}
	if cfg.Telegram.Token == "" {
		return wrongUse("telegram.token: none is configured (WARMLINE_TELEGRAM_TOKEN)")
	}
	api, err := telegram.NewAPI(telegram.APIOptions{Token: cfg.Telegram.Token, BaseURL: cfg.Telegram.API})
	if err != nil {
		return usageError{err}
	}
	hook := ""
	if cfg.Telegram.Webhook {
		hook = strings.TrimSuffix(cfg.BaseURL, "/") + webhookPath
	}
	wrong := false
	for _, f := range api.Check(env.ctx, hook) {
		wrong = wrong || !f.Fine
		if err := c.print(env, f); err != nil {
			return err
		}
	}
	if wrong {
		return errFound
	}
	return nil
}

func (c *telegramCheckCmd) print(env *environment, f telegram.Finding) error {
	if c.JSON {
		return json.NewEncoder(env.stdio.Out).Encode(map[string]any{"name": f.Name, "fine": f.Fine, "says": f.Says})
	}
	mark := "ok  "
	if !f.Fine {
		mark = "LOOK"
	}
	_, err := fmt.Fprintf(env.stdio.Out, "%s %-8s %s\n", mark, f.Name, f.Says)
	return err
}
