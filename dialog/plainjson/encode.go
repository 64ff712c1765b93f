// Package plainjson writes the vocabulary's values as JSON, several times faster
// than encoding/json, which reads it back as the same values: what a turn stores
// and sends is mostly that. Text is written as it is: <, > and & are no more
// escaped than letters are, and bytes that are not UTF-8 stay.
package plainjson

import (
	"cmp"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unsafe"

	"warmline/dialog"
)

// Append appends a value, best given by a pointer to it. It fails where
// encoding/json does: a moment outside the years 0 to 9999.
//
// The method is encoding/json's own, a plan per type made once; but a plan reads
// memory by the offsets in the type where encoding/json goes through reflection
// value by value, and takes no detours for the few types that a conversation is
// full of: money, dates and times.
func (p *Plans) Append(b []byte, v any) ([]byte, error) {
	value := reflect.ValueOf(v)
	if value.Kind() != reflect.Pointer {
		copied := reflect.New(value.Type())
		copied.Elem().Set(value)
		value = copied
	}
	return p.of(value.Type().Elem())(b, value.UnsafePointer())
}

// plan appends the value at an address, which is of the plan's type.
type plan func(b []byte, at unsafe.Pointer) ([]byte, error)

// Plans keeps the plan of every type that was met. It is safe for use by many
// goroutines; the zero value is ready.
type Plans struct{ known sync.Map }

var (
	moneyType     = reflect.TypeFor[dialog.Money]()
	dateType      = reflect.TypeFor[dialog.Date]()
	timeType      = reflect.TypeFor[time.Time]()
	marshalerType = reflect.TypeFor[json.Marshaler]()
	textType      = reflect.TypeFor[encoding.TextMarshaler]()
)

func (p *Plans) of(t reflect.Type) plan {
	if known, ok := p.known.Load(t); ok {
		return known.(plan)
	}
	// A type that contains itself meets a stand-in that waits for the plan.
	var made plan
	var ready sync.WaitGroup
	ready.Add(1)
	other, taken := p.known.LoadOrStore(t, plan(func(b []byte, at unsafe.Pointer) ([]byte, error) {
		ready.Wait()
		return made(b, at)
	}))
	if taken {
		return other.(plan)
	}
	made = p.make(t)
	ready.Done()
	p.known.Store(t, made)
	return made
}

func (p *Plans) make(t reflect.Type) plan {
	switch {
	case t == moneyType:
		return appendMoney
	case t == dateType:
		return appendDate
	case t == timeType:
		return appendTime
	case t.Implements(marshalerType), reflect.PointerTo(t).Implements(marshalerType),
		t.Implements(textType), reflect.PointerTo(t).Implements(textType):
		return other(t)
	}
	switch t.Kind() {
	case reflect.String:
		return func(b []byte, at unsafe.Pointer) ([]byte, error) { return appendString(b, *(*string)(at)), nil }
	case reflect.Bool:
		return func(b []byte, at unsafe.Pointer) ([]byte, error) { return strconv.AppendBool(b, *(*bool)(at)), nil }
	case reflect.Int:
		return func(b []byte, at unsafe.Pointer) ([]byte, error) {
			return strconv.AppendInt(b, int64(*(*int)(at)), 10), nil
		}
	case reflect.Int64:
		return func(b []byte, at unsafe.Pointer) ([]byte, error) { return strconv.AppendInt(b, *(*int64)(at), 10), nil }
	case reflect.Uint64:
		return func(b []byte, at unsafe.Pointer) ([]byte, error) {
			return strconv.AppendUint(b, *(*uint64)(at), 10), nil
		}
	case reflect.Pointer:
		return p.pointer(t)
	case reflect.Slice:
		return p.slice(t)
	case reflect.Map:
		return p.mapping(t)
	case reflect.Struct:
		return p.structure(t)
	}
	return other(t)
}

// other leaves a value to encoding/json.
func other(t reflect.Type) plan {
	return func(b []byte, at unsafe.Pointer) ([]byte, error) {
		text, err := json.Marshal(reflect.NewAt(t, at).Interface())
		return append(b, text...), err
	}
}

func (p *Plans) pointer(t reflect.Type) plan {
	elem := p.of(t.Elem())
	return func(b []byte, at unsafe.Pointer) ([]byte, error) {
		if at = *(*unsafe.Pointer)(at); at == nil {
			return append(b, "null"...), nil
		}
		return elem(b, at)
	}
}

