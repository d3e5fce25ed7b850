package app_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// provider is an OpenID provider that knows accounts by the codes that it gives.
type provider struct {
	mu sync.Mutex
	// accounts are what it says of who comes back with a code. failure is what it answers with instead; nil for nothing.
	accounts map[string]app.OpenIDClaims
	failure  error
	// begun are the secrets that it was asked with, in order.
	begun []app.OpenIDSecrets
}

// AuthorizeURL is a page that has the state.
func (p *provider) AuthorizeURL(_ context.Context, secrets app.OpenIDSecrets) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil {
		return "", p.failure
	}
	p.begun = append(p.begun, secrets)
	return "https://provider.test/authorize?state=" + secrets.State, nil
}

// Identify says whose code it is, to who has the secrets that it was asked with.
func (p *provider) Identify(_ context.Context, answer app.OpenIDAnswer) (app.OpenIDClaims, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil {
		return app.OpenIDClaims{}, p.failure
	}
	for _, one := range p.begun {
		if one.Nonce == answer.Nonce && one.Verifier == answer.Verifier && one.Nonce != one.Verifier && !strings.Contains(one.Nonce+one.Verifier, one.State) {
			return p.accounts[answer.Code], nil
		}
	}
	return app.OpenIDClaims{}, fault.New(fault.Forbidden, "These are not the secrets.")
}

const (
	clubIssuer  = "https://club.test"
	otherIssuer = "https://other.test/realm"
	visitor     = "the cookie of a visitor"
)

// openID is a world with a node where people sign in at two providers.
type openID struct {
	*world
	*app.App

	club, other *provider
	box         *letterBox
}

func newOpenID(t *testing.T) *openID {
	t.Helper()
	accounts := map[string]app.OpenIDClaims{
		"ann":   {Subject: "1", Email: "Ann@Example.org", EmailProved: true, Label: "ann_at_club"},
		"bob":   {Subject: "2", Email: "bob@example.org", EmailProved: true, Label: "bob"},
		"cy":    {Subject: "3", Email: "bob@example.org", Label: "unproved"},
		"nomad": {Subject: "4"},
	}
	o := &openID{world: newWorld(t), club: &provider{accounts: accounts}, other: &provider{accounts: accounts}, box: &letterBox{}}
	o.App = o.Node(func(a *app.Options) {
		a.OpenID = []app.OpenIDProvider{{ID: "club", Name: "The Club", Issuer: clubIssuer, Client: o.club}, {ID: "other", Name: "Other", Issuer: otherIssuer, Client: o.other}}
	})
	return o
}

// begin begins a sign-in, and returns its state.
func (o *openID) begin(t *testing.T, actor app.Actor, in app.OpenIDStart) string {
	t.Helper()
	in.Provider, in.Address = "club", home
	address, err := o.BeginOpenID(t.Context(), actor, in)
	must.Do(t, err)
	_, state, is := strings.Cut(address, "?state=")
	if !is || state == "" {
		t.Fatalf("got %s, want an address with a state", address)
	}
	return state
}

// through signs in at the club with an account, from the beginning to the end.
func (o *openID) through(t *testing.T, code string) (app.OpenIDResult, error) {
	t.Helper()
	state := o.begin(t, app.Actor{}, app.OpenIDStart{Purpose: fund.OpenIDSignIn, Browser: visitor, Next: "/account/email"})
	return o.FinishOpenID(t.Context(), app.OpenIDReturn{Provider: "club", State: state, Code: code, Visitor: visitor, Agent: "OBS", Address: home, Language: "de"})
}

// connect adds an account at the club to that of who has a session.
func (o *openID) connect(t *testing.T, session, code string) app.OpenIDResult {
	t.Helper()
	state := o.begin(t, o.by(t, session), app.OpenIDStart{Purpose: fund.OpenIDConnect, Browser: session})
	return must.Get(o.FinishOpenID(t.Context(), app.OpenIDReturn{Provider: "club", State: state, Code: code, Session: session, Address: home}))(t)
}

