package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

const (
	// liveFor is how long after its last donation a campaign counts as live, if its streamer says nothing.
	liveFor = 30 * time.Minute
	// maxLive is how many campaigns, those that raised the most, are asked whether something was just donated, and how many are shown whose streamers say that
	// they are live, those who said so last.
	maxLive = 200
)

// shelved is how many campaigns of each kind the first page shows.
const shelved = 12

// homePolicy is the content policy of the first page, which has the form of the search and follows who goes live.
var homePolicy = ui.ContentPolicy("'self'", ui.Sources{Scripts: "'self'", Connections: "'self'"})

// homePage is what the first page shows.
type homePage struct {
	// Raised are what all causes raised, one sum for each currency, and Open is how many campaigns can be given to, "" for none.
	Raised  []string
	Open    string
	Shelves []shelf
	// Spread is within how many milliseconds after an event the page is read again.
	Spread int
	// Until is when one of the campaigns that are live is so no longer, if nothing happens; see instant.
	Until  string
	Causes []ui.Card

	locale *text.Locale
}

// shelf is a row of campaigns with something in common.
type shelf struct {
	ID      string
	Heading text.ID
	Cards   []ui.Card
}

// home is what can be given to now, what comes, and the causes.
func (s *Site) home(r *http.Request) (view, error) {
	ctx := r.Context()
	causes, err := s.app.ListCauses(ctx, visitor, fund.Page{Limit: listed})
	if err != nil {
		return view{}, err
	}
	campaigns, err := s.leading(ctx)
	if err != nil {
		return view{}, err
	}
	l := text.Of(r)
	data := homePage{Raised: raisedBy(l, causes), Spread: s.spreadOver(campaigns), locale: l}
	for _, c := range causes {
		data.Causes = append(data.Causes, s.cardOf(l, c.Fact))
	}
	if err := data.shelve(ctx, s, campaigns); err != nil {
		return view{}, err
	}
	return view{template: "home.html", Title: l.Text("home.title"), Data: data, About: s.aboutPage("/", l.Text("home.lead")), policy: homePolicy}, nil
}

// shelve sorts campaigns onto the shelves, in their order.
func (p *homePage) shelve(ctx context.Context, s *Site, campaigns []fund.Fact) error {
	now := s.app.Now()
	live, err := s.liveAmong(ctx, campaigns)
	if err != nil {
		return err
	}
	// Who says so comes before who was just given to: a full shelf leaves nobody out who pressed the button.
	slices.SortStableFunc(campaigns, func(a, b fund.Fact) int {
		switch {
		case a.Live(now) == b.Live(now):
			return 0
		case a.Live(now):
			return -1
		default:
			return 1
		}
	})
	open, until := 0, time.Time{}
	shelves := []shelf{{"live", "home.live", nil}, {"open", "home.open", nil}, {"upcoming", "home.upcoming", nil}, {"ended", "home.ended", nil}}
	for _, f := range campaigns {
		at := 1
		switch {
		case ended(f, now):
			at = 3
		case upcoming(f, now):
			at = 2
		case !live[f.ID].IsZero():
			at = 0
		}
		if at < 2 {
			open++
		}
		if len(shelves[at].Cards) < shelved {
			one := s.cardOf(p.locale, f)
			if one.LiveUntil, one.Live = live[f.ID]; at == 0 && len(shelves[at].Cards) == 0 {
				one.Cover.Wide = picture(f.CoverAt(cardCoverWide)) // the first of those that are live is shown large
			}
			until = sooner(until, one.LiveUntil)
			shelves[at].Cards = append(shelves[at].Cards, one)
		}
	}
	p.Shelves = slices.DeleteFunc(shelves, func(s shelf) bool { return len(s.Cards) == 0 })
	p.Until = instant(until)
	if open > 0 {
		p.Open = p.locale.Count(int64(open))
	}
	return nil
}

// raisedBy is what the causes raised together, one sum for each of their currencies: that of the oldest cause first.
func raisedBy(l *text.Locale, causes []fund.Cause) []string {
	sums := map[string]int64{}
	var currencies, raised []string
	for _, c := range slices.Backward(causes) {
		sum, ok := money.Add(sums[c.Currency], c.Total())
		if !ok || c.Total() == 0 {
			continue
		}
		if sums[c.Currency] == 0 {
			currencies = append(currencies, c.Currency)
		}
		sums[c.Currency] = sum
	}
	for _, currency := range currencies {
		raised = append(raised, l.Amount(sums[currency], currency))
	}
	return raised
}

// leading are the newest campaigns and what is live, those that raised the most first, whatever their currencies.
func (s *Site) leading(ctx context.Context) ([]fund.Fact, error) {
	facts, err := s.app.ListCampaigns(ctx, visitor, app.CampaignFilter{}, fund.Page{Limit: considered})
	if err != nil {
		return nil, err
	}
	live, err := s.app.LiveFacts(ctx, maxLive)
	if err != nil {
		return nil, err
	}
	known := make(map[fund.ID]bool, len(facts))
	for _, f := range facts {
		known[f.ID] = true
	}
	facts = append(facts, slices.DeleteFunc(live, func(f fund.Fact) bool { return known[f.ID] })...)
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
	slices.SortStableFunc(facts, func(a, b fund.Fact) int { return cmp.Compare(raised(b), raised(a)) })
	return facts, nil
}
