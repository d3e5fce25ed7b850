package dash_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/dash"
)

// patience is how long something that comes may take on a busy machine, under the race detector.
const patience = time.Minute

// following in the options of a house gives it a hub, so that its pages are told what happens.
var following = &live.Hub{}

// follow makes a hub for the house, which queues alerts, too.
func (h *house) follow() *live.Hub {
	h.t.Helper()
	f := feed.New(feed.Options{Store: h.Store, From: must.Get(h.Store.LastPosition(h.t.Context()))(h.t), Epoch: must.Get(h.Store.Epoch(h.t.Context()))(h.t)})
	h.Store.OnCommit(f.Committed)
	hub := live.NewHub(live.HubOptions{App: h.App, Feed: f})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = f.Run(ctx) })
	running.Go(func() { _ = hub.Run(ctx) })
	h.t.Cleanup(func() {
		hub.Close()
		<-hub.Drained()
		cancel()
		running.Wait()
	})
	return hub
}

// socket opens a socket of a browser, as a page of an origin does.
func (h *house) socket(b testbrowser.Browser, path, origin string) (*websocket.Conn, *http.Response, error) {
	h.t.Helper()
	ws, answer, err := websocket.Dial(h.t.Context(), h.url+path, &websocket.DialOptions{HTTPClient: b.Client, HTTPHeader: http.Header{"Origin": {origin}}})
	if err == nil {
		ws.SetReadLimit(1 << 20)
		h.t.Cleanup(func() { _ = ws.CloseNow() })
	}
	return ws, answer, err
}

// deskPages are the messages of a socket of a desk.
type deskPages struct {
	t  *testing.T
	ws *websocket.Conn
}

func (h *house) followed(b testbrowser.Browser, path string) deskPages {
	h.t.Helper()
	ws, _, err := h.socket(b, path, h.url)
	must.Do(h.t, err)
	return deskPages{h.t, ws}
}

// until reads messages until the HTML of one has a text, or the reason that the connection ends is one.
func (d deskPages) until(want string) string {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	for {
		_, body, err := d.ws.Read(ctx)
		if err != nil {
			d.t.Fatalf("got %v, want %s", err, want)
		}
		var m struct{ Type, Build, HTML, Reason string }
		must.Do(d.t, json.Unmarshal(body, &m))
		if m.Reason == want || m.Type == "paint" && strings.Contains(m.HTML, want) {
			return m.HTML
		}
	}
}

// TestADeskIsFollowed has a volunteer and the owner see over sockets what the other one does, without what is not for them.
func TestADeskIsFollowed(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, dash.Options{Hub: following})
	visit := h.alerts()
	desk := h.base() + "/desk"
	volunteer, owner := h.accepted(h.invited("Desk", "desk")), h.as("owner")
	one, other := h.followed(volunteer, desk), h.followed(owner, desk+"?dock=yes&lang=de")
	if page := one.until("0 alerts wait"); strings.Contains(page, "asks to play") || strings.Contains(page, `name="dock"`) || !strings.Contains(page, `name="form"`) {
		t.Errorf("got\n%s\nwant a page as it is without a socket", page)
	}
	if page := other.until("0 Einblendungen warten"); !strings.Contains(page, `name="dock" value="yes"`) || !strings.Contains(page, `value="allow"`) {
		t.Errorf("got\n%s\nwant the dock of the owner, in German, with the page that asks to play", page)
	}
	held := h.give("Mallory")
	must.Get(h.ScreenDonation(t.Context(), h.owner, fund.Key{ID: held.ID}, fund.ScreeningShown))(t)
	h.queued()
	one.until("Mallory")
	other.until("Mallory")
	must.Get(h.ScreenDonation(t.Context(), h.owner, fund.Key{ID: held.ID}, fund.ScreeningHidden))(t)
	h.queued()
	for _, page := range []string{one.until("0 alerts wait"), other.until("0 Einblendungen warten")} {
		if strings.Contains(page, "Mallory") {
			t.Errorf("got\n%s\nof a gift that was hidden", page)
		}
	}
	must.Do(t, h.HandOver(t.Context(), h.owner, h.key(), "watch Mallory"))
	if page := one.until("watch Mallory"); strings.Contains(page, `name="dock"`) {
		t.Errorf("got\n%s\nwant the hand-over on the page alone", page)
	}
	h.presses(volunteer, "pause")
	if page := other.until(`value="resume"`); strings.Contains(page, "watch Mallory") {
		t.Errorf("got\n%s\nwant a dock without the hand-over", page)
	}
	must.Do(t, h.HearPlayer(t.Context(), visit, "first", true))
	one.until("can make no sound")
	h.presses(owner, "off")
	one.until(`value="on_empty"`)
}

