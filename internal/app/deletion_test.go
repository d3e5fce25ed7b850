package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// leaver is somebody with an account, campaigns and all that can end.
type leaver struct {
	fund.User

	actor                   app.Actor
	session, token, program string
	given, empty, hidden    fund.Fact
	grant                   app.FactGrantLink
	overlay                 fund.Overlay
}

// leaver makes one: a campaign with a gift, one without, and one that was never published.
func (w *world) leaver(t *testing.T) leaver {
	t.Helper()
	ctx := t.Context()
	user := must.Get(w.CreateUser(ctx, app.System(), app.NewUser{
		Username: "Ada Byron", Email: "ada@example.org", Password: password, FirstName: "Ada", LastName: "Byron", About: "Plays chess.",
		Social: fund.SocialPatch{"twitch": "adaplays"},
	}))(t)
	l := leaver{User: user, session: w.signIn(t, app.Credentials{Email: user.Email, Address: home})}
	l.actor = must.Get(w.GetVisit(ctx, l.session))(t).Actor()
	var err error
	l.token, _, err = w.MakeOwnToken(ctx, l.actor, app.NewOwnToken{Name: "Ada's bot", Scopes: []string{"public", "write"}, Days: 30})
	must.Do(t, err)
	_, _, l.program, err = w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Ada's overlay", RedirectURIs: []string{"https://ada.test/"}, Owner: user.ID})
	must.Do(t, err)
	as := app.Actor{Kind: app.ActorUser, User: user.ID, Scopes: fund.Scopes()}
	publish := func(name string, patch fund.CampaignPatch) fund.Fact {
		w.later()
		patch.Name, patch.Cause = fund.Some(name), key(w.cause.ID)
		return must.Get(w.CreateCampaign(ctx, as, patch))(t)
	}
	live := fund.Some(&fund.Livestream{Type: "twitch", Channel: "adaplays"})
	l.given = publish("Chess for water", fund.CampaignPatch{Status: fund.Some(fund.Published), Livestream: live})
	l.empty = publish("Chess again", fund.CampaignPatch{Status: fund.Some(fund.Published)})
	l.hidden = publish("Chess some day", fund.CampaignPatch{})
	must.Get(w.donate(t, fund.DonationInput{Fact: fund.Key{ID: l.given.ID}, Amount: "7", Name: "Bo"}))(t)
	must.Get(w.SetMember(ctx, w.roles[fund.RoleSuperAdmin], app.MemberKey{Team: fund.Key{ID: w.team.ID}, User: fund.Key{ID: user.ID}}, fund.RoleEventManager))(t)
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.cause.ID, User: user.ID, Role: fund.CauseMember}))
	l.grant = w.given(t, w.owner, w.campaign, w.shift("Ada", fund.GrantScreener))
	must.Get(w.AcceptGrant(ctx, as, l.grant.Key))(t)
	l.overlay = must.Get(w.CreateOverlay(ctx, as, factKey(l.given), goal("of Ada")))(t)
	return l
}

func (w *world) wantStatus(t *testing.T, f fund.Fact, want fund.Status) fund.Fact {
	t.Helper()
	got := must.Get(w.GetFact(t.Context(), app.System(), factKey(f)))(t)
	if got.Status != want {
		t.Errorf("%s: got %s, want %s", f.Name, got.Status, want)
	}
	return got
}

// wantNobody wants a user to be called as nobody is.
func wantNobody(t *testing.T, u fund.User) {
	t.Helper()
	if u.Username != fund.FormerUser || !strings.HasPrefix(u.Slug, fund.FormerSlug) || u.FirstName+u.LastName+u.About+u.Avatar+u.Cover != "" || u.Social != (fund.Social{}) {
		t.Errorf("got %+v, want a user whom nothing names", u)
	}
}

