package leaks_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
)

// caller is somebody who reads, as far as docs/authority.md asks.
type caller struct {
	name string
	// user is whose token it is, or whose application; owns reports whether it acts for that user rather than as an application.
	user fund.ID
	owns bool
	// operator reports whether the user is one.
	operator bool
	// roles are those for causes: "member", or "money" for finance and owners.
	roles map[fund.ID]string
	// grants are the roles of a grant on the campaign at.
	grants []fund.GrantRole
	at     fund.ID
	// editor reports whether the user edits the campaigns of the team.
	editor bool
	scopes []string
	// donations are those whose donor it is.
	donations []fund.ID
}

// truth is what is in the database, from which the model says who may see what.
type truth struct {
	facts     map[fund.ID]fund.Fact
	above     map[fund.ID][]fund.ID
	donations map[fund.ID]fund.Donation
	// ships are the causes that let streamers ship, offline those that let them record donations.
	ships, offline map[fund.ID]bool
}

func (c caller) has(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(c.scopes, s) })
}

// holds reports whether the caller is the streamer of a fact.
func (c caller) holds(f fund.Fact) bool {
	switch f.Kind {
	case fund.KindCause, fund.KindFundraisingEvent:
		return false
	case fund.KindTeamCampaign:
		return c.owns && c.editor
	default:
		return c.owns && f.User != nil && f.User.ID == c.user
	}
}

// staff reports whether the caller acts for the cause of a fact, and money whether as its finance or owner.
func (c caller) staff(f fund.Fact) bool { return c.roles[f.Cause.ID] != "" }
func (c caller) money(f fund.Fact) bool { return c.roles[f.Cause.ID] == "money" || c.operator }

// manages reports whether the caller sees a fact that is not public, its screening included.
func (c caller) manages(f fund.Fact) bool { return c.holds(f) || c.staff(f) || c.operator }

func (c caller) sees(f fund.Fact) bool {
	public := (f.Status == fund.Published || f.Status == fund.Retired) && f.Approval == fund.Approved
	return public || c.manages(f) || c.granted(f, fund.GrantRoles()...)
}

// granted reports whether the caller has a grant on a fact with one of the roles.
func (c caller) granted(f fund.Fact, roles ...fund.GrantRole) bool {
	return c.at == f.ID && slices.ContainsFunc(roles, func(role fund.GrantRole) bool { return slices.Contains(c.grants, role) })
}

// screens reports whether the caller reads held donations.
func (c caller) screens(f fund.Fact) bool {
	return (c.manages(f) || c.granted(f, fund.GrantScreener, fund.GrantHeadScreener)) && c.has(fund.ScopeDonationsRead, fund.ScopeDonationsWrite)
}

// readsDonors reports whether the caller reads who donated.
func (c caller) readsDonors(f fund.Fact) bool { return c.money(f) && c.has(fund.ScopeDonationsRead) }

// may reports whether the caller may see the secret anywhere. It is docs/authority.md once more.
func (w *world) may(c caller, s *secret) bool {
	f := w.facts[s.fact]
	switch s.kind {
	case kindText, kindBid:
		return c.sees(f)
	case kindWords:
		return c.manages(f) || c.granted(f, fund.GrantHeadScreener)
	case kindReason:
		return c.manages(f)
	case kindGuest:
		return c.staff(f) || c.operator || c.user == s.owner && c.owns
	case kindAccount:
		return (c.user == s.owner || c.user == s.inviter) && c.owns
	case kindHook:
		return c.user == s.owner
	}
	return slices.ContainsFunc(s.donations, func(id fund.ID) bool {
		return slices.Contains(c.donations, id) || w.mayOf(c, s.kind, w.donations[id])
	})
}

// mayOf is may for what belongs to a donation. It asks no method of a donation or a fact: those are what is tested.
func (w *world) mayOf(c caller, k kind, d fund.Donation) bool {
	f := w.facts[d.Fact.ID]
	paid := []fund.DonationState{fund.DonationCompleted, fund.DonationPartiallyRefunded, fund.DonationDisputed}
	listed := slices.Contains(paid, d.State) && d.Amount > d.Refunded+d.Disputed
	switch k {
	case kindName:
		shown := listed && (d.Screening == fund.ScreeningShown || d.Screening == fund.ScreeningCommentHeld) && w.seesBoard(c, f)
		return c.readsDonors(f) || !d.Anonymous && (shown || c.screens(f))
	case kindComment:
		return c.screens(f) || listed && d.Screening == fund.ScreeningShown && c.sees(f)
	case kindMail:
		return c.readsDonors(f)
	case kindReceipt: // there is none before somebody paid
		return c.readsDonors(f) && d.State != fund.DonationPending
	case kindClaim:
		return c.readsDonors(f) || (c.holds(f) || c.granted(f, fund.GrantFulfill)) && w.ships[f.Cause.ID] && c.has(fund.ScopeDonationsRead)
	case kindReference:
		return c.screens(f) && (c.money(f) || c.holds(f) && w.offline[f.Cause.ID])
	default:
		panic("no model for " + k)
	}
}

// seesBoard reports whether the caller sees the fact or one that it supports, whose leaderboards count its donations.
func (w *world) seesBoard(c caller, f fund.Fact) bool {
	return c.sees(f) || slices.ContainsFunc(w.above[f.ID], func(id fund.ID) bool { return c.sees(w.facts[id]) })
}

// look reads the truth.
func (w *world) look(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	w.truth = truth{
		facts: map[fund.ID]fund.Fact{}, above: map[fund.ID][]fund.ID{}, donations: map[fund.ID]fund.Donation{},
		ships: map[fund.ID]bool{w.cause: true}, offline: map[fund.ID]bool{w.cause: true},
	}
	for _, id := range w.places {
		f := must.Get(w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()}))(t)
		w.facts[id] = f
		for p := f.Parent; p != nil; p = w.facts[p.ID].Parent {
			if w.above[id] = append(w.above[id], p.ID); len(w.above[id]) > fund.MaxDepth {
				break
			}
		}
	}
	for _, id := range w.given {
		w.donations[id] = must.Get(w.Store.GetDonation(ctx, fund.Key{ID: id}))(t)
	}
}

// who is the caller of a name in the world.
func (w *world) who(t testing.TB, name string) caller {
	t.Helper()
	c := w.others[name]
	c.name = name
	if c.scopes == nil {
		c.scopes = fund.Scopes()
	}
	if user, known := w.Users[name]; known {
		c.user, c.owns = user.ID, true
	}
	if role, granted := strings.CutPrefix(name, "grant_"); granted {
		c.grants, c.at = []fund.GrantRole{fund.GrantRole(role)}, must.Get(fund.ParseID(w.IDs["campaign_id"]))(t)
	}
	switch name {
	case testcallers.Volunteer:
		c.grants, c.at = fund.GrantRoles(), must.Get(fund.ParseID(w.IDs["campaign_id"]))(t)
	case "anonymous":
		return caller{name: name}
	case "donor":
		return caller{name: name, donations: []fund.ID{must.Get(fund.ParseID(w.IDs["given"]))(t)}}
	case "operator":
		c.operator = true
	case "cause_token", "cause_owner", "cause_finance":
		c.roles = map[fund.ID]string{w.cause: "money"}
	case "cause_member":
		c.roles = map[fund.ID]string{w.cause: "member"}
	case "super_admin", "admin", "event_manager":
		c.editor = true
	case "application":
		c.user = w.Users["stranger"].ID
	}
	return c
}
