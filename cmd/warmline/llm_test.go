package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"warmline/bot/llm"
	"warmline/bot/llm/llmtest"
	"warmline/bot/phrase"
	"warmline/dialog"
	"warmline/dialog/dialogtest/journey"
	"warmline/dialog/redisstore"
	"warmline/prompts"
)

func TestModelIsOffUnlessNamed(t *testing.T) {
	c, err := loadConfig("", env(map[string]string{"OPENAI_API_KEY": "k"}))
	if err != nil || c.Model.on() {
		t.Errorf("a key alone turns the model on: %v, %v", c.Model.on(), err)
	}
}

func TestModelConfiguration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.yaml")
	file := "model:\n  name: first\n  key: a\n  dialect: vllm\n  price_in: 2\n  fallback:\n    - name: second\n    - {name: third, base_url: https://api.deepseek.com/v1, key: b}\n  budget: {day: 7}\n"
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(path, env(map[string]string{"OPENAI_BASE_URL": "http://models.example/v1", "WARMLINE_MODEL_DEADLINE": "2s"}))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Model.models()
	if len(got) != 3 || got[0].BaseURL != "http://models.example/v1" || got[0].Dialect != llm.DialectVLLM || got[0].PriceIn != 2 {
		t.Errorf("the first: %+v", got)
	}
	if got[1].Key != "a" || got[1].BaseURL != got[0].BaseURL || got[1].Dialect != llm.DialectVLLM {
		t.Errorf("the second does not take over the first's endpoint: %+v", got[1])
	}
	if got[2].Key != "b" || got[2].Dialect != "" {
		t.Errorf("the third has another's key or dialect: %+v", got[2])
	}
	if c.Model.Budget.Day != 7 || c.Model.Budget.Request == 0 || c.Model.Deadline != 2*time.Second {
		t.Errorf("got %+v", c.Model)
	}
}

func TestModelConfigurationErrorsNameTheField(t *testing.T) {
	for want, pairs := range map[string]map[string]string{
		"model.base_url":       {"OPENAI_BASE_URL": "nowhere"},
		"model.dialect":        {"WARMLINE_MODEL_DIALECT": "klingon"},
		"model.deadline":       {"WARMLINE_MODEL_DEADLINE": "1h"},
		"model.concurrent":     {"WARMLINE_MODEL_CONCURRENT": "0"},
		"model.cache_ttl":      {"WARMLINE_MODEL_CACHE_TTL": "1s"},
		"model.second_opinion": {"WARMLINE_MODEL": "", "WARMLINE_MODEL_SECOND_OPINION": "1"},
		"model.approved_only":  {"WARMLINE_MODEL_APPROVED_ONLY": "1", "WARMLINE_MODEL_SHOW_LAST_MESSAGE": "1"},
	} {
		if _, given := pairs["WARMLINE_MODEL"]; !given {
			pairs["WARMLINE_MODEL"] = "m"
		}
		if _, err := loadConfig("", env(pairs)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v does not name %s", pairs, err, want)
		}
	}
}