// TestADeletedAccountIsClosedAtOnce tries every way in that the user had, and looks at what is left.
func TestADeletedAccountIsClosedAtOnce(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	ada := w.leaver(t)
	w.posted(t, box)
	before := must.Get(w.Store.GetFact(ctx, store.FactKey{Key: fund.Key{ID: ada.given.ID}}))(t)

	left := must.Get(w.BeginDeletion(ctx, ada.actor))(t)
	if left.Blocked() || left.More || len(left.Retiring) != 1 || left.Retiring[0].ID != ada.given.ID || len(left.Vanishing) != 2 {
		t.Errorf("got %+v, want one campaign that retires, and two that go", left)
	}
	until := must.Get(w.DeleteAccount(ctx, ada.actor))(t)
	if want := w.Clock.Now().Add(fund.DeletionWait); !until.Equal(want) {
		t.Errorf("got %s, want %s", until, want)
	}
	w.wantSignedIn(t, false, ada.session)
	w.wantWorks(t, false, ada.token, ada.program)
	wantNobody(t, must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: ada.ID}))(t))
	wantNobody(t, must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{Slug: ada.Slug}))(t)) // its printed links lead somewhere
	given := w.wantStatus(t, ada.given, fund.Retired)
	if given.User.Name != fund.FormerUser || given.Livestream != nil || given.Raised != before.Raised || given.Name != before.Name {
		t.Errorf("got %+v, want the campaign of nobody, with its money", given)
	}
	w.wantStatus(t, ada.empty, fund.Unpublished)
	w.wantStatus(t, ada.hidden, fund.Unpublished)
	if _, err := w.GetFact(ctx, app.Actor{}, factKey(ada.empty)); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want nobody to see the campaign without gifts", err)
	}
	if members := must.Get(w.ListMembers(ctx, app.Actor{}, fund.Key{ID: w.team.ID}, fund.Page{Limit: 9}))(t); len(members) != len(fund.Roles()) {
		t.Errorf("got %d members, want the others", len(members))
	}
	if roles := must.Get(w.Store.ListCauseRoles(ctx, ada.ID))(t); len(roles) != 0 {
		t.Errorf("got %v, want no role for a cause", roles)
	}
	if held := must.Get(w.Store.GrantsHeldBy(ctx, ada.ID))(t); len(held) != 0 {
		t.Errorf("got %v, want no grant", held)
	}
	_, err := w.OpenOverlay(ctx, ada.overlay.Key)
	wantKind(t, err, "not_found")
	wantLines(t, w.posted(t, box), "account_closed to ada@example.org +link")
	w.wantActs(t, ada.ID, fund.ActDeleteUser, fund.ActCreateUser)

	// Nobody gets the address of the page, or the mail address, and nothing can be done for the user.
	_, err = w.CreateUser(ctx, app.System(), app.NewUser{Username: "Ada Byron", Slug: ada.Slug, Email: "other@example.org"})
	wantFields(t, err, "slug is already taken")
	_, err = w.InviteUser(ctx, app.System(), ada.Email)
	wantFields(t, err, "email is already taken")
	_, err = w.SetMember(ctx, w.roles[fund.RoleSuperAdmin], app.MemberKey{Team: fund.Key{ID: w.team.ID}, User: fund.Key{ID: ada.ID}}, fund.RoleMember)
	wantFields(t, err, "user does not exist")
	wantKind(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.cause.ID, User: ada.ID, Role: fund.CauseMember}), "not_found")
	_, _, err = w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: ada.ID})
	wantKind(t, err, "conflict")
	_, err = w.DeleteUser(ctx, app.System(), ada.ID)
	wantKind(t, err, "conflict")
	w.Clock.Advance(fund.SlugHold)
	_, err = w.CreateUser(ctx, app.System(), app.NewUser{Username: "Ada Byron", Slug: ada.Slug, Email: "other@example.org"})
	wantFields(t, err, "slug is already taken")
	w.raised(t)
}

