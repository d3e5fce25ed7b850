package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// refundCase is what a donor says is wrong with a donation, and what the cause answered. The original has none.
type refundCase struct {
	ID         string  `json:"id" format:"uuid"`
	DonationID string  `json:"donation_id" format:"uuid"`
	CauseID    string  `json:"cause_id" format:"uuid"`
	Status     string  `json:"status" enum:"open,refunded,declined" doc:"Whether it waits for an answer, and what the answer was."`
	Message    *string `json:"message" doc:"What the donor wrote; null once it is erased."`
	Reason     *string `json:"reason" doc:"Why the cause declined, which the donor reads; null for another answer."`
	Refunded   amount  `json:"amount_refunded" doc:"What went back between the opening and the answer."`
	InsertedAt string  `json:"inserted_at" format:"date-time"`
	AnswerBy   string  `json:"answer_by" format:"date-time" doc:"When the donor was told to expect an answer at the latest."`
	AnsweredAt *string `json:"answered_at" format:"date-time" doc:"Null while it is open."`
}

func toCase(c fund.Case, currency string) refundCase {
	return refundCase{
		ID: c.ID.String(), DonationID: c.DonationID.String(), CauseID: c.CauseID.String(), Status: string(c.State), Message: textOrNull(c.Message),
		Reason: textOrNull(c.Reason), Refunded: fixed(c.Refunded, currency), InsertedAt: seconds(c.OpenedAt), AnswerBy: seconds(c.AnswerBy),
		AnsweredAt: secondsOrNull(c.AnsweredAt),
	}
}

type declineInput struct {
	Reason string `json:"reason" required:"true" doc:"Why nothing goes back: one line, at most 500 characters. The donor reads it."`
}

// caseRows are for the finance of a cause.
func (v *version) caseRows() []route {
	out, key := refundCase{}, uuidKeyAt("case_id")
	refund := actionOf(refundModel, v.showCase)
	decline := resourceOf(textModel("reason", "reason"), nil, v.showCase, nil)
	all := asDonationWriter.get(causeParent.pattern("cases"), tagCases, "List what donors of a cause say is wrong with their donations", []refundCase{}, v.listCases)
	all.Query = paging(caseQuery)
	return []route{
		all,
		asDonationWriter.get("/cases/{case_id}", tagCases, "Get a case", out, api.Gets(key, v.app.GetCase, decline.Reply)),
		asDonationWriter.action("/cases/{case_id}/refund", api.Doc{Tag: tagCases, Summary: "Answer a case: give back the donation or a part of it", ID: "refundCase"}, refundInput{}, out,
			api.Changes(refund, key, nil, v.refundCase)),
		asDonationWriter.action("/cases/{case_id}/decline", api.Doc{Tag: tagCases, Summary: "Answer a case: give nothing back, and say why", ID: "declineCase"}, declineInput{}, out,
			api.Changes(decline, key, nil, v.declineCase)),
	}
}

func (v *version) listCases(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idAt(c, "cause_id")
	if err != nil {
		return api.Reply{}, err
	}
	p := queryOf(c)
	query := app.CaseQuery{
		Cause: &key, Overdue: p.flag("overdue"),
		State: fund.CaseState(p.oneOf("case_status", string(fund.CaseOpen), string(fund.CaseRefunded), string(fund.CaseDeclined))),
	}
	cause, err := v.app.GetCause(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	cases, meta, err := paginate(ctx, v, p, listing[fund.Case]{
		kind: "cases", owner: cause.ID, order: fund.OldestFirst, at: func(one fund.Case) fund.Cursor { return fund.Cursor{ID: one.ID} },
		read: func(page fund.Page) ([]fund.Case, error) { return v.app.ListCases(ctx, c.Caller, query, page) },
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(cases, func(one fund.Case) refundCase { return toCase(one, cause.Currency) }), Metadata: meta}}, nil
}

// showCase shows a case in the currency of its cause.
func (v *version) showCase(ctx context.Context, c *call, one fund.Case) (any, error) {
	cause, err := v.app.GetCause(ctx, c.Caller, fund.Key{ID: one.CauseID})
	return toCase(one, cause.Currency), err
}

// refundCase looks at the currency here because it is that of the cause, which never changes.
func (v *version) refundCase(ctx context.Context, actor app.Actor, key fund.Key, patch refundPatch) (fund.Case, error) {
	c, err := v.app.GetCase(ctx, actor, key)
	if err != nil {
		return c, err
	}
	if err := v.refundable(ctx, actor, fund.Key{ID: c.DonationID}, &patch); err != nil {
		return c, err
	}
	return v.app.AnswerCase(ctx, actor, key.ID, app.CaseReply{Refund: patch.amount.Value})
}

func (v *version) declineCase(ctx context.Context, actor app.Actor, key fund.Key, patch oneText) (fund.Case, error) {
	if c, err := v.app.GetCase(ctx, actor, key); err != nil {
		return c, err
	}
	if !patch.invalid.Has("reason") && patch.text.Value == "" {
		patch.invalid.Add("reason", fund.Blank)
	}
	if err := patch.invalid.Err(); err != nil {
		return fund.Case{}, err
	}
	return v.app.AnswerCase(ctx, actor, key.ID, app.CaseReply{Reason: patch.text.Value})
}
