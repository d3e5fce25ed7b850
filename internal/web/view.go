package web

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// card is a fact at a glance.
type card struct {
	Name, Link, Owner, OwnerLink string
	Cause, CauseLink             string
	Raised, Goal                 string
	// Total and Aim are the ends of the bar, Percent what it says.
	Total, Aim, Percent int64
	Retired             bool
}

func cardOf(f fund.Fact) card {
	c := card{
		Name: f.Name, Link: pathOf(f), Raised: amount(f.Total(), f.Currency), Total: f.Total(), Aim: f.Goal,
		Retired: f.Status == fund.Retired,
	}
	if f.Goal > 0 {
		c.Goal, c.Percent = amount(f.Goal, f.Currency), f.Total()*100/f.Goal
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
	case f.Kind == fund.KindFundraisingEvent:
		return "/" + f.Cause.Slug + "/" + f.Slug
	case f.Kind == fund.KindTeamCampaign && f.Team != nil:
		return "/+" + f.Team.Slug + "/" + f.Slug
	case f.User != nil:
		return "/@" + f.User.Slug + "/" + f.Slug
	default:
		return "/" + f.Slug
	}
}

// factPage is what the page of a fact shows.
type factPage struct {
	card
	About     string
	Events    []card
	Donations []gift
	Polls     []poll
	Targets   []target
	Rewards   []reward
	Schedule  []moment
	currency  string
}

type gift struct {
	Name, Comment, Amount string
	At                    stamp
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
}

type reward struct {
	Name, Description, Price string
	Left                     *int64
	Open                     bool
}

type moment struct {
	Name, Description string
	At                stamp
}

// stamp is an instant, for people and for programs.
type stamp struct{ Text, Machine string }

func stampOf(t time.Time) stamp {
	return stamp{Text: t.UTC().Format("2 January 2006, 15:04 UTC"), Machine: t.UTC().Format(time.RFC3339)}
}

func (s *site) addDonations(ctx context.Context, key app.CampaignKey, page *factPage) error {
	donations, err := s.app.ListDonations(ctx, visitor, key, app.DonationPage{Limit: newestGifts})
	for _, d := range donations {
		page.Donations = append(page.Donations, gift{
			Name: d.DisplayName(), Comment: d.Comment, Amount: amount(d.Amount, d.Currency), At: stampOf(d.CompletedAt),
		})
	}
	return err
}

func (s *site) addPolls(ctx context.Context, key app.CampaignKey, page *factPage) error {
	polls, err := s.app.ListPolls(ctx, visitor, key)
	for _, p := range polls {
		one := poll{Name: p.Name, Open: p.Active(s.app.Now())}
		for _, o := range p.Options {
			one.Options = append(one.Options, option{Name: o.Name, Raised: amount(o.Raised, page.currency)})
		}
		page.Polls = append(page.Polls, one)
	}
	return err
}

func (s *site) addTargets(ctx context.Context, key app.CampaignKey, page *factPage) error {
	targets, err := s.app.ListTargets(ctx, visitor, key)
	for _, t := range targets {
		page.Targets = append(page.Targets, target{
			Name: t.Name, Raised: amount(t.Raised, page.currency), Goal: amount(t.Amount, page.currency), Total: t.Raised, Aim: t.Amount,
		})
	}
	return err
}

func (s *site) addRewards(ctx context.Context, key app.CampaignKey, page *factPage) error {
	rewards, err := s.app.ListRewards(ctx, visitor, key)
	for _, r := range rewards {
		page.Rewards = append(page.Rewards, reward{
			Name: r.Name, Description: r.Description, Price: amount(r.Amount, r.Currency), Left: r.Remaining(), Open: r.Active(s.app.Now()),
		})
	}
	return err
}

func (s *site) addSchedule(ctx context.Context, key app.CampaignKey, page *factPage) error {
	items, err := s.app.ListSchedule(ctx, visitor, key)
	page.Schedule = toSchedule(items)
	return err
}

func toSchedule(items []fund.ScheduleItem) []moment {
	moments := make([]moment, len(items))
	for i, item := range items {
		moments[i] = moment{Name: item.Name, Description: item.Description, At: stampOf(item.StartsAt)}
	}
	return moments
}
