package classify

import (
	"bytes"
	"math"
	"testing"

	"warmline/bot/understand/fold"
)

// lessons are two easy classes and one that mixes scripts.
func lessons(f *fold.Folder) []Example {
	var out []Example
	add := func(class string, texts ...string) {
		for _, t := range texts {
			out = append(out, Example{Text: f.Fold(t, 4096), Class: class})
		}
	}
	add("balance", "欠多少", "我欠你们多少钱", "還要還多少", "how much do I owe", "what's my balance", "how much is due", "总共多少")
	add("human", "转人工", "我要找真人", "叫经理来", "real person please", "get me a human", "talk to an agent", "轉真人客服")
	add("later", "晚点说", "在开会 晚点", "等下再聊", "busy now, later", "talk to you later", "not now", "晚點再說")
	return out
}

func small() Options {
	o := Defaults()
	o.MinCount = 1
	return o
}

func best(m *Model, f *fold.Folder, text string) string {
	t := f.Fold(text, 4096)
	p := make([]float32, len(m.Classes))
	m.Score(&t, nil, p)
	top := 0
	for c := range p {
		if p[c] > p[top] {
			top = c
		}
	}
	return m.Classes[top]
}

func TestLearns(t *testing.T) {
	f := fold.New()
	m := Train(lessons(f), small())
	for text, want := range map[string]string{
		"到底欠多少錢": "balance", "how much do i still owe": "balance", "轉人工": "human", "转仁工": "human", "a real human": "human", "later ok": "later",
	} {
		if got := best(m, f, text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestTheSameLessonsGiveTheSameBytes(t *testing.T) {
	f := fold.New()
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := Train(lessons(f), small()).Write(w); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("training twice gave different weights")
	}
}

func TestWriteAndRead(t *testing.T) {
	f := fold.New()
	m := Train(lessons(f), small())
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	packed := b.Bytes()
	back, err := Read(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text := f.Fold("how much 多少 later", 4096)
	p, q := make([]float32, len(m.Classes)), make([]float32, len(m.Classes))
	m.Score(&text, []uint32{7}, p)
	back.Score(&text, []uint32{7}, q)
	sum := 0.0
	for c := range p {
		sum += float64(q[c])
		if p[c] != q[c] {
			t.Errorf("%s: %v before, %v after", m.Classes[c], p[c], q[c])
		}
	}
	if math.Abs(sum-1) > 1e-4 {
		t.Errorf("the probabilities add up to %v", sum)
	}
	for _, cut := range []int{0, 10, len(packed) / 2, len(packed) - 1} {
		if _, err := Read(bytes.NewReader(packed[:cut])); err == nil {
			t.Errorf("weights cut at %d were accepted", cut)
		}
	}
}

// TestWatchSpeaksOnlyOfWhatItKnows holds the linear voice to its class: features
// it has not seen move it no nearer to an alarm.
func TestWatchSpeaksOnlyOfWhatItKnows(t *testing.T) {
	f := fold.New()
	o := small()
	o.Watch = "human"
	m := Train(lessons(f), o)
	say := func(text string) (watched, known float32) {
		folded := f.Fold(text, 4096)
		return m.Score(&folded, nil, make([]float32, len(m.Classes)))
	}
	alarm, _ := say("get me a real human please")
	calm, _ := say("how much is due")
	strange, known := say("brindle zorp 魑魅")
	if alarm <= 0 || calm >= 0 || strange >= alarm {
		t.Errorf("log odds %v of the class, %v of another, %v of what is unknown", alarm, calm, strange)
	}
	if known > 0.5 {
		t.Errorf("%v of made-up words is known", known)
	}
}
