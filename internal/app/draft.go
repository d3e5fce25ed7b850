package app

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// CampaignHomes is how many causes and events a list of what takes campaigns has.
	CampaignHomes = 24
	// searchedHomes is how many names a search for them looks at: campaigns and people have names, too.
	searchedHomes = 500
)

// ListCampaignHomes lists the causes and events that take a campaign of the actor now: the newest, or those with the words of a question in their names. More
// reports whether there are others. It is RateLimited after too many searches from one network.
func (a *App) ListCampaignHomes(ctx context.Context, actor Actor, question string, from netip.Addr) (homes []fund.Fact, more bool, err error) {
	if err := requireWriter(actor); err != nil {
		return nil, false, err
	}
	facts, err := a.homesNamed(ctx, question, from)
	if err != nil {
		return nil, false, err
	}
	for _, f := range facts {
		open, err := a.takesCampaign(ctx, actor, f)
		if err != nil {
			return nil, false, err
		}
		if open {
			homes = append(homes, f)
		}
	}
	more = len(homes) > CampaignHomes
	return homes[:min(len(homes), CampaignHomes)], more, nil
}

// homesNamed lists causes and events, the newest or those with the words of a question in their names.
func (a *App) homesNamed(ctx context.Context, question string, from netip.Addr) (facts []fund.Fact, err error) {
	words := fund.SearchWords(question, fund.MaxAskedWords)
	if len(words) == 0 {
		kinds := []fund.Kind{fund.KindFundraisingEvent, fund.KindCause}
		for _, kind := range kinds {
			of, err := a.store.ListFacts(ctx, store.FactFilter{Kinds: []fund.Kind{kind}, Statuses: []fund.Status{fund.Published}}, fund.Page{Limit: 2 * CampaignHomes})
			if err != nil {
				return nil, err
			}
			facts = append(facts, of...)
		}
		return facts, nil
	}
	if err := a.shield.Search(from); err != nil {
		return nil, err
	}
	found, _, err := a.store.SearchNames(ctx, words, 0, searchedHomes)
	if err != nil {
		return nil, err
	}
	known, err := a.store.FactsByID(ctx, found.Facts)
	if err != nil {
		return nil, err
	}
	for _, id := range found.Facts {
		if f, ok := known[id]; ok {
			facts = append(facts, f)
		}
	}
	return facts, nil
}

// takesCampaign reports whether a cause or an event takes a campaign of the actor now.
func (a *App) takesCampaign(ctx context.Context, actor Actor, f fund.Fact) (bool, error) {
	home := f.Kind == fund.KindCause || f.Kind == fund.KindFundraisingEvent
	if !home || !f.TakesDonations() || f.Kind == fund.KindFundraisingEvent && over(f, a.Now()) {
		return false, nil
	}
	return maySupport(ctx, a.store.Queries, actor, f)
}

// over reports whether the time of a fact is over.
func over(f fund.Fact, now time.Time) bool { return !f.EndsAt.IsZero() && !f.EndsAt.After(now) }

// GetCampaignHome returns a cause or an event that takes a campaign of the actor now; NotFound for any other.
func (a *App) GetCampaignHome(ctx context.Context, actor Actor, id fund.ID) (fund.Fact, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Fact{}, err
	}
	f, err := a.GetFact(ctx, actor, FactKey{Key: fund.Key{ID: id}, Kinds: []fund.Kind{fund.KindCause, fund.KindFundraisingEvent}})
	if err != nil {
		return fund.Fact{}, err
	}
	open, err := a.takesCampaign(ctx, actor, f)
	if err == nil && !open {
		err = fault.New(fault.NotFound, "%q takes no campaigns now.", f.Name)
	}
	return f, err
}

// SeeNewCampaign is a campaign of the actor that does not exist yet, as it would begin, for a cause or an event.
func (a *App) SeeNewCampaign(ctx context.Context, actor Actor, home fund.Fact) (Seen, error) {
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return Seen{}, err
	}
	now := a.Now()
	f := fund.Fact{
		Kind: fund.KindCampaign, User: userOwner(user), Cause: home.Cause, Event: home.Event, ParentKind: home.Kind, Currency: home.Currency, TimeZone: home.TimeZone,
		Approval: home.Approval, Status: fund.Published, CreatedAt: now, UpdatedAt: now,
	}
	parent := factRef(home)
	f.Parent = &parent
	f.ID, err = a.newID(now)
	return Seen{fact: f, actor: actor}, err
}

// Published is a campaign as it would be if it were published now, to look at it before it is.
func (s Seen) Published() Seen {
	s.fact.Status = fund.Published
	return s
}

// GetDraft returns the campaign of the actor for a cause or an event that was never published; NotFound for none.
func (a *App) GetDraft(ctx context.Context, actor Actor, home fund.Fact) (fund.Fact, error) {
	if err := RequireUser(actor); err != nil {
		return fund.Fact{}, err
	}
	return draftOf(ctx, a.store.Queries, actor, home)
}

func draftOf(ctx context.Context, q store.Queries, actor Actor, home fund.Fact) (fund.Fact, error) {
	filter := store.FactFilter{User: actor.User, Parent: home.ID, Kinds: []fund.Kind{fund.KindCampaign}, Statuses: []fund.Status{fund.Unpublished}}
	drafts, err := q.ListFacts(ctx, filter, fund.Page{Limit: CampaignHomes})
	if err != nil {
		return fund.Fact{}, err
	}
	at := slices.IndexFunc(drafts, func(f fund.Fact) bool { return f.PublishedAt.IsZero() })
	if at < 0 {
		return fund.Fact{}, fault.New(fault.NotFound, "There is no draft of a campaign for %q.", home.Name)
	}
	return drafts[at], nil
}

// StartCampaign creates a campaign of the actor for a cause or an event, which is not published, with the screening of fund.SafetyNormal. It is a Conflict while
// the actor has a draft for the same one: GetDraft returns it.
func (a *App) StartCampaign(ctx context.Context, actor Actor, home fund.Fact, patch fund.CampaignPatch) (fund.Fact, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Fact{}, err
	}
	patch.Cause, patch.Status = fund.Some(fund.Key{ID: home.Cause.ID}), fund.Opt[fund.Status]{}
	if home.Kind == fund.KindFundraisingEvent {
		patch.Event = fund.Some(fund.Key{ID: home.ID})
	}
	return a.createCampaign(ctx, campaignChange{
		actor: actor, fact: fund.Fact{Kind: fund.KindCampaign}, patch: patch,
		save: func(ctx context.Context, tx *store.Tx, f fund.Fact) error {
			if draft, err := draftOf(ctx, tx.Queries, actor, home); err == nil {
				return fault.New(fault.Conflict, "You have a draft of a campaign for %q: %s.", home.Name, draft.ID)
			} else if !fault.Is(err, fault.NotFound) {
				return err
			}
			if err := tx.InsertFact(ctx, &f); err != nil {
				return err
			}
			g := fund.DonationSettings{FactID: f.ID}
			if wrong := fund.SafetyNormal.Patch().Apply(&g, f.Currency, f.CreatedAt); len(wrong) > 0 {
				return fmt.Errorf("screening of a new campaign: %w", wrong.Err())
			}
			return tx.PutDonationSettings(ctx, g)
		},
	})
}
