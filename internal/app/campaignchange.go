package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// campaignChange is one submitted change of a campaign: its actor, its campaign and its patch.
type campaignChange struct {
	actor Actor
	fact  fund.Fact
	patch fund.CampaignPatch
	now   time.Time
	// save writes the fields that only the fact's kind has; nil if there are none.
	save func(context.Context, *store.Tx, fund.Fact) error
}

// causeLane is the lane of a new campaign's cause; any lane if there is no such cause, because then nothing is written.
func (a *App) causeLane(ctx context.Context, key fund.Opt[fund.Key]) (fund.ID, error) {
	if !key.Set || key.Value == (fund.Key{}) {
		return fund.ID{}, nil
	}
	cause, err := a.store.GetCause(ctx, key.Value)
	if ok, err := found(err); !ok {
		return fund.ID{}, err
	}
	return cause.ID, nil
}

// insertCampaign checks and writes a new campaign, and returns its id.
func (a *App) insertCampaign(ctx context.Context, tx *store.Tx, c campaignChange) (fund.ID, error) {
	f := &c.fact
	var wrong fault.Fields
	for _, one := range c.patch.Invalid {
		wrong.AddField(one)
	}
	if c.actor.Kind == ActorUser {
		user, err := tx.GetUser(ctx, fund.Key{ID: c.actor.User})
		if err != nil {
			return fund.ID{}, err
		}
		f.User = userOwner(user)
	}
	if err := chooseCause(ctx, tx.Queries, c, f, &wrong); err != nil {
		return fund.ID{}, err
	}
	f.Status, f.Supportable = fund.Unpublished, fund.SupportNone
	if f.Kind == fund.KindTeamCampaign {
		f.Supportable = fund.SupportPublic
	}
	f.CreatedAt = c.now
	derived, err := a.checkCampaign(ctx, tx, c, f, &wrong)
	if err != nil {
		return fund.ID{}, err
	}
	if err := wrong.Err(); err != nil {
		return fund.ID{}, err
	}
	if derived {
		f.Slug, err = freeSlug(ctx, tx.Queries, factSlug(*f), f.ID)
		if err != nil {
			return fund.ID{}, err
		}
	}
	if f.ID, err = a.newID(c.now); err != nil {
		return fund.ID{}, err
	}
	if c.save == nil {
		err = tx.InsertFact(ctx, f)
	} else {
		err = c.save(ctx, tx, *f)
	}
	if err != nil {
		return fund.ID{}, err
	}
	return f.ID, appendFactCreated(ctx, tx, *f, c.now)
}

