package telegram

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"warmline/dialog"
)

// APIOptions say which bot this is and where its API lives.
type APIOptions struct {
	Token   string
	BaseURL string        // "https://api.telegram.org"
	HTTP    *http.Client  // nil: one without a time limit of its own; contexts bound every call
	Pace    PaceOptions   // limits of sending
	Log     func(error)   // what the library could not do; nil: nowhere
	Timeout time.Duration // of one call other than polling; 10 s
}

// API calls the Bot API.
type API struct {
	bot     *bot.Bot
	http    *http.Client
	base    string
	token   string
	timeout time.Duration
	pace    *pace
}

// NewAPI returns a client; nothing is called yet.
func NewAPI(o APIOptions) (*API, error) {
	if id, key, ok := strings.Cut(o.Token, ":"); !ok || id == "" || key == "" {
		return nil, errors.New("telegram: the token has the form 123456:letters")
	}
	if o.BaseURL == "" {
		o.BaseURL = "https://api.telegram.org"
	}
	if o.HTTP == nil {
		o.HTTP = &http.Client{}
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Log == nil {
		o.Log = func(error) {}
	}
	a := &API{http: o.HTTP, base: strings.TrimSuffix(o.BaseURL, "/"), token: o.Token, timeout: o.Timeout, pace: newPace(o.Pace)}
	var err error
	a.bot, err = bot.New(o.Token, bot.WithServerURL(a.base), bot.WithSkipGetMe(), bot.WithNotAsyncHandlers(),
		bot.WithHTTPClient(o.Timeout, statusClient{o.HTTP}), bot.WithErrorsHandler(o.Log))
	if err != nil {
		return nil, fmt.Errorf("telegram: %w", err)
	}
	return a, nil
}

// ID is the bot's id, the part of the token that is no secret.
func (a *API) ID() string {
	id, _, _ := strings.Cut(a.token, ":")
	return id
}

// statusClient turns the answers of proxies and broken servers, which are no
// JSON, into errors without their bodies.
type statusClient struct{ client *http.Client }

// Do implements the library's HttpClient.
func (c statusClient) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.client.Do(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	if !json.Valid(body) {
		return nil, statusError(resp.StatusCode)
	}
	resp.Body = io.NopCloser(bytes.NewReader(slim(body)))
	return resp, nil
}

// slim reduces an answer that is a message to its id and date. A part of it that
// the library cannot read, because the platform has changed, must not make a
// message that was taken look like one that was not: it would be sent again.
func slim(body []byte) []byte {
	var got struct {
		OK     bool            `json:"ok"`
		Result json.RawMessage `json:"result"`
	}
	var message struct {
		ID   int `json:"message_id"`
		Date int `json:"date"`
	}
	if json.Unmarshal(body, &got) != nil || !got.OK || json.Unmarshal(got.Result, &message) != nil || message.ID == 0 {
		return body
	}
	return fmt.Appendf(nil, `{"ok":true,"result":{"message_id":%d,"date":%d}}`, message.ID, message.Date)
}

// maxAnswer bounds an answer of the API, in bytes.
const maxAnswer = 16 << 20

type statusError int

// Error implements error.
func (s statusError) Error() string { return fmt.Sprintf("the API answered with status %d", int(s)) }

// limited is an error that names when to come back.
type limited struct {
	err   *dialog.Error
	after time.Duration
}

// Error implements error.
func (l *limited) Error() string { return l.err.Error() }

// Unwrap gives the code.
func (l *limited) Unwrap() error { return l.err }

// RetryAfter is how long the platform wants to be left alone.
func (l *limited) RetryAfter() time.Duration { return l.after }

func slowDown(after time.Duration) error {
	return &limited{err: dialog.E(dialog.CodeRateLimited, "the chat is sent too much", nil), after: after}
}

// classify gives an error of the API its code: forbidden when the person has
// blocked the bot, not_found when the chat is gone, invalid when trying again
// cannot help, rate_limited with a time, else unavailable.
func classify(method string, err error) error {
	if err == nil {
		return nil
	}
	var slow *bot.TooManyRequestsError
	code, text := dialog.CodeUnavailable, "Telegram cannot be reached"
	switch {
	case errors.As(err, &slow):
		return slowDown(time.Duration(max(slow.RetryAfter, 1)) * time.Second)
	case errors.Is(err, bot.ErrorForbidden):
		code, text = dialog.CodeForbidden, "the person has blocked the bot"
	case errors.Is(err, bot.ErrorBadRequest) && gone(err):
		code, text = dialog.CodeNotFound, "the chat does not exist any more"
	case errors.Is(err, bot.ErrorBadRequest), errors.As(err, new(*bot.MigrateError)):
		code, text = dialog.CodeInvalid, "Telegram refuses the message"
	}
	return dialog.E(code, text, fmt.Errorf("%s: %w", method, err))
}

// gone reports whether a refusal says that there is no such chat.
func gone(err error) bool {
	for _, says := range []string{"chat not found", "user not found", "PEER_ID_INVALID", "USER_DEACTIVATED"} {
		if strings.Contains(err.Error(), says) {
			return true
		}
	}
	return false
}

// badMarkup reports whether the platform could not read a text's formatting.
func badMarkup(err error) bool {
	return err != nil && strings.Contains(err.Error(), "can't parse entities")
}

// answer is the envelope of every answer of the API.
type answer struct {
	OK          bool              `json:"ok"`
	Result      []json.RawMessage `json:"result"`
	Description string            `json:"description"`
	Code        int               `json:"error_code"`
	Parameters  struct {
		RetryAfter int `json:"retry_after"`
	} `json:"parameters"`
}

// conflictError says that updates are fetched by somebody else, or sent to a
// webhook.
type conflictError struct{ webhook bool }

// Error implements error.
func (c conflictError) Error() string {
	if c.webhook {
		return "a webhook is set for this bot"
	}
	return "updates of this bot are fetched by another program"
}

// updates fetches updates from offset on, waiting for the first one. Each is
// left as it came: one that cannot be read must not hold up the others.
func (a *API) updates(ctx context.Context, offset int64, wait time.Duration) ([]json.RawMessage, error) {
	body, err := json.Marshal(map[string]any{
		"offset": offset, "limit": 100, "timeout": int(wait / time.Second), "allowed_updates": allowedUpdates(),
	})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, wait+a.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+"/bot"+a.token+"/getUpdates", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("get updates: the API's address cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("get updates: %w", a.masked(err))
	}
	defer resp.Body.Close()
	var got answer
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&got); err != nil {
		return nil, fmt.Errorf("get updates: %w", statusError(resp.StatusCode))
	}
	return got.Result, got.failure()
}

