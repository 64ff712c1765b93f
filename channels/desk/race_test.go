package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"warmline/dialog"
	"warmline/dialog/turn"
)

// What several people and a dying machine do to one chat.
type raceIn struct {
	agent string
	do    string // claim, say, release, lost
	epoch uint64 // that the screen showed
}

type raceOut struct {
	ok      bool
	unknown bool // no answer: it may have happened, or may still
	epoch   uint64
}

// owning is the model: who has the chat, and how often that has changed.
type owning struct {
	agent string
	epoch uint64
}

// ownership says that a claim has one winner, that only the owner speaks, and
// that nobody acts on an old screen.
func ownership(start uint64) porcupine.Model {
	step := func(s owning, in raceIn) (owning, bool) {
		switch {
		case in.do == "claim" && s.agent == "" && in.epoch == s.epoch:
			return owning{in.agent, s.epoch + 1}, true
		case in.do == "claim" && s.agent == in.agent && in.epoch == s.epoch:
			return s, true
		case in.do == "claim" && in.agent == "lin" && in.epoch == s.epoch: // a supervisor takes over
			return owning{in.agent, s.epoch + 1}, true
		case in.do == "claim" || s.agent != in.agent || in.epoch != s.epoch:
			return s, false
		case in.do == "say":
			return s, true
		}
		return owning{"", s.epoch + 1}, true // release, lost
	}
	return porcupine.Model{
		Init: func() any { return owning{epoch: start} },
		Step: func(state, input, output any) (bool, any) {
			s, in, out := state.(owning), input.(raceIn), output.(raceOut)
			next, allowed := step(s, in)
			switch {
			case out.unknown:
				return true, next
			case out.ok != allowed:
				return false, s
			case allowed && out.epoch < next.epoch: // it may have moved on while the answer was made
				return false, s
			}
			return true, next
		},
		Equal:             func(a, b any) bool { return a == b },
		DescribeOperation: func(in, out any) string { return fmt.Sprintf("%+v → %+v", in, out) },
	}
}

// racer is one person who acts on what they last saw.
type racer struct {
	*console
	chat  string
	epoch uint64
	rand  *rand.Rand
	begun time.Time
}

func (x *racer) step(n int) porcupine.Operation {
	in := raceIn{agent: x.user, do: []string{"claim", "say", "release", "claim", "say"}[x.rand.IntN(5)], epoch: x.epoch}
	body := fields{"epoch": in.epoch, "id": fmt.Sprintf("race-action-%06d", n)}
	switch in.do {
	case "say":
		body["text"] = fmt.Sprintf("%s %d", x.user, n)
	case "release":
		body["outcome"] = "answered"
	}
	call := time.Since(x.begun).Nanoseconds()
	status, raw := x.do(http.MethodPost, "/chats/"+x.chat+"/"+in.do, body)
	out := raceOut{ok: status < 300, unknown: status >= 500}
	if out.ok {
		var got struct{ Epoch, Revision uint64 }
		_ = json.Unmarshal(raw, &got)
		out.epoch = got.Epoch
	}
	return porcupine.Operation{Input: in, Output: out, Call: call, Return: time.Since(x.begun).Nanoseconds()}
}

// look reads what the screen of this person shows.
func (x *racer) look() {
	var v struct{ Row struct{ Epoch uint64 } }
	x.get("/chats/"+x.chat, &v)
	x.epoch = v.Row.Epoch
}

// Three people on two nodes claim, speak and release at random; machines die
// and their chats are taken back. Every history has an order in which each claim
// had one winner and only owners spoke.
func TestHandoffCannotRace(t *testing.T) {
	r := newRig(t, 2, nil)
	users := []string{"zhou", "wong", "lin"}
	var consoles []*console
	for i, user := range users {
		consoles = append(consoles, r.signIn(r.nodes[i%2], user))
	}
	for round := range 6 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			borrower := fmt.Sprintf("race-%d", round)
			id := r.waits(borrower, 2)
			start := r.state(id).Epoch
			history := raceRound(t, r, consoles, id, uint64(round))
			result, _ := porcupine.CheckOperationsVerbose(ownership(start), history, 2*time.Minute)
			if result != porcupine.Ok {
				t.Fatalf("no order explains what was seen (%v):\n%v", result, history)
			}
			spokenByOwners(t, r, id)
		})
	}
}

