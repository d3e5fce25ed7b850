package live_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

func TestConnectionsFromOneAddressAreLimited(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{MaxPerAddress: 2})
	from := func(address string) (*live.Conn, error) {
		return s.hub.Join(t.Context(), live.Joining{Kind: "test", Format: s.format, Address: netip.MustParseAddr(address)})
	}
	first := must.Get(from("2001:db8::1"))(t)
	must.Get(from("2001:db8::2"))(t) // of the same /64
	var refused *fault.Error
	if _, err := from("2001:db8::3"); !errors.As(err, &refused) || refused.Kind != fault.RateLimited || refused.Wait() == 0 {
		t.Errorf("got %v, want a refusal that says when to come back", err)
	}
	must.Get(from("2001:db8:0:1::1"))(t)
	must.Get(from("192.0.2.1"))(t)
	first.Close()
	first.Close() // counts once
	must.Get(from("2001:db8::3"))(t)
	if _, err := from("2001:db8::4"); err == nil {
		t.Error("got a third connection from one network")
	}
	if got := s.hub.Stats(); got.Refused != 2 || got.Open["test"] != 4 {
		t.Errorf("got %+v, want two refused and four open", got)
	}
}

func TestFactsOfAConnectionAreLimited(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	c := s.join(t.Context())
	defer c.Close()
	facts := make([]fund.ID, live.MaxFacts+1)
	for i := range facts {
		facts[i] = fund.ID{1, byte(i), byte(i >> 8)}
	}
	here := s.here(t.Context())
	if err := c.Watch(live.Watch{Facts: facts, From: here}); !errors.Is(err, live.ErrTooManyFacts) {
		t.Errorf("got %v for one too many, want ErrTooManyFacts", err)
	}
	s.Must(c.Watch(live.Watch{Facts: facts[:live.MaxFacts], From: here}))
	s.Must(c.Watch(live.Watch{Facts: facts[:1], From: here})) // which is watched already
	if err := c.Watch(live.Watch{Facts: facts[live.MaxFacts:], From: here}); !errors.Is(err, live.ErrTooManyFacts) {
		t.Errorf("got %v for one more, want ErrTooManyFacts", err)
	}
	if left := c.Unwatch(facts[0]); left != live.MaxFacts-1 {
		t.Errorf("got %d facts, want one less", left)
	}
	s.Must(c.Watch(live.Watch{Facts: facts[live.MaxFacts:], From: here}))
}

// TestAHeartbeatSaysWhetherEverythingWasSent beats while a connection reads a log in which nothing is for it, and afterwards.
func TestAHeartbeatSaysWhetherEverythingWasSent(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	c := s.join(t.Context())
	defer c.Close()
	from := s.here(t.Context())
	s.happen(t.Context(), []fund.ID{{2}})
	s.here(t.Context())
	s.Must(c.Watch(live.Watch{Facts: []fund.ID{{1}}, From: from}))
	for _, want := range []bool{false, true} {
		s.hub.BeatAll(time.Now())
		if some, err := c.Next(t.Context()); len(some) > 0 || err != nil {
			t.Fatalf("got %v, %v, want a heartbeat", some, err)
		}
		if got := c.CaughtUp(); got != want {
			t.Errorf("got caught up %v, want %v", got, want)
		}
	}
}

// TestStatesThatNobodyTakesAreBounded watches with first messages that are large, and takes none of them.
func TestStatesThatNobodyTakesAreBounded(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	c := s.join(t.Context())
	defer c.Close()
	over, cancel := context.WithCancel(t.Context())
	cancel()
	watch := func(size int) {
		t.Helper()
		s.Must(c.Watch(live.Watch{Facts: []fund.ID{{1}}, From: s.here(t.Context()), First: &live.Message{Body: make([]byte, size)}}))
	}
	watch(live.MaxQueuedBytes - 1)
	s.Must(c.Room(over))
	watch(1)
	if err := c.Room(over); err == nil {
		t.Error("got room for another state, want none")
	}
	must.Get(c.Next(t.Context()))(t)
	s.Must(c.Room(over))
	watch(live.MaxQueuedBytes)
	s.hub.Close()
	s.Must(c.Room(t.Context())) // it ends
}

// TestWhatAConnectionQueuesItselfIsBounded answers a client that does not read.
func TestWhatAConnectionQueuesItselfIsBounded(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	c := s.join(t.Context())
	defer c.Close()
	for range 2 {
		c.Send(&live.Message{Own: "an answer", OwnSize: live.MaxQueuedBytes/2 + 1})
	}
	var end *live.End
	if err := ended(t, c); !errors.As(err, &end) || end.Reason != live.ReasonSlow {
		t.Errorf("got %v, want the end of a slow reader", err)
	}
}

func TestAConnectionBeatsAndGrowsOld(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	c := s.join(t.Context())
	defer c.Close()
	s.hub.BeatAll(time.Now().Add(live.MaxAge/4*3 - time.Second))
	if some, err := c.Next(t.Context()); len(some) > 0 || err != nil {
		t.Errorf("got %v, %v, want a heartbeat", some, err)
	}
	s.hub.BeatAll(time.Now().Add(live.MaxAge + time.Second))
	var end *live.End
	if err := ended(t, c); !errors.As(err, &end) || end.Reason != live.ReasonAge || end.Retry > 2*time.Second {
		t.Errorf("got %v, want the end of an old connection, which comes back soon", err)
	}
}

