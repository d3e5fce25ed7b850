package app_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// operator is a user who runs the server.
func (w *world) operator(t *testing.T) app.Actor {
	t.Helper()
	actor := w.user(t.Context(), t, "operator")
	_, err := w.AddOperator(t.Context(), app.System(), "operator@example.org")
	must.Do(t, err)
	actor.Operator = true
	return actor
}

// acts are the acts on a subject, oldest first, with the roles in which they were done.
func (w *world) acts(t *testing.T, subject fund.ID) (all []string) {
	t.Helper()
	logged, err := w.Acts(t.Context(), app.System(), subject, fund.Page{Limit: 99, Order: fund.OldestFirst})
	must.Do(t, err)
	for _, one := range logged {
		all = append(all, one.Role+" "+string(one.Act))
	}
	return all
}

// TestACauseWaitsForItsApproval follows a cause that somebody makes, from its start to its suspension.
func TestACauseWaitsForItsApproval(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.operator(t)
	cause, err := w.CreateCause(ctx, w.stranger, fund.CausePatch{
		Name: fund.Some("American Red Cross"), Currency: fund.Some("USD"), Status: fund.Some(fund.Published), GovernmentID: fund.Some("53-0196605"),
	})
	must.Do(t, err)
	key := fund.Key{ID: cause.ID}
	campaign := fund.CampaignPatch{Name: fund.Some("Run"), Cause: fund.Some(key), Status: fund.Some(fund.Published)}
	sees := func(want string) {
		t.Helper()
		for _, actor := range []app.Actor{{}, w.owner} {
			_, err := w.GetCause(ctx, actor, key)
			wantKind(t, err, want)
		}
		for _, actor := range []app.Actor{w.stranger, operator, app.System()} {
			_, err := w.GetCause(ctx, actor, key)
			wantKind(t, err, "")
		}
	}
	sees("not_found")
	_, err = w.CreateCampaign(ctx, w.owner, campaign)
	wantFields(t, err, "cause does not exist")
	_, err = w.CreateCampaign(ctx, w.stranger, campaign)
	wantFields(t, err, "cause is not approved: an operator of this server approves causes")
	_, err = w.Donate(ctx, app.System(), fund.DonationInput{Fact: key, Amount: "1"})
	wantKind(t, err, "conflict")
	for _, actor := range []app.Actor{w.stranger, w.owner, w.causeToken} {
		_, err = w.approve(ctx, actor, key)
		wantKind(t, err, "forbidden")
	}
	decided, err := w.approve(ctx, operator, key)
	must.Do(t, err)
	if decided.Approval != fund.Approved {
		t.Errorf("got %q, want it approved", decided.Approval)
	}
	sees("")
	f, err := w.CreateCampaign(ctx, w.owner, campaign)
	must.Do(t, err)
	begun, err := w.BeginDonation(ctx, app.Actor{}, campaignKey(f), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	must.Do(t, err)
	_, err = w.SuspendCause(ctx, operator, key, " Not  registered\n")
	must.Do(t, err)
	sees("not_found")
	_, err = w.BeginDonation(ctx, app.Actor{}, campaignKey(f), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	wantKind(t, err, "not_found")
	_, err = w.BeginDonation(ctx, w.owner, campaignKey(f), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	wantKind(t, err, "unavailable")
	// Money that is under way still arrives, and has no receipt.
	w.payWith(t, begun, goodCard)
	g, err := w.GetDonorView(ctx, donorKey(t, w, begun))
	must.Do(t, err)
	if g.Donation.State != fund.DonationCompleted || g.Receipt != nil {
		t.Errorf("got %s with the receipt %v, want it completed without one", g.Donation.State, g.Receipt)
	}
	if got, want := w.acts(t, cause.ID), []string{"operator cause.approve", "operator cause.suspend"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
}

// TestLegalIdentitiesAreProposed changes who an approved cause is by law.
func TestLegalIdentitiesAreProposed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	key := fund.Key{ID: w.cause.ID}
	renames := fund.CausePatch{LegalName: fund.Some("Other Inc."), GovernmentID: fund.Some("7")}
	member := w.user(ctx, t, "Desk")
	must.Do(t, w.SetCauseRole(ctx, w.causer, app.CauseMembership{Cause: w.cause.ID, User: member.User, Role: fund.CauseMember}))
	_, err := w.UpdateCause(ctx, member, key, renames)
	wantKind(t, err, "forbidden")
	_, err = w.UpdateCause(ctx, member, key, fund.CausePatch{About: fund.Some("We dig.")})
	must.Do(t, err)
	is := func(c fund.Cause, legal string, proposed bool) {
		t.Helper()
		if c.LegalName != legal || (c.Proposed != nil) != proposed {
			t.Errorf("got %q, proposed %v, want %q, proposed: %v", c.LegalName, c.Proposed, legal, proposed)
		}
	}
	c, err := w.UpdateCause(ctx, w.causer, key, renames)
	must.Do(t, err)
	is(c, "", true)
	c, err = w.approve(ctx, app.System(), key)
	must.Do(t, err)
	is(c, "Other Inc.", false)
	if c.GovernmentID != "7" {
		t.Errorf("got the number %q, want the one that was proposed", c.GovernmentID)
	}
	_, err = w.UpdateCause(ctx, w.causer, key, fund.CausePatch{LegalName: fund.Some("Third Inc.")})
	must.Do(t, err)
	c, err = w.UpdateCause(ctx, w.causer, key, fund.CausePatch{LegalName: fund.Some("Other Inc.")})
	must.Do(t, err)
	is(c, "Other Inc.", false)
}

// TestWhereDonorsAreLedIsForTheFinanceOfACause lets a plain member change texts of a cause, but neither the address that its donors write to, and that
// is mailed what they wrote, nor the sites that they are led to after they paid.
func TestWhereDonorsAreLedIsForTheFinanceOfACause(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := fund.Key{ID: w.cause.ID}
	patches := []fund.CausePatch{
		{ContactEmail: fund.Some("else@example.org")}, {AllowedOrigins: fund.Some([]string{"https://else.example"})}, {PaypalEmail: fund.Some("else@example.org")},
	}
	for _, c := range []struct { // the plain member first: a change to what stands there already is none
		name string
		role fund.CauseRole
		want string
	}{{"plain", fund.CauseMember, "forbidden"}, {"finance", fund.CauseFinance, ""}} {
		user := w.user(t.Context(), t, "New"+c.name)
		must.Do(t, w.SetCauseRole(t.Context(), w.causer, app.CauseMembership{Cause: w.cause.ID, User: user.User, Role: c.role}))
		for _, patch := range patches {
			_, err := w.UpdateCause(t.Context(), user, key, patch)
			wantKind(t, err, c.want)
		}
		_, err := w.UpdateCause(t.Context(), user, key, fund.CausePatch{About: fund.Some("Told by " + c.name)})
		wantKind(t, err, "")
	}
}

// TestTheLastOwnerOfACauseStays changes the members of a cause as each of them.
func TestTheLastOwnerOfACauseStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	other := w.user(ctx, t, "Other")
	as := func(user fund.ID, role fund.CauseRole) app.CauseMembership {
		return app.CauseMembership{Cause: w.cause.ID, User: user, Role: role}
	}
	wantFields(t, w.SetCauseRole(ctx, w.causer, as(other.User, "boss")), "role is not one of the allowed values")
	for _, actor := range []app.Actor{w.causeToken, w.stranger, w.owner} {
		wantKind(t, w.SetCauseRole(ctx, actor, as(other.User, fund.CauseMember)), "forbidden")
	}
	wantKind(t, w.RemoveCauseMember(ctx, w.causer, as(w.causer.User, "")), "conflict")
	wantKind(t, w.SetCauseRole(ctx, w.causer, as(w.causer.User, fund.CauseFinance)), "conflict")
	must.Do(t, w.SetCauseRole(ctx, w.causer, as(other.User, fund.CauseOwner)))
	must.Do(t, w.RemoveCauseMember(ctx, w.causer, as(w.causer.User, "")))
	wantKind(t, w.SetCauseRole(ctx, w.causer, as(w.causer.User, fund.CauseOwner)), "forbidden")
	members, err := w.ListCauseMembers(ctx, other, fund.Key{ID: w.cause.ID}, fund.Page{Limit: 9})
	must.Do(t, err)
	if len(members) != 1 || members[0].User.ID != other.User || members[0].Role != fund.CauseOwner {
		t.Errorf("got %v, want the other owner alone", members)
	}
}

// TestOnlyTheCauseReadsDonors reads a donation as all who may handle it.
func TestOnlyTheCauseReadsDonors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	d, err := w.donate(t, fund.DonationInput{Name: "Ada", Email: "ada@example.org", Anonymous: true})
	must.Do(t, err)
	with := func(actor app.Actor) app.Actor {
		actor.Scopes = append(slices.Clone(actor.Scopes), fund.ScopeDonationsRead)
		return actor
	}
	member := w.user(ctx, t, "Desk")
	must.Do(t, w.SetCauseRole(ctx, w.causer, app.CauseMembership{Cause: w.cause.ID, User: member.User, Role: fund.CauseMember}))
	for name, c := range map[string]struct {
		actor app.Actor
		reads bool
	}{
		"the owner": {with(w.owner), false}, "a member of the cause": {with(member), false},
		"an owner of the cause": {with(w.causer), true}, "without the scope": {w.causer, false},
		"the cause": {with(w.causeToken), true}, "an operator": {with(w.operator(t)), true},
	} {
		got, err := w.HandledDonation(ctx, c.actor, fund.Key{ID: d.ID})
		must.Do(t, err)
		want := fund.Donation{}
		if c.reads {
			want.Name, want.Email = "Ada", "ada@example.org"
		}
		if got.Name != want.Name || got.Email != want.Email {
			t.Errorf("%s: got %q, %q, want %q, %q", name, got.Name, got.Email, want.Name, want.Email)
		}
	}
	if got, want := w.acts(t, d.ID), []string{"operator donors.view"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
}

// TestUnpublishingStopsDonationsAtOnce unpublishes a campaign with donations while somebody pays, and deletes one that somebody pays for.
func TestUnpublishingStopsDonationsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	must.Get(w.donate(t, fund.DonationInput{Amount: "5"}))(t)
	begun := w.begin(t, fund.CheckoutInput{})
	_, err := w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)})
	must.Do(t, err)
	_, err = w.BeginDonation(ctx, app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	wantKind(t, err, "not_found")
	_, err = w.donate(t, fund.DonationInput{Amount: "5"})
	wantKind(t, err, "invalid")
	w.payWith(t, begun, goodCard)
	if got := w.raised(t); got != 1500 {
		t.Errorf("got %d raised, want what was donated before and what was under way", got)
	}
	other := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Other"), Status: fund.Some(fund.Published)})
	open, err := w.BeginDonation(ctx, app.Actor{}, campaignKey(other), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	must.Do(t, err)
	err = w.DeleteCampaign(ctx, w.owner, campaignKey(other))
	if wantKind(t, err, "conflict"); !strings.Contains(err.Error(), "A donor is paying") {
		t.Errorf("got %v, want that it waits for the payment", err)
	}
	w.payWith(t, open, goodCard)
	wantKind(t, w.DeleteCampaign(ctx, w.owner, campaignKey(other)), "conflict")
}

// TestWhatIsTakenDownStaysDown takes a campaign down, which its owner cannot undo.
func TestWhatIsTakenDownStaysDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.operator(t)
	begun := w.begin(t, fund.CheckoutInput{})
	for _, actor := range []app.Actor{w.owner, w.causer, w.causeToken} {
		_, err := w.TakeDown(ctx, actor, w.campaign.ID, "Fraud")
		wantKind(t, err, "forbidden")
	}
	_, err := w.TakeDown(ctx, operator, w.cause.ID, "Fraud")
	wantKind(t, err, "invalid")
	must.Get(w.TakeDown(ctx, operator, w.campaign.ID, "Fraud"))(t)
	must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Published)}))(t)
	_, err = w.GetFact(ctx, app.Actor{}, campaignKey(w.campaign))
	wantKind(t, err, "not_found")
	_, err = w.BeginDonation(ctx, w.owner, campaignKey(w.campaign), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	wantKind(t, err, "unavailable")
	_, err = w.RecordOffline(ctx, w.owner, campaignKey(w.campaign), fund.DonationInput{Amount: "1"})
	wantKind(t, err, "conflict")
	w.payWith(t, begun, goodCard)
	if got := w.raised(t); got != 1000 {
		t.Errorf("got %d raised, want what was under way", got)
	}
	if f := must.Get(w.GetFact(ctx, w.owner, campaignKey(w.campaign)))(t); f.Suspension != "Fraud" {
		t.Errorf("got the reason %q, want what its owner is told", f.Suspension)
	}
	if f := must.Get(w.PutBack(ctx, operator, w.campaign.ID))(t); f.Suspension != "" {
		t.Errorf("got the reason %q of what was put back", f.Suspension)
	}
	must.Get(w.GetFact(ctx, app.Actor{}, campaignKey(w.campaign)))(t)
	for reason, want := range map[string]string{
		"": "reason cannot be blank", strings.Repeat("é", fund.MaxReason+1): "reason is too long (500 characters at most)",
	} {
		_, err := w.TakeDown(ctx, operator, w.campaign.ID, reason)
		wantFields(t, err, want)
		_, err = w.SuspendCause(ctx, operator, fund.Key{ID: w.cause.ID}, reason)
		wantFields(t, err, want)
	}
	if got, want := w.acts(t, w.campaign.ID), []string{"operator fact.takedown", "operator fact.putback"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
}

// approve approves a cause as it stands.
func (w *world) approve(ctx context.Context, actor app.Actor, key fund.Key) (fund.Cause, error) {
	cause, err := w.GetCause(ctx, app.System(), key)
	if err != nil {
		return cause, err
	}
	return w.ApproveCause(ctx, actor, key, cause.ApprovalVersion())
}

// TestOnlyWhatWasSeenIsApproved changes each thing that an operator looks at between the look and the approval.
func TestOnlyWhatWasSeenIsApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	operator := w.operator(t)
	cause := must.Get(w.CreateCause(ctx, w.stranger, fund.CausePatch{
		Name: fund.Some("Well"), Currency: fund.Some("USD"), LegalName: fund.Some("Well Inc."), GovernmentID: fund.Some("7"),
	}))(t)
	key := fund.Key{ID: cause.ID}
	for name, patch := range map[string]fund.CausePatch{
		"name": {Name: fund.Some("Red Cross")}, "slug": {Slug: fund.Some("red-cross")}, "legal name": {LegalName: fund.Some("Red Cross")},
		"tax number": {GovernmentID: fund.Some("53-0196605")},
	} {
		seen := must.Get(w.GetCause(ctx, operator, key))(t).ApprovalVersion()
		must.Get(w.UpdateCause(ctx, w.stranger, key, patch))(t)
		_, err := w.ApproveCause(ctx, operator, key, seen)
		wantKind(t, err, "stale")
		if c := must.Get(w.GetCause(ctx, operator, key))(t); c.Approval != fund.Pending {
			t.Errorf("%s: got it approved", name)
		}
	}
	seen := must.Get(w.GetCause(ctx, operator, key))(t).ApprovalVersion()
	must.Get(w.UpdateCause(ctx, w.stranger, key, fund.CausePatch{About: fund.Some("We dig.")}))(t)
	must.Get(w.ApproveCause(ctx, operator, key, seen))(t) // what donors read may change
	must.Get(w.UpdateCause(ctx, w.stranger, key, fund.CausePatch{LegalName: fund.Some("First")}))(t)
	seen = must.Get(w.GetCause(ctx, operator, key))(t).ApprovalVersion()
	must.Get(w.UpdateCause(ctx, w.stranger, key, fund.CausePatch{LegalName: fund.Some("Second")}))(t)
	_, err := w.ApproveCause(ctx, operator, key, seen)
	wantKind(t, err, "stale")
	_, err = w.ApproveCause(ctx, operator, key, "")
	wantKind(t, err, "stale")
}

