package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// noticePage is how many notices are read at once.
const noticePage = fund.MaxPage

// ListNotices tells out every notice of a payment provider that has not been applied, a line each.
func ListNotices(ctx context.Context, c config.Store, out io.Writer) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		return eachNotice(openNotices(ctx, a), func(n fund.Notice) error {
			_, err := fmt.Fprintln(out, noticeLine(n))
			return err
		})
	})
}

// ApplyNotices tries notices of payment providers again, beside a running server or without one, and tells out
// what came of each. It is ErrNotices when one could not be applied.
func ApplyNotices(ctx context.Context, c config.Notices, out io.Writer) error {
	return withProviders(ctx, c, func(a *app.App) error {
		if !c.All {
			id, err := fund.ParseID(c.ID)
			if err != nil {
				return fault.New(fault.Malformed, "--id must be the id of a notice, as almoner notices list shows it.")
			}
			return applyNotice(ctx, a, id, out)
		}
		var failed error
		err := eachNotice(openNotices(ctx, a), func(n fund.Notice) error {
			if applyNotice(ctx, a, n.ID, out) != nil {
				failed = ErrNotices
			}
			return ctx.Err()
		})
		return errors.Join(err, failed)
	})
}

func applyNotice(ctx context.Context, a *app.App, id fund.ID, out io.Writer) error {
	err := a.ApplyNotice(ctx, app.System(), id)
	if err != nil {
		_, _ = fmt.Fprintf(out, "%s not applied: %s\n", id, Explain(err))
		return err
	}
	_, err = fmt.Fprintf(out, "%s applied\n", id)
	return err
}

// auditNotices tells out the notices that wait although they are not simply on their way.
func auditNotices(ctx context.Context, s *store.Store, out io.Writer) error {
	var waiting error
	now := time.Now()
	err := eachNotice(func(page fund.Page) ([]fund.Notice, error) { return s.StuckNotices(ctx, now, page) }, func(n fund.Notice) error {
		waiting = ErrNotices
		_, err := fmt.Fprintln(out, "notice "+noticeLine(n))
		return err
	})
	return errors.Join(err, waiting)
}

func openNotices(ctx context.Context, a *app.App) func(fund.Page) ([]fund.Notice, error) {
	return func(page fund.Page) ([]fund.Notice, error) { return a.ListOpenNotices(ctx, app.System(), page) }
}

// eachNotice does something with each notice of a list, page by page, the oldest first.
func eachNotice(list func(fund.Page) ([]fund.Notice, error), do func(fund.Notice) error) error {
	page := fund.Page{Limit: noticePage, Order: fund.OldestFirst}
	for {
		notices, err := list(page)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if err := do(n); err != nil {
				return err
			}
		}
		if len(notices) < noticePage {
			return nil
		}
		page.After = &fund.Cursor{ID: notices[len(notices)-1].ID}
	}
}

// noticeLine is a notice for people.
func noticeLine(n fund.Notice) string {
	line := fmt.Sprintf("%s of %s: %s %s, payment %s", n.ID, n.Provider, n.Topic, n.NoticeID, n.Reference)
	if !n.DonationID.IsZero() {
		line += ", donation " + n.DonationID.String()
	}
	line += ", received " + n.ReceivedAt.UTC().Format(time.RFC3339)
	if n.Tries == 0 {
		return line + ", not tried yet"
	}
	return oneLine(fmt.Sprintf("%s, tried %d times: %s", line, n.Tries, n.Problem))
}

// withProviders opens the use cases with the payment providers that a server has.
func withProviders(ctx context.Context, c config.Notices, do func(*app.App) error) error {
	return withMigrated(ctx, c.DB, func(s *store.Store) error {
		n := &node{settings: settings{database: c.DB, stripe: config.Stripe{Key: c.StripeKey}, log: slog.New(slog.DiscardHandler)}, store: s}
		if err := n.buildPayments(ctx); err != nil {
			return err
		}
		n.app = n.newApp(time.Now, rand.Reader)
		return do(n.app)
	})
}
