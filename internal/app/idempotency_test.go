package app_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// maker performs one write, which creates a team, and counts its calls.
type maker struct {
	app   *app.App
	actor app.Actor
	asked int
	// then runs after the write; nil for the usual response.
	then func() (fund.Answer, error)
}

func (m *maker) work(ctx context.Context, actor app.Actor) (fund.Answer, error) {
	m.asked++
	team, err := m.app.CreateTeam(ctx, actor, fund.TeamPatch{Name: fund.Some("Once")})
	if err != nil {
		return fund.Answer{}, err
	}
	if m.then != nil {
		return m.then()
	}
	return fund.Answer{Status: 201, Header: "Location: /teams/" + team.Slug, Body: []byte(team.ID.String())}, nil
}

// request is the write number n under a key.
func request(key string, n byte) app.OnceRequest { return app.OnceRequest{Key: key, Hash: [32]byte{n}} }

// member is a user with a token of an application.
func (w *world) member(name string, application byte) app.Actor {
	user := w.stranger
	if name == "owner" {
		user = w.owner
	}
	return app.Actor{Kind: app.ActorUser, User: user.User, Token: user.Token, Application: fund.ID{15: application}, Scopes: fund.Scopes()}
}

// teams counts the writes.
func (w *world) teams(t *testing.T) int {
	t.Helper()
	teams, err := w.Store.ListTeams(t.Context(), fund.Page{Limit: 100})
	must.Do(t, err)
	n := 0
	for _, team := range teams {
		if strings.HasPrefix(team.Slug, "once") {
			n++
		}
	}
	return n
}

func TestOnceReplaysTheFirstResponse(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	m := &maker{app: w.App, actor: w.member("owner", 1)}
	first, replayed, err := w.Once(ctx, m.actor, request("a", 1), m.work)
	must.Do(t, err)
	if replayed || first.Status != 201 {
		t.Fatalf("got %+v, replayed %v, want a first answer", first, replayed)
	}
	// Another node has another App, and so has this one after a restart.
	other := w.Node(nil)
	for _, node := range []*app.App{w.App, other} {
		again, replayed, err := node.Once(ctx, m.actor, request("a", 1), m.work)
		must.Do(t, err)
		if !replayed || fmt.Sprint(again) != fmt.Sprint(first) {
			t.Errorf("got %+v, replayed %v, want %+v replayed", again, replayed, first)
		}
	}
	if m.asked != 1 || w.teams(t) != 1 {
		t.Errorf("got %d times asked and %d teams, want the work done once", m.asked, w.teams(t))
	}
}

func TestOnceOutlivesARestart(t *testing.T) {
	t.Parallel()
	ctx, url := t.Context(), storetest.Database(t)
	actor := app.Actor{Kind: app.ActorApplication, Application: fund.ID{15: 1}, Token: fund.ID{15: 2}}
	for i := range 2 {
		s, err := store.Open(ctx, url, store.Options{})
		must.Do(t, err)
		a := app.New(app.Options{Store: s, Random: strings.NewReader("")})
		answer, replayed, err := a.Once(ctx, actor, request("a", 1), func(context.Context, app.Actor) (fund.Answer, error) {
			return fund.Answer{Status: 200 + i}, nil
		})
		must.Do(t, err)
		if answer.Status != 200 || replayed != (i == 1) {
			t.Errorf("start %d: got %d, replayed %v, want the first answer", i, answer.Status, replayed)
		}
		must.Do(t, s.Close())
	}
}

func TestOnceRefusesAnotherRequestUnderTheKey(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	m := &maker{app: w.App, actor: w.member("owner", 1)}
	_, _, err := w.Once(ctx, m.actor, request("a", 1), m.work)
	must.Do(t, err)
	_, _, err = w.Once(ctx, m.actor, request("a", 2), m.work)
	wantFields(t, err, "idempotency_key was used with another request")
	for name, key := range map[string]string{
		"none": "", "a space": "a b", "too long": strings.Repeat("k", 256), "not ASCII": "é", "control": "a\n", "delete": "a\x7f",
	} {
		_, _, err = w.Once(ctx, m.actor, request(key, 1), m.work)
		t.Log(name)
		wantFields(t, err, "idempotency_key must be 1 to 255 visible ASCII characters")
	}
	if w.teams(t) != 1 {
		t.Errorf("got %d teams, want one", w.teams(t))
	}
	_, _, err = w.Once(ctx, m.actor, request(strings.Repeat("~", 255), 1), m.work)
	must.Do(t, err)
}

