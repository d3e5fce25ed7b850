// Package passkey has browsers make passkeys and sign in with them (WebAuthn): what to ask a browser for, and whether its answer is right. It keeps nothing: its
// caller remembers which passkeys there are, and which questions were answered.
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ErrHost is why there are no passkeys at an address: browsers tie them to a name, and https unless it is localhost.
var ErrHost = errors.New("passkeys need a server with a name, over https")

// Site is the server that passkeys are for.
type Site struct {
	party *webauthn.WebAuthn
	// Host is what passkeys are tied to: they work nowhere else.
	Host string
}

// New is the site at an address, as browsers reach it. It is ErrHost where browsers make no passkeys.
func New(address string) (*Site, error) {
	base, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", address, err)
	}
	host := base.Hostname()
	if _, err := netip.ParseAddr(host); err == nil || host == "" || base.Scheme != "https" && host != "localhost" {
		return nil, ErrHost
	}
	party, err := webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: host, RPOrigins: []string{base.Scheme + "://" + base.Host}})
	if err != nil {
		return nil, fmt.Errorf("passkeys of %s: %w", address, err)
	}
	return &Site{party: party, Host: host}, nil
}

// Question is what a browser is asked for. Options go to the browser, as JSON; State comes back with its answer, and must be the same then.
type Question struct{ Options, State []byte }

// Owner is somebody with passkeys.
type Owner struct {
	// ID names the owner to the browser; Name is what it shows.
	ID   []byte
	Name string
	// Passkeys are those that there are, as Passkey.Data has them.
	Passkeys [][]byte
}

// Passkey is a passkey that a browser has.
type Passkey struct {
	// ID is that of the browser, Data what its answers are checked with: a public key, and no secret.
	ID, Data []byte
}

// AskNew asks the browser of an owner for a new passkey. The device checks who its user is, and keeps whose it is: nobody types a name to sign in.
func (s *Site) AskNew(of Owner) (Question, error) {
	who, err := of.user()
	if err != nil {
		return Question{}, err
	}
	options, state, err := s.party.BeginRegistration(who,
		webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}),
		webauthn.WithConveyancePreference(protocol.PreferNoAttestation),
		webauthn.WithExclusions(webauthn.Credentials(who.passkeys).CredentialDescriptors()))
	return question(options, state, err)
}

// TakeNew is the passkey of an answer to AskNew. The error says why it is none.
func (s *Site) TakeNew(of Owner, state, answer []byte) (Passkey, error) {
	who, asked, err := of.read(state)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Passkey{}, fmt.Errorf("new passkey: %w", err)
	}
	made, err := s.party.CreateCredential(who, asked, parsed)
	if err != nil {
		return Passkey{}, fmt.Errorf("new passkey: %w", err)
	}
	return written(made)
}

// AskSignIn asks a browser for any of its passkeys.
func (s *Site) AskSignIn() (Question, error) {
	options, state, err := s.party.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	return question(options, state, err)
}

// TakeSignIn is the passkey of an answer to AskSignIn, as it is from now on. find looks its owner up by the ids of both.
func (s *Site) TakeSignIn(state, answer []byte, find func(passkey, owner []byte) (Owner, error)) (Passkey, error) {
	_, asked, err := Owner{}.read(state)
	if err != nil {
		return Passkey{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Passkey{}, fmt.Errorf("passkey: %w", err)
	}
	used, err := s.party.ValidateDiscoverableLogin(func(id, handle []byte) (webauthn.User, error) {
		of, err := find(id, handle)
		if err != nil {
			return nil, err
		}
		return of.user()
	}, asked, parsed)
	if err != nil {
		return Passkey{}, fmt.Errorf("passkey: %w", err)
	}
	if used.Authenticator.CloneWarning {
		return Passkey{}, errors.New("passkey: its counter went back, so that there is a copy of it")
	}
	return written(used)
}

func question(options any, state *webauthn.SessionData, err error) (q Question, _ error) {
	if err == nil {
		q.Options, err = json.Marshal(options)
	}
	if err == nil {
		q.State, err = json.Marshal(state)
	}
	if err != nil {
		return Question{}, fmt.Errorf("question for a passkey: %w", err)
	}
	return q, nil
}

func written(c *webauthn.Credential) (Passkey, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return Passkey{}, fmt.Errorf("passkey: %w", err)
	}
	return Passkey{ID: c.ID, Data: data}, nil
}

// user is the owner as the library knows users.
func (of Owner) user() (user, error) {
	who := user{id: of.ID, name: of.Name}
	for _, data := range of.Passkeys {
		var c webauthn.Credential
		if err := json.Unmarshal(data, &c); err != nil {
			return who, fmt.Errorf("passkey: %w", err)
		}
		who.passkeys = append(who.passkeys, c)
	}
	return who, nil
}

func (of Owner) read(state []byte) (user, webauthn.SessionData, error) {
	var asked webauthn.SessionData
	if err := json.Unmarshal(state, &asked); err != nil {
		return user{}, asked, fmt.Errorf("question for a passkey: %w", err)
	}
	who, err := of.user()
	return who, asked, err
}

type user struct {
	id       []byte
	name     string
	passkeys []webauthn.Credential
}

// WebAuthnID is the id of the user.
func (u user) WebAuthnID() []byte { return u.id }

// WebAuthnName is what devices call the user's account.
func (u user) WebAuthnName() string { return u.name }

// WebAuthnDisplayName is WebAuthnName.
func (u user) WebAuthnDisplayName() string { return u.name }

// WebAuthnCredentials are the passkeys of the user.
func (u user) WebAuthnCredentials() []webauthn.Credential { return u.passkeys }