// TestADeletionIsUndone follows the link of the mail: the user has everything back but what lets programs in.
func TestADeletionIsUndone(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	ada := w.leaver(t)
	must.Get(w.DeleteAccount(ctx, ada.actor))(t)
	w.posted(t, box)
	link := box.key(t)
	w.Clock.Advance(fund.DeletionWait - time.Millisecond)
	d := must.Get(w.GetDeletion(ctx, link))(t)
	if d.Kept.Username != "Ada Byron" {
		t.Errorf("got %+v, want the name", d)
	}
	must.Do(t, w.RestoreAccount(ctx, app.Restoring{Key: link, Address: home}))
	got := must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{Slug: ada.Slug}))(t)
	got.UpdatedAt, got.Language = ada.UpdatedAt, ada.Language
	if want := ada.User; got.ID != want.ID || got.Username != want.Username || got.Slug != want.Slug || got.Social != want.Social || got.About != want.About || !got.DeletedAt.IsZero() || !got.DisabledAt.IsZero() {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if f := w.wantStatus(t, ada.given, fund.Published); f.Livestream == nil || !f.RetiredAt.IsZero() {
		t.Errorf("got %+v, want the campaign as it was", f)
	}
	w.wantStatus(t, ada.empty, fund.Published)
	w.wantStatus(t, ada.hidden, fund.Unpublished)
	if role := must.Get(w.Store.GetRole(ctx, w.team.ID, ada.ID))(t); role != fund.RoleEventManager {
		t.Errorf("got %q, want the role in the team", role)
	}
	if role := must.Get(w.Store.GetCauseRole(ctx, w.cause.ID, ada.ID))(t); role != fund.CauseMember {
		t.Errorf("got %q, want the role for the cause", role)
	}
	w.wantSignedIn(t, false, ada.session)
	w.wantWorks(t, false, ada.token)
	w.wantSignedIn(t, true, w.signIn(t, app.Credentials{Email: ada.Email}))
	wantLines(t, w.posted(t, box), "account_restored to ada@example.org")
	w.wantActs(t, ada.ID, fund.ActUndeleteUser, fund.ActDeleteUser)

	wantKind(t, w.RestoreAccount(ctx, app.Restoring{Key: link, Address: home}), "not_found")
	_, err := w.UndeleteUser(ctx, app.System(), ada.ID)
	wantKind(t, err, "conflict")
	w.Clock.Advance(fund.DeletionWait)
	w.DoDue(ctx)
	w.wantStatus(t, ada.given, fund.Published)
	// A second time goes as the first one.
	must.Get(w.DeleteUser(ctx, app.System(), ada.ID))(t)
	must.Get(w.UndeleteUser(ctx, app.System(), ada.ID))(t)
	w.wantStatus(t, ada.given, fund.Published)
	w.raised(t)
}

// TestADeletedUserSignsInToUndoIt does so with the password.
func TestADeletedUserSignsInToUndoIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ada := w.leaver(t)
	must.Get(w.DeleteAccount(ctx, ada.actor))(t)
	_, err := w.SignIn(ctx, app.Credentials{Email: ada.Email, Password: "wrong password", Address: home})
	wantKind(t, err, "unauthenticated")
	in := must.Get(w.SignIn(ctx, app.Credentials{Email: ada.Email, Password: password, Address: home}))(t)
	if in.Session+in.Pending != "" || in.Restore == "" {
		t.Fatalf("got %+v, want the key of a link alone", in)
	}
	w.Clock.Advance(fund.AccountLinkLife)
	wantKind(t, w.RestoreAccount(ctx, app.Restoring{Key: in.Restore, Address: home}), "not_found")
	in = must.Get(w.SignIn(ctx, app.Credentials{Email: ada.Email, Password: password, Address: home}))(t)

	// An operator who keeps the user out is not got around.
	must.Get(w.DisableUser(ctx, app.System(), ada.ID))(t)
	wantKind(t, w.RestoreAccount(ctx, app.Restoring{Key: in.Restore, Address: home}), "not_found")
	_, err = w.SignIn(ctx, app.Credentials{Email: ada.Email, Password: password, Address: home})
	wantKind(t, err, "unauthenticated")
	must.Get(w.EnableUser(ctx, app.System(), ada.ID))(t)
	_, err = w.EnableUser(ctx, app.System(), ada.ID)
	wantKind(t, err, "conflict")
	must.Do(t, w.RestoreAccount(ctx, app.Restoring{Key: in.Restore, Address: home}))
	w.wantSignedIn(t, true, w.signIn(t, app.Credentials{Email: ada.Email}))

	// Who was disabled before stays so.
	must.Get(w.DisableUser(ctx, app.System(), ada.ID))(t)
	must.Get(w.DeleteUser(ctx, app.System(), ada.ID))(t)
	if user := must.Get(w.UndeleteUser(ctx, app.System(), ada.ID))(t); user.DisabledAt.IsZero() || !user.DeletedAt.IsZero() {
		t.Errorf("got %+v, want the user disabled as before", user)
	}
}

