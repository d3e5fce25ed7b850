package ops

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// lagWarning is how many events the leaderboards may be behind. Some hundreds are usual under load.
	lagWarning = 20_000
	// dueWarning is for how long background work may be due.
	dueWarning = 5 * time.Minute
	// failingWithin is for how long a webhook endpoint counts as failing once its owner was told.
	failingWithin = 24 * time.Hour
	// endpointsShown is how many endpoints of webhooks are named.
	endpointsShown = 5
)

// payments asks the payment provider whether it lets this server in.
func (d Doctor) payments(ctx context.Context) []Finding {
	mode, err := d.Store.Mode(ctx)
	switch {
	case err != nil:
		return unknown("What the money of the database is", err)
	case d.PaymentsTitle == "":
		return quiet(found(Warning, "No payment provider is set up: no donations are taken.", "Set --stripe-key and --stripe-webhook-secret; docs/payments.md says how."))
	case d.Payments == nil:
		return fine("Donors pay play money at %s.", d.PaymentsTitle)
	}
	if err := d.Payments(ctx); err != nil {
		return found(Problem, d.PaymentsTitle+" does not let this server in: "+words(err), "Look at the key, and at its rights, in the dashboard of "+d.PaymentsTitle+".")
	}
	money := "real money"
	if mode.Play() {
		money = "test payments"
	}
	return fine("%s lets this server in; the database holds %s.", d.PaymentsTitle, money)
}

// providerEvents looks for those that nobody can apply.
func (d Doctor) providerEvents(ctx context.Context) []Finding {
	open, stuck, err := d.Store.CountProviderEvents(ctx, d.Now())
	switch {
	case err != nil:
		return unknown("Whether events of payment providers wait", err)
	case stuck > 0:
		return found(Problem, fmt.Sprintf("%d events of payment providers are not applied: money may be waiting.", stuck),
			"See why with almoner provider-event list, then: almoner provider-event apply --all")
	}
	return fine("No event of a payment provider is stuck; %d are on their way.", open)
}

// mail asks the mail server.
func (d Doctor) mail(ctx context.Context) []Finding {
	if d.Mail == nil {
		return quiet(found(Warning, "No mail server is set: receipts wait, and nobody can choose a new password.", "Set --mail-server and --mail-from."))
	}
	if err := d.Mail(ctx); err != nil {
		return found(Problem, "The mail server takes no mail: "+words(err), "Look at --mail-server. Many hosts close the ports 25 and 465; 587 is usually open.")
	}
	return fine("The mail server takes mail.")
}

// receipts looks for mails of which nobody knows what became of them.
func (d Doctor) receipts(ctx context.Context) []Finding {
	var counts [2]int
	for i, state := range []fund.MailState{fund.MailUnknown, fund.MailRefused} {
		var err error
		if counts[i], err = d.Store.CountMails(ctx, fund.MailReceipt, state); err != nil {
			return unknown("Whether receipts were sent", err)
		}
	}
	if counts[0]+counts[1] > 0 {
		return quiet(found(Warning, fmt.Sprintf("Of %d receipts nobody knows whether they were sent, and %d were refused.", counts[0], counts[1]), "almoner receipt list shows them; almoner receipt send sends one again."))
	}
	return fine("All receipts were sent, or wait for their turn.")
}

// webhooks looks for endpoints that are about to be deactivated.
func (d Doctor) webhooks(ctx context.Context) []Finding {
	failing, err := d.Store.WarnedEndpoints(ctx, d.Now().Add(-failingWithin), endpointsShown)
	if err != nil {
		return unknown("How webhook endpoints are doing", err)
	}
	if len(failing) == 0 {
		return fine("No webhook endpoint is about to be deactivated.")
	}
	ids := make([]string, len(failing))
	for i, e := range failing {
		ids[i] = e.ID.String()
	}
	return found(Warning, "Deliveries to these webhook endpoints fail, and they will be deactivated: "+strings.Join(ids, ", "),
		"Their owners were told. almoner webhook deliveries shows why.")
}

// work looks for background work that nobody gets on with.
func (d Doctor) work(ctx context.Context) []Finding {
	var late []Finding
	for _, kind := range fund.Works() {
		if kind == fund.WorkMail && d.Mail == nil {
			continue // without a mail server they wait
		}
		now := d.Now()
		due, oldest, err := d.Store.CountWork(ctx, kind, now)
		if err != nil {
			return unknown("Whether background work waits", err)
		}
		if due > 0 && now.Sub(oldest) > dueWarning {
			late = append(late, found(Problem, fmt.Sprintf("%d rows of background work (%s) are due, the oldest for %s.", due, kind, now.Sub(oldest).Round(time.Second)),
				"Is a server running? Its log says what fails, at most once a minute.")...)
		}
	}
	if len(late) > 0 {
		return late
	}
	return fine("Background work is done in time.")
}

// leaderboards looks at how far they are behind the log.
func (d Doctor) leaderboards(ctx context.Context) []Finding {
	last, err := d.Store.LastPosition(ctx)
	if err != nil {
		return unknown("How long the log of events is", err)
	}
	projected, err := d.Store.Projected(ctx)
	if err != nil {
		return unknown("How far the leaderboards are", err)
	}
	return boardsOf(last - projected)
}

func boardsOf(lag int64) []Finding {
	if lag > lagWarning {
		return found(Warning, fmt.Sprintf("The leaderboards are %d events behind.", lag), "Is a server running? If it only rises, its log says why.")
	}
	return fine("The leaderboards are up to date.")
}
