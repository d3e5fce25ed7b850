package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// CreateCampaign makes a campaign.
type CreateCampaign struct {
	Store
	ofUser
	ofCause
	Name   string `help:"Name that others see." required:""`
	Slug   string `help:"Name in addresses (default: made of the name)."`
	Goal   string `help:"Amount that it is to raise, in the currency of the cause, such as 1500.00 (default: none)." placeholder:"AMOUNT"`
	Status string `help:"Whether the campaign is on air: ${enum} (default: ${default})." enum:"published,unpublished" default:"published"`
	asJSON
}

// Run makes the campaign for the user, and prints the path of its page.
func (c CreateCampaign) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		user, err := findUser(ctx, a, c.User)
		if err != nil {
			return err
		}
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		if cause.Approval != fund.Approved {
			return fault.New(fault.Conflict, "The cause %[1]s is not approved, so it takes no donations; approve it with: almoner cause approve --cause %[1]s", cause.Slug)
		}
		campaign, err := a.CreateCampaignFor(ctx, t.system(), user.ID, c.patch(cause))
		if err != nil {
			return err
		}
		path := "/@" + user.Slug + "/" + campaign.Slug
		if c.JSON {
			return printJSON(t.Out, struct {
				ID       string `json:"id"`
				LegacyID int64  `json:"legacy_id"`
				Slug     string `json:"slug"`
				Status   string `json:"status"`
				Path     string `json:"path"`
			}{campaign.ID.String(), campaign.LegacyID, campaign.Slug, string(campaign.Status), path})
		}
		_, err = fmt.Fprintf(t.Out, "id: %s\nlegacy_id: %d\nslug: %s\nstatus: %s\npath: %s\n",
			campaign.ID, campaign.LegacyID, campaign.Slug, campaign.Status, path)
		return err
	})
}

func (c CreateCampaign) patch(cause fund.Cause) fund.CampaignPatch {
	patch := fund.CampaignPatch{
		Name: fund.Some(c.Name), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Status(c.Status)),
	}
	if c.Slug != "" {
		patch.Slug = fund.Some(c.Slug)
	}
	if c.Goal != "" {
		patch.Goal = fund.Some(c.Goal)
	}
	return patch
}
