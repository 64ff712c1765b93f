package archive

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// segments writes three closed segments of two records each, and one that is
// open.
func segments(t *testing.T) (dir string, begun []time.Time) {
	t.Helper()
	dir = t.TempDir()
	s, tick := &stream{parts: map[int][]Entry{}}, clock()
	o := WriterOptions{Age: time.Second, Now: func() time.Time { at := tick(); begun = append(begun, at); return at }}
	c := newTest(t, dir, s, o)
	for i := range 3 {
		s.add(0, "a", uint64(i+1))
		s.add(1, "b", uint64(i+1))
		if _, err := c.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o.Age = time.Hour
	last := newTest(t, dir, s, o)
	s.add(0, "a", 4)
	if _, err := last.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	return dir, begun
}

func always(time.Time) bool { return true }

func TestPruneTakesWhatIsWanted(t *testing.T) {
	dir, begun := segments(t)
	before, _ := Segments(dir)
	drop := func(record []byte) bool { return bytes.Contains(record, []byte(`"conversation":"a"`)) }
	n, err := Prune(t.Context(), dir, testKey(), begun[0].Add(time.Hour), always, drop)
	if err != nil || n != 3 {
		t.Fatalf("%d gone (%v), want the three in closed segments", n, err)
	}
	all := archived(t, dir)
	if len(all["b"]) != 3 || !slices.Equal(all["a"], []uint64{4}) {
		t.Errorf("left: %v", all)
	}
	after, _ := Segments(dir)
	if !slices.Equal(before, after) {
		t.Errorf("segments %v, were %v", after, before)
	}
	n, err = Prune(t.Context(), dir, testKey(), begun[0].Add(settled+time.Hour), always, drop)
	if err != nil || n != 1 || len(archived(t, dir)["a"]) != 0 {
		t.Errorf("a segment that nobody has ended: %d gone (%v)", n, err)
	}
	if after, _ = Segments(dir); len(after) != 3 {
		t.Errorf("one without records is still there: %v", after)
	}
	for _, f := range after {
		if ending, err := ReadFile(f, testKey(), func([]byte) error { return nil }); ending != Closed {
			t.Errorf("%s is %s (%v)", f, ending, err)
		}
	}
}

// Segments that may not hold anything old enough are not even read; one that was
// changed is told and keeps nobody from the others.
func TestPruneLeavesAlone(t *testing.T) {
	dir, begun := segments(t)
	files, _ := Segments(dir)
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := os.WriteFile(files[0], raw, 0o600); err != nil {
		t.Fatal(err)
	}
	read := 0
	drop := func([]byte) bool { read++; return true }
	if n, err := Prune(t.Context(), dir, testKey(), begun[0], func(time.Time) bool { return false }, drop); n != 0 || read != 0 || err != nil {
		t.Errorf("%d gone, %d read (%v)", n, read, err)
	}
	n, err := Prune(t.Context(), dir, testKey(), begun[0], always, drop)
	if n != 4 || err == nil {
		t.Errorf("%d gone (%v), want those of the two whole ones", n, err)
	}
	if left, _ := Segments(dir); !slices.Contains(left, files[0]) {
		t.Error("a segment that cannot be read is gone")
	}
	if strays, _ := filepath.Glob(filepath.Join(dir, "*.new")); len(strays) > 0 {
		t.Errorf("left behind: %v", strays)
	}
}
