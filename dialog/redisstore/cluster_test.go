package redisstore_test

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog"
	"warmline/dialog/dialogtest"
	"warmline/dialog/redisstore"
)

// freePorts returns ports of the loopback that were free a moment ago.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatalf("find a free port: %v", err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// cluster starts three masters and returns a client.
func cluster(t *testing.T) redis.UniversalClient {
	t.Helper()
	ports := freePorts(t, 6)
	var addrs []string
	for _, i := range []int{0, 1, 2} {
		server(t, "--port", strconv.Itoa(ports[i]), "--bind", "127.0.0.1", "--appendonly", "no",
			"--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(ports[i+3]), "--cluster-node-timeout", "2000")
		addrs = append(addrs, fmt.Sprintf("127.0.0.1:%d", ports[i]))
	}
	args := append([]string{"--cluster", "create"}, append(addrs, "--cluster-yes")...)
	if out, err := exec.Command("redis-cli", args...).CombinedOutput(); err != nil {
		t.Fatalf("create the cluster: %v\n%s", err, out)
	}
	db, err := redisstore.Connect(redisstore.Config{Addrs: addrs, Cluster: true})
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); time.Sleep(100 * time.Millisecond) {
		info, err := db.ClusterInfo(context.Background()).Result()
		if err == nil && len(info) > 0 && contains(info, "cluster_state:ok") {
			return db
		}
	}
	t.Fatal("the cluster does not become ready")
	return nil
}

func TestClusterKeepsTheStoresPromises(t *testing.T) {
	db := cluster(t)
	open := opener(t, db, redisstore.Options{})
	dialogtest.TestStore(t, open)
	t.Run("turns", func(t *testing.T) { dialogtest.TestTurns(t, open) })
	t.Run("hints of every slot", func(t *testing.T) {
		s := openStore(t, db, redisstore.Options{})
		watching, stop := context.WithCancel(context.Background())
		defer stop()
		hints := s.Watch(watching)
		<-hints // subscribed
		wanted := map[string]bool{}
		for i := range 40 {
			c := dialog.Conversation{ID: fmt.Sprint("hinted", i)}
			commit(t, s, c, nil)
			wanted[c.ID] = true
		}
		for limit := time.After(10 * time.Second); len(wanted) > 0; {
			select {
			case h := <-hints:
				delete(wanted, h.Conversation)
			case <-limit:
				t.Fatalf("no hint came of %v", wanted)
			}
		}
	})
}
