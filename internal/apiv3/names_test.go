package apiv3_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestSlugsMayHaveTheirSign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, plain := range map[string]string{
		"/users/@ada": "/users/ada", "/users/@ADA/campaigns": "/users/ada/campaigns", "/users/%40ada/campaigns/speedrun": "/users/ada/campaigns/speedrun",
		"/users/@ada/teams": "/users/ada/teams", "/teams/+night-owls": "/teams/night-owls", "/teams/%2Bnight-owls": "/teams/night-owls",
		"/teams/+night-owls/campaigns/all-night": "/teams/night-owls/campaigns/all-night",
	} {
		got, want := w.call("GET", target, w.appToken, ""), w.call("GET", plain, w.appToken, "")
		if got.Code != 200 || got.Body.String() != strings.ReplaceAll(want.Body.String(), plain, target) {
			t.Errorf("%s: got %d %s, want the same as %s", target, got.Code, got.Body, plain)
		}
	}
	for _, target := range []string{"/users/+ada", "/users/@@ada", "/users/@1", "/teams/@night-owls", "/causes/@game-aid", "/users/ada/campaigns/@speedrun", "/users/@", "/teams/+"} {
		wantError(t, target, w.call("GET", target, w.appToken, ""), 404)
	}
	if answer := w.call("PATCH", "/users/@ada/campaigns/speedrun", w.adaToken, `{"name":"Faster"}`); answer.Code != 200 {
		t.Errorf("got %d %s, want the campaign changed", answer.Code, answer.Body)
	}
}

// TestWhatIsMissingIsNamedAsItWasAskedFor also keeps the id of a draft from strangers.
func TestWhatIsMissingIsNamedAsItWasAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, want := range map[string]string{
		"/users/ada/campaigns/nope":           "There is no campaign @ada/nope.",
		"/users/{ada}/campaigns/nope":         "There is no campaign @ada/nope.",
		"/users/@ada/campaigns/draft":         "There is no campaign @ada/draft.",
		"/users/ada/campaigns/{draft}":        "There is no campaign {draft}.",
		"/users/ada/campaigns/{empty}":        "There is no campaign {empty}.",
		"/teams/night-owls/campaigns/targets": "There is no campaign +night-owls/targets.",
		"/teams/target/campaigns/x":           "There is no team target.",
		"/users/nobody/campaigns/x":           "There is no user nobody.",
		"/campaigns/{draft}":                  "There is no campaign {draft}.",
		"/challenges/999999":                  "There is no challenge 999999.",
		"/causes/none":                        "There is no cause none.",
	} {
		target, want = w.path(target), w.path(want)
		if detail := wantError(t, target, w.call("GET", target, w.appToken, ""), 404); !strings.HasPrefix(detail, want) {
			t.Errorf("%s: got %q, want %q", target, detail, want)
		}
	}
}

func TestBadTokensAreToldSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const start, bad = `Bearer realm="almoner"`, `Bearer realm="almoner", error="invalid_token", error_description=`
	for who, want := range map[string]string{
		"": start, "unknown": bad + `"The access token is not known."`, "revoked": bad + `"The access token was revoked."`,
		"application": bad + `"This needs a token of a user: an application's or a cause's own token has no user."`,
	} {
		answer := w.call("GET", "/user", w.token(who), "", "Origin", "https://page.test")
		if got := answer.Header().Get("WWW-Authenticate"); got != want || answer.Code != 401 {
			t.Errorf("%q: got %d with WWW-Authenticate %q, want 401 with %q", who, answer.Code, got, want)
		}
		for _, name := range []string{"Location", "Allow", "WWW-Authenticate", "ETag"} {
			if got := answer.Header().Get("Access-Control-Expose-Headers"); !strings.Contains(got, name) {
				t.Errorf("got %q exposed to pages, want %s among it", got, name)
			}
		}
	}
}

func TestRefusalsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	weak, err := d.CreateToken(t.Context(), app.System(), fund.Token{Kind: fund.TokenUser, UserID: d.owner.ID, Scopes: []string{fund.ScopePublic}})
	must.Do(t, err)
	d.tokens["weak"] = weak
	campaign := fmt.Sprintf("/campaigns/%d", d.campaign)
	for _, c := range []struct{ who, path, want string }{
		{"weak", campaign, `, error="insufficient_scope", scope="write", error_description="This needs a token with the scope write."`},
		{"stranger", campaign, `, error_description="The user, cause or application of this token may not do this here."`},
		{"weak", fmt.Sprintf("/causes/%d/permissions", d.Cause.LegacyID), `, error="insufficient_scope", scope="cause", error_description="This needs a token with the scope cause."`},
	} {
		answer := d.ask(t, c.who, "PATCH", c.path, `{"name":"X"}`)
		if got, want := answer.header.Get("WWW-Authenticate"), `Bearer realm="almoner"`+c.want; got != want || answer.status != 403 {
			t.Errorf("%s by %s: got %d with WWW-Authenticate %q, want 403 with %q", c.path, c.who, answer.status, got, want)
		}
	}
}

func TestMilestonesHaveAnAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	list := fmt.Sprintf("/campaigns/%d/milestones", d.campaign)
	made := d.ask(t, "owner", "POST", list, `{"name":"M","amount":50}`)
	at := strings.TrimPrefix(made.header.Get("Location"), "/api/v3")
	if want := fmt.Sprintf("%s/%v", list, made.Data["id"]); at != want {
		t.Fatalf("got Location %q, want %q", at, want)
	}
	if got := d.ask(t, "owner", "PATCH", at, `{"milestone":{"amount":"60.50","active":false}}`); got.status != 200 || got.Data["amount"] != 60.5 || got.Data["active"] != false {
		t.Errorf("got %d %s, want it changed", got.status, got.text)
	}
	if got := d.ask(t, "owner", "PATCH", at, `{"name":"","amount":0}`); got.status != 422 || !sameJSON(t, string(got.Errors), `{"milestone":{"name":"name cannot be blank","amount":"amount must be more than zero"}}`) {
		t.Errorf("got %d %s, want both fields wrong", got.status, got.text)
	}
	for _, who := range []string{"stranger", "cause", ""} {
		if got := d.ask(t, who, "DELETE", at, ""); got.status != 401 && got.status != 403 {
			t.Errorf("%q: got %d %s, want a refusal", who, got.status, got.text)
		}
	}
	if got := d.ask(t, "owner", "DELETE", at, ""); got.status != 200 {
		t.Errorf("got %d %s, want it deleted", got.status, got.text)
	}
	if got := d.ask(t, "owner", "DELETE", at, ""); got.status != 404 {
		t.Errorf("got %d %s, want 404 the second time", got.status, got.text)
	}
}
