package feed

import "context"

// CatchUp reads the log once, as Run does each time it wakes.
func (f *Follower) CatchUp(ctx context.Context) error { return f.catchUp(ctx) }
