package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"warmline/bot/llm/llmtest"
)

// withModel serves a scripted model beside the lender where it is asked for.
func (c *sandboxCmd) withModel(lender http.Handler, out io.Writer, addr net.Addr) (http.Handler, error) {
	if !c.LLM {
		return lender, nil
	}
	how := llmtest.Behaviour(c.Behave)
	if !how.Valid() {
		return nil, wrongUse("--behave: expected one of %s", behaviourNames())
	}
	model := llmtest.New(how, llmtest.Options{Delay: c.Delay})
	mux := http.NewServeMux()
	mux.Handle("/", lender)
	mux.Handle("POST /v1/chat/completions", model)
	mux.Handle("GET /v1/models", model)
	fmt.Fprintf(out, "scripted model (%s) on http://%s/v1\n", how, addr)
	return mux, nil
}

func behaviourNames() string {
	names := make([]string, 0, 20)
	for _, b := range llmtest.Behaviours() {
		names = append(names, string(b))
	}
	return strings.Join(names, ", ")
}
