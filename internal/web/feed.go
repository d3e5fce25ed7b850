package web

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

const (
	// maxFeedEntries is how many donations an Atom feed has at most.
	maxFeedEntries = 50
	// feedConsidered is how many of the newest donations a feed is chosen from, so that those that are held or hidden leave room for others,
	// and many of them in a row cost no more.
	feedConsidered = 2 * maxFeedEntries
)

// atomFeed is a feed of RFC 4287.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Language string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Author   string      `xml:"author>name"`
	Links    []atomLink  `xml:"link"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Relation string `xml:"rel,attr"`
	Type     string `xml:"type,attr"`
	Address  string `xml:"href,attr"`
}

type atomEntry struct {
	ID        string     `xml:"id"`
	Title     string     `xml:"title"`
	Published string     `xml:"published"`
	Updated   string     `xml:"updated"`
	Author    string     `xml:"author>name"`
	Links     []atomLink `xml:"link"`
	Comment   string     `xml:"content,omitempty"`
}

// donationFeed is the Atom feed of the latest donations to a fact that are shown, the newest first. One that is hidden leaves it.
func (s *Site) donationFeed(r *http.Request, seen app.Seen) (view, error) {
	ctx, l := r.Context(), text.Of(r)
	donations, err := s.app.NewestDonations(ctx, seen, feedConsidered)
	if err != nil {
		return view{}, err
	}
	f := seen.Fact()
	page, updated := s.PageOf(f), f.UpdatedAt
	feed := atomFeed{
		Language: l.Language(), ID: uuidName(f.ID), Title: l.Text("fact.feed", "Name", f.Name), Author: f.Name,
		Links: []atomLink{{"alternate", "text/html", page}, {"self", "application/atom+xml", page + feedPath}},
	}
	if play := text.PlayMoney(string(s.app.Mode(ctx))); play != "" {
		feed.Subtitle = l.Text(play)
	}
	for _, d := range donations {
		if !d.NameShown || len(feed.Entries) == maxFeedEntries {
			continue
		}
		if feed.Entries = append(feed.Entries, entryOf(l, d, page)); d.UpdatedAt.After(updated) {
			updated = d.UpdatedAt
		}
	}
	feed.Updated = atomTime(updated)
	body := bytes.NewBufferString(xml.Header)
	err = xml.NewEncoder(body).Encode(feed)
	return view{contentType: "application/atom+xml; charset=utf-8", raw: body.Bytes()}, err
}

// entryOf is the entry of a donation that the page at an address shows.
func entryOf(l *text.Locale, d fund.PublicDonation, page string) atomEntry {
	return atomEntry{
		ID: uuidName(d.ID), Title: l.Text("fact.feed.entry", "Name", l.Donor(d.Name), "Amount", l.Amount(d.Amount, d.Currency)),
		Published: atomTime(d.CompletedAt), Updated: atomTime(d.UpdatedAt), Author: l.Donor(d.Name), Comment: d.Comment,
		Links: []atomLink{{"alternate", "text/html", page}},
	}
}

// uuidName is an id for programs elsewhere (RFC 9562), which stays the same whatever the address is.
func uuidName(id fund.ID) string { return "urn:uuid:" + id.String() }

func atomTime(at time.Time) string { return at.UTC().Format(time.RFC3339) }
