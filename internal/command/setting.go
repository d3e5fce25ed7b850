package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/app"
)

// ListSettings lists what operators change while servers run.
type ListSettings struct {
	Store
	asLines
}

// Run prints a line for each setting with its value and what it does.
func (c ListSettings) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		all, err := a.ListSettings(ctx, app.System())
		if err != nil {
			return err
		}
		for _, s := range all {
			if err := printSetting(t, c.JSON, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// SetSetting changes a setting.
type SetSetting struct {
	Store
	Key   string `arg:"" help:"Name of the setting, as almoner setting list shows it." placeholder:"KEY"`
	Value string `arg:"" help:"Its value, such as true, 90 or approval." placeholder:"VALUE"`
	asJSON
}

// Run changes the setting, also beside running servers, which follow at once.
func (c SetSetting) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		s, err := a.SetSetting(ctx, app.System(), c.Key, c.Value)
		if err != nil {
			return err
		}
		return printSetting(t, c.JSON, s)
	})
}

// settingJSON is a setting for programs.
type settingJSON struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
	// Version counts the changes; 0 for a setting that nobody has set.
	Version int64  `json:"version"`
	Help    string `json:"help"`
}

func printSetting(t Terminal, asJSON bool, s app.OperatorSetting) error {
	if asJSON {
		return printJSON(t.Out, settingJSON{s.Key, json.RawMessage(s.Value), s.Version, s.Help})
	}
	_, err := fmt.Fprintf(t.Out, "%s: %s. %s\n", s.Key, strings.Trim(s.Value, `"`), s.Help)
	return err
}
