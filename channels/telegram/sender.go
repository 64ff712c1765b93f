package telegram

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"warmline/dialog"
)

// SenderOptions are a sender's needs. All but WalletURL, Observer and Log must
// be given.
type SenderOptions struct {
	API       *API
	Ledger    Ledger
	Shown     Shown
	Words     Words
	WalletURL string // what the button "open in the wallet" opens; "" leaves it to the chat
	Observer  Observer
	Log       *slog.Logger
}

// Sender carries messages to chats.
type Sender struct {
	o      SenderOptions
	report reporter
}

// NewSender returns a sender.
func NewSender(o SenderOptions) *Sender {
	return &Sender{o: o, report: newReporter(o.Observer, o.Log)}
}

// noteTime is for how long a note of what was delivered is tried.
const noteTime = 5 * time.Second

// Send carries a message, in as many parts as it takes; parts that are known to
// have arrived are left out. Errors as manager.Sender has them.
func (s *Sender) Send(ctx context.Context, address string, m dialog.Message) error {
	chat, err := strconv.ParseInt(address, 10, 64)
	if err != nil {
		return dialog.E(dialog.CodeInvalid, "this is no chat of Telegram", errors.New("address"))
	}
	parts := compose(m, s.o.Words.Word(m.Locale, "private"), keyboard(m, s.o.WalletURL))
	done, err := s.o.Ledger.Delivered(ctx, m.ID)
	if err != nil {
		return fmt.Errorf("send: %w", err)
	}
	for i := done; i < len(parts); i++ {
		sent, err := s.part(ctx, chat, address, parts[i])
		if err != nil {
			return err
		}
		s.note(ctx, Delivery{Address: address, Message: m.ID, Part: i, ID: sent.ID, Seq: m.Seq,
			Private: m.Level > dialog.LevelLinked, At: time.Unix(int64(sent.Date), 0)})
	}
	return nil
}

// part sends one part. Formatting that the platform refuses is left out.
func (s *Sender) part(ctx context.Context, chat int64, address string, p part) (*models.Message, error) {
	sent, err := s.post(ctx, chat, address, p.html, models.ParseModeHTML, p)
	if badMarkup(err) {
		s.report.Trouble(TroubleSend, err)
		sent, err = s.post(ctx, chat, address, p.plain, "", p)
	}
	return sent, err
}

func (s *Sender) post(ctx context.Context, chat int64, address, text string, mode models.ParseMode, p part) (*models.Message, error) {
	if err := s.o.API.pace.wait(ctx, address); err != nil {
		return nil, err
	}
	ctx, cancel := s.o.API.timed(ctx)
	defer cancel()
	no := true
	sent, err := s.o.API.bot.SendMessage(ctx, &bot.SendMessageParams{
		ChatID: chat, Text: text, ParseMode: mode, ProtectContent: true, ReplyMarkup: markup(p.buttons),
		LinkPreviewOptions: &models.LinkPreviewOptions{IsDisabled: &no},
	})
	err = classify("sendMessage", err)
	s.report.Count("send:" + string(dialog.CodeOf(err)))
	var slow *limited
	if errors.As(err, &slow) {
		s.o.API.pace.hold(address, slow.after)
	}
	if err != nil {
		return nil, err
	}
	return sent, nil
}

// note remembers a delivery. When that fails the message may be sent twice.
func (s *Sender) note(ctx context.Context, d Delivery) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	if err := s.o.Ledger.NoteDelivery(ctx, d); err != nil {
		s.report.Trouble(TroubleStore, fmt.Errorf("note a delivery: %w", err))
	}
}

// Redact takes back what a chat was shown above level 1: deletes it, or where
// the platform does not let us, replaces it by a neutral line. Errors as
// manager.Redacter has them.
func (s *Sender) Redact(ctx context.Context, address string) error {
	chat, err := strconv.ParseInt(address, 10, 64)
	if err != nil {
		return dialog.E(dialog.CodeInvalid, "this is no chat of Telegram", errors.New("address"))
	}
	ids, err := s.o.Shown.Shown(ctx, address)
	if err != nil {
		return fmt.Errorf("redact: %w", err)
	}
	for len(ids) > 0 {
		batch := ids[:min(len(ids), 100)]
		if err := s.erase(ctx, chat, address, batch); err != nil {
			return err
		}
		if err := s.o.Shown.Unshown(ctx, address, batch); err != nil {
			return fmt.Errorf("redact: %w", err)
		}
		ids = ids[len(batch):]
	}
	return nil
}

func (s *Sender) erase(ctx context.Context, chat int64, address string, ids []int) error {
	if err := s.o.API.pace.wait(ctx, address); err != nil {
		return err
	}
	call, cancel := s.o.API.timed(ctx)
	defer cancel()
	_, err := s.o.API.bot.DeleteMessages(call, &bot.DeleteMessagesParams{ChatID: chat, MessageIDs: ids})
	err = classify("deleteMessages", err)
	s.report.Count("redact:" + string(dialog.CodeOf(err)))
	if dialog.CodeOf(err) != dialog.CodeInvalid {
		return err
	}
	for _, id := range ids {
		if err := s.blank(ctx, chat, address, id); err != nil {
			return err
		}
	}
	return nil
}

// blank replaces a message by a neutral line; one that cannot be changed is gone
// already.
func (s *Sender) blank(ctx context.Context, chat int64, address string, id int) error {
	if err := s.o.API.pace.wait(ctx, address); err != nil {
		return err
	}
	ctx, cancel := s.o.API.timed(ctx)
	defer cancel()
	_, err := s.o.API.bot.EditMessageText(ctx, &bot.EditMessageTextParams{ChatID: chat, MessageID: id, Text: "…"})
	err = classify("editMessageText", err)
	if dialog.CodeOf(err) == dialog.CodeInvalid {
		s.report.Trouble(TroubleSend, errors.New("a message could be neither deleted nor changed"))
		return nil
	}
	return err
}

// choose shows below a message which of its keys was tapped, in their place.
func (s *Sender) choose(ctx context.Context, chat int64, message int, l dialog.Locale, label string) error {
	if err := s.o.API.pace.wait(ctx, strconv.FormatInt(chat, 10)); err != nil {
		return err
	}
	ctx, cancel := s.o.API.timed(ctx)
	defer cancel()
	text := strings.ReplaceAll(s.o.Words.Word(l, "chosen"), "{choice}", label)
	_, err := s.o.API.bot.EditMessageReplyMarkup(ctx, &bot.EditMessageReplyMarkupParams{
		ChatID: chat, MessageID: message, ReplyMarkup: markup([][]button{{{label: text, data: chosenData}}}),
	})
	return classify("editMessageReplyMarkup", err)
}