// by is who is signed in with a session.
func (o *openID) by(t *testing.T, session string) app.Actor {
	t.Helper()
	return must.Get(o.GetVisit(t.Context(), session))(t).Actor()
}

func wantOutcome(t *testing.T, got app.OpenIDResult, want app.OpenIDOutcome) {
	t.Helper()
	if got.Outcome != want || (got.SignedIn != app.SignedIn{}) != (want == app.OpenIDSignedIn) || got.Provider != "The Club" {
		t.Errorf("got %+v, want %s", got, want)
	}
}

// TestAnIdentityIsAddedAndSignsIn adds one, signs in with it, and removes it. The user is told of both.
func TestAnIdentityIsAddedAndSignsIn(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	ctx := t.Context()
	pat := o.account(t, "pat@example.org")
	session := o.signIn(t, app.Credentials{Email: pat.Email})
	got := must.Get(o.through(t, "ann"))(t)
	wantOutcome(t, got, app.OpenIDUnknown)
	if got.Email != "Ann@Example.org" {
		t.Errorf("got the address %q, want the one that is proved", got.Email)
	}
	wantOutcome(t, o.connect(t, session, "ann"), app.OpenIDConnected)
	wantLines(t, o.posted(t, o.box), "identity_added to pat@example.org")
	if said, is := o.box.letters[0].Content.(app.AccountMail); !is || said.Provider != "club.test" || said.User.ID != pat.ID {
		t.Errorf("got %+v, want the host of a provider that this node does not know", o.box.letters[0].Content)
	}
	o.wantActs(t, pat.ID, fund.ActAddIdentity, fund.ActCreateUser)
	wantOutcome(t, o.connect(t, session, "ann"), app.OpenIDConnected) // twice is no more
	wantLines(t, o.posted(t, o.box))

	got = must.Get(o.through(t, "ann"))(t)
	wantOutcome(t, got, app.OpenIDSignedIn)
	visit := must.Get(o.GetVisit(ctx, got.Session))(t)
	if visit.User.ID != pat.ID || visit.User.Language != "de" || visit.Session.Agent != "OBS" || visit.Session.Address != home.String() || got.Next != "/account/email" {
		t.Errorf("got %+v, %+v, want pat, as with a password", visit, got)
	}
	ways := must.Get(o.SignInWays(ctx, visit.Actor()))(t)
	if !ways.Password || len(ways.Identities) != 1 || ways.Identities[0].Provider != "The Club" || ways.Identities[0].Label != "ann_at_club" || ways.Identities[0].Last {
		t.Errorf("got %+v, want the password and the club", ways)
	}
	id := ways.Identities[0].ID
	sam := o.by(t, o.signIn(t, app.Credentials{Email: o.account(t, "sam@example.org").Email}))
	wantKind(t, o.RemoveIdentity(ctx, sam, id), "not_found")
	wantKind(t, o.RemoveIdentity(ctx, self(pat), id), "forbidden")
	wantKind(t, o.RemoveIdentity(ctx, app.Actor{}, id), "unauthenticated")
	must.Do(t, o.RemoveIdentity(ctx, visit.Actor(), id))
	wantKind(t, o.RemoveIdentity(ctx, visit.Actor(), id), "not_found")
	wantLines(t, o.posted(t, o.box), "identity_removed to pat@example.org")
	o.wantActs(t, pat.ID, fund.ActRemoveIdentity, fund.ActAddIdentity)
	wantOutcome(t, must.Get(o.through(t, "ann"))(t), app.OpenIDUnknown)
	o.wantSignedIn(t, true, session, got.Session)
	wantKind(t, func() error { _, err := o.SignInWays(ctx, app.Actor{}); return err }(), "unauthenticated")
}

