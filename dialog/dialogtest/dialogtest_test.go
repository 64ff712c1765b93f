package dialogtest_test

import (
	"testing"

	"warmline/dialog/dialogtest"
)

func TestMemoryKeepsTheStoresPromises(t *testing.T) {
	memory := dialogtest.NewMemory("n1")
	dialogtest.TestStore(t, func(node string) dialogtest.Store { return memory.As(node) })
}

func TestTurnsOverMemory(t *testing.T) {
	memory := dialogtest.NewMemory("n1")
	dialogtest.TestTurns(t, func(node string) dialogtest.Store { return memory.As(node) })
}