func TestOnceKeysBelongToTheirCallers(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	callers := []app.Actor{
		w.member("owner", 1), w.member("owner", 2), w.member("stranger", 1),
		{Kind: app.ActorUser, User: w.owner.User, Token: fund.ID{15: 7}},
		{Kind: app.ActorUser, User: w.owner.User, Token: fund.ID{15: 8}},
		{Kind: app.ActorApplication, Application: fund.ID{15: 1}, Token: fund.ID{15: 9}},
		{Kind: app.ActorCause, Application: fund.ID{15: 1}, Cause: w.cause.ID, Token: fund.ID{15: 10}},
	}
	for i, actor := range callers {
		_, replayed, err := w.Once(ctx, actor, request("same", 1), func(context.Context, app.Actor) (fund.Answer, error) {
			return fund.Answer{Status: 200}, nil
		})
		must.Do(t, err)
		if replayed {
			t.Errorf("caller %d got the answer of another", i)
		}
	}
	other := w.member("owner", 1)
	other.Token = fund.ID{15: 11}
	_, replayed, err := w.Once(ctx, other, request("same", 1), nil)
	must.Do(t, err)
	if !replayed {
		t.Error("another token of the same application and user got no replay")
	}
}

func TestOnceExpiresAfterADay(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	m := &maker{app: w.App, actor: w.member("owner", 1)}
	_, _, err := w.Once(ctx, m.actor, request("a", 1), m.work)
	must.Do(t, err)
	w.Clock.Advance(24*time.Hour - time.Microsecond)
	if _, replayed, err := w.Once(ctx, m.actor, request("a", 1), m.work); err != nil || !replayed {
		t.Errorf("got replayed %v, %v just before the end, want a replay", replayed, err)
	}
	w.Clock.Advance(time.Microsecond)
	if _, replayed, err := w.Once(ctx, m.actor, request("a", 2), m.work); err != nil || replayed {
		t.Errorf("got replayed %v, %v at the end, want new work", replayed, err)
	}
	if w.teams(t) != 2 {
		t.Errorf("got %d teams, want the work done twice", w.teams(t))
	}
}

func TestOnceSweepsWhatExpired(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := w.member("owner", 1)
	put := func(i int) {
		t.Helper()
		_, _, err := w.Once(ctx, actor, request(fmt.Sprint(i), 1), func(context.Context, app.Actor) (fund.Answer, error) {
			return fund.Answer{Status: 200}, nil
		})
		must.Do(t, err)
	}
	for i := range 10 {
		put(i)
	}
	w.Clock.Advance(24 * time.Hour)
	put(100)
	put(101)
	for i := range 10 {
		if _, err := w.Store.GetAnswer(ctx, actor.Application.String()+"/"+actor.User.String(), fmt.Sprint(i)); !fault.Is(err, fault.NotFound) {
			t.Errorf("answer %d: got %v, want it swept", i, err)
		}
	}
}

