package webchat

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"pgregory.net/rapid"

	"warmline/dialog"
)

func TestBeginGivesASession(t *testing.T) {
	r := newRig(t, 1)
	claims := r.claims("b1", 2)
	claims["locale"] = "zh-Hant-HK"
	a := r.post(r.nodes[0], "/v1/session", "", sign(t, claims))
	if a.status != 200 || a.Level != 2 || a.Locale != "zh-Hant-HK" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("answer %+v", a)
	}
	if d := a.Expires.Sub(r.clock.now()); d < 29*time.Minute || d > 30*time.Minute {
		t.Errorf("expires in %v", d)
	}
	state, _ := r.engine.State(t.Context(), conversationOf("b1"))
	if state.Borrower != "b1" || len(state.Bindings) != 1 || state.Bindings[0].Expires.Sub(r.clock.now()) > 15*time.Minute {
		t.Errorf("state %+v", state.Bindings)
	}
}

func TestTokensThatDoNotHold(t *testing.T) {
	r := newRig(t, 1)
	now := r.clock.now()
	with := func(name string, value any) jwt.MapClaims {
		c := r.claims("b1", 2)
		if value == nil {
			delete(c, name)
		} else {
			c[name] = value
		}
		return c
	}
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signed := func(m jwt.SigningMethod, key any) string {
		token, err := jwt.NewWithClaims(m, r.claims("b1", 2)).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	good := r.token("b1", 2)
	critical := jwt.NewWithClaims(jwt.SigningMethodHS256, r.claims("b1", 2))
	critical.Header["crit"] = []string{"unheard of"}
	demanding, err := critical.SignedString(testSecret)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		token  string
		status int
	}{
		"none":              {signed(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType), 401},
		"forged":            {signed(jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32))), 401},
		"another method":    {signed(jwt.SigningMethodHS512, testSecret), 401},
		"unknown key":       {signed(jwt.SigningMethodEdDSA, edKey), 401},
		"changed payload":   {swapPayload(t, good, signed(jwt.SigningMethodHS256, testSecret)), 401},
		"cut":               {good[:len(good)-4], 401},
		"empty":             {"", 401},
		"not a token":       {"a.b.c", 401},
		"huge":              {strings.Repeat("x", maxToken+1), 401},
		"expired":           {sign(t, with("exp", now.Add(-time.Minute).Unix())), 401},
		"without exp":       {sign(t, with("exp", nil)), 401},
		"lives too long":    {sign(t, with("exp", now.Add(10*time.Minute).Unix())), 401},
		"not yet":           {sign(t, with("nbf", now.Add(2*time.Minute).Unix())), 401},
		"foreign audience":  {sign(t, with("aud", "shop")), 403},
		"without audience":  {sign(t, with("aud", nil)), 401},
		"foreign issuer":    {sign(t, with("iss", "other")), 401},
		"without issuer":    {sign(t, with("iss", nil)), 401},
		"without jti":       {sign(t, with("jti", nil)), 401},
		"without sub":       {sign(t, with("sub", nil)), 401},
		"level 9":           {sign(t, with("level", 9)), 401},
		"level -1":          {sign(t, with("level", -1)), 401},
		"more than we know": {demanding, 401},
		"logout token":      {sign(t, with("purpose", "logout")), 401},
	}
	for name, test := range cases {
		if a := r.post(r.nodes[0], "/v1/session", "", test.token); a.status != test.status || a.Session != "" || a.Error.Code == "" {
			t.Errorf("%s: %+v, expected %d", name, a, test.status)
		}
	}
	for name, body := range map[string]string{"no body": "", "no JSON": "token", "array": "[1]"} {
		if a := r.call(r.nodes[0], http.MethodPost, "/v1/session", "", body); a.status != 400 {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if a := r.post(r.nodes[0], "/v1/session", "", strings.Repeat("x", maxBody)); a.status != 413 {
		t.Errorf("large body: %+v", a)
	}
}

// swapPayload returns b's header and signature around a's payload.
func swapPayload(t *testing.T, a, b string) string {
	t.Helper()
	pa, pb := strings.Split(a, "."), strings.Split(b, ".")
	payload, err := base64.RawURLEncoding.DecodeString(pa[1])
	if err != nil {
		t.Fatal(err)
	}
	payload = bytes.Replace(payload, []byte(`"b1"`), []byte(`"b2"`), 1)
	return pb[0] + "." + base64.RawURLEncoding.EncodeToString(payload) + "." + pb[2]
}

func TestReplayIsRefusedOnEveryNode(t *testing.T) {
	r := newRig(t, 2)
	token := r.token("b1", 2)
	if a := r.post(r.nodes[0], "/v1/session", "", token); a.status != 200 {
		t.Fatalf("first use: %+v", a)
	}
	for i, n := range r.nodes {
		if a := r.post(n, "/v1/session", "", token); a.status != 401 || a.Session != "" {
			t.Errorf("replay on node %d: %+v", i, a)
		}
	}
	session := r.session(r.nodes[0], "b1", 1)
	if a := r.post(r.nodes[0], "/v1/session/step-up", session, token); a.status != 401 {
		t.Errorf("replay as step-up: %+v", a)
	}
}

func TestSessionTokens(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	renew := func(token string) reply { return r.post(n, "/v1/session/renew", token, "") }
	for name, token := range map[string]string{
		"none": "", "cut": session[:len(session)-2], "forged": "A" + session[1:], "not base64": "%%%", "long": strings.Repeat("A", 5000),
	} {
		if token == session {
			token = "B" + session[1:]
		}
		if a := renew(token); a.status != 401 {
			t.Errorf("%s: %+v", name, a)
		}
	}
	r.clock.advance(20 * time.Minute)
	a := renew(session)
	if a.status != 200 || a.Level != 1 { // the step-up has lapsed meanwhile
		t.Fatalf("renewed: %+v", a)
	}
	r.clock.advance(11 * time.Minute)
	if b := renew(session); b.status != 401 {
		t.Errorf("expired: %+v", b)
	}
	if b := renew(a.Session); b.status != 200 {
		t.Errorf("renewed session: %+v", b)
	}
}

func TestRenewalsEndAtTheLongestLife(t *testing.T) {
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.SessionMost = time.Hour })
	session := r.session(r.nodes[0], "b1", 1)
	for range 5 {
		r.clock.advance(11 * time.Minute)
		session = r.post(r.nodes[0], "/v1/session/renew", session, "").Session
	}
	r.clock.advance(6 * time.Minute)
	if a := r.post(r.nodes[0], "/v1/session/renew", session, ""); a.status != 401 {
		t.Errorf("after an hour: %+v", a)
	}
}

