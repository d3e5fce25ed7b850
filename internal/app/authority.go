package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// right is one row of the table in docs/authority.md: something that somebody wants to do to a fact, or for a cause.
type right string

// The rights.
const (
	// seeFact is to know of a fact that others do not see.
	seeFact right = "see a fact that is not public"
	// editFact is to change what a fact shows and offers.
	editFact right = "change a fact"
	// watchCause is to read what a cause keeps for itself: registrations, all donations to its facts, hidden leaderboards.
	watchCause right = "read what a cause keeps for itself"
	// editSchedule is to change the schedule of a fact.
	editSchedule right = "change the schedule of a fact"
	// viewDonation is to see a donation with all that is held of it, screenDonation to show and to hide it.
	viewDonation   right = "see a held donation"
	screenDonation right = "screen a donation"
	// countMoney is to see how donations were paid, and to add them up by the links that led to them.
	countMoney right = "count donations"
	// readDonor is to read mail addresses, and the names behind anonymous donations.
	readDonor right = "read who donated"
	// fulfillClaims is to read the answers and shipping addresses of claimed rewards, and to say that they were fulfilled.
	fulfillClaims right = "fulfill claimed rewards"
	// letStreamersShip is to give that right to those who raise money for a cause.
	letStreamersShip right = "let streamers fulfill claimed rewards"
	// creditMoney is to record what did not come through a payment: offline donations and donation matches.
	creditMoney right = "record money without a payment"
	// setScreening is to change what is held of donations, setBounds how much is donated at once, and what is suggested.
	setScreening right = "change the screening of donations"
	setBounds    right = "change the bounds of donations"
	// announceLive is to say that a fact is live, and that it no longer is.
	announceLive right = "say that a fact is live"
	// returnMoney is to refund a donation and to concede a dispute.
	returnMoney right = "give money back"
	// playMoney is to make play money move, and whatever else can be triggered in a sandbox.
	playMoney right = "trigger what happens to play money"
	// governCause is to propose who a cause is by law, to say where it takes money, where donors write to and return to, and to allow offline donations.
	governCause right = "govern a cause"
	// connectAccount is to connect the cause's own account at the payment provider.
	connectAccount right = "connect the account of a cause"
	// giveGrants is to let others do something at a fact until an end.
	giveGrants right = "give grants on a fact"
	// runStage is to run the alert desk of a fact: to pause and to skip alerts, to show them again, and to take its overlays off the air.
	runStage right = "run the stage of a fact"
	// readAloud is to see what is to be read aloud, and to say that it was; arrangeReadings is to move donations to the front of that, and to pin them.
	readAloud       right = "read donations aloud"
	arrangeReadings right = "arrange what is read aloud"
	// setStage is to make overlays of a fact, to change and to end them, and to see their addresses.
	setStage right = "set up the stage of a fact"
	// manageCauseMembers is to add and remove the members of a cause.
	manageCauseMembers right = "manage the members of a cause"
)

// level is how far a right goes.
type level uint8

const (
	levelNone level = iota
	// levelLimited is within what the cause allows.
	levelLimited
	levelAllowed
)

// rule says who has a right.
type rule struct {
	// scopes are those of which a token needs one; none for write, or for cause where the fact is the cause's own.
	scopes []string
	// holder is how far it goes for the owner of a campaign and the campaign editors of its team. What is a cause's own has no holder.
	holder level
	// team reports which roles are the team's holders; nil for those of its campaign editors.
	team func(fund.Role) bool
	// grants are the roles of grants on the fact that have it without limits.
	grants []fund.GrantRole
	// lets reports whether the cause lets the holder, and those with a grant; nil for always.
	lets func(context.Context, store.Queries, fund.Fact) (bool, error)
	// own are the roles that have the right to what is the cause's own, below those that have it to what others raise for the cause.
	own, below []fund.CauseRole
	// operator reports whether operators have it.
	operator bool
}

var (
	anyRole    = fund.CauseRoles()
	moneyRoles = []fund.CauseRole{fund.CauseOwner, fund.CauseFinance}
	ownerRole  = []fund.CauseRole{fund.CauseOwner}

	screeners     = []fund.GrantRole{fund.GrantScreener, fund.GrantHeadScreener}
	readers       = []fund.GrantRole{fund.GrantReader}
	headScreeners = []fund.GrantRole{fund.GrantHeadScreener}
	deskRunners   = []fund.GrantRole{fund.GrantDesk}
	schedulers    = []fund.GrantRole{fund.GrantSchedule}
	fulfillers    = []fund.GrantRole{fund.GrantFulfill}

	writesDonations = []string{fund.ScopeDonationsWrite}
	readsDonations  = []string{fund.ScopeDonationsRead, fund.ScopeDonationsWrite}
)

