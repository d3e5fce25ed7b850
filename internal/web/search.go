package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// searchPath is where causes, events, campaigns, users and teams are found by their names: "/search?q=harbor".
	searchPath = "/search"
	// maxQuestion is how many bytes of a question count.
	maxQuestion = 200
)

// searchPolicy is the content policy of pages with the form of the search, which leads to this server only.
var searchPolicy = ui.ContentPolicy("'self'", ui.Sources{})

// searchPage is what was found.
type searchPage struct {
	// Question is what was asked for; "" before anything was.
	Question string
	Causes   []ui.Card
	Events   []ui.Card
	// Fundraisers are campaigns of all kinds.
	Fundraisers []ui.Card
	People      []member
	// None is set where nothing was found, and Wait says how long who looked for too much has to wait; "" for not at all.
	None bool
	Wait string
	// First leads from a page after the last one to the first; "" elsewhere.
	First string
	// Number is the page that this is; "" where all fits on one. Before and After lead to its neighbors; "" for none.
	Number, Before, After string
}

// search finds what has the words of a question in its name. No page of it is kept: there are as many as questions.
func (s *Site) search(w http.ResponseWriter, r *http.Request) {
	question := r.URL.Query().Get("q")
	question = strings.TrimSpace(strings.ToValidUTF8(question[:min(len(question), maxQuestion)], string(utf8.RuneError)))
	number, _ := strconv.Atoi(r.URL.Query().Get("page")) // 0, and with it the first page, for what is no number
	l, page, status := text.Of(r), searchPage{Question: question}, http.StatusOK
	found, err := s.app.Search(r.Context(), app.SearchQuery{Question: question, Page: number, From: s.address(r)})
	switch {
	case fault.Is(err, fault.RateLimited):
		status, page.Wait = http.StatusTooManyRequests, l.Wait(fault.From(err).Wait())
		w.Header().Set("Retry-After", api.Seconds(fault.From(err).Wait()))
	case err != nil:
		s.fail(w, r, err)
		return
	default:
		err = page.add(r.Context(), s, l, found)
		if err != nil {
			s.fail(w, r, err)
			return
		}
	}
	w.Header().Set("Vary", text.Varies)
	w.Header().Set("X-Robots-Tag", "noindex")
	w.Header().Set("Content-Security-Policy", searchPolicy)
	s.write(w, s.render(r, view{template: "search.html", status: status, Title: l.Text("search.title"), Data: page}))
}

// add adds what was found.
func (p *searchPage) add(ctx context.Context, s *Site, l *text.Locale, found app.SearchResult) error {
	cards, err := s.cardsOf(ctx, l, found.Facts)
	for i, f := range found.Facts {
		to := &p.Fundraisers
		switch f.Kind {
		case fund.KindCause:
			to = &p.Causes
		case fund.KindFundraisingEvent:
			to = &p.Events
		}
		*to = append(*to, cards[i])
	}
	for _, of := range [][]ui.Card{p.Causes, p.Events, p.Fundraisers} {
		slices.SortStableFunc(of, func(a, b ui.Card) int { return cmp.Compare(order(a.Live), order(b.Live)) })
	}
	for _, u := range found.Users {
		p.People = append(p.People, personOf(u.Username, "@"+u.Slug, u.AvatarAt(portrait)))
	}
	for _, t := range found.Teams {
		p.People = append(p.People, personOf(t.Name, "+"+t.Slug, t.AvatarAt(portrait)))
	}
	nothing := p.Question != "" && len(found.Facts)+len(p.People) == 0
	if nothing && found.Page > 1 && !found.More {
		p.First = searchAddress(p.Question, 1)
		return err
	}
	p.None = nothing
	if found.Page > 1 {
		p.Before = searchAddress(p.Question, found.Page-1)
	}
	if found.More {
		p.After = searchAddress(p.Question, found.Page+1)
	}
	if found.Page > 1 || found.More {
		p.Number = l.Count(int64(found.Page))
	}
	return err
}

// searchAddress is the address of a page of a search.
func searchAddress(question string, page int) string {
	asked := url.Values{"q": {question}}
	if page > 1 {
		asked.Set("page", strconv.Itoa(page))
	}
	return searchPath + "?" + asked.Encode()
}

// personOf is a user or a team at an address, with the address of their picture.
func personOf(name, at, avatar string) member {
	return member{Name: name, Link: "/" + at, Portrait: ui.NewPortrait(name, at, picture(avatar))}
}
