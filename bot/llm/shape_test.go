package llm_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
)

// serve runs a server on a loopback port and returns its address as a URL.
func serve(t testing.TB, s *http.Server) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(func() { _ = s.Close() })
	return "http://" + listener.Addr().String()
}

func writeChoice(w http.ResponseWriter, content string) {
	w.Header().Set("Content-Type", "application/json")
	raw, _ := json.Marshal(content)
	fmt.Fprintf(w, `{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":%s}}]}`, raw)
}

// published is the schema of a request, as its inventor publishes it.
func published(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := os.ReadFile("testdata/chat-request.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("chat.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("chat.json#/components/schemas/CreateChatCompletionRequest")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// shapes are what each dialect wants of a body: fields that must be there with
// this value, and fields that must not be there.
var shapes = []struct {
	name    string
	model   llm.Model
	has     map[string]any
	hasNot  []string
	path    string
	foreign []string // fields that the published schema does not know
}{
	{name: "openai", model: llm.Model{Name: "gpt-4o-mini", Dialect: llm.DialectOpenAI}, path: "/v1/chat/completions",
		has:    map[string]any{"max_completion_tokens": 80.0, "temperature": 0.7, "response_format.type": "json_schema", "stream_options.include_usage": true},
		hasNot: []string{"max_tokens", "reasoning_effort"}},
	{name: "openai, sure", model: llm.Model{Name: "gpt-4.1-mini", Dialect: llm.DialectOpenAI, Temperature: -1}, path: "/v1/chat/completions",
		has: map[string]any{"max_completion_tokens": 80.0, "temperature": 1e-45}},
	{name: "o4-mini", model: llm.Model{Name: "o4-mini", Dialect: llm.DialectOpenAI}, path: "/v1/chat/completions",
		has: map[string]any{"max_completion_tokens": 680.0, "reasoning_effort": "low"}, hasNot: []string{"temperature", "max_tokens"}},
	{name: "gpt-5-mini", model: llm.Model{Name: "gpt-5-mini", Dialect: llm.DialectOpenAI}, path: "/v1/chat/completions",
		has: map[string]any{"reasoning_effort": "minimal"}, hasNot: []string{"temperature", "max_tokens"}},
	{name: "gpt-6-luna", model: llm.Model{Name: "gpt-6-luna", Dialect: llm.DialectOpenAI}, path: "/v1/chat/completions",
		has: map[string]any{"reasoning_effort": "none"}, hasNot: []string{"temperature"}},
	{name: "gpt-6-astra, told", model: llm.Model{Name: "gpt-6-astra", Dialect: llm.DialectOpenAI, Effort: "medium"}, path: "/v1/chat/completions",
		has: map[string]any{"reasoning_effort": "medium"}},
	{name: "azure", model: llm.Model{Name: "my-deployment", Dialect: llm.DialectAzure}, path: "/v1/openai/deployments/my-deployment/chat/completions",
		has: map[string]any{"max_completion_tokens": 80.0, "response_format.type": "json_schema"}, hasNot: []string{"max_tokens"}},
	{name: "deepseek", model: llm.Model{Name: "deepseek-flash", Dialect: llm.DialectDeepSeek}, path: "/v1/chat/completions",
		has:    map[string]any{"max_tokens": 80.0, "response_format.type": "json_object", "thinking.type": "disabled"},
		hasNot: []string{"max_completion_tokens"}, foreign: []string{"thinking"}},
	{name: "qwen", model: llm.Model{Name: "qwen-plus", Dialect: llm.DialectDashScope}, path: "/v1/chat/completions",
		has:     map[string]any{"max_tokens": 80.0, "response_format.type": "json_object", "enable_thinking": false},
		foreign: []string{"enable_thinking"}},
	{name: "ollama", model: llm.Model{Name: "qwen3:8b", Dialect: llm.DialectOllama}, path: "/v1/chat/completions",
		has: map[string]any{"max_tokens": 80.0, "response_format.type": "json_schema", "reasoning_effort": "none"}},
	{name: "vllm", model: llm.Model{Name: "Qwen/Qwen3-8B", Dialect: llm.DialectVLLM}, path: "/v1/chat/completions",
		has:     map[string]any{"max_tokens": 80.0, "response_format.type": "json_schema", "chat_template_kwargs.enable_thinking": false},
		foreign: []string{"chat_template_kwargs"}},
	{name: "anything else", model: llm.Model{Name: "m", Dialect: llm.DialectPlain}, path: "/v1/chat/completions",
		has: map[string]any{"max_tokens": 80.0}, hasNot: []string{"response_format", "stream_options", "temperature", "reasoning_effort", "max_completion_tokens"}},
	{name: "a field of the operator's", model: llm.Model{Name: "m", Dialect: llm.DialectPlain, Extra: map[string]any{"top_k": 20}}, path: "/v1/chat/completions",
		has: map[string]any{"top_k": 20.0}, foreign: []string{"top_k"}},
}

func TestRequestsHaveTheirDialectsShape(t *testing.T) {
	want := published(t)
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			s, base := start(t, llmtest.Echo)
			shape.model.BaseURL, shape.model.Key = base, "secret"
			if got, err := client(t, llm.Options{Models: []llm.Model{shape.model}}).Complete(t.Context(), question(t)); err != nil || got.Text != reviewed {
				t.Fatalf("got %+v, %v", got, err)
			}
			q := s.Requests()[0]
			if q.Path != shape.path {
				t.Errorf("path %s, expected %s", q.Path, shape.path)
			}
			var body map[string]any
			if err := json.Unmarshal(q.Body, &body); err != nil {
				t.Fatal(err)
			}
			checkShape(t, body, shape.has, shape.hasNot)
			for _, name := range shape.foreign {
				delete(body, name)
			}
			if err := want.Validate(body); err != nil {
				t.Errorf("not a request as published: %v", err)
			}
		})
	}
}

