package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"warmline/bot/llm"
)

// modelConfig is the model that may choose the words of some acts. Without a
// name there is none, and the reviewed texts are said.
type modelConfig struct {
	Endpoint `yaml:",inline"`

	Fallback   []Endpoint    `yaml:"fallback"`   // WARMLINE_MODEL_FALLBACK (names, comma-separated); asked in order when the first does not answer
	Deadline   time.Duration `yaml:"deadline"`   // WARMLINE_MODEL_DEADLINE; to the full text, all models together
	Concurrent int           `yaml:"concurrent"` // WARMLINE_MODEL_CONCURRENT; requests under way at once
	Budget     modelBudget   `yaml:"budget"`
	CacheTTL   time.Duration `yaml:"cache_ttl"` // WARMLINE_MODEL_CACHE_TTL; how long a wording is kept that nobody has approved
	// ShowLastMessage shows the model what the person wrote last, without names,
	// numbers and contact data; such wordings are never kept.
	ShowLastMessage bool `yaml:"show_last_message"` // WARMLINE_MODEL_SHOW_LAST_MESSAGE
	// ApprovedOnly says only wordings that somebody has approved; nothing is
	// asked of the model while people wait.
	ApprovedOnly bool `yaml:"approved_only"` // WARMLINE_MODEL_APPROVED_ONLY
	// SecondOpinion asks the model what a text is about that was not understood,
	// without names, numbers and contact data; the question that is asked back
	// goes out meanwhile.
	SecondOpinion bool `yaml:"second_opinion"` // WARMLINE_MODEL_SECOND_OPINION
}

// Endpoint is one model at one address. In a fallback, an empty base_url, key or
// dialect is the first model's.
type Endpoint struct {
	Name        string         `yaml:"name"`        // WARMLINE_MODEL; with Azure the deployment
	BaseURL     string         `yaml:"base_url"`    // OPENAI_BASE_URL; up to and with /v1
	Key         string         `yaml:"key"`         // OPENAI_API_KEY
	Dialect     string         `yaml:"dialect"`     // WARMLINE_MODEL_DIALECT; openai, azure, deepseek, dashscope, ollama, vllm, plain; empty: told by the address
	APIVersion  string         `yaml:"api_version"` // of an Azure deployment
	Effort      string         `yaml:"effort"`      // of reasoning; empty: the least
	Temperature float32        `yaml:"temperature"` // empty: 0.7; negative: as sure as can be
	Plain       bool           `yaml:"plain"`       // the endpoint cannot be held to a JSON schema
	NoStream    bool           `yaml:"no_stream"`   // the endpoint does not stream
	Extra       map[string]any `yaml:"extra"`       // further fields of the request
	PriceIn     float64        `yaml:"price_in"`    // of a million tokens of prompt
	PriceOut    float64        `yaml:"price_out"`   // of a million tokens of answer
}

// modelBudget bounds tokens, prompt and answer together; 0 is no bound.
type modelBudget struct {
	Request      int `yaml:"request"`      // WARMLINE_MODEL_BUDGET_REQUEST
	Conversation int `yaml:"conversation"` // WARMLINE_MODEL_BUDGET_CONVERSATION; a day
	Day          int `yaml:"day"`          // WARMLINE_MODEL_BUDGET_DAY; of this process
}

func modelDefaults() modelConfig {
	return modelConfig{
		Endpoint: Endpoint{BaseURL: "https://api.openai.com/v1"},
		Deadline: 2500 * time.Millisecond, Concurrent: 16, CacheTTL: 30 * 24 * time.Hour,
		Budget: modelBudget{Request: 2000, Conversation: 20_000, Day: 5_000_000},
	}
}

// on reports whether a model is configured.
func (m modelConfig) on() bool { return m.Name != "" }

