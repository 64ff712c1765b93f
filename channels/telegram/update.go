package telegram

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-telegram/bot/models"

	"warmline/channels"
	"warmline/dialog"
)

// what an update is about.
const (
	saidText    = "text"
	saidCommand = "command"
	saidMedia   = "media"
	saidTap     = "tap"
	saidBlock   = "block" // the person has blocked the bot
	saidGroup   = "group" // somebody wants the bot in a group
)

// update is what an update says, as far as it matters here.
type update struct {
	id      int64
	kind    string // "" when it does not concern us
	chat    int64
	address string
	sent    int // by the platform's clock, seconds
	locale  dialog.Locale

	text    string // of a text, a caption, a command's rest
	command string
	media   string
	file    string // the platform's id of a picture or document
	size    int64
	tap     string // the tap's own id
	data    string
	message int // that a tapped key stands below
}

// parseUpdate reads an update. The error is for what cannot be read; an update
// that does not concern us has no kind.
func parseUpdate(raw []byte) (update, error) {
	var u models.Update
	if err := json.Unmarshal(raw, &u); err != nil || u.ID == 0 {
		return update{id: u.ID}, errors.New("an update cannot be read")
	}
	out := update{id: u.ID}
	switch {
	case u.MyChatMember != nil:
		out.member(u.MyChatMember)
	case u.CallbackQuery != nil:
		out.tapped(u.CallbackQuery)
	case u.Message != nil:
		out.wrote(u.Message)
	}
	return out, nil
}

func (u *update) in(chat int64) {
	u.chat, u.address = chat, strconv.FormatInt(chat, 10)
}

func private(c models.Chat) bool { return c.Type == models.ChatTypePrivate }

// member takes news of the bot's own standing in a chat.
func (u *update) member(m *models.ChatMemberUpdated) {
	u.in(m.Chat.ID)
	out := m.NewChatMember.Type == models.ChatMemberTypeLeft || m.NewChatMember.Type == models.ChatMemberTypeBanned
	switch {
	case private(m.Chat) && out:
		u.kind = saidBlock
	case !private(m.Chat) && !out:
		u.kind = saidGroup
	}
}

func (u *update) tapped(q *models.CallbackQuery) {
	u.kind, u.tap, u.data, u.locale = saidTap, q.ID, q.Data, channels.NearestLocale(q.From.LanguageCode)
	u.in(q.From.ID)
	if m := q.Message.Message; m != nil {
		u.message, u.sent = m.ID, m.Date
		if !private(m.Chat) {
			u.in(m.Chat.ID)
			u.kind = saidGroup
		}
	}
	if m := q.Message.InaccessibleMessage; m != nil {
		u.message = m.MessageID
	}
}

func (u *update) wrote(m *models.Message) {
	u.in(m.Chat.ID)
	u.sent = m.Date
	switch {
	case !private(m.Chat):
		u.kind = saidGroup
		return
	case m.From == nil || m.From.IsBot || m.From.ID != m.Chat.ID:
		return
	}
	u.locale = channels.NearestLocale(m.From.LanguageCode)
	u.text = clean(m.Text)
	switch {
	case strings.HasPrefix(u.text, "/"):
		u.kind = saidCommand
		u.command, u.text = commandOf(u.text)
	case strings.TrimSpace(u.text) != "":
		u.kind = saidText
	default:
		u.attached(m)
	}
}

// attached takes what is no text.
func (u *update) attached(m *models.Message) {
	u.kind, u.text = saidMedia, clean(m.Caption)
	switch {
	case len(m.Photo) > 0:
		best := m.Photo[len(m.Photo)-1]
		u.media, u.file, u.size = "image", best.FileID, int64(best.FileSize)
	case m.Document != nil:
		u.media, u.file, u.size = "document", m.Document.FileID, m.Document.FileSize
	case m.Contact != nil && m.From.ID == m.Contact.UserID:
		u.media = "own_contact"
	case m.Contact != nil:
		u.media = "contact"
	case m.Voice != nil:
		u.media = "voice"
	case m.Audio != nil:
		u.media = "audio"
	case m.Video != nil, m.VideoNote != nil, m.Animation != nil:
		u.media = "video"
	case m.Sticker != nil:
		u.media = "sticker"
	case m.Location != nil, m.Venue != nil:
		u.media = "location"
	case m.Poll != nil, m.Dice != nil:
		u.media = "other"
	default:
		u.kind = "" // news of the chat itself
	}
}

// commandOf splits "/start@bot TOKEN" into its name and the rest.
func commandOf(text string) (name, rest string) {
	name, rest, _ = strings.Cut(text[1:], " ")
	name, _, _ = strings.Cut(name, "@")
	return strings.ToLower(name), strings.TrimSpace(rest)
}

// clean takes out of a text what nobody types: broken characters, control
// characters other than line ends and tabs, and marks that turn the order of
// what follows.
func clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r == '\ufeff', r == '\u2028', r == '\u2029',
			r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}
