package apiv3_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// TestTokensOfV5ApplicationsNeedPublic reads with what a user allowed to an application of the other version.
func TestTokensOfV5ApplicationsNeedPublic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	draft := w.path("/campaigns/{draft}")
	for name, c := range map[string]struct {
		api    string
		scopes []string
		want   int
	}{
		"V5 without public": {fund.APIV5, []string{fund.ScopeWebhooksRead, fund.ScopeCause}, 403},
		"V5 with public":    {fund.APIV5, []string{fund.ScopePublic}, 200},
		"V3":                {fund.APIV3, []string{fund.ScopeWrite}, 200},
	} {
		application, _, _, err := w.CreateApplication(t.Context(), app.System(), app.NewApplication{
			Name: name, API: c.api, Owner: w.Ada.ID, RedirectURIs: []string{"https://bot.example/back"}, Scopes: fund.Scopes(),
		})
		w.Must(err)
		token, err := w.CreateToken(t.Context(), app.System(), fund.Token{
			Kind: fund.TokenUser, UserID: w.Ada.ID, ApplicationID: application.ID, API: c.api, Scopes: c.scopes,
		})
		w.Must(err)
		for _, path := range []string{"/user", draft, w.path("/campaigns/{campaign}")} {
			if got := w.call("GET", path, token, ""); got.Code != c.want {
				t.Errorf("%s %s: got %d, want %d", name, path, got.Code, c.want)
			}
		}
		shown := strings.Contains(w.call("GET", "/users/ada/campaigns", token, "").Body.String(), `"status":"unpublished"`)
		if shown != (c.want == 200) {
			t.Errorf("%s: got drafts shown %v, want %v", name, shown, c.want == 200)
		}
	}
}