// TestAnAddressNeverLetsAnybodyIn signs in with addresses that accounts have.
func TestAnAddressNeverLetsAnybodyIn(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	bob, ann := o.account(t, "bob@example.org"), o.account(t, "ann@example.org")
	for code, want := range map[string]app.OpenIDOutcome{"bob": app.OpenIDKnownEmail, "ann": app.OpenIDKnownEmail, "cy": app.OpenIDUnknown, "nomad": app.OpenIDUnknown} {
		got := must.Get(o.through(t, code))(t)
		wantOutcome(t, got, want)
		if want == app.OpenIDUnknown && got.Email != "" {
			t.Errorf("%s: got the address %q, want none that is not proved", code, got.Email)
		}
	}
	for _, user := range []fund.User{bob, ann} {
		if ways := must.Get(o.SignInWays(t.Context(), self(user)))(t); len(ways.Identities) > 0 {
			t.Errorf("got %+v, want nothing added", ways)
		}
	}
	wantLines(t, o.posted(t, o.box))
}

// TestTheSameNameAtAnotherProviderIsAnother signs in at two providers that call different people the same.
func TestTheSameNameAtAnotherProviderIsAnother(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	pat := o.signIn(t, app.Credentials{Email: o.account(t, "pat@example.org").Email})
	wantOutcome(t, o.connect(t, pat, "ann"), app.OpenIDConnected)
	begin := app.OpenIDStart{Provider: "other", Purpose: fund.OpenIDSignIn, Browser: visitor}
	_, state, _ := strings.Cut(must.Get(o.BeginOpenID(t.Context(), app.Actor{}, begin))(t), "?state=")
	got := must.Get(o.FinishOpenID(t.Context(), app.OpenIDReturn{Provider: "other", State: state, Code: "ann", Visitor: visitor}))(t)
	if got.Outcome != app.OpenIDUnknown || got.Provider != "Other" || got.Session != "" {
		t.Errorf("got %+v, want nobody known", got)
	}
}

// TestAnIdentityHasOneAccount adds one that another account has.
func TestAnIdentityHasOneAccount(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	pat, sam := o.account(t, "pat@example.org"), o.account(t, "sam@example.org")
	wantOutcome(t, o.connect(t, o.signIn(t, app.Credentials{Email: pat.Email}), "ann"), app.OpenIDConnected)
	wantOutcome(t, o.connect(t, o.signIn(t, app.Credentials{Email: sam.Email}), "ann"), app.OpenIDTaken)
	wantLines(t, o.posted(t, o.box), "identity_added to pat@example.org")
	key := o.invited(t, o.box, "guest@example.org")
	state := o.begin(t, app.Actor{}, app.OpenIDStart{Purpose: fund.OpenIDJoin, Browser: visitor, Key: key, Username: "Guest"})
	wantOutcome(t, must.Get(o.FinishOpenID(t.Context(), app.OpenIDReturn{Provider: "club", State: state, Code: "ann", Visitor: visitor}))(t), app.OpenIDTaken)
	must.Get(o.GetInvitation(t.Context(), key))(t)
}

// TestADisabledUserDoesNotSignInWithAnIdentity either.
func TestADisabledUserDoesNotSignInWithAnIdentity(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	pat := o.account(t, "pat@example.org")
	wantOutcome(t, o.connect(t, o.signIn(t, app.Credentials{Email: pat.Email}), "ann"), app.OpenIDConnected)
	must.Get(o.DisableUser(t.Context(), app.System(), pat.ID))(t)
	wantOutcome(t, must.Get(o.through(t, "ann"))(t), app.OpenIDDisabled)
}