// TestADeletedAccountIsErased waits until it is too late, and looks for what is known of the user in every table.
func TestADeletedAccountIsErased(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	ada := w.leaver(t)
	w.twoSteps(t, ada.User)
	must.Get(w.CreateRegistration(ctx, app.Actor{Kind: app.ActorUser, User: ada.ID, Scopes: fund.Scopes()}, fund.Key{ID: w.event.ID}, fund.RegistrationPatch{}))(t)
	must.Get(w.DeleteUser(ctx, app.System(), ada.ID))(t)
	w.posted(t, box)
	link := box.key(t)
	w.Clock.Advance(fund.DeletionWait)
	wantKind(t, w.RestoreAccount(ctx, app.Restoring{Key: link, Address: home}), "not_found")
	_, err := w.UndeleteUser(ctx, app.System(), ada.ID)
	wantKind(t, err, "conflict")
	w.DoDue(ctx, fund.WorkDeletion)
	w.DoDue(ctx, fund.WorkDeletion)

	user := must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: ada.ID}))(t)
	wantNobody(t, user)
	if strings.Contains(user.Email, "ada") {
		t.Errorf("got %q, want no address", user.Email)
	}
	w.wantStatus(t, ada.given, fund.Retired)
	for _, f := range []fund.Fact{ada.empty, ada.hidden} {
		if _, err := w.GetFact(ctx, app.System(), factKey(f)); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it deleted", f.Name, err)
		}
	}
	for _, text := range []string{"ada@example.org", "Ada's", "Byron", "adaplays", "Plays chess", "ada.test"} {
		if held := storetest.Holding(t, w.url, text); len(held) > 0 {
			t.Errorf("%q: got it in %v, want it nowhere", text, held)
		}
	}
	if since := must.Get(w.Store.SecondFactorSince(ctx, ada.ID))(t); !since.IsZero() {
		t.Errorf("got the second factor of %s, want none", since)
	}
	if left := must.Get(w.Store.RegistrationsOf(ctx, ada.ID))(t); len(left) != 0 {
		t.Errorf("got %v, want no registration", left)
	}
	// The address is free for another account, the address of the page is not.
	again := must.Get(w.CreateUser(ctx, app.System(), app.NewUser{Username: "Again", Email: ada.Email, Password: password}))(t)
	w.wantSignedIn(t, true, w.signIn(t, app.Credentials{Email: ada.Email}))
	_, err = w.UpdateCurrentUser(ctx, self(again), fund.UserPatch{Slug: fund.Some(ada.Slug)})
	wantFields(t, err, "slug is already taken")
	w.raised(t)
}

// TestDonorsPayWhileAnAccountIsDeleted has donors who were on the payment page when the account was deleted pay: their money arrives, before or after the
// account is erased, and the campaign that it belongs to stays.
func TestDonorsPayWhileAnAccountIsDeleted(t *testing.T) {
	t.Parallel()
	for name, card := range map[string]string{"at once": goodCard, "by an e-check that arrives after the erasure": slowCard} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx := t.Context()
			ada := w.leaver(t)
			begun := []app.StartedDonation{w.beginAt(t, ada.given), w.beginAt(t, ada.empty)}
			must.Get(w.DeleteUser(ctx, app.System(), ada.ID))(t)
			w.Clock.Advance(time.Minute)
			for _, one := range begun {
				testworld.Pay(ctx, w.sandbox, one.URL, card)
			}
			if card == goodCard {
				w.settle(t)
			}
			w.Clock.Advance(fund.DeletionWait)
			w.DoDue(ctx, fund.WorkDeletion)
			w.DoDue(ctx, fund.WorkDeletion)
			w.settle(t)
			w.settle(t)
			// A campaign with a payment on its way keeps the erasure waiting.
			w.Clock.Advance(24 * time.Hour)
			w.DoDue(ctx, fund.WorkDeletion)
			w.DoDue(ctx, fund.WorkDeletion)
			if user := must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: ada.ID}))(t); strings.Contains(user.Email, "ada") {
				t.Errorf("got %q, want the account erased", user.Email)
			}
			for of, want := range map[*fund.Fact]int64{&ada.given: 1700, &ada.empty: 1000} {
				got := must.Get(w.GetFact(ctx, app.System(), factKey(*of)))(t)
				if got.Raised != want || got.User.Name != fund.FormerUser {
					t.Errorf("%s: got %s of %s with %d raised, want %d", of.Name, got.Status, got.User.Name, got.Raised, want)
				}
			}
			w.raised(t)
		})
	}
}

