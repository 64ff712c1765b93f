package main

import (
	"time"

	"warmline/bot/phrase/format"
	"warmline/dialog"
	"warmline/prompts"
)

// widgetWords gives the web channel its words: catalog labels, and moments in
// the borrower's zone.
type widgetWords struct {
	set   *prompts.Set
	zones *zones
}

func newWidgetWords(set *prompts.Set) widgetWords { return widgetWords{set: set, zones: &zones{}} }

// Labels implements webchat.Words.
func (w widgetWords) Labels(l dialog.Locale) map[string]string {
	catalog := w.set.Catalog(l)
	if catalog == nil {
		return nil
	}
	return catalog.Labels("widget")
}

// Moment implements webchat.Words.
func (w widgetWords) Moment(t time.Time, l dialog.Locale, zone string) (day, clock string) {
	loc, err := w.zones.load(zone)
	if err != nil {
		loc = time.UTC
	}
	f := format.New(l, loc, homeCurrency(l)).At(t)
	return f.Time(t, format.DayOnly), f.Time(t, format.Plain)
}

// Wait implements webchat.Words.
func (w widgetWords) Wait(d time.Duration, l dialog.Locale) string {
	return format.New(l, time.UTC, homeCurrency(l)).Duration(d, false)
}
