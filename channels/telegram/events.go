package telegram

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"warmline/dialog"
)

// whose finds the place of a chat, trying again while the store is out of reach.
func (r *Receiver) whose(ctx context.Context, u update) (place, error) {
	for tries := 0; ; tries++ {
		p, err := r.place(ctx, u.address)
		if err == nil {
			return p, nil
		}
		if pause, again := r.again(err, tries); !again || !sleep(ctx, pause) {
			return place{}, err
		}
	}
}

// news is an event about the chat itself.
func news(kind string, u update) dialog.Event {
	return dialog.Event{Kind: dialog.EventChannel, Channel: &dialog.ChannelEvent{
		Kind: kind, Channel: dialog.ChannelTelegram, Address: u.address, Locale: u.locale,
	}}
}

func (r *Receiver) tell(ctx context.Context, u update, p place, kind string) error {
	return r.deliver(ctx, r.envelope(ctx, u, p, news(kind, u)))
}

// blocked takes note that the person has blocked the bot.
func (r *Receiver) blocked(ctx context.Context, u update) error {
	p, err := r.whose(ctx, u)
	if err != nil || p.state.Revision == 0 {
		return err
	}
	return r.tell(ctx, u, p, "blocked")
}

// command answers a command. One that is not known is answered with what there
// is.
func (r *Receiver) command(ctx context.Context, u update) error {
	p, err := r.whose(ctx, u)
	if err != nil {
		return err
	}
	switch u.command {
	case "start":
		return r.start(ctx, u, p)
	case "unlink":
		return r.tell(ctx, u, p, "unlinked")
	case "stop":
		return r.tell(ctx, u, p, "stopped")
	case "privacy":
		return r.tell(ctx, u, p, "privacy")
	case "language":
		return r.tell(ctx, u, p, "languages")
	case "human":
		return r.deliver(ctx, r.envelope(ctx, u, p, choice("human", "")))
	}
	return r.tell(ctx, u, p, "help")
}

func choice(option, card string) dialog.Event {
	return dialog.Event{Kind: dialog.EventChoice, Choice: &dialog.ChoiceEvent{Option: option, Card: card}}
}

// start links a chat by its token, or greets somebody who came without one.
func (r *Receiver) start(ctx context.Context, u update, p place) error {
	switch {
	case u.text != "":
		return r.link(ctx, u, p)
	case p.state.Revision > 0:
		return r.tell(ctx, u, p, "help")
	}
	return r.deliver(ctx, r.envelope(ctx, u, p, dialog.Event{Kind: dialog.EventOpened, Session: &dialog.SessionEvent{
		Session: u.address, Level: dialog.LevelUnknown, Locale: u.locale, Channel: dialog.ChannelTelegram,
	}}))
}

// link ties a chat to the borrower whose wallet made the token. Every step can
// be done again after a crash: the token burns for this very update.
func (r *Receiver) link(ctx context.Context, u update, p place) error {
	now := r.o.Now()
	invite, err := r.o.Invites.Open(u.text, now)
	switch {
	case err != nil:
		r.report.Count("link:" + err.Error())
		return r.tell(ctx, u, p, "refused")
	case p.borrower && p.conversation != invite.Conversation:
		r.report.Count("link:taken")
		return r.tell(ctx, u, p, "taken")
	}
	state, err := r.o.Store.State(ctx, invite.Conversation)
	if err != nil {
		return fmt.Errorf("link a chat: %w", err)
	}
	session := invite.Session(state.Bindings)
	burnt := false
	if session != "" {
		if burnt, err = r.o.Once.Burn(ctx, tokenName(u.text), r.id(u), 2*inviteTime); err != nil {
			return fmt.Errorf("link a chat: %w", err)
		}
	}
	if !burnt {
		r.report.Count("link:refused")
		return r.tell(ctx, u, p, "refused")
	}
	e := r.envelope(ctx, u, place{conversation: invite.Conversation, state: state}, news("linked", u))
	e.Session = session
	if err := r.deliver(ctx, e); err != nil {
		return err
	}
	return r.settle(ctx, u, invite.Conversation)
}

// settle notes a link that the conversation has accepted, and closes the chat's
// own conversation.
func (r *Receiver) settle(ctx context.Context, u update, conversation string) error {
	state, err := r.o.Store.State(ctx, conversation)
	if err != nil {
		return fmt.Errorf("link a chat: %w", err)
	}
	if !linked(state, u.address) {
		r.report.Count("link:denied")
		return nil
	}
	if err := r.o.Index.SetChat(ctx, u.address, conversation); err != nil {
		return fmt.Errorf("link a chat: %w", err)
	}
	r.report.Count("link:linked")
	own := place{conversation: dialog.UnlinkedID(dialog.ChannelTelegram, u.address)}
	if own.state, err = r.o.Store.State(ctx, own.conversation); err != nil || own.state.Revision == 0 {
		return err
	}
	e := r.envelope(ctx, u, own, news("moved", u))
	e.ID += "/moved"
	return r.deliver(ctx, e)
}