// TestACauseChangesWhileItIsApproved has two servers change and approve a cause at once. What is approved is what was seen; a change that comes
// later is a proposal, and none is lost.
func TestACauseChangesWhileItIsApproved(t *testing.T) {
	t.Parallel()
	ctx, database := t.Context(), storetest.Database(t)
	w, other := testworld.NewAt(t, database, testworld.Options{Seed: 1}), testworld.NewAt(t, database, testworld.Options{Seed: 2})
	owner := testworld.As(must.Get(w.CreateUser(ctx, app.System(), app.NewUser{Username: "Ada", Email: "ada@example.org"}))(t))
	for range 30 {
		cause := must.Get(w.CreateCause(ctx, owner, fund.CausePatch{Name: fund.Some("Well"), Currency: fund.Some("USD"), LegalName: fund.Some("Seen")}))(t)
		key := fund.Key{ID: cause.ID}
		var changed, approved error
		var both sync.WaitGroup
		both.Go(func() {
			_, changed = w.UpdateCause(ctx, owner, key, fund.CausePatch{LegalName: fund.Some("Unseen")})
		})
		both.Go(func() { _, approved = other.ApproveCause(ctx, app.System(), key, cause.ApprovalVersion()) })
		both.Wait()
		must.Do(t, changed)
		c := must.Get(w.GetCause(ctx, app.System(), key))(t)
		if approved != nil {
			wantKind(t, approved, "stale")
			if c.Approval != fund.Pending || c.LegalName != "Unseen" {
				t.Fatalf("got %s %q, want it pending and changed", c.Approval, c.LegalName)
			}
			continue
		}
		if c.Approval != fund.Approved || c.LegalName != "Seen" || c.Proposed == nil || c.Proposed.LegalName != "Unseen" {
			t.Fatalf("got %s as %q, proposed %v, want it approved as it was seen", c.Approval, c.LegalName, c.Proposed)
		}
	}
}