func TestStepUpShowsWhatWasHidden(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	full := r.connect(n, r.session(n, "b1", 2), 0, "device-a")
	session := r.session(n, "b1", 1)
	c := r.connect(n, session, 0, "device-b")
	full.say("secret balance")
	full.texts(1, 2)
	for _, m := range c.messages(2) {
		if m["hidden"] != true || m["text"] != nil || m["card"] != nil || m["options"] != nil {
			t.Errorf("at level 1: %v", m)
		}
	}
	refusals := map[string]string{
		"somebody else's": r.token("b2", 2), "level 1": r.token("b1", 1),
	}
	for name, token := range refusals {
		if a := r.post(n, "/v1/session/step-up", session, token); a.status != 403 {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if a := r.post(n, "/v1/session/step-up", session, r.token("b1", 2)); a.status != 200 || a.Level != 2 {
		t.Fatalf("step-up: %+v", a)
	}
	if f := c.want("state"); f["level"] != 2.0 {
		t.Errorf("state %v", f)
	}
	if got := c.texts(1, 2); got[1] != "re: secret balance" {
		t.Errorf("after the step-up: %v", got)
	}
}

func TestLevelLapsesByItself(t *testing.T) {
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.StepUpLife = 3 * time.Second })
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	c := r.connect(n, session, 0, "device-1")
	c.say("secret")
	c.texts(1, 2)
	if f := c.want("redact"); f["from"] != 1.0 {
		t.Errorf("redact %v", f)
	}
	if f := c.want("state"); f["level"] != 1.0 {
		t.Errorf("state %v", f)
	}
	c.send(`{"t":"hello","after":0,"device":"device-1"}`)
	for _, m := range c.messages(2) {
		if m["hidden"] != true {
			t.Errorf("after the level fell: %v", m)
		}
	}
	if a := r.post(n, "/v1/session/step-up", session, r.token("b1", 2)); a.status != 200 {
		t.Fatalf("step-up: %+v", a)
	}
	c.texts(1, 2)
}

func TestDoubtHidesAtOnce(t *testing.T) {
	r := newRig(t, 2)
	c := r.connect(r.nodes[0], r.session(r.nodes[0], "b1", 2), 0, "device-1")
	c.say("secret")
	c.texts(1, 2)
	r.engine.change(r.nodes[1].hub, conversationOf("b1"), func(c *fakeChat) {
		b := c.state.Bindings[0]
		b.Doubted = true
		c.state.Bindings = []dialog.Binding{b}
	})
	c.want("redact")
	if f := c.want("state"); f["level"] != 0.0 {
		t.Errorf("state %v", f)
	}
}

