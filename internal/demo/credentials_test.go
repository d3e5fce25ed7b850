package demo_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/almoner/almoner/internal/demo"
)

func sample() demo.Credentials {
	place := demo.Address{ID: "018f", LegacyID: 3, Slug: "here", OwnerSlug: "me"}
	login := demo.Login{ID: "018e", LegacyID: 1, Slug: "me", Email: "me@people.example", Password: "p", Role: "user"}
	application := demo.ApplicationSecrets{
		ID: "i", ClientID: "ci", ClientSecret: "cs", RedirectURI: "http://127.0.0.1/", RedirectURIs: []string{"http://127.0.0.1/"}, Scopes: []string{"public"},
	}
	seed := uint64(7)
	return demo.Credentials{
		BaseURL: "http://127.0.0.1:8080", Database: "sqlite:almoner.db", Seed: &seed,
		V3:      demo.V3Tokens{ApplicationToken: "a", UserToken: "u", CauseToken: "c", Application: application},
		Sandbox: demo.SandboxToken{Token: "s"}, Application: application, Users: []demo.Login{login}, Operator: login, UserCampaignOwner: login,
		Team: place, Cause: place, FundraisingEvent: place, TeamCampaign: place, Campaign: place, EmptyCampaign: place, SecondCampaign: place,
		PersonalCampaign: place, AuctionHouse: place, WebhookEndpoint: demo.Endpoint{ID: "e", SigningKey: "k"}, WebhookRelay: demo.Relay{ID: "r"},
		LegacyRelay: demo.Legacy{Provider: "bot", UUID: "7"},
	}
}

func TestCredentialsRoundTrip(t *testing.T) {
	t.Parallel()
	dir, want := t.TempDir(), sample()
	old := want
	old.BaseURL = "http://127.0.0.1:1"
	for _, c := range []demo.Credentials{old, want} {
		if err := c.Save(dir); err != nil {
			t.Fatalf("save: %v", err)
		}
	}
	got, err := demo.Load(dir)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	info, err := os.Stat(filepath.Join(dir, demo.CredentialsFile))
	if err != nil {
		t.Fatalf("stat: %v", err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %o, want 600", info.Mode().Perm())
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("got %d files (%v), want the one", len(entries), err)
	}
}

// Programs outside rely on these names.
func TestCredentialsKeys(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(sample())
	if err != nil {
		t.Fatalf("marshal: %v", err)
	}
	const place = `{"id":"018f","legacy_id":3,"slug":"here","owner_slug":"me"}`
	const login = `{"id":"018e","legacy_id":1,"slug":"me","email":"me@people.example","password":"p","role":"user"}`
	const application = `{"id":"i","client_id":"ci","client_secret":"cs","redirect_uri":"http://127.0.0.1/",` +
		`"redirect_uris":["http://127.0.0.1/"],"scopes":["public"]}`
	want := `{"base_url":"http://127.0.0.1:8080","database":"sqlite:almoner.db","seed":7,` +
		`"v3":{"application_token":"a","user_token":"u","cause_token":"c","application":` + application + `},"sandbox":{"token":"s"},` +
		`"application":` + application + `,"users":[` + login + `],"operator":` + login + `,"team":` + place + `,"cause":` + place + `,"fundraising_event":` + place +
		`,"team_campaign":` + place + `,"campaign":` + place + `,"empty_campaign":` + place + `,"second_campaign":` + place +
		`,"user_campaign_owner":` + login + `,"personal_campaign":` + place + `,"auction_house":` + place +
		`,"webhook_endpoint":{"id":"e","signing_key":"k"},"webhook_relay":{"id":"r"},"legacy_relay":{"provider":"bot","uuid":"7"}}`
	if string(text) != want {
		t.Errorf("got %s\nwant %s", text, want)
	}
}

func TestLoadWithoutFile(t *testing.T) {
	t.Parallel()
	if _, err := demo.Load(t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want fs.ErrNotExist", err)
	}
	if err := sample().Save(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("save into a missing folder: got %v, want fs.ErrNotExist", err)
	}
}

func TestLoadBroken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, demo.CredentialsFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := demo.Load(dir); err == nil {
		t.Errorf("got %+v, want an error", c)
	}
}
