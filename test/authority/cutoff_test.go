package authority_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testpg"
)

// TestANodeThatIsCutOffLetsNobodyIn cuts a running node off from a database in which others may revoke what it remembers.
func TestANodeThatIsCutOffLetsNobodyIn(t *testing.T) {
	t.Parallel()
	database := testpg.Start(t)
	proxy := testpg.Through(t, database)
	w := newLosing(t, database, proxy.URL)
	defer proxy.Release() // a node that is held does not close
	w.serve(t)
	ask := func() int {
		return w.Serve(w.Request(t, "stranger", api.Endpoint{Method: http.MethodGet, Pattern: "/api/v3/campaigns/{id}"})).Code
	}
	askUntil := func(want int) {
		t.Helper()
		late, next := time.After(heldTime/2), time.NewTicker(50*time.Millisecond)
		defer next.Stop()
		for ask() != want {
			select {
			case <-next.C:
			case <-late:
				t.Fatalf("got no %d", want)
			}
		}
	}
	askUntil(http.StatusOK)
	proxy.Hold()
	if got := ask(); got != http.StatusOK {
		t.Errorf("got %d at once, want what is in memory", got)
	}
	askUntil(http.StatusServiceUnavailable)
	proxy.Release()
	askUntil(http.StatusOK)
}

// TestANodeStopsWhileItsDatabaseIsFrozen has work under way that will not be answered.
func TestANodeStopsWhileItsDatabaseIsFrozen(t *testing.T) {
	t.Parallel()
	database := testpg.Start(t)
	proxy := testpg.Through(t, database)
	w := newLosing(t, database, proxy.URL)
	defer proxy.Release() // a node that is held does not close
	begin, result := make(chan struct{}), make(chan error, 1)
	stop := w.serve(t, func(ctx context.Context) error {
		<-begin
		_, err := w.node.App().CreateToken(context.WithoutCancel(ctx), app.System(), fund.Token{Kind: fund.TokenUser, UserID: w.Users["owner"].ID})
		result <- err
		return nil
	})
	proxy.Hold()
	close(begin)
	stop()
	if err := <-result; err == nil {
		t.Error("got no error of work that was given up")
	}
}

// serve runs the node with all that it does beside its answers, and more, until stop is called or the test ends.
func (l *losing) serve(t *testing.T, more ...func(context.Context) error) (stop func()) {
	t.Helper()
	listener := must.Get(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- l.node.Serve(ctx, listener, more...) }()
	stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-ended:
			must.Do(t, err)
		case <-time.After(heldTime):
			t.Error("got a node that does not stop")
		}
	})
	t.Cleanup(stop)
	return stop
}