// TestAnInvitationIsAcceptedWithAnIdentity makes an account without a password, which gets one by mail.
func TestAnInvitationIsAcceptedWithAnIdentity(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	ctx := t.Context()
	o.account(t, "taken@example.org")
	key := o.invited(t, o.box, "guest@example.org")
	in := app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDJoin, Browser: visitor, Key: key, Username: "Guest of Honor", Address: home}
	for want, change := range map[string]func(*app.OpenIDStart){
		"username cannot be blank": func(s *app.OpenIDStart) { s.Username = " " },
		"slug is already taken":    func(s *app.OpenIDStart) { s.Slug = "taken-example-org" },
	} {
		wrong := in
		change(&wrong)
		_, err := o.BeginOpenID(ctx, app.Actor{}, wrong)
		wantFields(t, err, want)
	}
	wrong := in
	wrong.Key = "nonsense"
	_, err := o.BeginOpenID(ctx, app.Actor{}, wrong)
	wantKind(t, err, "not_found")

	back := app.OpenIDReturn{Provider: "club", State: o.begin(t, app.Actor{}, in), Code: "nomad", Visitor: visitor, Address: home, Agent: "OBS"}
	late := back
	late.State = o.begin(t, app.Actor{}, in)
	got := must.Get(o.FinishOpenID(ctx, back))(t)
	wantOutcome(t, got, app.OpenIDSignedIn)
	visit := must.Get(o.GetVisit(ctx, got.Session))(t)
	if u := visit.User; u.Username != "Guest of Honor" || u.Email != "guest@example.org" || !u.Confirmed || got.Purpose != fund.OpenIDJoin {
		t.Errorf("got %+v, want the guest's account, with the address that was invited", u)
	}
	late.Code = "ann"
	_, err = o.FinishOpenID(ctx, late)
	wantKind(t, err, "not_found")
	ways := must.Get(o.SignInWays(ctx, visit.Actor()))(t)
	if ways.Password || len(ways.Identities) != 1 || !ways.Identities[0].Last {
		t.Fatalf("got %+v, want the club alone", ways)
	}
	// The last way stays.
	wantKind(t, o.RemoveIdentity(ctx, visit.Actor(), ways.Identities[0].ID), "conflict")
	wantOutcome(t, must.Get(o.through(t, "nomad"))(t), app.OpenIDSignedIn)
	// One that cannot be signed in with is no other way, and may go.
	o.App = o.Node(func(a *app.Options) {
		a.OpenID = []app.OpenIDProvider{{ID: "other", Name: "Other", Issuer: otherIssuer, Client: o.other}}
	})
	ways = must.Get(o.SignInWays(ctx, visit.Actor()))(t)
	if ways.Identities[0].Last || ways.Identities[0].Provider != "club.test" {
		t.Errorf("got %+v, want one that nobody can sign in with", ways)
	}
	// A password comes by mail.
	must.Do(t, o.AskPassword(ctx, app.LinkAsk{Email: "guest@example.org"}))
	wantLines(t, o.posted(t, o.box), "password to guest@example.org +link")
	must.Do(t, o.ResetPassword(ctx, app.PasswordReset{Key: o.box.key(t), New: password}))
	o.wantPassword(t, true, "guest@example.org", password)
}

// TestASecondWayLetsTheFirstGo adds another identity to an account without a password.
func TestASecondWayLetsTheFirstGo(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	ctx := t.Context()
	state := o.begin(t, app.Actor{}, app.OpenIDStart{Purpose: fund.OpenIDJoin, Browser: visitor, Key: o.invited(t, o.box, "guest@example.org"), Username: "Guest"})
	session := must.Get(o.FinishOpenID(ctx, app.OpenIDReturn{Provider: "club", State: state, Code: "ann", Visitor: visitor}))(t).Session
	wantOutcome(t, o.connect(t, session, "bob"), app.OpenIDConnected)
	me := o.by(t, session)
	ways := must.Get(o.SignInWays(ctx, me))(t)
	must.Do(t, o.RemoveIdentity(ctx, me, ways.Identities[0].ID))
	wantKind(t, o.RemoveIdentity(ctx, me, ways.Identities[1].ID), "conflict")

	// A passkey is another way, and then the only one.
	o.passkey(t, must.Get(o.GetUser(ctx, me, fund.Key{ID: me.User}))(t), me)
	if ways := must.Get(o.SignInWays(ctx, me))(t); ways.Identities[0].Last {
		t.Errorf("got %+v, want the club to be no last way beside a passkey", ways)
	}
	must.Do(t, o.RemoveIdentity(ctx, me, ways.Identities[1].ID))
	key := must.Get(o.ListPasskeys(ctx, me))(t)[0]
	wantKind(t, o.RemovePasskey(ctx, me, key.ID), "conflict")
	o.passkey(t, must.Get(o.GetUser(ctx, me, fund.Key{ID: me.User}))(t), me)
	must.Do(t, o.RemovePasskey(ctx, me, key.ID))
}

