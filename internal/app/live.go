package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetLive is the fact with whether it is live, for those who may say so.
func (a *App) GetLive(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Fact{}, err
	}
	return f, requireRole(ctx, a.store.Queries, actor, announceLive, f)
}

// StartLive says that the streamer of a fact is live, for fund.LiveFor. Saying it again makes it last longer. A fact that takes no donations now is
// Invalid at what keeps it from that, and at live where its owner has fund.MaxLive that are live already. It is RateLimited after shield.LiveStartsAnHour.
func (a *App) StartLive(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	return a.changeLive(ctx, actor, key, func(ctx context.Context, tx *store.Tx, f fund.Fact, now time.Time) ([]fund.Topic, error) {
		was := f
		if err := f.StartLive(now).Err(); err != nil {
			return nil, err
		}
		if !was.Live(now) {
			if err := a.mayGoLive(ctx, tx, f, now); err != nil {
				return nil, err
			}
		}
		topics := []fund.Topic{fund.TopicFactLiveStarted}
		switch {
		case was.Live(now):
			topics = []fund.Topic{fund.TopicFactChanged}
		case !was.LiveUntil.IsZero(): // its time is over, and nobody has reported that yet
			topics = []fund.Topic{fund.TopicFactLiveEnded, fund.TopicFactLiveStarted}
		}
		return topics, tx.SetLive(ctx, f)
	})
}

// mayGoLive holds an owner to the limits of how many facts are live at once, and how often they go live.
func (a *App) mayGoLive(ctx context.Context, tx *store.Tx, f fund.Fact, now time.Time) error {
	others, err := tx.CountLive(ctx, f, now)
	if err != nil {
		return err
	}
	if others >= fund.MaxLive {
		var wrong fault.Fields
		wrong.Add("live", fmt.Sprintf("is true for %d others of the same owner, the most at once: end one of them first", fund.MaxLive))
		return wrong.Err()
	}
	return a.shield.StartLive(f.QuotaOwner())
}

// EndLive says that the streamer of a fact is live no longer. For one that is not, it does nothing.
func (a *App) EndLive(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	return a.changeLive(ctx, actor, key, func(ctx context.Context, tx *store.Tx, f fund.Fact, _ time.Time) ([]fund.Topic, error) {
		if was, err := tx.EndLive(ctx, f.ID); err != nil || !was {
			return nil, err
		}
		return []fund.Topic{fund.TopicFactLiveEnded}, nil
	})
}

// changeLive changes whether a fact is live, and appends an event of each topic that the change returns.
func (a *App) changeLive(
	ctx context.Context, actor Actor, key FactKey, change func(context.Context, *store.Tx, fund.Fact, time.Time) ([]fund.Topic, error),
) (fund.Fact, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Fact{}, err
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireFully(ctx, tx.Queries, actor, announceLive, fresh); err != nil {
			return err
		}
		topics, err := change(ctx, tx, fresh, now)
		if err != nil {
			return err
		}
		for _, topic := range topics {
			if err := appendAbout(ctx, tx, fresh, fund.Event{Topic: topic, Subject: fresh.ID, At: now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fund.Fact{}, fmt.Errorf("live stream of %s %d: %w", f.Kind.Noun(), f.LegacyID, err)
	}
	return a.reread(ctx, f.ID)
}

// endLiveDue reports that the time of a live stream is over, once: nobody does anything then.
func (a *App) endLiveDue(ctx context.Context, id fund.ID) error {
	f, err := a.store.GetFact(ctx, factByID(id))
	if known, err := found(err); !known {
		return err
	}
	return a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if was, err := tx.EndLiveBy(ctx, id, now); err != nil || !was {
			return err
		}
		return appendAbout(ctx, tx, f, fund.Event{Topic: fund.TopicFactLiveEnded, Subject: id, At: now})
	})
}

// LiveFacts lists public facts whose streamers are live, as they said: at most limit, those who said so last first.
func (a *App) LiveFacts(ctx context.Context, limit int) ([]fund.Fact, error) {
	now := a.Now()
	facts, err := a.store.ListLive(ctx, now, limit)
	if err != nil {
		return nil, err
	}
	live := facts[:0]
	for _, f := range facts {
		if f.Live(now) {
			live = append(live, f)
		}
	}
	return live, nil
}
