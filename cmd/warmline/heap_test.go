package main

import (
	"runtime"
	"testing"
)

func TestHeapHasHeadroom(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 600}, {24 << 20, 400}, {96 << 20, 100}, {1 << 30, 100}} {
		if got := heapPercent(c.live); got != c.want {
			t.Errorf("%d MB alive: %d %%, expected %d %%", c.live>>20, got, c.want)
		}
	}
	runtime.GC()
	if liveHeap() == 0 {
		t.Error("this Go does not tell how much of the heap is alive")
	}
}