// TestIdentitiesOfOneUserHaveALimit adds as many as there may be, and one more.
func TestIdentitiesOfOneUserHaveALimit(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	session := o.signIn(t, app.Credentials{Email: o.account(t, "pat@example.org").Email})
	for i := range fund.MaxIdentities {
		o.club.accounts["one"] = app.OpenIDClaims{Subject: "one" + strings.Repeat("+", i)}
		wantOutcome(t, o.connect(t, session, "one"), app.OpenIDConnected)
	}
	wantOutcome(t, o.connect(t, session, "ann"), app.OpenIDFull)
}

// TestASignInComesBackOnceInItsBrowser brings states back that it should not.
func TestASignInComesBackOnceInItsBrowser(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	ctx := t.Context()
	pat, sam := o.account(t, "pat@example.org"), o.account(t, "sam@example.org")
	session, other := o.signIn(t, app.Credentials{Email: pat.Email}), o.signIn(t, app.Credentials{Email: sam.Email})
	wantOutcome(t, o.connect(t, session, "ann"), app.OpenIDConnected)
	in := app.OpenIDStart{Purpose: fund.OpenIDSignIn, Browser: visitor}
	good := app.OpenIDReturn{Provider: "club", State: o.begin(t, app.Actor{}, in), Code: "ann", Visitor: visitor}
	for what, change := range map[string]func(*app.OpenIDReturn){
		"another browser":  func(r *app.OpenIDReturn) { r.Visitor = "somebody else's" },
		"no cookie":        func(r *app.OpenIDReturn) { r.Visitor = "" },
		"a session":        func(r *app.OpenIDReturn) { r.Visitor, r.Session = "", visitor },
		"another provider": func(r *app.OpenIDReturn) { r.Provider = "other" },
		"no provider":      func(r *app.OpenIDReturn) { r.Provider = "elsewhere" },
		"no state":         func(r *app.OpenIDReturn) { r.State = "" },
		"a made-up state":  func(r *app.OpenIDReturn) { r.State = "made up" },
	} {
		bad := good
		change(&bad)
		if _, err := o.FinishOpenID(ctx, bad); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it unknown", what, err)
		}
	}
	wantOutcome(t, must.Get(o.FinishOpenID(ctx, good))(t), app.OpenIDSignedIn)
	_, err := o.FinishOpenID(ctx, good)
	wantKind(t, err, "not_found")

	good.State = o.begin(t, app.Actor{}, in)
	o.Clock.Advance(fund.OpenIDRequestLife - time.Microsecond)
	wantOutcome(t, must.Get(o.FinishOpenID(ctx, good))(t), app.OpenIDSignedIn)
	good.State = o.begin(t, app.Actor{}, in)
	o.Clock.Advance(fund.OpenIDRequestLife)
	_, err = o.FinishOpenID(ctx, good)
	wantKind(t, err, "not_found")

	session = o.signIn(t, app.Credentials{Email: pat.Email})
	// Another user's browser adds nothing to either account, nor does one that is signed out.
	adding := app.OpenIDReturn{Provider: "club", State: o.begin(t, o.by(t, session), app.OpenIDStart{Purpose: fund.OpenIDConnect, Browser: session}), Code: "bob", Session: other, Visitor: session}
	_, err = o.FinishOpenID(ctx, adding)
	wantKind(t, err, "not_found")
	must.Get(o.EndSessions(ctx, app.System(), pat.ID))(t)
	adding.Session = session
	_, err = o.FinishOpenID(ctx, adding)
	wantKind(t, err, "unauthenticated")
	_, err = o.BeginOpenID(ctx, app.Actor{}, app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDConnect, Browser: visitor})
	wantKind(t, err, "unauthenticated")
	_, err = o.BeginOpenID(ctx, o.program, app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDConnect, Browser: visitor})
	wantKind(t, err, "unauthenticated")
}

