package archive

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// settled is after how long a segment without an end mark is nobody's any more:
// no writer keeps one open for so long.
const settled = 72 * time.Hour

// Prune writes the segments of a folder again without the records that drop wants
// gone, and returns how many went. Only segments of which may says so are read:
// it is given when they were begun, so that no record in them is older. A segment
// that may still be written is left alone, and so is one that cannot be read
// whole, which is told. A segment is replaced in one step, or not at all; one without records
// left goes.
func Prune(ctx context.Context, dir string, key []byte, now time.Time, may func(begun time.Time) bool, drop func(record []byte) bool) (int, error) {
	files, err := Segments(dir)
	if err != nil {
		return 0, err
	}
	gone := 0
	var wrong error
	for _, path := range files {
		if ctx.Err() != nil {
			return gone, errors.Join(wrong, ctx.Err())
		}
		h, err := headerOf(path)
		if err != nil || !may(h.Begun) {
			continue
		}
		n, err := prune(path, key, h, now, drop)
		gone += n
		wrong = errors.Join(wrong, err)
	}
	return gone, wrong
}

// headerOf reads a segment's first line.
func headerOf(path string) (header, error) {
	f, err := os.Open(path)
	if err != nil {
		return header{}, fmt.Errorf("read a segment: %w", err)
	}
	defer f.Close()
	first, whole, err := readLine(bufio.NewReader(f))
	if err != nil || !whole {
		return header{}, errors.Join(err, io.ErrUnexpectedEOF)
	}
	return readHeader(first)
}

func prune(path string, key []byte, h header, now time.Time, drop func([]byte) bool) (int, error) {
	var kept [][]byte
	gone := 0
	ending, err := ReadFile(path, key, func(record []byte) error {
		if drop(record) {
			gone++
		} else {
			kept = append(kept, bytes.Clone(record))
		}
		return nil
	})
	switch {
	case err != nil:
		return 0, err
	case gone == 0, ending != Closed && now.Sub(h.Begun) < settled:
		return 0, nil
	case len(kept) == 0:
		return gone, os.Remove(path)
	}
	return gone, replace(path, key, h, kept)
}

// replace puts a segment of some records in the place of another: under a salt of
// its own, because a key never seals two things under one number.
func replace(path string, key []byte, h header, records [][]byte) error {
	h.Salt = make([]byte, saltSize)
	if _, err := rand.Read(h.Salt); err != nil {
		return fmt.Errorf("salt of a segment: %w", err)
	}
	first, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("first line of a segment: %w", err)
	}
	b, err := newBox(key, h.Salt, first)
	if err != nil {
		return err
	}
	text := append(bytes.Clone(first), '\n')
	for i, record := range records {
		text = b.seal(text, uint64(i+1), record)
	}
	count := uint64(len(records))
	mark, err := json.Marshal(cut{End: &count})
	if err != nil {
		return fmt.Errorf("end of a segment: %w", err)
	}
	text = b.seal(text, count+1, mark)
	return swap(path, text)
}

// swap replaces a file in one step that survives a crash.
func swap(path string, text []byte) error {
	temporary := path + ".new"
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write a segment again: %w", err)
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(fmt.Errorf("write a segment again: %w", err), os.Remove(temporary))
	}
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("write a segment again: %w", err)
	}
	return syncDir(filepath.Dir(path))
}
