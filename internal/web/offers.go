package web

import (
	"cmp"
	"context"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// addDonations adds the newest donations.
func (s *Site) addDonations(ctx context.Context, seen app.Seen, page *factPage) error {
	donations, err := s.app.NewestDonations(ctx, seen, newestDonations)
	if len(donations) > 0 && !page.Ended && page.StartsAt.IsZero() {
		if until := donations[0].CompletedAt.Add(liveFor); until.After(page.now) && !page.Live {
			page.Live, page.LiveUntil = true, until
		}
	}
	for _, d := range donations {
		one := ui.Donation{
			ID: d.ID.String(), Name: page.locale.Donor(d.Name), Comment: d.Comment, Amount: page.locale.Amount(d.Amount, d.Currency), At: inZone(page.fact, d.CompletedAt), Portrait: ui.NewPortrait(d.Name, d.Name, ""),
		}
		if d.Name == fund.Anonymous {
			one.Portrait.Initials = ""
		}
		page.Donations = append(page.Donations, one)
	}
	return err
}

// addMatches adds the matches that double gifts now.
func (s *Site) addMatches(ctx context.Context, seen app.Seen, page *factPage) error {
	matches, err := s.app.Matches(ctx, seen, app.MatchQuery{}, everything)
	now := s.app.Now()
	for _, m := range matches {
		page.changesAt(m.StartsAt, m.EndsAt)
		if !m.Active(now) {
			continue
		}
		one := match{Name: page.locale.Donor(m.DisplayName()), EndsAt: inZone(page.fact, m.EndsAt)}
		if m.Type == fund.MatchAmount {
			one.Pledge, one.Left = page.locale.Amount(m.Pledged, m.Currency), page.locale.Amount(max(0, m.Pledged-m.Raised), m.Currency)
		}
		page.Matches = append(page.Matches, one)
	}
	return err
}

// addMilestones adds the milestones, and marks them on the bar. Without a goal, the bar ends at the last of them.
func (s *Site) addMilestones(ctx context.Context, seen app.Seen, page *factPage) error {
	milestones, err := s.app.Milestones(ctx, seen, app.MilestoneQuery{}, everything)
	milestones = slices.DeleteFunc(milestones, func(m fund.Milestone) bool { return !m.Enabled })
	if n := len(milestones); n > 0 && page.Bar == nil {
		aim := page.locale.Amount(milestones[n-1].Amount, page.fact.Currency)
		page.Bar = &ui.Goal{Total: page.fact.Total(), Aim: milestones[n-1].Amount, Text: page.locale.Text("site.of", "Raised", page.Raised, "Goal", aim)}
	}
	for _, m := range milestones {
		one := milestone{Name: m.Name, Amount: page.locale.Amount(m.Amount, page.fact.Currency), Reached: !m.ReachedAt.IsZero()}
		page.Milestones = append(page.Milestones, one)
		page.Bar.Mark(m.Amount, one.Reached)
		if page.Next == nil && !one.Reached {
			page.Next = &one
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
		return cmp.Or(cmp.Compare(order(a.Active(now)), order(b.Active(now))), fund.ComparePositions(a.Position, b.Position), cmp.Compare(a.LegacyID, b.LegacyID))
	})
	for _, p := range polls {
		page.Polls = append(page.Polls, poll{Name: p.Name, Open: p.Active(now), EndsAt: inZone(page.fact, p.EndsAt), Options: optionsOf(page.locale, p, page.fact.Currency)})
	}
	return err
}

// optionsOf are the options of a poll with their shares of its votes.
func optionsOf(l *text.Locale, p fund.Poll, currency string) []option {
	var all int64
	for _, o := range p.Options {
		if sum, ok := money.Add(all, o.Raised); ok {
			all = sum
		}
	}
	options := make([]option, len(p.Options))
	for i, o := range p.Ordered() {
		options[i] = option{Name: o.Name, Raised: l.Amount(o.Raised, currency)}
		if all > 0 {
			options[i].Bar = &ui.Goal{Total: o.Raised, Aim: all, Text: options[i].Raised}
		}
	}
	return options
}

func (s *Site) addTargets(ctx context.Context, seen app.Seen, page *factPage) error {
	targets, err := s.app.Targets(ctx, seen, everything)
	now := s.app.Now()
	slices.SortFunc(targets, func(a, b fund.Target) int {
		return cmp.Or(cmp.Compare(order(a.Active(now)), order(b.Active(now))), fund.ComparePositions(a.Position, b.Position), cmp.Compare(a.LegacyID, b.LegacyID))
	})
	for _, t := range targets {
		one := target{
			Name: t.Name, Raised: page.locale.Amount(t.Raised, page.fact.Currency), Goal: page.locale.Amount(t.Amount, page.fact.Currency),
			Open: t.Active(now), EndsAt: inZone(page.fact, t.EndsAt),
		}
		one.Bar = &ui.Goal{Total: t.Raised, Aim: t.Amount, Text: page.locale.Text("site.of", "Raised", one.Raised, "Goal", one.Goal)}
		page.Targets = append(page.Targets, one)
	}
	return err
}

func (s *Site) addRewards(ctx context.Context, seen app.Seen, page *factPage) error {
	rewards, err := s.app.Rewards(ctx, seen, everything)
	now := s.app.Now()
	slices.SortFunc(rewards, func(a, b fund.Reward) int {
		return cmp.Or(cmp.Compare(order(a.Active(now)), order(b.Active(now))), fund.ComparePositions(a.Position, b.Position), cmp.Compare(a.LegacyID, b.LegacyID))
	})
	for _, r := range rewards {
		page.changesAt(r.StartsAt)
		page.Rewards = append(page.Rewards, reward{
			Name: r.Name, Description: r.Description, Price: page.locale.Amount(r.Amount, r.Currency), Picture: picture(r.Image),
			Left: page.locale.Left(r.Remaining()), Open: r.Active(now),
		})
	}
	return err
}

func (s *Site) addItems(ctx context.Context, seen app.Seen, page *factPage) error {
	items, err := s.app.AuctionItems(ctx, seen, app.AuctionItemQuery{}, fund.Page{Limit: listed})
	for _, i := range items {
		page.Items = append(page.Items, item{
			Name: i.Name, Description: i.Description, Price: page.locale.Amount(i.StartingBid, i.Currency), Open: i.Status() == fund.AuctionActive,
		})
	}
	return err
}

// addSchedule adds the schedule. Most facts have none, which they know themselves.
func (s *Site) addSchedule(ctx context.Context, seen app.Seen, page *factPage) error {
	if !page.fact.HasSchedule {
		return nil
	}
	page.Calendar = page.Link + calendarPath
	items, err := s.app.Schedule(ctx, seen, everything)
	for _, item := range items {
		page.Schedule = append(page.Schedule, moment{Name: item.Name, Description: item.Description, At: inZone(page.fact, item.StartsAt)})
	}
	return err
}

// addFundraisers adds the campaigns that raise for a fact that others may support, those that raised the most first.
func (s *Site) addFundraisers(ctx context.Context, seen app.Seen, page *factPage) error {
	query := app.FactQuery{Kinds: []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign, fund.KindPersonalCampaign}}
	switch page.fact.Kind {
	case fund.KindCause:
		query.Cause = &seen
	case fund.KindFundraisingEvent:
		query.Event = &seen
	default:
		if page.fact.Supported == 0 && page.fact.Supportable == fund.SupportNone {
			return nil
		}
		query.Parent = &seen
	}
	facts, err := s.app.ListFacts(ctx, visitor, query, fund.Page{Limit: listed})
	now := s.app.Now()
	slices.SortStableFunc(facts, func(a, b fund.Fact) int {
		return cmp.Or(cmp.Compare(order(!ended(a, now)), order(!ended(b, now))), cmp.Compare(b.Total(), a.Total()))
	})
	if err != nil {
		return err
	}
	page.Fundraisers, err = s.cardsOf(ctx, page.locale, facts)
	return err
}
