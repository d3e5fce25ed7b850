package web_test

import (
	"encoding/xml"
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/web"
)

// atom is an Atom feed as a program reads it.
type atom struct {
	XMLName  xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	Language string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID       string   `xml:"http://www.w3.org/2005/Atom id"`
	Title    string   `xml:"title"`
	Updated  string   `xml:"updated"`
	Author   string   `xml:"author>name"`
	Links    []struct {
		Relation string `xml:"rel,attr"`
		Address  string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Published string `xml:"published"`
		Updated   string `xml:"updated"`
		Author    string `xml:"author>name"`
		Content   string `xml:"content"`
	} `xml:"http://www.w3.org/2005/Atom entry"`
}

// feed reads a feed.
func (g *donor) feed(path string) atom {
	g.h.t.Helper()
	var read atom
	if got := g.get(path); got.StatusCode != 200 || xml.Unmarshal([]byte(got.body), &read) != nil {
		g.h.t.Fatalf("%s: got %d %s, want a feed", path, got.StatusCode, got.body)
	}
	return read
}

// said are the titles and comments of a feed's entries.
func (a atom) said() []string {
	all := []string{}
	for _, e := range a.Entries {
		all = append(all, e.Title+"|"+e.Author+"|"+e.Content)
	}
	return all
}

func wantSaid(t *testing.T, got atom, want ...string) {
	t.Helper()
	if said := got.said(); fmt.Sprint(said) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", said, want)
	}
}

// took records a donation to the campaign that came that many minutes ago.
func (h *house) took(t *testing.T, in fund.DonationInput, ago int) fund.Donation {
	t.Helper()
	in.Fact = fund.Key{ID: h.campaign.ID}
	return h.Give(t.Context(), in, h.Clock.Now().Add(-time.Duration(ago)*time.Minute))
}

// TestTheFeedOfDonationsFollowsScreening screens the same donation in all ways.
func TestTheFeedOfDonationsFollowsScreening(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	wantSaid(t, g.feed("/@ana/run/donations.atom"))
	h.took(t, fund.DonationInput{Amount: "5", Name: "Secret", Anonymous: true}, 3)
	ada := h.took(t, fund.DonationInput{Amount: "25", Name: "Ada <i>&", Comment: "Go ]]> & \"stay\"\n<b>!"}, 2)
	const others, shown = "Anonymous donated $5.00|Anonymous|", "Ada <i>& donated $25.00|Ada <i>&|Go ]]> & \"stay\"\n<b>!"
	before := g.feed("/@ana/run/donations.atom")
	wantSaid(t, before, shown, others)
	wantSaid(t, g.feed("/cause/water/donations.atom"), shown, others)
	for screening, want := range map[fund.Screening][]string{
		fund.ScreeningHidden: {others}, fund.ScreeningHeld: {others}, fund.ScreeningCommentHeld: {"Ada <i>& donated $25.00|Ada <i>&|", others},
	} {
		h.Clock.Advance(time.Minute)
		must.Get(h.ScreenDonation(t.Context(), app.System(), fund.Key{ID: ada.ID}, screening))(t)
		wantSaid(t, g.feed("/@ana/run/donations.atom"), want...)
		wantSaid(t, g.feed("/cause/water/donations.atom"), want...)
	}
	must.Get(h.ScreenDonation(t.Context(), app.System(), fund.Key{ID: ada.ID}, fund.ScreeningShown))(t)
	after := g.feed("/@ana/run/donations.atom")
	wantSaid(t, after, shown, others)
	one, again := before.Entries[0], after.Entries[0]
	if one.ID != "urn:uuid:"+ada.ID.String() || again.ID != one.ID || again.Published != one.Published || again.Updated <= one.Updated {
		t.Errorf("got %+v, then %+v, want the same id and a later update", one, again)
	}
	if after.ID != "urn:uuid:"+h.campaign.ID.String() || after.Title != "Donations to Run <1>" || after.Author != "Run <1>" || after.Language != "en" || after.Updated < again.Updated {
		t.Errorf("got %+v, want what the feed is of", after)
	}
	if len(after.Links) != 2 || after.Links[0].Address != h.url+"/@ana/run" || after.Links[1].Relation != "self" || after.Links[1].Address != h.url+"/@ana/run/donations.atom" {
		t.Errorf("got %+v, want the page and the feed itself", after.Links)
	}
}

// TestTheFeedOfDonationsIsBounded gives once more than a feed has entries.
func TestTheFeedOfDonationsIsBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	var given []fund.Donation
	for i := range web.MaxFeedEntries {
		given = append(given, h.took(t, fund.DonationInput{Amount: fmt.Sprint(i + 1)}, 100-i))
	}
	if got := g.feed("/@ana/run/donations.atom"); len(got.Entries) != web.MaxFeedEntries || web.MaxFeedEntries != 50 {
		t.Errorf("got %d entries, want 50", len(got.Entries))
	}
	h.took(t, fund.DonationInput{Amount: "1000"}, 1)
	for _, path := range []string{"/@ana/run/donations.atom", "/cause/water/donations.atom"} {
		got := g.feed(path)
		if len(got.Entries) != web.MaxFeedEntries || got.Entries[0].Title != "Anonymous donated $1,000.00" || got.Entries[49].ID != "urn:uuid:"+given[1].ID.String() {
			t.Errorf("%s: got %d entries from %v, want the newest 50", path, len(got.Entries), got.Entries[0])
		}
	}
	must.Get(h.ScreenDonation(t.Context(), app.System(), fund.Key{ID: given[40].ID}, fund.ScreeningHidden))(t)
	if got := g.feed("/@ana/run/donations.atom"); len(got.Entries) != web.MaxFeedEntries || got.Entries[49].ID != "urn:uuid:"+given[0].ID.String() {
		t.Errorf("got %d entries, want the oldest in place of a hidden one", len(got.Entries))
	}
}