// ruleOf is the table. The system has every right.
func ruleOf(r right) rule {
	switch r {
	case seeFact:
		return rule{holder: levelAllowed, grants: fund.GrantRoles(), own: anyRole, below: anyRole, operator: true}
	case editFact:
		return rule{holder: levelAllowed, own: anyRole}
	case editSchedule:
		return rule{holder: levelAllowed, grants: schedulers, own: anyRole}
	case viewDonation:
		return rule{scopes: readsDonations, holder: levelAllowed, grants: screeners, own: anyRole, below: anyRole, operator: true}
	case screenDonation:
		return rule{scopes: writesDonations, holder: levelAllowed, grants: screeners, own: anyRole, below: anyRole, operator: true}
	case countMoney:
		return rule{scopes: readsDonations, holder: levelAllowed, own: anyRole, below: anyRole, operator: true}
	case fulfillClaims:
		return rule{scopes: writesDonations, holder: levelAllowed, grants: fulfillers, lets: streamersShip, own: moneyRoles, below: moneyRoles, operator: true}
	case creditMoney:
		return rule{scopes: writesDonations, holder: levelLimited, own: moneyRoles, below: moneyRoles, operator: true}
	case setScreening:
		return rule{holder: levelAllowed, grants: headScreeners, own: anyRole, below: anyRole, operator: true}
	case announceLive:
		return rule{holder: levelAllowed, own: anyRole, below: anyRole, operator: true}
	case setBounds:
		return rule{holder: levelLimited, own: moneyRoles, below: moneyRoles, operator: true}
	case playMoney:
		return rule{scopes: []string{fund.ScopeSandbox, fund.ScopeDonationsWrite}, holder: levelAllowed, own: anyRole}
	case giveGrants:
		return rule{holder: levelAllowed, team: fund.Role.MayEditTeam, operator: true}
	case runStage:
		return rule{holder: levelAllowed, grants: deskRunners, own: anyRole}
	case readAloud:
		return rule{holder: levelAllowed, grants: readers, own: anyRole}
	case arrangeReadings:
		return rule{holder: levelAllowed, grants: slices.Concat(readers, screeners), own: anyRole}
	case setStage:
		return rule{holder: levelAllowed, own: anyRole}
	default:
		return causeRuleOf(r)
	}
}

// causeRuleOf is the part of the table with what is for the people of a cause and operators alone.
func causeRuleOf(r right) rule {
	switch r {
	case watchCause:
		return rule{own: anyRole, below: anyRole, operator: true}
	case readDonor:
		return rule{scopes: readsDonations[:1], own: moneyRoles, below: moneyRoles, operator: true}
	case letStreamersShip:
		return rule{own: moneyRoles, below: moneyRoles, operator: true}
	case returnMoney:
		return rule{scopes: writesDonations, own: moneyRoles, below: moneyRoles, operator: true}
	case governCause, connectAccount: // an operator names and approves accounts, and fills in no form for a cause
		return rule{own: moneyRoles, operator: r == governCause}
	case manageCauseMembers:
		return rule{own: ownerRole, operator: true}
	default:
		return rule{}
	}
}

// levelOf is how far a right goes for the actor at the fact, whatever the scopes of its token, except that acting for a cause takes the
// scope "cause". Grants come last.
func levelOf(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) (level, error) {
	best, err := levelByRole(ctx, q, actor, r, f)
	if err != nil || best == levelAllowed {
		return best, err
	}
	granted, err := hasGrant(ctx, q, actor, r, f)
	if granted {
		best = levelAllowed
	}
	return best, err
}

// levelByRole is levelOf without grants.
func levelByRole(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) (level, error) {
	rule := ruleOf(r)
	if actor.Kind == ActorSystem || rule.operator && actor.Operator {
		return levelAllowed, nil
	}
	best, roles := levelNone, rule.own
	if !ofCause(f) {
		roles = rule.below
		if held, err := holds(ctx, q, actor, rule, f); err != nil {
			return levelNone, err
		} else if held {
			best = rule.holder
		}
	}
	if best == levelAllowed || len(roles) == 0 {
		return best, nil
	}
	role, err := causeRole(ctx, q, actor, f.Cause.ID)
	if err == nil && slices.Contains(roles, role) {
		best = levelAllowed
	}
	return best, err
}

// may reports whether the actor has a right at the fact without limits; see levelOf.
func may(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) (bool, error) {
	got, err := levelOf(ctx, q, actor, r, f)
	return got == levelAllowed, err
}

// holds reports whether the actor owns a fact that is not a cause's own, or edits the campaigns of its team, and is let by the cause where the
// rule asks for that.
func holds(ctx context.Context, q store.Queries, actor Actor, rule rule, f fund.Fact) (bool, error) {
	if rule.holder == levelNone || actor.Kind != ActorUser {
		return false, nil
	}
	held := f.User != nil && f.User.ID == actor.User
	if f.Kind == fund.KindTeamCampaign && f.Team != nil {
		role, err := roleIn(ctx, q, actor, f.Team.ID)
		if err != nil {
			return false, err
		}
		held = role.MayEditCampaigns()
		if rule.team != nil {
			held = rule.team(role)
		}
	}
	if held && rule.lets != nil {
		return rule.lets(ctx, q, f)
	}
	return held, nil
}

