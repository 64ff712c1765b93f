package redisstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"warmline/dialog"
)

// Embedded is a Redis that this program runs for itself.
type Embedded struct {
	Client redis.UniversalClient
	// Says is one line for the person who started the program: which kind runs
	// and whether chats survive a restart.
	Says string
	stop func() error
}

// Close closes the client and stops the server, waiting for it.
func (e *Embedded) Close() error { return errors.Join(e.Client.Close(), e.stop()) }

// OpenEmbedded starts a redis-server found on PATH inside a data folder, or,
// when there is none on PATH, a stand-in in this process whose data is gone
// when it ends.
func OpenEmbedded(ctx context.Context, dir string) (*Embedded, error) {
	if _, err := exec.LookPath("redis-server"); err != nil {
		return OpenInProcess()
	}
	return StartServer(ctx, dir)
}

// JoinEmbedded connects to the redis-server that another process runs inside a
// data folder, and starts one where none runs. CodeUnavailable when there is no
// redis-server on PATH: what a stand-in is told would be gone with this process.
func JoinEmbedded(ctx context.Context, dir string) (*Embedded, error) {
	at, err := filepath.Abs(dir)
	if err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "the data folder cannot be used", err)
	}
	socket, _, err := socketPath(at)
	if err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "no place for the store's socket", err)
	}
	if conn, err := net.Dial("unix", socket); err == nil {
		_ = conn.Close()
		client, err := Connect(Config{Addrs: []string{socket}})
		return &Embedded{Client: client, Says: "the redis-server that runs in " + at, stop: func() error { return nil }}, err
	}
	if _, err := exec.LookPath("redis-server"); err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "there is no redis-server on PATH and no redis.url, so that nothing would be kept", nil)
	}
	return StartServer(ctx, dir)
}

// OpenInProcess starts the stand-in. It is for trying things out, never for
// production: it is slow and keeps nothing.
func OpenInProcess() (*Embedded, error) {
	m := miniredis.NewMiniRedis()
	if err := m.Start(); err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "the store in this process could not start", err)
	}
	client, err := Connect(Config{Addrs: []string{m.Addr()}})
	if err != nil {
		m.Close()
		return nil, err
	}
	// Its clock for expiry stands still unless it is moved.
	ticker, ended := time.NewTicker(time.Second), make(chan struct{})
	go func() {
		for {
			select {
			case <-ticker.C:
				m.FastForward(time.Second)
			case <-ended:
				return
			}
		}
	}()
	return &Embedded{
		Client: client,
		Says:   "no redis-server on PATH: using a store inside this process; chats will not survive a restart",
		stop: func() error {
			ticker.Stop()
			close(ended)
			m.Close()
			return nil
		},
	}, nil
}

// StartServer starts a redis-server from PATH that keeps its data in dir and
// listens on a unix socket there only. Extra arguments override its settings.
// The server dies with this program, however that ends.
func StartServer(ctx context.Context, dir string, extra ...string) (*Embedded, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "the data folder cannot be used", err)
	}
	socket, clean, err := socketPath(dir)
	if err != nil {
		return nil, dialog.E(dialog.CodeUnavailable, "no place for the store's socket", err)
	}
	if err := unused(socket); err != nil {
		return nil, err
	}
	args := append([]string{"--port", "0", "--unixsocket", socket, "--unixsocketperm", "600",
		"--dir", dir, "--appendonly", "yes", "--appendfsync", "always", "--save", "",
		"--maxmemory-policy", "noeviction", "--daemonize", "no"}, extra...)
	p, err := spawn(args)
	if err != nil {
		clean()
		return nil, dialog.E(dialog.CodeUnavailable, "redis-server could not be started", err)
	}
	client, err := Connect(Config{Addrs: []string{socket}})
	if err == nil {
		err = p.ready(ctx, client, socket)
	}
	if err != nil {
		_ = p.stop()
		clean()
		return nil, dialog.E(dialog.CodeUnavailable, "redis-server did not become ready", err)
	}
	return &Embedded{
		Client: client,
		Says:   "redis-server on a private socket; chats are kept in " + dir,
		stop: func() error {
			defer clean()
			return p.stop()
		},
	}, nil
}

// socketPath returns where the socket goes: in dir, or, because a socket's path
// may have 107 bytes only, in a folder of its own that follows from dir, so that
// a second process finds the first one's, and that nobody else can write to.
func socketPath(dir string) (string, func(), error) {
	path := filepath.Join(dir, "redis.sock")
	if len(path) < 100 {
		return path, func() { _ = os.Remove(path) }, nil
	}
	sum := sha256.Sum256([]byte(dir))
	short := filepath.Join(os.TempDir(), fmt.Sprintf("wl-%d-%x", os.Getuid(), sum[:8]))
	if err := os.Mkdir(short, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", nil, fmt.Errorf("socket folder: %w", err)
	}
	info, err := os.Lstat(short)
	if err != nil {
		return "", nil, fmt.Errorf("socket folder: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(owner.Uid) != os.Getuid() {
		return "", nil, errors.New("socket folder: it is somebody else's")
	}
	return filepath.Join(short, "redis.sock"), func() { _ = os.RemoveAll(short) }, nil
}

// unused refuses a data folder whose server is still running: two servers that
// append to one file would ruin it. A socket that nobody answers on is a crash's
// leftover and is removed.
func unused(socket string) error {
	if _, err := os.Stat(socket); err != nil {
		return nil
	}
	if conn, err := net.Dial("unix", socket); err == nil {
		_ = conn.Close()
		return dialog.E(dialog.CodeConflict, "the data folder is in use by another redis-server", nil)
	}
	_ = os.Remove(socket)
	return nil
}

// process is a running redis-server.
type process struct {
	cmd  *exec.Cmd
	log  bytes.Buffer // read only after gone is closed
	gone chan struct{}
}

// spawn starts the server from a thread of its own that lives as long as the
// server: the kernel ties "die with the parent" to the thread, not the process.
func spawn(args []string) (*process, error) {
	p := &process{cmd: exec.Command("redis-server", args...), gone: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.log, &p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
		}
		close(p.gone)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start redis-server: %w", err)
	}
	return p, nil
}

// ready waits until the server has read its data back and answers.
func (p *process) ready(ctx context.Context, client redis.UniversalClient, socket string) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(socket); err == nil && client.Ping(ctx).Err() == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-p.gone:
			return fmt.Errorf("redis-server ended: %s", bytes.TrimSpace(p.log.Bytes()))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stop asks the server to end, which writes what is left, and waits.
func (p *process) stop() error {
	select {
	case <-p.gone:
		return nil
	default:
	}
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop redis-server: %w", err)
	}
	select {
	case <-p.gone:
		return nil
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.gone
		return errors.New("redis-server did not stop within ten seconds and was killed")
	}
}
