package redisstore

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"warmline/dialog"
)

// append appends the stored form of what v points to: the version byte, then
// JSON that encoding/json reads back as the same value. Encoding was the dearest
// step of a turn; this is encoding/json's own method, a plan per type made once,
// without its detours for the few types that a state is full of: money, dates
// and times.
func (p *plans) append(b []byte, v any) ([]byte, error) {
	value := reflect.ValueOf(v).Elem()
	return p.of(value.Type())(append(b, stored), value)
}

// plan appends one value. It gets addressable values only where it can.
type plan func(b []byte, v reflect.Value) ([]byte, error)

// plans keeps the plan of every type that was met.
type plans struct{ known sync.Map }

var (
	moneyType     = reflect.TypeFor[dialog.Money]()
	dateType      = reflect.TypeFor[dialog.Date]()
	timeType      = reflect.TypeFor[time.Time]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textType      = reflect.TypeFor[encoding.TextMarshaler]()
)

func (p *plans) of(t reflect.Type) plan {
	if known, ok := p.known.Load(t); ok {
		return known.(plan)
	}
	// A type that contains itself meets a stand-in that waits for the plan.
	var made plan
	var ready sync.WaitGroup
	ready.Add(1)
	other, taken := p.known.LoadOrStore(t, plan(func(b []byte, v reflect.Value) ([]byte, error) {
		ready.Wait()
		return made(b, v)
	}))
	if taken {
		return other.(plan)
	}
	made = p.make(t)
	ready.Done()
	p.known.Store(t, made)
	return made
}

func (p *plans) make(t reflect.Type) plan {
	switch {
	case t == moneyType:
		return appendMoney
	case t == dateType:
		return appendDate
	case t == timeType:
		return appendTime
	case t.Implements(marshalerType), reflect.PointerTo(t).Implements(marshalerType),
		t.Implements(textType), reflect.PointerTo(t).Implements(textType):
		return appendOther
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendString(b, v.String()), nil }
	case reflect.Bool:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(b, v.Bool()), nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(b, v.Int(), 10), nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendUint(b, v.Uint(), 10), nil }
	case reflect.Pointer:
		return p.pointer(t)
	case reflect.Slice:
		return p.slice(t)
	case reflect.Map:
		return p.mapping(t)
	case reflect.Struct:
		return p.structure(t)
	}
	return appendOther
}

// appendOther leaves a value to encoding/json.
func appendOther(b []byte, v reflect.Value) ([]byte, error) {
	text, err := json.Marshal(v.Interface())
	return append(b, text...), err
}

func (p *plans) pointer(t reflect.Type) plan {
	elem := p.of(t.Elem())
	return func(b []byte, v reflect.Value) ([]byte, error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		return elem(b, v.Elem())
	}
}

func (p *plans) slice(t reflect.Type) plan {
	if t.Elem().Kind() == reflect.Uint8 {
		return appendOther // base64
	}
	elem := p.of(t.Elem())
	return func(b []byte, v reflect.Value) ([]byte, error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		var err error
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = elem(b, v.Index(i)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
}

func (p *plans) mapping(t reflect.Type) plan {
	if t.Key().Kind() != reflect.String || t.Key().Implements(textType) {
		return appendOther
	}
	elem := p.of(t.Elem())
	return func(b []byte, v reflect.Value) ([]byte, error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
		var err error
		b = append(b, '{')
		for i, k := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, k.String()), ':')
			if b, err = elem(b, v.MapIndex(k)); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

// field is a field of a struct: its name as it is written, and when it is not.
type field struct {
	index     int
	name      string // quoted, with the colon
	omitEmpty bool
	omitZero  bool
	plan      plan
}

func (p *plans) structure(t reflect.Type) plan {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			return appendOther
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" && options == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields = append(fields, field{
			index: i, name: string(appendString(nil, name)) + ":", plan: p.of(f.Type),
			omitEmpty: strings.Contains(options, "omitempty"), omitZero: strings.Contains(options, "omitzero"),
		})
	}
	return func(b []byte, v reflect.Value) ([]byte, error) {
		var err error
		b = append(b, '{')
		first := true
		for i := range fields {
			f := &fields[i]
			member := v.Field(f.index)
			if f.omitEmpty && empty(member) || f.omitZero && zero(member) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			if b, err = f.plan(append(b, f.name...), member); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func zero(v reflect.Value) bool {
	if v.Type() == timeType {
		return timeOf(v).IsZero()
	}
	return v.IsZero()
}

func timeOf(v reflect.Value) time.Time {
	if v.CanAddr() {
		return *v.Addr().Interface().(*time.Time)
	}
	return v.Interface().(time.Time)
}

func appendTime(b []byte, v reflect.Value) ([]byte, error) {
	t := timeOf(v)
	if y := t.Year(); y < 0 || y > 9999 {
		return appendOther(b, v) // which says what is wrong with it
	}
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"'), nil
}

func appendDate(b []byte, v reflect.Value) ([]byte, error) {
	y, m, d := v.Field(0).Int(), v.Field(1).Int(), v.Field(2).Int()
	if y < 0 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return appendOther(b, v)
	}
	return append(b, '"', digit(y/1000), digit(y/100), digit(y/10), digit(y), '-',
		digit(m/10), digit(m), '-', digit(d/10), digit(d), '"'), nil
}

func digit(n int64) byte { return byte('0' + n%10) }

func appendMoney(b []byte, v reflect.Value) ([]byte, error) {
	m := dialog.Money{Minor: v.Field(0).Int(), Currency: dialog.Currency(v.Field(1).String())}
	b = append(b, `{"amount":"`...)
	if n := m.Minor; m.Currency.Digits() == 0 {
		b = strconv.AppendInt(b, n, 10)
	} else {
		if n < 0 {
			b, n = append(b, '-'), -n
		}
		b = append(strconv.AppendInt(b, n/100, 10), '.', digit(n/10), digit(n))
	}
	return append(appendString(append(b, `","currency":`...), string(m.Currency)), '}'), nil
}

const hex = "0123456789abcdef"

// appendString quotes a string. Bytes that are not UTF-8 are left to the reader,
// which replaces them.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if c == '"' || c == '\\' {
			b = append(b, '\\', c)
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[start:]...), '"')
}
