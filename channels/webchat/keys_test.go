package webchat

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"warmline/dialog"
)

func edSet(t *testing.T, ids ...string) []byte {
	t.Helper()
	keys := []map[string]string{{"kty": "RSA", "kid": "rsa", "n": "AQAB", "e": "AQAB"}, {"kty": "oct", "kid": "oct", "k": base64.RawURLEncoding.EncodeToString(testSecret)}}
	for _, id := range ids {
		pub, _, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": id, "x": base64.RawURLEncoding.EncodeToString(pub)})
	}
	data, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParseKeys(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&ec.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	point, err := ec.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	ecSet := `{"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"` + b64(point[1:33]) + `","y":"` + b64(point[33:]) + `"}]}`
	offCurve := `{"keys":[{"kty":"EC","crv":"P-256","kid":"e","x":"` + b64(point[1:33]) + `","y":"` + b64(point[1:33]) + `"}]}`
	cases := map[string]struct {
		data    string
		secrets bool
		algs    []string
	}{
		"set":                {string(edSet(t, "a")), false, []string{algEdDSA}},
		"set with secrets":   {string(edSet(t, "a")), true, []string{algHS256, algEdDSA}},
		"elliptic":           {ecSet, false, []string{algES256}},
		"off the curve":      {offCurve, false, nil},
		"PEM":                {string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), false, []string{algES256}},
		"none":               {`{"keys":[]}`, true, nil},
		"short secret":       {`{"keys":[{"kty":"oct","k":"AAAA"}]}`, true, nil},
		"not for signatures": {`{"keys":[{"kty":"oct","use":"enc","k":"` + b64(testSecret) + `"}]}`, true, nil},
		"broken":             {`{"keys":`, true, nil},
		"nothing":            {"", true, nil},
	}
	for name, test := range cases {
		keys, err := ParseKeys([]byte(test.data), test.secrets)
		if (err != nil) != (test.algs == nil) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i, k := range keys {
			if k.Alg != test.algs[i] {
				t.Errorf("%s: key %d is for %s", name, i, k.Alg)
			}
		}
	}
}

func TestFileKeysAreReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	write := func(data []byte, at time.Time) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	c := &clock{}
	if _, err := NewFileKeys(path, c.now); err == nil {
		t.Error("a missing file was taken")
	}
	write(edSet(t, "a"), time.Unix(1000, 0))
	f, err := NewFileKeys(path, c.now)
	if err != nil {
		t.Fatal(err)
	}
	count := func(id string) int {
		keys, err := f.Keys(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return len(keys)
	}
	write(edSet(t, "b"), time.Unix(2000, 0))
	if count("a") != 1 || count("b") != 0 {
		t.Error("looked at the file too soon")
	}
	c.advance(time.Minute)
	if count("b") != 1 || count("a") != 0 {
		t.Error("the change was not read")
	}
	write([]byte("{"), time.Unix(3000, 0))
	c.advance(time.Minute)
	if count("b") != 1 {
		t.Error("a broken file took the keys away")
	}
}

func TestRemoteKeysAreKeptAndRotated(t *testing.T) {
	var asked atomic.Int32
	var body atomic.Value
	body.Store([]byte(nil))
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		data, _ := body.Load().([]byte)
		if data == nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write(data)
	}))
	defer web.Close()
	c := &clock{}
	r := NewRemoteKeys(web.URL, nil, c.now)
	count := func(id string) int {
		keys, err := r.Keys(t.Context(), id)
		if err != nil {
			if dialog.CodeOf(err) != dialog.CodeUnavailable {
				t.Fatalf("code %v", err)
			}
			return -1
		}
		return len(keys)
	}
	for range 2 {
		if count("a") != -1 || asked.Load() != 1 {
			t.Errorf("asked %d times while it is down", asked.Load())
		}
	}
	body.Store(edSet(t, "a"))
	c.advance(time.Minute)
	if count("a") != 1 || count("oct") != 0 || count("rsa") != 0 {
		t.Error("the set was not read, or a shared secret of it was taken")
	}
	before := asked.Load()
	for range 50 {
		count("forged")
	}
	if asked.Load() != before {
		t.Errorf("unknown ids caused %d requests at once", asked.Load()-before)
	}
	body.Store(edSet(t, "b"))
	c.advance(time.Minute)
	if count("b") != 1 || count("a") != 0 {
		t.Error("the rotation was not seen")
	}
	body.Store([]byte(nil))
	c.advance(time.Hour)
	if count("b") != 1 {
		t.Error("an outage took the keys away")
	}
	eventually(t, "an old set is read again", func() bool { return asked.Load() >= before+2 })
	if count("b") != 1 {
		t.Error("an outage took the keys away")
	}
}
