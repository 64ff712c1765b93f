package desk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"warmline/dialog"
)

// lineView is a line of the transcript as the desk shows it.
type lineView struct {
	Seq       uint64                  `json:"seq"`
	ID        string                  `json:"id"`
	Speaker   dialog.Speaker          `json:"speaker"`
	Name      string                  `json:"name,omitempty"`
	At        time.Time               `json:"at"`
	Day       string                  `json:"day"`
	Time      string                  `json:"time"`
	Text      string                  `json:"text,omitempty"`
	Card      *dialog.RenderedCard    `json:"card,omitempty"`
	Options   []dialog.RenderedOption `json:"options,omitempty"`
	Channel   dialog.ChannelKind      `json:"channel,omitempty"`
	Note      bool                    `json:"note,omitempty"`
	Mentions  []string                `json:"mentions,omitempty"`
	Event     dialog.ActKind          `json:"event,omitempty"`
	Level     dialog.Level            `json:"level"`
	Hidden    bool                    `json:"hidden,omitempty"`
	File      *fileView               `json:"file,omitempty"`
	Why       bool                    `json:"why,omitempty"`
	By        string                  `json:"by,omitempty"`
	Mine      bool                    `json:"mine,omitempty"`
	Delivered bool                    `json:"delivered,omitempty"`
	Read      bool                    `json:"read,omitempty"`
	Masked    []span                  `json:"masked,omitempty"`
	Tombstone *tomb                   `json:"tombstone,omitempty"`
}

// tomb says that words were taken out of a line, by whom and why.
type tomb struct {
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Spans  []span    `json:"spans,omitempty"`
}

// reader draws lines for one person and chat.
type reader struct {
	s      *Server
	who    *caller
	level  dialog.Level // of the borrower now; what is above stays hidden
	marks  marks        // how far the lines have come
	zone   string
	tombs  map[string]tomb
	people []string
	byTag  map[string]string
}

// reader says what may be seen: the gate of the person's own identity binds
// everybody at the desk but those who review conduct.
func (s *Server) reader(ctx context.Context, who *caller, c dialog.Conversation) (*reader, error) {
	level, _ := bestLevel(c, s.opts.Now())
	if who.Role == RoleCompliance {
		level = dialog.LevelThisAct
	}
	tombs, err := loadAll[tomb](ctx, s.opts.Shelf, of(kindTomb, c.ID))
	if err != nil {
		return nil, err
	}
	m, _, err := load[marks](ctx, s.opts.Shelf, kindMarks, c.ID)
	if err != nil {
		return nil, err
	}
	d := &reader{s: s, who: who, level: level, zone: who.workplace.zone(), tombs: tombs, marks: m,
		people: sortedKeys(s.live.now.Load().people), byTag: map[string]string{}}
	for _, id := range d.people {
		d.byTag[tag(id)] = id
	}
	return d, nil
}

// line draws a message.
func (d *reader) line(m *dialog.Message) lineView {
	v := lineView{Seq: m.Seq, ID: m.ID, Speaker: m.Speaker, Name: m.Name, At: m.At.UTC(), Channel: m.Channel, Level: m.Level}
	v.Day, v.Time = d.s.opts.Format.Moment(m.At, d.who.locale(), d.zone)
	v.Note = m.Level > dialog.LevelThisAct
	if m.Act != nil && m.Speaker == dialog.SpeakerSystem {
		v.Event = m.Act.Kind
	}
	v.Why = m.Why != nil
	if m.Speaker == dialog.SpeakerHuman {
		v.By = d.byTag[tagOf(m)]
		v.Mine = v.By == d.who.ID
		v.Delivered, v.Read = d.marks.delivered(m.Seq, m.Level), d.marks.read(m.Seq, m.Level)
	}
	if m.Level > d.level && !v.Note {
		v.Hidden = true
		return v
	}
	d.words(&v, m)
	return v
}

func (d *reader) words(v *lineView, m *dialog.Message) {
	v.Text, v.Card, v.Options = m.Body.Text, m.Body.Card, m.Body.Options
	if m.Speaker == dialog.SpeakerBorrower {
		if len(v.Options) > 0 && v.Text == "" {
			v.Text = orText(v.Options[0].Label, v.Options[0].ID)
		}
		v.Options = nil
		v.Masked = secrets(v.Text)
		v.Text = cover(v.Text, v.Masked)
	}
	if v.Note {
		v.Event = dialog.ActKind(m.Body.TextID) // of a note by the system
		v.Mentions = mentions(v.Text, d.people)
	}
	if t, gone := d.tombs[strconv.FormatUint(m.Seq, 10)]; gone {
		v.Tombstone = &t
	}
	if m.File != "" {
		v.File = d.s.fileOf(m.File)
	}
}

