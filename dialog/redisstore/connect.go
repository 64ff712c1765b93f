package redisstore

import (
	"crypto/tls"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"warmline/dialog"
)

// Config says where Redis is.
type Config struct {
	Addrs    []string // host:port, or one path of a unix socket
	Cluster  bool
	Master   string // name of a sentinel group; Addrs are the sentinels
	Username string
	Password string
	DB       int
	TLS      *tls.Config
	PoolSize int // connections a server; 0 lets the client choose
}

// Connect returns a client with the settings that the store relies on: writes
// are never re-sent behind its back, a context's end is honoured, a server that
// is down is noticed at once and a cluster's change of masters within a second.
func Connect(c Config) (redis.UniversalClient, error) {
	if len(c.Addrs) == 0 {
		return nil, dialog.E(dialog.CodeInvalid, "the address of Redis is missing", nil)
	}
	options := &redis.UniversalOptions{
		Addrs: c.Addrs, MasterName: c.Master, IsClusterMode: c.Cluster,
		Username: c.Username, Password: c.Password, DB: c.DB, TLSConfig: c.TLS, PoolSize: c.PoolSize,
		MaxRetries: -1, DialerRetries: 1, DialTimeout: time.Second,
		ReadTimeout: 3 * time.Second, WriteTimeout: 3 * time.Second,
		ContextTimeoutEnabled: true, DisableIdentity: true,
		ReadBufferSize: 16 << 10, WriteBufferSize: 16 << 10,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if !c.Cluster {
		return redis.NewUniversalClient(options), nil
	}
	// The default of a minute leaves a client on a dead master for that long.
	cluster := options.Cluster()
	cluster.ClusterStateReloadInterval = time.Second
	return redis.NewClusterClient(cluster), nil
}
