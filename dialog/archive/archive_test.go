package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func testKey() []byte { return bytes.Repeat([]byte{7}, KeySize) }

// stream is a journal in memory.
type stream struct {
	parts   map[int][]Entry
	next    int
	failing bool // trims fail
}

func (s *stream) add(p int, conversation string, revision uint64) {
	s.next++
	s.parts[p] = append(s.parts[p], Entry{ID: fmt.Sprintf("%06d-0", s.next), Text: record(conversation, revision)})
}

func record(conversation string, revision uint64) []byte {
	return fmt.Appendf(nil, `{"envelope":{"id":"e","conversation":%q},"revision":%d,"texts":["欠款"]}`, conversation, revision)
}

func (s *stream) Heads(_ context.Context, limit int) (map[int][]Entry, error) {
	heads := map[int][]Entry{}
	for p, list := range s.parts {
		if len(list) > 0 {
			heads[p] = slices.Clone(list[:min(limit, len(list))])
		}
	}
	return heads, nil
}

func (s *stream) Trim(_ context.Context, p int, upTo string) error {
	if s.failing {
		return errors.New("out of reach")
	}
	s.parts[p] = slices.DeleteFunc(s.parts[p], func(e Entry) bool { return e.ID <= upTo })
	return nil
}

// clock gives every segment a name of its own.
func clock() func() time.Time {
	at := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	return func() time.Time { at = at.Add(time.Second); return at }
}

func newTest(t interface{ Fatal(...any) }, dir string, s Stream, o WriterOptions) *Consumer {
	if o.Now == nil {
		o.Now = clock()
	}
	w, err := NewWriter(dir, testKey(), o)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewConsumer(s, w)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// archived reads the whole folder: each conversation's revisions in the order in
// which they are met.
func archived(t interface{ Fatal(...any) }, dir string) map[string][]uint64 {
	files, err := Segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]uint64{}
	for _, f := range files {
		if _, err := ReadFile(f, testKey(), func(rec []byte) error {
			k, err := keyOf(rec)
			all[k.Envelope.Conversation] = append(all[k.Envelope.Conversation], k.Revision)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestARoundKeepsThenTrims(t *testing.T) {
	dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}}
	for i := range 3 * perPartition {
		s.add(i%2, fmt.Sprint("c", i%2), uint64(i/2+1))
	}
	c := newTest(t, dir, s, WriterOptions{Node: "n/1"})
	total := 0
	for {
		r, err := c.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if total += r.Written; !r.More {
			break
		}
	}
	if total != 3*perPartition || len(s.parts[0])+len(s.parts[1]) != 0 {
		t.Errorf("%d written, %d left", total, len(s.parts[0])+len(s.parts[1]))
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	files, _ := Segments(dir)
	raw, err := os.ReadFile(files[0])
	if err != nil || len(files) != 1 || bytes.Contains(raw, []byte("欠款")) || bytes.Contains(raw, []byte("revision")) {
		t.Fatalf("%d segments, in the clear: %.200s (%v)", len(files), raw, err)
	}
	if info, _ := os.Stat(files[0]); info.Mode().Perm() != 0o600 || strings.Contains(filepath.Base(files[0]), "/") {
		t.Errorf("%s: mode %v", files[0], info.Mode())
	}
	if ending, err := ReadFile(files[0], testKey(), func([]byte) error { return nil }); err != nil || ending != Closed {
		t.Errorf("it ends %s (%v)", ending, err)
	}
	for id, revisions := range archived(t, dir) {
		if !slices.IsSorted(revisions) || len(revisions) != 3*perPartition/2 {
			t.Errorf("%s: %v", id, revisions)
		}
	}
}

// Between writing and trimming a process may die: nothing is written twice by
// who comes after it, and nothing is lost.
func TestACrashBeforeTheTrim(t *testing.T) {
	dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}, failing: true}
	s.add(0, "c", 1)
	s.add(0, "c", 2)
	first := newTest(t, dir, s, WriterOptions{})
	if _, err := first.Round(t.Context()); err == nil {
		t.Fatal("a trim that fails is not told")
	}
	if r, _ := first.Round(t.Context()); r.Written != 0 || r.Repeated != 2 {
		t.Errorf("the same process again: %+v", r)
	}
	s.failing = false
	s.add(0, "c", 3)
	later := clock()
	later()
	second := newTest(t, dir, s, WriterOptions{Now: func() time.Time { return later().Add(time.Hour) }})
	r, err := second.Round(t.Context())
	if err != nil || r.Written != 1 || r.Repeated != 2 || len(s.parts[0]) != 0 {
		t.Errorf("after a crash: %+v, %d left (%v)", r, len(s.parts[0]), err)
	}
	if got := archived(t, dir); fmt.Sprint(got["c"]) != "[1 2 3]" {
		t.Errorf("archived %v", got)
	}
}

// An entry that cannot be read stays, with what comes after it, and holds up
// nobody else.
func TestABrokenEntryHoldsUpItsPartitionAlone(t *testing.T) {
	dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}}
	s.add(0, "a", 1)
	s.parts[0] = append(s.parts[0], Entry{ID: "000002-0", Err: errors.New("another key")}, Entry{ID: "000003-0", Text: record("a", 2)})
	s.next = 10
	s.add(1, "b", 1)
	s.parts[2] = []Entry{{ID: "000020-0", Text: []byte(`{"revision":1}`)}}
	r, err := newTest(t, dir, s, WriterOptions{}).Round(t.Context())
	if err == nil || !strings.Contains(err.Error(), "another key") || !strings.Contains(err.Error(), "000020-0") || r.Written != 2 {
		t.Errorf("%+v, %v", r, err)
	}
	if len(s.parts[0]) != 2 || len(s.parts[1]) != 0 || len(s.parts[2]) != 1 {
		t.Errorf("left: %v", s.parts)
	}
}

