package phrase

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"warmline/bot/phrase/redact"
	"warmline/dialog"
	"warmline/prompts"
)

// SecondAct names requests for a second opinion in metrics.
const SecondAct = "second_opinion"

// opinionUse is how old a text may be that a model is still asked about.
const opinionUse = 15 * time.Second

// Why there is no second opinion, beside the kinds of the model's failures.
const (
	FailedUnclear = "unclear"    // the model cannot tell either
	FailedUnknown = "unknown"    // an answer that is not in the closed set
	FailedEmpty   = "no_words"   // nothing is left of the text after redaction
	FailedLate    = "late"       // the text is too old
	FailedSpeaker = "not_theirs" // the message is not the person's
)

// OpinionWatcher is told what became of each request for a second opinion:
// "answered" or why there is none. It must not block.
type OpinionWatcher interface{ Opinion(outcome string) }

// OpinionOptions are what a SecondOpinion needs. Names may be nil.
type OpinionOptions struct {
	Sorting *prompts.Sorting
	Model   Model // its answer is an intent's name
	Watcher OpinionWatcher
	// Names returns names that are known of a conversation, to be taken out of
	// the text.
	Names func(ctx context.Context, conversation string) []string
	Now   func() time.Time
}

// SecondOpinion asks a model what a text is about that was not understood. The
// model is shown the text without names, numbers and contact data and nothing
// else; its answer is one of a closed set of intents or none. It implements the
// manager's SecondListener.
type SecondOpinion struct{ o OpinionOptions }

// NewSecondOpinion returns a second listener.
func NewSecondOpinion(o OpinionOptions) *SecondOpinion { return &SecondOpinion{o: o} }

// HearAgain returns what a message may be about: a driving intent and nothing
// else, never an entity or a level of safety. An error means that the model could
// not or may not tell; it never holds the text.
func (s *SecondOpinion) HearAgain(ctx context.Context, m dialog.Message) (dialog.Understanding, error) {
	intent, model, err := s.ask(ctx, m)
	if err != nil {
		s.o.Watcher.Opinion(reason(err))
		return dialog.Understanding{}, err
	}
	s.o.Watcher.Opinion("answered")
	return dialog.Understanding{
		Version: strings.Join([]string{"second", model, s.o.Sorting.Version}, " "),
		Driving: intent, Intents: []dialog.Scored{{Intent: intent, Score: 1}}, Confident: true,
	}, nil
}

func (s *SecondOpinion) ask(ctx context.Context, m dialog.Message) (dialog.Intent, string, error) {
	conversation := conversationOf(m.ID)
	switch {
	case m.Speaker != dialog.SpeakerBorrower:
		return "", "", failure(FailedSpeaker)
	case s.o.Now().Sub(m.At) > opinionUse:
		return "", "", failure(FailedLate)
	}
	var names []string
	if s.o.Names != nil {
		names = s.o.Names(ctx, conversation)
	}
	text := redact.Text(m.Body.Text, names...)
	if !wordy(text) {
		return "", "", failure(FailedEmpty)
	}
	draft, err := s.o.Model.Draft(ctx, Question{
		System: s.o.Sorting.System, User: "message: \"" + text + "\"", Act: SecondAct, Conversation: conversation,
	})
	if err != nil {
		return "", "", err
	}
	intent, err := s.read(draft.Text)
	return intent, draft.Model, err
}

// wordy reports whether something is left of a redacted text to be sorted.
func wordy(text string) bool {
	for _, mark := range []string{redact.Name, redact.Contact, redact.Number} {
		text = strings.ReplaceAll(text, mark, "")
	}
	return squeezed(text) != ""
}

// read takes an intent out of an answer: a name of the closed set and nothing
// beside it, bare or as the one member of an object.
func (s *SecondOpinion) read(answer string) (dialog.Intent, error) {
	answer = strings.TrimSpace(answer)
	if strings.HasPrefix(answer, "{") {
		var err error
		if answer, err = member(answer); err != nil {
			return "", failure(FailedUnknown)
		}
	}
	switch {
	case answer == prompts.Unclear:
		return "", failure(FailedUnclear)
	case !slices.Contains(s.o.Sorting.Intents, dialog.Intent(answer)):
		return "", failure(FailedUnknown)
	}
	return dialog.Intent(answer), nil
}

// member returns the intent of an object that has nothing else.
func member(object string) (string, error) {
	var got struct {
		Intent string `json:"intent"`
	}
	d := json.NewDecoder(strings.NewReader(object))
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		return "", err
	}
	if d.More() {
		return "", errors.New("more than one value")
	}
	return got.Intent, nil
}
