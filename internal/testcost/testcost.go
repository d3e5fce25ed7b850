// Package testcost measures what a call costs, so that tests can bound what strangers make the server do.
package testcost

import (
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	// Most is the processor time that the dearest input of a stranger may cost where ordinary takes usual.
	Most = 50 * time.Millisecond
	// usual is the processor time of ordinary on an idle machine of 2026.
	usual = 4 * time.Millisecond
	// tries are made of a call that costs too much, because memory is collected meanwhile. The least counts.
	tries = 8
	// besides is how often ordinary is measured beside one call. The least counts, so that nothing looks cheap beside one slow run of it.
	besides = 5
)

// Bound fails the test if the call costs more than Most. A busy machine and the race detector make everything dearer: a call that costs more
// is measured beside ordinary, and may cost as many times that as Most is of usual. A call that starts goroutines costs more than is seen.
func Bound(t testing.TB, name string, do func()) {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if cost(do) <= Most {
		return
	}
	const most = float64(Most) / float64(usual)
	var least float64
	for n := range tries {
		beside := cost(ordinary)
		for range besides - 1 {
			beside = min(beside, cost(ordinary))
		}
		times := float64(cost(do)) / float64(max(beside, 1))
		if n == 0 || times < least {
			least = times
		}
		if least <= most {
			return
		}
	}
	t.Errorf("%s: costs %.1f times as much as ordinary work, want %.1f times at most", name, least, most)
}

// cost is the processor time of a call on this thread.
func cost(do func()) time.Duration {
	begun := threadTime()
	do()
	return threadTime() - begun
}

// ordinary does what programs do: it makes texts, keeps them in a map, sorts them, and counts their bytes. Under the race detector it gets dearer
// by as much as a parser does.
func ordinary() {
	seen := map[string]int{}
	for i := range ordinaryTexts {
		seen["text "+strconv.Itoa(i%(ordinaryTexts/4))]++
	}
	text := []byte(strings.Join(slices.Sorted(maps.Keys(seen)), " "))
	counts := make([]int, 256)
	for range ordinaryReads {
		for _, b := range text {
			counts[b]++
		}
	}
	if counts['t'] != 2*ordinaryTexts/4*ordinaryReads {
		panic("testcost: the work was not done")
	}
}

// ordinaryTexts and ordinaryReads are so many that ordinary takes usual.
const ordinaryTexts, ordinaryReads = 18_000, 60
