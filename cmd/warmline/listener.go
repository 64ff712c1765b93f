package main

import (
	"warmline/bot/understand"
	"warmline/dialog/manager"
)

// newListener loads the understanding.
func newListener() (manager.Listener, error) { return understand.New() }
