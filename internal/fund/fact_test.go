package fund_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestKindsOfFacts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind        fund.Kind
		space, noun string
		user        bool
	}{
		{fund.KindCause, "cause", "cause", false},
		{fund.KindFundraisingEvent, "fundraising_event", "fundraising event", false},
		{fund.KindTeamCampaign, "campaign", "campaign", false},
		{fund.KindCampaign, "campaign", "campaign", true},
		{fund.KindPersonalCampaign, "personal_campaign", "campaign", true},
		{fund.KindAuctionHouse, "auction_house", "auction house", false},
	} {
		if c.kind.LegacySpace() != c.space || c.kind.Noun() != c.noun || c.kind.CountsForUser() != c.user {
			t.Errorf("%s: got %q %q %v, want %+v", c.kind, c.kind.LegacySpace(), c.kind.Noun(), c.kind.CountsForUser(), c)
		}
	}
}

func TestOwnerOfAFact(t *testing.T) {
	t.Parallel()
	cause, user, team := fund.ID{1}, fund.ID{2}, fund.ID{3}
	whole := fund.Fact{Cause: fund.Ref{ID: cause}, User: &fund.Owner{Ref: fund.Ref{ID: user}}, Team: &fund.Owner{Ref: fund.Ref{ID: team}}}
	for kind, want := range map[fund.Kind]fund.ID{
		fund.KindCause: {}, fund.KindFundraisingEvent: cause, fund.KindTeamCampaign: team, fund.KindCampaign: user,
		fund.KindPersonalCampaign: user, fund.KindAuctionHouse: user,
	} {
		f := whole
		f.Kind = kind
		if got := f.OwnerID(); got != want {
			t.Errorf("%s: got %s, want %s", kind, got, want)
		}
	}
	teamless := whole
	teamless.Kind, teamless.Team = fund.KindTeamCampaign, nil
	if got := teamless.OwnerID(); got != user {
		t.Errorf("a team campaign without a team: got %s, want its user", got)
	}
	nobodys := fund.Fact{Kind: fund.KindCampaign, Cause: fund.Ref{ID: cause}}
	if got := nobodys.OwnerID(); got != cause {
		t.Errorf("a campaign without a user: got %s, want its cause", got)
	}
}

func TestTotalOfAFact(t *testing.T) {
	t.Parallel()
	if got := (fund.Fact{Raised: 30, Supported: 12}).Total(); got != 42 {
		t.Errorf("got %d, want 42", got)
	}
}

func TestARetiredFactCannotBeChanged(t *testing.T) {
	t.Parallel()
	for status, want := range map[fund.Status][]string{
		fund.Unpublished: nil, fund.Published: nil, fund.Retired: {"status is retired: a retired auction house cannot be changed"},
	} {
		var wrong fault.Fields
		fund.CheckOpen(&wrong, fund.Fact{Kind: fund.KindAuctionHouse, Status: status})
		wants(t, wrong, want...)
	}
}

// TestStatusMovesForward tries every transition between statuses, with and without donations.
func TestStatusMovesForward(t *testing.T) {
	t.Parallel()
	const unpublish, retire = "status cannot be unpublished: it is retired", "status cannot be retired before it was published: delete it instead"
	for _, c := range []struct {
		from, to fund.Status
		raised   int64
		want     []string
	}{
		{fund.Unpublished, fund.Unpublished, 0, nil},
		{fund.Unpublished, fund.Unpublished, 5, nil},
		{fund.Unpublished, fund.Published, 0, nil},
		{fund.Unpublished, fund.Retired, 0, []string{retire}},
		{fund.Published, fund.Unpublished, 0, nil},
		{fund.Published, fund.Unpublished, 1, nil},
		{fund.Published, fund.Unpublished, -1, nil},
		{fund.Published, fund.Retired, 1, nil},
		{fund.Retired, fund.Retired, 1, nil},
		{fund.Retired, fund.Unpublished, 1, []string{unpublish}},
	} {
		f := campaign()
		f.Status, f.Raised = c.from, c.raised
		t.Log(c.from, c.to, c.raised)
		wants(t, fund.CampaignPatch{Status: fund.Some(c.to)}.Apply(&f, noon), c.want...)
		if f.PublishedAt.IsZero() != (c.to == fund.Unpublished) || f.RetiredAt.IsZero() != (c.to != fund.Retired) {
			t.Errorf("got published at %v and retired at %v", f.PublishedAt, f.RetiredAt)
		}
	}
}

func TestStampsStay(t *testing.T) {
	t.Parallel()
	f := fund.Fact{Status: fund.Retired, PublishedAt: noon, RetiredAt: noon.Add(1)}
	f.Stamp(noon.Add(2))
	if !f.PublishedAt.Equal(noon) || !f.RetiredAt.Equal(noon.Add(1)) {
		t.Errorf("got %v and %v, want the first times unchanged", f.PublishedAt, f.RetiredAt)
	}
}

func TestOriginalGoalIsTheFirst(t *testing.T) {
	t.Parallel()
	f := campaign()
	f.Goal, f.OriginalGoal = 0, 0
	for _, goal := range []string{"0", "10", "20"} {
		wants(t, fund.CampaignPatch{Goal: fund.Some(goal)}.Apply(&f, noon))
	}
	if f.Goal != 2000 || f.OriginalGoal != 1000 {
		t.Errorf("got %d and %d, want 2000 and the first goal of 1000", f.Goal, f.OriginalGoal)
	}
}

func TestRolesOfTeamMembers(t *testing.T) {
	t.Parallel()
	// A letter for each role that may be managed, in the order of Roles: super admin, admin, user manager, event manager, member.
	for role, want := range map[fund.Role]struct {
		team, campaigns bool
		manages         string
	}{
		fund.RoleSuperAdmin:   {true, true, "yyyyy"},
		fund.RoleAdmin:        {true, true, "nyyyy"},
		fund.RoleUserManager:  {false, false, "nnnny"},
		fund.RoleEventManager: {false, true, "nnnnn"},
		fund.RoleMember:       {false, false, "nnnnn"},
		"":                    {false, false, "nnnnn"},
	} {
		manages := ""
		for _, other := range fund.Roles() {
			if role.MayManage(other) {
				manages += "y"
			} else {
				manages += "n"
			}
		}
		if role.MayEditTeam() != want.team || role.MayEditCampaigns() != want.campaigns || manages != want.manages {
			t.Errorf("%q: got team %v, campaigns %v, manages %s, want %+v", role, role.MayEditTeam(), role.MayEditCampaigns(), manages, want)
		}
	}
}

func TestAddressesInTheUnitedStates(t *testing.T) {
	t.Parallel()
	for country, want := range map[string]bool{
		"US": true, "usa": true, "U.S.A.": true, " United States ": true, "United States of America": true, "": false, "GB": false, "United Kingdom": false,
	} {
		if got := (fund.Address{Country: country}).InUS(); got != want {
			t.Errorf("%q: got %t, want %t", country, got, want)
		}
	}
}

func TestNoReferenceHasNoID(t *testing.T) {
	t.Parallel()
	var none *fund.Ref
	if got := none.IDOrZero(); !got.IsZero() {
		t.Errorf("got %s, want the zero id", got)
	}
	if got := (&fund.Ref{ID: fund.ID{1}}).IDOrZero(); got != (fund.ID{1}) {
		t.Errorf("got %s, want the id of the reference", got)
	}
}