// TestWhatNobodyElseLooksAfterKeepsAnAccount refuses to leave a team, a cause and the server without anybody.
func TestWhatNobodyElseLooksAfterKeepsAnAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ada := w.leaver(t)
	as := app.Actor{Kind: app.ActorUser, User: ada.ID, Scopes: fund.Scopes()}
	team := must.Get(w.CreateTeam(ctx, as, fund.TeamPatch{Name: fund.Some("Night Owls")}))(t)
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.yen.ID, User: ada.ID, Role: fund.CauseOwner}))
	must.Get(w.AddOperator(ctx, app.System(), ada.Email))(t)
	actor := w.visitor(t, ada.Email)
	left := must.Get(w.BeginDeletion(ctx, actor))(t)
	if len(left.Teams) != 1 || left.Teams[0].ID != team.ID || len(left.Causes) != 1 || left.Causes[0].ID != w.yen.ID || !left.LastOperator {
		t.Errorf("got %+v, want the team, the cause and the server", left)
	}
	refused := func(words ...string) {
		t.Helper()
		_, err := w.DeleteAccount(ctx, actor)
		wantKind(t, err, "conflict")
		for _, word := range words {
			if err == nil || !strings.Contains(fault.From(err).Message, word) {
				t.Errorf("got %v, want it to say %q", err, word)
			}
		}
		w.wantSignedIn(t, true, w.signIn(t, app.Credentials{Email: ada.Email}))
	}
	refused("Night Owls", "Forest", "add another operator")
	must.Do(t, w.DisbandTeam(ctx, as, fund.Key{ID: team.ID}))
	refused("Forest", "add another operator")
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.yen.ID, User: w.stranger.User, Role: fund.CauseOwner}))
	refused("add another operator")
	other := w.account(t, "op@example.org")
	must.Get(w.AddOperator(ctx, app.System(), other.Email))(t)
	must.Get(w.DeleteAccount(ctx, actor))(t)
	_, err := w.DeleteUser(ctx, app.System(), other.ID)
	wantKind(t, err, "conflict")
	must.Get(w.UndeleteUser(ctx, app.System(), ada.ID))(t)
	if user := must.Get(w.GetUser(ctx, app.System(), fund.Key{ID: ada.ID}))(t); !user.Operator {
		t.Error("got no operator, want the role back")
	}
}

// TestTwoLeaveATeamAtOnce has the last two super admins delete their accounts at the same moment: one of them stays.
func TestTwoLeaveATeamAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	one, two := w.account(t, "one@example.org"), w.account(t, "two@example.org")
	team := must.Get(w.CreateTeam(ctx, self(one), fund.TeamPatch{Name: fund.Some("Pair")}))(t)
	must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: team.ID, User: two.ID, Role: fund.RoleSuperAdmin}))
	node := w.Node(func(*app.Options) {})
	var all sync.WaitGroup
	errs := make([]error, 2)
	all.Go(func() { _, errs[0] = w.DeleteUser(ctx, app.System(), one.ID) })
	all.Go(func() { _, errs[1] = node.DeleteUser(ctx, app.System(), two.ID) })
	all.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("got %v and %v, want one refused", errs[0], errs[1])
	}
}