// TestWhoFollowsADesk refuses sockets to those who may not run the desk and to pages of other sites, and ends those of a session, a grant and a role that end.
func TestWhoFollowsADesk(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, dash.Options{Hub: following})
	h.alerts()
	ctx, desk := t.Context(), h.base()+"/desk"
	owner := h.as("owner")
	for name, c := range map[string]struct {
		by     testbrowser.Browser
		origin string
		want   int
	}{
		"nobody": {testbrowser.New(t, h.url), h.url, http.StatusSeeOther}, "a stranger": {h.as("stranger"), h.url, http.StatusForbidden},
		"a screener":             {h.accepted(h.invited("Screener", "screener")), h.url, http.StatusForbidden},
		"a page of another site": {owner, "https://evil.example", http.StatusForbidden}, "a program": {owner, "", http.StatusForbidden},
	} {
		if _, answer, err := h.socket(c.by, desk, c.origin); err == nil || answer == nil || answer.StatusCode != c.want {
			t.Errorf("%s: got %v and %v, want %d", name, answer, err, c.want)
		}
	}

	volunteer := h.accepted(h.invited("Desk", "desk"))
	theirs := h.followed(volunteer, desk)
	theirs.until("0 alerts wait")
	grants := must.Get(h.ListGrants(ctx, h.owner, h.key()))(t)
	i := slices.IndexFunc(grants, func(g fund.FactGrant) bool { return g.Name == "Desk" })
	must.Get(h.EndGrants(ctx, h.owner, h.key(), grants[i].ID))(t)
	theirs.until(string(live.ReasonRights))

	mine := h.followed(owner, desk)
	mine.until("0 alerts wait")
	page := owner.Get("/account/sessions")
	owner.Post("/account/sign-out", page.Form(t, "/account/sign-out"))
	mine.until(string(live.ReasonRights))

	// The stranger becomes somebody who changes the campaigns of a team, and then no more than a member.
	stranger := must.Get(h.GetUser(ctx, app.System(), fund.Key{Slug: "stranger"}))(t)
	team := must.Get(h.CreateTeam(ctx, h.owner, fund.TeamPatch{Name: fund.Some("Team")}))(t)
	member := app.MemberKey{Team: fund.Key{ID: team.ID}, User: fund.Key{ID: stranger.ID}}
	must.Get(h.SetMember(ctx, h.owner, member, fund.RoleEventManager))(t)
	of := must.Get(h.CreateTeamCampaign(ctx, h.owner, fund.Key{ID: team.ID}, fund.CampaignPatch{
		Name: fund.Some("Relay"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID}), Status: fund.Some(fund.Published),
	}))(t)
	editors := h.followed(h.as("stranger"), "/dashboard/"+of.ID.String()+"/desk")
	editors.until("There is no overlay for alerts yet")
	must.Get(h.SetMember(ctx, h.owner, member, fund.RoleMember))(t)
	editors.until(string(live.ReasonRights))
}

// TestManyDesksCostOneReading has fifty pages of a desk open: what happens is read once for all of them.
func TestManyDesksCostOneReading(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, dash.Options{Hub: following})
	h.alerts()
	volunteer := h.accepted(h.invited("Desk", "desk"))
	all := []deskPages{h.followed(volunteer, h.base()+"/desk")}
	all[0].until("0 alerts wait")
	key, act := h.key(), fund.DeskPause
	changed := func() int {
		want := map[fund.DeskAct]string{fund.DeskPause: `value="resume"`, fund.DeskResume: `value="pause"`}[act]
		ran := h.Statements(func() {
			must.Do(t, h.RunStage(t.Context(), h.owner, key, act, fund.ID{}))
			for _, page := range all {
				page.until(want)
			}
		})
		act = map[fund.DeskAct]fund.DeskAct{fund.DeskPause: fund.DeskResume, fund.DeskResume: fund.DeskPause}[act]
		return len(ran)
	}
	alone := changed()
	for range 49 {
		page := h.followed(volunteer, h.base()+"/desk")
		page.until(`value="resume"`)
		all = append(all, page)
	}
	if together := changed(); together > 2*alone {
		t.Errorf("got %d statements with fifty pages, and %d with one, want at most twice as many", together, alone)
	}
}
