package main

import (
	"fmt"
	"sync"
	"time"
)

// zones keeps time zones that were loaded: every text is written in one, and
// loading reads and parses the whole zone file.
type zones struct{ known sync.Map }

// load returns a zone by its IANA name.
func (z *zones) load(name string) (*time.Location, error) {
	if loc, ok := z.known.Load(name); ok {
		return loc.(*time.Location), nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone: %w", err)
	}
	z.known.Store(name, loc)
	return loc, nil
}
