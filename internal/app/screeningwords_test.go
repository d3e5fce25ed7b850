package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestDecisionsAreTakenBack takes decisions back one after the other, some of them after others decided.
func TestDecisionsAreTakenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, campaign := t.Context(), campaignKey(w.campaign)
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
	ada, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	bob, _ := w.volunteer(t, "Bob", fund.GrantScreener)
	wantKind(t, w.UndoDecision(ctx, ada, campaign), "conflict")
	one, two, three := w.gift(t, "one", "1"), w.gift(t, "two", "2"), w.gift(t, "three", "3")
	w.wantTaken(t, "at first", ada, "one", "two", "three")
	for _, d := range []fund.Donation{one, two, three} {
		w.Clock.Advance(time.Second)
		must.Do(t, w.DecideDonation(ctx, ada, fund.Key{ID: d.ID}, app.Decision{}))
	}
	must.Do(t, w.DecideDonation(ctx, bob, fund.Key{ID: two.ID}, app.Decision{To: fund.ScreeningHidden}))

	must.Do(t, w.UndoDecision(ctx, ada, campaign))
	w.wantShown(t, three.ID, fund.Anonymous, "")
	w.wantTaken(t, "what was taken back, by another", bob)
	w.wantTaken(t, "what was taken back", ada, "three")
	wantKind(t, w.UndoDecision(ctx, ada, campaign), "conflict") // bob decided since
	must.Do(t, w.UndoDecision(ctx, ada, campaign))
	w.wantShown(t, one.ID, fund.Anonymous, "")
	wantKind(t, w.UndoDecision(ctx, ada, campaign), "conflict")

	// What the rules never show stays hidden.
	must.Do(t, w.UndoDecision(ctx, bob, campaign))
	w.wantShown(t, two.ID, "two", "2")
	must.Do(t, w.DecideDonation(ctx, bob, fund.Key{ID: two.ID}, app.Decision{To: fund.ScreeningHidden}))
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenHostOnly)})
	wantKind(t, w.UndoDecision(ctx, bob, campaign), "conflict")
	w.wantShown(t, two.ID, fund.Anonymous, "")

	for i := range fund.MaxUndo + 1 {
		to := []fund.Screening{fund.ScreeningHeld, fund.ScreeningHidden}[i%2]
		w.Clock.Advance(time.Second)
		must.Do(t, w.DecideDonation(ctx, bob, fund.Key{ID: two.ID}, app.Decision{To: to}))
	}
	for range fund.MaxUndo {
		must.Do(t, w.UndoDecision(ctx, bob, campaign))
	}
	wantKind(t, w.UndoDecision(ctx, bob, campaign), "conflict")
	wantKind(t, w.UndoDecision(ctx, w.stranger, campaign), "forbidden")
}

// TestTheShownNameIsEdited has a screener change names: the public, readers and leaderboards have the new one, those who read who donated both.
func TestTheShownNameIsEdited(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"}), NoContacts: fund.Some(true)})
	screener, _ := w.volunteer(t, "Screener", fund.GrantScreener)
	given := w.gift(t, "Slur Smith", "hi")
	key := fund.Key{ID: given.ID}
	edit := func(was, name string) error { return w.EditShownName(ctx, screener, key, was, name) }
	for _, wrong := range []string{"a slur", "see evil.com", strings.Repeat("x", fund.MaxDonorName+1), "a\x00b"} {
		if err := edit("Slur Smith", wrong); err == nil || fault.From(err).Kind != fault.Invalid {
			t.Errorf("%q: got %v, want it refused at the name", wrong, err)
		}
	}
	must.Do(t, edit("Slur Smith", strings.Repeat("ü", fund.MaxDonorName)))
	wantKind(t, edit("Slur Smith", "Smith"), "conflict")
	must.Do(t, edit(strings.Repeat("ü", fund.MaxDonorName), " Smith "))
	w.wantShown(t, given.ID, fund.Anonymous, "")
	must.Do(t, w.DecideDonation(ctx, screener, key, app.Decision{}))
	w.wantShown(t, given.ID, "Smith", "hi")
	if err := edit("Smith", ""); err == nil || fault.From(err).Kind != fault.Invalid {
		t.Errorf("got %v, want the name with the word not shown again", err)
	}
	if d := must.Get(w.GetDonationOf(ctx, screener, w.campaign.ID, key))(t); d.Name != "Smith" || d.Given != "" {
		t.Errorf("got %q, %q as a screener, want the shown name alone", d.Name, d.Given)
	}
	for what, d := range map[string]fund.Donation{
		"finance": must.Get(w.GetDonationOf(ctx, reading(w.causer), w.campaign.ID, key))(t), "system": must.Get(w.GetDonation(ctx, app.System(), key))(t),
	} {
		if d.Name != "Smith" || d.Given != "Slur Smith" || d.GivenName() != "Slur Smith" {
			t.Errorf("%s: got %q, %q, want both names", what, d.Name, d.Given)
		}
	}
	names := []string{}
	must.Do(t, w.ExportDonations(ctx, w.causer, w.campaign.ID, fund.Span{}, func(r fund.Record) error { names = append(names, r.Name); return nil }))
	if fmt.Sprint(names) != "[Slur Smith]" {
		t.Errorf("got %v exported, want what the donor typed", names)
	}
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{})})
	must.Do(t, edit("Smith", ""))
	if d := w.donation(t, given.ID); d.Name != "Slur Smith" || d.Given != "" {
		t.Errorf("got %q, %q, want what the donor typed alone", d.Name, d.Given)
	}
	must.Do(t, edit("Slur Smith", "Other"))
	must.Get(w.EraseDonation(ctx, app.System(), given.ID))(t)
	if d := w.donation(t, given.ID); d.Name != "" || d.Given != "" {
		t.Errorf("got %q, %q after the erasure", d.Name, d.Given)
	}
	wantKind(t, edit("", "Ghost"), "conflict")
	veiled := w.gift(t, "Secret", "", func(in *fund.DonationInput) { in.Anonymous = true })
	wantKind(t, w.EditShownName(ctx, screener, fund.Key{ID: veiled.ID}, "", "Open"), "conflict")
	wantKind(t, w.EditShownName(ctx, w.stranger, key, "Other", "x"), "forbidden")
}

