package web

import (
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/ui"
)

// ended reports whether nobody can give to a fact any more.
func ended(f fund.Fact, now time.Time) bool {
	return f.Status == fund.Retired || !f.EndsAt.IsZero() && !now.Before(f.EndsAt)
}

// upcoming reports whether a fact is still to begin.
func upcoming(f fund.Fact, now time.Time) bool { return !ended(f, now) && now.Before(f.StartsAt) }

// cardOf is a fact at a glance.
func (s *Site) cardOf(f fund.Fact) ui.Card {
	now, path := s.app.Now(), pathOf(f)
	c := ui.Card{
		Name: f.Name, Link: path, Raised: ui.English.Amount(f.Total(), f.Currency), Cover: ui.NewCover(path, ""),
		Portrait: ui.NewPortrait(f.Name, path, s.picture(f.Avatar)), EndsAt: f.EndsAt, Ended: ended(f, now),
	}
	if upcoming(f, now) {
		c.StartsAt = f.StartsAt
	}
	if f.Goal > 0 {
		c.Goal, c.Percent = ui.English.Amount(f.Goal, f.Currency), ui.English.Percent(f.Total()*100/f.Goal*100)
		c.Bar = &ui.Goal{Total: f.Total(), Aim: f.Goal, Text: ui.English.Text("site.of", "Raised", c.Raised, "Goal", c.Goal)}
	}
	switch {
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		c.Owner, c.OwnerLink = f.Team.Name, "/+"+f.Team.Slug
	case f.User != nil:
		c.Owner, c.OwnerLink = f.User.Name, "/@"+f.User.Slug
	}
	if f.Kind != fund.KindCause {
		c.Cause, c.CauseLink = f.Cause.Name, "/cause/"+f.Cause.Slug
	}
	return c
}

func (s *Site) cardsOf(facts []fund.Fact) []ui.Card {
	cards := make([]ui.Card, len(facts))
	for i, f := range facts {
		cards[i] = s.cardOf(f)
	}
	return cards
}

// picture is where a page loads a picture that somebody chose: from this server only, so that no other one learns who looks at the page.
// It is "" for pictures elsewhere.
func (s *Site) picture(address string) string {
	path, own := strings.CutPrefix(address, s.baseURL+"/")
	if !own {
		return ""
	}
	return "/" + path
}

// pathOf is the page of a fact.
func pathOf(f fund.Fact) string {
	switch {
	case f.Kind == fund.KindCause:
		return "/cause/" + f.Slug
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		return "/+" + f.Team.Slug + "/" + f.Slug
	case f.Kind != fund.KindFundraisingEvent && f.User != nil:
		return "/@" + f.User.Slug + "/" + f.Slug
	default:
		return "/" + f.Cause.Slug + "/" + f.Slug
	}
}

// donatePath is the page where a fact is given to.
func donatePath(f fund.Fact) string { return pathOf(f) + DonatePath }
