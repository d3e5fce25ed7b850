package command

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/login"
)

// feedFlags name a running server, and what of its feed a command follows.
type feedFlags struct {
	serverFlags
	Campaigns []string `name:"campaign" sep:"none" help:"What to follow: its UUID, its number, @user/slug, +team/slug or cause/slug. May be repeated." required:"" placeholder:"ID|@user/slug"`
	Types     []string `name:"type" help:"Types of events to follow, such as donation.completed; docs/events.md lists them. May be repeated (default: all)." placeholder:"TYPE"`
}

// open is the server, and what to follow there.
func (f feedFlags) open(ctx context.Context, t Terminal) (*login.Server, client.FollowOptions, error) {
	server, err := f.connect()
	if err != nil {
		return nil, client.FollowOptions{}, err
	}
	var ids []string
	for _, name := range f.Campaigns {
		id, err := server.FactID(ctx, name)
		if err != nil {
			return nil, client.FollowOptions{}, err
		}
		ids = append(ids, id)
	}
	return server, client.FollowOptions{Facts: ids, Types: f.Types, Sleep: t.Wait, OnError: t.report}, nil
}

// reportGone says which of the facts with these ids may not be seen any more, while others are followed on.
func (f feedFlags) reportGone(t Terminal, ids []string, m client.Message) {
	for i, name := range f.Campaigns {
		if slices.Contains(m.FactIDs, ids[i]) {
			_, _ = fmt.Fprintln(t.Err, "almoner: "+printable(name)+" may not be seen any more; the others go on.")
		}
	}
}

// Tail prints the feed of a running server.
type Tail struct {
	feedFlags
	After string `help:"Cursor to begin after, as an earlier line has it (default: now)." placeholder:"CURSOR"`
	JSON  bool   `name:"json" help:"Print each message as the server sends it, one JSON object a line."`
}

// Run prints a line for each event, until a signal. It goes on where it was when the connection breaks.
func (c Tail) Run(ctx context.Context, t Terminal) error {
	server, following, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	following.After = c.After
	for m, err := range server.Follow(ctx, following) {
		switch {
		case err != nil:
			return done(ctx, err)
		case m.Type == client.TypeGone:
			c.reportGone(t, following.Facts, m)
			continue
		}
		line := feedLine(m)
		if c.JSON {
			line = string(m.Raw)
		}
		if _, err := fmt.Fprintln(t.Out, line); err != nil {
			return err
		}
	}
	return nil
}

// done is the error of a command that a signal ends: none.
func done(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the signal is how such a command ends
	}
	return err
}

// report prints what passes on its own, for the person at the terminal.
func (t Terminal) report(err error) {
	_, _ = fmt.Fprintln(t.Err, "almoner: "+printable(Explain(err))+" Trying again.")
}

// told is what a line says about the object of an event.
type told struct {
	Name         string     `json:"name"`
	DonorName    string     `json:"donor_name"`
	DonorComment string     `json:"donor_comment"`
	Amount       *apiAmount `json:"amount"`
}

// apiAmount is an amount in the API.
type apiAmount struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// feedLine is a message in one line for people: when, what, which, and its cursor.
func feedLine(m client.Message) string {
	words := []string{m.Type}
	if !m.At.IsZero() {
		words = []string{m.At.Local().Format(time.TimeOnly), m.Type}
	}
	if m.Type == client.TypeReset {
		words = append(words, "the history before is not this server's, or is no longer kept ("+m.Reason+")")
	}
	var object told
	var detail struct {
		Change *apiAmount `json:"change"`
	}
	_ = json.Unmarshal(m.Detail, &detail) // without it the line says less
	lessened := detail.Change != nil && strings.HasPrefix(detail.Change.Value, "-")
	if lessened {
		words = append(words, detail.Change.Value, detail.Change.Currency)
	}
	if json.Unmarshal(m.Data, &object) == nil {
		if object.Amount != nil && !lessened {
			words = append(words, object.Amount.Value, object.Amount.Currency)
		}
		for _, text := range []string{object.DonorName, object.Name} {
			if text != "" {
				words = append(words, text)
			}
		}
		if object.DonorComment != "" {
			words = append(words, "“"+object.DonorComment+"”")
		}
	}
	for mark, is := range map[string]bool{"[test]": m.Test, "[late]": m.Late, "[replayed]": m.Replayed} {
		if is {
			words = append(words, mark)
		}
	}
	return printable(strings.Join(append(words, m.ID, m.Cursor), " "))
}
