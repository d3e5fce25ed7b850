package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/media"
	"github.com/almoner/almoner/internal/store"
)

// MaxUpload is how many bytes the file of a picture may have.
const MaxUpload = media.MaxBytes

// GetPicture returns an uploaded picture in its largest size that is at most width pixels wide, or else in its smallest; 0 is the largest. Everybody
// who knows its address may see it: that has the hash of the picture in it, which nobody can guess.
func (a *App) GetPicture(ctx context.Context, p fund.Picture, width int) (fund.PictureSize, error) {
	return a.store.GetPicture(ctx, p, width)
}

// PictureWidths lists the widths of an uploaded picture, the smallest first.
func (a *App) PictureWidths(ctx context.Context, p fund.Picture) ([]int, error) {
	return a.store.PictureWidths(ctx, p)
}

// SetFactPicture makes a file the picture of a fact; those who may change the fact. A file that cannot be taken is Invalid at the name of the slot.
func (a *App) SetFactPicture(ctx context.Context, actor Actor, key FactKey, slot fund.PictureSlot, file []byte) (fund.Fact, error) {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return fund.Fact{}, err
	}
	if err := requireOpen(f); err != nil {
		return fund.Fact{}, err
	}
	up, err := a.upload(ctx, actor, fund.PictureUse{Subject: f.ID, Owner: f.QuotaOwner(), Slot: slot}, file)
	if err != nil {
		return fund.Fact{}, err
	}
	return a.changeFactPicture(ctx, actor, f, up)
}

// RemoveFactPicture removes the picture of a fact, also one that is an address elsewhere; those who may change the fact.
func (a *App) RemoveFactPicture(ctx context.Context, actor Actor, key FactKey, slot fund.PictureSlot) error {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return err
	}
	_, err = a.changeFactPicture(ctx, actor, f, upload{use: fund.PictureUse{Slot: slot}})
	return err
}

func (a *App) changeFactPicture(ctx context.Context, actor Actor, f fund.Fact, up upload) (fund.Fact, error) {
	err := a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireEditor(actor)(ctx, tx.Queries, fresh); err != nil {
			return err
		}
		if err := requireOpen(fresh); err != nil {
			return err
		}
		*up.in(&fresh.Avatar, &fresh.Cover) = up.address()
		fresh.UpdatedAt = now
		if err := tx.UpdateFact(ctx, fresh); err != nil {
			return err
		}
		if err := up.keep(ctx, tx); err != nil {
			return err
		}
		return appendFactChanged(ctx, tx, fresh, now)
	})
	if err != nil {
		return fund.Fact{}, fmt.Errorf("%s of %s %d: %w", up.use.Slot, f.Kind.Noun(), f.LegacyID, err)
	}
	return a.reread(ctx, f.ID)
}

// SetTeamPicture makes a file the picture of a team; its admins only. A file that cannot be taken is Invalid at the name of the slot.
func (a *App) SetTeamPicture(ctx context.Context, actor Actor, key fund.Key, slot fund.PictureSlot, file []byte) (fund.Team, error) {
	team, err := a.editableTeam(ctx, actor, key)
	if err != nil {
		return fund.Team{}, err
	}
	up, err := a.upload(ctx, actor, fund.PictureUse{Subject: team.ID, Owner: team.ID, Slot: slot}, file)
	if err != nil {
		return fund.Team{}, err
	}
	return a.changeTeamPicture(ctx, actor, key, up)
}

// RemoveTeamPicture removes the picture of a team; its admins only.
func (a *App) RemoveTeamPicture(ctx context.Context, actor Actor, key fund.Key, slot fund.PictureSlot) error {
	_, err := a.changeTeamPicture(ctx, actor, key, upload{use: fund.PictureUse{Slot: slot}})
	return err
}

// editableTeam finds a team that the actor administers, so that a file of anybody else is not even looked at.
func (a *App) editableTeam(ctx context.Context, actor Actor, key fund.Key) (fund.Team, error) {
	if err := requireWriterOrSystem(actor); err != nil {
		return fund.Team{}, err
	}
	team, err := a.store.GetTeam(ctx, key)
	if err != nil {
		return fund.Team{}, err
	}
	role, err := roleIn(ctx, a.store.Queries, actor, team.ID)
	switch {
	case err != nil:
		return fund.Team{}, err
	case !role.MayEditTeam():
		return fund.Team{}, forbidden()
	case !team.DisbandedAt.IsZero():
		return fund.Team{}, disbanded(team)
	default:
		return team, nil
	}
}

func (a *App) changeTeamPicture(ctx context.Context, actor Actor, key fund.Key, up upload) (fund.Team, error) {
	team, err := a.changeTeam(ctx, actor, key, func(ctx context.Context, tx *store.Tx, team fund.Team, now time.Time) error {
		at := up.in(&team.Avatar, &team.Cover)
		was := *at
		*at, team.UpdatedAt = up.address(), now
		if err := tx.UpdateTeam(ctx, team); err != nil {
			return err
		}
		return up.replace(ctx, tx, team.ID, was)
	})
	if err != nil {
		return fund.Team{}, err
	}
	return a.store.GetTeam(ctx, fund.Key{ID: team.ID})
}

// SetUserPicture makes a file the picture of the actor's user. A file that cannot be taken is Invalid at the name of the slot.
func (a *App) SetUserPicture(ctx context.Context, actor Actor, slot fund.PictureSlot, file []byte) (fund.User, error) {
	if err := requireWriter(actor); err != nil {
		return fund.User{}, err
	}
	return a.setUserPicture(ctx, actor, actor.User, slot, file)
}

