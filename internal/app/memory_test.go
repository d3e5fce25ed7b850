package app_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestCachedFactsAreDroppedWhenTheyChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, err := w.CurrentUser(t.Context(), w.owner)
	must.Do(t, err)
	in := fund.DonationInput{Fact: fund.Key{Slug: w.campaign.Slug}, FactOwner: "@" + owner.Slug}
	for range 2 {
		_, err = w.donate(t, in)
		must.Do(t, err)
	}
	_, err = w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Slug: fund.Some("renamed")})
	must.Do(t, err)
	next, err := w.CreateCampaign(t.Context(), w.owner, fund.CampaignPatch{
		Name: fund.Some("Next"), Slug: fund.Some(in.Fact.Slug), Cause: key(w.cause.ID), Status: fund.Some(fund.Published),
	})
	must.Do(t, err)
	if d, err := w.donate(t, in); err != nil || d.Fact.ID != next.ID {
		t.Errorf("got %+v, %v, want a donation to the campaign that has the slug now", d, err)
	}
	in.Fact.Slug = "renamed"
	_, err = w.donate(t, in)
	must.Do(t, err)
	_, err = w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	_, err = w.donate(t, in)
	wantFields(t, err, "fact is retired: a retired campaign takes no donations")
}

// TestWhatWasReadBeforeAChangeIsNotRememberedAfterIt reads a token while it is revoked: the read saw a valid token, which must not be used
// after the revocation is known.
func TestWhatWasReadBeforeAChangeIsNotRememberedAfterIt(t *testing.T) {
	t.Parallel()
	m, now := app.NewMemory(), time.Now()
	until := now.Add(time.Minute)
	before := m.Era()
	m.Put(1, "token", until, before)
	m.Drop(func(value string) bool { return value == "token" })
	m.Put(1, "token", until, before)
	if got, ok := m.Get(1, now); ok {
		t.Errorf("got %q, want what was read before the change forgotten", got)
	}
	m.Put(1, "revoked", until, m.Era())
	if got, ok := m.Get(1, now); !ok || got != "revoked" {
		t.Errorf("got %q, %v, want what was read after the change", got, ok)
	}
}

func TestAMemoryForgetsWhatMatches(t *testing.T) {
	t.Parallel()
	m, now := app.NewMemory(), time.Now()
	until := now.Add(time.Minute)
	for key, value := range []string{"a", "b", "a"} {
		m.Put(key, value, until, m.Era())
	}
	m.Drop(func(value string) bool { return value == "a" })
	for key, want := range []bool{false, true, false} {
		if _, ok := m.Get(key, now); ok != want {
			t.Errorf("%d: got remembered %v, want %v", key, ok, want)
		}
	}
	if _, ok := m.Get(1, until.Add(-1)); !ok {
		t.Error("got it forgotten before its end")
	}
	if _, ok := m.Get(1, until); ok {
		t.Error("got it remembered at its end")
	}
}

func TestAMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m, now := app.NewMemory(), time.Now()
	count := func(keys int) (kept int) {
		for key := range keys {
			if _, ok := m.Get(key, now); ok {
				kept++
			}
		}
		return kept
	}
	const keys = 4 * app.MemorySize
	for key := range keys {
		m.Put(key, "x", now.Add(time.Minute), m.Era())
		if _, ok := m.Get(key, now); !ok {
			t.Fatalf("%d: got it forgotten at once", key)
		}
	}
	if got := count(keys); got != app.MemorySize {
		t.Errorf("got %d of %d values stored, want %d", got, keys, app.MemorySize)
	}
	// Replacing a stored value displaces no other.
	for key := range keys {
		if _, ok := m.Get(key, now); ok {
			m.Put(key, "y", now.Add(time.Minute), m.Era())
		}
	}
	if got := count(keys); got != app.MemorySize {
		t.Errorf("got %d values stored after all were read again, want %d", got, app.MemorySize)
	}
}
