package archive

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
)

// mostLine bounds a line of a segment.
const mostLine = 32 << 20

// Ending is how a segment ended.
type Ending string

// Endings of a segment.
const (
	Closed Ending = "closed" // by its writer
	Open   Ending = "open"   // its writer still writes it, or died between two lines
	Torn   Ending = "torn"   // its writer died within a line, which is left out
)

// Read gives each record of a segment to take, in order, and says how the
// segment ended. Nothing that take is given may be kept. A line that was changed
// is an error that names it; so is one that was torn and is not the last.
func Read(in io.Reader, key []byte, take func(record []byte) error) (Ending, error) {
	r := bufio.NewReaderSize(in, 1<<20)
	first, whole, err := readLine(r)
	if err != nil {
		return "", err
	}
	if !whole || bytes.IndexByte(first, 0) >= 0 { // not even the first line was kept: no record was
		return Torn, nil
	}
	h, err := readHeader(first)
	if err != nil {
		return "", err
	}
	b, err := newBox(key, h.Salt, bytes.Clone(first))
	if err != nil {
		return "", err
	}
	return readRecords(r, b, take)
}

func readRecords(r *bufio.Reader, b *box, take func([]byte) error) (Ending, error) {
	for n := uint64(1); ; n++ {
		line, whole, err := readLine(r)
		switch {
		case errors.Is(err, io.EOF):
			return Open, nil
		case err != nil:
			return "", err
		case !whole, bytes.IndexByte(line, 0) >= 0:
			return Torn, nil // where a machine dies a file may end in zeros
		}
		plain, err := b.open(n, line)
		if err != nil {
			return "", fmt.Errorf("line %d: %w", n+1, err)
		}
		var end cut
		if bytes.HasPrefix(plain, []byte(`{"end":`)) && json.Unmarshal(plain, &end) == nil && end.End != nil {
			if *end.End != n-1 {
				return "", fmt.Errorf("line %d: it ends %d records, there are %d", n+1, *end.End, n-1)
			}
			if _, _, err := readLine(r); !errors.Is(err, io.EOF) {
				return "", fmt.Errorf("line %d: something comes after the end", n+2)
			}
			return Closed, nil
		}
		if err := take(plain); err != nil {
			return "", err
		}
	}
}

// readLine returns a line without its end, and whether it had one. io.EOF: there
// is none.
func readLine(r *bufio.Reader) (line []byte, whole bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > mostLine:
			return nil, false, errors.New("a line is too long for a record")
		case err == nil:
			return line[:len(line)-1], true, nil
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) > 0:
			return line, false, nil
		}
		return nil, false, err
	}
}

// Segments returns the files of a folder's segments, the oldest first.
func Segments(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*"+Suffix))
	if err != nil {
		return nil, fmt.Errorf("list the archive: %w", err)
	}
	sort.Strings(files)
	return files, nil
}

// ReadFile is Read of a file.
func ReadFile(path string, key []byte, take func(record []byte) error) (Ending, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read a segment: %w", err)
	}
	ending, err := Read(f, key, take)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", fmt.Errorf("segment %s: %w", filepath.Base(path), err)
	}
	return ending, nil
}

// Lines is the journal of a path as plain JSON lines, whatever its form: a
// segment, a folder of them, or records in the clear. Close it.
func Lines(path string, key []byte) (io.ReadCloser, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read the journal: %w", err)
	}
	files := []string{path}
	if info.IsDir() {
		if files, err = Segments(path); err == nil && len(files) == 0 {
			err = fmt.Errorf("read the journal: %s: %w", path, fs.ErrNotExist)
		}
		if err != nil {
			return nil, err
		}
	}
	out, in := io.Pipe()
	go func() { in.CloseWithError(plainFiles(in, files, key)) }()
	return out, nil
}

// Plain is Lines of a stream.
func Plain(in io.Reader, key []byte) io.ReadCloser {
	out, to := io.Pipe()
	go func() { to.CloseWithError(plain(to, in, key)) }()
	return out
}

func plainFiles(out io.Writer, files []string, key []byte) error {
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("read the journal: %w", err)
		}
		err = plain(out, f, key)
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("journal %s: %w", filepath.Base(path), err)
		}
	}
	return nil
}

func plain(out io.Writer, in io.Reader, key []byte) error {
	r := bufio.NewReaderSize(in, 1<<20)
	if start, _ := r.Peek(len(prefix)); string(start) != prefix {
		_, err := io.Copy(out, r)
		return err
	}
	if key == nil {
		return errors.New("it is sealed: a key is needed")
	}
	w := bufio.NewWriterSize(out, 1<<18)
	_, err := Read(r, key, func(record []byte) error {
		if _, err := w.Write(record); err != nil {
			return err
		}
		return w.WriteByte('\n')
	})
	return errors.Join(err, w.Flush())
}
