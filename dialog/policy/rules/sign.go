package rules

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
)

// Signatures of a pack stand beside it in <id>.sig: who wrote the change and
// who, a second person, has read and agreed to it.
type Signatures struct {
	Pack string      `yaml:"pack" json:"pack"`
	Hash string      `yaml:"hash" json:"hash"` // of the pack's content, SHA-256 in hex
	By   []Signature `yaml:"by" json:"by"`
}

// Signature is one person's.
type Signature struct {
	Person    string      `yaml:"person" json:"person"`
	On        dialog.Date `yaml:"on" json:"on"`
	Signature string      `yaml:"signature" json:"signature"` // Ed25519, base64
}

// Keyring holds each person's public key. It is kept apart from the packs: who
// may change a pack must not be able to add a signer.
type Keyring map[string]ed25519.PublicKey

// ParseKeyring reads lines of "person: base64 public key" as YAML.
func ParseKeyring(raw []byte) (Keyring, error) {
	var lines map[string]string
	if err := yaml.Unmarshal(raw, &lines); err != nil {
		return nil, fmt.Errorf("read keyring: %w", err)
	}
	ring := Keyring{}
	for person, text := range lines {
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("keyring: %s: expected an Ed25519 public key in base64", person)
		}
		for other, known := range ring {
			if known.Equal(ed25519.PublicKey(key)) {
				return nil, fmt.Errorf("keyring: %s and %s have one key", person, other)
			}
		}
		ring[person] = key
	}
	return ring, nil
}

// TextsID is under which name the reviewed texts are signed, beside the packs: no
// pack can have it.
const TextsID = "texts"

// message is what a person signs: which pack, in which wording, on which day.
func message(pack, hash, person string, on dialog.Date) []byte {
	return []byte("warmline pack\n" + pack + "\n" + hash + "\n" + person + "\n" + on.String() + "\n")
}

// Sign adds a person's signature to those of a pack, or of the reviewed texts, of
// a content. Signatures of another wording are dropped: a change starts anew.
func Sign(s Signatures, id, hash, person string, key ed25519.PrivateKey, on dialog.Date) Signatures {
	if s.Hash != hash {
		s = Signatures{Pack: id, Hash: hash}
	}
	s.By = slices.DeleteFunc(slices.Clone(s.By), func(x Signature) bool { return x.Person == person })
	s.By = append(s.By, Signature{Person: person, On: on,
		Signature: base64.StdEncoding.EncodeToString(ed25519.Sign(key, message(id, hash, person, on)))})
	return s
}

// ErrUnsigned says that a pack lacks the signatures of two persons.
var ErrUnsigned = errors.New("not signed by two persons")

// Reviewed reports whether two different persons of the keyring have signed
// exactly this pack.
func (p *Pack) Reviewed(s Signatures, ring Keyring) error {
	if err := Reviewed(s, p.ID(), p.hash, ring); err != nil {
		return fmt.Errorf("pack %s: %w", p.ID(), err)
	}
	return nil
}

// Reviewed reports whether two different persons of the keyring have signed a
// content under a name.
func Reviewed(s Signatures, id, hash string, ring Keyring) error {
	if len(s.By) == 0 {
		return ErrUnsigned
	}
	if s.Pack != id || s.Hash != hash {
		return fmt.Errorf("%w: the signatures are of another wording", ErrUnsigned)
	}
	persons := map[string]bool{}
	for _, x := range s.By {
		key, known := ring[x.Person]
		sig, err := base64.StdEncoding.DecodeString(x.Signature)
		if known && err == nil && ed25519.Verify(key, message(id, hash, x.Person, x.On), sig) {
			persons[x.Person] = true
		}
	}
	if len(persons) < 2 {
		return ErrUnsigned
	}
	return nil
}

// ReadSignatures reads a pack's signatures beside it; none when there is no file.
func ReadSignatures(files fs.FS, pack string) (Signatures, error) {
	var s Signatures
	raw, err := fs.ReadFile(files, pack+".sig")
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read signatures: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(raw, &s, yaml.Strict()); err != nil {
		return s, fmt.Errorf("read signatures of %s: %w", pack, err)
	}
	return s, nil
}

// Unreviewed returns, for each pack that is not signed by two persons of the
// keyring, why; nil when all are.
func (e *Engine) Unreviewed(files fs.FS, ring Keyring) map[string]error {
	var out map[string]error
	for _, p := range e.packs {
		s, err := ReadSignatures(files, p.ID())
		if err == nil {
			err = p.Reviewed(s, ring)
		}
		if err != nil {
			if out == nil {
				out = map[string]error{}
			}
			out[p.ID()] = err
		}
	}
	return out
}
