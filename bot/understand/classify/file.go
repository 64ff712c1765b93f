package classify

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// magic begins a weights file; the digit is the version of the form.
const magic = "warmline-weights-1\n"

var errShape = errors.New("the weights do not have the shape they state")

// Write writes a model in its own compressed form, the same bytes for the
// same model.
func (m *Model) Write(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("compress weights: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(magic)
	b.WriteString(strings.Join(m.Classes, ",") + "\n")
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(m.scale))))
	keys := make([]uint32, len(m.scale))
	for _, s := range m.table {
		if s.row != 0 {
			keys[s.row-1] = s.key
		}
	}
	for _, v := range m.bias {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
	for _, k := range keys {
		b.Write(binary.LittleEndian.AppendUint32(nil, k))
	}
	for _, v := range m.scale {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
	for c := range m.Classes { // by class: neighbouring rows compress better
		for r := range m.scale {
			b.WriteByte(byte(m.rows[r*len(m.Classes)+c]))
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

func parse(classes []string, rows int, b []byte) (*Model, error) {
	k := len(classes)
	if rows < 0 || len(b) != 4*k+8*rows+k*rows {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	m := newModel(classes, rows)
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	for i := range m.bias {
		m.bias[i] = math.Float32frombits(word(i))
	}
	weights := b[4*k+8*rows:]
	row := make([]int8, k)
	for r := range rows {
		for c := range row {
			row[c] = int8(weights[c*rows+r])
		}
		m.put(word(k+r), math.Float32frombits(word(k+rows+r)), row)
	}
	return m, nil
}