// TestACursorAheadOfThisNode resumes from an event that another node has seen, and this one has not.
func TestACursorAheadOfThisNode(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	c := s.join(t.Context())
	defer c.Close()
	from := s.here(t.Context())
	ahead := from.Cursor.Position + 2
	from.Cursor.Position = ahead
	s.Must(c.Watch(live.Watch{Facts: []fund.ID{{1}}, From: from}))
	goLive(t, c)
	s.happen(t.Context(), []fund.ID{{1}}, []fund.ID{{1}}, []fund.ID{{1}})
	if got := read(t, c, 1); got[0] != ahead+1 {
		t.Errorf("got %v, want only what came after the cursor", got)
	}
}

// TestRightsThatAnotherNodeEnds revokes a token elsewhere, which this node remembers as one that works.
func TestRightsThatAnotherNodeEnds(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	w := testworld.Populate(t, testworld.NewAt(t, url, testworld.Options{At: testworld.Start}))
	s := runStage(t, w.Service, live.HubOptions{})
	elsewhere := must.Get(store.Open(t.Context(), url, store.Options{}))(t)
	defer func() { _ = elsewhere.Close() }()
	other := app.New(app.Options{Store: elsewhere, Random: rand.Reader, Now: w.Now})
	text := must.Get(w.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenUser, UserID: w.Ada.ID, Scopes: []string{fund.ScopePublic}}))(t)
	renew := func(ctx context.Context) (app.Actor, error) { return w.Authenticate(ctx, text) }
	actor := must.Get(renew(t.Context()))(t)
	c := must.Get(s.hub.Join(t.Context(), live.Joining{Kind: "test", Format: s.format, Receiver: live.Receiver{Actor: actor, Renew: renew}}))(t)
	defer c.Close()
	s.Must(c.Watch(live.Watch{Facts: []fund.ID{w.Campaign.ID}, From: s.here(t.Context())}))
	s.Must(other.RevokeToken(t.Context(), app.System(), text))
	var end *live.End
	if err := ended(t, c); !errors.As(err, &end) || end.Reason != live.ReasonRights {
		t.Errorf("got %v, want that the rights ended", err)
	}
}

// stuck is a format whose messages are never made.
type stuck struct{ asked chan struct{} }

func (f *stuck) Render(ctx context.Context, _ app.Actor, _ live.Occurrence) ([]byte, error) {
	select {
	case f.asked <- struct{}{}:
	default:
	}
	<-ctx.Done()
	return nil, ctx.Err()
}

// TestRightsEndAheadOfWhatWaits revokes a token, and hides a fact, while the event before waits for its message.
func TestRightsEndAheadOfWhatWaits(t *testing.T) {
	t.Parallel()
	w := testworld.Populate(t, testworld.NewAt(t, storetest.SQLite(t), testworld.Options{At: testworld.Start}))
	s := runStage(t, w.Service, live.HubOptions{})
	format := &stuck{asked: make(chan struct{}, 1)}
	join := func(of live.Receiver) *live.Conn {
		c := must.Get(s.hub.Join(t.Context(), live.Joining{Kind: "test", Format: format, Receiver: of}))(t)
		t.Cleanup(c.Close)
		s.Must(c.Watch(live.Watch{Facts: []fund.ID{w.Campaign.ID}, From: s.here(t.Context())}))
		goLive(t, c)
		return c
	}
	text := must.Get(w.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenUser, UserID: w.Ada.ID, Scopes: []string{fund.ScopePublic}}))(t)
	renew := func(ctx context.Context) (app.Actor, error) { return w.Authenticate(ctx, text) }
	holder, anybody := join(live.Receiver{Actor: must.Get(renew(t.Context()))(t), Renew: renew}), join(live.Receiver{})
	s.happen(t.Context(), []fund.ID{w.Campaign.ID})
	<-format.asked
	s.Must(w.RevokeToken(t.Context(), app.System(), text))
	var end *live.End
	if err := ended(t, holder); !errors.As(err, &end) || end.Reason != live.ReasonRights {
		t.Errorf("got %v, want that the rights ended", err)
	}
	must.Get(w.TakeDown(t.Context(), app.System(), w.Campaign.ID, "a reason"))(t)
	soon, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if some, err := anybody.Next(soon); err != nil || len(some) != 1 || len(some[0].Gone) != 1 {
		t.Errorf("got %v, %v, want that the fact is gone", some, err)
	}
}

// TestADatabaseThatIsReplacedEndsConnections is about a feed that finds another history.
func TestADatabaseThatIsReplacedEndsConnections(t *testing.T) {
	t.Parallel()
	s := newStage(t, live.HubOptions{})
	s.happen(t.Context(), []fund.ID{{1}}, []fund.ID{{1}})
	c := s.join(t.Context())
	defer c.Close()
	from := s.here(t.Context())
	s.Must(c.Watch(live.Watch{Facts: []fund.ID{{1}}, From: from}))
	s.change(t, "UPDATE events SET at = at + 1") // as a backup that is put in its place is another log
	s.feed.Wake()
	var end *live.End
	if err := ended(t, c); !errors.As(err, &end) || end.Reason != live.ReasonReset {
		t.Errorf("got %v, want a reset", err)
	}
	again := s.join(t.Context())
	defer again.Close()
	if _, err := s.hub.Resume(t.Context(), from.Cursor); err == nil {
		t.Error("got a place in a log that is not there any more, want a reset")
	}
	s.Must(again.Watch(live.Watch{Facts: []fund.ID{{1}}, From: s.hub.Here()}))
	s.happen(t.Context(), []fund.ID{{1}})
	if got := read(t, again, 1); len(got) != 1 {
		t.Errorf("got %v, want what happened since", got)
	}
}

// change changes the database behind the store's back.
func (s *stage) change(t *testing.T, statement string) {
	t.Helper()
	other := must.Get(sql.Open("sqlite", strings.TrimPrefix(s.url, "sqlite:")))(t)
	defer func() { _ = other.Close() }()
	must.Get(other.ExecContext(t.Context(), statement))(t)
}
