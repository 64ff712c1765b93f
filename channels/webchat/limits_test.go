package webchat

import (
	"fmt"
	"testing"

	"github.com/gorilla/websocket"
)

func TestFloodIsRefusedThenEnded(t *testing.T) {
	r := newRig(t, 1)
	c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
	for range 70 {
		c.n++
		frame := fmt.Sprintf(`{"t":"text","n":%d,"id":"m%d","text":"x"}`, c.n, c.n)
		if c.ws.WriteMessage(websocket.TextMessage, []byte(frame)) != nil {
			break
		}
	}
	if f := c.want("nack"); f["code"] != "rate_limited" {
		t.Errorf("nack %v", f)
	}
	c.wantClose(CloseRate)
	if got := r.tally.get("trouble nack:rate_limited"); got != maxStrikes {
		t.Errorf("%d refusals before the end, expected %d", got, maxStrikes)
	}
}

func TestReconnectingDoesNotRefillAPersonsLimit(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	acks := 0
	for round := range 4 {
		c := r.connect(n, session, 0, fmt.Sprintf("device-%d", round))
		for i := range 35 {
			c.send(fmt.Sprintf(`{"t":"text","n":%d,"id":"m%d","text":"x"}`, i+1, i+1))
			if kind := c.wantEither("ack", "nack"); kind == "nack" {
				break
			}
			acks++
		}
		c.ws.Close()
	}
	if acks > 90 || acks < 70 {
		t.Errorf("%d messages were taken over four connections, expected about 80", acks)
	}
}

func TestConnectionsOfAPersonAreBounded(t *testing.T) {
	r := newRig(t, 1, func(h *HubOptions, _ *Options) { h.Most = 3 })
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	var open []*client
	for i := range 3 {
		open = append(open, r.connect(n, session, 0, fmt.Sprintf("device-%d", i)))
	}
	one := r.dial(n, session, nil)
	go one.listen()
	one.wantClose(CloseRate)
	r.connect(n, r.session(n, "b2", 2), 0, "device-1")
	open[0].ws.Close()
	eventually(t, "there is room again", func() bool { return n.hub.Connections() == 3 })
	r.connect(n, session, 0, "device-9")
}
