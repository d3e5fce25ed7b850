package app_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testworld"
)

// published is a published campaign of the owner.
func (w *world) published(t *testing.T, patch fund.CampaignPatch) fund.Fact {
	t.Helper()
	patch.Name, patch.Cause, patch.Status = fund.Some("Stream"), key(w.cause.ID), fund.Some(fund.Published)
	return must.Get(w.CreateCampaign(t.Context(), w.owner, patch))(t)
}

// TestWhoSaysThatAFactIsLive asks everybody for the campaign of a user, a team campaign and an event.
func TestWhoSaysThatAFactIsLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator, member := w.operator(t), w.causer
	unscoped := w.owner
	unscoped.Scopes = nil
	for _, one := range []struct {
		name  string
		fact  fund.Fact
		actor app.Actor
		want  string
	}{
		{"owner", w.campaign, w.owner, ""}, {"cause staff", w.campaign, member, ""}, {"cause", w.campaign, w.causeToken, ""}, {"operator", w.campaign, operator, ""},
		{"stranger", w.campaign, w.stranger, "forbidden"}, {"nobody", w.campaign, app.Actor{}, "unauthenticated"}, {"no scope", w.campaign, unscoped, "forbidden"},
		{"team admin", w.team1, w.roles[fund.RoleAdmin], ""}, {"event manager", w.team1, w.roles[fund.RoleEventManager], ""},
		{"user manager", w.team1, w.roles[fund.RoleUserManager], "forbidden"}, {"member", w.team1, w.roles[fund.RoleMember], "forbidden"},
		{"cause staff at the event", w.event.Fact, member, ""}, {"owner of a campaign at the event", w.event.Fact, w.owner, "forbidden"},
	} {
		at := app.FactKey{Key: fund.Key{ID: one.fact.ID}, Kinds: app.AllKinds()}
		f, err := w.StartLive(ctx, one.actor, at)
		wantKind(t, err, one.want)
		if one.want == "" && !f.Live(w.Now()) {
			t.Errorf("%s: got a fact that is not live", one.name)
		}
		_, err = w.GetLive(ctx, one.actor, at)
		if one.name != "no scope" { // reads need none
			wantKind(t, err, one.want)
		}
		_, err = w.EndLive(ctx, one.actor, at)
		wantKind(t, err, one.want)
	}
	_, err := w.StartLive(ctx, w.stranger, app.FactKey{Key: fund.Key{ID: must.Get(w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{
		Name: fund.Some("Draft"), Cause: key(w.cause.ID),
	}))(t).ID}})
	wantKind(t, err, "not_found")
}

// TestWhatCannotGoLive wants each refusal to name the field.
func TestWhatCannotGoLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, now := t.Context(), w.Clock.Now()
	update := func(f fund.Fact, p fund.CampaignPatch) fund.Fact {
		return must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(f), p))(t)
	}
	draft := must.Get(w.CreateCampaign(ctx, w.owner, fund.CampaignPatch{Name: fund.Some("Draft"), Cause: key(w.cause.ID)}))(t)
	retired := update(w.published(t, fund.CampaignPatch{}), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	down := w.published(t, fund.CampaignPatch{})
	must.Get(w.TakeDown(ctx, app.System(), down.ID, "Fraud"))(t)
	early := w.published(t, fund.CampaignPatch{StartsAt: fund.Some(now.Add(time.Minute))})
	late := w.published(t, fund.CampaignPatch{StartsAt: fund.Some(now.Add(-time.Hour)), EndsAt: fund.Some(now.Add(time.Minute))})
	started := must.Get(w.StartLive(ctx, w.owner, campaignKey(late)))(t)
	if got := started.LiveUntil; !got.Equal(late.EndsAt) {
		t.Errorf("got it live until %s, want at most until its end, %s", got, late.EndsAt)
	}
	w.Clock.Advance(time.Minute)
	for _, one := range []struct {
		fact fund.Fact
		want string
	}{
		{draft, "status is not published: publish the campaign before you go live"}, {retired, "status is retired"},
		{down, "approval is suspended: an operator of this server approves it before anybody can go live"},
		{late, "ends_at has passed: set it to a later time before you go live"},
	} {
		_, err := w.StartLive(ctx, w.owner, campaignKey(one.fact))
		wantFields(t, err, one.want)
		must.Get(w.EndLive(ctx, w.owner, campaignKey(one.fact)))(t)
	}
	must.Get(w.StartLive(ctx, w.owner, campaignKey(early)))(t) // at the very instant of its beginning
	w.Clock.Advance(-time.Second)
	must.Get(w.EndLive(ctx, w.owner, campaignKey(early)))(t)
	_, err := w.StartLive(ctx, w.owner, campaignKey(early))
	wantFields(t, err, "starts_at is yet to come: set it to now or earlier before you go live")
}

