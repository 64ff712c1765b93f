package archive

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Suffix is that of a segment's file.
const Suffix = ".journal"

// WriterOptions say when a segment is full. Zero values mean 64 MB and a day.
type WriterOptions struct {
	Node  string // whose segments these are; part of their names
	Bytes int64
	Age   time.Duration
	Now   func() time.Time
}

// Writer appends records to segments of a folder. A new writer begins a new
// segment: it never touches one that another has written. It is not safe for
// concurrent use.
type Writer struct {
	dir  string
	key  []byte
	opts WriterOptions

	file  *os.File
	box   *box
	begun time.Time
	size  int64
	lines uint64
	buf   []byte // written with the next Sync
	fresh bool   // the segment's name is not safely in its folder yet
}

// NewWriter makes the folder and returns a writer of it.
func NewWriter(dir string, key []byte, o WriterOptions) (*Writer, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("archive key: %d bytes, expected %d", len(key), KeySize)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the archive's folder: %w", err)
	}
	if o.Bytes <= 0 {
		o.Bytes = 64 << 20
	}
	if o.Age <= 0 {
		o.Age = 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Writer{dir: dir, key: key, opts: o}, nil
}

// Append adds a record, one JSON object. It is kept once Sync has returned.
func (w *Writer) Append(record []byte) error {
	if w.file == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	w.lines++
	w.buf = w.box.seal(w.buf, w.lines, record)
	return nil
}

// begin opens a new segment. Its first line is written with its first records.
func (w *Writer) begin() error {
	h := header{Version: version, Cipher: cipherName, Salt: make([]byte, saltSize), Node: w.opts.Node, Begun: w.opts.Now().UTC()}
	if _, err := rand.Read(h.Salt); err != nil {
		return fmt.Errorf("salt of a segment: %w", err)
	}
	first, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("first line of a segment: %w", err)
	}
	name := fmt.Sprintf("%s-%s-%x%s", h.Begun.Format("20060102T150405.000"), safe(w.opts.Node), h.Salt[:4], Suffix)
	file, err := os.OpenFile(filepath.Join(w.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("begin a segment: %w", err)
	}
	if w.box, err = newBox(w.key, h.Salt, first); err != nil {
		return errors.Join(err, file.Close())
	}
	w.file, w.begun, w.size, w.lines, w.fresh = file, h.Begun, 0, 0, true
	w.buf = append(append(w.buf[:0], first...), '\n')
	return nil
}

// safe keeps what may stand in a file's name.
func safe(node string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return '_'
	}, node)
}

// Sync makes what was appended survive a crash of the machine. When it fails
// nothing that was appended since the last time counts as kept: the segment is
// left as it is, and what is appended next goes into another.
func (w *Writer) Sync() error {
	if w.file == nil {
		return nil
	}
	if len(w.buf) > 0 {
		if err := w.flush(); err != nil {
			return errors.Join(fmt.Errorf("write a segment: %w", err), w.abandon())
		}
	}
	if w.size >= w.opts.Bytes || w.opts.Now().Sub(w.begun) >= w.opts.Age {
		return w.Close()
	}
	return nil
}

func (w *Writer) flush() error {
	n, err := w.file.Write(w.buf)
	w.size += int64(n)
	if err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return err
	}
	w.buf = w.buf[:0]
	if w.fresh {
		w.fresh = false
		return syncDir(w.dir)
	}
	return nil
}

func (w *Writer) abandon() error {
	err := w.file.Close()
	w.file, w.buf = nil, w.buf[:0]
	return err
}

// Close ends the segment under way with its end mark.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	count := w.lines
	mark, err := json.Marshal(cut{End: &count})
	if err == nil {
		w.buf = w.box.seal(w.buf, w.lines+1, mark)
		err = w.flush()
	}
	if err = errors.Join(err, w.abandon()); err != nil {
		return fmt.Errorf("end a segment: %w", err)
	}
	return nil
}

// syncDir makes the names in a folder survive a crash.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
