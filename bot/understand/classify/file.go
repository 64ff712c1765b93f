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

// Write writes a model in its own compressed form, two numbers of a vector to
// a byte; the same bytes for the same model.
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
	for _, list := range [][]float32{m.lift, m.weights, m.bias} {
		writeFloats(&b, list)
	}
	for _, k := range keys {
		b.Write(binary.LittleEndian.AppendUint32(nil, k))
	}
	writeFloats(&b, m.scale)
	for i := 0; i < len(m.vectors); i += 2 {
		b.WriteByte(byte(m.vectors[i]+8)<<4 | byte(m.vectors[i+1]+8))
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
	head := Width + k*Width + k
	if rows < 0 || len(b) != 4*head+8*rows+rows*Width/2 {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	m := newModel(classes, rows)
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
	at := 0
	for _, list := range [][]float32{m.lift, m.weights, m.bias} {
		for i := range list {
			list[i] = math.Float32frombits(word(at))
			at++
		}
	}
	bytes := b[4*head+8*rows:]
	vector := make([]int8, Width)
	for r := range rows {
		for j, two := range bytes[r*Width/2 : (r+1)*Width/2] {
			vector[2*j], vector[2*j+1] = int8(two>>4)-8, int8(two&15)-8
		}
		m.put(word(at+r), math.Float32frombits(word(at+rows+r)), vector)
	}
	return m, nil
}
