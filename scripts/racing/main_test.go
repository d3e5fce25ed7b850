package main

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestRacing(t *testing.T) {
	t.Parallel()
	folder := fstest.MapFS{
		"a.go": {Data: []byte(`package a
			func spawn() { go func() {}() }
			func middle() { spawn() }
			func help() { middle() }
		`)},
		"a_test.go": {Data: []byte(`package a
			func TestMain(m *testing.M) { go m.Run() }
			func TestSays(t *testing.T) { go t.Log() }
			func TestWaits(t *testing.T) { var w sync.WaitGroup; w.Go(func() {}) }
			func TestIsLate(t *testing.T) { time.AfterFunc(1, t.Fail) }
			func TestThroughAHelper(t *testing.T) { t.Run("", func(t *testing.T) { both(t) }) }
			func TestThroughThePackage(t *testing.T) { middle() }
			func TestAlone(t *testing.T) { help(); t.Log("go") }
			func both(t *testing.T) { middle() }
			func help() {}
			func BenchmarkSpawn(b *testing.B) { spawn() }
		`)},
	}
	got, err := racing(folder)
	if want := []string{"TestIsLate", "TestSays", "TestThroughAHelper", "TestThroughThePackage", "TestWaits"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	if got, err := racing(fstest.MapFS{"a_test.go": {Data: []byte(`package`)}}); err == nil {
		t.Errorf("got %s for a file that is no Go, want an error", got)
	}
}
