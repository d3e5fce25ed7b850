package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// chooseParent sets what the campaign supports. The default is its event, or else its cause, so that every campaign counts there too. A
// campaign that supports a fact takes part in the fact's event as well.
func chooseParent(ctx context.Context, q store.Queries, c campaignChange, f *fund.Fact, wrong *fault.Fields) error {
	if c.patch.Parent.Set && c.patch.Parent.Value != (fund.Key{}) {
		if err := supportParent(ctx, q, c, f, wrong); err != nil {
			return err
		}
	} else if c.patch.Parent.Set || f.Parent == nil || supportsNoCampaign(*f) {
		supportDefault(f)
	}
	if f.Parent == nil || supportsNoCampaign(*f) {
		return nil
	}
	parent, err := q.GetFact(ctx, factByID(f.Parent.ID))
	if err != nil {
		return err
	}
	switch {
	case parent.Event == nil:
	case f.Event == nil || !c.patch.Event.Set:
		f.Event = parent.Event
	case f.Event.ID != parent.Event.ID:
		wrong.Add("event", "is not the event of the campaign that this one supports")
	}
	return nil
}

func supportsNoCampaign(f fund.Fact) bool {
	return f.ParentKind == fund.KindFundraisingEvent || f.ParentKind == fund.KindCause
}

func supportDefault(f *fund.Fact) {
	switch {
	case f.Event != nil:
		f.Parent, f.ParentKind = f.Event, fund.KindFundraisingEvent
	case !f.Cause.ID.IsZero():
		cause := f.Cause
		f.Parent, f.ParentKind = &cause, fund.KindCause
	}
}

// supportParent checks and sets a chosen parent.
func supportParent(ctx context.Context, q store.Queries, c campaignChange, f *fund.Fact, wrong *fault.Fields) error {
	parent, err := q.GetFact(ctx, store.FactKey{Key: c.patch.Parent.Value, Kinds: parentKinds(c.patch.Parent.Value)})
	if ok, err := found(err); err != nil {
		return err
	} else if !ok {
		wrong.Add("parent", fund.Missing)
		return nil
	}
	if seen, err := maySee(ctx, q, c.actor, parent); err != nil {
		return err
	} else if !seen {
		wrong.Add("parent", fund.Missing)
		return nil
	}
	if f.Parent != nil && f.Parent.ID == parent.ID {
		return nil
	}
	open, err := maySupport(ctx, q, c.actor, parent)
	if err != nil {
		return err
	}
	chain, err := chainProblem(ctx, q, f.ID, parent)
	if err != nil {
		return err
	}
	switch {
	case !f.Cause.ID.IsZero() && parent.Cause.ID != f.Cause.ID:
		wrong.Add("parent", fund.OtherCause)
	case parent.Status == fund.Retired:
		wrong.Add("parent", fund.IsRetired)
	case !open:
		wrong.Add("parent", "does not take your support")
	case chain != "":
		wrong.Add("parent", chain)
	default:
		ref := factRef(parent)
		f.Parent, f.ParentKind = &ref, parent.Kind
	}
	return nil
}

// parentKinds are the kinds that a chosen parent may have. Personal campaigns are found only by their id, because their legacy ids are also
// those of campaigns.
func parentKinds(key fund.Key) []fund.Kind {
	if key.ID.IsZero() {
		return campaignKinds()
	}
	return append(campaignKinds(), fund.KindPersonalCampaign)
}

// maySupport reports whether the fact accepts support from this actor: a public one from everybody, a private or invite-only one from its
// owner and the members of its team.
func maySupport(ctx context.Context, q store.Queries, actor Actor, parent fund.Fact) (bool, error) {
	switch parent.Supportable {
	case fund.SupportPublic, "": // an import may leave it out
		return true, nil
	case fund.SupportPrivate, fund.SupportInviteOnly:
		if parent.Team != nil {
			role, err := roleIn(ctx, q, actor, parent.Team.ID)
			return role != "", err
		}
		return may(ctx, q, actor, editFact, parent)
	default:
		return false, nil
	}
}

// chainProblem returns the error text if supporting parent would create a cycle or a chain of more than fund.MaxDepth ancestors; "" for none.
func chainProblem(ctx context.Context, q store.Queries, campaign fund.ID, parent fund.Fact) (string, error) {
	chain, err := q.ChainIDs(ctx, parent.ID)
	switch {
	case err != nil:
		return "", err
	case slices.Contains(chain, campaign):
		return "would make the campaign support itself", nil
	case len(chain) > fund.MaxDepth:
		return fmt.Sprintf("stands below too many others already (%d at most)", fund.MaxDepth), nil
	}
	return "", nil
}