// TestWhatAProviderDoesNotDo declines, fails, and answers in the name of another.
func TestWhatAProviderDoesNotDo(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	back := func(change func(*app.OpenIDReturn)) (app.OpenIDResult, error) {
		in := app.OpenIDReturn{Provider: "club", Visitor: visitor, State: o.begin(t, app.Actor{}, app.OpenIDStart{Purpose: fund.OpenIDSignIn, Browser: visitor})}
		change(&in)
		return o.FinishOpenID(t.Context(), in)
	}
	wantOutcome(t, must.Get(back(func(r *app.OpenIDReturn) { r.Problem = "access_denied" }))(t), app.OpenIDDeclined)
	wantOutcome(t, must.Get(back(func(r *app.OpenIDReturn) { r.Problem, r.Issuer = "access_denied", clubIssuer }))(t), app.OpenIDDeclined)
	for want, change := range map[string]func(*app.OpenIDReturn){
		"unavailable": func(r *app.OpenIDReturn) { r.Problem = "server_error" },
		"forbidden":   func(r *app.OpenIDReturn) { r.Problem, r.Issuer = "access_denied", otherIssuer },
	} {
		_, err := back(change)
		wantKind(t, err, want)
	}
	_, err := back(func(*app.OpenIDReturn) { o.club.failure = fault.New(fault.Gone, "late") })
	wantKind(t, err, "gone")
	_, err = o.BeginOpenID(t.Context(), app.Actor{}, app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDSignIn, Browser: visitor})
	wantKind(t, err, "gone")
}

// TestSignInsOfOneNetworkWait begins them until the network has to wait.
func TestSignInsOfOneNetworkWait(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	for range shield.OpenIDsAtOnce {
		o.begin(t, app.Actor{}, app.OpenIDStart{Purpose: fund.OpenIDSignIn, Browser: visitor})
	}
	_, err := o.BeginOpenID(t.Context(), app.Actor{}, app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDSignIn, Browser: visitor, Address: home})
	wantKind(t, err, "rate_limited")
}

// TestIdentitiesTakeAProof adds and removes them when the proof is too old, and proves again with one.
func TestIdentitiesTakeAProof(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	ctx := t.Context()
	session := o.signIn(t, app.Credentials{Email: o.account(t, "pat@example.org").Email})
	wantOutcome(t, o.connect(t, session, "ann"), app.OpenIDConnected)
	id := must.Get(o.SignInWays(ctx, o.by(t, session)))(t).Identities[0].ID
	o.Clock.Advance(fund.ProofLife)
	connect := app.OpenIDStart{Provider: "club", Purpose: fund.OpenIDConnect, Browser: session}
	_, err := o.BeginOpenID(ctx, o.by(t, session), connect)
	wantProof(t, err)
	wantProof(t, o.RemoveIdentity(ctx, o.by(t, session), id))
	prove := func(code string) app.OpenIDResult {
		state := o.begin(t, o.by(t, session), app.OpenIDStart{Purpose: fund.OpenIDProve, Browser: session})
		if !o.club.begun[len(o.club.begun)-1].Anew {
			t.Error("got a question that the provider may answer by what it remembers")
		}
		return must.Get(o.FinishOpenID(ctx, app.OpenIDReturn{Provider: "club", State: state, Code: code, Session: session}))(t)
	}
	wantOutcome(t, prove("bob"), app.OpenIDUnknown)
	wantProof(t, o.RemoveIdentity(ctx, o.by(t, session), id)) // somebody else proved who they are
	wantOutcome(t, prove("ann"), app.OpenIDProved)
	must.Do(t, o.RemoveIdentity(ctx, o.by(t, session), id))
}

// TestAnIdentityIsTheFirstFactorOnly signs in a user with a second factor.
func TestAnIdentityIsTheFirstFactorOnly(t *testing.T) {
	t.Parallel()
	o := newOpenID(t)
	pat := o.account(t, "pat@example.org")
	wantOutcome(t, o.connect(t, o.signIn(t, app.Credentials{Email: pat.Email}), "ann"), app.OpenIDConnected)
	o.twoSteps(t, pat)
	got := must.Get(o.through(t, "ann"))(t)
	if got.Outcome != app.OpenIDSignedIn || got.Session != "" || got.Pending == "" {
		t.Errorf("got %+v, want a sign-in that waits for the code", got)
	}
}
