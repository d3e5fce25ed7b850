package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// DonationPage requests a page of a list of donations, ordered by completion, newest first.
type DonationPage struct {
	// Limit is the maximum number of donations; at least 1.
	Limit int
	// Before and After are legacy ids of donations in the list; nil for none. Before selects older ones, After the nearest newer ones.
	// After 0 the list begins.
	Before, After *int64
}

// DonationsByNumber lists direct donations to a fact, in pages between legacy ids.
func (a *App) DonationsByNumber(ctx context.Context, s Seen, page DonationPage) ([]fund.Donation, error) {
	return a.listDonations(ctx, store.DonationFilter{Fact: s.fact.ID}, page)
}

// NewestDonations lists what everybody may see of the donations to a fact, newest completion first: the direct ones, and for a cause or a fundraising event
// all within it that are to public facts.
func (a *App) NewestDonations(ctx context.Context, s Seen, limit int) ([]fund.PublicDonation, error) {
	switch s.fact.Kind {
	case fund.KindCause:
		return a.store.NewestDonationsWithin(ctx, store.DonationFilter{Cause: s.fact.ID}, limit)
	case fund.KindFundraisingEvent:
		return a.store.NewestDonationsWithin(ctx, store.DonationFilter{Event: s.fact.ID}, limit)
	default:
		return a.store.NewestDonations(ctx, s.fact.ID, limit)
	}
}

// LastDonated is when the last donation to each of the facts, which are public, was completed, for those where that was at since or later.
func (a *App) LastDonated(ctx context.Context, facts []fund.Fact, since time.Time) (map[fund.ID]time.Time, error) {
	ids := make([]fund.ID, len(facts))
	for i, f := range facts {
		ids[i] = f.ID
	}
	return a.store.LastDonated(ctx, ids, since)
}

// DonationQuery narrows a list of donations; the zero query lists all.
type DonationQuery struct{ Completed fund.Span }

// Donations lists direct donations to a fact, newest completion first; for a fundraising event, all donations within it, which only its
// cause may see. A cursor is a donation's completion (At) and id: Before selects older ones, After the nearest newer ones.
func (a *App) Donations(ctx context.Context, s Seen, query DonationQuery, page fund.Page) ([]fund.Donation, error) {
	filter := store.DonationFilter{
		Fact: s.fact.ID, CompletedAfter: query.Completed.After, CompletedBefore: query.Completed.Before,
	}
	if s.fact.Kind == fund.KindFundraisingEvent {
		if err := a.RequireCause(ctx, s.actor, s.fact.Cause.ID); err != nil {
			return nil, err
		}
		filter.Fact, filter.Event = fund.ID{}, s.fact.ID
	}
	return a.store.ListDonations(ctx, filter, page)
}

