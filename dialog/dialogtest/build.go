package dialogtest

import (
	"fmt"
	"time"

	"warmline/dialog"
)

// Noon is the moment at which tests begin when nothing else matters.
func Noon() time.Time { return time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC) }

// Text returns an envelope with one line from a channel that counts no device.
func Text(conversation, id, text string) dialog.Envelope {
	return dialog.Envelope{
		ID: id, Conversation: conversation, At: Noon(), Channel: dialog.ChannelTelegram, Session: "s1",
		Event: dialog.Event{Kind: dialog.EventText, Text: &dialog.TextEvent{Lines: []dialog.TextLine{{ID: id, Text: text}}}},
	}
}

// Numbered returns the envelope of a web device's nth message.
func Numbered(conversation, device string, n uint64, text string) dialog.Envelope {
	e := Text(conversation, fmt.Sprintf("%s/%s/%d", conversation, device, n), text)
	e.Channel, e.Device, e.N = dialog.ChannelWeb, device, n
	e.Event.Text.Lines[0].N = n
	return e
}

// Next returns a change that moves a conversation one revision on and says one
// line.
func Next(c dialog.Conversation, dedupe ...string) dialog.Change {
	ch := dialog.Change{From: c.Revision, Next: c, Dedupe: dedupe}
	ch.Next.Revision++
	Say(&ch, "line "+fmt.Sprint(ch.Next.Revision))
	return ch
}

// Say adds a final bot line to a change.
func Say(ch *dialog.Change, text string) *dialog.Message {
	ch.Next.Seq++
	ch.Messages = append(ch.Messages, dialog.Message{
		ID: ItemID(*ch, len(ch.Messages)), Seq: ch.Next.Seq, Speaker: dialog.SpeakerBot, At: Noon(),
		Class: dialog.ClassService, Body: dialog.Rendered{Text: text},
	})
	return &ch.Messages[len(ch.Messages)-1]
}

// Want adds a call to a change under the next free reference.
func Want(ch *dialog.Change, kind dialog.CallKind) *dialog.OutboxItem {
	id := ItemID(*ch, 100+len(ch.Outbox))
	ch.Outbox = append(ch.Outbox, dialog.OutboxItem{
		ID: id, Call: &dialog.Call{Ref: id, Kind: kind}, Epoch: ch.Next.Epoch,
	})
	return &ch.Outbox[len(ch.Outbox)-1]
}

// Carry adds the sending of a change's last message to a Telegram address.
func Carry(ch *dialog.Change, address string) *dialog.OutboxItem {
	id := ItemID(*ch, 100+len(ch.Outbox))
	m := ch.Messages[len(ch.Messages)-1]
	ch.Outbox = append(ch.Outbox, dialog.OutboxItem{
		ID: id, Epoch: ch.Next.Epoch,
		Send: &dialog.Send{Message: m.ID, Channel: dialog.ChannelTelegram, Address: address},
	})
	return &ch.Outbox[len(ch.Outbox)-1]
}

// ItemID returns the id conversation-revision-n.
func ItemID(ch dialog.Change, n int) string {
	return fmt.Sprintf("%s-%d-%d", ch.Next.ID, ch.Next.Revision, n)
}

// RecordOf returns the journal record of a change by an envelope.
func RecordOf(e dialog.Envelope, ch dialog.Change) dialog.Record {
	return dialog.Record{Envelope: e, RulesHash: "rules", Revision: ch.Next.Revision}
}
