package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"

	"warmline/dialog"
	"warmline/dialog/policy/rules"
	"warmline/prompts"
)

// policySignCmd signs a pack, or the reviewed texts of this program. The first signature is its author's; the second,
// by somebody else, makes it reviewed.
type policySignCmd struct {
	Pack  string `required:"" help:"Pack to sign, or texts: the reviewed texts of this program."`
	Packs string `required:"" help:"Folder of packs; the signatures are written beside the packs."`
	As    string `required:"" help:"Who signs, as in the keyring."`
	Key   string `required:"" help:"File of their private key (policy key makes one)."`
	Keys  string `required:"" help:"Keyring file: who may sign."`
}

// Run implements the command.
func (c *policySignCmd) Run(env *environment) error {
	files, err := packFiles(c.Packs)
	if err != nil {
		return err
	}
	engine, err := rules.Load(files, rules.Options{})
	if err != nil {
		return fmt.Errorf("only a pack that loads and passes its own tests can be signed: %w", err)
	}
	hash, err := c.content(engine)
	if err != nil {
		return err
	}
	key, ring, err := c.keys()
	if err != nil {
		return err
	}
	signed, err := rules.ReadSignatures(files, c.Pack)
	if err != nil {
		return err
	}
	signed = rules.Sign(signed, c.Pack, hash, c.As, key, dialog.DateOf(time.Now()))
	raw, err := yaml.Marshal(signed)
	if err != nil {
		return fmt.Errorf("write signatures: %w", err)
	}
	if err := os.WriteFile(filepath.Join(c.Packs, c.Pack+".sig"), raw, 0o644); err != nil {
		return fmt.Errorf("write signatures: %w", err)
	}
	switch err := rules.Reviewed(signed, c.Pack, hash, ring); {
	case err == nil:
		fmt.Fprintf(env.stdio.Out, "%s: reviewed: true (two persons have signed)\n", c.Pack)
	case errors.Is(err, rules.ErrUnsigned):
		fmt.Fprintf(env.stdio.Out, "%s: reviewed: false (signed by %s; a second person has to sign)\n", c.Pack, c.As)
	default:
		return err
	}
	return nil
}

// content is what is signed.
func (c *policySignCmd) content(engine *rules.Engine) (string, error) {
	if c.Pack == rules.TextsID {
		return textsHash()
	}
	if err := engine.Known([]string{c.Pack}); err != nil {
		return "", usageError{err}
	}
	return engine.Pack(c.Pack).Hash(), nil
}

// textsHash names the reviewed texts that this program carries, SHA-256 in hex.
func textsHash() (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(prompts.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(prompts.Files, path)
		fmt.Fprintf(sum, "%s %d\n", path, len(raw))
		sum.Write(raw)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read the reviewed texts: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// unreviewed returns, for each pack and the reviewed texts, why two persons of
// the keyring have not signed it; empty when they have.
func unreviewed(engine *rules.Engine, files fs.FS, ring rules.Keyring) map[string]error {
	out := map[string]error{}
	maps.Copy(out, engine.Unreviewed(files, ring))
	hash, err := textsHash()
	if err == nil {
		var s rules.Signatures
		if s, err = rules.ReadSignatures(files, rules.TextsID); err == nil {
			err = rules.Reviewed(s, rules.TextsID, hash, ring)
		}
	}
	if err != nil {
		out[rules.TextsID] = fmt.Errorf("the reviewed texts: %w", err)
	}
	return out
}

// keys reads the signer's private key and makes sure that it is theirs.
func (c *policySignCmd) keys() (ed25519.PrivateKey, rules.Keyring, error) {
	ring, err := keyring(c.Keys)
	if err != nil {
		return nil, nil, err
	}
	raw, err := os.ReadFile(c.Key)
	if err != nil {
		return nil, nil, fmt.Errorf("key: %w", err)
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, nil, wrongUse("key: expected a PEM file")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, nil, wrongUse("key: expected an Ed25519 private key")
	}
	known, ok := ring[c.As]
	if !ok || !known.Equal(key.Public()) {
		return nil, nil, wrongUse("key: it is not the one that the keyring has of %s", c.As)
	}
	return key, ring, nil
}

// policyKeyCmd makes a signing key.
type policyKeyCmd struct {
	As  string `required:"" help:"Whose key it is."`
	Out string `required:"" help:"File for the private key; it must not exist."`
}

// Run implements the command.
func (c *policyKeyCmd) Run(env *environment) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	err = pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der})
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	fmt.Fprintf(env.stdio.Out, "%s: %s\n", c.As, base64.StdEncoding.EncodeToString(public))
	return nil
}
