package app_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// gift records a donation with a name and a comment, a second after the one before.
func (w *world) gift(t *testing.T, name, comment string, change ...func(*fund.DonationInput)) fund.Donation {
	t.Helper()
	w.Clock.Advance(time.Second)
	in := fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "5", Name: name, Comment: comment}
	for _, c := range change {
		c(&in)
	}
	return must.Get(w.DonateAt(t.Context(), app.System(), in, time.Time{}))(t)
}

// readings are what a reader sees.
func (w *world) readings(t *testing.T, reader app.Actor) app.Readings {
	t.Helper()
	return must.Get(w.ReadingsOf(t.Context(), must.Get(w.See(t.Context(), reader, factKey(w.campaign)))(t), fund.ID{}))(t)
}

// said are readings in short.
func said(all []fund.Reading) []string {
	lines := make([]string, len(all))
	for i, one := range all {
		lines[i] = one.Name + ": " + one.Comment
	}
	return lines
}

func wantSaid(t *testing.T, what string, got []fund.Reading, want ...string) {
	t.Helper()
	if lines := said(got); !slices.Equal(lines, want) {
		t.Errorf("%s: got %q, want %q", what, lines, want)
	}
}

// TestWhatIsReadAloud follows gifts through the view of a reader.
func TestWhatIsReadAloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	reader, _ := w.volunteer(t, "Reader", fund.GrantReader)
	ada, bob, cid := w.gift(t, "Ada", "one"), w.gift(t, "Bob", "two"), w.gift(t, "Cid", "")
	key := func(d fund.Donation) fund.Key { return fund.Key{ID: d.ID} }
	wants := func(what string, waiting ...string) app.Readings {
		t.Helper()
		got := w.readings(t, reader)
		wantSaid(t, what, got.Waiting, waiting...)
		if got.Backlog != len(waiting) {
			t.Errorf("%s: got a backlog of %d, want %d", what, got.Backlog, len(waiting))
		}
		return got
	}
	wants("at first", "Ada: one", "Bob: two", "Cid: ")
	must.Do(t, w.SendToReader(ctx, w.owner, key(cid)))
	wants("one to the front", "Cid: ", "Ada: one", "Bob: two")
	must.Do(t, w.ReadDonation(ctx, reader, key(cid)))
	wantKind(t, w.ReadDonation(ctx, w.owner, key(cid)), "conflict")
	wantSaid(t, "read", wants("after the first", "Ada: one", "Bob: two").Read, "Cid: ")
	must.Do(t, w.UnreadDonation(ctx, reader, key(cid)))
	wantKind(t, w.UnreadDonation(ctx, reader, key(cid)), "conflict")
	wants("taken back", "Cid: ", "Ada: one", "Bob: two")

	must.Do(t, w.PinReading(ctx, reader, key(bob)))
	must.Do(t, w.ReadDonation(ctx, reader, key(bob)))
	wantSaid(t, "pinned", wants("one read and pinned", "Cid: ", "Ada: one").Pinned, "Bob: two")
	must.Get(w.ScreenDonation(ctx, w.owner, key(bob), fund.ScreeningHidden))(t)
	hidden := wants("one hidden", "Cid: ", "Ada: one")
	wantSaid(t, "pinned and hidden", hidden.Pinned)
	wantSaid(t, "read and hidden", hidden.Read)
	must.Get(w.ScreenDonation(ctx, w.owner, key(bob), fund.ScreeningShown))(t)
	must.Do(t, w.UnpinReading(ctx, reader, key(bob)))
	wantSaid(t, "unpinned", w.readings(t, reader).Pinned)

	w.Clock.Advance(time.Second)
	until := w.Clock.Now()
	w.gift(t, "Dee", "new")
	must.Do(t, w.ReadAll(ctx, reader, factKey(w.campaign), until))
	wants("after a fresh start", "Dee: new")
	reader = w.owner // whose right does not end
	w.Clock.Advance(fund.ReaderLooksBack)
	wants("at the end of its time", "Dee: new")
	w.Clock.Advance(time.Microsecond)
	wants("after it")
	must.Do(t, w.SendNewToReader(ctx, w.owner, key(ada)))
	wants("one that a reader had read before the screener sent it")
	must.Do(t, w.SendToReader(ctx, w.owner, key(ada)))
	if got := w.readings(t, reader); len(got.Waiting) != 1 || got.Waiting[0].ID != ada.ID || got.Waiting[0].SentAt.IsZero() {
		t.Errorf("got %+v, want what somebody sent, however old", got.Waiting)
	}
}

