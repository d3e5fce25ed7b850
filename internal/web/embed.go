package web

import (
	"context"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// embedPrefix is below which other sites find what they show in a frame: the kind follows, and the address of a fact. These pages set no cookies
	// and need no script.
	embedPrefix = "/embed/"
	// embedPath follows the address of a fact where the HTML of its embeds is.
	embedPath = "/embed"
	// embedTemplate is the template of frames, which is no page within the frame of the others.
	embedTemplate = "embed.html"
	// embeddedDonations is how many donations the list has.
	embeddedDonations = 10
)

// embedKind is something that other sites show.
type embedKind struct {
	name    string
	heading text.ID
	// Height is how tall its frame should be, in pixels.
	height int
}

var embedKinds = []embedKind{{"button", "embed.button", 150}, {"goal", "embed.goal", 220}, {"list", "embed.list", 640}}

// embedPage is what a frame shows.
type embedPage struct {
	ui.Card
	// Kind is that of the frame, Address where the page of the fact is, and Donate where to give, "" while nothing is taken.
	Kind, Address, Donate string
	Donations             []ui.Donation
	Empty                 *ui.Empty
}

// embedded is what a frame shows of a fact. Only the sites of its cause may show it, and this one.
func (s *Site) embedded(r *http.Request) (view, error) {
	kind := strings.ToLower(r.PathValue("kind"))
	if !slices.ContainsFunc(embedKinds, func(k embedKind) bool { return k.name == kind }) {
		return view{}, &fault.Error{Kind: fault.NotFound}
	}
	key := causeKey(r.PathValue("first"))
	if below := r.PathValue("second"); below != "" {
		key = keyBelow(r.PathValue("first"), below)
	}
	seen, err := s.app.See(r.Context(), visitor, key)
	if err != nil {
		return view{}, err
	}
	if to := moved(r, factSlugs(seen.Fact())); to != "" {
		return redirect(to), nil
	}
	f := seen.Fact()
	page := s.factPage(text.Of(r), f, "")
	if err := s.addDonate(r.Context(), seen, page); err != nil {
		return view{}, err
	}
	shown := embedPage{Card: page.Card, Kind: kind, Address: s.baseURL + page.Link}
	if page.Donate != "" {
		shown.Donate = s.baseURL + page.Donate
	}
	if kind == "list" {
		if err := s.addEmbedded(r.Context(), seen, page, &shown); err != nil {
			return view{}, err
		}
	}
	policy := ui.ContentPolicy("'none'", ui.Sources{Ancestors: strings.Join(append([]string{"'self'"}, f.AllowedOrigins...), " ")})
	return view{template: embedTemplate, Title: f.Name, Data: shown, policy: policy, Theme: themeOf(f)}, nil
}

// addEmbedded adds the latest donations.
func (s *Site) addEmbedded(ctx context.Context, seen app.Seen, page *factPage, shown *embedPage) error {
	err := s.addDonations(ctx, seen, page)
	shown.Donations = page.Donations[:min(embeddedDonations, len(page.Donations))]
	if len(shown.Donations) == 0 {
		shown.Empty = page.empty()
	}
	return err
}

// embedsPage has the HTML of all embeds of a fact.
type embedsPage struct {
	Name, Link string
	Embeds     []embedCode
	// Origins are the sites that may show them.
	Origins []string
}

// embedCode is an embed with its HTML.
type embedCode struct {
	ID, Path string
	Heading  text.ID
	Code     ui.Field
	Height   int
}

// embeds is the page with the HTML of a fact's embeds.
func (s *Site) embeds(r *http.Request, seen app.Seen) (view, error) {
	l, f := text.Of(r), seen.Fact()
	page := embedsPage{Name: f.Name, Link: pathOf(f), Origins: f.AllowedOrigins}
	for _, k := range embedKinds {
		path := embedPrefix + k.name + pathOf(f)
		code := `<iframe src="` + s.baseURL + path + `" title="` + template.HTMLEscapeString(f.Name) + `" width="100%" height="` + strconv.Itoa(k.height) +
			`" style="border:0" loading="lazy"></iframe>`
		page.Embeds = append(page.Embeds, embedCode{
			ID: k.name, Path: path, Heading: k.heading, Height: k.height,
			Code: ui.Field{Name: "code-" + k.name, Label: l.Text("embed.code"), Value: code, Rows: 3, ReadOnly: true},
		})
	}
	policy := ui.ContentPolicy("'none'", ui.Sources{Frames: "'self'"})
	return view{template: "embeds.html", Title: l.Text("embed.title", "Name", f.Name), Data: page, policy: policy, Theme: themeOf(f)}, nil
}
