package web

import (
	"net/http"
	"strings"
	"unicode/utf8"

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
var searchPolicy = contentPolicy("'self'", sources{})

// searchPage is what was found.
type searchPage struct {
	// Question is what was asked for; "" before anything was.
	Question string
	Causes   []ui.Card
	Events   []ui.Card
	// Fundraisers are campaigns of all kinds.
	Fundraisers []ui.Card
	People      []member
	// None is set where nothing was found.
	None bool
}

// search finds what has the words of a question in its name. No page of it is kept: there are as many as questions.
func (s *Site) search(w http.ResponseWriter, r *http.Request) {
	question := r.URL.Query().Get("q")
	question = strings.TrimSpace(strings.ToValidUTF8(question[:min(len(question), maxQuestion)], string(utf8.RuneError)))
	l, page := text.Of(r), searchPage{Question: question}
	found, err := s.app.Search(r.Context(), question)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	for _, f := range found.Facts {
		to := &page.Fundraisers
		switch f.Kind {
		case fund.KindCause:
			to = &page.Causes
		case fund.KindFundraisingEvent:
			to = &page.Events
		}
		*to = append(*to, s.cardOf(l, f))
	}
	for _, u := range found.Users {
		page.People = append(page.People, personOf(u.Username, "@"+u.Slug, u.AvatarAt(portrait)))
	}
	for _, t := range found.Teams {
		page.People = append(page.People, personOf(t.Name, "+"+t.Slug, t.AvatarAt(portrait)))
	}
	page.None = question != "" && len(found.Facts)+len(page.People) == 0
	w.Header().Set("Vary", text.Varies)
	w.Header().Set("X-Robots-Tag", "noindex")
	w.Header().Set("Content-Security-Policy", searchPolicy)
	s.write(w, s.render(r, view{template: "search.html", Title: l.Text("search.title"), Data: page}))
}

// personOf is a user or a team at an address, with the address of their picture.
func personOf(name, at, avatar string) member {
	return member{Name: name, Link: "/" + at, Portrait: ui.NewPortrait(name, at, picture(avatar))}
}
