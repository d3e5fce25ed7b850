package app

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// OpenIDProvider is where people sign in besides with a password.
type OpenIDProvider struct {
	// ID names it in addresses, Name is what people call it, Issuer what it calls itself.
	ID, Name, Issuer string
	Client           OpenIDClient
}

// OpenIDClient asks a provider. Its faults are for whoever signs in: Unavailable by fund.OpenIDAway, Gone where the answer came too late, Forbidden where it cannot be trusted.
type OpenIDClient interface {
	// AuthorizeURL is where a browser signs in.
	AuthorizeURL(ctx context.Context, secrets OpenIDSecrets) (string, error)
	// Identify says whose account signed in.
	Identify(ctx context.Context, answer OpenIDAnswer) (OpenIDClaims, error)
}

// OpenIDSecrets tie the answer of a provider to the browser that was sent there: State comes back with it, Nonce in the ID token, and the code is traded with Verifier.
type OpenIDSecrets struct {
	State, Nonce, Verifier string
	// Anew asks the provider to have the person prove again who they are, whatever it remembers of the browser.
	Anew bool
}

// OpenIDAnswer is what a browser brings back from a provider: a code, and who the provider says it is; "" for nothing.
type OpenIDAnswer struct {
	Code, Issuer, Nonce, Verifier string
	// Anew is as it was in OpenIDSecrets.
	Anew bool
}

// OpenIDClaims are what a provider says of an account.
type OpenIDClaims struct {
	Subject string
	// Email is its address, which says nothing about who it is unless EmailProved.
	Email       string
	EmailProved bool
	// Label is what people call it; "" for unknown.
	Label string
}

// OpenIDProviders are those that people can sign in at, in the order of their buttons.
func (a *App) OpenIDProviders() []OpenIDProvider { return a.signInAt }

func (a *App) openIDProvider(id string) (OpenIDProvider, error) {
	for _, one := range a.signInAt {
		if one.ID == id {
			return one, nil
		}
	}
	return OpenIDProvider{}, missingNamed("sign-in provider", "")
}

// OpenIDStart is the input of BeginOpenID.
type OpenIDStart struct {
	// Provider is the id of the provider.
	Provider string
	Purpose  fund.OpenIDPurpose
	// Browser is the text of the cookie that the browser has to come back with, Address its network address.
	Browser string
	Address netip.Addr
	// Next is the page of this server that the person wanted to see.
	Next string
	// Key is that of the link of an invitation, Username and Slug what was typed; for fund.OpenIDJoin.
	Key, Username, Slug string
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// BeginOpenID returns where a browser signs in. To add an identity it takes a proof; see NeedsProof. It comes back within fund.OpenIDRequestLife, once: see FinishOpenID. A provider that does not answer is Unavailable,
// and a network that begins too often is RateLimited. What is wrong with what who was invited typed is as in AcceptInvitation.
func (a *App) BeginOpenID(ctx context.Context, actor Actor, in OpenIDStart) (string, error) {
	provider, err := a.openIDProvider(in.Provider)
	if err != nil {
		return "", err
	}
	browser := hashOf(in.Browser)
	request := fund.OpenIDRequest{
		Provider: provider.ID, Purpose: in.Purpose, Browser: browser[:], Next: in.Next, ExpiresAt: a.Now().Add(fund.OpenIDRequestLife),
	}
	switch in.Purpose {
	case fund.OpenIDSignIn:
	case fund.OpenIDConnect:
		if err := a.requireProof(actor); err != nil {
			return "", err
		}
		request.UserID = actor.User
	case fund.OpenIDProve:
		if err := RequireUser(actor); err != nil {
			return "", err
		}
		request.UserID = actor.User
	case fund.OpenIDJoin:
		if err := a.checkStart(ctx, in, &request); err != nil {
			return "", err
		}
	default:
		return "", fault.New(fault.Malformed, "There is no such purpose of a sign-in.")
	}
	if err := a.shield.OpenID(in.Address); err != nil {
		return "", err
	}
	state, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	secrets, err := a.openIDSecrets(ctx, state)
	if err != nil {
		return "", err
	}
	secrets.Anew = in.Purpose == fund.OpenIDProve
	// The provider is asked first: what it does not answer leaves nothing behind.
	address, err := provider.Client.AuthorizeURL(ctx, secrets)
	if err != nil {
		return "", err
	}
	return address, a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		if err := tx.InsertOpenIDRequest(ctx, request, hash[:]); err != nil {
			return err
		}
		return tx.SweepOpenIDRequests(ctx, now, now.Add(-expiredRetention), sweptExpired)
	})
}

