package passkey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/passkey"
)

// device makes passkeys at the site, as the browser at an origin sees it.
type device struct {
	virtualwebauthn.Authenticator

	party virtualwebauthn.RelyingParty
	key   virtualwebauthn.Credential
}

func newDevice(origin string, owner []byte) *device {
	return &device{
		Authenticator: virtualwebauthn.NewAuthenticatorWithOptions(virtualwebauthn.AuthenticatorOptions{UserHandle: owner}),
		party:         virtualwebauthn.RelyingParty{Name: "almoner.test", ID: "almoner.test", Origin: origin}, key: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2),
	}
}

func (d *device) makes(t *testing.T, q passkey.Question) []byte {
	t.Helper()
	options := must.Get(virtualwebauthn.ParseAttestationOptions(string(q.Options)))(t)
	return []byte(virtualwebauthn.CreateAttestationResponse(d.party, d.Authenticator, d.key, *options))
}

func (d *device) signsIn(t *testing.T, q passkey.Question) []byte {
	t.Helper()
	options := must.Get(virtualwebauthn.ParseAssertionOptions(string(q.Options)))(t)
	return []byte(virtualwebauthn.CreateAssertionResponse(d.party, d.Authenticator, d.key, *options))
}

// TestAPasskeyIsMadeAndUsed makes one and signs in with it. Answers to other questions, from other sites and of devices that did not look who is there are refused.
func TestAPasskeyIsMadeAndUsed(t *testing.T) {
	t.Parallel()
	site := must.Get(passkey.New("https://almoner.test"))(t)
	ada := passkey.Owner{ID: []byte("ada's own handle"), Name: "ada@example.org"}
	asked := must.Get(site.AskNew(ada))(t)
	for _, want := range []string{`"residentKey":"required"`, `"userVerification":"required"`, `"id":"almoner.test"`, "ada@example.org"} {
		if !strings.Contains(string(asked.Options), want) {
			t.Errorf("got the options %s, want %s in them", asked.Options, want)
		}
	}
	phone := newDevice("https://almoner.test", ada.ID)
	careless := newDevice("https://almoner.test", ada.ID)
	careless.Options.UserNotVerified = true
	for name, answer := range map[string][]byte{
		"another site": newDevice("https://evil.test", ada.ID).makes(t, asked), "another question": phone.makes(t, must.Get(site.AskNew(ada))(t)),
		"nobody looked": careless.makes(t, asked), "nothing": nil, "no answer": []byte(`{"id":"x"}`),
	} {
		if got, err := site.TakeNew(ada, asked.State, answer); err == nil {
			t.Errorf("%s: got %+v, want it refused", name, got)
		}
	}
	made := must.Get(site.TakeNew(ada, asked.State, phone.makes(t, asked)))(t)
	phone.AddCredential(phone.key)
	ada.Passkeys = [][]byte{made.Data}
	if again := must.Get(site.AskNew(ada))(t); !strings.Contains(string(again.Options), `"excludeCredentials":[{`) {
		t.Errorf("got %s, want the passkey that is there left out", again.Options)
	}

	find := func(id, owner []byte) (passkey.Owner, error) {
		if string(id) != string(made.ID) || string(owner) != string(ada.ID) {
			return passkey.Owner{}, errors.New("unknown")
		}
		return ada, nil
	}
	question := must.Get(site.AskSignIn())(t)
	used := must.Get(site.TakeSignIn(question.State, phone.signsIn(t, question), find))(t)
	if string(used.ID) != string(made.ID) {
		t.Errorf("got the passkey %x, want %x", used.ID, made.ID)
	}
	phone.Options.UserNotVerified = true
	unverified := phone.signsIn(t, question)
	phone.Options.UserNotVerified = false
	stranger := newDevice("https://almoner.test", []byte("somebody else"))
	elsewhere := *phone
	elsewhere.party.Origin = "https://almoner.test.evil.test"
	for name, answer := range map[string][]byte{
		"nobody looked": unverified, "unknown": stranger.signsIn(t, question), "another question": phone.signsIn(t, must.Get(site.AskSignIn())(t)), "another site": elsewhere.signsIn(t, question),
		"nothing": nil, "no answer": []byte("{}"),
	} {
		if got, err := site.TakeSignIn(question.State, answer, find); err == nil {
			t.Errorf("%s: got %+v, want it refused", name, got)
		}
	}
}

func TestWherePasskeysWork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://give.example.org": "give.example.org", "https://give.example.org:8443": "give.example.org", "http://localhost:8080": "localhost",
		"http://give.example.org": "", "http://127.0.0.1:8080": "", "https://192.0.2.1": "", "https://[::1]": "", "": "",
	} {
		site, err := passkey.New(address)
		if want == "" && !errors.Is(err, passkey.ErrHost) || want != "" && (err != nil || site.Host != want) {
			t.Errorf("%s: got %+v, %v, want %q", address, site, err, want)
		}
	}
}
