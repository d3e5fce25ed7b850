package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// ownerPage is what the pages of users and teams show.
type ownerPage struct {
	Name, Address, About string
	Raised               string
	Cover                ui.Cover
	Portrait             ui.Portrait
	Campaigns            []ui.Card
	// Spread is within how many milliseconds after an event of one of them the page is read again.
	Spread int
	// Until is when one of those that are live is so no longer, if nothing happens; see instant.
	Until   string
	Members []member
	Share   []ui.ShareLink
	// Give is where to give to the first campaign that takes donations, GiveTo its name; "" for none.
	Give, GiveTo string
	// Chart is the money over time; nil while nobody gave.
	Chart *ui.Chart
	// Team is set on the page of a team.
	Team bool
}

// member is somebody in a team.
type member struct {
	Name, Link string
	Portrait   ui.Portrait
}

func (s *Site) user(r *http.Request, key fund.Key) (view, error) {
	ctx, l := r.Context(), text.Of(r)
	user, err := s.app.GetUser(ctx, visitor, key)
	if err != nil {
		return view{}, err
	}
	if to := moved(r, slugs{"first": "@" + user.Slug}); to != "" {
		return redirect(to), nil
	}
	campaigns, err := s.app.ListCampaigns(ctx, visitor, app.CampaignFilter{User: &fund.Key{ID: user.ID}}, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	others, err := s.app.ListFacts(ctx, visitor, app.FactQuery{
		User: &fund.Key{ID: user.ID}, Kinds: []fund.Kind{fund.KindPersonalCampaign, fund.KindAuctionHouse},
	}, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	raised, err := s.app.UserTotals(ctx, user)
	if err != nil {
		return view{}, err
	}
	name := userName(l, user.Username)
	page := s.ownerPage(l, name, "@"+user.Slug)
	page.addPictures(user.AvatarAt(portrait), user.CoverAt)
	page.About, page.Raised = user.About, l.Amounts(raised)
	if err := page.add(ctx, s, l, slices.Concat(campaigns, others)); err != nil {
		return view{}, err
	}
	over, err := s.app.OwnOverTime(ctx, app.OwnedBy{User: user.ID}, raised)
	if err != nil {
		return view{}, err
	}
	page.Chart = ownChart(l, over)
	return view{template: "owner.html", Title: name, Data: page, About: s.aboutPage("/"+page.Address, page.About), policy: scriptPolicy}, nil
}

func (s *Site) team(r *http.Request, key fund.Key) (view, error) {
	ctx, l := r.Context(), text.Of(r)
	team, err := s.app.GetTeam(ctx, visitor, key)
	if err != nil {
		return view{}, err
	}
	if to := moved(r, slugs{"first": "+" + team.Slug}); to != "" {
		return redirect(to), nil
	}
	campaigns, err := s.app.ListCampaigns(ctx, visitor, app.CampaignFilter{Team: &fund.Key{ID: team.ID}}, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	raised, err := s.app.TeamTotals(ctx, team)
	if err != nil {
		return view{}, err
	}
	members, err := s.app.ListMembers(ctx, visitor, fund.Key{ID: team.ID}, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	page := s.ownerPage(l, team.Name, "+"+team.Slug)
	page.addPictures(team.AvatarAt(portrait), team.CoverAt)
	page.About, page.Raised, page.Team = team.About, l.Amounts(raised), true
	if err := page.add(ctx, s, l, campaigns); err != nil {
		return view{}, err
	}
	over, err := s.app.OwnOverTime(ctx, app.OwnedBy{Team: team.ID}, raised)
	if err != nil {
		return view{}, err
	}
	page.Chart = ownChart(l, over)
	for _, m := range members {
		page.Members = append(page.Members, personOf(m.User.Username, "@"+m.User.Slug, m.User.AvatarAt(portrait)))
	}
	return view{template: "owner.html", Title: team.Name, Data: page, About: s.aboutPage("/"+page.Address, page.About), policy: scriptPolicy}, nil
}

// userName is what pages call a user, whose account may be deleted.
func userName(l *text.Locale, name string) string {
	if name == fund.FormerUser {
		return l.Text("site.former_user")
	}
	return name
}

// ownerPage is the beginning of the page of a user or a team.
func (s *Site) ownerPage(l *text.Locale, name, address string) ownerPage {
	return ownerPage{
		Name: name, Address: address,
		Share: ui.ShareLinks(s.baseURL+"/"+address, l.Text("share.text", "Name", name), l.Text("share.mail")),
	}
}

// addPictures adds the pictures at those addresses, that of the cover by its width, and draws those that were not uploaded.
func (p *ownerPage) addPictures(avatar string, cover func(width int) string) {
	p.Portrait, p.Cover = ui.NewPortrait(p.Name, p.Address, picture(avatar)), coverPicture(p.Address, cover, pageCover, pageCoverWide)
}

// add adds campaigns: those that are live first, then those that can be given to, those that come and those that ended.
func (p *ownerPage) add(ctx context.Context, s *Site, l *text.Locale, campaigns []fund.Fact) error {
	cards, err := s.cardsOf(ctx, l, campaigns)
	if err != nil {
		return err
	}
	order := func(c ui.Card) int {
		switch {
		case c.Ended:
			return 3
		case !c.StartsAt.IsZero():
			return 2
		case c.Live:
			return 0
		default:
			return 1
		}
	}
	slices.SortStableFunc(cards, func(a, b ui.Card) int { return cmp.Compare(order(a), order(b)) })
	p.Campaigns, p.Spread, p.Until = cards, s.spreadOver(campaigns), instant(endOf(cards))
	if len(cards) > 0 && order(cards[0]) < 2 {
		p.Give, p.GiveTo = cards[0].Link+DonatePath, cards[0].Name
	}
	return nil
}

// ownChart is the money over time of a user or a team; nil without two points.
func ownChart(l *text.Locale, over app.OwnPoints) *ui.Chart {
	if len(over.Points) < 2 {
		return nil
	}
	shown := make([]ui.ChartPoint, len(over.Points))
	for i, p := range over.Points {
		shown[i] = ui.ChartPoint{At: p.At.UTC(), Total: l.Amount(p.Total, over.Currency), Minor: p.Total}
	}
	return ui.NewChart(shown)
}