// openIDSecrets are what hangs on a state. They are made of it anew when the browser comes back, so that the database has none of them.
func (a *App) openIDSecrets(ctx context.Context, state string) (OpenIDSecrets, error) {
	key, err := a.Key(ctx, "openid")
	if err != nil {
		return OpenIDSecrets{}, err
	}
	of := func(use string) string {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(use + "\n" + state))
		return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
	}
	return OpenIDSecrets{State: state, Nonce: of("nonce"), Verifier: of("verifier")}, nil
}

// OpenIDReturn is the input of FinishOpenID.
type OpenIDReturn struct {
	// Provider is the id of the provider to whose page here the browser came back.
	Provider string
	// State, Code, Issuer and Problem are the parameters that it came back with; "" for none.
	State, Code, Issuer, Problem string
	// Visitor and Session are the texts of the browser's cookies; "" for none. The session ends if it signs in anew.
	Visitor, Session string
	// Agent is the browser's User-Agent, Address its network address.
	Agent   string
	Address netip.Addr
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// OpenIDOutcome is what came of a sign-in at a provider. The set is closed.
type OpenIDOutcome string

const (
	// OpenIDSignedIn has a new session, or one that waits for the second factor.
	OpenIDSignedIn OpenIDOutcome = "signed_in"
	// OpenIDProved is a person who is signed in and proved again who they are.
	OpenIDProved OpenIDOutcome = "proved"
	// OpenIDConnected added the identity to the account.
	OpenIDConnected OpenIDOutcome = "connected"
	// OpenIDDeclined is a person who did not allow it at the provider.
	OpenIDDeclined OpenIDOutcome = "declined"
	// OpenIDKnownEmail is an identity that no account has, with a proved address that one has. An address never lets anybody in: its owner signs in as before, and adds the
	// identity there.
	OpenIDKnownEmail OpenIDOutcome = "known_email"
	// OpenIDUnknown is an identity that no account has.
	OpenIDUnknown OpenIDOutcome = "unknown"
	// OpenIDTaken is an identity that another account has, for whoever wants to add it or to make an account with it.
	OpenIDTaken OpenIDOutcome = "taken"
	// OpenIDDisabled is an identity of a user who is disabled.
	OpenIDDisabled OpenIDOutcome = "disabled"
	// OpenIDFull is an account that has fund.MaxIdentities.
	OpenIDFull OpenIDOutcome = "full"
)

// OpenIDResult is what FinishOpenID returns.
type OpenIDResult struct {
	Outcome OpenIDOutcome
	// Provider is the name of the provider, Purpose what the person wanted, Next the page that they wanted to see; "" for none.
	Provider string
	Purpose  fund.OpenIDPurpose
	Next     string
	// SignedIn is what OpenIDSignedIn led to.
	SignedIn
	// Email is the address that the provider proved, of OpenIDKnownEmail and OpenIDUnknown; "" for none.
	Email string
	// SignUp is the SignUpMode, for OpenIDUnknown.
	SignUp string
}

// FinishOpenID does what a browser was sent to a provider for, once. A request that is unknown, late, of another browser or of another provider is NotFound; the faults
// of the provider are those of OpenIDClient. For an invitation the faults are those of AcceptInvitation.
func (a *App) FinishOpenID(ctx context.Context, in OpenIDReturn) (OpenIDResult, error) {
	provider, err := a.openIDProvider(in.Provider)
	if err != nil {
		return OpenIDResult{}, err
	}
	request, err := a.takeOpenIDRequest(ctx, in)
	if err != nil {
		return OpenIDResult{}, err
	}
	result := OpenIDResult{Provider: provider.Name, Purpose: request.Purpose, Next: request.Next}
	if in.Issuer != "" && in.Issuer != provider.Issuer { // RFC 9207: also where it says that it failed
		return result, fault.New(fault.Forbidden, "The answer names another provider.")
	}
	switch in.Problem {
	case "":
	case "access_denied", "interaction_required", "login_required", "account_selection_required", "consent_required":
		result.Outcome = OpenIDDeclined
		return result, nil
	default:
		away := fault.Wrap(fmt.Errorf("the provider answers %q", fault.Echo(in.Problem)), fault.Unavailable,
			"The provider does not answer as it should. Try again later, or sign in another way.")
		away.Rule = fund.OpenIDAway
		return result, away
	}
	secrets, err := a.openIDSecrets(ctx, in.State)
	if err != nil {
		return result, err
	}
	claims, err := provider.Client.Identify(ctx, OpenIDAnswer{
		Code: in.Code, Issuer: in.Issuer, Nonce: secrets.Nonce, Verifier: secrets.Verifier, Anew: request.Purpose == fund.OpenIDProve,
	})
	if err != nil {
		return result, err
	}
	return a.identified(ctx, identified{in, request, provider, claims}, result)
}

// takeOpenIDRequest is the request with the state, which ends, if it came back in time, to its provider, and in its browser.
func (a *App) takeOpenIDRequest(ctx context.Context, in OpenIDReturn) (fund.OpenIDRequest, error) {
	hash := hashOf(in.State)
	request, err := a.store.GetOpenIDRequest(ctx, hash[:])
	if err != nil {
		return request, asRequested(err, "sign-in", "")
	}
	cookie := in.Visitor
	if request.Purpose.Signed() {
		cookie = in.Session
	}
	browser := hashOf(cookie)
	if cookie == "" || !bytes.Equal(browser[:], request.Browser) || request.Provider != in.Provider || !a.Now().Before(request.ExpiresAt) {
		return request, missingNamed("sign-in", "")
	}
	err = a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.UseOpenIDRequest(ctx, hash[:]) })
	return request, asRequested(err, "sign-in", "")
}