// Whatever is cut off the end of a segment, what was whole before it is read.
func TestATornEnd(t *testing.T) {
	dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}}
	for i := range 5 {
		s.add(0, "c", uint64(i+1))
	}
	c := newTest(t, dir, s, WriterOptions{})
	if _, err := c.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, _ := Segments(dir)
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	ends := 0
	for n := range whole {
		for _, tail := range []string{"", "\x00\x00", "\x00\n\x00"} {
			read := 0
			ending, err := Read(strings.NewReader(string(whole[:n])+tail), testKey(), func([]byte) error { read++; return nil })
			if want := max(0, bytes.Count(whole[:n], []byte("\n"))-1); n > 0 && (err != nil || read != want || ending == Closed) {
				t.Fatalf("cut at %d: %d records, want %d; %s (%v)", n, read, want, ending, err)
			}
			ends += bytes.Count([]byte(ending), []byte("torn"))
		}
	}
	if ends == 0 {
		t.Error("no end was torn")
	}
}

// No line can be changed, moved, taken out or brought from elsewhere.
func TestASegmentIsOneWhole(t *testing.T) {
	write := func(n int) []string {
		dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}}
		for i := range n {
			s.add(0, "c", uint64(i+1))
		}
		c := newTest(t, dir, s, WriterOptions{})
		if _, err := c.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
		files, _ := Segments(dir)
		raw, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		return strings.SplitAfter(strings.TrimSuffix(string(raw), "\n"), "\n")
	}
	a, b := write(4), write(4)
	flipped := []byte(a[2])
	flipped[20] ^= 1
	for name, lines := range map[string][]string{
		"changed":            {a[0], a[1], string(flipped), a[3]},
		"moved":              {a[0], a[2], a[1], a[3]},
		"left out":           {a[0], a[1], a[3]},
		"from another":       {a[0], b[1], a[2]},
		"another first line": {b[0], a[1]},
		"ends too early":     {a[0], a[1], a[5] + "\n"},
		"after the end":      append(slices.Clone(a), "\n", a[1]),
		"no segment":         {"{}\n", a[1]},
	} {
		if _, err := Read(strings.NewReader(strings.Join(lines, "")), testKey(), func([]byte) error { return nil }); err == nil {
			t.Errorf("%s: it is read", name)
		}
	}
	if _, err := Read(strings.NewReader(strings.Join(a, "")), make([]byte, KeySize), func([]byte) error { return nil }); err == nil {
		t.Error("it opens with another key")
	}
}

