package web

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// ended reports whether nobody can give to a fact any more.
func ended(f fund.Fact, now time.Time) bool {
	return f.Status == fund.Retired || !f.EndsAt.IsZero() && !now.Before(f.EndsAt)
}

// upcoming reports whether a fact is still to begin.
func upcoming(f fund.Fact, now time.Time) bool { return !ended(f, now) && now.Before(f.StartsAt) }

// cardOf is a fact at a glance.
func (s *Site) cardOf(l *text.Locale, f fund.Fact) ui.Card {
	now, path := s.app.Now(), pathOf(f)
	c := ui.Card{
		ID: f.ID.String(), Name: f.Name, Link: path, Raised: l.Amount(f.Total(), f.Currency), Cover: coverPicture(path, f.CoverAt, cardCover, 0),
		Portrait: ui.NewPortrait(f.Name, path, picture(f.AvatarAt(portrait))), EndsAt: inZone(f, f.EndsAt), Ended: ended(f, now),
	}
	c.Cover.Lazy = true
	if upcoming(f, now) {
		c.StartsAt = inZone(f, f.StartsAt)
	}
	if f.Goal > 0 {
		c.Goal, c.Percent = l.Amount(f.Goal, f.Currency), l.Percent(f.Total()*100/f.Goal*100)
		c.Bar = &ui.Goal{Total: f.Total(), Aim: f.Goal, Text: l.Text("site.of", "Raised", c.Raised, "Goal", c.Goal)}
	}
	switch {
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		c.Owner, c.OwnerLink = f.Team.Name, "/+"+f.Team.Slug
	case f.User != nil:
		c.Owner, c.OwnerLink = userName(l, f.User.Name), "/@"+f.User.Slug
	}
	if f.Kind != fund.KindCause {
		c.Cause, c.CauseLink = f.Cause.Name, "/cause/"+f.Cause.Slug
	}
	return c
}

// inZone is an instant as people read it on the pages of a fact: in the time zone of its cause.
func inZone(f fund.Fact, at time.Time) time.Time { return at.In(fund.Zone(f.TimeZone)) }

// cardsOf are facts at a glance, with who of them is live.
func (s *Site) cardsOf(ctx context.Context, l *text.Locale, facts []fund.Fact) ([]ui.Card, error) {
	live, err := s.liveAmong(ctx, facts)
	cards := make([]ui.Card, len(facts))
	for i, f := range facts {
		cards[i] = s.cardOf(l, f)
		cards[i].LiveUntil, cards[i].Live = live[f.ID]
	}
	return cards, err
}

// liveAmong are those of some facts that are live, with until when if nothing happens: their streamers say so, or they are among the first maxLive others that can
// be given to, and something was just donated.
func (s *Site) liveAmong(ctx context.Context, facts []fund.Fact) (map[fund.ID]time.Time, error) {
	now, live := s.app.Now(), map[fund.ID]time.Time{}
	var quiet []fund.Fact
	for _, f := range facts {
		if f.Live(now) {
			live[f.ID] = f.LiveUntil
		} else if len(quiet) < maxLive && !ended(f, now) && !upcoming(f, now) {
			quiet = append(quiet, f)
		}
	}
	if len(quiet) == 0 {
		return live, nil
	}
	donated, err := s.app.LastDonated(ctx, quiet, now.Add(-liveFor+time.Microsecond))
	for _, f := range quiet {
		if at, is := donated[f.ID]; is {
			live[f.ID] = sooner(at.Add(liveFor), f.EndsAt)
		}
	}
	return live, err
}

// The widths of pictures on pages, in pixels: covers of cards and of pages, wide ones where the screen and the place are, and portraits of both. Screens have
// two or three times as many pixels as their pages count.
const (
	cardCover     = 640
	cardCoverWide = 1280
	pageCover     = 1280
	pageCoverWide = 1920
	portrait      = 256
)

// coverPicture is a cover, of a picture that at gives by its width; wide is the width for large screens, or 0 where one does for all.
func coverPicture(seed string, at func(width int) string, width, wide int) ui.Cover {
	c := ui.NewCover(seed, picture(at(width)))
	if c.Src != "" && wide > 0 {
		c.Wide = at(wide)
	}
	return c
}

// picture is the address of an uploaded picture. It is "" for one elsewhere, so that no other server learns who looks at a page.
func picture(address string) string {
	if _, _, uploaded := fund.ParsePicture(address); !uploaded {
		return ""
	}
	return address
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

// PageOf is the address of the page of a fact.
func (s *Site) PageOf(f fund.Fact) string { return s.baseURL + pathOf(f) }

// donatePath is the page where a fact is given to.
func donatePath(f fund.Fact) string { return pathOf(f) + DonatePath }