func TestOnceKeepsRefusalsAndNoErrors(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor, asked := w.member("owner", 1), 0
	for _, want := range []bool{false, true, true} {
		answer, replayed, err := w.Once(ctx, actor, request("refused", 1), func(context.Context, app.Actor) (fund.Answer, error) {
			asked++
			return fund.Answer{Status: 422, Body: []byte("no")}, nil
		})
		must.Do(t, err)
		if replayed != want || answer.Status != 422 || string(answer.Body) != "no" {
			t.Errorf("got %+v, replayed %v, want the refusal, replayed %v", answer, replayed, want)
		}
	}
	if asked != 1 {
		t.Errorf("got %d times asked, want once", asked)
	}
	broken := errors.New("broken")
	if _, _, err := w.Once(ctx, actor, request("error", 1), func(context.Context, app.Actor) (fund.Answer, error) { return fund.Answer{}, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of the work", err)
	}
	m := &maker{app: w.App, actor: actor}
	if _, replayed, err := w.Once(ctx, actor, request("error", 1), m.work); err != nil || replayed || m.asked != 1 {
		t.Errorf("got replayed %v, %v, want the work done after an error", replayed, err)
	}
}

// TestOnceAfterACrash ends the work after its commit: its response is lost, its key is not.
func TestOnceAfterACrash(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	crash := errors.New("crash")
	m := &maker{app: w.App, actor: w.member("owner", 1), then: func() (fund.Answer, error) { return fund.Answer{}, crash }}
	if _, _, err := w.Once(ctx, m.actor, request("a", 1), m.work); !errors.Is(err, crash) {
		t.Fatalf("got %v, want the crash", err)
	}
	m.then = nil
	for range 2 {
		if _, _, err := w.Once(ctx, m.actor, request("a", 1), m.work); !fault.Is(err, fault.Conflict) {
			t.Errorf("got %v, want a conflict while the answer is not known", err)
		}
	}
	_, _, err := w.Once(ctx, m.actor, request("a", 2), m.work)
	wantFields(t, err, "idempotency_key was used with another request")
	if m.asked != 1 || w.teams(t) != 1 {
		t.Errorf("got %d times asked and %d teams, want the work done once", m.asked, w.teams(t))
	}
}

// TestOnceWithTwoWrites checks that only the first write reserves the key.
func TestOnceWithTwoWrites(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	m := &maker{app: w.App, actor: w.member("owner", 1)}
	twice := func(ctx context.Context, actor app.Actor) (fund.Answer, error) {
		if _, err := m.work(ctx, actor); err != nil {
			return fund.Answer{}, err
		}
		return m.work(ctx, actor)
	}
	for _, want := range []bool{false, true} {
		_, replayed, err := w.Once(ctx, m.actor, request("a", 1), twice)
		must.Do(t, err)
		if replayed != want {
			t.Errorf("got replayed %v, want %v", replayed, want)
		}
	}
	if w.teams(t) != 2 {
		t.Errorf("got %d teams, want two", w.teams(t))
	}
}

// TestOnceForManyAtOnce lets all callers look for a response before any of them writes.
func TestOnceForManyAtOnce(t *testing.T) {
	t.Parallel()
	const callers = 8
	w, ctx := newWorld(t), t.Context()
	var inside, all sync.WaitGroup
	inside.Add(callers)
	errs, answers := make([]error, callers), make([]fund.Answer, callers)
	for i := range callers {
		m := &maker{app: w.App, actor: w.member("owner", 1)}
		all.Go(func() {
			answers[i], _, errs[i] = w.Once(ctx, m.actor, request("a", 1), func(ctx context.Context, actor app.Actor) (fund.Answer, error) {
				inside.Done()
				inside.Wait()
				return m.work(ctx, actor)
			})
		})
	}
	all.Wait()
	answered := map[string]int{}
	for i, err := range errs {
		switch {
		case err == nil:
			answered[string(answers[i].Body)]++
		case !fault.Is(err, fault.Conflict):
			t.Errorf("caller %d: got %v, want an answer or a conflict", i, err)
		}
	}
	if len(answered) != 1 || w.teams(t) != 1 {
		t.Errorf("got answers %v and %d teams, want one answer and one team", answered, w.teams(t))
	}
}

// TestOnceReturnsTheOtherResponse lets another request finish the work while a second one is about to be refused because of it.
func TestOnceReturnsTheOtherResponse(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	m := &maker{app: w.App, actor: w.member("owner", 1)}
	var first fund.Answer
	second, replayed, err := w.Once(ctx, m.actor, request("a", 1), func(context.Context, app.Actor) (fund.Answer, error) {
		var err error
		first, _, err = w.Once(ctx, m.actor, request("a", 1), m.work)
		return fund.Answer{Status: 404}, err
	})
	must.Do(t, err)
	if !replayed || second.Status != 201 || string(second.Body) != string(first.Body) {
		t.Errorf("got %+v, replayed %v, want %+v replayed", second, replayed, first)
	}
}

// TestOnceTakesTheKeyWithTheDonation crashes after the hot path.
func TestOnceTakesTheKeyWithTheDonation(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	actor := app.Actor{Kind: app.ActorUser, User: w.owner.User, Token: w.owner.Token, Scopes: fund.Scopes()}
	donate := func(ctx context.Context, actor app.Actor) (fund.Answer, error) {
		_, err := w.Donate(ctx, actor, fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "5"})
		if err == nil {
			err = errors.New("crash")
		}
		return fund.Answer{}, err
	}
	if _, _, err := w.Once(ctx, actor, request("a", 1), donate); err == nil || fault.Is(err, fault.Conflict) {
		t.Fatalf("got %v, want the crash", err)
	}
	if _, _, err := w.Once(ctx, actor, request("a", 1), donate); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	f, err := w.GetFact(ctx, actor, campaignKey(w.campaign))
	must.Do(t, err)
	if f.Raised != 500 {
		t.Errorf("got %d raised, want 500 once", f.Raised)
	}
}

// TestOnceInARefusedWrite leaves the key free for the stored refusal.
func TestOnceInARefusedWrite(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	m := &maker{app: w.App, actor: w.member("owner", 1)}
	refused := func(ctx context.Context, _ app.Actor) (fund.Answer, error) {
		_, err := w.CreateTeam(ctx, m.actor, fund.TeamPatch{Name: fund.Some("")})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v, want the team refused", err)
		}
		return fund.Answer{Status: 422}, nil
	}
	for _, want := range []bool{false, true} {
		answer, replayed, err := w.Once(ctx, m.actor, request("a", 1), refused)
		must.Do(t, err)
		if answer.Status != 422 || replayed != want {
			t.Errorf("got %d, replayed %v, want 422, replayed %v", answer.Status, replayed, want)
		}
	}
}
