package server

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// checkMode refuses to start where the provider's money is of another kind than what the database holds.
func (n *Node) checkMode(ctx context.Context) error {
	fixed, err := n.store.Mode(ctx)
	if err != nil {
		return err
	}
	return n.agree(fixed)
}

// moneyWords are what the money of a mode is called.
var moneyWords = map[fund.Mode]string{
	fund.ModeSandbox: "play money of the sandbox", fund.ModeTest: "play money of test payments", fund.ModeLive: "real money",
}

// agree refuses a mode of the database that is not that of this node's provider, as a Conflict with the way out.
func (n *Node) agree(fixed fund.Mode) error {
	own := n.Payments.Mode()
	if own == "" || fixed == "" || own == fixed {
		return nil
	}
	out := "start with its own payment provider, or choose another database with --db"
	if fixed.Play() {
		out = "take the play money out with: almoner go-live --db URL; or choose another database with --db"
	}
	return fault.New(fault.Conflict, "The database %s holds %s, and this server is set up to take %s; %s.",
		n.Database.NameIn("."), moneyWords[fixed], moneyWords[own], out)
}

// logMode says at the start what the money is.
func (n *Node) logMode(ctx context.Context) {
	switch mode := n.app.Mode(ctx); {
	case n.Payments.Mode() == "":
		n.Log.WarnContext(ctx, "no payment provider is set up: no donations are taken until there is one (--stripe-key, or --sandbox for play money)", "mode", mode)
	case mode.Play():
		n.Log.InfoContext(ctx, "all money is play money", "mode", mode)
	default:
		n.Log.InfoContext(ctx, "money is real", "mode", mode)
	}
}

// noteMode logs when another node fixed another mode than that of this node's provider, which takes nothing from then on.
func (n *Node) noteMode(ctx context.Context, events []fund.Event) {
	if slices.ContainsFunc(events, func(e fund.Event) bool { return e.Topic.ChangesSettings() }) {
		n.compareModes(ctx)
	}
}

// compareModes logs when the database holds money of another mode than that of this node's provider.
func (n *Node) compareModes(ctx context.Context) {
	if err := n.agree(n.app.Mode(ctx)); err != nil {
		n.Log.ErrorContext(ctx, "no donations are taken", "error", err)
	}
}

// playMode is what answers of the API say of the money; "" where it is real.
func (n *Node) playMode(ctx context.Context) string {
	if mode := n.app.Mode(ctx); mode.Play() {
		return string(mode)
	}
	return ""
}
