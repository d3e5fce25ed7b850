package command

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// ListCases lists what donors say is wrong with their donations.
type ListCases struct {
	Store
	Cause   string `help:"Only those that this cause answers: its UUID or slug." placeholder:"UUID|SLUG"`
	All     bool   `help:"Also those that were answered."`
	Overdue bool   `help:"Only those that should have been answered by now."`
	asLines
}

// caseJSON is a case for programs.
type caseJSON struct {
	Case     string  `json:"case"`
	Donation string  `json:"donation"`
	Cause    string  `json:"cause"`
	State    string  `json:"state"`
	AnswerBy *string `json:"answer_by"`
	Message  string  `json:"message"`
	Reason   string  `json:"reason"`
}

// Run prints one line for each case: its id, the donation, its state, the day by which the cause should answer, and what the donor wrote.
func (c ListCases) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		query := app.CaseQuery{Open: !c.All, Overdue: c.Overdue}
		if c.Cause != "" {
			cause, err := findCause(ctx, a, c.Cause)
			if err != nil {
				return err
			}
			query.Cause = &fund.Key{ID: cause.ID}
		}
		list := func(page fund.Page) ([]fund.Case, error) { return a.ListCases(ctx, app.System(), query, page) }
		return each(list, func(one fund.Case) fund.Cursor { return fund.Cursor{ID: one.ID} }, func(one fund.Case) error {
			if c.JSON {
				return printJSON(t.Out, caseJSON{
					one.ID.String(), one.DonationID.String(), one.CauseID.String(), string(one.State), instantJSON(one.AnswerBy), one.Message, one.Reason,
				})
			}
			_, err := fmt.Fprintf(t.Out, "%s\t%s\t%s\t%s\t%q\n", one.ID, one.DonationID, one.State, one.AnswerBy.UTC().Format("2006-01-02"), one.Message)
			return err
		})
	})
}

// AnswerCase answers a case in the name of its cause.
type AnswerCase struct {
	Store
	Case    string `help:"The id of the case." required:"" placeholder:"UUID"`
	Refund  string `help:"Give back this much, in the currency of the donation, or all of it." placeholder:"AMOUNT|all" xor:"answer"`
	Decline string `help:"Give nothing back, and say why: the donor reads it." placeholder:"TEXT" xor:"answer"`
	// Providers are those of the server, which give the money back.
	Providers checkout.Providers `embed:""`
}

// refundAll is the value of AnswerCase.Refund that gives back everything.
const refundAll = "all"

// Run answers the case, also beside a running server.
func (c AnswerCase) Run(ctx context.Context, t Terminal) error {
	if (c.Refund == "") == (c.Decline == "") {
		return fault.New(fault.Invalid, "Say either --refund AMOUNT (or all), or --decline with a reason.")
	}
	id, err := fund.ParseID(c.Case)
	if err != nil {
		return fault.New(fault.Invalid, "--case is not the id of a case.")
	}
	reply := app.CaseReply{Refund: c.Refund, Reason: c.Decline}
	if c.Refund == refundAll {
		reply.Refund = ""
	}
	return withProviders(ctx, c.DB, c.Providers, func(a *app.App) error {
		answered, err := a.AnswerCase(ctx, app.System(), id, reply)
		if err != nil {
			return err
		}
		d, err := a.GetDonation(ctx, app.System(), fund.Key{ID: answered.DonationID})
		if err != nil {
			return err
		}
		back := "nothing"
		if answered.Refunded > 0 {
			back = money.English.Amount(answered.Refunded, d.Currency)
		}
		_, err = fmt.Fprintf(t.Out, "The case is %s; %s went back.\n", answered.State, back)
		return err
	})
}
