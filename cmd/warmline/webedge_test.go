package main

import (
	"context"
	"slices"

	"warmline/dialog"
)

// reconnect opens a new socket for the same session and device.
func (w *webEdge) reconnect(ctx context.Context) error {
	w.mu.Lock()
	session := w.session
	w.mu.Unlock()
	return w.connect(ctx, session)
}

// option returns the newest button with an id.
func (w *webEdge) option(id string) (dialog.RenderedOption, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range slices.Backward(w.screen) {
		for _, o := range m.Options {
			if o.ID == id {
				return o, true
			}
		}
	}
	return dialog.RenderedOption{}, false
}
