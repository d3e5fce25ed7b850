// Package testpasskey is a device that keeps a passkey, for tests: it answers as a browser does.
package testpasskey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"net/url"
	"testing"

	"github.com/descope/virtualwebauthn"

	"github.com/almoner/almoner/internal/must"
)

// Device keeps one passkey of its owner.
type Device struct {
	// Origin is where its browser is, and Careless has it not look who is there.
	Origin   string
	Careless bool

	host  string
	owner []byte
	key   virtualwebauthn.Credential
}

// New is the device of an owner, in a browser at an address.
func New(t testing.TB, address string, owner []byte) *Device {
	t.Helper()
	for {
		key := must.Get(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
		// The library drops zeros at the start of coordinates, which no browser does.
		if point := must.Get(key.PublicKey.Bytes())(t); point[1] == 0 || point[1+32] == 0 {
			continue
		}
		data := must.Get(x509.MarshalPKCS8PrivateKey(key))(t)
		return &Device{
			Origin: address, host: must.Get(url.Parse(address))(t).Hostname(), owner: owner,
			key: virtualwebauthn.NewCredentialWithImportedKey(virtualwebauthn.KeyTypeEC2, data),
		}
	}
}

func (d *Device) authenticator() virtualwebauthn.Authenticator {
	a := virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: d.owner, UserNotVerified: d.Careless})
	a.AddCredential(d.key)
	return a
}

func (d *Device) party() virtualwebauthn.RelyingParty {
	return virtualwebauthn.RelyingParty{Name: d.host, ID: d.host, Origin: d.Origin}
}

// Makes is the answer to the options of a question for a new passkey.
func (d *Device) Makes(t testing.TB, options string) string {
	t.Helper()
	asked := must.Get(virtualwebauthn.ParseAttestationOptions(options))(t)
	return virtualwebauthn.CreateAttestationResponse(d.party(), d.authenticator(), d.key, *asked)
}

// SignsIn is the answer to the options of a question for a passkey to sign in with.
func (d *Device) SignsIn(t testing.TB, options string) string {
	t.Helper()
	asked := must.Get(virtualwebauthn.ParseAssertionOptions(options))(t)
	return virtualwebauthn.CreateAssertionResponse(d.party(), d.authenticator(), d.key, *asked)
}
