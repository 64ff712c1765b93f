package telegramtest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

//go:embed testdata/bot-api.json
var specFile []byte

// spec is the part of the API's description that the double knows: methods with
// their parameters, and the types of these.
type spec struct {
	Methods map[string][]field `json:"methods"`
	Types   map[string][]field `json:"types"`
}

type field struct {
	Name     string   `json:"name"`
	Types    []string `json:"types"`
	Required bool     `json:"required"`
	Min      int      `json:"min"`
	Max      int      `json:"max"`
	Unit     string   `json:"unit"` // characters or bytes
}

func loadSpec() (spec, error) {
	var s spec
	if err := json.Unmarshal(specFile, &s); err != nil {
		return s, fmt.Errorf("read the API's description: %w", err)
	}
	return s, nil
}

// check returns what is wrong with a call.
func (s spec) check(method string, params map[string]any) []string {
	fields, known := s.Methods[method]
	if !known {
		return []string{"unknown method " + method}
	}
	return s.object(method, fields, params)
}

func (s spec) object(path string, fields []field, given map[string]any) []string {
	var wrong []string
	for name, value := range given {
		i := slices.IndexFunc(fields, func(f field) bool { return f.Name == name })
		if i < 0 {
			wrong = append(wrong, path+"."+name+": unknown")
			continue
		}
		wrong = append(wrong, s.value(path+"."+name, fields[i], value)...)
	}
	for _, f := range fields {
		if _, ok := given[f.Name]; f.Required && !ok {
			wrong = append(wrong, path+"."+f.Name+": required")
		}
	}
	return wrong
}

func (s spec) value(path string, f field, v any) []string {
	var wrong []string
	for _, t := range f.Types {
		if wrong = s.typed(path, t, v); len(wrong) == 0 {
			break
		}
	}
	if text, ok := v.(string); ok && f.Max > 0 {
		n := len(utf16.Encode([]rune(text)))
		if f.Unit == "bytes" {
			n = len(text)
		}
		// The length of a text counts after its entities are parsed; see sent.
		if f.Name != "text" && (n < f.Min || n > f.Max) {
			wrong = append(wrong, fmt.Sprintf("%s: %d %s, expected %d to %d", path, n, f.Unit, f.Min, f.Max))
		}
	}
	return wrong
}

func (s spec) typed(path, t string, v any) []string {
	no := []string{fmt.Sprintf("%s: expected %s", path, t)}
	if inner, ok := strings.CutPrefix(t, "Array of "); ok {
		list, ok := v.([]any)
		if !ok {
			return no
		}
		var wrong []string
		for i, item := range list {
			wrong = append(wrong, s.typed(path+"["+strconv.Itoa(i)+"]", inner, item)...)
		}
		return wrong
	}
	switch v := v.(type) {
	case string:
		if t == "String" {
			return nil
		}
	case bool:
		if t == "Boolean" {
			return nil
		}
	case float64:
		if t == "Float" || t == "Integer" && v == float64(int64(v)) {
			return nil
		}
	case map[string]any:
		if fields, ok := s.Types[t]; ok {
			return s.object(path, fields, v)
		}
	}
	return no
}

// form reads a parameter that came as text into the type that the method wants.
func (s spec) form(method, name, raw string) any {
	for _, f := range s.Methods[method] {
		if f.Name != name {
			continue
		}
		if slices.Contains(f.Types, "Integer") {
			if n, err := strconv.ParseInt(raw, 10, 64); err == nil {
				return float64(n)
			}
		}
		if slices.Contains(f.Types, "String") {
			return raw
		}
		var v any
		if json.Unmarshal([]byte(raw), &v) == nil {
			return v
		}
	}
	return raw
}
