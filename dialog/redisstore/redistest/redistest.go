// Package redistest starts Redis Clusters for tests and finds ports for servers
// that cannot choose one themselves.
package redistest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"warmline/dialog/redisstore"
)

// lowest is the first port that is looked at.
const lowest = 12_000

// Ports returns n ports of the loopback on which nobody listens. They lie below
// those that the system gives to outgoing connections, so that none of the many
// connections of other tests takes one before its server is up, or while its
// server is being restarted.
func Ports(n int) ([]int, error) {
	top := ephemeral()
	var ports []int
	var open []net.Listener
	defer func() {
		for _, l := range open {
			_ = l.Close()
		}
	}()
	for tries := 0; len(ports) < n; tries++ {
		port := 0 // any
		if top > lowest && tries < 100*n {
			port = lowest + rand.IntN(top-lowest)
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		switch {
		case err == nil:
			open = append(open, l)
			ports = append(ports, l.Addr().(*net.TCPAddr).Port)
		case tries > 200*n:
			return nil, fmt.Errorf("find a free port: %w", err)
		}
	}
	return ports, nil
}

// ephemeral is the first port that the system gives to outgoing connections, as
// far as it says so.
func ephemeral() int {
	raw, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range")
	if err != nil {
		return 32768
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(raw)), "\t")
	port, err := strconv.Atoi(first)
	if err != nil {
		return 32768
	}
	return port
}

// Cluster is a Redis Cluster of three masters on the loopback.
type Cluster struct {
	Client redis.UniversalClient
	Addrs  []string // host:port of each master
	nodes  []*redisstore.Embedded
}

// StartCluster starts a cluster that keeps its files in dir. It needs
// redis-server and redis-cli on PATH.
func StartCluster(ctx context.Context, dir string) (*Cluster, error) {
	var err error
	for try := range 3 { // a port may have been taken meanwhile
		c := &Cluster{}
		if err = c.start(ctx, filepath.Join(dir, strconv.Itoa(try))); err == nil {
			return c, nil
		}
		err = errors.Join(err, c.Close())
	}
	return nil, fmt.Errorf("start a cluster: %w", err)
}

func (c *Cluster) start(ctx context.Context, dir string) error {
	ports, err := Ports(6)
	if err != nil {
		return err
	}
	for i := range 3 {
		node, err := redisstore.StartServer(ctx, filepath.Join(dir, strconv.Itoa(i)),
			"--port", strconv.Itoa(ports[i]), "--bind", "127.0.0.1", "--appendonly", "no",
			"--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(ports[i+3]), "--cluster-node-timeout", "5000")
		if err != nil {
			return err
		}
		c.nodes = append(c.nodes, node)
		c.Addrs = append(c.Addrs, fmt.Sprintf("127.0.0.1:%d", ports[i]))
	}
	args := append([]string{"--cluster", "create"}, append(c.Addrs, "--cluster-yes")...)
	if out, err := exec.CommandContext(ctx, "redis-cli", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("join the masters: %w\n%s", err, out)
	}
	if c.Client, err = redisstore.Connect(redisstore.Config{Addrs: c.Addrs, Cluster: true}); err != nil {
		return err
	}
	return c.settled(ctx)
}

// settled waits until every master knows that the cluster is whole.
func (c *Cluster) settled(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		whole := 0
		for _, node := range c.nodes {
			info, err := node.Client.ClusterInfo(ctx).Result()
			if err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3") {
				whole++
			}
		}
		if whole == len(c.nodes) {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("wait for the cluster: %w", ctx.Err())
		}
	}
}

// Close stops the cluster.
func (c *Cluster) Close() error {
	var errs []error
	if c.Client != nil {
		errs = append(errs, c.Client.Close())
	}
	for _, node := range c.nodes {
		errs = append(errs, node.Close())
	}
	return errors.Join(errs...)
}
