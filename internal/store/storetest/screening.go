package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// screens sets the donation settings of a fact.
func (w *world) screens(fact fund.ID, g fund.DonationSettings) {
	w.tb.Helper()
	g.FactID = fact
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PutDonationSettings(ctx, g) })
}

// screened requires the screening of a donation, and when it is released.
func (w *world) screened(what string, id fund.ID, want fund.Screening, release time.Time) fund.Donation {
	w.tb.Helper()
	d := must.Get(w.s.GetDonation(w.tb.Context(), fund.Key{ID: id}))(w.tb)
	if d.Screening != want || !d.ReleaseAt.Equal(release) {
		w.tb.Errorf("%s: got %s until %v, want %s until %v", what, d.Screening, d.ReleaseAt, want, release)
	}
	return d
}

// testScreening changes the rules while donations are under way: those of the moment when the money arrives decide, whichever way it takes.
func testScreening(t *testing.T, w *world) {
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	written := func(c *store.Completion) { c.Donation.Name, c.Donation.Comment = "Ada", "a slur" }
	begun := make([]fund.Payment, 4)
	for i := range begun {
		begun[i] = w.beginWith(fact, written)
	}
	w.reported(begun[1], fund.PaymentState{Status: fund.PaymentExpired}, false)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.ScreenDonation(ctx, begun[2].DonationID, fund.ScreeningHidden, w.at())
	})
	w.screened("begun", begun[0].DonationID, fund.ScreeningShown, time.Time{})

	w.screens(fact.ID, fund.DonationSettings{Screening: fund.ScreenEverything, ReleaseAfter: time.Minute})
	w.reported(w.payment(begun[0].DonationID), paid(0), false)
	d := w.screened("paid", begun[0].DonationID, fund.ScreeningHeld, w.completed(begun[0].DonationID).Add(time.Minute))
	if d.DisplayName() != fund.Anonymous || d.DisplayComment() != "" {
		t.Errorf("got %q and %q shown of a held donation", d.DisplayName(), d.DisplayComment())
	}
	w.reported(w.payment(begun[1].DonationID), paid(0), false)
	w.screened("paid after its end", begun[1].DonationID, fund.ScreeningHeld, w.completed(begun[1].DonationID).Add(time.Minute))
	w.reported(w.payment(begun[2].DonationID), paid(0), false)
	w.screened("hidden before it was paid", begun[2].DonationID, fund.ScreeningHidden, time.Time{})
	w.reported(w.payment(begun[3].DonationID), paid(300), false)
	w.screened("paid and refunded at once", begun[3].DonationID, fund.ScreeningHeld, w.completed(begun[3].DonationID).Add(time.Minute))

	w.screens(fact.ID, fund.DonationSettings{Screening: fund.ScreenNothing, Words: []string{"slur"}})
	for what, id := range w.arrivals(fact, written) {
		w.screened(what, id, fund.ScreeningCommentHeld, time.Time{})
	}
}

// arrivals records a donation in each way in which money arrives without a payment.
func (w *world) arrivals(fact fund.Fact, change func(*store.Completion)) map[string]fund.ID {
	w.tb.Helper()
	made := func(more ...func(*store.Completion)) store.Completion {
		return w.completion(fact, 100, append(more, change)...)
	}
	inside, first, second := made(), made(at(start)), made(at(start.Add(time.Hour)))
	w.write(func(ctx context.Context, tx *store.Tx) error { _, err := tx.Complete(ctx, inside); return err })
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.CompleteAll(ctx, []store.Completion{first, second})
	})
	match := made(func(c *store.Completion) { c.Entry, c.Donation.IsMatch = fund.EntryMatch, true })
	w.write(func(ctx context.Context, tx *store.Tx) error { _, err := tx.Complete(ctx, match); return err })
	return map[string]fund.ID{
		"completed": w.give(fact, 100, change).ID, "completed in another write": inside.Donation.ID,
		"imported": first.Donation.ID, "imported later": second.Donation.ID, "of a matcher": match.Donation.ID,
	}
}

func (w *world) completed(id fund.ID) time.Time {
	w.tb.Helper()
	return must.Get(w.s.GetDonation(w.tb.Context(), fund.Key{ID: id}))(w.tb).CompletedAt
}

// testInheritedScreening sets words at each fact above the one that receives the donation; the nearest decides.
func testInheritedScreening(t *testing.T, w *world) {
	cause, ann := w.cause("cause"), w.user("ann")
	event := w.event(cause, "event")
	above := w.campaign(cause, ann, "above", in(event))
	fact := w.campaign(cause, ann, "fact", in(event), supporting(above))
	written := func(c *store.Completion) { c.Donation.Comment = "a slur" }
	for _, one := range []fund.Fact{cause.Fact, event.Fact, above, fact} {
		w.screens(one.ID, fund.DonationSettings{Words: []string{"slur"}})
		w.screened("words of "+one.Slug, w.give(fact, 100, written).ID, fund.ScreeningCommentHeld, time.Time{})
		w.screens(one.ID, fund.DonationSettings{Words: []string{"another"}})
		w.screened("other words of "+one.Slug, w.give(fact, 100, written).ID, fund.ScreeningShown, time.Time{})
	}
	w.screens(cause.ID, fund.DonationSettings{Words: []string{"slur"}, Leet: true})
	for _, one := range []fund.Fact{event.Fact, above, fact} {
		w.screens(one.ID, fund.DonationSettings{})
	}
	leet := func(c *store.Completion) { c.Donation.Comment = "5lur and slurry" }
	w.screened("digits for letters", w.give(fact, 100, leet).ID, fund.ScreeningCommentHeld, time.Time{})
	w.screens(event.ID, fund.DonationSettings{Allowed: []string{"5lur", "slurry"}})
	w.screened("allowed words", w.give(fact, 100, leet).ID, fund.ScreeningShown, time.Time{})
	set := must.Get(w.s.ListDonationSettings(t.Context(), []fund.ID{cause.ID, event.ID}))(t)
	same(t, "settings", []any{set[cause.ID].Leet, set[event.ID].Leet, set[event.ID].Allowed}, []any{true, false, []string{"5lur", "slurry"}})
	for what, g := range map[string]fund.DonationSettings{"shipped": {ShippedWords: true}, "contacts": {NoContacts: true}, "two passes": {TwoPasses: true}, "attended": {ReleaseAttended: true}} {
		w.screens(event.ID, g)
		set := must.Get(w.s.ListDonationSettings(t.Context(), []fund.ID{event.ID}))(t)
		g.FactID = event.ID
		same(t, what, set[event.ID], g)
		chain := must.Get(w.s.SettingsChain(t.Context(), fact))(t)
		same(t, what+" in a chain", chain[2].DonationSettings, g)
	}
	w.screens(cause.ID, fund.DonationSettings{Words: []string{"another"}})
	other := w.campaign(cause, ann, "other")
	w.screened("another fact of the cause", w.give(other, 100, written).ID, fund.ScreeningShown, time.Time{})
}

