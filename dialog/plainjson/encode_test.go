package plainjson

import (
	"encoding/json"
	"math/rand"
	"reflect"
	"testing"
	"testing/quick"
	"time"

	"warmline/dialog"
)

// fill sets a value at random, but with times, dates and money that mean
// something, and not deeper than it needs to be.
func fill(v reflect.Value, r *rand.Rand, depth int) {
	switch v.Type() {
	case reflect.TypeFor[time.Time]():
		if r.Intn(3) > 0 {
			v.Set(reflect.ValueOf(time.Unix(r.Int63n(4e9), r.Int63n(1e9)).In(time.FixedZone("x", r.Intn(50)*900-21600))))
		}
		return
	case reflect.TypeFor[dialog.Date]():
		if r.Intn(3) > 0 {
			v.Set(reflect.ValueOf(dialog.NewDate(1900+r.Intn(300), time.Month(r.Intn(12)+1), r.Intn(31)+1)))
		}
		return
	case reflect.TypeFor[dialog.Money]():
		currency := []dialog.Currency{"CNY", "TWD", "USD", ""}[r.Intn(4)]
		v.Set(reflect.ValueOf(dialog.NewMoney(r.Int63n(1e9)-5e8, currency)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() && v.Type().Field(i).Tag.Get("json") != "-" {
				fill(v.Field(i), r, depth)
			}
		}
	case reflect.Pointer:
		if depth > 0 && r.Intn(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), r, depth-1)
		}
	case reflect.Slice:
		if depth > 0 && r.Intn(3) > 0 {
			v.Set(reflect.MakeSlice(v.Type(), r.Intn(3), 3))
			for i := range v.Len() {
				fill(v.Index(i), r, depth-1)
			}
		}
	case reflect.Map:
		if depth > 0 && r.Intn(3) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range r.Intn(3) {
				key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				fill(key, r, depth-1)
				fill(elem, r, depth-1)
				v.SetMapIndex(key, elem)
			}
		}
	case reflect.String:
		v.SetString([]string{"", "abc", "他说“好”", `q"\b`, "a\x00\n\t\x7f\u2028<>&", "bad\xff\xfeend", "👨‍👩‍👧"}[r.Intn(7)])
	case reflect.Bool:
		v.SetBool(r.Intn(2) == 0)
	case reflect.Float64:
		v.SetFloat(r.NormFloat64())
	default:
		if small, ok := quick.Value(v.Type(), r); ok {
			v.Set(small)
		}
	}
}

// TestEncodingReadsBackAsEncodingJSONs holds the encoder to encoding/json: what
// it writes is read as the same value, for every type that is stored.
func TestEncodingReadsBackAsEncodingJSONs(t *testing.T) {
	p := &Plans{}
	r := rand.New(rand.NewSource(1))
	for _, sample := range []any{dialog.Conversation{}, dialog.Record{}, dialog.Message{}, dialog.OutboxItem{}} {
		typ := reflect.TypeOf(sample)
		for n := range 400 {
			v := reflect.New(typ)
			fill(v.Elem(), r, n%6)
			theirs, err := json.Marshal(v.Interface())
			if err != nil {
				t.Fatalf("%s: encoding/json: %v", typ, err)
			}
			ours, err := p.Append(nil, v.Interface())
			if err != nil {
				t.Fatalf("%s: %v", typ, err)
			}
			want, got := reflect.New(typ), reflect.New(typ)
			if err := json.Unmarshal(theirs, want.Interface()); err != nil {
				t.Fatalf("%s: %v", typ, err)
			}
			if err := json.Unmarshal(ours, got.Interface()); err != nil {
				t.Fatalf("%s: %v\n%s", typ, err, ours)
			}
			if !reflect.DeepEqual(want.Interface(), got.Interface()) {
				t.Fatalf("%s differs:\n%s\n%s", typ, theirs, ours)
			}
		}
	}
}

func TestEncodingRefusesWhatCannotBeRead(t *testing.T) {
	p := &Plans{}
	if _, err := p.Append(nil, &dialog.Conversation{Started: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}); err == nil {
		t.Error("a year of five digits was taken")
	}
}

func FuzzEncodedText(f *testing.F) {
	for _, s := range []string{"", "好", "\"\\\x01", "\xff", "\u2029</script>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var want, got string
		theirs, _ := json.Marshal(s)
		if err := json.Unmarshal(theirs, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(appendString(nil, s), &got); err != nil || got != want {
			t.Fatalf("%q is read as %q (%v), expected %q", s, got, err, want)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	p := &Plans{}
	c := dialog.Conversation{ID: "c", Said: map[string]int{"a": 1, "b": 2}}
	for range 18 {
		c.Talk.Table = append(c.Talk.Table, dialog.Offer{Option: "plan:3", Terms: dialog.Terms{Kind: "plan", Total: dialog.NewMoney(1, "CNY")}})
	}
	b.Run("ours", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			buf, _ = p.Append(buf[:0], &c)
		}
	})
	b.Run("encoding/json", func(b *testing.B) {
		for b.Loop() {
			_, _ = json.Marshal(&c)
		}
	})
}
