package llm

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	openai "github.com/sashabaranov/go-openai"
)

// Request is a question to a model. System comes first and should be the same
// for many requests: endpoints then reuse what they have read of it.
type Request struct {
	System    string
	User      string
	Schema    *Schema // nil asks for plain text
	MaxTokens int     // of the answer; 0 means 200
	Purpose   Purpose
}

// Purpose says what a request is for, in labels that hold nothing of a person.
type Purpose struct {
	Act          string // what is being phrased
	Conversation string // a hash; the budget of one conversation is counted by it
}

// Schema is the form of an answer: a JSON object of which one member, a string,
// is the text. Where an endpoint cannot be held to it, the answer is plain text.
type Schema struct {
	name  string
	field string
	raw   json.RawMessage
	check *jsonschema.Schema
}

// NewSchema compiles a JSON Schema (draft 2020-12) of an object. field is the
// member that holds the text.
func NewSchema(name, field, source string) (*Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(source))
	if err != nil {
		return nil, fmt.Errorf("answer schema %s: %w", name, err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name+".json", doc); err != nil {
		return nil, fmt.Errorf("answer schema %s: %w", name, err)
	}
	check, err := c.Compile(name + ".json")
	if err != nil {
		return nil, fmt.Errorf("answer schema %s: %w", name, err)
	}
	return &Schema{name: name, field: field, raw: json.RawMessage(source), check: check}, nil
}

// thinkingRoom is how many tokens a reasoning model may spend on thinking
// beside its answer.
const thinkingRoom = 600

const defaultMaxTokens = 200

// build writes the request as a model's dialect wants it.
func (m *model) build(r Request) openai.ChatCompletionRequest {
	limit := r.MaxTokens
	if limit <= 0 {
		limit = defaultMaxTokens
	}
	system := r.System
	q := openai.ChatCompletionRequest{Model: m.Name, Stream: !m.NoStream}
	if r.Schema != nil && !m.Plain {
		switch m.traits.form {
		case formSchema:
			q.ResponseFormat = &openai.ChatCompletionResponseFormat{
				Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
				JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: r.Schema.name, Strict: true, Schema: r.Schema.raw},
			}
		case formObject:
			q.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
			system += "\n\nAnswer with one JSON object: {\"" + r.Schema.field + "\": \"…\"}"
		}
	}
	q.Messages = []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: system},
		{Role: openai.ChatMessageRoleUser, Content: r.User},
	}
	m.limits(&q, limit)
	if q.Stream && m.traits.usage {
		q.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	return q
}

// limits sets length, temperature and effort.
func (m *model) limits(q *openai.ChatCompletionRequest, limit int) {
	q.ReasoningEffort = m.Effort
	if q.ReasoningEffort == "" {
		q.ReasoningEffort = m.traits.effort
	}
	if m.thinks {
		limit += thinkingRoom
		if q.ReasoningEffort == "" {
			q.ReasoningEffort = leastEffort(m.Name)
		}
	} else if m.traits.temperature {
		q.Temperature = m.Temperature
	}
	if m.traits.oldLimit {
		//lint:ignore SA1019 most endpoints besides its inventor's know no other
		q.MaxTokens = limit
	} else {
		q.MaxCompletionTokens = limit
	}
}

// structured reports whether the answer was asked for as JSON.
func (m *model) structured(r Request) bool {
	return r.Schema != nil && !m.Plain && m.traits.form != formText
}

// answer takes the text out of what a model wrote.
func (m *model) answer(r Request, written string) (string, *Error) {
	written = strings.TrimSpace(afterThoughts(written))
	if !m.structured(r) {
		if written == "" {
			return "", m.fault(KindAnswer, "empty")
		}
		return written, nil
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(unfenced(written)))
	if err != nil {
		return "", m.fault(KindAnswer, "not JSON")
	}
	if err := r.Schema.check.Validate(value); err != nil {
		return "", m.fault(KindAnswer, "not of the schema")
	}
	object, _ := value.(map[string]any)
	text, _ := object[r.Schema.field].(string)
	if text = strings.TrimSpace(text); text == "" {
		return "", m.fault(KindAnswer, "empty")
	}
	return text, nil
}

// afterThoughts cuts what a model thought aloud before its answer; thoughts
// without an end leave nothing.
func afterThoughts(s string) string {
	const open, end = "<think>", "</think>"
	if i := strings.LastIndex(s, end); i >= 0 {
		return s[i+len(end):]
	}
	if strings.HasPrefix(strings.TrimSpace(s), open) {
		return ""
	}
	return s
}

// unfenced takes JSON out of the code fence that some models put around it.
func unfenced(s string) string {
	if !strings.HasPrefix(s, "```") {
		return s
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "```"), "json")
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "```"))
}