func (g answer) failure() error {
	switch {
	case g.OK:
		return nil
	case g.Code == http.StatusTooManyRequests:
		return slowDown(time.Duration(max(g.Parameters.RetryAfter, 1)) * time.Second)
	case g.Code == http.StatusConflict:
		return conflictError{webhook: strings.Contains(g.Description, "webhook is active")}
	case g.Code == http.StatusUnauthorized || g.Code == http.StatusNotFound:
		return dialog.E(dialog.CodeUnauthenticated, "Telegram does not know the token", nil)
	}
	return fmt.Errorf("get updates: %w", statusError(g.Code))
}

// masked takes the token out of an error.
func (a *API) masked(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), a.token, "***"))
}

// allowedUpdates are the kinds of updates that are asked for.
func allowedUpdates() []string {
	return []string{models.AllowedUpdateMessage, models.AllowedUpdateCallbackQuery, models.AllowedUpdateMyChatMember}
}

// timed bounds a call.
func (a *API) timed(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, a.timeout)
}

// typing shows that an answer is on its way.
func (a *API) typing(ctx context.Context, chat int64) error {
	ctx, cancel := a.timed(ctx)
	defer cancel()
	_, err := a.bot.SendChatAction(ctx, &bot.SendChatActionParams{ChatID: chat, Action: models.ChatActionTyping})
	return classify("sendChatAction", err)
}

// answerTap ends the wait of a tapped button, with a short text or none.
func (a *API) answerTap(ctx context.Context, id, text string) error {
	ctx, cancel := a.timed(ctx)
	defer cancel()
	_, err := a.bot.AnswerCallbackQuery(ctx, &bot.AnswerCallbackQueryParams{CallbackQueryID: id, Text: text})
	return classify("answerCallbackQuery", err)
}

// leave leaves a group.
func (a *API) leave(ctx context.Context, chat int64) error {
	ctx, cancel := a.timed(ctx)
	defer cancel()
	_, err := a.bot.LeaveChat(ctx, &bot.LeaveChatParams{ChatID: chat})
	return classify("leaveChat", err)
}

// fetch downloads a file of at most limit bytes.
func (a *API) fetch(ctx context.Context, id string, limit int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*a.timeout)
	defer cancel()
	f, err := a.bot.GetFile(ctx, &bot.GetFileParams{FileID: id})
	if err != nil {
		return nil, classify("getFile", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.bot.FileDownloadLink(f), nil)
	if err != nil {
		return nil, errors.New("download: the file's address cannot be used")
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "Telegram cannot be reached", a.masked(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, dialog.E(dialog.CodeUnavailable, "Telegram cannot be reached", statusError(resp.StatusCode))
	}
	content, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, dialog.E(dialog.CodeUnavailable, "Telegram cannot be reached", errors.New("the download broke off"))
	case int64(len(content)) > limit:
		return nil, dialog.E(dialog.CodeTooLarge, "the file is too large", nil)
	}
	return content, nil
}
