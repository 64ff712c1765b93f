package llm

import (
	"maps"
	"net/url"
	"strings"
)

// Dialect is what a provider's form of the protocol wants. "" in a Model means
// that the base URL tells.
//
//   - openai: max_completion_tokens; JSON Schema answers. Reasoning models
//     (o-series, gpt-5 and later) take no temperature; their effort is set to
//     the least they have and their limit leaves room for what they think.
//   - azure: a deployment's URL with an api-version and an api-key header, the
//     deployment being the model's name. The first chunk of a stream has no
//     choice (it holds the prompt filter's results), and a filtered answer ends
//     with content_filter. The newer …/openai/v1 form is plain openai.
//   - deepseek: max_tokens; JSON objects but no schema, and "json" must stand
//     in the prompt; thinks unless told not to (thinking.type), and sends its
//     thoughts as reasoning_content, which is ignored.
//   - dashscope (Qwen): max_tokens; JSON objects, a schema only on few models;
//     thinks unless enable_thinking is false.
//   - ollama: max_tokens; JSON Schema answers; ignores the key but wants one;
//     a thinking model is told not to by reasoning_effort "none".
//   - vllm: max_tokens; JSON Schema answers; a thinking model is told not to by
//     chat_template_kwargs. Without a reasoning parser its thoughts stand in
//     the answer between think tags, which are cut off.
//   - plain: max_tokens and nothing else that an endpoint might not know; text
//     answers.
type Dialect string

const (
	DialectOpenAI    Dialect = "openai"
	DialectAzure     Dialect = "azure"
	DialectDeepSeek  Dialect = "deepseek"
	DialectDashScope Dialect = "dashscope"
	DialectOllama    Dialect = "ollama"
	DialectVLLM      Dialect = "vllm"
	DialectPlain     Dialect = "plain"
)

// Dialects returns every dialect.
func Dialects() []Dialect {
	return []Dialect{DialectOpenAI, DialectAzure, DialectDeepSeek, DialectDashScope, DialectOllama, DialectVLLM, DialectPlain}
}

// form is how an answer's form can be asked for.
type form int

const (
	formText   form = iota // not at all
	formObject             // some JSON object
	formSchema             // a JSON Schema, kept to strictly
)

// traits are a dialect's differences.
type traits struct {
	form        form
	oldLimit    bool           // max_tokens, not max_completion_tokens
	usage       bool           // stream_options.include_usage is known
	temperature bool           // may be set for models that do not reason
	effort      string         // reasoning_effort for every model
	extra       map[string]any // further fields of the body
}

func traitsOf(d Dialect) traits {
	switch d {
	case DialectDeepSeek:
		return traits{form: formObject, oldLimit: true, usage: true, temperature: true,
			extra: map[string]any{"thinking": map[string]any{"type": "disabled"}}}
	case DialectDashScope:
		return traits{form: formObject, oldLimit: true, usage: true, temperature: true,
			extra: map[string]any{"enable_thinking": false}}
	case DialectOllama:
		return traits{form: formSchema, oldLimit: true, usage: true, temperature: true, effort: "none"}
	case DialectVLLM:
		return traits{form: formSchema, oldLimit: true, usage: true, temperature: true,
			extra: map[string]any{"chat_template_kwargs": map[string]any{"enable_thinking": false}}}
	case DialectPlain:
		return traits{form: formText, oldLimit: true}
	}
	return traits{form: formSchema, usage: true, temperature: true}
}

// dialectOf tells the dialect from where the endpoint is.
func dialectOf(base string) Dialect {
	u, err := url.Parse(base)
	if err != nil {
		return DialectPlain
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case host == "api.openai.com":
		return DialectOpenAI
	case strings.HasSuffix(host, ".azure.com"):
		if strings.Contains(u.Path, "/openai/v1") {
			return DialectOpenAI
		}
		return DialectAzure
	case strings.HasSuffix(host, "deepseek.com"):
		return DialectDeepSeek
	case strings.HasPrefix(host, "dashscope") && strings.HasSuffix(host, ".aliyuncs.com"):
		return DialectDashScope
	case u.Port() == "11434" || strings.HasSuffix(host, "ollama.com"):
		return DialectOllama
	}
	return DialectPlain
}

// reasons reports whether OpenAI's model of this name thinks before it answers,
// so that it takes no temperature and spends part of its limit on thinking.
func reasons(name string) bool {
	if strings.Contains(name, "-chat") {
		return false
	}
	for _, prefix := range []string{"o1", "o3", "o4", "gpt-5", "gpt-6"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// leastEffort is the least thinking that a reasoning model of OpenAI's can be
// told to do.
func leastEffort(name string) string {
	switch {
	case name == "gpt-6-sol" || name == "gpt-6-luna" || strings.HasPrefix(name, "gpt-5."):
		return "none"
	case name == "gpt-5" || strings.HasPrefix(name, "gpt-5-"):
		return "minimal"
	}
	return "low"
}

// merged returns a dialect's further fields with a model's own over them.
func merged(a, b map[string]any) map[string]any {
	if len(a) == 0 {
		return b
	}
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