// TestWhatIsHeldIsNotRead holds, hides and erases gifts in every way: a reader sees none of it, and changes none of it by its id.
func TestWhatIsHeldIsNotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	reader, _ := w.volunteer(t, "Reader", fund.GrantReader)
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenHostOnly), Words: fund.Some([]string{"slur"})})
	held, name := w.gift(t, "Ada", "secret"), w.gift(t, "a slur", "secret")
	host := w.gift(t, "Host", "for the host")
	must.Get(w.ApproveDonation(ctx, w.owner, fund.Key{ID: host.ID}))(t)
	veiled := w.gift(t, "Secret Name", "", func(in *fund.DonationInput) { in.Anonymous = true })
	erased := w.gift(t, "Gone", "")
	must.Get(w.EraseDonation(ctx, app.System(), erased.ID))(t)
	got := w.readings(t, reader)
	wantSaid(t, "waiting", got.Waiting, "Host: for the host", "Anonymous: ", "Anonymous: ")
	if got.Backlog != 3 {
		t.Errorf("got a backlog of %d, want 3", got.Backlog)
	}
	for _, d := range []fund.Donation{held, name} {
		key := fund.Key{ID: d.ID}
		for what, err := range map[string]error{
			"read": w.ReadDonation(ctx, reader, key), "unread": w.UnreadDonation(ctx, reader, key), "send": w.SendToReader(ctx, reader, key),
			"pin": w.PinReading(ctx, reader, key), "unpin": w.UnpinReading(ctx, reader, key),
		} {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %v, want it not found", what, err)
			}
		}
	}
	// One that is pinned, sent, and then hidden leaves everything at once.
	must.Do(t, w.PinReading(ctx, reader, fund.Key{ID: host.ID}))
	must.Do(t, w.SendToReader(ctx, reader, fund.Key{ID: host.ID}))
	must.Get(w.ScreenDonation(ctx, w.owner, fund.Key{ID: host.ID}, fund.ScreeningHidden))(t)
	got = w.readings(t, reader)
	wantSaid(t, "waiting", got.Waiting, "Anonymous: ", "Anonymous: ")
	wantSaid(t, "pinned", got.Pinned)
	must.Get(w.RefundDonation(ctx, app.System(), fund.Key{ID: veiled.ID}, ""))(t)
	wantSaid(t, "refunded", w.readings(t, reader).Waiting, "Anonymous: ")
}

// TestReadersReadEachGiftOnce has three of them say so of all gifts at once.
func TestReadersReadEachGiftOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const gifts, readers = 12, 3
	var all []fund.Donation
	for i := range gifts {
		all = append(all, w.gift(t, fmt.Sprint("Donor ", i), "hi"))
	}
	var read atomic.Int64
	var wait sync.WaitGroup
	for i := range readers {
		actor, _ := w.volunteer(t, fmt.Sprint("Reader ", i), fund.GrantReader)
		wait.Go(func() {
			for _, d := range all {
				switch err := w.ReadDonation(t.Context(), actor, fund.Key{ID: d.ID}); {
				case err == nil:
					read.Add(1)
				case !fault.Is(err, fault.Conflict):
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if read.Load() != gifts {
		t.Errorf("got %d gifts read, want %d", read.Load(), gifts)
	}
	if got := w.readings(t, w.owner); got.Backlog != 0 || len(got.Waiting) != 0 || len(got.Read) != fund.LastReadings {
		t.Errorf("got %+v, want none left", got)
	}
}

// TestWhoReadsAloud reads, takes back, sends and pins as everybody.
func TestWhoReadsAloud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, fact := range []fund.Fact{w.campaign, w.team1} {
		must.Get(w.DonateAt(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: fact.ID}, Amount: "5", Name: "Ada"}, time.Time{}))(t)
	}
	of := func(fact fund.Fact) fund.Key {
		return fund.Key{ID: must.Get(w.LatestDonations(ctx, app.System(), factKey(fact), 1))(t)[0].ID}
	}
	reader, _ := w.volunteer(t, "Reader", fund.GrantReader)
	alone, _, _ := w.alone(t, "Alone", fund.GrantReader)
	screener, _ := w.volunteer(t, "Screener", fund.GrantScreener)
	desk, _ := w.volunteer(t, "Desk", fund.GrantDesk, fund.GrantSchedule, fund.GrantFulfill)
	for name, who := range map[string]struct {
		actor          app.Actor
		fact           fund.Fact
		reads, arrange bool
	}{
		"owner": {w.owner, w.campaign, true, true}, "stranger": {w.stranger, w.campaign, false, false}, "member of the cause": {w.causer, w.campaign, false, false},
		"operator": {w.operator(t), w.campaign, false, false}, "reader": {reader, w.campaign, true, true}, "reader without an account": {alone, w.campaign, true, true},
		"screener": {screener, w.campaign, false, true}, "other grants": {desk, w.campaign, false, false},
		"admin of the team": {w.roles[fund.RoleAdmin], w.team1, true, true}, "member of the team": {w.roles[fund.RoleMember], w.team1, false, false},
	} {
		key := of(who.fact)
		_, sees := w.ReadingsOf(ctx, must.Get(w.See(ctx, who.actor, factKey(who.fact)))(t), fund.ID{})
		for what, c := range map[string]struct {
			err error
			may bool
		}{
			"see": {sees, who.reads}, "send": {w.SendToReader(ctx, who.actor, key), who.arrange}, "read": {w.ReadDonation(ctx, who.actor, key), who.reads},
			"pin": {w.PinReading(ctx, who.actor, key), who.arrange}, "unpin": {w.UnpinReading(ctx, who.actor, key), who.arrange},
			"skip": {w.ReadAll(ctx, who.actor, factKey(who.fact), w.Clock.Now()), who.reads},
		} {
			if refused := fault.Is(c.err, fault.Forbidden); refused == c.may || !refused && c.err != nil && !fault.Is(c.err, fault.Conflict) {
				t.Errorf("%s, %s: got %v, want it allowed: %v", name, what, c.err, c.may)
			}
		}
	}
}

// TestMostPins pins as many as there can be, and one more.
func TestMostPins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range fund.MaxPinned {
		must.Do(t, w.PinReading(t.Context(), w.owner, fund.Key{ID: w.gift(t, "Ada", "").ID}))
	}
	wantKind(t, w.PinReading(t.Context(), w.owner, fund.Key{ID: w.gift(t, "Ada", "").ID}), "conflict")
}
