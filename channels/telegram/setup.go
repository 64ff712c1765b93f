package telegram

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"warmline/dialog"
)

// Name asks the platform who the bot is. CodeUnauthenticated when the token is
// not known there.
func (a *API) Name(ctx context.Context) (string, error) {
	me, err := a.me(ctx)
	if err != nil {
		return "", err
	}
	return me.Username, nil
}

func (a *API) me(ctx context.Context) (*models.User, error) {
	ctx, cancel := a.timed(ctx)
	defer cancel()
	me, err := a.bot.GetMe(ctx)
	if errors.Is(err, bot.ErrorUnauthorized) || errors.Is(err, bot.ErrorNotFound) {
		return nil, dialog.E(dialog.CodeUnauthenticated, "Telegram does not know the token", nil)
	}
	return me, classify("getMe", err)
}

// commandNames are the commands that are offered, in the order of the menu.
func commandNames() []string {
	return []string{"human", "language", "privacy", "help", "stop", "unlink"}
}

// Register tells the platform the bot's commands and descriptions in every
// language.
func (a *API) Register(ctx context.Context, words Words) error {
	for _, l := range []struct {
		code   string
		locale dialog.Locale
	}{{"", dialog.EnGB}, {"en", dialog.EnGB}, {"zh", dialog.ZhHans}} {
		if err := a.describe(ctx, l.code, l.locale, words); err != nil {
			return fmt.Errorf("register %q: %w", l.code, err)
		}
	}
	return nil
}

func (a *API) describe(ctx context.Context, code string, l dialog.Locale, words Words) error {
	ctx, cancel := context.WithTimeout(ctx, 3*a.timeout)
	defer cancel()
	var list []models.BotCommand
	for _, name := range commandNames() {
		list = append(list, models.BotCommand{Command: name, Description: words.Word(l, name)})
	}
	_, err := a.bot.SetMyCommands(ctx, &bot.SetMyCommandsParams{
		Commands: list, LanguageCode: code, Scope: &models.BotCommandScopeAllPrivateChats{},
	})
	if err != nil {
		return classify("setMyCommands", err)
	}
	if _, err = a.bot.SetMyDescription(ctx, &bot.SetMyDescriptionParams{Description: words.Word(l, "description"), LanguageCode: code}); err != nil {
		return classify("setMyDescription", err)
	}
	_, err = a.bot.SetMyShortDescription(ctx, &bot.SetMyShortDescriptionParams{ShortDescription: words.Word(l, "about"), LanguageCode: code})
	return classify("setMyShortDescription", err)
}

// SetWebhook has updates posted to an address from now on.
func (a *API) SetWebhook(ctx context.Context, url, secret string) error {
	ctx, cancel := a.timed(ctx)
	defer cancel()
	_, err := a.bot.SetWebhook(ctx, &bot.SetWebhookParams{URL: url, SecretToken: secret, AllowedUpdates: allowedUpdates()})
	return classify("setWebhook", err)
}

// Finding is one thing that a check has looked at.
type Finding struct {
	Name string // token, privacy, groups, webhook, updates
	Fine bool
	Says string // for the operator
}

// Check looks at how the bot is set up on the platform. wantWebhook is the
// address that the configuration gives, "" for polling.
func (a *API) Check(ctx context.Context, wantWebhook string) []Finding {
	me, err := a.me(ctx)
	if err != nil {
		return []Finding{{Name: "token", Says: err.Error()}}
	}
	found := []Finding{{Name: "token", Fine: true, Says: "belongs to @" + me.Username}}
	add := func(name string, fine bool, good, bad string) {
		says := good
		if !fine {
			says = bad
		}
		found = append(found, Finding{name, fine, says})
	}
	add("privacy", !me.CanReadAllGroupMessages, "privacy mode is on",
		"the bot can read all messages of groups; turn privacy mode on with BotFather (/setprivacy)")
	add("groups", !me.CanJoinGroups, "the bot cannot be added to groups",
		"the bot can be added to groups, which it leaves at once; better forbid it with BotFather (/setjoingroups)")
	return append(found, a.checkWebhook(ctx, wantWebhook)...)
}

func (a *API) checkWebhook(ctx context.Context, want string) []Finding {
	ctx, cancel := a.timed(ctx)
	defer cancel()
	info, err := a.bot.GetWebhookInfo(ctx)
	if err != nil {
		return []Finding{{Name: "webhook", Says: classify("getWebhookInfo", err).Error()}}
	}
	f := Finding{Name: "webhook", Fine: info.URL == want}
	switch {
	case f.Fine && want == "":
		f.Says = "none is set; updates are fetched"
	case f.Fine:
		f.Says = "is set as configured"
	case want == "":
		f.Says = "a webhook is set, but the configuration wants to fetch updates; the service removes it when it starts"
	default:
		f.Says = "another webhook is set, or none; the service sets it when it starts"
	}
	found := []Finding{f}
	if info.LastErrorMessage != "" {
		found = append(found, Finding{Name: "updates", Says: "the last delivery failed: " + info.LastErrorMessage})
	} else {
		found = append(found, Finding{Name: "updates", Fine: true, Says: fmt.Sprintf("%d waiting", info.PendingUpdateCount)})
	}
	return found
}
