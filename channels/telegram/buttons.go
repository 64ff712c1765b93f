package telegram

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-telegram/bot/models"

	"warmline/dialog"
)

// button is a key below a message: it opens a link, or comes back as data.
type button struct {
	label string
	url   string
	data  string
}

// chosenData is the data of a key that only shows what was chosen.
const chosenData = "."

// TapData returns what the key of the n-th option of a message sends back. It
// is short and says nothing: the message's place, the option's, and a mark of
// the message's id, so that it fits this very message only.
func TapData(m dialog.Message, n int) string {
	return strconv.FormatUint(m.Seq, 36) + "." + strconv.Itoa(n) + "." + mark(m.ID)
}

func mark(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

// parseTap is the opposite of TapData.
func parseTap(data string) (seq uint64, n int, message string, ok bool) {
	fields := strings.Split(data, ".")
	if len(fields) != 3 {
		return 0, 0, "", false
	}
	seq, err := strconv.ParseUint(fields[0], 36, 64)
	n, err2 := strconv.Atoi(fields[1])
	return seq, n, fields[2], err == nil && err2 == nil && seq > 0 && n >= 0
}

// elsewhere are the options that only the wallet's own screen can serve.
func elsewhere(option string) bool {
	return slices.Contains([]string{"approve_telegram", "step_up", "upload", "connect_telegram"}, option)
}

// keyboard lays a message's options out: short labels two in a row.
func keyboard(m dialog.Message, wallet string) [][]button {
	var rows [][]button
	var open []button
	flush := func() {
		if len(open) > 0 {
			rows, open = append(rows, open), nil
		}
	}
	for n, o := range m.Body.Options {
		b := button{label: o.Label, data: TapData(m, n)}
		switch {
		case elsewhere(o.ID) || o.Label == "":
			continue
		case o.ID == "open_wallet" && wallet != "":
			b.url, b.data = wallet, ""
		case webLink(o.URL):
			b.url, b.data = o.URL, ""
		}
		wide := units(o.Label) > 16 || strings.HasPrefix(o.ID, "confirm")
		if wide || len(open) == 2 {
			flush()
		}
		if open = append(open, b); wide {
			flush()
		}
	}
	flush()
	return rows
}

func webLink(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

// inlineKeyboard and inlineKey are the platform's own forms. The library's key
// always carries an empty field beside the one that is meant.
type inlineKeyboard struct {
	Rows [][]inlineKey `json:"inline_keyboard"`
}

type inlineKey struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Data string `json:"callback_data,omitempty"`
}

// markup is a keyboard as the platform wants it; nil for none.
func markup(rows [][]button) models.ReplyMarkup {
	if len(rows) == 0 {
		return nil
	}
	k := &inlineKeyboard{}
	for _, row := range rows {
		var keys []inlineKey
		for _, b := range row {
			keys = append(keys, inlineKey{Text: b.label, URL: b.url, Data: b.data})
		}
		k.Rows = append(k.Rows, keys)
	}
	return k
}

// optionOf returns the option that a tap stands for; false when the message is
// not the one that the key was made for.
func optionOf(m dialog.Message, n int, want string) (dialog.RenderedOption, bool) {
	if mark(m.ID) != want || n >= len(m.Body.Options) {
		return dialog.RenderedOption{}, false
	}
	return m.Body.Options[n], true
}
