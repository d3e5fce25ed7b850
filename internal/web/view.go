package web

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// card is a fact at a glance.
type card struct {
	Name, Link, Owner, OwnerLink string
	Cause, CauseLink             string
	Raised, Goal                 string
	// Total and Aim are the ends of the bar, Percent says how full it is.
	Total, Aim int64
	Percent    string
	Ended      bool
}

// ended reports whether nobody can give to a fact any more.
func ended(f fund.Fact, now time.Time) bool {
	return f.Status == fund.Retired || !f.EndsAt.IsZero() && !now.Before(f.EndsAt)
}

func cardOf(f fund.Fact, now time.Time) card {
	c := card{
		Name: f.Name, Link: pathOf(f), Raised: money.English.Amount(f.Total(), f.Currency), Total: f.Total(), Aim: f.Goal,
		Ended: ended(f, now),
	}
	if f.Goal > 0 {
		c.Goal, c.Percent = money.English.Amount(f.Goal, f.Currency), money.English.Percent(f.Total()*100/f.Goal*100)
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

// factPage is what the page of a fact shows.
type factPage struct {
	card
	// Donate is where to give; "" when nothing is taken now.
	Donate    string
	About     string
	Events    []card
	Donations []shownDonation
	// Milestones are ordered by their sums, the other offers by order and then by their age.
	Milestones []milestone
	Polls      []poll
	Targets    []target
	Rewards    []reward
	Schedule   []moment
	// Items are what an auction house offers, the oldest first.
	Items    []item
	currency string
}

type shownDonation struct {
	Name, Comment, Amount string
	At                    time.Time
}

type milestone struct {
	Name, Amount string
	Reached      bool
}

type poll struct {
	Name    string
	Open    bool
	Options []option
}

type option struct{ Name, Raised string }

type target struct {
	Name, Raised, Goal string
	Total, Aim         int64
	Open               bool
}

type reward struct {
	Name, Description, Price string
	// Left says how many are left; "" where there is no limit.
	Left string
	Open bool
}

type item struct {
	Name, Description, Price string
	Open                     bool
}

type moment struct {
	Name, Description string
	At                time.Time
}

func (s *Site) addDonations(ctx context.Context, seen app.Seen, page *factPage) error {
	donations, err := s.app.NewestDonations(ctx, seen, newestDonations)
	for _, d := range donations {
		page.Donations = append(page.Donations, shownDonation{
			Name: d.Name, Comment: d.Comment, Amount: money.English.Amount(d.Amount, d.Currency), At: d.CompletedAt,
		})
	}
	return err
}

func (s *Site) addMilestones(ctx context.Context, seen app.Seen, page *factPage) error {
	milestones, err := s.app.Milestones(ctx, seen, app.MilestoneQuery{}, everything)
	for _, m := range milestones {
		if m.Enabled {
			page.Milestones = append(page.Milestones, milestone{Name: m.Name, Amount: money.English.Amount(m.Amount, page.currency), Reached: !m.ReachedAt.IsZero()})
		}
	}
	return err
}

// order puts what is open before what is closed.
func order(open bool) int {
	if open {
		return 0
	}
	return 1
}

func (s *Site) addPolls(ctx context.Context, seen app.Seen, page *factPage) error {
	polls, err := s.app.Polls(ctx, seen, everything)
	now := s.app.Now()
	slices.SortFunc(polls, func(a, b fund.Poll) int {
		return cmp.Or(cmp.Compare(order(a.Active(now)), order(b.Active(now))), cmp.Compare(a.LegacyID, b.LegacyID))
	})
	for _, p := range polls {
		one := poll{Name: p.Name, Open: p.Active(now)}
		for _, o := range p.Options {
			one.Options = append(one.Options, option{Name: o.Name, Raised: money.English.Amount(o.Raised, page.currency)})
		}
		page.Polls = append(page.Polls, one)
	}
	return err
}

func (s *Site) addTargets(ctx context.Context, seen app.Seen, page *factPage) error {
	targets, err := s.app.Targets(ctx, seen, everything)
	now := s.app.Now()
	slices.SortFunc(targets, func(a, b fund.Target) int {
		return cmp.Or(cmp.Compare(order(a.Active(now)), order(b.Active(now))), cmp.Compare(a.LegacyID, b.LegacyID))
	})
	for _, t := range targets {
		page.Targets = append(page.Targets, target{
			Name: t.Name, Raised: money.English.Amount(t.Raised, page.currency), Goal: money.English.Amount(t.Amount, page.currency), Total: t.Raised, Aim: t.Amount,
			Open: t.Active(now),
		})
	}
	return err
}

func (s *Site) addRewards(ctx context.Context, seen app.Seen, page *factPage) error {
	rewards, err := s.app.Rewards(ctx, seen, everything)
	now := s.app.Now()
	slices.SortFunc(rewards, func(a, b fund.Reward) int {
		return cmp.Or(cmp.Compare(order(a.Active(now)), order(b.Active(now))), cmp.Compare(a.LegacyID, b.LegacyID))
	})
	for _, r := range rewards {
		page.Rewards = append(page.Rewards, reward{
			Name: r.Name, Description: r.Description, Price: money.English.Amount(r.Amount, r.Currency), Left: english.left(r.Remaining()), Open: r.Active(now),
		})
	}
	return err
}

func (s *Site) addItems(ctx context.Context, seen app.Seen, page *factPage) error {
	items, err := s.app.AuctionItems(ctx, seen, app.AuctionItemQuery{}, fund.Page{Limit: listed})
	for _, i := range items {
		page.Items = append(page.Items, item{
			Name: i.Name, Description: i.Description, Price: money.English.Amount(i.StartingBid, i.Currency), Open: i.Status() == fund.AuctionActive,
		})
	}
	return err
}

func (s *Site) addSchedule(ctx context.Context, seen app.Seen, page *factPage) error {
	items, err := s.app.Schedule(ctx, seen, everything)
	page.Schedule = toSchedule(items)
	return err
}

func toSchedule(items []fund.ScheduleItem) []moment {
	moments := make([]moment, len(items))
	for i, item := range items {
		moments[i] = moment{Name: item.Name, Description: item.Description, At: item.StartsAt}
	}
	return moments
}
