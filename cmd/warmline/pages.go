package main

import (
	"fmt"
	"net/http"

	webwidget "warmline/web-widget"
)

// pages adds the browser code and the pages of the service. Every page has a
// strict content policy; the files live for ever under paths of their content.
func (s *service) pages(mux *http.ServeMux) error {
	assets, err := webwidget.Load()
	if err != nil {
		return err
	}
	mux.Handle("GET "+webwidget.Prefix, assets.Handler())
	mux.Handle("GET "+webwidget.ScriptPath, assets.Handler())
	console, err := assets.Page("desk", webwidget.Policy{})
	if err != nil {
		return fmt.Errorf("desk page: %w", err)
	}
	mux.Handle("GET /desk", console)
	if s.demo == nil {
		return nil
	}
	page, err := assets.Page("demo", webwidget.Policy{})
	if err != nil {
		return fmt.Errorf("demo page: %w", err)
	}
	mux.Handle("GET /{$}", page)
	s.demo.routes(mux)
	return nil
}