func TestEndingOneSession(t *testing.T) {
	r := newRig(t, 2)
	n := r.nodes[0]
	a, b := r.session(n, "b1", 2), r.session(n, "b1", 2)
	ca, cb := r.connect(n, a, 0, "device-a"), r.connect(n, b, 0, "device-b")
	far := r.connect(r.nodes[1], a, 0, "device-c")
	if got := r.call(n, http.MethodDelete, "/v1/session", a, ""); got.status != 204 {
		t.Fatalf("end: %+v", got)
	}
	ca.wantClose(CloseLogout)
	far.wantClose(CloseLogout)
	cb.quiet("bye")
	if got := r.post(n, "/v1/session/renew", a, ""); got.status != 401 {
		t.Errorf("renew after the end: %+v", got)
	}
	again := r.dial(n, a, nil)
	go again.listen()
	again.want("bye")
	again.wantClose(CloseSession)
}

func TestWalletLogoutEndsAllSessions(t *testing.T) {
	r := newRig(t, 2)
	var all []*client
	var sessions []string
	for i, n := range []*node{r.nodes[0], r.nodes[0], r.nodes[1]} {
		sessions = append(sessions, r.session(n, "b1", 2))
		all = append(all, r.connect(n, sessions[i], 0, "device-"+string(rune('a'+i))))
	}
	other := r.connect(r.nodes[0], r.session(r.nodes[0], "b2", 2), 0, "device-z")
	if got := r.post(r.nodes[1], "/v1/wallet/logout", "", r.token("b1", 2)); got.status != 401 {
		t.Errorf("logout by a session token: %+v", got)
	}
	claims := r.claims("b1", 1)
	claims["purpose"] = "logout"
	token := sign(t, claims)
	for range 2 { // the backend may repeat it
		if got := r.post(r.nodes[1], "/v1/wallet/logout", "", token); got.status != 204 {
			t.Fatalf("logout: %+v", got)
		}
	}
	for _, c := range all {
		c.wantClose(CloseLogout)
	}
	for _, s := range sessions {
		if got := r.post(r.nodes[0], "/v1/session/renew", s, ""); got.status != 401 {
			t.Errorf("renew after logout: %+v", got)
		}
	}
	other.quiet("bye")
}

func TestSocketEndsWithItsSessionUnlessRenewed(t *testing.T) {
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.SessionLife = 5 * time.Second })
	n := r.nodes[0]
	a, b := r.session(n, "b1", 1), r.session(n, "b1", 1)
	ca, cb := r.connect(n, a, 0, "device-a"), r.connect(n, b, 0, "device-b")
	time.Sleep(2500 * time.Millisecond)
	if got := r.post(n, "/v1/session/renew", a, ""); got.status != 200 {
		t.Fatalf("renew: %+v", got)
	}
	cb.wantClose(CloseSession)
	ca.send(`{"t":"ping"}`)
	ca.want("pong")
	ca.wantClose(CloseSession)
}

func TestStoreFailureIsUnavailable(t *testing.T) {
	r := newRig(t, 1)
	n := r.nodes[0]
	session := r.session(n, "b1", 2)
	c := r.dial(n, session, nil)
	go c.listen()
	r.engine.mu.Lock()
	r.engine.down = true
	r.engine.mu.Unlock()
	if a := r.post(n, "/v1/session/renew", session, ""); a.status != 503 {
		t.Errorf("renew: %+v", a)
	}
	c.send(`{"t":"hello","device":"d"}`)
	c.wantClose(CloseRestart)
	again := r.dial(n, session, nil)
	go again.listen()
	again.wantClose(CloseRestart)
}

