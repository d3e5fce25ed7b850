package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// SetShipping says who sees the addresses of claimed rewards and fulfills them.
type SetShipping struct {
	Store
	Fact string `help:"Where: a cause, an event or a campaign, with all that supports it: a UUID, @user/slug, +team/slug, the slug of a cause, or cause/event." required:"" placeholder:"UUID|SLUG|…"`
	By   string `help:"Who fulfills: ${enum}. With streamers, those who raise money there see answers and shipping addresses of their own campaigns, and the donate pages say so; the cause always sees them." enum:"cause,streamers" required:"" placeholder:"cause|streamers"`
	asJSON
}

// byStreamers is the value of SetShipping.By that lets streamers ship.
const byStreamers = "streamers"

// Run sets it, also beside running servers, which follow at once.
func (c SetShipping) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		f, err := a.FactByName(ctx, app.System(), c.Fact)
		if err != nil {
			return err
		}
		key := app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: app.AllKinds()}
		patch := fund.DonationSettingsPatch{StreamersShip: fund.Some(c.By == byStreamers)}
		if _, err := a.UpdateDonationSettings(ctx, app.System(), key, patch); err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				Fact          string `json:"fact"`
				Name          string `json:"name"`
				StreamersShip bool   `json:"streamers_ship"`
			}{f.ID.String(), f.Name, patch.StreamersShip.Value})
		}
		text := "Rewards of %s are fulfilled by the cause.\n"
		if patch.StreamersShip.Value {
			text = "Rewards of %s are fulfilled by streamers, too: they see answers and shipping addresses of their own campaigns.\n"
		}
		_, err = fmt.Fprintf(t.Out, text, f.Name)
		return err
	})
}
