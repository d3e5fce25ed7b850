package app_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestARefreshTokenIsTradedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5)
	first := w.granted(t, bot)
	second := w.next(t, bot, first.Refresh)
	third := w.next(t, bot, second.Refresh)
	if first.Refresh == second.Refresh || second.Refresh == third.Refresh || second.Access == third.Access {
		t.Error("got the same token again, want a new one each time")
	}
	w.wantWorks(t, true, first.Access, second.Access, third.Access)
	w.Clock.Advance(time.Minute)
	_, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh})
	wantRefused(t, err, app.FieldGrant, "used before")
	w.wantWorks(t, false, first.Access, second.Access, third.Access)
	for _, refresh := range []string{first.Refresh, third.Refresh} {
		_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: refresh})
		wantRefused(t, err, app.FieldGrant, "withdrawn")
	}
	if !strings.Contains(w.Log.String(), "was reused") {
		t.Errorf("got the log %q, want a warning for the operator", w.Log)
	}
}

// TestARetryOfARefreshGetsTheSameTokens is about a client that lost the response.
func TestARetryOfARefreshGetsTheSameTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5, "public", "write")
	first := w.granted(t, bot)
	second := w.next(t, bot, first.Refresh)
	used := w.Clock.Now()
	w.Clock.Advance(time.Minute - time.Microsecond)
	w.Restart(nil)
	again := w.next(t, bot, first.Refresh)
	if again.Access != second.Access || again.Refresh != second.Refresh || again.Token.ID != second.Token.ID {
		t.Errorf("got %+v, want the tokens of the first time, %+v", again, second)
	}
	if !second.At.Equal(used) || !again.At.Equal(w.Clock.Now()) || !again.Token.ExpiresAt.Equal(second.Token.ExpiresAt) {
		t.Errorf("got tokens issued at %s that end at %s, want them issued now with the first expiry", again.At, again.Token.ExpiresAt)
	}
	w.wantWorks(t, true, first.Access, second.Access)

	reordered := slices.Concat(second.Token.Scopes, second.Token.Scopes)
	slices.Reverse(reordered)
	again, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh, Scopes: reordered})
	if err != nil || again.Access != second.Access || !slices.Equal(again.Token.Scopes, second.Token.Scopes) {
		t.Errorf("got %v with the scopes %v, want the same tokens: neither order nor repeats count", err, reordered)
	}

	// Neither another scope nor another application can hide behind a retry, and neither ends the grant.
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh, Scopes: []string{"public"}})
	wantRefused(t, err, app.FieldScope, "other scopes")
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh, Scopes: []string{"cause"}})
	wantRefused(t, err, app.FieldScope, "not granted")
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: w.application(t, fund.APIV5), Refresh: first.Refresh})
	wantRefused(t, err, app.FieldGrant, "another application")
	w.wantWorks(t, true, second.Access)

	// A retry does not prolong the window, and the new refresh token works as any other.
	third := w.next(t, bot, second.Refresh)
	w.Clock.Advance(time.Microsecond)
	w.wantWorks(t, true, third.Access)
	_, err = w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh})
	wantRefused(t, err, app.FieldGrant, "used before")
	w.wantWorks(t, false, first.Access, second.Access, third.Access)
}

// TestARetryForARevokedTokenIsAReuse is about a client that did get the response: it revoked the token.
func TestARetryForARevokedTokenIsAReuse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5)
	first := w.granted(t, bot)
	second := w.next(t, bot, first.Refresh)
	must.Do(t, w.RevokeIssued(t.Context(), bot, second.Access))
	_, err := w.TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh})
	wantRefused(t, err, app.FieldGrant, "used before")
	w.wantWorks(t, false, first.Access, second.Access)
}

// TestTokensAreNotDerivedFromTheTextAlone requires another server to derive other tokens from the same text.
func TestTokensAreNotDerivedFromTheTextAlone(t *testing.T) {
	t.Parallel()
	var pairs [2]app.Issued
	for i := range pairs {
		w := newWorld(t)
		bot := w.application(t, fund.APIV5)
		first := w.granted(t, bot)
		pairs[i] = w.next(t, bot, first.Refresh)
		if pairs[i].Access == pairs[i].Refresh || i > 0 && pairs[i].Refresh == first.Refresh {
			t.Errorf("got %+v, want two new texts", pairs[i])
		}
	}
	// Both apps use the same seed, so that only their secrets differ.
	if pairs[0].Access == pairs[1].Access || pairs[0].Refresh == pairs[1].Refresh {
		t.Error("got the same tokens on two servers, want those of a secret key")
	}
}

// TestTradesOfOneThingAtOnce exchanges one token on two nodes at once.
func TestTradesOfOneThingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	bot := w.application(t, fund.APIV5)
	first := w.granted(t, bot)
	code := w.code(t, app.Authorization{Application: bot})
	nodes := []*app.App{w.App, w.Node(nil)}

	issued := atOnce(16, func(i int) (app.Issued, error) {
		return nodes[i%2].TradeCode(t.Context(), app.CodeTrade{Application: bot, Code: code})
	})
	if len(issued) != 1 {
		t.Errorf("code: got %d of 16 trades through, want exactly one", len(issued))
	}
	for _, one := range issued {
		w.wantWorks(t, false, one.Access)
	}
	issued = atOnce(16, func(i int) (app.Issued, error) {
		return nodes[i%2].TradeRefresh(t.Context(), app.RefreshTrade{Application: bot, Refresh: first.Refresh})
	})
	if len(issued) != 16 {
		t.Fatalf("refresh token: got %d of 16 trades through, want all", len(issued))
	}
	for _, one := range issued {
		if one.Access != issued[0].Access || one.Refresh != issued[0].Refresh {
			t.Error("refresh token: got different tokens, want the same ones for all")
		}
	}
	w.wantWorks(t, true, first.Access, issued[0].Access)
}

// atOnce makes n exchanges at the same time, and returns the results of those that succeeded.
func atOnce(n int, trade func(i int) (app.Issued, error)) []app.Issued {
	var (
		all  sync.WaitGroup
		won  = make(chan app.Issued, n)
		gate = make(chan struct{})
	)
	for i := range n {
		all.Go(func() {
			<-gate
			if issued, err := trade(i); err == nil {
				won <- issued
			}
		})
	}
	close(gate)
	all.Wait()
	close(won)
	var issued []app.Issued
	for one := range won {
		issued = append(issued, one)
	}
	return issued
}
