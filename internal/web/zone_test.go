package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// TestDonorsReadDatesInTheZoneOfTheCause looks at every page of a gift that has a date.
func TestDonorsReadDatesInTheZoneOfTheCause(t *testing.T) {
	t.Parallel()
	post := &linkPost{}
	h := newHouse(t, func(o *app.Options) { o.Mailer = post })
	h.changeCause(t, fund.CausePatch{TimeZone: fund.Some("Asia/Tokyo")})
	g := h.donor()
	at := g.giftOf(g.give(page, "preset", "10.00", "email", "zed@example.org", "name", "Zed", "contact", "1"), goodCard)
	h.settle()
	g.send(http.MethodPost, at+"/problem", url.Values{"message": {"Twice."}}.Encode())
	_, link := g.find(post, "zed@example.org")
	g.send(http.MethodPost, pathOf(t, link), "")
	for what, path := range map[string]string{
		"the receipt": at + "/receipt", "the spelling": at + "/spelling", "the case": at + "/problem", "all gifts": "/gifts/mine", "the consent": pathOf(t, post.withdraw),
	} {
		got := g.get(path)
		if body := got.body; got.StatusCode != http.StatusOK || strings.Contains(body, " UTC") || !strings.Contains(body, "GMT+9") && !strings.Contains(body, "JST") {
			t.Errorf("%s: got %d, want dates in the zone of the cause:\n%s", what, got.StatusCode, body)
		}
	}
}

func pathOf(t *testing.T, address string) string {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Path
}
