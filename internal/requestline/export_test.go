package requestline

// Watcher looks at what is read, as a connection does.
type Watcher struct{ c conn }

// Watch looks at a piece.
func (w *Watcher) Watch(b []byte) { w.c.watch(b) }
