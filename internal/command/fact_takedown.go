package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// TakeFactDown hides a campaign, event or auction house, and stops its donations.
type TakeFactDown struct {
	decidedFact
	Reason string `help:"Why, in at most 500 characters; those who look after it read it." required:"" placeholder:"TEXT"`
}

// Run takes the fact down, also beside a running server, which knows it within a second.
func (c TakeFactDown) Run(ctx context.Context, t Terminal) error {
	return c.decide(ctx, t, "%s is taken down.\n", func(a *app.App, id fund.ID) (fund.Fact, error) {
		return a.TakeDown(ctx, app.System(), id, c.Reason)
	})
}

// PutFactBack shows a fact again that was taken down.
type PutFactBack struct {
	decidedFact
}

// Run puts the fact back, also beside a running server, which knows it within a second.
func (c PutFactBack) Run(ctx context.Context, t Terminal) error {
	return c.decide(ctx, t, "%s is shown again, to those who could see it before.\n", func(a *app.App, id fund.ID) (fund.Fact, error) {
		return a.PutBack(ctx, app.System(), id)
	})
}

// decidedFact is a fact that an operator decides on.
type decidedFact struct {
	Store
	Fact string `help:"The campaign, event or auction house: a UUID, @user/slug, +team/slug, or cause/event." required:"" placeholder:"UUID|@user/slug|…"`
	asJSON
}

// shownFact is what the commands print of a fact.
type shownFact struct {
	ID       string `json:"id"`
	LegacyID int64  `json:"legacy_id"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Approval string `json:"approval"`
	// Suspension is why it was taken down; "" while it is not.
	Suspension string `json:"suspension"`
}

// decide decides on the fact, and says so with its name.
func (c decidedFact) decide(ctx context.Context, t Terminal, says string, decide func(*app.App, fund.ID) (fund.Fact, error)) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		named, err := a.FactByName(ctx, app.System(), c.Fact)
		if err != nil {
			return err
		}
		f, err := decide(a, named.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, shownFact{ID: f.ID.String(), LegacyID: f.LegacyID, Kind: string(f.Kind), Name: f.Name, Approval: string(f.Approval), Suspension: f.Suspension})
		}
		_, err = fmt.Fprintf(t.Out, says, f.Name)
		return err
	})
}