func TestSegmentsAreFull(t *testing.T) {
	dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}}
	c := newTest(t, dir, s, WriterOptions{Bytes: 600})
	for i := range 10 {
		s.add(0, "c", uint64(i+1))
		if _, err := c.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := Segments(dir)
	if len(files) < 2 || len(archived(t, dir)["c"]) != 10 {
		t.Errorf("%d segments, %v", len(files), archived(t, dir))
	}
	now := clock()
	aged := newTest(t, dir, s, WriterOptions{Age: time.Nanosecond, Now: func() time.Time { return now().Add(time.Hour) }})
	s.add(0, "c", 11)
	if _, err := aged.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	files, _ = Segments(dir)
	if ending, err := ReadFile(files[len(files)-1], testKey(), func([]byte) error { return nil }); ending != Closed {
		t.Errorf("an old segment is %s (%v)", ending, err)
	}
}

// A folder, a file and records in the clear are all read as plain lines.
func TestLinesOfEveryForm(t *testing.T) {
	dir, s := t.TempDir(), &stream{parts: map[int][]Entry{}}
	c := newTest(t, dir, s, WriterOptions{Bytes: 1})
	for i := range 3 {
		s.add(0, "c", uint64(i+1))
		if _, err := c.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := Segments(dir)
	clear := filepath.Join(dir, "plain.jsonl")
	want := string(record("c", 1)) + "\n"
	if err := os.WriteFile(clear, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, lines := range map[string]int{dir: 3, files[0]: 1, clear: 1} {
		in, err := Lines(path, testKey())
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(in)
		if err != nil || bytes.Count(raw, []byte("\n")) != lines || !strings.HasPrefix(string(raw), want) {
			t.Errorf("%s: %s (%v)", path, raw, err)
		}
		_ = in.Close()
	}
	sealed, err := os.Open(files[0])
	if err != nil {
		t.Fatal(err)
	}
	defer sealed.Close()
	if _, err := io.ReadAll(Plain(sealed, nil)); err == nil || !strings.Contains(err.Error(), "key") {
		t.Errorf("without a key: %v", err)
	}
	if _, err := Lines(t.TempDir(), testKey()); err == nil {
		t.Error("an empty folder is a journal")
	}
}

// Whatever comes in between, crashes, trims that fail, torn ends: every record
// is in the archive, and taking each revision once gives each conversation whole
// and in order.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "archive")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		s := &stream{parts: map[int][]Entry{}}
		now := clock()
		o := WriterOptions{Bytes: 900, Now: now}
		c := newTest(t, dir, s, o)
		revisions := map[string]uint64{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				c = newTest(t, dir, s, o) // the process died
			case 1:
				s.failing = !s.failing
			case 2: // it died while writing what it had not acknowledged
				if files, _ := Segments(dir); len(files) > 0 && c.writer.file == nil {
					f, err := os.OpenFile(filepath.Join(dir, now().Format("20060102T150405.000")+"-x"+Suffix), os.O_CREATE|os.O_WRONLY, 0o600)
					if err != nil {
						t.Fatal(err)
					}
					_, _ = f.WriteString(prefix)
					_ = f.Close()
				}
			case 3:
				_, _ = c.Round(context.Background())
			default:
				id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "conversation")
				revisions[id]++
				s.add(int(id[0])%2, id, revisions[id])
			}
		}
		s.failing = false
		if _, err := c.Round(context.Background()); err != nil {
			t.Fatal(err)
		}
		all := archived(t, dir)
		for id, last := range revisions {
			seen := uint64(0)
			for _, r := range all[id] {
				if r > seen+1 {
					t.Fatalf("%s: %v: a gap before %d", id, all[id], r)
				}
				seen = max(seen, r)
			}
			if seen != last {
				t.Fatalf("%s: %v, want %d", id, all[id], last)
			}
		}
	})
}
