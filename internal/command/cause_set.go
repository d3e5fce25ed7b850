package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// SetCause changes how the pages of a cause look.
type SetCause struct {
	Store
	ofCause
	TimeZone *string  `help:"IANA name of the zone that pages show times in, such as Europe/Berlin; an empty one is UTC." placeholder:"ZONE"`
	Color    *string  `help:"Color of buttons, links and bars, such as #0b6b50; an empty one is that of the site." placeholder:"#RRGGBB"`
	Origin   []string `help:"A site of the cause, such as https://example.org, which may show its embeds and to which donors may return; give all of them, each with its own --origin." placeholder:"ORIGIN"`
	NoOrigin bool     `help:"Take the list of sites away." xor:"Origin"`
	asJSON
}

// Validate refuses a command that would change nothing.
func (c SetCause) Validate() error {
	if c.TimeZone == nil && c.Color == nil && len(c.Origin) == 0 && !c.NoOrigin {
		return misused(errors.New("say what to change: --time-zone, --color, --origin or --no-origin"))
	}
	return nil
}

// Run changes the cause, also beside running servers, which follow at once.
func (c SetCause) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		cause, err := findCause(ctx, a, c.Cause)
		if err != nil {
			return err
		}
		cause, err = a.UpdateCause(ctx, app.System(), fund.Key{ID: cause.ID}, c.patch())
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(t.Out, struct {
				Cause          string   `json:"cause"`
				TimeZone       string   `json:"time_zone"`
				Color          string   `json:"color"`
				AllowedOrigins []string `json:"allowed_origins"`
			}{cause.ID.String(), fund.Zone(cause.TimeZone).String(), cause.Color, append([]string{}, cause.AllowedOrigins...)})
		}
		_, err = fmt.Fprintf(t.Out, "time zone: %s\ncolor: %s\nsites: %s\n", fund.Zone(cause.TimeZone), cause.Color, strings.Join(cause.AllowedOrigins, " "))
		return err
	})
}

func (c SetCause) patch() fund.CausePatch {
	var patch fund.CausePatch
	if c.TimeZone != nil {
		patch.TimeZone = fund.Some(*c.TimeZone)
	}
	if c.Color != nil {
		patch.Settings = fund.SettingsPatch{"color_highlight": *c.Color}
	}
	if len(c.Origin) > 0 || c.NoOrigin {
		patch.AllowedOrigins = fund.Some(c.Origin)
	}
	return patch
}
