package testworld

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// Selection is what some donations to the campaign of the world select.
type Selection struct{ Option, Target, Reward fund.Key }

// Donate makes 25 donations to the campaign, whose ids are not in the order of their completion, two of them completed in
// the same instant, and one to the team campaign.
func (w *World) Donate(ctx context.Context, s Selection) {
	start := w.Clock.Now().Add(-time.Hour)
	for i := range 25 {
		in := fund.DonationInput{
			Fact: fund.Key{ID: w.Campaign.ID}, Amount: fmt.Sprintf("%d.%02d", i+1, i%4*25), Name: "Donor " + string(rune('A'+i)),
			Reference: fmt.Sprint("gift-", i),
		}
		switch i {
		case 3:
			in.Comment, in.PollOption = "Go! 🏃 <script>alert(1)</script> \u2028 שלום", &s.Option
		case 4:
			in.Target, in.Name, in.Anonymous = &s.Target, "Secret", true
		case 5:
			in.Claims, in.Sustained = []fund.ClaimInput{{Reward: s.Reward, Quantity: 1}}, true
		case 6:
			in.Name = ""
		}
		w.Give(ctx, in, start.Add(time.Duration(i*7%24)*time.Minute))
	}
	w.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: w.TeamCampaign.ID}, Amount: "40", Name: "Fan", Reference: "gift-team"}, start)
}

// Give records a donation that completed at an instant.
func (s *Service) Give(ctx context.Context, in fund.DonationInput, at time.Time) fund.Donation {
	s.t.Helper()
	d, err := s.DonateAt(ctx, app.System(), in, at)
	s.Must(err)
	return d
}
