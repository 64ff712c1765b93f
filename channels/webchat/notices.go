package webchat

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"warmline/dialog"
)

// notices decides when the wallet is told that a message waits for somebody who
// has not got the chat open. What was said is not told, only that there is
// something, and that at most once in a while.
type notices struct {
	hub *Hub

	mu    sync.Mutex
	last  map[string]time.Time // by conversation
	swept time.Time
}

func newNotices(h *Hub) *notices { return &notices{hub: h, last: map[string]time.Time{}} }

// committed looks at what a commit says. It does not block.
func (n *notices) committed(messages []dialog.Message, state dialog.Conversation) {
	opts := &n.hub.opts
	if opts.Notifier == nil {
		return
	}
	now := opts.Now()
	seq := newest(messages)
	if seq == 0 || !mayNotify(state, now) || n.hub.Watched(state.ID) || !n.due(state.ID, now) {
		return
	}
	notice := Notice{Conversation: state.ID, Borrower: state.Borrower, Locale: state.Locale, Seq: seq}
	time.AfterFunc(opts.NoticeAfter, func() {
		n.hub.track(func(ctx context.Context) { n.send(ctx, notice) })
	})
}

// newest is the last message that somebody else said on the web.
func newest(messages []dialog.Message) uint64 {
	var seq uint64
	for _, m := range messages {
		onWeb := m.Channel == "" || m.Channel == dialog.ChannelWeb
		if m.Speaker != dialog.SpeakerBorrower && !m.Pending && onWeb {
			seq = max(seq, m.Seq)
		}
	}
	return seq
}

// mayNotify says whether the person may be called to the wallet at all: known,
// chatting here, not opted out, not outside the hours that they asked for, and
// surely the right person to look at that device.
func mayNotify(c dialog.Conversation, now time.Time) bool {
	if c.Borrower == "" || c.Channel != "" && c.Channel != dialog.ChannelWeb {
		return false
	}
	if slices.Contains(c.Prefs.Stopped, dialog.ChannelWeb) || c.Prefs.Only != "" && c.Prefs.Only != dialog.ChannelWeb {
		return false
	}
	_, held := c.Held(now, dialog.HoldCease, dialog.HoldWrongPerson, dialog.HoldThirdParty, dialog.HoldBereavement, dialog.HoldDeceased)
	return !held && inHours(c, now)
}

// inHours compares the borrower's own clock with the hours that they asked for.
func inHours(c dialog.Conversation, now time.Time) bool {
	if c.Prefs.NotBefore == 0 && c.Prefs.NotAfter == 0 {
		return true
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return false // their night cannot be told from their day
	}
	local := now.In(zone)
	minute := local.Hour()*60 + local.Minute()
	return minute >= c.Prefs.NotBefore && (c.Prefs.NotAfter == 0 || minute < c.Prefs.NotAfter)
}

// due reports whether the last notice is long enough ago, and counts this one.
func (n *notices) due(conversation string, now time.Time) bool {
	every := n.hub.opts.NoticeEvery
	n.mu.Lock()
	defer n.mu.Unlock()
	if now.Sub(n.swept) > every {
		n.swept = now
		for id, at := range n.last {
			if now.Sub(at) >= every {
				delete(n.last, id)
			}
		}
	}
	if at, ok := n.last[conversation]; ok && now.Sub(at) < every {
		return false
	}
	n.last[conversation] = now
	return true
}

// forget takes back a notice that was not sent.
func (n *notices) forget(conversation string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.last, conversation)
}

// send tells the wallet, unless the person has come back meanwhile: a page that
// was loaded again is no absence.
func (n *notices) send(ctx context.Context, notice Notice) {
	opts := &n.hub.opts
	if n.hub.Watched(notice.Conversation) {
		n.forget(notice.Conversation)
		return
	}
	if opts.Elsewhere != nil {
		there, err := opts.Elsewhere.Present(ctx, notice.Conversation)
		if err != nil {
			opts.Observer.Trouble(TroubleNotice, fmt.Errorf("look for the person: %w", err))
		}
		if there {
			n.forget(notice.Conversation)
			return
		}
	}
	if !n.mine(ctx, notice) {
		return
	}
	if err := opts.Notifier.Notify(ctx, notice); err != nil {
		n.forget(notice.Conversation)
		n.release(ctx, notice)
		opts.Observer.Trouble(TroubleNotice, fmt.Errorf("tell the wallet: %w", err))
	}
}

// mine reports whether this node may send a notice: of all nodes one does, once
// in a while. When that cannot be found out, it does: better twice than never.
func (n *notices) mine(ctx context.Context, notice Notice) bool {
	opts := &n.hub.opts
	if opts.Leases == nil {
		return true
	}
	held, err := opts.Leases.Hold(ctx, leaseOf(notice), holderOf(notice), opts.NoticeEvery)
	if err != nil {
		opts.Observer.Trouble(TroubleNotice, fmt.Errorf("agree on a notice: %w", err))
	}
	return held || err != nil
}

func (n *notices) release(ctx context.Context, notice Notice) {
	if opts := &n.hub.opts; opts.Leases != nil {
		if err := opts.Leases.Release(ctx, leaseOf(notice), holderOf(notice)); err != nil {
			opts.Observer.Trouble(TroubleNotice, fmt.Errorf("give a notice back: %w", err))
		}
	}
}

func leaseOf(n Notice) string { return "notice:" + n.Conversation }

// holderOf is the message: the next one is another holder, on whatever node.
func holderOf(n Notice) string { return strconv.FormatUint(n.Seq, 10) }
