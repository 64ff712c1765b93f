package understand

import (
	"io/fs"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"warmline/dialog"
)

func TestExamplesNameKnownIntents(t *testing.T) {
	ranks := dialog.Intents()
	seen := map[dialog.Intent]int{}
	for _, e := range examples(t) {
		if _, ok := ranks[dialog.Intent(e.Driver)]; !ok && e.Driver != "" {
			t.Errorf("%q is said to be %q", e.Text, e.Driver)
		}
		for _, a := range e.Also {
			if _, ok := ranks[dialog.Intent(a)]; !ok {
				t.Errorf("%q is said to be %q too", e.Text, a)
			}
		}
		seen[dialog.Intent(e.Driver)]++
	}
	for i := range ranks {
		if seen[i] < 100 {
			t.Errorf("%s has %d examples", i, seen[i])
		}
	}
}

func TestExamplesReadsItsForms(t *testing.T) {
	files := fstest.MapFS{
		"en/later.txt":     {Data: []byte("# comment\nbusy now\nat work\tpay_now,forgot\n")},
		"en/_idioms.txt":   {Data: []byte("my phone died\tlater\n")},
		"en/extra-odd.txt": {Data: []byte("in a call\tlater\tsmalltalk\nbroken line\n")},
	}
	list, err := Examples(fs.FS(files))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Text+"/"+e.Driver+"/"+strings.Join(e.Also, "+"))
	}
	want := "my phone died/later/ in a call/later/smalltalk busy now/later/ at work/later/pay_now+forgot"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v", got)
	}
}

// TestReadyInTimeAndSmall holds loading to its budget: 400 ms and 40 MB, with
// room for a machine that does other work.
func TestReadyInTimeAndSmall(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	best := time.Hour
	var u *Understander
	for tries := 0; tries < 3 || tries < 10 && best > 800*time.Millisecond; tries++ {
		start := time.Now()
		u = heardBy(t)
		best = min(best, time.Since(start))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if best > 800*time.Millisecond {
		t.Errorf("ready after %v", best)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 40<<20 {
		t.Errorf("holds %d MB", grown>>20)
	}
	u.Hear("好", saturday())
	if _, err := os.Stat("weights.bin"); err != nil {
		t.Error(err)
	}
}
