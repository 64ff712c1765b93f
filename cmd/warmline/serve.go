package main

type serveCmd struct{}

func (c *serveCmd) Run(env *environment) error { return nil }

type chatCmd struct{}

func (c *chatCmd) Run(env *environment) error { return nil }
