package main

import (
	"strings"
	"testing"

	"warmline/dialog/dialogtest/journey"
)

// TestJourneys runs every written conversation of the project against the bare
// core and through a started server over a real web socket.
func TestJourneys(t *testing.T) {
	files, err := journeyFiles([]string{"../../dialog/dialogtest/journey/testdata"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBench()
	if err != nil {
		t.Fatal(err)
	}
	for _, via := range []string{"core", "web"} {
		build, stop, err := b.builder(t.Context(), via)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(stop)
		runner := journey.Runner{Build: build, Scanner: scanner{}}
		for _, path := range files {
			t.Run(via+"/"+path[strings.LastIndex(path, "testdata/")+len("testdata/"):], func(t *testing.T) {
				t.Parallel()
				runJourney(t, runner, path)
			})
		}
	}
}

func runJourney(t *testing.T, runner journey.Runner, path string) {
	f, err := journey.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	result, err := runner.Run(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if !result.Passed() {
		t.Errorf("%s\n%s\n\n%s", result.Name, strings.Join(result.Failures, "\n"), strings.Join(result.Transcript, "\n"))
	}
}
