package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// AlertWords are what the text of an alert can say: what everybody may see, in words. "" is nothing.
type AlertWords struct {
	Donor, Amount, Comment, Reward string
	// Money says amounts of the currency of the fact; nil for as they are.
	Money func(minor int64) string
}

// AlertText is the text of an alert, the first line in large letters, and the direction of its words: "ltr", "rtl" or "auto".
type AlertText struct {
	Lines     []string
	Direction string
}

// ListAlertVariants lists the variants of the alerts of a stage in their order, for those who set it up.
func (a *App) ListAlertVariants(ctx context.Context, s Seen) ([]fund.AlertVariant, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, setStage, s.fact); err != nil {
		return nil, err
	}
	return a.store.ListAlertVariants(ctx, s.stageKey())
}

// GetAlertVariant finds a variant, for those who set up the stage of its fact.
func (a *App) GetAlertVariant(ctx context.Context, actor Actor, id fund.ID) (fund.AlertVariant, error) {
	v, _, err := a.variantAndFact(ctx, actor, id)
	return v, err
}

// variantAndFact finds a variant with its fact. One of a fact that the actor may not see is NotFound.
func (a *App) variantAndFact(ctx context.Context, actor Actor, id fund.ID) (fund.AlertVariant, fund.Fact, error) {
	v, err := a.store.GetAlertVariant(ctx, id)
	if err != nil {
		return fund.AlertVariant{}, fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, v.FactID)
	if fault.Is(err, fault.NotFound) {
		err = missing("variant", fund.Key{ID: id})
	}
	if err == nil {
		err = requireRole(ctx, a.store.Queries, actor, setStage, f)
	}
	if err != nil {
		return fund.AlertVariant{}, fund.Fact{}, err
	}
	return v, f, nil
}

// CreateAlertVariant makes a variant, the last in the order. More than fund.MaxAlertVariants at once are a Conflict.
func (a *App) CreateAlertVariant(ctx context.Context, actor Actor, key FactKey, patch fund.AlertVariantPatch) (fund.AlertVariant, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.AlertVariant{}, err
	}
	stage, err := a.newID(a.Now())
	if err != nil {
		return fund.AlertVariant{}, err
	}
	var v fund.AlertVariant
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		all, err := tx.ListAlertVariants(ctx, key.stageOf(f))
		if err := room(fund.MaxAlertVariants, "variants of alerts")(len(all), err); err != nil {
			return err
		}
		v = fund.AlertVariant{ID: e.id, StageID: key.Stage, FactID: f.ID, Position: 1, Kind: fund.AlertGift, AlertLook: fund.AlertLook{Speak: true}, CreatedAt: e.now}
		if len(all) > 0 {
			v.Position = all[len(all)-1].Position + 1
		}
		if err := applyVariant(ctx, tx, &v, patch, f, e.now); err != nil {
			return err
		}
		if err := tx.InsertAlertVariant(ctx, &v, stage); err != nil {
			return err
		}
		tx.Append(store.StageChanged(v.StageID, f.ID, e.now))
		return logAct(ctx, tx, actor, onStagePart(fund.ActCreateVariant, v.ID, f, e.now))
	})
	return orNone(v, err)
}

// applyVariant changes a variant. Its reward is one of the fact, and its file one that there is.
func applyVariant(ctx context.Context, tx *store.Tx, v *fund.AlertVariant, patch fund.AlertVariantPatch, f fund.Fact, now time.Time) error {
	wrong := patch.Apply(v, f.Currency, now)
	if patch.Reward.Set && !v.Reward.IsZero() {
		r, err := tx.GetReward(ctx, fund.Key{ID: v.Reward})
		known, err := found(err)
		switch {
		case err != nil:
			return err
		case !known:
			wrong.Add("reward", fund.Missing)
		case r.FactID != f.ID:
			wrong.Add("reward", fund.OtherFact)
		}
	}
	if patch.Sound.Set && v.Sound == fund.AlertOwn {
		settings, err := alertSettingsOf(ctx, tx.Queries, f, v.StageID)
		if err != nil {
			return err
		}
		if settings.Own.Hash == "" {
			wrong.Add("sound", fund.NoFile)
		}
	}
	return wrong.Err()
}

// UpdateAlertVariant changes a variant. An alert that has it already stays as it was when it was first shown.
func (a *App) UpdateAlertVariant(ctx context.Context, actor Actor, id fund.ID, patch fund.AlertVariantPatch) (fund.AlertVariant, error) {
	return a.changeVariant(ctx, actor, id, fund.ActUpdateVariant, func(ctx context.Context, tx *store.Tx, v *fund.AlertVariant, f fund.Fact, now time.Time) error {
		if err := applyVariant(ctx, tx, v, patch, f, now); err != nil {
			return err
		}
		return tx.UpdateAlertVariant(ctx, *v)
	})
}

// SetVariantSound makes a file the sound of a variant; those who set up its stage. A file that cannot be taken is Invalid at "file".
func (a *App) SetVariantSound(ctx context.Context, actor Actor, id fund.ID, file []byte) (fund.AlertVariant, error) {
	_, f, err := a.variantAndFact(ctx, actor, id)
	if err != nil {
		return fund.AlertVariant{}, err
	}
	taken, err := a.takeSound(ctx, actor, f, file)
	if err != nil {
		return fund.AlertVariant{}, err
	}
	return a.changeVariant(ctx, actor, id, fund.ActUpdateVariant, func(ctx context.Context, tx *store.Tx, v *fund.AlertVariant, _ fund.Fact, now time.Time) error {
		v.File, v.Sound, v.UpdatedAt = soundFile(taken), fund.AlertOfVariant, now
		if err := tx.UpdateAlertVariant(ctx, *v); err != nil {
			return err
		}
		return tx.PutVariantSound(ctx, id, v.File, taken.Content)
	})
}

