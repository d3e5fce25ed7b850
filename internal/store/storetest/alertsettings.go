package storetest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testAlertSettings sets up the alerts of two facts, of which one has a stage before, gives both one file, and takes it and then a fact away.
func testAlertSettings(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("water"), w.user("ann")
	run, other := w.campaign(cause, ann, "run"), w.campaign(cause, ann, "other")
	now := time.Now().UTC().Truncate(time.Microsecond)
	o := fund.Overlay{ID: w.id(), FactID: other.ID, Name: odd, Kind: fund.OverlayGoal, Theme: fund.ThemeCard, Key: "k", CreatedAt: now, UpdatedAt: now}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertOverlay(ctx, &o, []byte("k"), w.id()) })
	if _, err := w.s.GetAlertSettings(ctx, fund.FirstStage(other.ID)); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v of a stage that nobody set up, want nothing", err)
	}
	stage := must.Get(w.s.GetStage(ctx, fund.FirstStage(other.ID)))(t)
	if stage.Policy != fund.DefaultAlertPolicy() {
		t.Errorf("got the policy %+v of a stage that nobody set up, want the usual one", stage.Policy)
	}
	stage.BusySince = now
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.BeginStage(ctx, stage) })
	same(t, "a stage that began", must.Get(w.s.GetStage(ctx, fund.FirstStage(other.ID)))(t), stage)
	stage.BusySince = time.Time{}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.BeginStage(ctx, stage) })
	file := fund.SoundFile{Hash: strings.Repeat("0f", 32), Type: "ogg", Length: 1234567 * time.Microsecond, Loudness: -1234, Peak: 999}
	put := func(s fund.AlertSettings) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.PutAlertSettings(ctx, fund.FirstStage(s.FactID), s, w.id())
		})
	}
	give := func(fact fund.ID, f fund.SoundFile, content string) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) error {
			return tx.PutStageSound(ctx, fund.FirstStage(fact), f, []byte(content))
		})
	}
	for _, fact := range []fund.ID{run.ID, other.ID} {
		s := fund.AlertSettings{
			FactID: fact, Sound: fund.AlertCoin, Volume: 7, SpeakName: true, SpeakComment: true, Least: 150, UpdatedAt: now,
			Policy: fund.AlertPolicy{Rest: 1234 * time.Microsecond, Apart: 7, Together: 55, Jump: 66, Age: 42 * time.Minute},
		}
		put(s)
		same(t, "as it was put", must.Get(w.s.GetAlertSettings(ctx, fund.FirstStage(fact)))(t), s)
		if stage := must.Get(w.s.GetStage(ctx, fund.FirstStage(fact)))(t); stage.Policy != s.Policy || !stage.BusySince.IsZero() {
			t.Errorf("got the stage %+v, want its policy", stage)
		}
		s = fund.AlertSettings{FactID: fact, Sound: fund.AlertOwn, Volume: 100, SpeakAmount: true, UpdatedAt: now.Add(time.Second), Policy: fund.DefaultAlertPolicy()}
		put(s)
		give(fact, fund.SoundFile{Hash: strings.Repeat("ee", 32), Type: "wav", Length: time.Second, Loudness: -1, Peak: 1}, "before")
		give(fact, file, "content")
		s.Own = file
		same(t, "with another file", must.Get(w.s.GetAlertSettings(ctx, fund.FirstStage(fact)))(t), s)
	}
	if got := must.Get(w.s.GetSound(ctx, file))(t); !bytes.Equal(got, []byte("content")) {
		t.Errorf("got %q, want the file", got)
	}
	gone := func(what string, f fund.SoundFile) {
		t.Helper()
		if _, err := w.s.GetSound(ctx, f); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want no file", what, err)
		}
	}
	gone("replaced", fund.SoundFile{Hash: strings.Repeat("ee", 32), Type: "wav"})
	gone("of another type", fund.SoundFile{Hash: file.Hash, Type: "wav"})
	gone("no hash", fund.SoundFile{Hash: "x", Type: "wav"})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteStageSound(ctx, fund.FirstStage(other.ID))
	})
	if s := must.Get(w.s.GetAlertSettings(ctx, fund.FirstStage(other.ID)))(t); s.Own != (fund.SoundFile{}) {
		t.Errorf("got %v, want no file", s.Own)
	}
	must.Get(w.s.GetSound(ctx, file))(t) // which the other stage has
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, run.ID) })
	gone("of a deleted fact", file)
}

