package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

const (
	// listed is how many things a list on a page shows, newestGifts how many donations.
	listed          = 50
	newestDonations = 25
	// considered is how many of the newest campaigns the first page chooses from.
	considered = 1000
)

// everything is the page of a list that comes whole.
var everything = fund.Page{Limit: fund.MaxPerFact}

// visitor is in whose name pages are read.
var visitor = app.Actor{}

// owner is the page of a user ("@ana"), a team ("+crew") or a cause ("charity").
func (s *Site) owner(r *http.Request) (view, error) {
	name := strings.ToLower(r.PathValue("first"))
	switch {
	case strings.HasPrefix(name, "@"):
		return s.user(r, fund.Key{Slug: name[1:]})
	case strings.HasPrefix(name, "+"):
		return s.team(r, fund.Key{Slug: name[1:]})
	default:
		return s.cause(r)
	}
}

// below is the page of what a user, a team or a cause has: campaigns of all kinds, auction houses
// and fundraising events.
func (s *Site) below(r *http.Request) (view, error) {
	key := keyBelow(r.PathValue("first"), r.PathValue("second"))
	seen, err := s.app.See(r.Context(), visitor, key)
	fact := seen.Fact()
	switch {
	case key.User != nil && key.Slug == "profile" && fault.Is(err, fault.NotFound):
		// Leaderboards call the page of a user so.
		return s.user(r, *key.User)
	case key.User != nil && fault.Is(err, fault.NotFound):
		team, err := s.teamCampaign(r.Context(), key)
		return view{status: http.StatusFound, location: pathOf(team)}, err
	case err != nil:
		return view{}, err
	case moved(r, factSlugs(fact)) != "":
		return redirect(moved(r, factSlugs(fact))), nil
	case fact.Kind == fund.KindFundraisingEvent:
		return s.event(r, fact.ID)
	default:
		return s.fact(r, seen)
	}
}

// teamCampaign finds the team campaign of a user by an address below that user. V3 shows both the user and
// the team of a team campaign, and programs put its address together from the user.
func (s *Site) teamCampaign(ctx context.Context, key app.FactKey) (fund.Fact, error) {
	facts, err := s.app.ListFacts(ctx, visitor, app.FactQuery{User: key.User, Kinds: []fund.Kind{fund.KindTeamCampaign}, Slug: key.Slug}, everything)
	if err != nil {
		return fund.Fact{}, err
	}
	facts = slices.DeleteFunc(facts, func(f fund.Fact) bool { return f.Team == nil })
	if len(facts) == 0 {
		return fund.Fact{}, &fault.Error{Kind: fault.NotFound}
	}
	// A campaign that had the slug before comes after one that has it now.
	now := slices.IndexFunc(facts, func(f fund.Fact) bool { return f.Slug == key.Slug })
	return facts[max(now, 0)], nil
}

// keyBelow finds a fact below its owner: a user ("@ana"), a team ("+crew") or a cause ("charity"). Slugs are read in any case.
func keyBelow(owner, slug string) app.FactKey {
	owner = strings.ToLower(owner)
	key := app.FactKey{Key: fund.Key{Slug: strings.ToLower(slug)}, Kinds: app.AllKinds()}
	switch {
	case strings.HasPrefix(owner, "@"):
		key.User = &fund.Key{Slug: owner[1:]}
	case strings.HasPrefix(owner, "+"):
		key.Team = &fund.Key{Slug: owner[1:]}
	default:
		key.Cause = &fund.Key{Slug: owner}
	}
	return key
}

// causeKey finds a cause.
func causeKey(slug string) app.FactKey {
	return app.FactKey{Key: fund.Key{Slug: strings.ToLower(slug)}, Kinds: []fund.Kind{fund.KindCause}}
}

func (s *Site) cause(r *http.Request) (view, error) {
	seen, err := s.app.SeeCause(r.Context(), visitor, causeKey(r.PathValue("first")).Key)
	if err != nil {
		return view{}, err
	}
	cause := seen.Cause()
	if to := moved(r, factSlugs(cause.Fact)); to != "" {
		return redirect(to), nil
	}
	events, err := s.app.ListFundraisingEvents(r.Context(), visitor, app.EventQuery{Cause: &seen.Seen}, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	data := s.factPage(text.Of(r), cause.Fact, cmp.Or(cause.About, cause.Description))
	for _, e := range events {
		data.Events = append(data.Events, s.cardOf(data.locale, e.Fact))
	}
	return s.factView(r.Context(), seen.Seen, data, s.addDonations, s.addFundraisers, s.addChart, s.addBoards)
}

func (s *Site) event(r *http.Request, id fund.ID) (view, error) {
	ctx := r.Context()
	seen, err := s.app.SeeEvent(ctx, visitor, fund.Key{ID: id})
	if err != nil {
		return view{}, err
	}
	event := seen.Event()
	data := s.factPage(text.Of(r), event.Fact, cmp.Or(event.Description, event.ShortDescription))
	return s.factView(ctx, seen.Seen, data, s.addDonations, s.addSchedule, s.addFundraisers, s.addChart, s.addBoards)
}

// exactly finds a fact that is known.
func exactly(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

// fact is the page of a campaign of any kind, or of an auction house.
func (s *Site) fact(r *http.Request, seen app.Seen) (view, error) {
	fact := seen.Fact()
	loads := []load{
		s.addDonations, s.addMatches, s.addMilestones, s.addPolls, s.addTargets, s.addRewards, s.addSchedule, s.addFundraisers, s.addChart,
	}
	if fact.Kind == fund.KindAuctionHouse {
		loads = append(loads, s.addItems)
	}
	return s.factView(r.Context(), seen, s.factPage(text.Of(r), fact, fact.Description), loads...)
}

// factPage is the beginning of the page of a fact.
func (s *Site) factPage(l *text.Locale, f fund.Fact, about string) *factPage {
	page := &factPage{Card: s.cardOf(l, f), Spread: s.spread(f.ID), About: about, fact: f, locale: l, now: s.app.Now()}
	page.Cover = coverPicture(page.Link, f.CoverAt, pageCover, pageCoverWide)
	if page.Live = f.Live(page.now); page.Live {
		page.LiveUntil = f.LiveUntil
	}
	return page
}

// load adds a part to the page of a fact.
type load func(context.Context, app.Seen, *factPage) error

// factView is the page of a fact with its parts.
func (s *Site) factView(ctx context.Context, seen app.Seen, page *factPage, parts ...load) (view, error) {
	for _, add := range append([]load{s.addDonate}, parts...) {
		if err := add(ctx, seen, page); err != nil {
			return view{}, err
		}
	}
	page.Stream = s.streamOf(page.fact)
	page.finish(s.baseURL + page.Link)
	about := s.aboutPage(page.Link, page.About)
	about.Feed = page.Link + feedPath
	s.addCard(about, page.locale, seen.Fact())
	return view{template: "fact.html", Title: page.Name, Data: page, About: about, policy: page.policy(), Theme: themeOf(seen.Fact())}, nil
}

// addDonate adds where to give, or why nothing is taken.
func (s *Site) addDonate(ctx context.Context, seen app.Seen, page *factPage) error {
	g, err := s.app.DonateFormOf(ctx, seen)
	if err != nil {
		return err
	}
	if page.Closed = closed(donateForm{fact: g, locale: page.locale}, s.app.Now()); page.Closed == "" {
		page.Donate = donatePath(seen.Fact())
	}
	return nil
}
