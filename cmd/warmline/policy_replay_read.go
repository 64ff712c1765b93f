package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"warmline/dialog"
	"warmline/dialog/policy"
)

// recorded is what is run again of a journal record. Facts stay as they are
// written until it is known that they changed; of the rules that were looked at
// only those that stood against something are kept.
type recorded struct {
	Envelope  dialog.Envelope  `json:"envelope"`
	Facts     json.RawMessage  `json:"facts"`
	Revision  uint64           `json:"revision"`
	Fired     stops            `json:"fired"`
	Acts      []dialog.ActKind `json:"acts"`
	Cancelled []string         `json:"cancelled"`
	Offered   offered          `json:"offered"`
}

// offered is what a record says was put before the person; known is false where
// it is an older record, which does not say.
type offered struct {
	list  []string
	known bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *offered) UnmarshalJSON(text []byte) error {
	o.known = string(text) != "null"
	return json.Unmarshal(text, &o.list)
}

// decode reads a line. Reading was most of the work, so that a line is first cut
// into its members; the long ones (facts, the rules that were looked at, texts)
// are then not decoded at all. A line that is written otherwise than the journal
// writes is read whole.
func (s *share) decode(line []byte) (*recorded, error) {
	rec := &recorded{}
	if ok, err := rec.cut(line); ok || err != nil {
		return rec, err
	}
	*rec = recorded{}
	if err := json.Unmarshal(line, rec); err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	return rec, nil
}

// cut reads a line by its members. False: it is not as the journal writes it.
func (rec *recorded) cut(line []byte) (bool, error) {
	if len(line) == 0 || line[0] != '{' {
		return false, nil
	}
	for rest := line[1:]; ; {
		name, tail, ok := quoted(rest, `"`)
		if !ok || len(tail) == 0 || tail[0] != ':' {
			return false, nil
		}
		n := valueEnd(tail[1:])
		if n <= 0 || 1+n >= len(tail) {
			return false, nil
		}
		if err := rec.member(string(name), tail[1:1+n]); err != nil {
			return false, fmt.Errorf("read the journal: %s: %w", name, err)
		}
		rest = tail[1+n:]
		switch rest[0] {
		case '}':
			return len(bytes.TrimSpace(rest[1:])) == 0, nil
		case ',':
			rest = rest[1:]
		default:
			return false, nil
		}
	}
}

func (rec *recorded) member(name string, value []byte) error {
	switch name {
	case "envelope":
		return json.Unmarshal(value, &rec.Envelope)
	case "facts":
		rec.Facts = value
	case "revision":
		return json.Unmarshal(value, &rec.Revision)
	case "fired":
		return rec.Fired.UnmarshalJSON(value)
	case "acts":
		return json.Unmarshal(value, &rec.Acts)
	case "cancelled":
		return json.Unmarshal(value, &rec.Cancelled)
	case "offered":
		return rec.Offered.UnmarshalJSON(value)
	}
	return nil
}

// valueEnd returns where the JSON value ends that a text begins with, 0 when it
// does not end. It counts brackets and looks at nothing else.
func valueEnd(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			n := stringEnd(text[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ',':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return 0
}

// stringEnd returns where the quoted text ends that a text begins with.
func stringEnd(text []byte) int {
	for i := 1; i < len(text); {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			return 0
		}
		i += n + 1
		escapes := 0
		for j := i - 2; j > 0 && text[j] == '\\'; j-- {
			escapes++
		}
		if escapes%2 == 0 {
			return i
		}
	}
	return 0
}

// seen is facts, read: what a person's turns are decided on changes less often
// than they write.
type seen struct {
	text  []byte
	facts *dialog.Facts
}

// read returns the facts of a text. They are shared: nobody may write them.
func (s *seen) read(text []byte) (*dialog.Facts, error) {
	if s.facts != nil && bytes.Equal(s.text, text) {
		return s.facts, nil
	}
	f := &dialog.Facts{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, f); err != nil {
			return nil, fmt.Errorf("read the journal: facts: %w", err)
		}
	}
	s.text, s.facts = text, f
	return f, nil
}

// stops are the ids of the rules that stood against something, sorted.
type stops []string

// UnmarshalJSON implements json.Unmarshaler. The journal writes each rule's word
// as {"rule":…,"outcome":…}, most of them "allow"; whoever writes it otherwise is
// read all the same, slower.
func (s *stops) UnmarshalJSON(text []byte) error {
	*s = nil
	ids, plain := plainStops(text)
	if !plain {
		var fired []dialog.Fired
		if err := json.Unmarshal(text, &fired); err != nil {
			return fmt.Errorf("rules: %w", err)
		}
		ids = stopped(fired)
	}
	*s = ids
	return nil
}

// plainStops reads the form that the journal writes, and reports whether the
// text is of that form. It is valid JSON.
func plainStops(text []byte) (ids []string, plain bool) {
	if len(text) < 2 || text[0] != '[' || bytes.IndexByte(text, '\\') >= 0 {
		return nil, false
	}
	rest := text[1:]
	for len(rest) > 0 && rest[0] != ']' {
		rule, tail, first := quoted(bytes.TrimPrefix(rest, []byte(",")), `{"rule":"`)
		outcome, tail, second := quoted(tail, `,"outcome":"`)
		if !first || !second {
			return nil, false
		}
		if _, more, ok := quoted(tail, `,"detail":"`); ok {
			tail = more
		}
		if len(tail) == 0 || tail[0] != '}' {
			return nil, false
		}
		rest = tail[1:]
		if stands(policy.Outcome(outcome)) {
			ids = append(ids, string(rule))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), true
}

// quoted cuts the text after a prefix that ends in a quotation mark, up to the
// next one.
func quoted(text []byte, prefix string) (value, rest []byte, ok bool) {
	if len(text) < len(prefix) || string(text[:len(prefix)]) != prefix {
		return nil, text, false
	}
	end := bytes.IndexByte(text[len(prefix):], '"')
	if end < 0 {
		return nil, text, false
	}
	return text[len(prefix) : len(prefix)+end], text[len(prefix)+end+1:], true
}

// conversationOf returns whose record a line is.
func conversationOf(line []byte) (string, error) {
	id, rest, first := quoted(line, `{"envelope":{"id":"`)
	conv, _, second := quoted(rest, `,"conversation":"`)
	if first && second && len(conv) > 0 && bytes.IndexByte(id, '\\') < 0 && bytes.IndexByte(conv, '\\') < 0 {
		return string(conv), nil
	}
	var rec struct {
		Envelope struct {
			Conversation string `json:"conversation"`
		} `json:"envelope"`
	}
	if err := json.Unmarshal(line, &rec); err != nil {
		return "", fmt.Errorf("read the journal: %w", err)
	}
	if rec.Envelope.Conversation == "" {
		return "", errors.New("read the journal: a record names no conversation")
	}
	return rec.Envelope.Conversation, nil
}
