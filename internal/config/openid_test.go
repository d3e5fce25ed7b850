package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
)

// club is a provider, changed.
func club(change func(*config.OpenID)) config.OpenID {
	o := config.OpenID{
		Issuer: map[string]string{"club": "https://Login.example.org/realms/club/"}, ClientID: map[string]string{"club": "almoner"}, SecretFile: map[string]string{"club": "/run/club"},
		Secret: map[string]string{}, Name: map[string]string{}, Scopes: map[string]string{},
	}
	change(&o)
	return o
}

// TestOpenIDProviders reads good settings: issuers stay as they are written.
func TestOpenIDProviders(t *testing.T) {
	t.Parallel()
	got := must.Get(club(func(o *config.OpenID) {
		o.ClientID["twitch"], o.Secret["twitch"], o.Scopes["club"] = " abc ", "s", "profile  groups"
	}).Providers())(t)
	if len(got) != 2 {
		t.Fatalf("got %+v, want two", got)
	}
	if p := got[0]; p.ID != "club" || p.Name != "Login.example.org" || p.Issuer != "https://Login.example.org/realms/club/" || p.SecretFile != "/run/club" || !slices.Equal(p.Scopes, []string{"profile", "groups"}) {
		t.Errorf("got %+v, want the club", p)
	}
	if p := got[1]; p.ID != config.OpenIDTwitch || p.Name != "Twitch" || p.Issuer != "" || p.ClientID != "abc" || p.Secret != "s" {
		t.Errorf("got %+v, want Twitch", p)
	}
	if got := must.Get(config.OpenID{}.Providers())(t); len(got) != 0 {
		t.Errorf("got %+v, want none", got)
	}
}

// TestOpenIDSettingsThatCannotBeMeant names the setting and the way out, and repeats no secret.
func TestOpenIDSettingsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	many := func(n int) func(*config.OpenID) {
		return func(o *config.OpenID) {
			for i := range n {
				id := fmt.Sprintf("p%d", i)
				o.Issuer[id], o.ClientID[id], o.Secret[id] = "https://"+id+".test", "x", "y"
			}
		}
	}
	for name, c := range map[string]struct {
		change func(*config.OpenID)
		want   string // a part of the refusal; "" wants none
	}{
		"as it is":       {func(*config.OpenID) {}, ""},
		"no client id":   {func(o *config.OpenID) { delete(o.ClientID, "club") }, "--openid-client-id is missing for club; write club="},
		"no secret":      {func(o *config.OpenID) { delete(o.SecretFile, "club") }, "--openid-secret-file is missing for club; write club="},
		"two secrets":    {func(o *config.OpenID) { o.Secret["club"] = "hidden" }, "keep one of them"},
		"no issuer":      {func(o *config.OpenID) { delete(o.Issuer, "club") }, "--openid-issuer is missing for club; write club="},
		"only a name":    {func(o *config.OpenID) { o.Name["other"] = "Other" }, "--openid-client-id is missing for other"},
		"a bad id":       {func(o *config.OpenID) { o.Name["Our Club"] = "x" }, `--openid-name: "Our Club" is not an id`},
		"the longest id": {func(o *config.OpenID) { o.Name[strings.Repeat("a", 32)] = "x" }, "--openid-client-id is missing for aaa"},
		"a long id":      {func(o *config.OpenID) { o.Name[strings.Repeat("a", 33)] = "x" }, "is not an id"},
		"twitch by hand": {func(o *config.OpenID) {
			o.Issuer["twitch"], o.ClientID["twitch"], o.Secret["twitch"] = "https://id.twitch.tv/oauth2", "x", "y"
		}, "the issuer of twitch is known"},
		"the same issuer":     {func(o *config.OpenID) { o.Issuer["b"], o.ClientID["b"], o.Secret["b"] = o.Issuer["club"], "x", "y" }, "b and club have the same issuer"},
		"no web address":      {func(o *config.OpenID) { o.Issuer["club"] = "login.example.org" }, "is not an issuer; write it like"},
		"with a query":        {func(o *config.OpenID) { o.Issuer["club"] = "https://login.example.org/?a" }, "an issuer has not"},
		"with a user":         {func(o *config.OpenID) { o.Issuer["club"] = "https://u:hidden@login.example.org" }, "an issuer has not"},
		"open to listeners":   {func(o *config.OpenID) { o.Issuer["club"] = "http://login.example.org" }, "write an address with https://"},
		"on this machine":     {func(o *config.OpenID) { o.Issuer["club"] = "http://127.0.0.1:8081/realms/club" }, ""},
		"the longest name":    {func(o *config.OpenID) { o.Name["club"] = strings.Repeat("é", config.MaxOpenIDName) }, ""},
		"a long name":         {func(o *config.OpenID) { o.Name["club"] = strings.Repeat("é", config.MaxOpenIDName+1) }, "at most 40 characters in one line"},
		"a name of two lines": {func(o *config.OpenID) { o.Name["club"] = "a\nb" }, "in one line"},
		"a bad scope":         {func(o *config.OpenID) { o.Scopes["club"] = `a "b"` }, "is not a scope"},
		"a long client id":    {func(o *config.OpenID) { o.ClientID["club"] = strings.Repeat("a", 1001) }, "at most 1000 bytes"},
		"most providers":      {many(config.MaxOpenIDProviders - 1), ""},
		"too many providers":  {many(config.MaxOpenIDProviders), "name at most 20"},
	} {
		err := club(c.change).Check()
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: got %v, want no refusal", name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: got %v, want a refusal with %q", name, err, c.want)
		case err != nil && strings.Contains(err.Error(), "hidden"):
			t.Errorf("%s: got %v, want no secret in it", name, err)
		}
	}
}
