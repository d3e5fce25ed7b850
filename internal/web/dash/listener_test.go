package dash_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/web/dash"
)

// TestWhoIsConnected names applications, own access tokens and volunteers for the owner, nobody who is signed in, and nothing for volunteers.
func TestWhoIsConnected(t *testing.T) {
	t.Parallel()
	counts := map[app.Listener]int{}
	h := newHouseWith(t, dash.Options{Listeners: func(fund.ID) map[app.Listener]int { return counts }})
	ctx := t.Context()
	token := func(user fund.ID, name string) app.Listener {
		_, made, err := h.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: user, Name: name, Scopes: []string{"public"}})
		must.Do(t, err)
		return app.ListenerOf("sse", app.Actor{Kind: app.ActorUser, User: user, Token: made.ID})
	}
	other := must.Get(h.CreateUser(ctx, app.System(), app.NewUser{Username: "Quentin", Email: "quentin@example.org", Password: password}))(t)
	overlay, _, _, err := h.CreateApplication(ctx, app.System(), app.NewApplication{Name: "<b>Overlay</b>", RedirectURIs: []string{"https://overlay.example/back"}})
	must.Do(t, err)
	given := must.Get(h.GiveGrants(ctx, h.owner, h.key(), []fund.FactGrantInput{
		{Name: "Robin", Roles: []fund.GrantRole{fund.GrantScreener}, EndsAt: h.Now().Add(time.Hour)},
	}))(t)
	helper := given[0].ID
	bar := must.Get(h.CreateOverlay(t.Context(), h.owner, app.FactKey{Key: fund.Key{ID: h.campaign.ID}}, fund.OverlayPatch{
		Name: fund.Some("Goal bar"), Kind: fund.Some(fund.OverlayGoal), Theme: fund.Some(fund.ThemeCard),
	}))(t)
	for l, n := range map[app.Listener]int{
		app.ListenerOf("websocket", app.Actor{}): 1200, app.ListenerOf("phoenix", app.Actor{}): 3,
		app.ListenerOf("websocket", testworld.As(other)):                                                               2,
		app.ListenerOf("websocket", app.Actor{Kind: app.ActorApplication, Application: overlay.ID, Token: fund.ID{5}}): 9,
		app.ListenerOf("sse", app.Actor{Kind: app.ActorApplication, Application: fund.ID{9}}):                          1,
		token(h.owner.User, "My bot"): 4, token(other.ID, "Quentin's bot"): 6,
		app.ListenerOf("websocket", app.Actor{Kind: app.ActorGrant, Grant: helper}):   5,
		app.ListenerOf("overlay", app.Actor{Kind: app.ActorOverlay, Overlay: bar.ID}): 8,
	} {
		counts[l] = n
	}
	section := regexp.MustCompile(`(?s)<section aria-labelledby="listeners">.*?</section>`)
	page := h.as("owner").Get(h.base()).Text
	got := strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(section.FindString(page), " ")), " ")
	want := "Connected now Open pages, overlays and bots without a token WebSocket, connections: 1,200 The app &lt;b&gt;Overlay&lt;/b&gt; WebSocket, connections: 9 Overlay Goal bar Open in streaming programs and previews: 8 " +
		"Somebody else’s access token Server-sent events, connections: 6 Helper Robin WebSocket, connections: 5 Your access token My bot Server-sent events, connections: 4 " +
		"Open pages, overlays and bots without a token Socket of version 3, connections: 3 People who are signed in WebSocket, connections: 2 An app that is gone Server-sent events, connections: 1 " +
		"What is connected to the server that made this page. A site on several servers has such a list on each."
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(page, "<dd>1,238</dd>") {
		t.Error("got another number of live connections, want all of them")
	}
	if page := h.accepted(h.invited("Sasha", string(fund.GrantScreener))).Get(h.base()).Text; section.MatchString(page) || !strings.Contains(page, "<dd>1,238</dd>") {
		t.Error("a volunteer: got who is connected, want the number alone")
	}

	for i := range app.MaxListeners + 1 {
		counts[app.ListenerOf("sse", app.Actor{Kind: app.ActorApplication, Application: fund.ID{1, byte(i)}})] = 20
	}
	page = section.FindString(h.as("owner").Get(h.base()).Text)
	if lines := strings.Count(page, "<li>"); lines != app.MaxListeners || !strings.Contains(page, "1,200") || strings.Contains(page, "Robin") {
		t.Errorf("got %d lines, want %d, those with the most connections", lines, app.MaxListeners)
	}
}
