package app

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// FitnessGoals lists the fitness goals of a fact, oldest first. A cursor is {ID}.
func (a *App) FitnessGoals(ctx context.Context, s Seen, page fund.Page) ([]fund.FitnessGoal, error) {
	return a.store.ListFitnessGoals(ctx, s.fact.ID, oldestFirst(page))
}

// CreateFitnessGoal adds a fitness goal to a fact. Earlier activities for the fact count too.
func (a *App) CreateFitnessGoal(ctx context.Context, actor Actor, key FactKey, patch fund.FitnessGoalPatch) (fund.FitnessGoal, error) {
	var g fund.FitnessGoal
	err := a.addToCampaign(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		g = fund.FitnessGoal{ID: e.id, FactID: e.fact.ID, CreatedAt: e.now}
		if err := patch.Apply(&g, e.now).Err(); err != nil {
			return err
		}
		e.report(fund.TopicFitnessGoalCreated, g.ID, fund.Detail{})
		return tx.InsertFitnessGoal(ctx, &g)
	})
	if err != nil {
		return fund.FitnessGoal{}, fmt.Errorf("new fitness goal: %w", err)
	}
	return g, nil
}

// RecordFitness records exercise for a fact: of the actor's own user, if that takes part in the fact, or, for editors of the fact, of any
// user. It counts toward the goals of the fact and, through its event, on the leaderboards of its ancestors.
func (a *App) RecordFitness(ctx context.Context, actor Actor, key FactKey, in fund.FitnessInput) (fund.FitnessActivity, error) {
	if in.User == nil {
		if err := RequireUser(actor); err != nil {
			return fund.FitnessActivity{}, err
		}
	}
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.FitnessActivity{}, err
	}
	may := requireEditor(actor)
	if in.User == nil {
		in.User = &fund.Key{ID: actor.User}
		may = requireParticipant(actor)
	}
	var activity fund.FitnessActivity
	err = a.writeBelow(ctx, actor, f, may, func(ctx context.Context, tx *store.Tx, e edit) error {
		if activity, err = newActivity(ctx, tx.Queries, e, in); err != nil {
			return err
		}
		*e.events = append(*e.events, fund.Event{Topic: fund.TopicFitnessRecorded, Subject: activity.ID, Facts: []fund.ID{activity.UserID}})
		return tx.RecordFitness(ctx, activity)
	})
	if err != nil {
		return fund.FitnessActivity{}, fmt.Errorf("new fitness activity: %w", err)
	}
	return activity, nil
}

// requireParticipant requires an actor who takes part in the fact: its editors, the members of its team, and users registered for its event.
// Leaderboard entries cannot be removed, so strangers must not be able to write them.
func requireParticipant(actor Actor) func(context.Context, store.Queries, fund.Fact) error {
	return func(ctx context.Context, q store.Queries, f fund.Fact) error {
		if err := requireScope(actor, fund.ScopeWrite); err != nil {
			return err
		}
		for _, takesPart := range []func() (bool, error){
			func() (bool, error) { return may(ctx, q, actor, editFact, f) },
			func() (bool, error) { return isMember(ctx, q, actor, f) },
			func() (bool, error) { return isRegistered(ctx, q, actor, f) },
		} {
			if ok, err := takesPart(); ok || err != nil {
				return err
			}
		}
		return forbidden()
	}
}

func isMember(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	if f.Team == nil {
		return false, nil
	}
	role, err := roleIn(ctx, q, actor, f.Team.ID)
	return role != "", err
}

func isRegistered(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	event := f.Event.IDOrZero()
	if f.Kind == fund.KindFundraisingEvent {
		event = f.ID
	}
	if event.IsZero() {
		return false, nil
	}
	_, err := q.GetRegistrationOf(ctx, event, actor.User)
	return found(err)
}

// newActivity checks a submitted activity.
func newActivity(ctx context.Context, q store.Queries, e edit, in fund.FitnessInput) (fund.FitnessActivity, error) {
	wrong := in.Check(e.now)
	user, err := q.GetUser(ctx, *in.User)
	if fault.Is(err, fault.NotFound) {
		wrong.Add("user", fund.Missing)
	} else if err != nil {
		return fund.FitnessActivity{}, err
	}
	activity := fund.FitnessActivity{
		ID: e.id, FactID: e.fact.ID, UserID: user.ID, Type: in.Type, Meters: in.Meters, Seconds: in.Seconds,
		At: in.At, CreatedAt: e.now,
	}
	if activity.At.IsZero() {
		activity.At = e.now
	}
	return activity, wrong.Err()
}