func TestPreflight(t *testing.T) {
	r := newRig(t, 1)
	for origin, ok := range map[string]bool{"https://wallet.example": true, "https://evil.example": false} {
		req, err := http.NewRequest(http.MethodOptions, r.nodes[0].http.URL+"/v1/session", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", origin)
		a := r.do(req)
		if got := a.header.Get("Access-Control-Allow-Origin") == origin; got != ok {
			t.Errorf("%s allowed: %v", origin, got)
		}
	}
}

func TestLabels(t *testing.T) {
	r := newRig(t, 1)
	get := func(query, tag string) (*http.Response, map[string]any) {
		req, err := http.NewRequest(http.MethodGet, r.nodes[0].http.URL+"/v1/labels"+query, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("If-None-Match", tag)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var body map[string]any
		_ = json.NewDecoder(resp.Body).Decode(&body)
		return resp, body
	}
	for tag, want := range map[string]string{
		"zh-Hans": "zh-Hans", "zh-CN": "zh-Hans", "zh-TW": "zh-Hant-TW", "zh-Hant": "zh-Hant-TW", "zh-hk": "zh-Hant-HK",
		"en": "en-GB", "en-US": "en-US", "": "en-GB", "fr": "en-GB",
	} {
		if _, body := get("?locale="+tag, ""); body["locale"] != want {
			t.Errorf("%q: %v, expected %s", tag, body["locale"], want)
		}
	}
	resp, body := get("?locale=en-US", "")
	labels, _ := body["labels"].(map[string]any)
	if labels["title"] != "Chat en-US" || !strings.HasPrefix(resp.Header.Get("Cache-Control"), "public") {
		t.Errorf("%v %v", resp.Header, body)
	}
	tag := resp.Header.Get("ETag")
	if again, _ := get("?locale=en-US", tag); again.StatusCode != http.StatusNotModified {
		t.Errorf("with its tag: %d", again.StatusCode)
	}
	if kept, _ := get("?locale=en-US&v="+strings.Trim(tag, `"`), ""); !strings.Contains(kept.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("by its hash: %v", kept.Header)
	}
}

func TestEveryAlgorithmWithItsKey(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	edPublic, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	keys := Keys{{ID: "h", Alg: algHS256, Value: testSecret}, {ID: "e", Alg: algES256, Value: &ec.PublicKey}, {ID: "d", Alg: algEdDSA, Value: edPublic}}
	r := newRig(t, 1, func(_ *HubOptions, o *Options) { o.Keys = keys })
	private := map[string]any{"h": testSecret, "e": ec, "d": ed}
	methods := map[string]jwt.SigningMethod{"h": jwt.SigningMethodHS256, "e": jwt.SigningMethodES256, "d": jwt.SigningMethodEdDSA}
	for signer, method := range methods {
		for _, kid := range []string{"h", "e", "d", "", "x"} {
			token := jwt.NewWithClaims(method, r.claims("b"+signer, 2))
			if kid != "" {
				token.Header["kid"] = kid
			}
			text, err := token.SignedString(private[signer])
			if err != nil {
				t.Fatal(err)
			}
			want := 401
			if kid == signer || kid == "" {
				want = 200
			}
			if a := r.post(r.nodes[0], "/v1/session", "", text); a.status != want {
				t.Errorf("%s with key id %q: %+v", method.Alg(), kid, a)
			}
		}
	}
	// The public key's bytes as a shared secret: the classic confusion.
	confused, err := jwt.NewWithClaims(jwt.SigningMethodHS256, r.claims("b1", 2)).SignedString([]byte(edPublic))
	if err != nil {
		t.Fatal(err)
	}
	if a := r.post(r.nodes[0], "/v1/session", "", confused); a.status != 401 {
		t.Errorf("confused: %+v", a)
	}
}

func TestSealedSessions(t *testing.T) {
	k, err := newSeal([][]byte{sealSecret})
	if err != nil {
		t.Fatal(err)
	}
	rotated, err := newSeal([][]byte{testSecret, sealSecret})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := session{ID: rapid.String().Draw(t, "id"), Conversation: "c1", Expires: 2000, Born: 1}
		token, err := k.close(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, by := range []seal{k, rotated} {
			if got, err := by.open(token, time.Unix(1999, 0)); err != nil || got.Conversation != "c1" {
				t.Fatalf("open: %+v, %v", got, err)
			}
		}
		if _, err := k.open(token, time.Unix(2000, 0)); err == nil {
			t.Fatal("opened after its end")
		}
		raw := []byte(token)
		i := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
		c := rapid.SampledFrom([]byte("ABCxyz019-_")).Draw(t, "letter")
		if raw[i] != c {
			raw[i] = c
			if _, err := k.open(string(raw), time.Unix(1, 0)); err == nil {
				t.Fatal("opened after a change")
			}
		}
	})
	if _, err := newSeal([][]byte{[]byte("short")}); err == nil {
		t.Error("a short secret was taken")
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"t":"text","n":1,"id":"a","text":"x"}`, `{"t":"tap","option":"o","fields":{"a":"b"}}`, `{`, "\xff", `{"n":-1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := parse(data)
		if err != nil {
			return
		}
		if code := in.check(); code == "" && (in.N == 0 || in.ID == "" || in.Text != clean(in.Text) || len(in.Text) > textLimit) {
			t.Errorf("taken in: %+v", in)
		}
	})
}