func (p *Plans) slice(t reflect.Type) plan {
	if t.Elem().Kind() == reflect.Uint8 {
		return other(t) // base64
	}
	elem, size := p.of(t.Elem()), t.Elem().Size()
	return func(b []byte, at unsafe.Pointer) ([]byte, error) {
		list := *(*[]struct{})(at) // of whatever: only where it begins and how long it is
		if list == nil {
			return append(b, "null"...), nil
		}
		var err error
		b = append(b, '[')
		for i := range list {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = elem(b, unsafe.Add(unsafe.Pointer(unsafe.SliceData(list)), uintptr(i)*size)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
}

func (p *Plans) mapping(t reflect.Type) plan {
	switch t {
	case reflect.TypeFor[map[string]dialog.Value]():
		return mapping[dialog.Value](p)
	case reflect.TypeFor[map[string]int]():
		return mapping[int](p)
	case reflect.TypeFor[map[string]string]():
		return mapping[string](p)
	}
	return other(t)
}

// mapping writes a map in the order of its keys.
func mapping[V any](p *Plans) plan {
	elem := p.of(reflect.TypeFor[V]())
	return func(b []byte, at unsafe.Pointer) ([]byte, error) {
		m := *(*map[string]V)(at)
		if m == nil {
			return append(b, "null"...), nil
		}
		keys := make([]string, 0, 16)
		for k := range m {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		var v V
		var err error
		b = append(b, '{')
		for i, k := range keys {
			if i > 0 {
				b = append(b, ',')
			}
			v = m[k]
			if b, err = elem(append(appendString(b, k), ':'), unsafe.Pointer(&v)); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

// field is a field of a struct: its name as it is written, and when it is not.
type field struct {
	offset uintptr
	name   string // quoted, with the colon
	skip   func(at unsafe.Pointer) bool
	plan   plan
}

func (p *Plans) structure(t reflect.Type) plan {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			return other(t)
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" && options == "" {
			continue
		}
		fields = append(fields, field{
			offset: f.Offset, name: string(appendString(nil, cmp.Or(name, f.Name))) + ":",
			skip: skipped(f.Type, options), plan: p.of(f.Type),
		})
	}
	return func(b []byte, at unsafe.Pointer) ([]byte, error) {
		var err error
		b = append(b, '{')
		open := len(b)
		for i := range fields {
			f := &fields[i]
			member := unsafe.Add(at, f.offset)
			if f.skip != nil && f.skip(member) {
				continue
			}
			if len(b) > open {
				b = append(b, ',')
			}
			if b, err = f.plan(append(b, f.name...), member); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

// skipped returns when a field is left out, nil for never.
func skipped(t reflect.Type, options string) func(at unsafe.Pointer) bool {
	omitEmpty, omitZero := strings.Contains(options, "omitempty"), strings.Contains(options, "omitzero")
	switch {
	case !omitEmpty && !omitZero, omitEmpty && t.Kind() == reflect.Struct:
		return nil
	case t == timeType:
		return func(at unsafe.Pointer) bool { return (*time.Time)(at).IsZero() }
	case t == moneyType:
		return func(at unsafe.Pointer) bool { return *(*dialog.Money)(at) == dialog.Money{} }
	case t == dateType:
		return func(at unsafe.Pointer) bool { return *(*dialog.Date)(at) == dialog.Date{} }
	}
	switch t.Kind() {
	case reflect.String:
		return func(at unsafe.Pointer) bool { return *(*string)(at) == "" }
	case reflect.Bool:
		return func(at unsafe.Pointer) bool { return !*(*bool)(at) }
	case reflect.Int:
		return func(at unsafe.Pointer) bool { return *(*int)(at) == 0 }
	case reflect.Int64, reflect.Uint64:
		return func(at unsafe.Pointer) bool { return *(*int64)(at) == 0 }
	case reflect.Pointer:
		return func(at unsafe.Pointer) bool { return *(*unsafe.Pointer)(at) == nil }
	case reflect.Slice:
		if omitEmpty {
			return func(at unsafe.Pointer) bool { return len(*(*[]struct{})(at)) == 0 }
		}
	case reflect.Map:
		if omitEmpty {
			return func(at unsafe.Pointer) bool {
				return *(*unsafe.Pointer)(at) == nil || reflect.NewAt(t, at).Elem().Len() == 0
			}
		}
	}
	return func(at unsafe.Pointer) bool { return reflect.NewAt(t, at).Elem().IsZero() }
}

func appendTime(b []byte, at unsafe.Pointer) ([]byte, error) {
	t := (*time.Time)(at)
	if y := t.Year(); y < 0 || y > 9999 {
		return other(timeType)(b, at) // which says what is wrong with it
	}
	return append(t.AppendFormat(append(b, '"'), time.RFC3339Nano), '"'), nil
}

func appendDate(b []byte, at unsafe.Pointer) ([]byte, error) {
	date := (*dialog.Date)(at)
	y, m, d := date.Year, int(date.Month), date.Day
	if y < 0 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return other(dateType)(b, at)
	}
	return append(b, '"', digit(y/1000), digit(y/100), digit(y/10), digit(y), '-',
		digit(m/10), digit(m), '-', digit(d/10), digit(d), '"'), nil
}

func digit(n int) byte { return byte('0' + n%10) }

func appendMoney(b []byte, at unsafe.Pointer) ([]byte, error) {
	m := (*dialog.Money)(at)
	b = m.AppendDecimal(append(b, `{"amount":"`...))
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
