package llm

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

// reply is what came of a call: the text as far as it got.
type reply struct {
	text   strings.Builder
	finish openai.FinishReason
	usage  *openai.Usage
	refuse bool
}

// call makes one call of one model.
func (c *Client) call(ctx context.Context, m *model, r Request, prompt int) (Completion, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ctx, seen := withMeta(ctx)
	got := &reply{}
	var err error
	if m.NoStream {
		err = m.whole(ctx, m.build(r), got)
	} else {
		// The first word of the last model may take all the time that is left:
		// nobody else could be asked.
		patience := c.opts.Stall
		if m == c.models[len(c.models)-1] {
			patience = c.opts.Deadline
		}
		stalled := time.AfterFunc(patience, cancel)
		err = m.stream(ctx, m.build(r), got, func() { stalled.Reset(c.opts.Stall) })
		stalled.Stop()
	}
	done := Completion{Model: m.Name, Tokens: c.tokens(got, seen, prompt)}
	done.Cost = (float64(done.Tokens.Prompt)*m.PriceIn + float64(done.Tokens.Answer)*m.PriceOut) / 1e6
	if err != nil || seen.status >= 300 { // the library takes a redirect for an answer
		return done, m.failure(ctx, err, seen)
	}
	if fault := m.ended(got); fault != nil {
		return done, fault
	}
	text, fault := m.answer(r, got.text.String())
	if fault != nil {
		return done, fault
	}
	done.Text = text
	return done, nil
}

// whole asks for the answer in one piece.
func (m *model) whole(ctx context.Context, q openai.ChatCompletionRequest, got *reply) error {
	resp, err := m.client.CreateChatCompletion(ctx, q)
	if err != nil {
		return err
	}
	got.usage = &resp.Usage
	if len(resp.Choices) > 0 {
		choice := resp.Choices[0]
		got.text.WriteString(choice.Message.Content)
		got.finish, got.refuse = choice.FinishReason, choice.Message.Refusal != ""
	}
	return nil
}

// stream collects the answer piece by piece; alive is called for each.
func (m *model) stream(ctx context.Context, q openai.ChatCompletionRequest, got *reply, alive func()) error {
	s, err := m.client.CreateChatCompletionStream(ctx, q)
	if err != nil {
		return err
	}
	defer s.Close()
	for {
		chunk, err := s.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		alive()
		if chunk.Usage != nil {
			got.usage = chunk.Usage
		}
		if len(chunk.Choices) == 0 { // usage, or a filter's word on the prompt
			continue
		}
		choice := chunk.Choices[0]
		got.text.WriteString(choice.Delta.Content)
		got.refuse = got.refuse || choice.Delta.Refusal != ""
		if choice.FinishReason != "" {
			got.finish = choice.FinishReason
		}
	}
}

// ended says what is wrong with how an answer ended. One whose end was not seen
// was cut, however well it reads.
func (m *model) ended(got *reply) *Error {
	switch {
	case got.refuse:
		return m.fault(KindAnswer, "refusal")
	case got.finish == openai.FinishReasonStop:
		return nil
	case got.finish == "" || got.finish == openai.FinishReasonNull:
		return m.fault(KindAnswer, "cut off")
	}
	return m.fault(KindAnswer, "finish reason "+known(got.finish))
}

// known keeps an endpoint's own words out of an error.
func known(f openai.FinishReason) string {
	switch f {
	case openai.FinishReasonLength, openai.FinishReasonContentFilter, openai.FinishReasonToolCalls, openai.FinishReasonFunctionCall:
		return string(f)
	}
	return "unknown"
}

// tokens are the endpoint's own count, or ours where it gives none. A call that
// was turned away cost nothing.
func (c *Client) tokens(got *reply, seen *meta, prompt int) Tokens {
	if u := got.usage; u != nil && u.PromptTokens+u.CompletionTokens > 0 {
		t := Tokens{Prompt: u.PromptTokens, Answer: u.CompletionTokens}
		if u.PromptTokensDetails != nil {
			t.Cached = u.PromptTokensDetails.CachedTokens
		}
		return t
	}
	if seen.status != http.StatusOK {
		return Tokens{}
	}
	return Tokens{Prompt: prompt, Answer: c.opts.Counter.Count(got.text.String())}
}

// failure gives the library's many errors a kind. Their texts are dropped.
func (m *model) failure(ctx context.Context, err error, seen *meta) *Error {
	out := m.fault(KindUnavailable, "")
	if seen.status != http.StatusOK {
		out.Status = seen.status
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), ctx.Err() != nil:
		out.Kind = KindDeadline
	case seen.status == http.StatusTooManyRequests:
		out.Kind, out.RetryAfter = KindLimited, max(seen.retryAfter, time.Second)
	case seen.status == http.StatusServiceUnavailable && seen.retryAfter > 0:
		out.Kind, out.RetryAfter = KindLimited, seen.retryAfter
	case seen.status >= 500:
	case seen.status >= 300:
		out.Kind = KindRefused
	case seen.status == http.StatusOK: // it broke on the way
		out.Kind, out.Detail = KindAnswer, "broken off"
	}
	return out
}
