package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// issuedReceipt is a receipt as it was issued. The original has none.
type issuedReceipt struct {
	Number     int64   `json:"number" doc:"Counts the receipts of the cause, from 1 and without a gap."`
	DonationID string  `json:"donation_id" format:"uuid"`
	Status     string  `json:"status" enum:"valid,void" doc:"A void one does not hold any more."`
	Profile    string  `json:"profile" doc:"What kind of receipt it is; see docs/receipts.md. A replacement has that of the receipt that it replaces."`
	IssuedAt   string  `json:"issued_at" format:"date-time" doc:"When it was issued."`
	VoidedAt   *string `json:"voided_at" format:"date-time" doc:"Null while it is valid."`
	VoidReason *string `json:"void_reason" enum:"refunded,corrected,redated" doc:"Whether money went back, or came again, the name was spelled wrong, or the date was; null while it is valid."`
	Replaces   *int64  `json:"replaces" doc:"The number of the receipt whose place it took; null for none."`
	ReplacedBy *int64  `json:"replaced_by" doc:"The number of the receipt that took its place; null for none."`
	DonorName  *string `json:"donor_name" doc:"The name on it; null for none, and once the donor is erased."`
	PaidAt     string  `json:"paid_at" format:"date-time" doc:"When the money arrived."`
	Amount     amount  `json:"amount" doc:"The donation."`
	FeeCover   amount  `json:"fee_cover" doc:"What the donor added for the provider's fee."`
	Returned   amount  `json:"amount_returned" doc:"What had gone back of both when it was issued."`
	Kept       amount  `json:"amount_kept" doc:"What it states as donated: amount and fee_cover without amount_returned."`
}

func toReceipt(r fund.IssuedReceipt) issuedReceipt {
	f := r.Facts
	status := "valid"
	if !r.Valid() {
		status = "void"
	}
	return issuedReceipt{
		Number: r.Number, DonationID: r.DonationID.String(), Status: status, Profile: f.Profile, IssuedAt: seconds(r.IssuedAt),
		VoidedAt: secondsOrNull(r.VoidAt), VoidReason: textOrNull(string(r.Void)), Replaces: numberOrNull(f.Replaces), ReplacedBy: numberOrNull(r.ReplacedBy),
		DonorName: textOrNull(f.Donor.Name), PaidAt: seconds(f.PaidAt), Amount: fixed(f.Donated, f.Currency), FeeCover: fixed(f.FeeCover, f.Currency),
		Returned: fixed(f.Returned, f.Currency), Kept: fixed(f.Kept(), f.Currency),
	}
}

// numberOrNull is null for a number that counts from 1 and is not there.
func numberOrNull(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

type receiptInput struct {
	DonorName string `json:"donor_name" required:"true" doc:"The name as it is spelled: one line, at most 255 characters."`
}

// receiptProfile is which receipts a cause gives.
type receiptProfile struct {
	Profile  string  `json:"profile" doc:"plain or us; see docs/receipts.md. Receipts that were issued before keep theirs."`
	Proposed *string `json:"proposed_profile" doc:"What an approved cause asked for, until an operator approves it; null for nothing."`
}

func toReceiptProfile(c fund.Cause) receiptProfile {
	made := receiptProfile{Profile: c.Profile()}
	if c.Proposed != nil && c.Proposed.Profile() != made.Profile {
		made.Proposed = textOrNull(c.Proposed.Profile())
	}
	return made
}

type receiptProfileInput struct {
	Profile string `json:"profile" doc:"plain or us. The cause must have what the profile needs."`
}

var receiptProfileModel = model[fund.CausePatch]{
	invalid: func(p *fund.CausePatch) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.CausePatch) []submit.Field {
		return []submit.Field{submit.Text(&p.ReceiptProfile, "receipt_profile", "profile")}
	},
}

// donorYear is what the donor of a donation gave to its cause in a calendar year. The original has none.
type donorYear struct {
	CauseID    string          `json:"cause_id" format:"uuid"`
	Year       int             `json:"year" doc:"The calendar year of the cause's time zone in which the money of the donation arrived."`
	DonorEmail *string         `json:"donor_email" doc:"The mail address whose donations are meant; null for a donation without one."`
	Statements []donorYearLine `json:"statements" doc:"One for each profile of receipts and each currency; [] without a mail address or a valid receipt."`
}

