package command

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// ExportDonor writes what is stored of a donor.
type ExportDonor struct {
	Store
	ofDonor
}

// Validate wants a donor.
func (c ExportDonor) Validate() error { return c.check() }

// Run prints a JSON object for each donation, one a line. Each look is logged.
func (c ExportDonor) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		records, err := c.records(ctx, a)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := printJSON(t.Out, toDonorRecord(r)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c ExportDonor) records(ctx context.Context, a *app.App) ([]app.DonorRecord, error) {
	if c.Donation == "" {
		return a.ExportDonor(ctx, app.System(), c.Mail)
	}
	id, err := parseDonation(c.Donation)
	if err != nil {
		return nil, err
	}
	return a.ExportDonation(ctx, app.System(), id)
}

// donorRecord is what is stored of a donation about its donor.
type donorRecord struct {
	ID          string        `json:"id"`
	State       string        `json:"state"`
	To          string        `json:"to"`
	Cause       string        `json:"cause"`
	Amount      string        `json:"amount"`
	Refunded    string        `json:"refunded,omitempty"`
	Currency    string        `json:"currency"`
	Name        string        `json:"name"`
	Comment     string        `json:"comment"`
	Email       string        `json:"email"`
	Anonymous   bool          `json:"anonymous"`
	Screening   string        `json:"screening"`
	PollOption  string        `json:"poll_option,omitempty"`
	Target      string        `json:"target,omitempty"`
	Rewards     []donorReward `json:"rewards,omitempty"`
	Payment     *donorPayment `json:"payment,omitempty"`
	Receipt     *donorReceipt `json:"receipt,omitempty"`
	Consent     *donorConsent `json:"consent,omitempty"`
	Cases       []donorCase   `json:"cases,omitempty"`
	CreatedAt   *string       `json:"created_at"`
	CompletedAt *string       `json:"completed_at,omitempty"`
	ErasedAt    *string       `json:"erased_at,omitempty"`
	Erasure     bool          `json:"asked_for_erasure"`
}

type donorReward struct {
	Name        string        `json:"name"`
	Quantity    int64         `json:"quantity"`
	Answer      string        `json:"answer,omitempty"`
	Address     *donorAddress `json:"address,omitempty"`
	FulfilledAt *string       `json:"fulfilled_at,omitempty"`
}

type donorAddress struct {
	Recipient  string `json:"recipient"`
	Line1      string `json:"line1"`
	Line2      string `json:"line2,omitempty"`
	City       string `json:"city"`
	Region     string `json:"region,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country"`
	Phone      string `json:"phone,omitempty"`
	Email      string `json:"email,omitempty"`
}

type donorPayment struct {
	Provider  string `json:"provider"`
	Reference string `json:"reference"`
	Status    string `json:"status"`
	FeeCover  string `json:"fee_cover"`
	// TaxReceipt is what was typed for a tax receipt.
	TaxReceipt *receiptDonor `json:"tax_receipt,omitempty"`
}

type donorConsent struct {
	Channel     string  `json:"channel"`
	Wording     string  `json:"wording"`
	Version     int     `json:"version"`
	GivenAt     *string `json:"given_at"`
	WithdrawnAt *string `json:"withdrawn_at"`
}

type donorCase struct {
	ID         string  `json:"id"`
	State      string  `json:"state"`
	Message    string  `json:"message"`
	Reason     string  `json:"reason,omitempty"`
	Refunded   string  `json:"refunded,omitempty"`
	OpenedAt   *string `json:"opened_at"`
	AnsweredAt *string `json:"answered_at"`
}

type donorReceipt struct {
	Number   int64   `json:"number"`
	IssuedAt *string `json:"issued_at"`
	Mail     string  `json:"mail"`
	// Donors are what all receipts of the donation state of the donor, the oldest first.
	Donors []receiptDonor `json:"donors"`
}

// receiptDonor is the donor on a receipt, or on the one that was asked for.
type receiptDonor struct {
	Number  int64             `json:"number,omitempty"`
	Name    string            `json:"name"`
	Email   string            `json:"email,omitempty"`
	Answers map[string]string `json:"answers,omitempty"`
}

func toDonorRecord(r app.DonorRecord) donorRecord {
	d := r.Donation
	digits, err := money.Digits(d.Currency)
	if err != nil {
		digits = 2 // a currency that is not known any more
	}
	amount := func(minor int64) string { return money.Fixed(minor, digits) }
	out := donorRecord{
		ID: d.ID.String(), State: string(d.State), To: d.Fact.Name, Cause: r.Cause.Name, Amount: amount(d.Amount), Currency: d.Currency,
		Name: d.GivenName(), Comment: d.Comment, Email: d.Email, Anonymous: d.Anonymous, Screening: string(d.Screening),
		CreatedAt: instantJSON(d.CreatedAt), CompletedAt: instantJSON(d.CompletedAt), ErasedAt: instantJSON(d.ErasedAt), Erasure: r.AskedErasure,
	}
	if d.Refunded > 0 {
		out.Refunded = amount(d.Refunded)
	}
	if d.PollOption != nil {
		out.PollOption = d.PollOption.Name
	}
	if d.Target != nil {
		out.Target = d.Target.Name
	}
	for _, c := range d.Claims {
		out.Rewards = append(out.Rewards, donorReward{c.Reward.Name, c.Quantity, c.Answer, toDonorAddress(c.Address), instantJSON(c.FulfilledAt)})
	}
	if p := r.Payment; p != nil {
		out.Payment = &donorPayment{p.Provider, p.Reference, string(p.Status), amount(p.FeeCover), nil}
		if p.ReceiptRequest != nil {
			out.Payment.TaxReceipt = &receiptDonor{Name: p.ReceiptRequest.Name, Answers: p.ReceiptRequest.Asked}
		}
	}
	if c := r.Consent; c != nil {
		out.Consent = &donorConsent{string(c.Channel), c.Wording, c.Version, instantJSON(c.GivenAt), instantJSON(c.WithdrawnAt)}
	}
	for _, c := range r.Cases {
		one := donorCase{c.ID.String(), string(c.State), c.Message, c.Reason, "", instantJSON(c.OpenedAt), instantJSON(c.AnsweredAt)}
		if c.Refunded > 0 {
			one.Refunded = amount(c.Refunded)
		}
		out.Cases = append(out.Cases, one)
	}
	if g := r.Receipt; g != nil {
		out.Receipt = &donorReceipt{Number: g.Number, IssuedAt: instantJSON(g.IssuedAt), Mail: string(g.Mail.State())}
		for _, one := range r.Receipts {
			donor := one.Facts.Donor
			out.Receipt.Donors = append(out.Receipt.Donors, receiptDonor{one.Number, donor.Name, donor.Email, donor.Asked})
		}
	}
	return out
}

func toDonorAddress(a *fund.ShippingAddress) *donorAddress {
	if a == nil {
		return nil
	}
	return &donorAddress{a.Recipient, a.Line1, a.Line2, a.City, a.Region, a.PostalCode, a.Country, a.Phone, a.Email}
}
