package archive

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// KeySize is how many bytes an archive's key has.
const KeySize = 32

const saltSize = 16

// header is the first line of a segment, in the clear.
type header struct {
	Version int       `json:"warmline_journal"` // 1
	Cipher  string    `json:"cipher"`
	Salt    []byte    `json:"salt"`
	Node    string    `json:"node"`
	Begun   time.Time `json:"begun"`
}

const (
	version    = 1
	cipherName = "AES-256-GCM, HKDF-SHA-256"
)

// prefix is what a segment begins with; no record does.
const prefix = `{"warmline_journal":`

// cut is the end mark of a segment that was closed: the number of its records.
type cut struct {
	End *uint64 `json:"end"`
}

// box seals and opens the lines of one segment.
type box struct {
	aead cipher.AEAD
	head []byte // the first line, without its end
}

func newBox(key, salt, head []byte) (*box, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("archive key: %d bytes, expected %d", len(key), KeySize)
	}
	own, err := hkdf.Key(sha256.New, key, salt, "warmline journal archive", KeySize)
	if err != nil {
		return nil, fmt.Errorf("archive key: %w", err)
	}
	block, err := aes.NewCipher(own)
	if err != nil {
		return nil, fmt.Errorf("archive cipher: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("archive cipher: %w", err)
	}
	return &box{aead: aead, head: head}, nil
}

// nonce is the number of a line: a segment's key seals nothing else, and no
// number twice.
func (b *box) nonce(line uint64) []byte {
	n := make([]byte, b.aead.NonceSize())
	binary.BigEndian.PutUint64(n[len(n)-8:], line)
	return n
}

// seal appends a sealed line to a text, with its end.
func (b *box) seal(text []byte, line uint64, plain []byte) []byte {
	sealed := b.aead.Seal(nil, b.nonce(line), plain, b.head)
	text = append(text, '"')
	text = base64.StdEncoding.AppendEncode(text, sealed)
	return append(text, '"', '\n')
}

// open returns what a line holds.
func (b *box) open(line uint64, text []byte) ([]byte, error) {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return nil, errors.New("it is no sealed record")
	}
	sealed, err := base64.StdEncoding.AppendDecode(nil, text[1:len(text)-1])
	if err != nil {
		return nil, fmt.Errorf("it is no sealed record: %w", err)
	}
	plain, err := b.aead.Open(nil, b.nonce(line), sealed, b.head)
	if err != nil {
		return nil, errors.New("it does not open with this key, or was changed")
	}
	return plain, nil
}

// readHeader reads the first line of a segment.
func readHeader(line []byte) (header, error) {
	var h header
	if err := json.Unmarshal(line, &h); err != nil {
		return h, fmt.Errorf("first line: %w", err)
	}
	if h.Version != version || h.Cipher != cipherName || len(h.Salt) != saltSize {
		return h, fmt.Errorf("first line: version %d, %q: this program knows version %d, %q", h.Version, h.Cipher, version, cipherName)
	}
	return h, nil
}
