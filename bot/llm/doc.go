// Package llm asks a language model behind any endpoint that speaks the OpenAI
// chat protocol, within a deadline and a budget of tokens. It knows nothing of
// what is asked or why.
//
// A [Client] has a list of models and goes down it: a model that is rate
// limited, whose breaker is open, that fails or that answers badly is passed
// over for the next. Every failure has a [Kind]; none carries what the endpoint
// said in words, since that may repeat the prompt or the key.
//
// Providers differ; see [Dialect] for what each of them wants.
package llm
