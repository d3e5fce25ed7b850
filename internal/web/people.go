package web

import (
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
	Members              []member
	Share                []ui.ShareLink
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
	campaigns, err := s.campaigns(ctx, l, app.CampaignFilter{User: &fund.Key{ID: user.ID}})
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
	page := s.ownerPage(l, user.Username, "@"+user.Slug)
	page.addPictures(user.AvatarAt(portrait), user.CoverAt(pageCover))
	page.About, page.Raised, page.Campaigns = user.About, l.Amounts(raised), slices.Concat(campaigns, s.cardsOf(l, others))
	return view{template: "owner.html", Title: user.Username, Data: page, About: s.aboutPage("/"+page.Address, page.About)}, nil
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
	campaigns, err := s.campaigns(ctx, l, app.CampaignFilter{Team: &fund.Key{ID: team.ID}})
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
	page.addPictures(team.AvatarAt(portrait), team.CoverAt(pageCover))
	page.About, page.Raised, page.Campaigns, page.Team = team.About, l.Amounts(raised), campaigns, true
	for _, m := range members {
		page.Members = append(page.Members, personOf(m.User.Username, "@"+m.User.Slug, m.User.AvatarAt(portrait)))
	}
	return view{template: "owner.html", Title: team.Name, Data: page, About: s.aboutPage("/"+page.Address, page.About)}, nil
}

// ownerPage is the beginning of the page of a user or a team.
func (s *Site) ownerPage(l *text.Locale, name, address string) ownerPage {
	return ownerPage{
		Name: name, Address: address,
		Share: ui.ShareLinks(s.baseURL+"/"+address, l.Text("share.text", "Name", name), l.Text("share.mail")),
	}
}

// addPictures adds the pictures at those addresses, and draws those that were not uploaded.
func (p *ownerPage) addPictures(avatar, cover string) {
	p.Portrait, p.Cover = ui.NewPortrait(p.Name, p.Address, picture(avatar)), ui.NewCover(p.Address, picture(cover))
}

func (s *Site) campaigns(ctx context.Context, l *text.Locale, filter app.CampaignFilter) ([]ui.Card, error) {
	facts, err := s.app.ListCampaigns(ctx, visitor, filter, fund.Page{Limit: listed})
	if err != nil {
		return nil, err
	}
	return s.cardsOf(l, facts), nil
}
