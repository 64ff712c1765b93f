package classify

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// magic begins a weights file; the digit is the version of the form.
const magic = "warmline-weights-3\n"

var errShape = errors.New("the weights do not have the shape they state")

// Write writes a model in its own compressed form; the same bytes for the same
// model.
func (m *Model) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("compress weights: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(magic)
	b.WriteString(strings.Join(m.Classes, ",") + "\n")
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(m.keys))))
	writeFloats(&b, []float32{m.top})
	for _, h := range m.heads {
		for _, list := range [][]float32{h.lift, h.weights, h.bias} {
			writeFloats(&b, list)
		}
	}
	writeFloats(&b, []float32{m.watch.bias})
	writeFloats(&b, m.watch.weights)
	b.Write(m.grades)
	for _, k := range m.keys {
		b.Write(binary.LittleEndian.AppendUint32(nil, k))
	}
	for _, row := range m.rows {
		for _, w := range row {
			b.Write(binary.LittleEndian.AppendUint64(nil, w))
		}
	}
	if _, err := z.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write weights: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write weights: %w", err)
	}
	return nil
}

// Read reads what Write wrote.
func Read(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("unpack weights: %w", err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	rest, ok := bytes.CutPrefix(b, []byte(magic))
	names, rest, found := bytes.Cut(rest, []byte("\n"))
	if !ok || !found || len(rest) < 4 {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	return parse(strings.Split(string(names), ","), int(binary.LittleEndian.Uint32(rest)), rest[4:])
}

func writeFloats(b *bytes.Buffer, list []float32) {
	for _, v := range list {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
}

func parse(classes []string, rows int, b []byte) (*Model, error) {
	k := len(classes)
	heads := 4 * (2 + Voices*(Width+k*Width+k))
	if rows < 0 || rows > len(b) || len(b) != heads+rows*(1+4+4+8*rowWords) {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	m := newModel(classes, rows)
	top := []float32{0}
	b = floats(b, top)
	m.top = top[0]
	for _, h := range m.heads {
		for _, list := range [][]float32{h.lift, h.weights, h.bias} {
			b = floats(b, list)
		}
	}
	bias := []float32{0}
	b = floats(b, bias)
	m.watch.bias = bias[0]
	b = floats(b, m.watch.weights)
	b = b[copy(m.grades, b[:rows]):]
	if slices.Max(append([]uint8{0}, m.grades...)) >= grades {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	for r := range m.keys {
		m.keys[r] = binary.LittleEndian.Uint32(b[4*r:])
	}
	b = b[4*rows:]
	for r := range m.rows {
		for i := range m.rows[r] {
			m.rows[r][i] = binary.LittleEndian.Uint64(b[8*(r*rowWords+i):])
		}
	}
	m.index()
	return m, nil
}

// floats fills a list from as many bytes as it takes and returns the rest.
func floats(b []byte, list []float32) []byte {
	for i := range list {
		list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
	}
	return b[4*len(list):]
}
