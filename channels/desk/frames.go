package desk

import (
	"time"

	"warmline/dialog"
)

// Frames to a console.
type (
	readyFrame struct {
		T        string     `json:"t"` // ready
		Now      time.Time  `json:"now"`
		Me       meView     `json:"me"`
		Rows     []rowView  `json:"rows"`
		Counts   counts     `json:"counts"`
		Pages    []pageView `json:"pages"`
		Requests int        `json:"requests"`
	}
	rowsFrame struct {
		T      string    `json:"t"` // rows
		Rows   []rowView `json:"rows"`
		Gone   []string  `json:"gone"`
		Counts counts    `json:"counts"`
		Now    time.Time `json:"now"`
	}
	lineFrame struct {
		T    string   `json:"t"` // msg
		Chat string   `json:"chat"`
		M    lineView `json:"m"`
	}
	chatFrame struct {
		T     string   `json:"t"` // chat
		Chat  string   `json:"chat"`
		State chatView `json:"chat_state"`
	}
	chatOnlyFrame struct {
		T    string `json:"t"` // context, offer_gone, lost, again
		Chat string `json:"chat"`
		Seq  uint64 `json:"seq,omitempty"`
	}
	typingFrame struct {
		T    string `json:"t"` // typing
		Chat string `json:"chat"`
		Who  string `json:"who"`
		ID   string `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
		On   bool   `json:"on"`
	}
	viewersFrame struct {
		T       string   `json:"t"` // viewers
		Chat    string   `json:"chat"`
		Viewers []viewer `json:"viewers"`
	}
	offerFrame struct {
		T     string    `json:"t"` // offer
		Chat  string    `json:"chat"`
		Row   rowView   `json:"row"`
		Until time.Time `json:"until"`
	}
	pageFrame struct {
		T    string   `json:"t"` // page, page_done
		Page pageView `json:"page"`
	}
	requestFrame struct {
		T       string      `json:"t"` // request
		Request requestView `json:"request"`
	}
	mentionFrame struct {
		T    string `json:"t"` // mention
		Chat string `json:"chat"`
		Seq  uint64 `json:"seq"`
		By   string `json:"by"`
	}
	slaFrame struct {
		T     string `json:"t"` // sla
		Chat  string `json:"chat"`
		Kind  string `json:"kind"`
		State string `json:"state"`
	}
	marksFrame struct {
		T     string       `json:"t"` // marks
		Chat  string       `json:"chat"`
		Level dialog.Level `json:"level"` // lines up to it
		Got   uint64       `json:"got"`
		Seen  uint64       `json:"seen"`
		Taken uint64       `json:"taken,omitempty"` // one line, by a channel
	}
	checkFrame struct {
		T        string    `json:"t"` // check
		N        uint64    `json:"n"`
		Findings []Finding `json:"findings"`
	}
	meFrame struct {
		T  string `json:"t"` // me
		Me meView `json:"me"`
	}
	pongFrame struct {
		T   string    `json:"t"` // pong
		Now time.Time `json:"now"`
	}
	nackFrame struct {
		T    string      `json:"t"` // nack
		For  string      `json:"for"`
		Code dialog.Code `json:"code"`
		Name string      `json:"name,omitempty"`
		Text string      `json:"text"`
	}
	byeFrame struct {
		T    string `json:"t"` // bye
		Code int    `json:"code"`
		Text string `json:"text"`
	}
)