// SetPictureOf makes a file the picture of any user. System only.
func (a *App) SetPictureOf(ctx context.Context, actor Actor, user fund.ID, slot fund.PictureSlot, file []byte) (fund.User, error) {
	if actor.Kind != ActorSystem {
		return fund.User{}, forbidden()
	}
	return a.setUserPicture(ctx, actor, user, slot, file)
}

func (a *App) setUserPicture(ctx context.Context, actor Actor, user fund.ID, slot fund.PictureSlot, file []byte) (fund.User, error) {
	up, err := a.upload(ctx, actor, fund.PictureUse{Subject: user, Owner: user, Slot: slot}, file)
	if err != nil {
		return fund.User{}, err
	}
	return a.changeUserPicture(ctx, actor, user, up)
}

// RemoveUserPicture removes the picture of the actor's user.
func (a *App) RemoveUserPicture(ctx context.Context, actor Actor, slot fund.PictureSlot) error {
	if err := requireWriter(actor); err != nil {
		return err
	}
	_, err := a.changeUserPicture(ctx, actor, actor.User, upload{use: fund.PictureUse{Slot: slot}})
	return err
}

func (a *App) changeUserPicture(ctx context.Context, actor Actor, id fund.ID, up upload) (fund.User, error) {
	err := a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		at := up.in(&user.Avatar, &user.Cover)
		was := *at
		*at, user.UpdatedAt = up.address(), now
		if err := tx.UpdateUser(ctx, user); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: id, At: now})
		return up.replace(ctx, tx, id, was)
	})
	if err != nil {
		return fund.User{}, fmt.Errorf("%s of user %s: %w", up.use.Slot, id, err)
	}
	return a.store.GetUser(ctx, fund.Key{ID: id})
}

// upload is a picture on its way into a slot; one without a picture empties the slot.
type upload struct {
	use   fund.PictureUse
	sizes []fund.PictureSize
}

// slotForm is the form of pictures in a slot.
func slotForm(slot fund.PictureSlot) media.Form {
	across, down := slot.Ratio()
	return media.Form{Name: string(slot), Across: across, Down: down, Widths: slot.Widths(), Opaque: slot == fund.SlotCover}
}

// upload makes the picture of a file, outside of any transaction, as often as its owner may have that.
func (a *App) upload(ctx context.Context, actor Actor, use fund.PictureUse, file []byte) (upload, error) {
	if actor.Kind != ActorSystem {
		if err := a.shield.Upload(use.Owner); err != nil {
			return upload{}, err
		}
	}
	made, err := a.pictures.Make(ctx, slotForm(use.Slot), file)
	if err != nil {
		return upload{}, err
	}
	if use.ID, err = a.newID(a.Now()); err != nil {
		return upload{}, err
	}
	use.Picture, use.Bytes = fund.Picture{Hash: made.Hash, Type: made.Type}, made.Bytes()
	sizes := make([]fund.PictureSize, len(made.Sizes))
	for i, size := range made.Sizes {
		sizes[i] = fund.PictureSize(size)
	}
	return upload{use, sizes}, nil
}

// in is what of both the upload's slot shows.
func (up upload) in(avatar, cover *string) *string {
	if up.use.Slot == fund.SlotCover {
		return cover
	}
	return avatar
}

// address is what the slot shows; "" for nothing.
func (up upload) address() string {
	if len(up.sizes) == 0 {
		return ""
	}
	return up.use.Picture.Address()
}

// replace keeps the upload in place of what the slot of a user or a team showed.
func (up upload) replace(ctx context.Context, tx *store.Tx, subject fund.ID, was string) error {
	if err := endReplaced(ctx, tx, fund.PictureUse{Subject: subject, Slot: up.use.Slot}, [2]string{was, up.address()}); err != nil {
		return err
	}
	return up.keep(ctx, tx)
}

// endReplaced ends the use of an uploaded picture of a user or a team that shows another address now. The store does so for facts.
func endReplaced(ctx context.Context, tx *store.Tx, use fund.PictureUse, change [2]string) error {
	was, is := change[0], change[1]
	if _, _, uploaded := fund.ParsePicture(was); !uploaded || was == is {
		return nil
	}
	return tx.EndPicture(ctx, use.Subject, use.Slot)
}

// keep keeps the picture, if its owner has room for it.
func (up upload) keep(ctx context.Context, tx *store.Tx) error {
	if len(up.sizes) == 0 {
		return nil
	}
	if err := tx.PutPicture(ctx, up.use, up.sizes); err != nil {
		return err
	}
	all, err := tx.PictureBytes(ctx, up.use.Owner)
	if err != nil || all <= fund.MaxPictureBytes {
		return err
	}
	var wrong fault.Fields
	wrong.Add(string(up.use.Slot), fmt.Sprintf("would make more than %d MB of pictures: remove others first; those that were replaced count for an hour",
		fund.MaxPictureBytes>>20))
	return wrong.Err()
}

// dropPicture deletes the use of a picture that was replaced or removed, and the picture with its last use.
func (a *App) dropPicture(ctx context.Context, use fund.ID) error {
	return a.store.Write(ctx, use, func(ctx context.Context, tx *store.Tx) error {
		return tx.DropPicture(ctx, use, a.Now())
	})
}
