package webwidget

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Policy says what a page may reach and who may frame it, beyond its own origin.
type Policy struct {
	Connect   []string // further origins for requests and sockets: "wss://chat.example"
	Ancestors []string // origins that may put the page into a frame; none means nobody
}

// Header returns the Content-Security-Policy of a page. No inline script or
// style runs, and the browser refuses to turn strings into markup outside the
// one template library. It fails on anything that is not a plain origin.
func (a *Assets) Header(p Policy) (string, error) {
	connect, ancestors := "", "'none'"
	for _, o := range p.Connect {
		if err := checkOrigin(o); err != nil {
			return "", fmt.Errorf("connect origin: %w", err)
		}
		connect += " " + o
	}
	for _, o := range p.Ancestors {
		if err := checkOrigin(o); err != nil {
			return "", fmt.Errorf("frame ancestor: %w", err)
		}
	}
	if len(p.Ancestors) > 0 {
		ancestors = strings.Join(p.Ancestors, " ")
	}
	return strings.NewReplacer("{connect}", connect, "{ancestors}", ancestors).Replace(a.csp), nil
}

func checkOrigin(o string) error {
	u, err := url.Parse(o)
	if err != nil {
		return fmt.Errorf("parse %q: %w", o, err)
	}
	known := u.Scheme == "https" || u.Scheme == "http" || u.Scheme == "wss" || u.Scheme == "ws"
	if !known || u.Host == "" || o != u.Scheme+"://"+u.Host || strings.ContainsAny(o, " ;,'\"") {
		return fmt.Errorf("%q is not an origin", o)
	}
	return nil
}

// Page returns the handler of a built page ("demo", "desk") with its security
// headers. The page's references to built files become their hashed paths. It
// fails when there is no such page or the policy is not sound.
func (a *Assets) Page(name string, p Policy) (http.Handler, error) {
	f, ok := a.byName[name+".html"]
	if !ok {
		return nil, fmt.Errorf("no page %q", name)
	}
	csp, err := a.Header(p)
	if err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	page := newAsset(f.name, []byte(a.rewrite(string(f.plain))))
	page.forever = false
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", csp)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
		page.serve(w, r)
	}), nil
}

func (a *Assets) rewrite(page string) string {
	for _, name := range a.Names() {
		page = strings.ReplaceAll(page, `"`+name+`"`, `"`+a.Path(name)+`"`)
	}
	return page
}