// lastMoments is how often an account is kept and erased at the same moment.
const lastMoments = 6

// TestTheLastMomentOfADeletion undoes a deletion at one node in its last millisecond, while another, whose clock is one ahead, begins to erase the account: one of them wins, and nothing is done by half.
func TestTheLastMomentOfADeletion(t *testing.T) {
	t.Parallel()
	for moment := range lastMoments {
		t.Run(fmt.Sprint(moment), func(t *testing.T) {
			t.Parallel()
			w, box := newWorld(t), &letterBox{}
			ctx := t.Context()
			ada := w.leaver(t)
			must.Get(w.DeleteAccount(ctx, ada.actor))(t)
			w.posted(t, box)
			link := box.key(t)
			w.Clock.Advance(fund.DeletionWait - time.Millisecond)
			ahead := w.Node(func(o *app.Options) { o.Now = func() time.Time { return w.Clock.Now().Add(time.Millisecond) } })
			var both sync.WaitGroup
			var kept error
			keep, erase := func() { kept = w.RestoreAccount(ctx, app.Restoring{Key: link, Address: home}) }, func() { ahead.DoDue(ctx, fund.WorkDeletion) }
			switch moment {
			case 0:
				keep()
				erase()
			case 1:
				erase()
				keep()
			default:
				both.Go(keep)
				both.Go(erase)
				both.Wait()
			}
			if moment < 2 && (kept == nil) != (moment == 0) {
				t.Errorf("got %v, want the first to win", kept)
			}
			w.Clock.Advance(fund.DeletionWait)
			for range 3 {
				w.DoDue(ctx, fund.WorkDeletion)
				ahead.DoDue(ctx, fund.WorkDeletion)
			}
			user := must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: ada.ID}))(t)
			if kept == nil {
				if user.Username != ada.Username || user.Slug != ada.Slug || !user.DeletedAt.IsZero() || !user.DisabledAt.IsZero() {
					t.Errorf("got %+v, want the user as before", user)
				}
				w.wantStatus(t, ada.given, fund.Published)
				w.wantStatus(t, ada.empty, fund.Published)
				w.wantStatus(t, ada.hidden, fund.Unpublished)
				w.wantSignedIn(t, true, w.signIn(t, app.Credentials{Email: ada.Email}))
			} else {
				wantKind(t, kept, "not_found")
				wantNobody(t, user)
				w.wantStatus(t, ada.given, fund.Retired)
				for _, f := range []fund.Fact{ada.empty, ada.hidden} {
					if _, err := w.GetFact(ctx, app.System(), factKey(f)); !fault.Is(err, fault.NotFound) {
						t.Errorf("%s: got %v, want it deleted", f.Name, err)
					}
				}
				if held := storetest.Holding(t, w.url, "ada@example.org"); len(held) > 0 {
					t.Errorf("got the address in %v, want it nowhere", held)
				}
			}
			w.raised(t)
		})
	}
}

// TestADeletionTakesAProof refuses tokens, and browsers whose proof is old.
func TestADeletionTakesAProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	ada := w.account(t, "ada@example.org")
	actor := w.visitor(t, ada.Email)
	_, err := w.DeleteAccount(ctx, self(ada))
	if !app.NeedsProof(err) {
		t.Errorf("got %v, want a token refused", err)
	}
	w.Clock.Advance(fund.ProofLife)
	_, err = w.DeleteAccount(ctx, actor)
	if !app.NeedsProof(err) {
		t.Errorf("got %v, want an old proof refused", err)
	}
	_, err = w.BeginDeletion(ctx, actor)
	if !app.NeedsProof(err) {
		t.Errorf("got %v, want an old proof refused", err)
	}
	for name, err := range map[string]error{
		"delete":   errorOf(w.DeleteUser(ctx, testworld.As(ada), ada.ID)),
		"undelete": errorOf(w.UndeleteUser(ctx, testworld.As(ada), ada.ID)),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: got %v, want it refused to who is no operator", name, err)
		}
	}
}

func errorOf[T any](_ T, err error) error { return err }
