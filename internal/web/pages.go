package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
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

// home is what this is, the causes, and the campaigns that can be given to.
func (s *Site) home(r *http.Request) (view, error) {
	causes, err := s.app.ListCauses(r.Context(), visitor, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	campaigns, err := s.leading(r.Context())
	if err != nil {
		return view{}, err
	}
	data := struct{ Causes, Campaigns []card }{Campaigns: campaigns}
	for _, c := range causes {
		data.Causes = append(data.Causes, cardOf(c.Fact, s.app.Now()))
	}
	return view{template: "home.html", Title: text.English.Text("home.title"), Data: data}, nil
}

// leading are the campaigns for the first page: those that run before those that have ended, the
// ones that raised the most first, whatever their currencies.
func (s *Site) leading(ctx context.Context) ([]card, error) {
	facts, err := s.app.ListCampaigns(ctx, visitor, app.CampaignFilter{}, fund.Page{Limit: considered})
	if err != nil {
		return nil, err
	}
	worth := map[string]int64{} // of many minor units of each currency
	for _, f := range facts {
		if _, known := worth[f.Currency]; known {
			continue
		}
		if worth[f.Currency], err = s.app.InUSD(ctx, 1_000_000, f.Currency); err != nil {
			return nil, err
		}
	}
	raised := func(f fund.Fact) float64 { return float64(f.Total()) * float64(worth[f.Currency]) }
	now := s.app.Now()
	slices.SortStableFunc(facts, func(a, b fund.Fact) int {
		return cmp.Or(cmp.Compare(order(!ended(a, now)), order(!ended(b, now))), cmp.Compare(raised(b), raised(a)))
	})
	return cardsOf(facts[:min(listed, len(facts))], now), nil
}

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
		return s.event(r.Context(), fact.ID)
	default:
		return s.fact(r.Context(), seen)
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

// ownerPage is what the pages of users and teams show.
type ownerPage struct {
	Name, Address, About string
	Raised               string
	Campaigns            []card
}

func (s *Site) user(r *http.Request, key fund.Key) (view, error) {
	ctx := r.Context()
	user, err := s.app.GetUser(ctx, visitor, key)
	if err != nil {
		return view{}, err
	}
	if to := moved(r, slugs{"first": "@" + user.Slug}); to != "" {
		return redirect(to), nil
	}
	campaigns, err := s.campaigns(ctx, app.CampaignFilter{User: &fund.Key{ID: user.ID}})
	if err != nil {
		return view{}, err
	}
	others, err := s.app.ListFacts(ctx, visitor, app.FactQuery{
		User: &fund.Key{ID: user.ID}, Kinds: []fund.Kind{fund.KindPersonalCampaign, fund.KindAuctionHouse},
	}, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	campaigns = append(campaigns, cardsOf(others, s.app.Now())...)
	raised, err := s.app.UserTotals(ctx, user)
	if err != nil {
		return view{}, err
	}
	return view{template: "owner.html", Title: user.Username, Data: ownerPage{
		Name: user.Username, Address: "@" + user.Slug, About: user.About, Raised: amounts(raised), Campaigns: campaigns,
	}}, nil
}

func (s *Site) team(r *http.Request, key fund.Key) (view, error) {
	ctx := r.Context()
	team, err := s.app.GetTeam(ctx, visitor, key)
	if err != nil {
		return view{}, err
	}
	if to := moved(r, slugs{"first": "+" + team.Slug}); to != "" {
		return redirect(to), nil
	}
	campaigns, err := s.campaigns(ctx, app.CampaignFilter{Team: &fund.Key{ID: team.ID}})
	if err != nil {
		return view{}, err
	}
	raised, err := s.app.TeamTotals(ctx, team)
	if err != nil {
		return view{}, err
	}
	return view{template: "owner.html", Title: team.Name, Data: ownerPage{
		Name: team.Name, Address: "+" + team.Slug, About: team.About, Raised: amounts(raised), Campaigns: campaigns,
	}}, nil
}

// amounts are sums of different currencies side by side: "€1,200.00 + ¥5,000".
func amounts(sums []money.Sum) string {
	texts := make([]string, len(sums))
	for i, sum := range sums {
		texts[i] = money.English.Amount(sum.Minor, sum.Currency)
	}
	return strings.Join(texts, " + ")
}

func (s *Site) campaigns(ctx context.Context, filter app.CampaignFilter) ([]card, error) {
	facts, err := s.app.ListCampaigns(ctx, visitor, filter, fund.Page{Limit: listed})
	if err != nil {
		return nil, err
	}
	return cardsOf(facts, s.app.Now()), nil
}

func cardsOf(facts []fund.Fact, now time.Time) []card {
	cards := make([]card, len(facts))
	for i, f := range facts {
		cards[i] = cardOf(f, now)
	}
	return cards
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
	data := factPage{card: cardOf(cause.Fact, s.app.Now()), About: cause.About}
	if err := s.addDonate(r.Context(), seen.Seen, &data); err != nil {
		return view{}, err
	}
	for _, e := range events {
		data.Events = append(data.Events, cardOf(e.Fact, s.app.Now()))
	}
	return view{template: "fact.html", Title: cause.Name, Data: data}, nil
}

func (s *Site) event(ctx context.Context, id fund.ID) (view, error) {
	seen, err := s.app.SeeEvent(ctx, visitor, fund.Key{ID: id})
	if err != nil {
		return view{}, err
	}
	event := seen.Event()
	schedule, err := s.app.Schedule(ctx, seen.Seen, everything)
	if err != nil {
		return view{}, err
	}
	about := event.Description
	if about == "" {
		about = event.ShortDescription
	}
	data := factPage{card: cardOf(event.Fact, s.app.Now()), About: about, Schedule: toSchedule(schedule)}
	if err := s.addDonate(ctx, seen.Seen, &data); err != nil {
		return view{}, err
	}
	return view{template: "fact.html", Title: event.Name, Data: data}, nil
}

// exactly finds a fact that is known.
func exactly(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

// addDonate adds where to give, when donations are taken.
func (s *Site) addDonate(ctx context.Context, seen app.Seen, page *factPage) error {
	g, err := s.app.DonateFormOf(ctx, seen)
	if err == nil && closed(donateForm{fact: g, locale: english}, s.app.Now()) == "" {
		page.Donate = donatePath(seen.Fact())
	}
	return err
}

// fact is the page of a campaign of any kind, or of an auction house.
func (s *Site) fact(ctx context.Context, seen app.Seen) (view, error) {
	fact := seen.Fact()
	data := factPage{card: cardOf(fact, s.app.Now()), About: fact.Description, currency: fact.Currency}
	loads := []func(context.Context, app.Seen, *factPage) error{
		s.addDonations, s.addMilestones, s.addPolls, s.addTargets, s.addRewards, s.addSchedule,
	}
	if fact.Kind == fund.KindAuctionHouse {
		loads = append(loads, s.addItems)
	}
	if err := s.addDonate(ctx, seen, &data); err != nil {
		return view{}, err
	}
	for _, load := range loads {
		if err := load(ctx, seen, &data); err != nil {
			return view{}, err
		}
	}
	return view{template: "fact.html", Title: fact.Name, Data: data}, nil
}
