package understand

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"warmline/bot/understand/classify"
	"warmline/dialog"
)

var update = flag.Bool("update", false, "train again and write weights.bin")

func examples(t testing.TB) []Example {
	t.Helper()
	list, err := Examples(os.DirFS("examples"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func heardBy(t testing.TB) *Understander {
	t.Helper()
	u, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// saturday is 2026-11-21 10:00 in Shanghai.
func saturday(options ...string) dialog.HearContext {
	return dialog.HearContext{NowUnix: 1795226400, Zone: "Asia/Shanghai", Locale: dialog.ZhHans, Currency: "CNY", Options: options}
}

// TestWeightsAreWhatTheExamplesGive trains again and compares what both models
// say of every example: the committed weights may not lag behind.
func TestWeightsAreWhatTheExamplesGive(t *testing.T) {
	list := examples(t)
	model, err := Train(list, classify.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		var b bytes.Buffer
		if err := model.Write(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("weights.bin", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	fresh, err := With(model)
	if err != nil {
		t.Fatal(err)
	}
	committed := heardBy(t)
	differ := 0
	for _, e := range list {
		if e.Driver == "" {
			continue // a guess among equals
		}
		if fresh.Hear(e.Text, saturday()).Driving != committed.Hear(e.Text, saturday()).Driving {
			differ++
		}
	}
	if differ*1000 > len(list) {
		t.Errorf("%d of %d examples are heard differently after training: run go test -run TestWeights -update", differ, len(list))
	}
}
