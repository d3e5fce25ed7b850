package export

import (
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// donationColumns are the columns of a donation. donation, refunded, disputed and net concern the donation, like totals and the ledger;
// payment_refunded and payment_disputed concern the whole payment, including the fee cover.
func donationColumns(receipts []string) []column[fund.Record] {
	return slices.Concat([]column[fund.Record]{
		{"donation_id", func(r row[fund.Record]) cell { return text(r.of.ID.String()) }},
		{"donation_number", func(r row[fund.Record]) cell { return number(r.of.Number) }},
		{"completed_at", func(r row[fund.Record]) cell { return instant(r.of.CompletedAt) }},
		{"updated_at", func(r row[fund.Record]) cell { return instant(r.of.UpdatedAt) }},
		{"state", func(r row[fund.Record]) cell { return text(string(r.of.State)) }},
		{"currency", func(r row[fund.Record]) cell { return text(r.of.Currency) }},
		{"gift", func(r row[fund.Record]) cell { return r.money(r.of.Amount) }},
		{"refunded", func(r row[fund.Record]) cell { return r.money(r.of.Refunded) }},
		{"disputed", func(r row[fund.Record]) cell { return r.money(r.of.Disputed) }},
		{"net", func(r row[fund.Record]) cell { return r.money(r.of.Net()) }},
		{"fee_cover", paid(func(r row[fund.Record]) cell { return r.money(r.of.Payment.FeeCover) })},
		{"provider_fee", paid(func(r row[fund.Record]) cell {
			if r.of.Payment.Fee == nil {
				return cell{form: none}
			}
			return r.money(*r.of.Payment.Fee)
		})},
		{"payment_refunded", paid(func(r row[fund.Record]) cell { return r.money(r.of.Payment.Refunded) })},
		{"payment_disputed", paid(func(r row[fund.Record]) cell { return r.money(r.of.Payment.Disputed) })},
	}, sharedColumns(func(r *fund.Record) *fund.Record { return r }), chosenColumns(), receiptColumns(receipts))
}

// receiptColumns are what the receipt of a donation says beside its number, and what the profiles of receipts add.
func receiptColumns(names []string) []column[fund.Record] {
	receipted := func(name string, of func(*fund.ReceiptFacts) cell) column[fund.Record] {
		return column[fund.Record]{name, func(r row[fund.Record]) cell {
			if r.of.Receipted == nil {
				return cell{form: none}
			}
			return of(r.of.Receipted)
		}}
	}
	all := []column[fund.Record]{
		receipted("receipt_profile", func(f *fund.ReceiptFacts) cell { return text(f.Profile) }),
		receipted("receipt_name", func(f *fund.ReceiptFacts) cell { return words(f.Donor.Name) }),
	}
	for _, name := range names {
		all = append(all, column[fund.Record]{"receipt_" + name, func(r row[fund.Record]) cell {
			said, has := r.of.ReceiptCells[name]
			if !has {
				return cell{form: none}
			}
			return words(said)
		}})
	}
	return all
}

// chosenColumns are what the donor wrote and chose.
func chosenColumns() []column[fund.Record] {
	return []column[fund.Record]{
		{"comment", func(r row[fund.Record]) cell { return words(r.of.Comment) }},
		{"poll", func(r row[fund.Record]) cell { return words(r.of.Poll) }},
		{"poll_option", func(r row[fund.Record]) cell { return words(r.of.PollOption) }},
		{"target", func(r row[fund.Record]) cell { return words(r.of.Target) }},
		{"claims", func(r row[fund.Record]) cell { return words(r.of.Claims) }},
		{"contact_consent_at", func(r row[fund.Record]) cell { return instant(r.of.ContactConsentAt) }},
		{"via", paid(func(r row[fund.Record]) cell { return words(r.of.Payment.Via) })},
	}
}

// paid is a column that is empty unless a payment provider took the donation.
func paid(of func(row[fund.Record]) cell) func(row[fund.Record]) cell {
	return func(r row[fund.Record]) cell {
		if r.of.Payment == nil {
			return cell{form: none}
		}
		return of(r)
	}
}

// movementColumns are the columns of a ledger entry. amount is negative for money returned.
func movementColumns() []column[fund.Movement] {
	return append([]column[fund.Movement]{
		{"entry_id", func(r row[fund.Movement]) cell { return text(r.of.ID.String()) }},
		{"at", func(r row[fund.Movement]) cell { return instant(r.of.At) }},
		{"kind", func(r row[fund.Movement]) cell { return text(string(r.of.Kind)) }},
		{"currency", func(r row[fund.Movement]) cell { return text(r.of.Currency) }},
		{"amount", func(r row[fund.Movement]) cell { return r.money(r.of.Moved) }},
		{"donation_id", func(r row[fund.Movement]) cell { return text(r.of.ID.String()) }},
		{"donation_number", func(r row[fund.Movement]) cell { return number(r.of.Number) }},
		{"state", func(r row[fund.Movement]) cell { return text(string(r.of.State)) }},
	}, sharedColumns(func(m *fund.Movement) *fund.Record { return &m.Record })...)
}

// claimColumns are the columns of a claimed reward: what to send, and where to.
func claimColumns() []column[fund.ClaimRecord] {
	sent := func(name string, line func(fund.ShippingAddress) string) column[fund.ClaimRecord] {
		return column[fund.ClaimRecord]{name, func(r row[fund.ClaimRecord]) cell {
			if r.of.Claim.Address == nil {
				return cell{form: none}
			}
			return words(line(*r.of.Claim.Address))
		}}
	}
	return append([]column[fund.ClaimRecord]{
		{"claim_id", func(r row[fund.ClaimRecord]) cell { return text(r.of.Claim.ID.String()) }},
		{"reward_id", func(r row[fund.ClaimRecord]) cell { return text(r.of.Claim.Reward.ID.String()) }},
		{"reward_name", func(r row[fund.ClaimRecord]) cell { return words(r.of.Claim.Reward.Name) }},
		{"quantity", func(r row[fund.ClaimRecord]) cell { return number(r.of.Claim.Quantity) }},
		{"fulfilled_at", func(r row[fund.ClaimRecord]) cell { return instant(r.of.Claim.FulfilledAt) }},
		{"answer", func(r row[fund.ClaimRecord]) cell { return words(r.of.Claim.Answer) }},
		sent("recipient", func(a fund.ShippingAddress) string { return a.Recipient }),
		sent("line1", func(a fund.ShippingAddress) string { return a.Line1 }),
		sent("line2", func(a fund.ShippingAddress) string { return a.Line2 }),
		sent("city", func(a fund.ShippingAddress) string { return a.City }),
		sent("region", func(a fund.ShippingAddress) string { return a.Region }),
		sent("postal_code", func(a fund.ShippingAddress) string { return a.PostalCode }),
		sent("country", func(a fund.ShippingAddress) string { return a.Country }),
		sent("phone", func(a fund.ShippingAddress) string { return a.Phone }),
		sent("email", func(a fund.ShippingAddress) string { return a.Email }),
		{"donation_id", func(r row[fund.ClaimRecord]) cell { return text(r.of.ID.String()) }},
		{"donation_number", func(r row[fund.ClaimRecord]) cell { return number(r.of.Number) }},
		{"completed_at", func(r row[fund.ClaimRecord]) cell { return instant(r.of.CompletedAt) }},
		{"state", func(r row[fund.ClaimRecord]) cell { return text(string(r.of.State)) }},
		{"net", func(r row[fund.ClaimRecord]) cell { return r.money(r.of.Net()) }},
		{"currency", func(r row[fund.ClaimRecord]) cell { return text(r.of.Currency) }},
	}, sharedColumns(func(c *fund.ClaimRecord) *fund.Record { return &c.Record })...)
}

// statementColumns are the columns of a line of yearly statements. What speaks of taxes is empty in a line of the profile plain, and where a value is
// not known.
func statementColumns() []column[fund.StatementLine] {
	valued := func(of func(fund.StatementLine) int64) func(row[fund.StatementLine]) cell {
		return func(r row[fund.StatementLine]) cell {
			if r.of.Profile == fund.PlainReceipts || r.of.Unvalued {
				return cell{form: none}
			}
			return r.money(of(*r.of))
		}
	}
	return []column[fund.StatementLine]{
		{"donor_email", func(r row[fund.StatementLine]) cell { return words(r.of.Email) }},
		{"donor_name", func(r row[fund.StatementLine]) cell { return words(r.of.Name) }},
		{"profile", func(r row[fund.StatementLine]) cell { return text(r.of.Profile) }},
		{"currency", func(r row[fund.StatementLine]) cell { return text(r.of.Currency) }},
		{"gifts", func(r row[fund.StatementLine]) cell { return number(int64(len(r.of.Receipts))) }},
		{"total", func(r row[fund.StatementLine]) cell { return r.money(r.of.Kept) }},
		{"fair_market_value", valued(func(l fund.StatementLine) int64 { return l.Value })},
		{"deductible_at_most", valued(func(l fund.StatementLine) int64 { return l.Deductible })},
		{"receipts", func(r row[fund.StatementLine]) cell {
			numbers := make([]string, len(r.of.Receipts))
			for i, n := range r.of.Receipts {
				numbers[i] = strconv.FormatInt(n, 10)
			}
			return text(strings.Join(numbers, " "))
		}},
	}
}

// sharedColumns describe the recipient, the donor and the way of payment.
func sharedColumns[T any](of func(*T) *fund.Record) []column[T] {
	col := func(name string, value func(*fund.Record) cell) column[T] {
		return column[T]{name, func(r row[T]) cell { return value(of(r.of)) }}
	}
	return []column[T]{
		col("match", func(r *fund.Record) cell { return truth(r.IsMatch) }),
		col("origin", func(r *fund.Record) cell { return text(string(r.Origin)) }),
		col("donor_name", func(r *fund.Record) cell { return words(r.Name) }),
		col("donor_email", func(r *fund.Record) cell { return words(r.Email) }),
		col("anonymous", func(r *fund.Record) cell { return truth(r.Anonymous) }),
		col("fact_id", func(r *fund.Record) cell { return text(r.Fact.ID.String()) }),
		col("fact_kind", func(r *fund.Record) cell { return text(string(r.Kind)) }),
		col("fact_name", func(r *fund.Record) cell { return words(r.Fact.Name) }),
		col("cause_id", func(r *fund.Record) cell { return text(r.Cause.ID.String()) }),
		col("cause_name", func(r *fund.Record) cell { return words(r.Cause.Name) }),
		col("provider", func(r *fund.Record) cell {
			if r.Payment == nil {
				return cell{form: none}
			}
			return words(r.Payment.Provider)
		}),
		col("payment_account", func(r *fund.Record) cell {
			if r.Payment == nil {
				return cell{form: none}
			}
			return words(r.Payment.Account)
		}),
		col("payment_reference", func(r *fund.Record) cell {
			if r.Payment == nil {
				return words(r.Reference)
			}
			return words(r.Payment.Reference)
		}),
		col("payout_reference", func(r *fund.Record) cell {
			if r.Payment == nil {
				return cell{form: none}
			}
			return words(r.Payment.PayoutReference)
		}),
		col("receipt_number", func(r *fund.Record) cell {
			if r.Receipt == 0 {
				return cell{form: none}
			}
			return number(r.Receipt)
		}),
		col("receipt_issued_at", func(r *fund.Record) cell { return instant(r.ReceiptAt) }),
	}
}