// modelVariables maps the model's environment variables to what they set.
func (c *config) modelVariables(text func(*string) func(string) error, number func(*int) func(string) error,
	flag func(*bool) func(string) error, span func(*time.Duration) func(string) error) map[string]func(string) error {
	m := &c.Model
	return map[string]func(string) error{
		"WARMLINE_MODEL": text(&m.Name), "OPENAI_BASE_URL": text(&m.BaseURL), "OPENAI_API_KEY": text(&m.Key),
		"WARMLINE_MODEL_DIALECT": text(&m.Dialect), "WARMLINE_MODEL_DEADLINE": span(&m.Deadline),
		"WARMLINE_MODEL_CONCURRENT": number(&m.Concurrent), "WARMLINE_MODEL_CACHE_TTL": span(&m.CacheTTL),
		"WARMLINE_MODEL_BUDGET_REQUEST": number(&m.Budget.Request), "WARMLINE_MODEL_BUDGET_DAY": number(&m.Budget.Day),
		"WARMLINE_MODEL_BUDGET_CONVERSATION": number(&m.Budget.Conversation),
		"WARMLINE_MODEL_SHOW_LAST_MESSAGE":   flag(&m.ShowLastMessage), "WARMLINE_MODEL_APPROVED_ONLY": flag(&m.ApprovedOnly),
		"WARMLINE_MODEL_SECOND_OPINION": flag(&m.SecondOpinion),
		"WARMLINE_MODEL_FALLBACK": func(s string) error {
			m.Fallback = nil
			for _, name := range strings.Split(s, ",") {
				if name = strings.TrimSpace(name); name != "" {
					m.Fallback = append(m.Fallback, Endpoint{Name: name})
				}
			}
			return nil
		},
	}
}

// validate checks the model's fields; each error names its field.
func (m modelConfig) validate() []error {
	if !m.on() && m.SecondOpinion {
		return []error{fmt.Errorf("model.second_opinion: needs model.name")}
	}
	if !m.on() {
		return nil
	}
	var wrong []error
	for i, e := range m.models() {
		field := "model"
		if i > 0 {
			field = fmt.Sprintf("model.fallback[%d]", i-1)
		}
		if u, err := url.Parse(e.BaseURL); err != nil || u.Host == "" {
			wrong = append(wrong, fmt.Errorf("%s.base_url: expected a URL such as https://host/v1", field))
		}
		if e.Name == "" {
			wrong = append(wrong, fmt.Errorf("%s.name: expected a model", field))
		}
		if e.Dialect != "" && !slices.Contains(llm.Dialects(), e.Dialect) {
			wrong = append(wrong, fmt.Errorf("%s.dialect: expected one of %v", field, llm.Dialects()))
		}
	}
	if m.Deadline <= 0 || m.Deadline > 10*time.Second {
		wrong = append(wrong, fmt.Errorf("model.deadline: expected up to 10s"))
	}
	if m.Concurrent < 1 {
		wrong = append(wrong, fmt.Errorf("model.concurrent: expected 1 or more"))
	}
	if m.CacheTTL < time.Minute {
		wrong = append(wrong, fmt.Errorf("model.cache_ttl: expected a minute or more"))
	}
	if m.ApprovedOnly && m.ShowLastMessage {
		wrong = append(wrong, fmt.Errorf("model.approved_only: excludes show_last_message"))
	}
	return wrong
}

// models are the configured models in order, each with what it takes over from
// the first.
func (m modelConfig) models() []llm.Model {
	var out []llm.Model
	for _, e := range append([]Endpoint{m.Endpoint}, m.Fallback...) {
		if e.BaseURL == "" || e.BaseURL == m.BaseURL {
			e.BaseURL = m.BaseURL
			e.Key, e.Dialect, e.APIVersion = either(e.Key, m.Key), either(e.Dialect, m.Dialect), either(e.APIVersion, m.APIVersion)
		}
		out = append(out, llm.Model{
			Name: e.Name, BaseURL: e.BaseURL, Key: e.Key, Dialect: llm.Dialect(e.Dialect), APIVersion: e.APIVersion, Effort: e.Effort,
			Temperature: e.Temperature, Plain: e.Plain, NoStream: e.NoStream, Extra: e.Extra, PriceIn: e.PriceIn, PriceOut: e.PriceOut,
		})
	}
	return out
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