// testReleases lists what is due for release: never a donation whose money has yet to arrive.
func testReleases(t *testing.T, w *world) {
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	w.screens(fact.ID, fund.DonationSettings{Screening: fund.ScreenEverything, ReleaseAfter: time.Minute})
	late, early := w.give(fact, 1, at(start.Add(time.Second))), w.give(fact, 1, at(start))
	pending := w.begin(fact).DonationID
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetRelease(ctx, pending, start) })
	due := func(when time.Time) []fund.ID {
		return must.Get(w.s.DueWork(t.Context(), fund.WorkRelease, when, 9))(t)
	}
	if got := due(start.Add(time.Minute - time.Microsecond)); len(got) > 0 {
		t.Errorf("got %v due too early, want none", got)
	}
	same(t, "due", due(start.Add(time.Minute+time.Second)), []fund.ID{early.ID, late.ID})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.SetRelease(ctx, early.ID, start.Add(time.Hour))
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetRelease(ctx, late.ID, time.Time{}) })
	if got := due(start.Add(time.Hour - time.Microsecond)); len(got) > 0 {
		t.Errorf("got %v due after they were put off, want none", got)
	}
	same(t, "due later", due(start.Add(time.Hour)), []fund.ID{early.ID})
}

// testScreeners notes who looks, and lets what waits for its release wait anew: nothing else of the fact, and nothing of others.
func testScreeners(t *testing.T, w *world) {
	cause, ann := w.cause("cause"), w.user("ann")
	fact, other := w.campaign(cause, ann, "fact"), w.campaign(cause, ann, "other")
	if seen := must.Get(w.s.ScreenerSeen(t.Context(), fact.ID))(t); !seen.IsZero() {
		t.Errorf("got somebody at %v, want nobody", seen)
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SeeScreener(ctx, fact.ID, start) })
	if seen := must.Get(w.s.ScreenerSeen(t.Context(), fact.ID))(t); !seen.Equal(start) {
		t.Errorf("got somebody at %v, want at %v", seen, start)
	}
	for _, one := range []fund.Fact{fact, other} {
		w.screens(one.ID, fund.DonationSettings{Screening: fund.ScreenEverything, ReleaseAfter: time.Minute, Words: []string{"slur"}})
	}
	waits, elsewhere := w.give(fact, 1), w.give(other, 1)
	never := w.give(fact, 1, func(c *store.Completion) { c.Donation.Comment = "slur" })
	until := start.Add(time.Hour)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.ReleaseParked(ctx, fact.ID, until) })
	w.screened("what waits", waits.ID, fund.ScreeningHeld, until)
	w.screened("what has a word", never.ID, fund.ScreeningHeld, time.Time{})
	w.screened("what waits elsewhere", elsewhere.ID, fund.ScreeningHeld, elsewhere.CompletedAt.Add(time.Minute))
}

// testOnAir notes what was tried out, one thing at a time, and what a fact had raised when it went live: saying it again changes nothing.
func testOnAir(t *testing.T, w *world) {
	cause, ann := w.cause("cause"), w.user("ann")
	fact, other := w.campaign(cause, ann, "fact"), w.campaign(cause, ann, "other")
	for _, p := range []fund.Preflight{fund.PreflightChat, fund.PreflightChat, fund.PreflightOverlay} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetPreflight(ctx, fact.ID, p) })
	}
	for id, want := range map[fund.ID][]bool{fact.ID: {true, false, true, false}, other.ID: make([]bool, 4)} {
		known := must.Get(w.s.OnAir(t.Context(), id))(t)
		for i, p := range fund.Preflights() {
			if got := known.Has(p); got != want[i] {
				t.Errorf("%s: got %v, want %v", p, got, want[i])
			}
		}
	}
	live := func(from time.Time, want int64) {
		t.Helper()
		fact.LiveFrom, fact.LiveUntil = from, from.Add(time.Hour)
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetLive(ctx, fact) })
		if known := must.Get(w.s.OnAir(t.Context(), fact.ID))(t); known.LiveBase != want {
			t.Errorf("got %d as the beginning of the session, want %d", known.LiveBase, want)
		}
	}
	w.give(fact, 100)
	live(start, 100)
	w.give(fact, 50)
	live(start, 100)
	live(start.Add(time.Hour), 150)
}
