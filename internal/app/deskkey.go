package app

import (
	"context"
	"net/netip"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ListDeskKeys lists the keys of the alert desk of a stage, the oldest first, for those who set it up.
func (a *App) ListDeskKeys(ctx context.Context, s Seen) ([]fund.DeskKey, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, setStage, s.fact); err != nil {
		return nil, err
	}
	return a.store.ListDeskKeys(ctx, s.stageKey(), fund.MaxDeskKeys)
}

// MakeDeskKey makes a key of the alert desk of a stage, and returns its text, which is not stored. More than fund.MaxDeskKeys at once are a Conflict.
func (a *App) MakeDeskKey(ctx context.Context, actor Actor, key FactKey, name string) (text string, k fund.DeskKey, err error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return "", k, err
	}
	text, hash, err := a.newSecret()
	if err != nil {
		return "", k, err
	}
	stage, err := a.newID(a.Now())
	if err != nil {
		return "", k, err
	}
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		var wrong fault.Fields
		if fund.CheckName(&wrong, "name", &name); len(wrong) > 0 {
			return wrong.Err()
		}
		all, err := tx.ListDeskKeys(ctx, key.stageOf(f), fund.MaxDeskKeys)
		if err != nil {
			return err
		}
		if len(all) == fund.MaxDeskKeys {
			return fault.New(fault.Conflict, "An alert desk has at most %d keys: end one first.", fund.MaxDeskKeys)
		}
		k = fund.DeskKey{ID: e.id, StageID: key.Stage, FactID: f.ID, Name: name, CreatedAt: e.now}
		if err := tx.InsertDeskKey(ctx, &k, hash[:], stage); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActMakeDeskKey, k.ID, e.now).with("fact", f.ID.String()))
	})
	if err != nil {
		return "", fund.DeskKey{}, err
	}
	return text, k, nil
}

// EndDeskKey ends a key of an alert desk of a fact. From then on it does nothing.
func (a *App) EndDeskKey(ctx context.Context, actor Actor, key FactKey, id fund.ID) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if err := tx.EndDeskKey(ctx, f.ID, id, e.now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActEndDeskKey, id, e.now).with("fact", f.ID.String()))
	})
}

// DeskVisit is a program that runs the alert desk of a stage by a key.
type DeskVisit struct{ seen Seen }

// Seen is the fact as who has the key sees it.
func (v DeskVisit) Seen() Seen { return v.seen }

// Key names the fact with the stage.
func (v DeskVisit) Key() FactKey {
	return FactKey{Key: fund.Key{ID: v.seen.fact.ID}, Kinds: AllKinds(), Stage: v.seen.stage}
}

// Actor is who has the key.
func (v DeskVisit) Actor() Actor { return v.seen.actor }

// OpenDesk finds the stage whose alert desk a key runs, as who has the key sees it. A key that ended, or is none, is Unauthenticated without a reason.
func (a *App) OpenDesk(ctx context.Context, key string, from netip.Addr) (DeskVisit, error) {
	hash := hashOf(key)
	k, err := a.store.GetDeskKeyByHash(ctx, hash[:])
	if err == nil {
		var seen Seen
		actor := Actor{Kind: ActorDesk, Desk: k.ID, Stage: k.StageID, Scopes: []string{fund.ScopeWrite, fund.ScopeCause}}.From(from)
		if seen, err = a.See(ctx, actor, FactKey{Key: fund.Key{ID: k.FactID}, Kinds: AllKinds()}); err == nil {
			return DeskVisit{seen.On(k.StageID)}, nil
		}
	}
	if fault.Is(err, fault.NotFound) {
		err = &fault.Error{Kind: fault.Unauthenticated, Denial: fault.DeniedOther}
	}
	return DeskVisit{}, err
}

// runs refuses the key of the desk of another stage.
func (a Actor) runs(s fund.Stage) error {
	if a.Kind == ActorDesk && a.Stage != s.ID {
		return &fault.Error{Kind: fault.Forbidden}
	}
	return nil
}

// deskRoles are the roles that the key of an alert desk has on a fact: those who run the desk have them, too.
func deskRoles(ctx context.Context, q store.Queries, key, fact fund.ID) ([]fund.GrantRole, error) {
	k, err := q.GetDeskKey(ctx, key)
	if ok, err := found(err); !ok || !k.EndedAt.IsZero() || k.FactID != fact {
		return nil, err
	}
	return deskRunners, nil
}