// RemoveVariantSound deletes the file that was uploaded for a variant. If the variant sounded like it, it sounds as the stage says.
func (a *App) RemoveVariantSound(ctx context.Context, actor Actor, id fund.ID) (fund.AlertVariant, error) {
	return a.changeVariant(ctx, actor, id, fund.ActUpdateVariant, func(ctx context.Context, tx *store.Tx, v *fund.AlertVariant, _ fund.Fact, now time.Time) error {
		if v.File, v.UpdatedAt = (fund.SoundFile{}), now; v.Sound == fund.AlertOfVariant {
			v.Sound = ""
		}
		if err := tx.UpdateAlertVariant(ctx, *v); err != nil {
			return err
		}
		return tx.DeleteVariantSound(ctx, id)
	})
}

// DeleteAlertVariant deletes a variant.
func (a *App) DeleteAlertVariant(ctx context.Context, actor Actor, id fund.ID) error {
	_, err := a.changeVariant(ctx, actor, id, fund.ActDeleteVariant, func(ctx context.Context, tx *store.Tx, _ *fund.AlertVariant, _ fund.Fact, _ time.Time) error {
		return tx.DeleteAlertVariant(ctx, id)
	})
	return err
}

// MoveAlertVariant puts a variant before another one of its stage; before none, it becomes the last.
func (a *App) MoveAlertVariant(ctx context.Context, actor Actor, m OptionMove) error {
	_, err := a.changeVariant(ctx, actor, m.ID, fund.ActMoveVariant, func(ctx context.Context, tx *store.Tx, v *fund.AlertVariant, f fund.Fact, _ time.Time) error {
		all, err := tx.ListAlertVariants(ctx, fund.StageKey{Fact: f.ID, ID: v.StageID})
		if err != nil {
			return err
		}
		order := make([]fund.Placed, len(all))
		for i, one := range all {
			order[i] = fund.Placed{ID: one.ID, Position: one.Position}
		}
		placed, err := moved(order, IncentiveMove{Kind: "variant", ID: v.ID, Before: m.Before})
		if err != nil {
			return err
		}
		for _, one := range placed {
			if err := tx.PlaceAlertVariant(ctx, one); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// changeVariant changes a variant in one write, logs that as an act, and tells the desk.
func (a *App) changeVariant(
	ctx context.Context, actor Actor, id fund.ID, act fund.Act, work func(context.Context, *store.Tx, *fund.AlertVariant, fund.Fact, time.Time) error,
) (fund.AlertVariant, error) {
	_, f, err := a.variantAndFact(ctx, actor, id)
	if err != nil {
		return fund.AlertVariant{}, err
	}
	var v fund.AlertVariant
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if v, err = tx.GetAlertVariant(ctx, id); err != nil {
			return err
		}
		if err := work(ctx, tx, &v, f, e.now); err != nil {
			return err
		}
		tx.Append(store.StageChanged(v.StageID, f.ID, e.now))
		return logAct(ctx, tx, actor, onStagePart(act, id, f, e.now))
	})
	return orNone(v, err)
}

// chosenVariant is the variant of an alert that is shown now: the one that it had before, the one that it tries out, or else the first that fits.
func chosenVariant(ctx context.Context, q store.Queries, on fund.StageKey, one fund.Alert, now time.Time) (*fund.ChosenVariant, error) {
	if one.Variant != nil {
		return one.Variant, nil
	}
	all, err := q.ListAlertVariants(ctx, on)
	if err != nil || len(all) == 0 {
		return &fund.ChosenVariant{}, err
	}
	for _, v := range all {
		if one.Sample != nil && v.ID.String() == one.Sample.Variant {
			return v.Chosen(), nil
		}
	}
	traits, err := q.AlertTraits(ctx, one, now)
	if err != nil {
		return nil, err
	}
	return fund.ChooseVariant(all, traits), nil
}

// TestVariant is TestAlert for one variant: the donation is made so that the variant could be for it. A variant of another fact is NotFound.
func (a *App) TestVariant(ctx context.Context, actor Actor, key FactKey, variant fund.ID, sample fund.AlertSample) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	if err := requireRole(ctx, a.store.Queries, actor, runStage, f); err != nil {
		return err
	}
	v, err := a.store.GetAlertVariant(ctx, variant)
	if err == nil && v.FactID != f.ID {
		err = missing("variant", fund.Key{ID: variant})
	}
	if err != nil {
		return err
	}
	key.Stage = v.StageID
	sample.Variant, sample.Amount = v.ID.String(), max(sample.Amount, v.From)
	switch v.Kind {
	case fund.AlertTogether:
		sample.Count = fund.TogetherInTests
	case fund.AlertReward:
		if sample.Reward, err = a.rewardOf(ctx, v); err != nil {
			return err
		}
	}
	return a.TestAlert(ctx, actor, key, sample)
}

// rewardOf is the name of a reward that a variant is for: the newest one of its fact where it is for all; "" for none.
func (a *App) rewardOf(ctx context.Context, v fund.AlertVariant) (string, error) {
	if v.Reward.IsZero() {
		all, err := a.store.ListRewards(ctx, v.FactID, fund.Page{Limit: 1})
		if err != nil || len(all) == 0 {
			return "", err
		}
		return all[0].Name, nil
	}
	r, err := a.store.GetReward(ctx, fund.Key{ID: v.Reward})
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return r.Name, err
}
