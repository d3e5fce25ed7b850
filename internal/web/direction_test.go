package web_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// turned is a name that ends what is isolated, and turns what stands beside it.
const turned = "\u2069\u202eramO"

// TestNamesTurnNothingBesideThem gives every name of a page a direction: each is isolated from what stands beside it.
func TestNamesTurnNothingBesideThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	_, err := h.UpdateCurrentUser(ctx, h.owner, fund.UserPatch{Username: fund.Some(turned)})
	must.Do(t, err)
	cause := must.Get(h.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: turned, Slug: "turned", Currency: "USD", Status: fund.Published}}))(t)
	campaign := h.newCampaign(t, turned, "turned", cause)
	_, err = h.CreatePoll(ctx, h.owner, keyOf(campaign), fund.PollPatch{
		Name: fund.Some(turned), Enabled: fund.Some(true), Options: []fund.PollOptionPatch{{Name: fund.Some(turned)}},
	})
	must.Do(t, err)
	_, err = h.CreateTarget(ctx, h.owner, keyOf(campaign), fund.TargetPatch{Name: fund.Some(turned), Amount: fund.Some("5"), Enabled: fund.Some(true)})
	must.Do(t, err)
	_, err = h.CreateMilestone(ctx, h.owner, keyOf(campaign), fund.MilestonePatch{Name: fund.Some(turned), Amount: fund.Some("5")})
	must.Do(t, err)
	must.Do(t, h.Import(ctx, app.System(), []app.PastDonation{{
		DonationInput: fund.DonationInput{Fact: fund.Key{ID: campaign.ID}, Amount: "5", Name: turned, Comment: turned}, CompletedAt: h.Clock.Now().Add(-time.Hour),
	}}))
	for _, path := range []string{"/", "/@ana", "/@ana/turned", "/@ana/turned/donate", "/turned", "/turned/donate"} {
		_, page := testnode.Get(t, h.url+path)
		root := must.Get(html.Parse(strings.NewReader(page)))(t)
		if found := checkDirections(t, path, root, false); found == 0 {
			t.Errorf("%s: got a page without the name, want it isolated", path)
		}
	}
}

// checkDirections reports each text with the name that is not isolated, and counts all.
func checkDirections(t *testing.T, path string, n *html.Node, isolated bool) (found int) {
	t.Helper()
	if n.Type == html.TextNode && strings.Contains(n.Data, "ramO") {
		found++
		if inside := strings.TrimSpace(n.Data); !isolated && (!strings.Contains(inside, "\u2068") || !strings.Contains(inside, "ramO\u202c\u2069")) {
			t.Errorf("%s: got %+q in a %s, want it isolated", path, n.Data, n.Parent.Data)
		}
	}
	isolated = isolated || n.Type == html.ElementNode && n.Data == "bdi"
	for _, a := range n.Attr {
		isolated = isolated || a.Key == "dir" && a.Val == "auto"
	}
	for child := range n.ChildNodes() {
		found += checkDirections(t, path, child, isolated)
	}
	return found
}
