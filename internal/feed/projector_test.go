package feed_test

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/feed"
)

func TestProjectorFollowsTheLog(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	f := feed.New(feed.Options{Store: db})
	db.OnCommit(f.Committed)
	groups := make(chan int, 64)
	db.OnGroup(func(size int) { groups <- size })
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- feed.NewProjector(f, feed.Leaderboards(db)).Run(ctx) }()
	<-groups // the leaderboards are begun
	for range 3 {
		appendEvents(t, db, 2)
		<-groups // the events
		<-groups // their projection, woken by them
	}
	if left, err := db.Project(t.Context()); left != 0 || err != nil {
		t.Errorf("got %d events left, %v, want that the projector folded all", left, err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("got %v, want no error at the end", err)
	}
}
