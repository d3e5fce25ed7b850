package live_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// TestADeletedAccountIsDisconnected deletes an account with its connections open, on both databases: those of its session, of a token, of a program that it owns, and of
// somebody who helps at a campaign of it.
func TestADeletedAccountIsDisconnected(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := siteAt(t, url(t), live.HubOptions{})
			ctx := t.Context()
			token := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: s.Ada.ID, Scopes: []string{fund.ScopePublic}}))(t)
			cookie, _ := s.signIn(t, s.Ada)
			_, _, program, err := s.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Overlay", RedirectURIs: []string{"https://overlay.test/"}, Owner: s.Ada.ID})
			must.Do(t, err)
			links := must.Get(s.GiveGrants(ctx, testworld.As(s.Ada), testworld.ByID(s.Draft), []fund.FactGrantInput{
				{Name: "Cleo", Roles: []fund.GrantRole{fund.GrantScreener}, EndsAt: s.Now().Add(time.Hour)},
			}))(t)
			must.Get(s.AcceptGrant(ctx, testworld.As(s.Cleo), links[0].Key))(t)
			helper, _ := s.signIn(t, s.Cleo)
			s.stage.here(ctx)
			draft, public := "/live/facts/"+s.Draft.ID.String()+"/events", "/live/facts/"+s.Campaign.ID.String()+"/events"
			streams := map[string]*stream{
				"session": s.open(t, draft, "Cookie", cookie, "Origin", s.server.URL),
				"token":   s.open(t, draft, "Authorization", "Bearer "+token),
				"program": s.open(t, public, "Authorization", "Bearer "+program),
				"helper":  s.open(t, draft, "Cookie", helper, "Origin", s.server.URL),
			}
			for _, one := range streams {
				one.next()
			}
			c := s.dial(t, http.Header{"Authorization": {"Bearer " + token}})
			c.say(`{"type":"subscribe","facts":["` + s.Draft.ID.String() + `"]}`)
			c.next("state")
			must.Do(t, s.SetRole(ctx, app.System(), app.TeamRole{Team: s.Team.ID, User: s.Bob.ID, Role: fund.RoleSuperAdmin}))
			began := time.Now()
			must.Get(s.DeleteUser(ctx, app.System(), s.Ada.ID))(t)
			wrote := time.Since(began)
			if got := c.next("goodbye"); got["reason"] != "rights" {
				t.Errorf("socket: got %v, want that the rights ended", got)
			}
			for who, one := range streams {
				for {
					e := one.next()
					if e.Event == "goodbye" && at(t, e.Data, "reason") == "rights" || e.Event == "gone" {
						break
					}
					if e.Event == "goodbye" {
						t.Errorf("%s: got %+v, want that the rights ended", who, e)
						break
					}
				}
			}
			took := time.Since(began)
			t.Logf("five connections were out after %s, of which the deletion took %s", took, wrote)
			wantSoon(t, took, wrote)
		})
	}
}