// TestLiveEndsOnce has two nodes find that the time of a live stream is over, and lists what is live before, at and after that instant.
func TestLiveEndsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	f := w.published(t, fund.CampaignPatch{})
	first := must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
	w.Clock.Advance(time.Hour)
	again := must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
	if !again.LiveFrom.Equal(first.LiveFrom) || !again.LiveUntil.Equal(first.LiveUntil.Add(time.Hour)) {
		t.Errorf("got live from %s until %s, want from %s until an hour after %s", again.LiveFrom, again.LiveUntil, first.LiveFrom, first.LiveUntil)
	}
	live := func(want int) {
		t.Helper()
		if got := must.Get(w.LiveFacts(ctx, 9))(t); len(got) != want {
			t.Errorf("got %d facts that are live, want %d", len(got), want)
		}
	}
	w.Clock.Advance(fund.LiveFor - time.Microsecond)
	live(1)
	w.DoDue(ctx, fund.WorkEnding)
	live(1)
	w.Clock.Advance(time.Microsecond)
	live(0)
	other := testworld.NewAt(t, w.url, testworld.Options{At: w.Clock.Now()})
	position := w.position(ctx, t)
	var both sync.WaitGroup
	both.Go(func() { w.DoDue(ctx, fund.WorkEnding) })
	both.Go(func() { other.DoDue(ctx, fund.WorkEnding) })
	both.Wait()
	w.DoDue(ctx, fund.WorkEnding)
	events := must.Get(w.Store.EventsAfter(ctx, position, 99))(t)
	if len(events) != 1 || events[0].Topic != fund.TopicFactLiveEnded || events[0].Subject != f.ID {
		t.Errorf("got %v, want one end of the live stream", events)
	}
	if due, _, err := w.Store.CountWork(ctx, fund.WorkEnding, w.Now()); due != 0 || err != nil {
		t.Errorf("got %d rows of work, %v, want nothing left", due, err)
	}
}

// TestASuspendedCauseIsNotLive wants everything below a suspended cause to be live no longer, and to stay so when the cause is approved again.
func TestASuspendedCauseIsNotLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, operator := t.Context(), w.operator(t)
	f, cause := w.published(t, fund.CampaignPatch{}), fund.Key{ID: w.cause.ID}
	must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
	must.Get(w.SuspendCause(ctx, operator, cause, "Why"))(t)
	if got := must.Get(w.LiveFacts(ctx, 9))(t); len(got) != 0 {
		t.Errorf("got %d facts of a suspended cause that are live, want none", len(got))
	}
	_, err := w.StartLive(ctx, w.owner, campaignKey(f))
	wantFields(t, err, "approval is suspended: an operator of this server approves it before anybody can go live")
	must.Get(w.approve(ctx, operator, cause))(t)
	if got := must.Get(w.LiveFacts(ctx, 9))(t); len(got) != 0 {
		t.Errorf("got %d facts that are live again, want none before somebody says so", len(got))
	}
	must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
}

// TestNobodyIsLiveUnpublished has nodes go live and unpublish at the same time: what is unpublished is not live, whoever was faster.
func TestNobodyIsLiveUnpublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := testworld.NewAt(t, w.url, testworld.Options{At: w.Clock.Now()})
	ctx := t.Context()
	var refused atomic.Int64
	for range 20 {
		f := w.published(t, fund.CampaignPatch{})
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := w.StartLive(ctx, w.owner, campaignKey(f)); err != nil {
				refused.Add(1)
			}
		})
		both.Go(func() {
			must.Get(other.UpdateCampaign(ctx, w.owner, campaignKey(f), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)}))(t)
		})
		both.Wait()
		if got := must.Get(w.GetFact(ctx, w.owner, campaignKey(f)))(t); !got.LiveUntil.IsZero() {
			t.Fatalf("got an unpublished campaign that is live until %s", got.LiveUntil)
		}
	}
	t.Logf("%d of 20 were unpublished first", refused.Load())
}

// TestHowManyAreLiveAtOnce takes a user to the limit, and one further. Another owner is not held back, and what is live already stays so for longer.
func TestHowManyAreLiveAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	var all []fund.Fact
	for range fund.MaxLive {
		all = append(all, w.published(t, fund.CampaignPatch{}))
		must.Get(w.StartLive(ctx, w.owner, campaignKey(all[len(all)-1])))(t)
	}
	one := w.published(t, fund.CampaignPatch{})
	_, err := w.StartLive(ctx, w.owner, campaignKey(one))
	wantFields(t, err, "live is true for 10 others of the same owner, the most at once: end one of them first")
	must.Get(w.StartLive(ctx, w.owner, campaignKey(all[0])))(t)
	must.Get(w.StartLive(ctx, w.roles[fund.RoleAdmin], app.FactKey{Key: fund.Key{ID: w.team1.ID}, Kinds: app.AllKinds()}))(t)
	must.Get(w.EndLive(ctx, w.owner, campaignKey(all[0])))(t)
	must.Get(w.StartLive(ctx, w.owner, campaignKey(one)))(t)
}

// TestHowOftenAnOwnerGoesLive switches to and fro until there is a wait, and wants saying it again while live to count for nothing.
func TestHowOftenAnOwnerGoesLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, f := t.Context(), w.published(t, fund.CampaignPatch{})
	for range shield.LiveStartsAnHour {
		must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
		must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
		must.Get(w.EndLive(ctx, w.owner, campaignKey(f)))(t)
	}
	position := w.position(ctx, t)
	other := w.published(t, fund.CampaignPatch{})
	created := w.position(ctx, t)
	for _, f := range []fund.Fact{f, other} {
		_, err := w.StartLive(ctx, w.owner, campaignKey(f))
		wantKind(t, err, "rate_limited")
		if wait := fault.From(err).Wait(); wait != time.Hour/shield.LiveStartsAnHour {
			t.Errorf("got a wait of %s, want that of one start", wait)
		}
	}
	if now := w.position(ctx, t); position == created || now != created {
		t.Errorf("got events up to %v, want none after %v", now, created)
	}
	w.Clock.Advance(time.Hour / shield.LiveStartsAnHour)
	must.Get(w.StartLive(ctx, w.owner, campaignKey(f)))(t)
}