// ListCauseDonations lists the donations to a cause and all its campaigns; the cause only.
func (a *App) ListCauseDonations(ctx context.Context, actor Actor, key fund.Key, page DonationPage) ([]fund.Donation, error) {
	cause, err := a.ownCause(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.listDonations(ctx, store.DonationFilter{Cause: cause.ID}, page)
}

// ListEventDonations lists the donations within a fundraising event; its cause only.
func (a *App) ListEventDonations(ctx context.Context, actor Actor, key fund.Key, page DonationPage) ([]fund.Donation, error) {
	event, err := a.ownEvent(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	return a.listDonations(ctx, store.DonationFilter{Event: event.ID}, page)
}

func (a *App) listDonations(ctx context.Context, of store.DonationFilter, page DonationPage) ([]fund.Donation, error) {
	before, err := a.donationCursor(ctx, of, page.Before)
	if err != nil {
		return nil, err
	}
	after := &beforeAll
	if page.After == nil || *page.After != 0 {
		if after, err = a.donationCursor(ctx, of, page.After); err != nil {
			return nil, err
		}
	}
	return a.store.ListDonations(ctx, of, fund.Page{Limit: page.Limit, Before: before, After: after})
}

// beforeAll is a cursor older than every donation.
var beforeAll = fund.Cursor{At: time.UnixMicro(1).UTC(), ID: fund.ID{15: 1}}

// donationCursor is the cursor of a donation in the list; nil for no donation.
func (a *App) donationCursor(ctx context.Context, of store.DonationFilter, legacyID *int64) (*fund.Cursor, error) {
	if legacyID == nil {
		return nil, nil
	}
	at, err := a.store.FindRank(ctx, of, *legacyID)
	if ok, err := found(err); err != nil {
		return nil, err
	} else if !ok {
		return nil, noCursor(*legacyID)
	}
	return &at, nil
}

// Donate completes a donation in one step, without a payment; the system and tokens of the scope "sandbox" only. When it returns, the
// donation is durable. A reference that was used before for the cause returns its donation.
func (a *App) Donate(ctx context.Context, actor Actor, in fund.DonationInput) (fund.Donation, error) {
	return a.DonateAt(ctx, actor, in, time.Time{})
}

func requireSandbox(actor Actor) error {
	if err := RequireToken(actor); err != nil {
		return err
	}
	return requireScope(actor, fund.ScopeSandbox)
}

// DonateAt is Donate for money that arrived at completedAt; the zero time is now. Any other time
// is for the system only.
func (a *App) DonateAt(ctx context.Context, actor Actor, in fund.DonationInput, completedAt time.Time) (fund.Donation, error) {
	if actor.Kind != ActorSystem {
		if err := requireSandbox(actor); err != nil {
			return fund.Donation{}, err
		}
		if !completedAt.IsZero() {
			return fund.Donation{}, forbidden()
		}
	}
	return a.donateAt(ctx, actor, in, completedAt)
}

// donateInOneStep is Donate for those who may, whatever the scopes of their token.
func (a *App) donateInOneStep(ctx context.Context, actor Actor, in fund.DonationInput) (fund.Donation, error) {
	return a.donateAt(ctx, actor, in, time.Time{})
}

func (a *App) donateAt(ctx context.Context, actor Actor, in fund.DonationInput, completedAt time.Time) (fund.Donation, error) {
	if err := a.requireDonations(ctx); err != nil {
		return fund.Donation{}, err
	}
	f, err := a.donatedFact(ctx, actor, in)
	if err != nil {
		return fund.Donation{}, err
	}
	c, err := a.completion(ctx, f, in, completedAt)
	if err != nil {
		return fund.Donation{}, err
	}
	if c.Donation.Origin = fund.OriginTrigger; actor.Kind == ActorSystem {
		c.Donation.Origin = fund.OriginSandbox
	}
	d, err := a.complete(ctx, actor, c)
	if err != nil {
		return fund.Donation{}, fmt.Errorf("donation for fact %s: %w", c.Donation.Fact.ID, err)
	}
	return d, nil
}

// completion checks a donation to the fact against what can be read now. The store repeats, in its write, the checks of what may change
// meanwhile: the fact's status and the stock of rewards.
func (a *App) completion(ctx context.Context, f fund.Fact, in fund.DonationInput, completedAt time.Time) (store.Completion, error) {
	in.Reference = fund.CleanReference(in.Reference)
	at := completedAt
	if at.IsZero() {
		at = a.Now()
	}
	d, relay, err := a.draft(ctx, f, in, at, draftRules{check: func(_ *fund.Donation, wrong *fault.Fields) {
		if at.After(a.Now()) {
			wrong.Add("completed_at", "cannot be in the future")
		}
	}})
	if err != nil {
		return store.Completion{}, err
	}
	if d.DonorID, err = a.donorID(ctx, d); err != nil {
		return store.Completion{}, err
	}
	usd, err := a.inUSD(ctx, d, at)
	if err != nil {
		return store.Completion{}, err
	}
	return store.Completion{Donation: d, USD: usd, Reference: in.Reference, RelayKey: relay, At: completedAt}, nil
}

// draftRules are additional rules of a draft.
type draftRules struct {
	// check adds further errors.
	check func(*fund.Donation, *fault.Fields)
	// asked reports whether donors are asked what their rewards need.
	asked bool
	// hold limits what the donation holds of rewards while it is unpaid, and records it; nil for a donation that is paid.
	hold *rewardHold
}

// draft returns the donation of an input at an instant, with its incentives and an id, and the relay key that its donor came with.
func (a *App) draft(ctx context.Context, f fund.Fact, in fund.DonationInput, at time.Time, rules draftRules) (fund.Donation, fund.ID, error) {
	d, wrong := in.Draft(f)
	rules.check(&d, &wrong)
	a.donationLimit.Check(&wrong, "amount", d.Amount, d.Currency)
	v := incentiveSelection{app: a, fact: f, at: at, wrong: &wrong, asked: rules.asked, hold: rules.hold}
	if err := v.add(ctx, in, &d); err != nil {
		return d, fund.ID{}, err
	}
	relay, err := a.relayed(ctx, in.RelayClientKey, &wrong)
	if err != nil {
		return d, fund.ID{}, err
	}
	if err := wrong.Err(); err != nil {
		return d, fund.ID{}, err
	}
	d.ID, err = a.newID(at)
	return d, relay, err
}

// donatedFact finds the fact donated to: any kind by UUID, a campaign by legacy id or slug. If the key could not be read, that is the
// error.
//
// Published facts are cached, because reading one costs more than the rest of a donation. Their totals may be stale; the store's write
// checks their status again.
func (a *App) donatedFact(ctx context.Context, actor Actor, in fund.DonationInput) (fund.Fact, error) {
	if in.Invalid.Has("fact") {
		return fund.Fact{}, in.Invalid.Err()
	}
	key, now := donatedKey{in.Fact, in.FactOwner}, a.Now()
	if f, known := a.donatedTo.get(key, now); known {
		return f, nil
	}
	era := a.donatedTo.era.Load()
	f, err := a.findDonatedTo(ctx, actor, in)
	if err == nil && f.TakesDonations() {
		a.donatedTo.put(key, remembered[fund.Fact]{value: f, until: now.Add(rememberFor)}, era)
	}
	return f, err
}

// donatedKey is the key by which a donation names its fact.
type donatedKey struct {
	fact  fund.Key
	owner string
}

func (a *App) findDonatedTo(ctx context.Context, actor Actor, in fund.DonationInput) (fund.Fact, error) {
	if !in.Fact.ID.IsZero() {
		f, err := a.store.GetFact(ctx, store.FactKey{Key: in.Fact})
		if err != nil {
			return fund.Fact{}, err
		}
		return f, requireSight(ctx, a.store.Queries, actor, f)
	}
	key := FactKey{Key: in.Fact}
	if in.FactOwner != "" {
		owner := fund.Key{Slug: in.FactOwner[1:]}
		switch in.FactOwner[0] {
		case '@':
			key.User = &owner
		case '+':
			key.Team = &owner
		default:
			return fund.Fact{}, missingNamed("owner", in.FactOwner)
		}
	}
	return a.GetFact(ctx, actor, key)
}
