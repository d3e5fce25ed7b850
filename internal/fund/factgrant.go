package fund

import (
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of grants on facts.
const (
	// MaxFactGrants is how many grants on one fact hold at once.
	MaxFactGrants = 250
	// MaxFactGrantLife is how long a grant on a fact holds at most.
	MaxFactGrantLife = 90 * 24 * time.Hour
	// FactGrantLinkLife is how long the link of a grant on a fact can be accepted; it never outlives the grant.
	FactGrantLinkLife = 14 * 24 * time.Hour
	// FactGrantRetention is how long a grant on a fact is kept after its end.
	FactGrantRetention = 30 * 24 * time.Hour
	// MaxFactGrantLines is how many people a file of grants has at most, MaxFactGrantFile how many bytes.
	MaxFactGrantLines = 100
	MaxFactGrantFile  = 32 << 10
)

// GrantRole is what a grant on a fact allows, and nothing else. None shows mail addresses, settings or tokens.
type GrantRole string

// The roles of grants on facts.
const (
	// GrantScreener sees held donations, and shows and hides them. GrantHeadScreener also changes what is held.
	GrantScreener     GrantRole = "screener"
	GrantHeadScreener GrantRole = "head_screener"
	// GrantReader reads donations aloud, GrantDesk runs the stage.
	GrantReader GrantRole = "reader"
	GrantDesk   GrantRole = "desk"
	// GrantSchedule changes the schedule.
	GrantSchedule GrantRole = "schedule"
	// GrantFulfill sees what claimed rewards need, where the cause lets streamers ship, and says that they were fulfilled.
	GrantFulfill GrantRole = "fulfil" //nolint:misspell // the name that databases and files have
)

// GrantRoles lists the roles of grants on facts.
func GrantRoles() []GrantRole {
	return []GrantRole{GrantScreener, GrantHeadScreener, GrantReader, GrantDesk, GrantSchedule, GrantFulfill}
}

// FactGrant lets somebody do something at a fact until its end. It is given by a link, which one person accepts once: with an account, or without
// one in a browser, whose session then has nothing but the grant.
type FactGrant struct {
	ID, FactID ID
	// Name is what whoever gave it calls the person.
	Name  string
	Roles []GrantRole
	// GivenBy is the user who gave it, with the name as read; zero for nobody with an account.
	GivenBy Ref
	// Holder is the account that accepted it; zero for none. Its name is read.
	Holder    Ref
	CreatedAt time.Time
	// EndsAt is when it ends, EndedAt when it did, or was ended before; zero while it holds.
	EndsAt, EndedAt time.Time
	// LinkUntil is until when the link can be accepted; zero once it was. AcceptedAt is when it was; zero before.
	LinkUntil, AcceptedAt time.Time
}

// Holds reports whether the grant has not ended.
func (g FactGrant) Holds(now time.Time) bool { return g.EndedAt.IsZero() && now.Before(g.EndsAt) }

// Repeats reports whether the other grant has the same name and one of the same roles.
func (g FactGrant) Repeats(other FactGrant) bool {
	return strings.EqualFold(g.Name, other.Name) &&
		slices.ContainsFunc(g.Roles, func(role GrantRole) bool { return slices.Contains(other.Roles, role) })
}

// Open reports whether the link of the grant can be accepted.
func (g FactGrant) Open(now time.Time) bool { return g.Holds(now) && now.Before(g.LinkUntil) }

// Invite sets until when a new link can be accepted.
func (g *FactGrant) Invite(now time.Time) {
	g.AcceptedAt, g.LinkUntil = time.Time{}, now.Add(FactGrantLinkLife)
	if g.EndsAt.Before(g.LinkUntil) {
		g.LinkUntil = g.EndsAt
	}
}

// HasGrants reports whether grants can be given on facts of the kind. What is a cause's own is for the people of the cause.
func (k Kind) HasGrants() bool {
	switch k {
	case KindCampaign, KindTeamCampaign, KindPersonalCampaign, KindAuctionHouse:
		return true
	default:
		return false
	}
}

// FactGrantInput is a grant to be given.
type FactGrantInput struct {
	Name  string
	Roles []GrantRole
	// EndsAt is when the grant ends.
	EndsAt time.Time
}

// The texts of errors of grants on facts.
const (
	GrantNotAhead = "must be in the future"
	GrantTooLong  = "is more than 90 days away"
	GrantRepeated = "has one of these roles already"
)

// Grant is the grant of an input, without ids.
func (in FactGrantInput) Grant(now time.Time) (FactGrant, fault.Fields) {
	g := FactGrant{Name: in.Name, EndsAt: in.EndsAt.UTC().Truncate(time.Microsecond), CreatedAt: now}
	var wrong fault.Fields
	CheckName(&wrong, "name", &g.Name)
	for _, role := range GrantRoles() {
		if slices.Contains(in.Roles, role) {
			g.Roles = append(g.Roles, role)
		}
	}
	switch unknown := slices.ContainsFunc(in.Roles, func(r GrantRole) bool { return !slices.Contains(GrantRoles(), r) }); {
	case unknown:
		wrong.Add("roles", NotAllowed)
	case len(g.Roles) == 0:
		wrong.Add("roles", Blank)
	}
	switch {
	case in.EndsAt.IsZero():
		wrong.Add("ends_at", Blank)
	case !in.EndsAt.After(now):
		wrong.Add("ends_at", GrantNotAhead)
	case in.EndsAt.After(now.Add(MaxFactGrantLife)):
		wrong.Add("ends_at", GrantTooLong)
	}
	g.Invite(now)
	return g, wrong
}
