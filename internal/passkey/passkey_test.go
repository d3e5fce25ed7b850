package passkey_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/passkey"
	"github.com/almoner/almoner/internal/testpasskey"
)

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
	phone := testpasskey.New(t, "https://almoner.test", ada.ID)
	careless := testpasskey.New(t, "https://almoner.test", ada.ID)
	careless.Careless = true
	astray := testpasskey.New(t, "https://almoner.test", ada.ID)
	astray.Origin = "https://almoner.test.evil.test"
	for name, answer := range map[string]string{
		"another site": astray.Makes(t, string(asked.Options)), "another question": phone.Makes(t, string(must.Get(site.AskNew(ada))(t).Options)),
		"nobody looked": careless.Makes(t, string(asked.Options)), "nothing": "", "no answer": `{"id":"x"}`,
	} {
		if got, err := site.TakeNew(ada, asked.State, []byte(answer)); err == nil {
			t.Errorf("%s: got %+v, want it refused", name, got)
		}
	}
	made := must.Get(site.TakeNew(ada, asked.State, []byte(phone.Makes(t, string(asked.Options)))))(t)
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
	used := must.Get(site.TakeSignIn(question.State, []byte(phone.SignsIn(t, string(question.Options))), find))(t)
	if string(used.ID) != string(made.ID) {
		t.Errorf("got the passkey %x, want %x", used.ID, made.ID)
	}
	phone.Careless = true
	unverified := phone.SignsIn(t, string(question.Options))
	phone.Careless = false
	stranger := testpasskey.New(t, "https://almoner.test", []byte("somebody else"))
	elsewhere := *phone
	elsewhere.Origin = "https://almoner.test.evil.test"
	for name, answer := range map[string]string{
		"nobody looked": unverified, "unknown": stranger.SignsIn(t, string(question.Options)), "another question": phone.SignsIn(t, string(must.Get(site.AskSignIn())(t).Options)), "another site": elsewhere.SignsIn(t, string(question.Options)),
		"nothing": "", "no answer": "{}",
	} {
		if got, err := site.TakeSignIn(question.State, []byte(answer), find); err == nil {
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