// saveCampaign checks and writes a changed campaign. The event names both its old and its new ancestors.
func (a *App) saveCampaign(ctx context.Context, tx *store.Tx, c campaignChange) error {
	f := &c.fact
	if err := notRetired(*f); err != nil {
		return err
	}
	was := *f
	before, err := factsShowing(ctx, tx.Queries, *f)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	for _, one := range c.patch.Invalid {
		wrong.AddField(one)
	}
	if err := keepCause(ctx, tx.Queries, c, &wrong); err != nil {
		return err
	}
	if _, err := a.checkCampaign(ctx, tx, c, f, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if c.save == nil {
		err = tx.UpdateFact(ctx, *f)
	} else {
		err = c.save(ctx, tx, *f)
	}
	if err != nil {
		return err
	}
	after := before
	if !sameOwners(was, *f) {
		if after, err = factsShowing(ctx, tx.Queries, *f); err != nil {
			return err
		}
	}
	event := factEvent(*f, was.Status)
	event.Facts, event.At = union(after, before), c.now
	tx.Append(event)
	if f.Event.IDOrZero() == was.Event.IDOrZero() {
		return nil
	}
	return followEvent(ctx, tx, *f, was.Event.IDOrZero())
}

// sameOwners reports whether a changed fact keeps its parent, event, user and team.
func sameOwners(a, b fund.Fact) bool {
	return a.Parent.IDOrZero() == b.Parent.IDOrZero() && a.Event.IDOrZero() == b.Event.IDOrZero() && a.OwnerID() == b.OwnerID() &&
		ownerID(a.User) == ownerID(b.User) && ownerID(a.Team) == ownerID(b.Team)
}

func ownerID(o *fund.Owner) fund.ID {
	if o == nil {
		return fund.ID{}
	}
	return o.ID
}

// followEvent moves the fact's supporters from the event that it left to its new one. Retired campaigns stay.
func followEvent(ctx context.Context, tx *store.Tx, f fund.Fact, was fund.ID) error {
	page := fund.Page{Limit: fund.MaxPerFact, Order: fund.OldestFirst}
	for {
		supporters, err := tx.ListFacts(ctx, store.FactFilter{Parent: f.ID}, page)
		if err != nil {
			return err
		}
		for _, s := range supporters {
			if s.Status == fund.Retired || s.Event.IDOrZero() != was {
				continue
			}
			s.Event, s.UpdatedAt = f.Event, f.UpdatedAt
			if err := tx.UpdateFact(ctx, s); err != nil {
				return err
			}
			if err := appendFactChanged(ctx, tx, s, f.UpdatedAt); err != nil {
				return err
			}
			if err := followEvent(ctx, tx, s, was); err != nil {
				return err
			}
		}
		if len(supporters) < page.Limit {
			return nil
		}
		page.After = &fund.Cursor{ID: supporters[len(supporters)-1].ID}
	}
}

// checkCampaign applies the patch to f with the pure rules and with those that read the database: references and the slug. It reports
// whether the slug was derived from the name.
func (a *App) checkCampaign(ctx context.Context, tx *store.Tx, c campaignChange, f *fund.Fact, wrong *fault.Fields) (bool, error) {
	derived, before := f.Slug == "" && !c.patch.Slug.Set, f.Status
	for _, one := range c.patch.Apply(f, c.now) {
		wrong.AddField(one)
	}
	if err := chooseTeam(ctx, tx.Queries, c, f, wrong); err != nil {
		return false, err
	}
	if err := chooseEvent(ctx, tx.Queries, c, f, wrong); err != nil {
		return false, err
	}
	if err := chooseParent(ctx, tx.Queries, c, f, wrong); err != nil {
		return false, err
	}
	if before == fund.Unpublished && f.Status == fund.Published {
		if err := mayPublish(ctx, tx.Queries, c, f, wrong); err != nil {
			return false, err
		}
	}
	if derived || f.Slug == "" || f.OwnerID().IsZero() {
		return derived, nil
	}
	taken, err := slugTaken(ctx, tx.Queries, factSlug(*f), f.ID)
	if taken {
		wrong.Add("slug", fund.Taken)
	}
	return false, err
}

// mayPublish requires that pages of the campaign's owner may be public, and that its event allows publishing by now.
func mayPublish(ctx context.Context, q store.Queries, c campaignChange, f *fund.Fact, wrong *fault.Fields) error {
	if c.actor.Kind == ActorSystem {
		return nil
	}
	if f.User != nil {
		owner, err := q.GetUser(ctx, fund.Key{ID: f.User.ID})
		if err != nil {
			return err
		}
		if owner.Waits(c.now) {
			wrong.Add("status", waitsText(owner))
		}
	}
	if f.Event == nil {
		return nil
	}
	event, err := q.GetFundraisingEvent(ctx, fund.Key{ID: f.Event.ID})
	if err != nil {
		return err
	}
	if c.now.Before(event.CanPublishSupportingAt) {
		wrong.Add("status", "cannot be published yet: the fundraising event does not allow it before can_publish_supporting_at")
	}
	return nil
}

// chooseCause sets the cause of a new campaign and its currency.
func chooseCause(ctx context.Context, q store.Queries, c campaignChange, f *fund.Fact, wrong *fault.Fields) error {
	if !c.patch.Cause.Set || c.patch.Cause.Value == (fund.Key{}) {
		wrong.Add("cause", fund.Blank)
		return nil
	}
	cause, err := q.GetCause(ctx, c.patch.Cause.Value)
	if ok, err := found(err); err != nil {
		return err
	} else if !ok || cause.Status == fund.Unpublished {
		wrong.Add("cause", fund.Missing)
		return nil
	}
	if cause.Status == fund.Retired {
		wrong.Add("cause", fund.IsRetired)
		return nil
	}
	f.Cause, f.Currency = factRef(cause.Fact), cause.Currency
	return support(ctx, q, c.actor, cause.Fact, "cause", wrong)
}

// keepCause accepts only the current cause in a change.
func keepCause(ctx context.Context, q store.Queries, c campaignChange, wrong *fault.Fields) error {
	if !c.patch.Cause.Set {
		return nil
	}
	cause, err := q.GetCause(ctx, c.patch.Cause.Value)
	ok, err := found(err)
	if err == nil && (!ok || cause.ID != c.fact.Cause.ID) {
		wrong.Add("cause", fund.Fixed)
	}
	return err
}

// chooseTeam sets the team that a member's campaign is for.
func chooseTeam(ctx context.Context, q store.Queries, c campaignChange, f *fund.Fact, wrong *fault.Fields) error {
	if !c.patch.Team.Set {
		return nil
	}
	if f.Kind == fund.KindTeamCampaign {
		team, err := q.GetTeam(ctx, c.patch.Team.Value)
		ok, err := found(err)
		if err == nil && (!ok || f.Team == nil || team.ID != f.Team.ID) {
			wrong.Add("team", fund.Fixed)
		}
		return err
	}
	if c.patch.Team.Value == (fund.Key{}) {
		f.Team = nil
		return nil
	}
	team, err := q.GetTeam(ctx, c.patch.Team.Value)
	if ok, err := found(err); err != nil {
		return err
	} else if !ok {
		wrong.Add("team", fund.Missing)
		return nil
	}
	role, err := roleIn(ctx, q, c.actor, team.ID)
	switch {
	case err != nil:
		return err
	case role == "":
		wrong.Add("team", "is a team that you are not a member of")
	case !team.DisbandedAt.IsZero():
		wrong.Add("team", "is disbanded")
	default:
		f.Team = teamOwner(team)
	}
	return nil
}

// chooseEvent sets the fundraising event that the campaign takes part in.
func chooseEvent(ctx context.Context, q store.Queries, c campaignChange, f *fund.Fact, wrong *fault.Fields) error {
	if !c.patch.Event.Set {
		return nil
	}
	if c.patch.Event.Value == (fund.Key{}) {
		f.Event = nil
		return nil
	}
	event, err := q.GetFundraisingEvent(ctx, c.patch.Event.Value)
	if ok, err := found(err); err != nil {
		return err
	} else if !ok || event.Status == fund.Unpublished {
		wrong.Add("event", fund.Missing)
		return nil
	}
	if f.Event != nil && f.Event.ID == event.ID {
		return nil
	}
	switch {
	case !f.Cause.ID.IsZero() && event.Cause.ID != f.Cause.ID:
		wrong.Add("event", fund.OtherCause)
	case event.Status == fund.Retired:
		wrong.Add("event", fund.IsRetired)
	case c.actor.Kind != ActorSystem && !event.TakesSupport(c.now):
		wrong.Add("event", "does not take campaigns now")
	default:
		ref := factRef(event.Fact)
		f.Event = &ref
		return support(ctx, q, c.actor, event.Fact, "event", wrong)
	}
	return nil
}

// support adds why a cause or an event does not let the actor raise money for it.
func support(ctx context.Context, q store.Queries, actor Actor, f fund.Fact, path string, wrong *fault.Fields) error {
	seen, err := maySee(ctx, q, actor, f)
	if err != nil {
		return err
	}
	open, err := maySupport(ctx, q, actor, f)
	switch {
	case err != nil:
		return err
	case !seen:
		wrong.Add(path, fund.Missing)
	case f.Approval != fund.Approved:
		wrong.Add(path, "is not approved: an operator of this server approves causes")
	case !open:
		wrong.Add(path, "does not take your support")
	}
	return nil
}
