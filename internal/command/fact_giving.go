package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// SetGiving changes what donors of a fact read, and the terms of a cause for its donors.
type SetGiving struct {
	Store
	Fact        string  `help:"What donors give to: a UUID, @user/slug, +team/slug, the slug of a cause, or cause/event." required:"" placeholder:"UUID|SLUG|…"`
	Thanks      *string `help:"The fundraiser's own words on the page that thanks a donor; an empty text takes them back." placeholder:"TEXT"`
	StreamDelay *int64  `help:"After how many seconds viewers of the stream see what happens; 0 for unknown." placeholder:"SECONDS"`
	Statement   *string `help:"Of a cause: what its donors read before they pay; an empty text takes it back." placeholder:"TEXT"`
	Instant     string  `help:"Of a cause: only leaves out methods of payment that take days, all takes them again." enum:"only,all,unchanged" default:"unchanged" placeholder:"only|all"`
	asJSON
}

// Run changes what was named, also beside running servers, which follow at once.
func (c SetGiving) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		f, err := a.FactByName(ctx, app.System(), c.Fact)
		if err != nil {
			return err
		}
		key := app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: app.AllKinds()}
		g, err := a.UpdateDonationSettings(ctx, app.System(), key, c.patch())
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, givingJSON{
				f.ID.String(), f.Name, g.Thanks, int64(g.StreamDelay.Seconds()), g.Statement, g.InstantOnly,
			})
		}
		_, err = fmt.Fprintf(t.Out, "Donors of %s read and are asked what was set.\n", f.Name)
		return err
	})
}

// givingJSON is what the command prints for programs.
type givingJSON struct {
	Fact        string `json:"fact"`
	Name        string `json:"name"`
	Thanks      string `json:"thanks"`
	StreamDelay int64  `json:"stream_delay"`
	Statement   string `json:"statement"`
	InstantOnly bool   `json:"instant_only"`
}

func (c SetGiving) patch() (p fund.DonationSettingsPatch) {
	if c.Thanks != nil {
		p.Thanks = fund.Some(*c.Thanks)
	}
	if c.StreamDelay != nil {
		p.StreamDelay = fund.Some(*c.StreamDelay)
	}
	if c.Statement != nil {
		p.Statement = fund.Some(*c.Statement)
	}
	if c.Instant != "unchanged" {
		p.InstantOnly = fund.Some(c.Instant == "only")
	}
	return p
}