func raceRound(t *testing.T, r *rig, consoles []*console, id string, seed uint64) []porcupine.Operation {
	var mu sync.Mutex
	var history []porcupine.Operation
	begun := time.Now()
	var all sync.WaitGroup
	for i, c := range consoles {
		x := &racer{console: c, chat: id, rand: rand.New(rand.NewPCG(seed, uint64(i))), begun: begun}
		all.Go(func() {
			for n := range 14 {
				if x.rand.IntN(3) > 0 {
					x.look()
				}
				op := x.step(int(seed)*1000 + n)
				op.ClientId = i
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
		})
	}
	all.Go(func() {
		for n := range 4 {
			op, did := loseOne(r, id, begun, fmt.Sprintf("lost-%d-%d", seed, n))
			if did {
				op.ClientId = len(consoles)
				mu.Lock()
				history = append(history, op)
				mu.Unlock()
			}
			time.Sleep(15 * time.Millisecond)
		}
	})
	all.Wait()
	return history
}

// loseOne takes the chat back from whoever has it, as after a crash; from either
// node.
func loseOne(r *rig, id string, begun time.Time, name string) (porcupine.Operation, bool) {
	c := r.state(id)
	if c.Owner != dialog.OwnerAgent {
		return porcupine.Operation{}, false
	}
	in := raceIn{agent: c.Agent, do: "lost", epoch: c.Epoch}
	call := time.Since(begun).Nanoseconds()
	_, err := r.nodes[1].engine.Deliver(context.Background(), dialog.Envelope{ID: name, Conversation: id, At: r.clock.now(),
		Event: dialog.Event{Kind: dialog.EventAgent, Agent: &dialog.AgentEvent{Kind: "lost", Agent: c.Agent, Epoch: c.Epoch}}})
	out := raceOut{ok: err == nil, unknown: true}
	return porcupine.Operation{Input: in, Output: out, Call: call, Return: time.Since(begun).Nanoseconds()}, true
}

// spokenByOwners reads the transcript: between joining and leaving only one name
// speaks, and no note of the desk's is readable by a borrower.
func spokenByOwners(t *testing.T, r *rig, id string) {
	t.Helper()
	messages, err := r.nodes[0].store.After(context.Background(), id, 0, 2000)
	if err != nil {
		t.Fatal(err)
	}
	speaks := ""
	for _, m := range messages {
		switch {
		case m.Act != nil && m.Act.Kind == "handoff.joined":
			speaks = m.Act.Values["agent_name"].Text
		case m.Act != nil && m.Act.Kind == "handoff.left":
			speaks = ""
		case m.Speaker == dialog.SpeakerHuman && (m.Name != speaks || speaks == ""):
			t.Errorf("line %d by %q while %q has the chat", m.Seq, m.Name, speaks)
		case m.Level > dialog.LevelThisAct && m.Level != turn.LevelDesk:
			t.Errorf("line %d has level %d", m.Seq, m.Level)
		}
		if strings.Contains(m.Client, "zhou") || strings.Contains(m.Client, "wong") {
			t.Errorf("line %d tells an account: %s", m.Seq, m.Client)
		}
	}
}

// The same click sent twice, to two nodes, counts once.
func TestARepeatedActionHappensOnce(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou, again := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "zhou")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	body := fields{"epoch": zhou.chat(id).Row.Epoch, "id": "same-click-1", "text": "您好"}
	var first, second struct{ Duplicate bool }
	zhou.must(http.MethodPost, "/chats/"+id+"/say", body, &first)
	again.must(http.MethodPost, "/chats/"+id+"/say", body, &second)
	if first.Duplicate || !second.Duplicate {
		t.Errorf("first %+v, second %+v", first, second)
	}
	n := 0
	for _, l := range zhou.lines(id) {
		if l.Speaker == "human" {
			n++
		}
	}
	if n != 1 {
		t.Errorf("said %d times", n)
	}
}