// mentions returns the accounts named with @ in a text.
func mentions(text string, people []string) []string {
	var found []string
	for _, id := range people {
		for rest := text; ; {
			i := strings.Index(rest, "@"+id)
			if i < 0 {
				break
			}
			rest = rest[i+1+len(id):]
			if rest == "" || !accountID.MatchString("a"+rest[:1]+"a") {
				found = append(found, id)
				break
			}
		}
	}
	return found
}

type linesView struct {
	Messages []lineView `json:"messages"`
	First    uint64     `json:"first_seq"`
	Last     uint64     `json:"last_seq"`
}

// getMessages returns a stretch of the transcript: after a sequence number, or
// the last ones before one.
func (s *Server) getMessages(w http.ResponseWriter, r *http.Request, who *caller) error {
	ctx := r.Context()
	c, err := s.open(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	limit := number(r, "limit", 200, 500)
	after, end := uint64(number(r, "after", 0, 1<<40)), c.Seq
	if b := r.URL.Query().Get("before"); b != "" {
		end = uint64(max(0, number(r, "before", 1, 1<<40)-1))
		after = end - min(end, uint64(limit))
	}
	view := linesView{Messages: []lineView{}, First: min(1, c.Seq), Last: c.Seq}
	lines, err := s.lines(ctx, who, c, after, min(limit, int(end-min(end, after))))
	if err != nil {
		return err
	}
	view.Messages = append(view.Messages, lines...)
	return ok(w, view)
}

func (s *Server) lines(ctx context.Context, who *caller, c dialog.Conversation, after uint64, limit int) ([]lineView, error) {
	messages, err := s.opts.Chats.Since(ctx, c.ID, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read messages: %w", err)
	}
	d, err := s.reader(ctx, who, c)
	if err != nil {
		return nil, err
	}
	views := make([]lineView, 0, len(messages))
	for i := range messages {
		views = append(views, d.line(&messages[i]))
	}
	return views, nil
}

// number reads a query's number, bounded.
func number(r *http.Request, name string, otherwise, most int) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 0 {
		return otherwise
	}
	return min(n, most)
}

// message finds one line of a conversation.
func (s *Server) message(ctx context.Context, chat string, seq uint64) (dialog.Message, error) {
	gone := no(dialog.CodeNotFound, "no_line")
	if seq == 0 {
		return dialog.Message{}, gone
	}
	found, err := s.opts.Chats.Since(ctx, chat, seq-1, 1)
	if err != nil {
		return dialog.Message{}, err
	}
	if len(found) == 0 || found[0].Seq != seq {
		return dialog.Message{}, gone
	}
	return found[0], nil
}

// whyView is why the bot, or a person, could say something.
type whyView struct {
	Rules     []ruleView       `json:"rules"`
	RulesHash string           `json:"rules_hash"`
	Act       dialog.ActKind   `json:"act"`
	Form      string           `json:"form,omitempty"`
	TextID    string           `json:"text_id"`
	Template  bool             `json:"template"`
	Model     string           `json:"model"`
	Prompt    string           `json:"prompt"`
	Level     dialog.Level     `json:"level"`
	Class     dialog.CommClass `json:"class"`
	At        time.Time        `json:"at"`
	Locale    dialog.Locale    `json:"locale"`
}

type ruleView struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// statement is a rule in a sentence: the kernel's from the catalog, a place's
// from its pack.
func (s *Server) statement(rule string, l dialog.Locale) string {
	if text := s.opts.Words.Label(l, "desk_rule."+rule); text != "" || s.opts.Rulebook == nil {
		return text
	}
	return s.opts.Rulebook.Statement(rule, l)
}

func (s *Server) getWhy(w http.ResponseWriter, r *http.Request, who *caller) error {
	ctx := r.Context()
	c, err := s.open(ctx, who, r.PathValue("id"))
	if err != nil {
		return err
	}
	seq, _ := strconv.ParseUint(r.PathValue("seq"), 10, 64)
	m, err := s.message(ctx, c.ID, seq)
	if err != nil {
		return err
	}
	if m.Why == nil {
		return no(dialog.CodeNotFound, "no_why")
	}
	v := whyView{
		Rules: []ruleView{}, RulesHash: m.Why.RulesHash, Act: m.Why.Act, TextID: orText(m.Why.TextID, m.Body.TextID), Model: orText(m.Why.Model, m.Body.Model),
		Prompt: orText(m.Why.Prompt, m.Body.Prompt), Level: m.Level, Class: m.Class, At: m.At.UTC(), Locale: m.Locale,
	}
	if m.Act != nil {
		v.Form = m.Act.Form
	}
	v.Template = v.Model == ""
	for _, id := range m.Why.Rules {
		v.Rules = append(v.Rules, ruleView{ID: id, Text: s.statement(id, who.locale())})
	}
	return ok(w, v)
}