// testAlertVariants makes variants on the stages of two facts, changes and moves them, and takes them away, one with its fact.
func testAlertVariants(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann := w.cause("water"), w.user("ann")
	run, other := w.campaign(cause, ann, "run"), w.campaign(cause, ann, "other")
	now, volume := time.Now().UTC().Truncate(time.Microsecond), int64(0)
	whole := fund.AlertVariant{
		ID: w.id(), FactID: run.ID, Position: 2, Name: odd, Kind: fund.AlertReward, From: 12345, Reward: w.id(), CreatedAt: now, UpdatedAt: now.Add(time.Second),
		AlertLook: fund.AlertLook{Template: odd + "\n{donor}", Sound: fund.AlertCoin, Volume: &volume, Lasts: 3 * time.Second, Theme: fund.ThemePaper, Speak: true},
	}
	plain := fund.AlertVariant{ID: w.id(), FactID: run.ID, Position: 1, Name: "plain", Kind: fund.AlertGift, CreatedAt: now, UpdatedAt: now}
	beside := fund.AlertVariant{ID: w.id(), FactID: other.ID, Position: 1, Name: "beside", Kind: fund.AlertTest, CreatedAt: now, UpdatedAt: now}
	for _, v := range []*fund.AlertVariant{&whole, &plain, &beside} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertAlertVariant(ctx, v, w.id()) })
		same(t, "as it was made", must.Get(w.s.GetAlertVariant(ctx, v.ID))(t), *v)
	}
	same(t, "in their order", must.Get(w.s.ListAlertVariants(ctx, fund.FirstStage(run.ID)))(t), []fund.AlertVariant{plain, whole})
	plain.Name, plain.Volume, whole.Volume, plain.UpdatedAt = "changed", &volume, nil, now.Add(time.Minute)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.UpdateAlertVariant(ctx, plain); err != nil {
			return err
		}
		if err := tx.UpdateAlertVariant(ctx, whole); err != nil {
			return err
		}
		return tx.PlaceAlertVariant(ctx, fund.Placed{ID: plain.ID, Position: 3})
	})
	plain.Position = 3
	same(t, "after a move", must.Get(w.s.ListAlertVariants(ctx, fund.FirstStage(run.ID)))(t), []fund.AlertVariant{whole, plain})
	file := fund.SoundFile{Hash: strings.Repeat("0e", 32), Type: "ogg", Length: 1234567 * time.Microsecond, Loudness: -1234, Peak: 999}
	has := func(what string, want bool) {
		t.Helper()
		content, err := w.s.GetSound(ctx, file)
		if there := must.Get(w.s.HasSound(ctx, file))(t); there != want || want && string(content) != "content" || !want && !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %q, %v, %t, want a file %t", what, content, err, there, want)
		}
	}
	has("at first", false)
	for _, v := range []*fund.AlertVariant{&plain, &whole} {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := tx.PutVariantSound(ctx, v.ID, fund.SoundFile{Hash: strings.Repeat("ee", 32), Type: "wav"}, []byte("before")); err != nil {
				return err
			}
			return tx.PutVariantSound(ctx, v.ID, file, []byte("content"))
		})
		v.File = file
		same(t, "with another file", must.Get(w.s.GetAlertVariant(ctx, v.ID))(t), *v)
	}
	has("of two variants", true)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAlertVariant(ctx, plain.ID) })
	has("of one variant", true)
	same(t, "after one was deleted", must.Get(w.s.ListAlertVariants(ctx, fund.FirstStage(run.ID)))(t), []fund.AlertVariant{whole})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, run.ID) })
	if _, err := w.s.GetAlertVariant(ctx, whole.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v of a deleted fact, want no variant", err)
	}
	has("of a deleted fact", false)
	same(t, "of another fact", must.Get(w.s.ListAlertVariants(ctx, fund.FirstStage(other.ID)))(t), []fund.AlertVariant{beside})
}