// identified is an account at a provider that signed in, and what for.
type identified struct {
	OpenIDReturn

	request  fund.OpenIDRequest
	provider OpenIDProvider
	claims   OpenIDClaims
}

// credentials are what a session remembers of the browser.
func (i identified) credentials() Credentials {
	return Credentials{Agent: i.Agent, Address: i.Address, Language: i.Language, Before: i.Session}
}

func (a *App) identified(ctx context.Context, i identified, result OpenIDResult) (OpenIDResult, error) {
	identity, err := a.store.GetIdentity(ctx, i.provider.Issuer, i.claims.Subject)
	known, err := found(err)
	if err != nil {
		return result, err
	}
	switch i.request.Purpose {
	case fund.OpenIDConnect:
		return a.connect(ctx, i, identity, result)
	case fund.OpenIDProve:
		return a.proveIdentity(ctx, i, identity, result)
	case fund.OpenIDJoin:
		if known {
			result.Outcome = OpenIDTaken
			return result, nil
		}
		result.Session, err = a.joinWith(ctx, i)
		result.Outcome = OpenIDSignedIn
		if fault.Is(err, fault.Conflict) { // another account was faster
			result.Outcome, err = OpenIDTaken, nil
		}
		return result, err
	case fund.OpenIDSignIn:
		if !known {
			return a.unknownIdentity(ctx, i.claims, result)
		}
		user, err := a.store.GetUser(ctx, fund.Key{ID: identity.UserID})
		if err != nil {
			return result, err
		}
		if !user.DisabledAt.IsZero() && user.DeletedAt.IsZero() {
			result.Outcome = OpenIDDisabled
			return result, nil
		}
		result.SignedIn, err = a.passFirst(ctx, user, i.credentials(), fund.FactorOpenID)
		result.Outcome = OpenIDSignedIn
		return result, err
	}
	return result, fault.New(fault.Malformed, "There is no such purpose of a sign-in.")
}

