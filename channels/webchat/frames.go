package webchat

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"warmline/dialog"
)

// Bounds of what a client may send.
const (
	frameLimit  = 256 << 10 // bytes of a frame; more ends the connection with 4009
	textLimit   = 100 << 10 // bytes of a text; more is refused with too_large
	optionLimit = 200       // bytes of an option's or card's id
	fieldsLimit = 16
	fieldLimit  = 400     // bytes of a form's answer
	maxNumber   = 1 << 53 // device numbers and sequence numbers fit a JavaScript number
)

// incoming is any frame of a client; which parts count depends on T.
type incoming struct {
	T      string            `json:"t"`
	After  uint64            `json:"after"`
	Device string            `json:"device"`
	Open   bool              `json:"open"`
	Locale dialog.Locale     `json:"locale"`
	N      uint64            `json:"n"`
	ID     string            `json:"id"`
	Text   string            `json:"text"`
	Seen   uint64            `json:"seen"`
	Option string            `json:"option"`
	Card   string            `json:"card"`
	Fields map[string]string `json:"fields"`
	On     bool              `json:"on"`
	Seq    uint64            `json:"seq"`
	Got    uint64            `json:"got"`

	broken bool // it was not UTF-8
}

// parse reads a frame. An error means that the client does not speak the
// protocol.
func parse(data []byte) (incoming, error) {
	var f incoming
	if err := json.Unmarshal(data, &f); err != nil {
		return f, dialog.E(dialog.CodeInvalid, "the frame cannot be read", err)
	}
	f.broken = !utf8.Valid(data)
	return f, nil
}

var clientID = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// check refuses a text or tap that cannot be taken in, and cleans it. It returns
// the refusal's code, "" when there is none.
func (f *incoming) check() dialog.Code {
	f.Text = clean(f.Text)
	switch {
	case f.N == 0 || f.N > maxNumber || f.Seen > maxNumber || !clientID.MatchString(f.ID) || f.broken:
		return dialog.CodeInvalid
	case len(f.Text) > textLimit:
		return dialog.CodeTooLarge
	case f.T == "text" && strings.TrimSpace(f.Text) == "":
		return dialog.CodeInvalid
	case f.T == "tap":
		return f.checkTap()
	}
	return ""
}

func (f *incoming) checkTap() dialog.Code {
	if f.Option == "" || len(f.Option) > optionLimit || len(f.Card) > optionLimit || f.Option != clean(f.Option) || f.Card != clean(f.Card) {
		return dialog.CodeInvalid
	}
	if len(f.Fields) > fieldsLimit {
		return dialog.CodeTooLarge
	}
	for name, value := range f.Fields {
		if len(name) > optionLimit || len(value) > fieldLimit {
			return dialog.CodeTooLarge
		}
		f.Fields[name] = clean(value)
	}
	return ""
}

// clean removes what no person types: control characters other than line ends
// and tabs, byte order marks, and the marks that reverse or hide the order of
// what follows on somebody else's screen.
func clean(s string) string {
	if !strings.ContainsFunc(s, unwanted) && !strings.Contains(s, "\r") {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case unwanted(r):
			return -1
		}
		return r
	}, s)
}

func unwanted(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\r':
		return false
	case unicode.IsControl(r), r == '\ufeff', r == '\u2028', r == '\u2029':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	case r >= '\ufdd0' && r <= '\ufdef', r&0xfffe == 0xfffe:
		return true
	}
	return false
}

// Frames to the client.
type (
	readyFrame struct {
		T       string           `json:"t"` // ready
		Level   dialog.Level     `json:"level"`
		Expires time.Time        `json:"expires_at"`
		Seq     uint64           `json:"seq"`
		Owner   dialog.OwnerKind `json:"owner"`
		Agent   string           `json:"agent"`
		Locale  dialog.Locale    `json:"locale"`
		Now     time.Time        `json:"now"`
	}
	stateFrame struct {
		T        string           `json:"t"` // state
		Owner    dialog.OwnerKind `json:"owner"`
		Agent    string           `json:"agent"`
		Level    dialog.Level     `json:"level"`
		Position int              `json:"position,omitempty"`
		ETA      string           `json:"eta,omitempty"`
		Locale   dialog.Locale    `json:"locale"`
	}
	messageFrame struct {
		T string      `json:"t"` // msg
		M messageView `json:"m"`
	}
	answerFrame struct {
		T    string      `json:"t"` // ack, nack
		N    uint64      `json:"n"`
		ID   string      `json:"id"`
		Seq  uint64      `json:"seq,omitempty"`
		Code dialog.Code `json:"code,omitempty"`
		Text string      `json:"text,omitempty"`
	}
	typingFrame struct {
		T   string `json:"t"` // typing
		Who string `json:"who"`
		On  bool   `json:"on"`
	}
	redactFrame struct {
		T    string `json:"t"` // redact
		From uint64 `json:"from"`
	}
	byeFrame struct {
		T    string      `json:"t"` // bye
		Code dialog.Code `json:"code"`
		Text string      `json:"text"`
	}
	bareFrame struct {
		T string `json:"t"` // pong
	}
)

// messageView is a message as the widget shows it.
type messageView struct {
	Seq     uint64                  `json:"seq"`
	ID      string                  `json:"id"`
	Speaker dialog.Speaker          `json:"speaker"`
	Name    string                  `json:"name,omitempty"`
	At      time.Time               `json:"at,omitzero"`
	Day     string                  `json:"day"`
	Time    string                  `json:"time"`
	Text    string                  `json:"text,omitempty"`
	Card    *dialog.RenderedCard    `json:"card,omitempty"`
	Options []dialog.RenderedOption `json:"options,omitempty"`
	Client  string                  `json:"client,omitempty"`
	Channel dialog.ChannelKind      `json:"channel,omitempty"`
	Hidden  bool                    `json:"hidden,omitempty"`
}

// view makes a message fit for a level, a locale and a zone.
func view(m dialog.Message, level dialog.Level, words Words, l dialog.Locale, zone string) messageView {
	v := messageView{
		Seq: m.Seq, ID: m.ID, Speaker: m.Speaker, Name: m.Name, At: m.At.UTC(),
		Client: strings.TrimPrefix(m.Client, envelopePrefix), Channel: m.Channel,
	}
	if !m.At.IsZero() {
		v.Day, v.Time = words.Moment(m.At, l, zone)
	}
	if m.Level > level {
		v.Hidden = true
		return v
	}
	v.Text, v.Card, v.Options = m.Body.Text, m.Body.Card, m.Body.Options
	return v
}

// encode appends a frame. Frames hold nothing that cannot be written, but a text
// might not be UTF-8, which a browser ends the connection for.
func (h *Hub) encode(b []byte, frame any) []byte {
	out, err := h.plans.Append(b, frame)
	if err == nil && !utf8.Valid(out[len(b):]) {
		var data []byte
		data, err = json.Marshal(frame)
		out = append(b, data...)
	}
	if err != nil {
		return append(b, `{"t":"bye","code":"internal","text":""}`...)
	}
	return out
}
