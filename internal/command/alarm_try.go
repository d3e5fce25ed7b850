package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
)

// AlarmTest tries out how operators are notified of alarms: it takes the settings of serve, so that it tries what serve uses.
type AlarmTest struct {
	Serve `embed:""`

	JSON bool `name:"json" help:"Print one JSON object a line for each way."`
}

var (
	// ErrAlarmFails says that a way to tell operators does not work.
	ErrAlarmFails = errors.New("some alarms would not arrive; see above")
	// ErrNoAlarms says that there is no way at all.
	ErrNoAlarms = errors.New("no alarm would reach anybody: set --mail-server and make an operator, or set --alarm-webhook or --alarm-ping")
)

// alarmTrialJSON is what became of a way for programs: state is ok, failed or not_set.
type alarmTrialJSON struct {
	Way     string `json:"way"`
	To      string `json:"to"`
	State   string `json:"state"`
	Problem string `json:"problem"`
}

// Run prints what became of each way, and is ErrAlarmFails where one that is set up does not work.
func (c AlarmTest) Run(ctx context.Context, t Terminal) error {
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		settings := c.beside(t)
		trials, err := server.TryAlarms(ctx, s, settings)
		if err != nil {
			return err
		}
		result := ErrNoAlarms
		for _, trial := range trials {
			state := "ok"
			switch {
			case !trial.Set:
				state = "not set"
			case trial.Err != nil:
				state, result = "failed", ErrAlarmFails
			case errors.Is(result, ErrNoAlarms):
				result = nil
			}
			if err := c.print(t, trial, state); err != nil {
				return err
			}
		}
		return result
	})
}

func (c AlarmTest) print(t Terminal, trial server.AlarmTrial, state string) error {
	problem := ""
	if trial.Err != nil {
		problem = trial.Err.Error()
	}
	if c.JSON {
		if !trial.Set {
			state = "not_set"
		}
		return printJSON(t.Out, alarmTrialJSON{trial.Way, trial.To, state, problem})
	}
	_, err := fmt.Fprintln(t.Out, oneLine(strings.TrimSpace(trial.Way+" "+trial.To)+": "+state+" "+problem))
	return err
}
