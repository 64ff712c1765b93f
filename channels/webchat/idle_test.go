package webchat

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"warmline/channels"
	"warmline/dialog"
)

// idleVariable turns the test binary into a server whose memory is measured.
const idleVariable = "WARMLINE_IDLE_SERVER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(idleVariable); kind != "" {
		if err := serveIdle(kind); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// serveIdle prints its address, then its resident memory in KiB for each line
// that it reads.
func serveIdle(kind string) error {
	mux := http.NewServeMux()
	if kind == "bare" {
		mux.HandleFunc("GET /v1/chat", bareEcho)
	} else if err := registerIdle(mux); err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(l, mux) }()
	fmt.Println(l.Addr())
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		debug.FreeOSMemory()
		statm, err := os.ReadFile("/proc/self/statm")
		if err != nil {
			return err
		}
		pages, err := strconv.Atoi(strings.Fields(string(statm))[1])
		if err != nil {
			return err
		}
		fmt.Println(pages * os.Getpagesize() / 1024)
	}
	return in.Err()
}

// bareEcho is the floor: the same buffers, two goroutines, nothing else.
func bareEcho(w http.ResponseWriter, r *http.Request) {
	ws, err := bareUpgrader.Upgrade(w, r, http.Header{"Sec-Websocket-Protocol": {Subprotocol}})
	if err != nil {
		return
	}
	send := make(chan []byte, 1)
	go func() {
		ticker := time.NewTicker(54 * time.Second)
		defer ticker.Stop()
		for {
			select {
			case data := <-send:
				if ws.WriteMessage(websocket.TextMessage, data) != nil {
					return
				}
			case <-ticker.C:
				_ = ws.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second))
			}
		}
	}()
	go func() {
		defer ws.Close()
		ws.SetReadLimit(frameLimit)
		for {
			_, data, err := ws.ReadMessage()
			if err != nil {
				return
			}
			send <- data
		}
	}()
}

var bareUpgrader = websocket.Upgrader{
	ReadBufferSize: 1024, WriteBufferSize: 4096, WriteBufferPool: &sync.Pool{},
	CheckOrigin: func(*http.Request) bool { return true },
}

// idleStore knows every conversation, with one session.
type idleStore struct{}

func (idleStore) State(_ context.Context, id string) (dialog.Conversation, error) {
	return dialog.Conversation{
		ID: id, Revision: 1, Owner: dialog.OwnerBot, Locale: dialog.EnGB, Zone: "UTC",
		Bindings: []dialog.Binding{{Session: "idle", Level: dialog.LevelLinked}},
	}, nil
}

func (idleStore) Since(context.Context, string, uint64, int) ([]dialog.Message, error) {
	return nil, nil
}

func registerIdle(mux *http.ServeMux) error {
	hub, err := NewHub(HubOptions{Store: idleStore{}, Words: fakeWords{}})
	if err != nil {
		return err
	}
	server, err := New(hub, Options{
		Keys: Keys{}, Issuer: "wallet", Secrets: [][]byte{sealSecret}, Random: rand.Reader,
		Submit: func(_ context.Context, e dialog.Envelope, done func(channels.Receipt, error)) {
			go done(channels.Receipt{Revision: 2, Seq: 0}, nil)
		},
	})
	if err != nil {
		return err
	}
	server.Register(mux)
	return nil
}

// BenchmarkIdleConnections opens many connections that have said one thing, and
// prints the server's memory for each beside that of a bare server in the same
// run.
func BenchmarkIdleConnections(b *testing.B) {
	const connections = 5000
	for b.Loop() {
		bare := idleMemory(b, "bare", connections)
		ours := idleMemory(b, "chat", connections)
		b.ReportMetric(bare, "bareKiB/conn")
		b.ReportMetric(ours, "KiB/conn")
		b.ReportMetric(ours/bare, "x")
	}
}

// idleMemory returns KiB of resident memory a connection.
func idleMemory(b *testing.B, kind string, connections int) float64 {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), idleVariable+"="+kind)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	defer func() {
		in.Close()
		_ = cmd.Wait()
	}()
	lines := bufio.NewScanner(out)
	ask := func(question string) string {
		if question != "" {
			if _, err := io.WriteString(in, question+"\n"); err != nil {
				b.Fatal(err)
			}
		}
		if !lines.Scan() {
			b.Fatalf("the %s server said nothing: %v", kind, lines.Err())
		}
		return lines.Text()
	}
	addr := ask("")
	first := idleClients(b, addr, 50) // what is needed once is not counted
	before := number(b, ask("memory"))
	rest := idleClients(b, addr, connections)
	after := number(b, ask("memory"))
	for _, ws := range append(first, rest...) {
		ws.Close()
	}
	return float64(after-before) / float64(connections)
}

func number(b *testing.B, s string) int {
	b.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func idleClients(b *testing.B, addr string, n int) []*websocket.Conn {
	b.Helper()
	k, err := newSeal([][]byte{sealSecret})
	if err != nil {
		b.Fatal(err)
	}
	var list []*websocket.Conn
	for i := range n {
		s := session{ID: "idle", Conversation: fmt.Sprintf("c%d-%d", n, i), Expires: time.Now().Add(time.Hour).Unix()}
		token, err := k.close(s)
		if err != nil {
			b.Fatal(err)
		}
		d := websocket.Dialer{Subprotocols: []string{Subprotocol, sessionProtocol + token}, ReadBufferSize: 256, WriteBufferSize: 256}
		ws, resp, err := d.Dial("ws://"+addr+"/v1/chat", nil)
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
		for _, f := range []string{`{"t":"hello","device":"d"}`, `{"t":"text","n":1,"id":"m1","text":"hello there"}`} {
			if err := ws.WriteMessage(websocket.TextMessage, []byte(f)); err != nil {
				b.Fatal(err)
			}
		}
		for {
			_, data, err := ws.ReadMessage()
			if err != nil {
				b.Fatal(err)
			}
			if strings.Contains(string(data), `"m1"`) {
				break
			}
		}
		list = append(list, ws)
	}
	return list
}