func checkShape(t *testing.T, body map[string]any, has map[string]any, hasNot []string) {
	t.Helper()
	for path, value := range has {
		if got := at(body, path); got != value && fmt.Sprint(got) != fmt.Sprint(value) {
			t.Errorf("%s is %v, expected %v", path, got, value)
		}
	}
	for _, path := range hasNot {
		if got := at(body, path); got != nil {
			t.Errorf("%s is %v, expected none", path, got)
		}
	}
}

func at(body map[string]any, path string) any {
	name, rest, deeper := strings.Cut(path, ".")
	if !deeper {
		return body[name]
	}
	inner, _ := body[name].(map[string]any)
	return at(inner, rest)
}

func TestThePublishedSchemaCanSayNo(t *testing.T) {
	s := published(t)
	for _, body := range []string{
		`{"model":"m","messages":[{"role":"user","content":"x"}],"temperature":9}`,
		`{"model":"m","messages":[]}`,
		`{"model":"m","messages":[{"role":"boss","content":"x"}]}`,
		`{"messages":[{"role":"user","content":"x"}]}`,
	} {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(body)))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(v) == nil {
			t.Errorf("accepted %s", body)
		}
	}
}

func TestAzureSendsItsKeyAndVersion(t *testing.T) {
	s, base := start(t, llmtest.Echo)
	m := llm.Model{Name: "d", BaseURL: base, Key: "secret", Dialect: llm.DialectAzure}
	if _, err := client(t, llm.Options{Models: []llm.Model{m}}).Complete(t.Context(), question(t)); err != nil {
		t.Fatal(err)
	}
	q := s.Requests()[0]
	if q.Header.Get("api-key") != "secret" || q.Query != "api-version=2024-10-21" {
		t.Errorf("api-key %q, query %q", q.Header.Get("api-key"), q.Query)
	}
}

func TestStablePrefixComesFirst(t *testing.T) {
	s, base := start(t, llmtest.Echo)
	c := client(t, llm.Options{Models: []llm.Model{scripted(base)}})
	for _, user := range []string{"one\n\n{a}", "two\n\n{b}"} {
		r := question(t)
		r.User = user
		if _, err := c.Complete(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	q := s.Requests()
	if q[0].Messages[0] != q[1].Messages[0] || q[0].Messages[0].Role != "system" {
		t.Errorf("the first message is not the same system message: %+v, %+v", q[0].Messages[0], q[1].Messages[0])
	}
}
