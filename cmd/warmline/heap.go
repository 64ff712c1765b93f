package main

import (
	"context"
	"runtime/debug"
	runtimemetrics "runtime/metrics"
	"time"
)

// headroom is how much is allocated between two garbage collections at the
// least, in bytes, and so how much memory it may cost.
const headroom = 96 << 20

// paceHeap paces the garbage collector until ctx ends. Go collects each time the
// heap has doubled; a service whose heap is small, some 25 MB of rules and words
// and 15 KiB a connection, would do so several times a second under load. Once
// more is alive than the headroom, the pace is Go's own.
func paceHeap(ctx context.Context) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		debug.SetGCPercent(heapPercent(liveHeap()))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// heapPercent is by how much a heap may grow, of which so many bytes are alive.
func heapPercent(live uint64) int {
	return int(max(100, headroom*100/max(live, 16<<20)))
}

// liveHeap is how much of the heap the last collection found alive.
func liveHeap() uint64 {
	sample := []runtimemetrics.Sample{{Name: "/gc/heap/live:bytes"}}
	runtimemetrics.Read(sample)
	return sample[0].Value.Uint64()
}
