package llmtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"unicode/utf8"
)

// created is the moment that every answer bears: nothing here has a clock.
const created = 1_795_000_000

// whole answers in one piece.
func whole(w http.ResponseWriter, r *http.Request, q Request, how Behaviour, text string) {
	w.Header().Set("Content-Type", "application/json")
	switch how {
	case BrokenJSON:
		fmt.Fprint(w, `{"id":"scripted","choices":[{"mess`)
		return
	case Cut:
		w.Header().Set("Content-Length", "4000")
		fmt.Fprint(w, `{"id":"scripted",`)
		hangUp(w)
		return
	case Stall:
		flush(w)
		<-r.Context().Done()
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"id": "scripted", "object": "chat.completion", "created": created, "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "logprobs": nil,
			"message": map[string]any{"role": "assistant", "content": text, "refusal": nil}}},
		"usage": usage(q, text),
	})
}

// stream answers piece by piece as server-sent events.
func stream(w http.ResponseWriter, r *http.Request, q Request, how Behaviour, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	fmt.Fprint(w, ": scripted\n\n")
	send(w, chunk(q, map[string]any{"role": "assistant", "content": ""}, nil))
	pieces := split(text)
	for i, piece := range pieces {
		send(w, chunk(q, map[string]any{"content": piece}, nil))
		if i < len(pieces)/2 {
			continue
		}
		switch how {
		case BrokenJSON:
			fmt.Fprint(w, "data: {\"id\":\"scripted\",\"choi\n\n")
			flush(w)
			return
		case Cut:
			hangUp(w)
			return
		case Stall:
			<-r.Context().Done()
			return
		}
	}
	send(w, chunk(q, map[string]any{}, "stop"))
	if q.StreamOptions != nil && q.StreamOptions.Usage {
		last := chunk(q, nil, nil)
		last["choices"], last["usage"] = []any{}, usage(q, text)
		send(w, last)
	}
	fmt.Fprint(w, "data: [DONE]\n\n")
}

func chunk(q Request, delta map[string]any, finish any) map[string]any {
	return map[string]any{
		"id": "scripted", "object": "chat.completion.chunk", "created": created, "model": q.Model,
		"choices": []any{map[string]any{"index": 0, "delta": delta, "finish_reason": finish}},
	}
}

func send(w http.ResponseWriter, body map[string]any) {
	raw, err := json.Marshal(body)
	if err != nil {
		return
	}
	fmt.Fprintf(w, "data: %s\n\n", raw)
	flush(w)
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

// hangUp ends the connection in the middle of an answer.
func hangUp(w http.ResponseWriter) {
	flush(w)
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		conn.Close()
	}
}

// split cuts a text into pieces of a few characters; there is always one.
func split(text string) []string {
	const size = 12
	var pieces []string
	for utf8.RuneCountInString(text) > size {
		n := len(string([]rune(text)[:size]))
		pieces, text = append(pieces, text[:n]), text[n:]
	}
	return append(pieces, text)
}

// usage is a plausible count: a token for every three bytes.
func usage(q Request, text string) map[string]any {
	prompt := 0
	for _, m := range q.Messages {
		prompt += len(m.Content)/3 + 4
	}
	answer := len(text)/3 + 1
	return map[string]any{"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
}
