package holes_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
)

// leastClosed is how many routes are closed to a stranger at least.
const leastClosed = 200

// TestRightsEndAtWhatTheyAreFor gives a stranger everything at another cause, team, event and campaign, and wants each route of those that there are to stay closed: forms for an account at a payment
// provider, gifts, exports, people and settings among them.
func TestRightsEndAtWhatTheyAreFor(t *testing.T) {
	t.Parallel()
	w := world(t)
	closed := map[string]int{}
	for _, r := range w.Routes() {
		if answer := w.Serve(w.Request(t, "stranger", r)); r.Pattern != testcallers.SignOutPage && refuses(answer) {
			closed[r.String()] = answer.Code
		}
	}
	everything(t, w)
	in := must.Get(w.SignIn(t.Context(), app.Credentials{Email: w.Users["stranger"].Email, Password: testcallers.Password}))(t)
	w.Browsers["stranger"] = testcallers.Browser{Cookie: "__Host-almoner_session=" + in.Session}
	for _, r := range w.Routes() {
		before, was := closed[r.String()]
		if !was {
			continue
		}
		if answer := w.Serve(w.Request(t, "stranger", r)); !refuses(answer) {
			t.Errorf("%s: got %d for somebody with rights elsewhere, want it refused as before with %d\n%.300s", r, answer.Code, before, answer.Body)
		}
	}
	if len(closed) < leastClosed {
		t.Errorf("got %d routes that are closed to strangers, want %d at least", len(closed), leastClosed)
	}
}

// refuses reports whether an answer lets nobody in.
func refuses(answer *httptest.ResponseRecorder) bool {
	switch answer.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	case http.StatusSeeOther:
		return strings.HasPrefix(answer.Header().Get("Location"), testcallers.SignInPage)
	}
	return false
}

// everything gives the stranger each role of another cause, the head of another team, and a campaign.
func everything(t *testing.T, w *testcallers.World) {
	t.Helper()
	ctx, stranger := t.Context(), testworld.As(w.Users["stranger"])
	cause := must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Another cause", Slug: "another-cause", Currency: "USD"}}))(t)
	w.AllowOffline(ctx, cause.ID)
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: cause.ID, User: w.Users["stranger"].ID, Role: fund.CauseOwner}))
	must.Get(w.CreateTeam(ctx, stranger, fund.TeamPatch{Name: fund.Some("Another team")}))(t)
	must.Get(w.CreateCampaign(ctx, stranger, fund.CampaignPatch{Name: fund.Some("Another"), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published)}))(t)
	must.Get(w.CreateFundraisingEvent(ctx, stranger, fund.Key{ID: cause.ID}, fund.EventPatch{Name: fund.Some("Another event")}))(t)
}