// ofCause reports whether the fact belongs to its cause rather than to a user or team.
func ofCause(f fund.Fact) bool {
	return f.Kind == fund.KindCause || f.Kind == fund.KindFundraisingEvent ||
		f.Kind == fund.KindAuctionHouse && f.User == nil
}

// causeRole is what the actor may do for the cause; "" for nothing. The cause's own token acts as its finance. Members act for their cause
// with the scope "cause", and so do their applications.
func causeRole(ctx context.Context, q store.Queries, actor Actor, cause fund.ID) (fund.CauseRole, error) {
	if actor.Kind == ActorCause {
		if actor.Cause == cause {
			return fund.CauseFinance, nil
		}
		return "", nil
	}
	if member := actor.member(); !member.IsZero() && actor.HasScope(fund.ScopeCause) {
		return q.GetCauseRole(ctx, cause, member)
	}
	return "", nil
}

// member is the user who may be a member of a cause: the actor's own, or the owner of an application that acts for nobody else.
func (a Actor) member() fund.ID {
	if a.Kind == ActorApplication {
		return a.Owner
	}
	return a.User
}

// requireRight requires a right at the fact, and a token with the scope for it. A fact that the actor may not see is NotFound. It returns
// how far the right goes.
func requireRight(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) (level, error) {
	rule := ruleOf(r)
	if err := requireSight(ctx, q, actor, f); err != nil {
		return levelNone, err
	}
	if err := RequireToken(actor); err != nil {
		return levelNone, err
	}
	if len(rule.scopes) > 0 && !slices.ContainsFunc(rule.scopes, actor.HasScope) {
		return levelNone, fault.MissingScope(rule.scopes...)
	}
	got, err := levelOf(ctx, q, actor, r, f)
	if err == nil && got == levelNone {
		err = forbiddenTo(ctx, q, actor, rule, f)
	}
	if err == nil && len(rule.scopes) == 0 {
		err = requireWrite(actor, f)
	}
	return got, err
}

// requireFully is requireRight for a right that has no limits.
func requireFully(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) error {
	_, err := requireRight(ctx, q, actor, r, f)
	return err
}

// requireWrite requires a token that may change such a fact. Being the cause's own token is not enough.
func requireWrite(actor Actor, f fund.Fact) error {
	if ofCause(f) {
		return requireScope(actor, fund.ScopeCause)
	}
	return requireScope(actor, fund.ScopeWrite)
}

// requireRole is requireRight whatever the scopes of the token, for a right without limits.
func requireRole(ctx context.Context, q store.Queries, actor Actor, r right, f fund.Fact) error {
	if err := requireSight(ctx, q, actor, f); err != nil {
		return err
	}
	if err := RequireToken(actor); err != nil {
		return err
	}
	ok, err := may(ctx, q, actor, r, f)
	if err == nil && !ok {
		err = forbiddenTo(ctx, q, actor, ruleOf(r), f)
	}
	return err
}

// RequireCause requires the cause itself, one of its members, an operator or the system. Anonymous actors are Unauthenticated, others
// Forbidden.
func (a *App) RequireCause(ctx context.Context, actor Actor, cause fund.ID) error {
	return requireCause(ctx, a.store.Queries, actor, cause)
}

func requireCause(ctx context.Context, q store.Queries, actor Actor, cause fund.ID) error {
	if err := RequireToken(actor); err != nil {
		return err
	}
	ok, err := may(ctx, q, actor, watchCause, fund.Fact{Kind: fund.KindCause, Cause: fund.Ref{ID: cause}})
	if err == nil && !ok {
		err = forbiddenToCause(actor)
	}
	return err
}

// forbiddenTo is the fault for an actor without a right at the fact. It names what another token of the same actor would have.
func forbiddenTo(ctx context.Context, q store.Queries, actor Actor, rule rule, f fund.Fact) error {
	switch {
	case ofCause(f):
		return forbiddenToCause(actor)
	case rule.holder == levelNone:
		role, err := q.GetCauseRole(ctx, f.Cause.ID, actor.member())
		if err == nil && slices.Contains(rule.below, role) {
			err = requireScope(actor, fund.ScopeCause)
		}
		if err != nil {
			return err
		}
		return forbidden()
	case actor.Kind == ActorGrant || actor.Kind == ActorDesk:
		return forbidden()
	case actor.Kind != ActorUser:
		return fault.WrongToken(fault.Forbidden, needsUser)
	case rule.lets != nil:
		return fault.New(fault.Forbidden, "Claimed rewards are fulfilled by the cause, unless it lets those who raise money for it do so.")
	default:
		return forbidden()
	}
}

// forbiddenToCause is the fault for an actor who does not act for a cause. It names the scope if the actor
// lacks that first.
func forbiddenToCause(actor Actor) error {
	if actor.Kind == ActorCause {
		return forbidden()
	}
	if err := requireScope(actor, fund.ScopeCause); err != nil {
		return err
	}
	return forbidden()
}