// unknownIdentity is what becomes of an identity that no account has. It makes no account: those are made by a mailed link, whatever
// the SignUpMode, and the page of the link takes an identity.
func (a *App) unknownIdentity(ctx context.Context, claims OpenIDClaims, result OpenIDResult) (_ OpenIDResult, err error) {
	result.Outcome = OpenIDUnknown
	if result.SignUp, err = a.SignUpMode(ctx); err != nil {
		return result, err
	}
	if !claims.EmailProved {
		return result, nil // whoever has no proof of an address does not learn whether it has an account
	}
	result.Email = claims.Email
	_, _, err = a.store.GetUserByEmail(ctx, fund.LoginEmail(claims.Email))
	taken, err := found(err)
	if taken {
		result.Outcome = OpenIDKnownEmail
	}
	return result, err
}

// connect adds an identity to the account of who is signed in.
func (a *App) connect(ctx context.Context, i identified, have fund.Identity, result OpenIDResult) (OpenIDResult, error) {
	visit, err := a.visitOf(ctx, i)
	if err != nil {
		return result, err
	}
	result.Outcome = OpenIDConnected
	switch {
	case have.UserID == visit.User.ID:
		return result, nil
	case !have.ID.IsZero():
		result.Outcome = OpenIDTaken
		return result, nil
	}
	identity, err := a.newIdentity(i, visit.User.ID)
	if err != nil {
		return result, err
	}
	added, err := a.addIdentity(ctx, visit.Actor().From(i.Address).Reading(i.Language), identity)
	switch {
	case fault.Is(err, fault.Conflict): // somebody else was faster
		result.Outcome, err = OpenIDTaken, nil
	case err == nil && !added:
		result.Outcome = OpenIDFull
	}
	return result, err
}

// visitOf is the visit of who began while they were signed in.
func (a *App) visitOf(ctx context.Context, i identified) (Visit, error) {
	visit, err := a.GetVisit(ctx, i.Session)
	if err == nil && visit.User.ID != i.request.UserID {
		err = missingNamed("sign-in", "")
	}
	return visit, err
}

// proveIdentity records that who is signed in proved again who they are, with an identity of theirs.
func (a *App) proveIdentity(ctx context.Context, i identified, have fund.Identity, result OpenIDResult) (OpenIDResult, error) {
	visit, err := a.visitOf(ctx, i)
	switch {
	case err != nil:
		return result, err
	case have.UserID != visit.User.ID:
		result.Outcome = OpenIDUnknown
		return result, nil
	}
	result.Outcome = OpenIDProved
	return result, a.proved(ctx, visit.Actor(), fund.FactorOpenID)
}

// newIdentity is the identity that signed in, for a user.
func (a *App) newIdentity(i identified, user fund.ID) (fund.Identity, error) {
	id, err := a.newID(a.Now())
	return fund.Identity{ID: id, UserID: user, Issuer: i.provider.Issuer, Subject: i.claims.Subject, Label: i.claims.Label}, err
}

// checkStart checks what who was invited typed, before they are sent to a provider, and puts it into the request.
func (a *App) checkStart(ctx context.Context, in OpenIDStart, request *fund.OpenIDRequest) error {
	invitation, err := a.openInvitation(ctx, a.store.Queries, in.Key)
	if err != nil {
		return err
	}
	request.LinkID, request.Username, request.Slug = invitation.ID, in.Username, in.Slug
	return a.checkJoining(ctx, invitation, Joining{Username: in.Username, Slug: in.Slug, Language: in.Language})
}

// joinWith makes the account of an invitation, which signs in with the identity and has no password.
func (a *App) joinWith(ctx context.Context, i identified) (string, error) {
	in := Joining{
		Username: i.request.Username, Slug: i.request.Slug, Agent: i.Agent, Address: i.Address, Before: i.Session, Language: i.Language,
	}
	find := func(ctx context.Context, q store.Queries) (fund.AccountLink, error) {
		invitation, err := q.GetAccountLink(ctx, i.request.LinkID)
		if err != nil {
			return invitation, asRequested(err, "link", "")
		}
		if err := a.requireHolding(ctx, q, invitation); err != nil {
			return invitation, err
		}
		return invitation, a.requireOpen(invitation)
	}
	return a.makeInvited(ctx, in, invited{find: find, by: fund.FactorOpenID, with: func(ctx context.Context, tx *store.Tx, user fund.User, now time.Time) error {
		identity, err := a.newIdentity(i, user.ID)
		if err != nil {
			return err
		}
		identity.AddedAt = now
		return tx.InsertIdentity(ctx, identity)
	}})
}
