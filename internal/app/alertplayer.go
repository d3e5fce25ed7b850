package app

import (
	"bytes"
	"context"
	"encoding/hex"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// playerSeenEvery is how often it is noted that a page of an overlay is there.
const playerSeenEvery = time.Minute

// MeetPlayer notes that a page of an overlay of alerts is there, by the secret in its browser, and reports whether it may play alerts. The first page of a
// key may. Another one may have been opened by who read the address off the stream: it only looks until somebody lets it.
func (a *App) MeetPlayer(ctx context.Context, v OverlayVisit, secret string) (allowed bool, err error) {
	if !v.Plays() || secret == "" {
		return false, nil
	}
	hash := hashOf(secret)
	now := a.Now()
	player, known, err := a.store.SeenPlayer(ctx, v.ID, hash[:])
	if err != nil || known && now.Sub(player.SeenAt) < playerSeenEvery {
		return player.Allowed, err
	}
	err = a.write(ctx, v.Actor(), v.seen.fact.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		allowed, err = meetPlayer(ctx, tx, v, hash[:], now)
		return err
	})
	return allowed && err == nil, err
}

func meetPlayer(ctx context.Context, tx *store.Tx, v OverlayVisit, hash []byte, now time.Time) (bool, error) {
	all, err := tx.ListAlertPlayers(ctx, v.ID)
	if err != nil {
		return false, err
	}
	var oldest *fund.AlertPlayer
	for i, one := range all {
		if bytes.Equal(one.Hash, hash) {
			one.SeenAt = now
			return one.Allowed, tx.UpdateAlertPlayer(ctx, one)
		}
		if !one.Allowed && (oldest == nil || one.SeenAt.Before(oldest.SeenAt)) {
			oldest = &all[i]
		}
	}
	if len(all) >= fund.MaxAlertPlayers {
		if oldest == nil {
			return false, nil
		}
		if err := tx.DeleteAlertPlayer(ctx, v.ID, oldest.Hash); err != nil {
			return false, err
		}
	}
	fresh := fund.AlertPlayer{OverlayID: v.ID, Hash: hash, Allowed: len(all) == 0, CreatedAt: now, SeenAt: now}
	tx.Append(store.StageChanged(v.StageID, v.FactID, now))
	return fresh.Allowed, tx.InsertAlertPlayer(ctx, fresh)
}

// HearPlayer notes whether the browser of a page that may play alerts lets it make a sound. Others make none.
func (a *App) HearPlayer(ctx context.Context, v OverlayVisit, secret string, muted bool) error {
	hash := hashOf(secret)
	player, known, err := a.store.SeenPlayer(ctx, v.ID, hash[:])
	said := player.Muted == muted && (muted || !player.HeardAt.IsZero())
	if err != nil || !known || !player.Allowed || said && a.Now().Sub(player.SeenAt) < playerSeenEvery {
		return err
	}
	return a.write(ctx, v.Actor(), v.seen.fact.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		player, known, err := tx.SeenPlayer(ctx, v.ID, hash[:])
		if err != nil || !known {
			return err
		}
		if player.Muted != muted || now.Sub(player.SeenAt) >= playerSeenEvery {
			player.Muted, player.SeenAt = muted, now
		}
		if !muted {
			player.HeardAt = now
		}
		tx.Append(store.StageChanged(v.StageID, v.FactID, now))
		return tx.UpdateAlertPlayer(ctx, player)
	})
}

// ListPlayers lists the pages of an overlay that asked to play alerts, the oldest first, for those who set up the stage of its fact.
func (a *App) ListPlayers(ctx context.Context, actor Actor, overlay fund.ID) ([]fund.AlertPlayer, error) {
	if _, _, err := a.overlayAndFact(ctx, actor, overlay); err != nil {
		return nil, err
	}
	return a.store.ListAlertPlayers(ctx, overlay)
}