// TestNotesStayAmongThoseWhoScreenAndRead writes a note and a hand-over, and asks for them as others.
func TestNotesStayAmongThoseWhoScreenAndRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, campaign := t.Context(), campaignKey(w.campaign)
	screener, _ := w.volunteer(t, "Screener", fund.GrantScreener)
	reader, _ := w.volunteer(t, "Reader", fund.GrantReader)
	desk, _ := w.volunteer(t, "Desk", fund.GrantDesk)
	given := w.gift(t, "Ada", "hi")
	key, ids := fund.Key{ID: given.ID}, []fund.ID{given.ID}
	notes := func(actor app.Actor) (map[fund.ID]fund.ScreeningNote, error) {
		return w.NotesOf(ctx, must.Get(w.See(ctx, actor, factKey(w.campaign)))(t), ids)
	}
	long := strings.Repeat("ü", fund.MaxScreeningNote)
	wantFields(t, w.WriteNote(ctx, screener, key, long+"x"), fmt.Sprintf("note is too long (%d characters at most)", fund.MaxScreeningNote))
	must.Do(t, w.WriteNote(ctx, screener, key, long))
	for _, actor := range []app.Actor{screener, reader, w.owner} {
		if n := must.Get(notes(actor))(t)[given.ID]; n.Text != long || n.By.Name != "Screener" {
			t.Errorf("got %+v, want the note and who wrote it", n)
		}
	}
	for _, actor := range []app.Actor{desk, w.stranger} {
		_, err := notes(actor)
		wantKind(t, err, "forbidden")
		wantKind(t, w.WriteNote(ctx, actor, key, "x"), "forbidden")
	}
	wantKind(t, w.WriteNote(ctx, reader, key, "x"), "forbidden")
	must.Do(t, w.WriteNote(ctx, screener, key, " \n"))
	if n := must.Get(notes(screener))(t); len(n) != 0 {
		t.Errorf("got %v, want no note", n)
	}
	must.Do(t, w.WriteNote(ctx, screener, key, "a note"))
	must.Get(w.EraseDonation(ctx, app.System(), given.ID))(t)
	if n := must.Get(notes(screener))(t); len(n) != 0 {
		t.Errorf("got %v after the erasure", n)
	}
	wantKind(t, w.WriteNote(ctx, screener, key, "of an erased one"), "conflict")

	for i, actor := range []app.Actor{screener, reader, desk, w.owner} {
		text := fmt.Sprint("shift ", i)
		must.Do(t, w.HandOver(ctx, actor, campaign, text))
		if n := must.Get(w.HandoverOf(ctx, desk, campaign))(t); n.Text != text || n.Version != int64(i+1) {
			t.Errorf("got %+v, want version %d", n, i+1)
		}
	}
	wantFields(t, w.HandOver(ctx, desk, campaign, strings.Repeat("x", fund.MaxHandover+1)), fmt.Sprintf("note is too long (%d characters at most)", fund.MaxHandover))
	must.Do(t, w.HandOver(ctx, desk, campaign, strings.Repeat("x", fund.MaxHandover)))
	wantKind(t, w.HandOver(ctx, w.stranger, campaign, "x"), "forbidden")
	_, err := w.HandoverOf(ctx, w.stranger, campaign)
	wantKind(t, err, "forbidden")
}