// TestOpenCausesNeedNoOperator switches the setting on and off while the server runs.
func TestOpenCausesNeedNoOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for _, c := range []struct {
		value string
		want  fund.Approval
	}{{"false", fund.Pending}, {"true", fund.Approved}, {"false", fund.Pending}} {
		must.Get(w.SetSetting(ctx, app.System(), fund.SettingOpenCauses, c.value))(t)
		cause := must.Get(w.CreateCause(ctx, w.stranger, fund.CausePatch{Name: fund.Some("Well"), Currency: fund.Some("USD")}))(t)
		if cause.Approval != c.want {
			t.Errorf("open_causes %s: got %s, want %s", c.value, cause.Approval, c.want)
		}
	}
	_, err := w.SetSetting(ctx, w.owner, fund.SettingOpenCauses, "true")
	wantKind(t, err, "forbidden")
	must.Get(w.SetSetting(ctx, w.operator(t), fund.SettingOpenCauses, "true"))(t)
}

// TestWhatIsTakenDownIsInNoList looks for a campaign, and for its parts, in the lists that everybody reads: while it is public, while it is taken
// down, and while its cause is suspended.
func TestWhatIsTakenDownIsInNoList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	must.Get(w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Supportable: fund.Some(fund.SupportPublic)}))(t)
	s := w.shop(t)
	below := w.newCampaign(ctx, t, fund.CampaignPatch{
		Name: fund.Some("Helper"), Slug: fund.Some("helper"), Parent: fund.Some(fund.Key{ID: w.campaign.ID}), Status: fund.Some(fund.Published),
	})
	page := fund.Page{Limit: fund.MaxPage}
	wantListed := func(when string, want bool) {
		t.Helper()
		ids := map[string][]fund.ID{}
		for _, one := range must.Get(w.ListAllPolls(ctx, app.Actor{}, page))(t) {
			ids["polls"] = append(ids["polls"], one.ID)
		}
		for _, one := range must.Get(w.ListAllTargets(ctx, app.Actor{}, page))(t) {
			ids["targets"] = append(ids["targets"], one.ID)
		}
		for _, one := range must.Get(w.ListAllRewards(ctx, app.Actor{}, page))(t) {
			ids["rewards"] = append(ids["rewards"], one.ID)
		}
		for _, one := range must.Get(w.IntegrationEvents(ctx, app.Actor{}, fund.Key{ID: w.owner.User}, page))(t) {
			ids["campaigns of a user"] = append(ids["campaigns of a user"], one.ID)
		}
		for _, one := range must.Get(w.Ancestors(ctx, app.Actor{}, below.ID))(t)[below.ID] {
			ids["facts above another"] = append(ids["facts above another"], one.ID)
		}
		for list, id := range map[string]fund.ID{
			"polls": s.open.ID, "targets": s.target.ID, "rewards": s.reward.ID, "campaigns of a user": w.campaign.ID, "facts above another": w.campaign.ID,
		} {
			if got := slices.Contains(ids[list], id); got != want {
				t.Errorf("%s: listed among the %s: got %t, want %t", when, list, got, want)
			}
		}
	}
	wantListed("public", true)
	must.Get(w.TakeDown(ctx, app.System(), w.campaign.ID, "Fraud"))(t)
	wantListed("taken down", false)
	must.Get(w.PutBack(ctx, app.System(), w.campaign.ID))(t)
	wantListed("put back", true)
	must.Get(w.SuspendCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, "Fraud"))(t)
	wantListed("cause suspended", false)
}
