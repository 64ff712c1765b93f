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
const magic = "warmline-weights-2\n"

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
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(m.voices))))
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(m.keys))))
	for _, k := range m.keys {
		b.Write(binary.LittleEndian.AppendUint32(nil, k))
	}
	for _, v := range m.voices {
		for _, list := range [][]float32{v.lift, v.weights, v.bias, v.scale} {
			writeFloats(&b, list)
		}
		for i := 0; i < len(v.vectors); i += 2 {
			b.WriteByte(byte(v.vectors[i]+8)<<4 | byte(v.vectors[i+1]+8))
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
	if !ok || !found || len(rest) < 8 {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	word := binary.LittleEndian.Uint32
	return parse(strings.Split(string(names), ","), int(word(rest)), int(word(rest[4:])), rest[8:])
}

func writeFloats(b *bytes.Buffer, list []float32) {
	for _, v := range list {
		b.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
	}
}

func parse(classes []string, voices, rows int, b []byte) (*Model, error) {
	k := len(classes)
	one := 4*(Width+k*Width+k+rows) + rows*Width/2
	if voices < 1 || voices > 16 || rows < 0 || rows > len(b) || len(b) != 4*rows+voices*one {
		return nil, fmt.Errorf("read weights: %w", errShape)
	}
	keys := make([]uint32, rows)
	for r := range keys {
		keys[r] = binary.LittleEndian.Uint32(b[4*r:])
	}
	b = b[4*rows:]
	list := make([]voice, voices)
	for i := range list {
		list[i] = newVoice(k, rows)
		list[i].parse(b[i*one : (i+1)*one])
	}
	return newModel(classes, keys, list), nil
}

// parse fills a voice from as many bytes as its shape takes.
func (v *voice) parse(b []byte) {
	for _, list := range [][]float32{v.lift, v.weights, v.bias, v.scale} {
		for i := range list {
			list[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
		b = b[4*len(list):]
	}
	for i, two := range b {
		v.vectors[2*i], v.vectors[2*i+1] = int8(two>>4)-8, int8(two&15)-8
	}
}