// Hearing is whether the alerts of an overlay are to be heard, as far as the page that plays them says.
type Hearing string

// What is known of that.
const (
	// HearNothing is for alerts without a sound, HearNobody for an overlay that no page plays.
	HearNothing Hearing = "nothing"
	HearNobody  Hearing = "nobody"
	// HearUnknown is for a page that has not said yet that it can make a sound, HearMuted for one that cannot, HearAll for one that can.
	HearUnknown Hearing = "unknown"
	HearMuted   Hearing = "muted"
	HearAll     Hearing = "all"
)

// Hearing reports whether the alerts of an overlay are to be heard, to those who set up its stage: on its own pages, or on those of scenes that hold it. Of several
// pages that may play, the one counts that was there last.
func (a *App) Hearing(ctx context.Context, actor Actor, overlay fund.ID) (Hearing, error) {
	o, f, err := a.overlayAndFact(ctx, actor, overlay)
	if err != nil {
		return "", err
	}
	all, err := a.store.ListOverlays(ctx, fund.StageKey{Fact: f.ID, ID: o.StageID}, fund.MaxOverlays)
	if err != nil || !o.PlaysAlerts(all) {
		return HearNothing, err
	}
	variants, err := a.store.ListAlertVariants(ctx, fund.StageKey{Fact: f.ID, ID: o.StageID})
	if err != nil {
		return "", err
	}
	if heard, err := a.audible(ctx, f, o.StageID, variants); err != nil || !heard {
		return HearNothing, err
	}
	players := map[fund.ID][]fund.AlertPlayer{}
	for _, other := range all {
		if other.ID == o.ID || other.Holds(o.ID) {
			if players[other.ID], err = a.store.ListAlertPlayers(ctx, other.ID); err != nil {
				return "", err
			}
		}
	}
	switch last := lastPlayer(players); {
	case last.SeenAt.IsZero():
		return HearNobody, nil
	case last.Muted:
		return HearMuted, nil
	case last.HeardAt.IsZero():
		return HearUnknown, nil
	default:
		return HearAll, nil
	}
}

// AllowPlayer lets a page of an overlay play alerts, by the name that its AlertPlayer has. One that is not known is NotFound.
func (a *App) AllowPlayer(ctx context.Context, actor Actor, overlay fund.ID, name string) error {
	return a.changePlayer(ctx, actor, overlay, name, func(ctx context.Context, tx *store.Tx, p fund.AlertPlayer, o fund.Overlay, e stageChange) error {
		p.Allowed = true
		if err := tx.UpdateAlertPlayer(ctx, p); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, onOverlay(fund.ActAllowPlayer, o, e))
	})
}

// ForgetPlayer ends what a page of an overlay may do. If it comes again, it only looks.
func (a *App) ForgetPlayer(ctx context.Context, actor Actor, overlay fund.ID, name string) error {
	return a.changePlayer(ctx, actor, overlay, name, func(ctx context.Context, tx *store.Tx, p fund.AlertPlayer, _ fund.Overlay, _ stageChange) error {
		return tx.DeleteAlertPlayer(ctx, overlay, p.Hash)
	})
}

func (a *App) changePlayer(
	ctx context.Context, actor Actor, overlay fund.ID, name string, work func(context.Context, *store.Tx, fund.AlertPlayer, fund.Overlay, stageChange) error,
) error {
	hash, err := hex.DecodeString(name)
	if err != nil {
		return missing("page of the overlay", fund.Key{Slug: name})
	}
	_, err = a.changeOverlay(ctx, actor, overlay, func(ctx context.Context, tx *store.Tx, o *fund.Overlay, e stageChange) error {
		player, known, err := tx.SeenPlayer(ctx, overlay, hash)
		if err != nil {
			return err
		}
		if !known {
			return fault.New(fault.NotFound, "There is no such page of the overlay.")
		}
		return work(ctx, tx, player, *o, e)
	})
	return err
}