// written are the project's conversations.
func written(t testing.TB) []*journey.File {
	t.Helper()
	paths, err := journeyFiles([]string{"../../dialog/dialogtest/journey/testdata"})
	if err != nil {
		t.Fatal(err)
	}
	var files []*journey.File
	for _, path := range paths {
		f, err := journey.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

func testBench(t testing.TB) bench {
	t.Helper()
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestModelDecidesNothing runs every written conversation without a model, with
// one that repeats and with one that misbehaves: the decisions are the same to
// the byte, and nothing that was right without it is wrong with it.
func TestModelDecidesNothing(t *testing.T) {
	b := testBench(t)
	for _, how := range []llmtest.Behaviour{llmtest.Echo, llmtest.Hostile} {
		for _, f := range written(t) {
			t.Run(string(how)+"/"+filepath.Base(filepath.Dir(f.Path))+"/"+filepath.Base(f.Path), func(t *testing.T) {
				t.Parallel()
				plain, result, difference, err := b.runBoth(t.Context(), "core", f, how)
				if err != nil {
					t.Fatal(err)
				}
				if difference != "" {
					t.Error(difference)
				}
				if len(result.Failures) > len(plain.Failures) {
					t.Errorf("%s\n%s", strings.Join(result.Failures, "\n"), strings.Join(result.Transcript, "\n"))
				}
			})
		}
	}
}

// memoryCache keeps wordings for a test.
type memoryCache map[string][]phrase.Wording

func (c memoryCache) Wordings(_ context.Context, key string) ([]phrase.Wording, error) {
	return c[key], nil
}

func (c memoryCache) Keep(_ context.Context, key string, w phrase.Wording) error {
	c[key] = append(c[key], w)
	return nil
}

// spending is what the written conversations cost.
type spending struct {
	turns, calls, prompt int // of ours
	agent                int // prompt tokens of an agent that sends its whole history and its tools
}

// spend runs the written conversations once with a model that answers well.
func spend(t testing.TB, b bench, cache memoryCache) spending {
	t.Helper()
	counter, err := llm.NewCounter()
	if err != nil {
		t.Fatal(err)
	}
	tally := &modelTally{}
	model, stop, err := b.scriptedModel(llmtest.Good, cache, tally)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var s spending
	for _, f := range written(t) {
		result, err := model.runFile(t.Context(), "core", f)
		if err != nil {
			t.Fatal(err)
		}
		turns, tokens := agentTokens(t, counter, f, result.Transcript)
		s.turns, s.agent = s.turns+turns, s.agent+tokens
	}
	s.calls = tally.calls
	for _, q := range tally.server.Requests() {
		for _, m := range q.Messages {
			s.prompt += counter.CountStable(m.Content)
		}
	}
	return s
}

// agentTokens counts the prompts that a plain agent would send for the same
// conversation: instructions as long as ours, its tools, and everything said so
// far, once a turn. What its tools answer is not counted, nor is the second
// request that follows each tool call.
func agentTokens(t testing.TB, counter *llm.Counter, f *journey.File, transcript []string) (turns, tokens int) {
	t.Helper()
	tools, err := os.ReadFile("testdata/agent-tools.json")
	if err != nil {
		t.Fatal(err)
	}
	system, err := prompts.ModelFiles.ReadFile("model/" + string(localeOf(f)) + ".md")
	if err != nil {
		t.Fatal(err)
	}
	every := counter.CountStable(string(tools)) + counter.CountStable(string(system))
	said := 0
	for _, line := range transcript {
		said += counter.Count(line)
		if strings.HasPrefix(line, "borrower: ") {
			turns++
			tokens += every + said
		}
	}
	return turns, tokens
}

func localeOf(f *journey.File) dialog.Locale {
	if l := dialog.Locale(f.Locale); l.Valid() {
		return l
	}
	return dialog.EnGB
}

// TestModelIsAskedSparingly holds what a conversation may cost: at most one
// call in two turns while nothing is cached, one in ten afterwards, and a fifth
// of the prompt tokens of a plain agent.
func TestModelIsAskedSparingly(t *testing.T) {
	b, cache := testBench(t), memoryCache{}
	cold := spend(t, b, cache)
	warm := spend(t, b, cache)
	if cold.turns < 30 || cold.calls == 0 {
		t.Fatalf("%d turns, %d calls: nothing was measured", cold.turns, cold.calls)
	}
	if 2*cold.calls > cold.turns {
		t.Errorf("cold: %d calls in %d turns, at most one in two", cold.calls, cold.turns)
	}
	if 10*warm.calls > warm.turns {
		t.Errorf("warm: %d calls in %d turns, at most one in ten", warm.calls, warm.turns)
	}
	if 5*cold.prompt > cold.agent {
		t.Errorf("%d prompt tokens, an agent's %d: at most a fifth", cold.prompt, cold.agent)
	}
}

// BenchmarkModel prints what the written conversations cost.
func BenchmarkModel(bm *testing.B) {
	b := testBench(bm)
	for bm.Loop() {
		cache := memoryCache{}
		cold := spend(bm, b, cache)
		warm := spend(bm, b, cache)
		bm.ReportMetric(float64(cold.calls)/float64(cold.turns), "calls/turn-cold")
		bm.ReportMetric(float64(warm.calls)/float64(warm.turns), "calls/turn-warm")
		bm.ReportMetric(float64(cold.prompt)/float64(len(written(bm))), "tokens/conversation")
		bm.ReportMetric(float64(cold.agent)/float64(len(written(bm))), "agent-tokens/conversation")
		bm.ReportMetric(float64(cold.agent)/float64(cold.prompt), "agent/ours")
	}
}

// command runs the program with a data folder of its own.
func command(t *testing.T, pairs map[string]string, args ...string) (int, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(t.Context(), args, stdio{In: strings.NewReader(""), Out: &out, Err: &errs}, env(pairs))
	return code, out.String() + errs.String()
}

func TestPromptsCommands(t *testing.T) {
	base, stop, err := llmtest.New(llmtest.Good, llmtest.Options{}).Start()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	pairs := map[string]string{"WARMLINE_DATA": t.TempDir(), "WARMLINE_MODEL": "scripted", "OPENAI_BASE_URL": base}
	if code, out := command(t, pairs, "prompts", "warm", "--act", "smalltalk.reply", "--locale", "en-GB", "--n", "1"); code != exitFine || !strings.Contains(out, "3 wordings made") {
		t.Fatalf("warm: %d\n%s", code, out)
	}
	code, out := command(t, pairs, "prompts", "review", "--pending")
	if code != exitFine || strings.Count(out, "pending") != 3 {
		t.Fatalf("review: %d\n%s", code, out)
	}
	if code, out := command(t, pairs, "prompts", "review", "--approve", out[:8]); code != exitFine || strings.Count(out, "approved") != 1 {
		t.Errorf("approve: %d\n%s", code, out)
	}
	if code, out := command(t, pairs, "prompts", "review", "--approve", "nothing"); code != exitUsage {
		t.Errorf("an unknown mark: %d\n%s", code, out)
	}
	if code, out := command(t, pairs, "prompts", "review", "--refused"); code != exitFine {
		t.Errorf("refused: %d\n%s", code, out)
	}
	bad, stop, err := llmtest.New(llmtest.Number, llmtest.Options{}).Start()
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	pairs["OPENAI_BASE_URL"] = bad
	if code, out := command(t, pairs, "prompts", "warm", "--act", "greet", "--locale", "en-GB", "--n", "1"); code != exitFound {
		t.Errorf("warm by a bad model: %d\n%s", code, out)
	}
	if code, out := command(t, pairs, "prompts", "review", "--refused", "--locale", "en-GB"); code != exitFine || !strings.Contains(out, "digit_leak greet/") {
		t.Errorf("refused: %d\n%s", code, out)
	}
	if code, out := command(t, pairs, "prompts", "explain", "--act", "balance.show", "--locale", "zh-Hans"); code != exitFine || !strings.Contains(out, "{amount_due}") {
		t.Errorf("explain: %d\n%s", code, out)
	}
	if code, out := command(t, pairs, "prompts", "explain", "--act", "cease.confirmed", "--locale", "zh-Hans"); code != exitUsage {
		t.Errorf("explain a fixed text: %d\n%s", code, out)
	}
}

func TestLastWordsOfAConversation(t *testing.T) {
	r, err := redisstore.OpenInProcess()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	store, err := redisstore.Open(t.Context(), r.Client, redisstore.Options{Node: "n"})
	if err != nil {
		t.Fatal(err)
	}
	if text, _, err := (lastWords{store}).LastWords(t.Context(), "c1"); err == nil {
		t.Errorf("an unknown conversation ends with %q", text)
	}
	ch := dialog.Change{Next: dialog.Conversation{ID: "c1", Revision: 1, Seq: 2, AgentName: "Zhou", Owner: dialog.OwnerBot}, Messages: []dialog.Message{
		{ID: "c1-1-1", Seq: 1, Speaker: dialog.SpeakerBorrower, Body: dialog.Rendered{Text: "I lost my job"}},
		{ID: "c1-1-2", Seq: 2, Speaker: dialog.SpeakerBot, Body: dialog.Rendered{Text: "I see"}},
	}}
	rec := dialog.Record{Envelope: dialog.Envelope{ID: "e1", Conversation: "c1", At: time.Now()}}
	if _, err := store.Commit(t.Context(), time.Now(), dialog.Conversation{ID: "c1"}, ch, rec); err != nil {
		t.Fatal(err)
	}
	if text, names, err := (lastWords{store}).LastWords(t.Context(), "c1"); err != nil || text != "I lost my job" || names[0] != "Zhou" {
		t.Errorf("got %q, %v, %v", text, names, err)
	}
}

func TestEvalGuardCommand(t *testing.T) {
	path := filepath.Join(t.TempDir(), "guard.jsonl")
	lines := `{"id":"a","locale":"en","act":"greet","text":"Hello. What can I do for you?","expect":"allow","why":"natural"}
{"id":"b","locale":"en","act":"balance.show","required":["amount_due"],"text":"It is 12 dollars.","expect":"block","why":"digit_leak"}
`
	if err := os.WriteFile(path, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out := command(t, nil, "eval", "guard", "--json", "--min-recall", "1", "--max-slots", "0", path); code != exitFine || !strings.Contains(out, `"kind":"guard"`) {
		t.Errorf("%d\n%s", code, out)
	}
	if code, out := command(t, nil, "eval", "guard", "--min-allow", "1.1", path); code != exitFound {
		t.Errorf("a shortfall: %d\n%s", code, out)
	}
}

func TestSandboxServesAScriptedModel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	lines, out := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, []string{"sandbox", "--addr", "127.0.0.1:0", "--llm", "--behave", "echo"}, stdio{Out: out, Err: out}, noEnv)
		out.Close()
	}()
	said := bufio.NewScanner(lines)
	base := ""
	for base == "" && said.Scan() {
		if _, after, ok := strings.Cut(said.Text(), "scripted model (echo) on "); ok {
			base = after
		}
	}
	c, err := llm.New(llm.Options{Models: []llm.Model{{Name: "m", BaseURL: base}}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Complete(ctx, llm.Request{System: "s", User: "u\n\nHello."})
	if err != nil || got.Text != "Hello." {
		t.Errorf("got %+v, %v", got, err)
	}
	cancel()
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	if status := <-code; status != exitFine {
		t.Errorf("exit status %d", status)
	}
	if status, text := command(t, nil, "sandbox", "--addr", "127.0.0.1:0", "--llm", "--behave", "kindly"); status != exitUsage {
		t.Errorf("an unknown behaviour: %d\n%s", status, text)
	}
}