type donorYearLine struct {
	Profile     string  `json:"profile" doc:"The profile whose yearly statement lists the receipts; see docs/receipts.md."`
	DonorName   *string `json:"donor_name" doc:"The name on the first of the receipts; null for none."`
	Kept        amount  `json:"amount_kept" doc:"The sum of what the receipts state as donated."`
	MarketValue *amount `json:"fair_market_value" doc:"What the donor got for it; null with the profile plain, and where a value is not known."`
	Deductible  *amount `json:"deductible_at_most" doc:"Null where fair_market_value is."`
	Receipts    []int64 `json:"receipts" doc:"The numbers of the receipts, which are valid, in the order of their payments."`
}

func toDonorYear(y app.DonorYear) donorYear {
	return donorYear{CauseID: y.Cause.String(), Year: y.Year, DonorEmail: textOrNull(y.Email), Statements: list(y.Lines, func(l fund.StatementLine) donorYearLine {
		line := donorYearLine{Profile: l.Profile, DonorName: textOrNull(l.Name), Kept: fixed(l.Kept, l.Currency), Receipts: l.Receipts}
		if l.Profile != fund.PlainReceipts && !l.Unvalued {
			value, deductible := fixed(l.Value, l.Currency), fixed(l.Deductible, l.Currency)
			line.MarketValue, line.Deductible = &value, &deductible
		}
		return line
	})}
}

// receiptRows are for the finance of a cause.
func (v *version) receiptRows() []route {
	out, key, cause := issuedReceipt{}, keyAt("donation_id"), keyAt("cause_id")
	issued := resourceOf(textModel("name", "donor_name"), out, shown(toReceipt), func(r fund.IssuedReceipt) string { return at("donations", r.DonationID) + "/receipts" })
	profile := resourceOf(receiptProfileModel, receiptProfile{}, shown(toReceiptProfile), nil)
	all := asDonorReader.get("/donations/{donation_id}/receipts", tagReceipts, "List the receipts of a donation, void ones too", []issuedReceipt{}, v.listReceipts)
	all.Query = pageQuery
	return []route{
		all,
		asDonationWriter.post("/donations/{donation_id}/receipts", tagReceipts, "Issue the receipt of a donation again with the name spelled right", receiptInput{}, out,
			api.Creates(issued, key, v.correctReceipt)),
		asDonorReader.get("/donations/{donation_id}/yearly_statement", tagReceipts, "Get what the donor of a donation gave to its cause in that year", donorYear{},
			api.Gets(key, v.app.GetDonorYear, resource[struct{}, app.DonorYear]{Show: shown(toDonorYear)}.Reply)),
		asCause.get(causeParent.pattern("receipt_profile"), tagReceipts, "Get which receipts a cause gives", receiptProfile{}, api.Gets(cause, v.app.GetCauseForMembers, profile.Reply)),
		asCause.patch(causeParent.pattern("receipt_profile"), tagReceipts, "Choose which receipts a cause gives", receiptProfileInput{}, receiptProfile{},
			api.Changes(profile, cause, v.app.GetCauseForMembers, v.app.UpdateCause)),
	}
}

func (v *version) listReceipts(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idAt(c, "donation_id")
	if err != nil {
		return api.Reply{}, err
	}
	d, err := v.app.GetDonation(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	receipts, meta, err := paginate(ctx, v, queryOf(c), listing[fund.IssuedReceipt]{
		kind: "receipts", owner: d.ID, order: fund.OldestFirst, at: func(r fund.IssuedReceipt) fund.Cursor { return fund.Cursor{Number: r.Number} },
		read: func(page fund.Page) ([]fund.IssuedReceipt, error) {
			return v.app.ReceiptsOf(ctx, c.Caller, fund.Key{ID: d.ID}, page)
		},
	})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: page{Data: list(receipts, toReceipt), Metadata: meta}}, nil
}

func (v *version) correctReceipt(ctx context.Context, actor app.Actor, key fund.Key, patch oneText) (fund.IssuedReceipt, error) {
	if err := patch.invalid.Err(); err != nil {
		return fund.IssuedReceipt{}, err
	}
	return v.app.CorrectReceipt(ctx, actor, key, patch.text.Value)
}
