package live_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

func TestAStreamBeginsWithTheStateAndGoesOn(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	before := s.give(t.Context(), "Ada", "Hello")
	s.stage.here(t.Context())
	for _, path := range []string{
		s.campaign(), "/live/@" + s.Ada.Slug + "/" + s.Campaign.Slug + "/events", "/live/events?facts=" + s.Campaign.ID.String() + ",@" + s.Ada.Slug + "/" + s.Campaign.Slug,
	} {
		in := s.open(t, path)
		state := in.next()
		if state.Event != "state" || state.ID != at(t, state.Data, "cursor") || state.ID == "" {
			t.Errorf("%s: got %+v, want the state with its cursor", path, state)
		}
		if got := at(t, state.Data, "facts", 0, "donations", 0, "id"); got != before.ID.String() {
			t.Errorf("%s: got %v, want the latest donation", path, got)
		}
		given := s.give(t.Context(), "Bob", "Go on")
		for {
			e := in.next()
			if e.Event != "donation.completed" {
				continue
			}
			for key, want := range map[string]any{
				"type": "donation.completed", "cursor": e.ID, "fact_id": s.Campaign.ID.String(), "object": "donation", "id": given.ID.String(),
				"test": false, "late": false, "replayed": false, "v": 1.0,
			} {
				if got := at(t, e.Data, key); got != want {
					t.Errorf("%s: %s: got %v, want %v", path, key, got, want)
				}
			}
			if got := at(t, e.Data, "data", "donor_name"); got != "Bob" {
				t.Errorf("%s: got %v, want Bob", path, got)
			}
			if _, private := e.Data["data"].(map[string]any)["donor_email"]; private {
				t.Errorf("%s: got a mail address without a token", path)
			}
			before = given
			break
		}
	}
}

func TestAStreamResumes(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign()+"?types=donation.completed")
	begun := in.next()
	cursor := begun.ID
	if hint, _ := strconv.ParseFloat(begun.retry, 64); hint != at(t, begun.Data, "retry_ms") {
		t.Errorf("got retry %s and %v, want the same", begun.retry, begun.Data["retry_ms"])
	}
	_ = in.body.Close()
	var want []string
	for range 3 {
		want = append(want, s.give(t.Context(), "Bob", "").ID.String())
	}
	for name, open := range map[string]*stream{
		"header": s.open(t, s.campaign()+"?types=donation.completed&after=x", "Last-Event-ID", cursor),
		"after":  s.open(t, s.campaign()+"?types=donation.completed&after="+cursor),
	} {
		if state := open.next(); state.Event != "state" || state.ID != cursor {
			t.Errorf("%s: got %s %s, want the state, and the cursor that was asked for until what was missed has come", name, state.Event, state.ID)
		}
		for i, id := range want {
			e := open.next()
			if got := at(t, e.Data, "id"); got != id {
				t.Errorf("%s: event %d: got %v, want %v", name, i, got, id)
			}
		}
	}
}

func TestAForeignCursorIsReset(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cursor := s.open(t, s.campaign()).next().ID
	epoch, rest, _ := strings.Cut(cursor, "-")
	for _, after := range []string{"nonsense", "aaaaaaaa-" + rest, epoch + "-00000000" + rest[8:], cursor + "99"} {
		if got := s.open(t, s.campaign()+"?after="+after).next(); got.Event != "reset" || at(t, got.Data, "reason") != "foreign" || at(t, got.Data, "facts", 0, "fact", "id") != s.Campaign.ID.String() {
			t.Errorf("%s: got %+v, want a reset with the state", after, got)
		}
	}
}

func TestACursorThatIsNoLongerKeptIsReset(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	cursor := s.open(t, s.campaign()).next().ID
	s.give(t.Context(), "Ada", "")
	s.give(t.Context(), "Bob", "")
	s.stage.here(t.Context())
	s.stage.change(t, "DELETE FROM events WHERE position < (SELECT MAX(position) FROM events)")
	again := siteOf(t, s.stage.url, s.World, live.HubOptions{}) // the other feed may have known an event that is gone now
	if got := again.open(t, s.campaign()+"?after="+cursor).next(); got.Event != "reset" || at(t, got.Data, "reason") != "expired" || got.ID == cursor {
		t.Errorf("got %+v, want a reset", got)
	}
}

// TestAReaderThatStopsReadingIsClosed stops reading a stream while another goes on.
func TestAReaderThatStopsReadingIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	s.open(t, s.campaign()).next()
	quick := s.open(t, s.campaign())
	quick.next()
	sample := []byte(`{"x":"` + strings.Repeat("x", fund.MaxSampleBytes-100) + `"}`)
	for given := 0; s.hub.Stats().Slow == 0; given++ {
		s.Must(s.Store.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
			tx.Append(fund.Event{
				Topic: fund.TopicDonationCompleted, Subject: fund.ID{1}, Facts: []fund.ID{s.Campaign.ID}, At: s.Now(), Test: true,
				Detail: fund.Detail{Sample: sample},
			})
			return nil
		}))
		if e := quick.next(); at(t, e.Data, "test") != true || at(t, e.Data, "data", "x") == nil {
			t.Fatalf("got %+v, want the sample", e)
		}
		if given > 20_000 {
			t.Fatal("a reader that does not read is never closed")
		}
	}
}

// TestMessagesHaveTheObjectsOfVersionFive makes, changes and removes parts of a campaign.
func TestMessagesHaveTheObjectsOfVersionFive(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	ctx, ada, campaign := t.Context(), testworld.As(s.Ada), testworld.ByID(s.Campaign)
	in := s.open(t, s.campaign())
	in.next()
	poll := must.Get(s.CreatePoll(ctx, ada, campaign, fund.PollPatch{Name: fund.Some("Which game?"), Options: []fund.PollOptionPatch{{Name: fund.Some("Zelda")}}}))(t)
	milestone := must.Get(s.CreateMilestone(ctx, ada, campaign, fund.MilestonePatch{Name: fund.Some("Song"), Amount: fund.Some("10")}))(t)
	target := must.Get(s.CreateTarget(ctx, ada, campaign, fund.TargetPatch{Name: fund.Some("Run"), Amount: fund.Some("50")}))(t)
	s.Must(s.DeleteMilestone(ctx, ada, app.MilestoneKey{Milestone: fund.Key{ID: milestone.ID}}))
	name := must.Get(s.UpdateCampaign(ctx, ada, campaign, fund.CampaignPatch{Name: fund.Some("Renamed")}))(t).Name
	for kind, want := range map[string]struct{ id, name any }{
		"poll.created":      {poll.ID.String(), "Which game?"},
		"milestone.created": {milestone.ID.String(), nil}, // removed since
		"target.created":    {target.ID.String(), "Run"},
		"milestone.removed": {milestone.ID.String(), nil},
		"fact.changed":      {s.Campaign.ID.String(), name},
	} {
		again := s.open(t, s.campaign()+"?types="+kind+"&after="+must.Get(s.first(ctx))(t))
		again.next()
		e := again.next()
		if e.Event != kind || e.Data["id"] != want.id {
			t.Errorf("%s: got %+v, want the event", kind, e)
		}
		if want.name == nil {
			if e.Data["data"] != nil {
				t.Errorf("%s: got %v, want no object", kind, e.Data["data"])
			}
		} else if got := at(t, e.Data, "data", "name"); got != want.name {
			t.Errorf("%s: got the name %v, want %v", kind, got, want.name)
		}
	}
}