// tap takes a tapped key. One that does not belong to a message any more says
// so; nothing else happens.
func (r *Receiver) tap(ctx context.Context, u update) error {
	p, err := r.whose(ctx, u)
	if err != nil {
		return err
	}
	option, ok, err := r.option(ctx, u, p)
	if err != nil {
		return err
	}
	if !ok {
		text := r.o.Words.Word(localeIn(p, u), "expired")
		if u.data == chosenData {
			text = ""
		}
		r.aside(ctx, "answer", func(ctx context.Context) error { return r.o.API.answerTap(ctx, u.tap, text) })
		return nil
	}
	if err := r.deliver(ctx, r.envelope(ctx, u, p, choice(option.ID, option.Card))); err != nil {
		return err
	}
	r.aside(ctx, "answer", func(ctx context.Context) error {
		return r.o.API.answerTap(ctx, u.tap, "")
	})
	if u.message != 0 {
		r.aside(ctx, "choose", func(ctx context.Context) error {
			return r.o.Sender.choose(ctx, u.chat, u.message, localeIn(p, u), option.Label)
		})
	}
	return nil
}

func localeIn(p place, u update) dialog.Locale {
	if p.state.Locale.Valid() {
		return p.state.Locale
	}
	return u.locale
}

// option finds what a key stands for, in the chat's own conversation.
func (r *Receiver) option(ctx context.Context, u update, p place) (dialog.RenderedOption, bool, error) {
	seq, n, want, ok := parseTap(u.data)
	if !ok {
		return dialog.RenderedOption{}, false, nil
	}
	list, err := r.o.Store.Since(ctx, p.conversation, seq-1, 1)
	if err != nil {
		return dialog.RenderedOption{}, false, fmt.Errorf("what was tapped: %w", err)
	}
	if len(list) == 0 || list[0].Seq != seq {
		return dialog.RenderedOption{}, false, nil
	}
	o, ok := optionOf(list[0], n, want)
	return o, ok && !elsewhere(o.ID), nil
}

// media takes what is no text. A picture or document is kept only where one was
// asked for.
func (r *Receiver) media(ctx context.Context, u update) error {
	p, err := r.whose(ctx, u)
	if err != nil {
		return err
	}
	event := &dialog.TextEvent{Media: u.media}
	if u.text != "" {
		event.Lines = []dialog.TextLine{{ID: r.id(u), Text: u.text}}
	}
	if u.file != "" && r.o.Files != nil && p.borrower && wantsEvidence(p.state, r.o.Now()) {
		id, ok, err := r.keep(ctx, u, p)
		switch {
		case err != nil:
			return err
		case ok:
			event.File = id
		default:
			event.Media = "file" // too large, or of a kind that is not taken
		}
	}
	return r.deliver(ctx, r.envelope(ctx, u, p, dialog.Event{Kind: dialog.EventText, Text: event}))
}

// wantsEvidence reports whether a picture or document was asked for.
func wantsEvidence(c dialog.Conversation, now time.Time) bool {
	_, held := c.Held(now, dialog.HoldDispute, dialog.HoldPaymentTrace, dialog.HoldFraud, dialog.HoldComplaint)
	return held || c.Talk.Asked == "reference"
}

// keep downloads and stores a file; false when it is too large or of a kind that
// is not taken, whatever its name says.
func (r *Receiver) keep(ctx context.Context, u update, p place) (string, bool, error) {
	if u.size > r.o.FileLimit {
		return "", false, nil
	}
	content, err := r.fetch(ctx, u.file)
	if err != nil {
		r.report.Trouble(TroubleUpdate, fmt.Errorf("fetch evidence: %w", err))
		return "", false, ctx.Err()
	}
	kind := http.DetectContentType(content)
	switch kind {
	case "image/jpeg", "image/png", "image/webp", "application/pdf":
	default:
		r.report.Count("evidence:refused")
		return "", false, nil
	}
	id, err := r.o.Files.Put(ctx, p.conversation, kind, content)
	if code := dialog.CodeOf(err); code == dialog.CodeTooLarge || code == dialog.CodeInvalid {
		r.report.Count("evidence:refused")
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("keep evidence: %w", err)
	}
	return id, true, nil
}

// fetch downloads a file, with a few attempts: a person waits for the answer.
func (r *Receiver) fetch(ctx context.Context, file string) (content []byte, err error) {
	for tries := range 3 {
		if content, err = r.o.API.fetch(ctx, file, r.o.FileLimit); dialog.CodeOf(err) != dialog.CodeUnavailable {
			return content, err
		}
		if !sleep(ctx, r.o.Again<<tries) {
			break
		}
	}
	return nil, err
}
