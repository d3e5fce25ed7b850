package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	receiptColumns = `r.donation_id, r.cause_id, r.number, r.issued_at, r.void_at, r.void_reason, COALESCE(r.replaced_by, 0), m.id, COALESCE(m.kind, ''),
	COALESCE(m.recipient, ''), COALESCE(m.tries, 0), COALESCE(m.problem, ''), m.due_at, m.handed_at, m.sent_at, m.created_at`
	// currentReceipt is the condition that a receipt r is the last one of its donation.
	currentReceipt = "r.replaced_by IS NULL"
)

// GetReceipt finds the last receipt of a donation, valid or void, with its mail; NotFound when there is none.
func (q Queries) GetReceipt(ctx context.Context, donation fund.ID) (fund.Receipt, error) {
	s := selecting("SELECT "+receiptColumns+" FROM receipts r LEFT JOIN mails m ON m.id = r.donation_id").and("r.donation_id = ?", donation).and(currentReceipt)
	return one(ctx, q.db, s, func(r row) (fund.Receipt, error) { return scanReceiptAnd(r) }, thing{"receipt", donation.String()})
}

// ListIssuedReceipts lists all receipts of a donation with what they state, in the order in which they were issued. They are few.
func (q Queries) ListIssuedReceipts(ctx context.Context, donation fund.ID) ([]fund.IssuedReceipt, error) {
	s := selecting("SELECT "+receiptColumns+", r.facts, r.document FROM receipts r LEFT JOIN mails m ON m.id = r.donation_id").
		and("r.donation_id = ?", donation).then("ORDER BY r.number")
	receipts, err := list(ctx, q.db, s, scanIssuedReceipt)
	if err != nil {
		return nil, fmt.Errorf("receipts of donation %s: %w", donation, err)
	}
	return receipts, nil
}

// ListReceiptsOf is ListIssuedReceipts in pages. A cursor is {Number}.
func (q Queries) ListReceiptsOf(ctx context.Context, donation fund.ID, page fund.Page) ([]fund.IssuedReceipt, error) {
	s := selecting("SELECT "+receiptColumns+", r.facts, r.document FROM receipts r LEFT JOIN mails m ON m.id = r.donation_id").
		and("r.donation_id = ?", donation)
	receipts, err := keysetPage(ctx, q.db, s, byNumber("r.number"), page, scanIssuedReceipt)
	if err != nil {
		return nil, fmt.Errorf("receipts of donation %s: %w", donation, err)
	}
	return receipts, nil
}

// ReceiptFilter narrows a list of valid receipts.
type ReceiptFilter struct {
	Cause fund.ID
	// Email is the mail address of their donor; case is of no matter. Paid is when their money arrived.
	Email string
	Paid  fund.Span
}

// ListValidReceipts lists receipts that are valid, in the order of their payments, at most limit.
func (q Queries) ListValidReceipts(ctx context.Context, filter ReceiptFilter, limit int) ([]fund.IssuedReceipt, error) {
	s := selecting("SELECT "+receiptColumns+", r.facts, r.document FROM donations d JOIN receipts r ON r.donation_id = d.id LEFT JOIN mails m ON m.id = r.donation_id").
		and("LOWER(d.email) = ?", fund.LoginEmail(filter.Email)).and("d.email <> ''").and("d.cause_id = ?", filter.Cause).and(currentReceipt).and("r.void_reason = ''").
		within("d.completed_at", filter.Paid).then("ORDER BY d.completed_at, d.id LIMIT ?", limit)
	receipts, err := list(ctx, q.db, s, scanIssuedReceipt)
	if err != nil {
		return nil, fmt.Errorf("receipts of a donor of cause %s: %w", filter.Cause, err)
	}
	return receipts, nil
}

// PaidSpan is when money came to a cause: the first and the last time within less than half a year, so that no third calendar year of any zone is between them.
type PaidSpan struct {
	Cause       fund.ID
	First, Last time.Time
}

// ValidReceiptSpans lists when the money of a donor's valid receipts came, by their mail address; case is of no matter. The newest come first.
func (q Queries) ValidReceiptSpans(ctx context.Context, email string) ([]PaidSpan, error) {
	const halfYear = 180 * 24 * time.Hour
	s := selecting("SELECT d.cause_id, MIN(d.completed_at), MAX(d.completed_at) FROM donations d JOIN receipts r ON r.donation_id = d.id").
		and("LOWER(d.email) = ?", fund.LoginEmail(email)).and("d.email <> ''").and(currentReceipt).and("r.void_reason = ''").
		then("GROUP BY d.cause_id, d.completed_at / ? ORDER BY 3 DESC, 1", halfYear.Microseconds())
	spans, err := list(ctx, q.db, s, func(r row) (p PaidSpan, err error) {
		err = r.Scan(&p.Cause, instant{&p.First}, instant{&p.Last})
		return p, err
	})
	if err != nil {
		return nil, fmt.Errorf("times of a donor's receipts: %w", err)
	}
	return spans, nil
}

// EachValidReceipt calls fn for every valid receipt of a cause whose money arrived within the span, with the mail address of the donation, by number.
func (q Queries) EachValidReceipt(ctx context.Context, cause fund.ID, paid fund.Span, fn func(fund.IssuedReceipt, string) error) error {
	s := selecting("SELECT r.number, r.donation_id, r.facts, d.email FROM receipts r JOIN donations d ON d.id = r.donation_id").
		and("r.cause_id = ?", cause).and(currentReceipt).and("r.void_reason = ''").within("d.completed_at", paid).then("ORDER BY r.number")
	err := q.each(ctx, s.String(), s.args, func(scan func(...any) error) error {
		var r fund.IssuedReceipt
		var email string
		if err := scan(&r.Number, &r.DonationID, jsonColumn{&r.Facts}, &email); err != nil {
			return err
		}
		return fn(r, email)
	})
	if err != nil {
		return fmt.Errorf("receipts of cause %s: %w", cause, err)
	}
	return nil
}

// ListReceipts lists receipts that need an operator, by the ids of their donations: those with fund.MailUnknown or
// those with fund.MailRefused. Mail that is being sent right now is unknown, too.
func (q Queries) ListReceipts(ctx context.Context, state fund.MailState, page fund.Page) ([]fund.Receipt, error) {
	s, err := selecting("SELECT "+receiptColumns+" FROM receipts r JOIN mails m ON m.id = r.donation_id").mails(fund.MailReceipt, state)
	if err != nil {
		return nil, err
	}
	receipts, err := keysetPage(ctx, q.db, s.and(currentReceipt), byID("m.id"), page, func(r row) (fund.Receipt, error) { return scanReceiptAnd(r) })
	if err != nil {
		return nil, fmt.Errorf("%s receipts: %w", state, err)
	}
	return receipts, nil
}

// GetReceiptFile finds the file of a receipt that was handed out before; nil if none was.
func (q Queries) GetReceiptFile(ctx context.Context, cause fund.ID, number int64) ([]byte, error) {
	var content []byte
	err := q.db.QueryRowContext(ctx, "SELECT content FROM receipt_files WHERE cause_id = $1 AND number = $2", cause, number).Scan(&content)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("file of receipt %d of cause %s: %w", number, cause, err)
	}
	return content, nil
}

func scanReceiptAnd(row row, more ...any) (fund.Receipt, error) {
	var r fund.Receipt
	m := &r.Mail
	err := row.Scan(append([]any{
		&r.DonationID, &r.CauseID, &r.Number, instant{&r.IssuedAt}, instant{&r.VoidAt}, &r.Void, &r.ReplacedBy, &m.ID, &m.Kind, &m.Recipient, &m.Tries,
		&m.Problem, instant{&m.DueAt}, instant{&m.HandedAt}, instant{&m.SentAt}, instant{&m.CreatedAt},
	}, more...)...)
	m.About = m.ID
	return r, err
}

func scanIssuedReceipt(row row) (r fund.IssuedReceipt, err error) {
	r.Receipt, err = scanReceiptAnd(row, jsonColumn{&r.Facts}, &r.Document)
	return r, err
}

func scanReceiptReward(r row, more ...any) (reward fund.ReceiptReward, err error) {
	var value *int64
	var c fund.Claim
	err = r.Scan(append(more, &c.Reward.Name, &c.Quantity, &value)...)
	return rewardOn(c, value), err
}

// receiptRow is a receipt as it is stored.
func receiptRow(r *fund.IssuedReceipt) (columns, error) {
	facts, err := encodeJSON(r.Facts)
	if err != nil {
		return nil, err
	}
	return columns{
		{"cause_id", r.CauseID}, {"number", r.Number}, {"donation_id", r.DonationID}, {"issued_at", micros(r.IssuedAt)}, {"facts", facts},
		{"document", r.Document}, {"void_at", nullMicros(r.VoidAt)}, {"void_reason", string(r.Void)}, {"replaced_by", nullInt(positive(r.ReplacedBy))},
	}, nil
}

// positive is nil for a number that is none.
func positive(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

// KeepDocument keeps the text of a receipt. The first one that is kept stays.
func (t *Tx) KeepDocument(ctx context.Context, r fund.Receipt, document string) error {
	_, err := t.db.ExecContext(ctx, "UPDATE receipts SET document = $1 WHERE cause_id = $2 AND number = $3 AND document = ''", document, r.CauseID, r.Number)
	if err != nil {
		return fmt.Errorf("text of receipt %d of cause %s: %w", r.Number, r.CauseID, err)
	}
	return nil
}

// KeepReceiptFile keeps the file of a receipt when it is first handed out. The first one that is kept stays.
func (t *Tx) KeepReceiptFile(ctx context.Context, r fund.Receipt, content []byte) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO receipt_files (cause_id, number, content, created_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (cause_id, number) DO NOTHING`, r.CauseID, r.Number, content, micros(t.now()))
	if err != nil {
		return fmt.Errorf("file of receipt %d of cause %s: %w", r.Number, r.CauseID, err)
	}
	return nil
}

// CorrectReceipt voids the last receipt of a donation and issues another one with what change makes of what it states. It returns the new one. It is
// a Conflict when the last receipt is void: all of its money went back.
func (t *Tx) CorrectReceipt(ctx context.Context, donation fund.ID, change func(last fund.IssuedReceipt, to *fund.ReceiptFacts) error) (fund.IssuedReceipt, error) {
	if _, err := t.lockChainOf(ctx, donation); err != nil {
		return fund.IssuedReceipt{}, err
	}
	last, err := t.lastReceipt(ctx, donation)
	if err != nil {
		return last, err
	}
	if !last.Valid() {
		return last, fault.New(fault.Conflict, "Receipt %d is void, because the money went back; there is nothing to correct.", last.Number)
	}
	facts := last.Facts
	if err := change(last, &facts); err != nil {
		return last, err
	}
	return t.reissue(ctx, last, facts, fund.VoidCorrected)
}

func (t *Tx) lastReceipt(ctx context.Context, donation fund.ID) (fund.IssuedReceipt, error) {
	s := selecting("SELECT "+receiptColumns+", r.facts, r.document FROM receipts r LEFT JOIN mails m ON m.id = r.donation_id").
		and("r.donation_id = ?", donation).and(currentReceipt)
	return one(ctx, t.db, s, scanIssuedReceipt, thing{"receipt", donation.String()})
}

// restate voids the last receipt of a donation when another part of its money is gone than the receipt says, and issues one for the part that is
// left. A donation without receipts has none to restate.
func (t *Tx) restate(ctx context.Context, donation fund.ID, returned int64) error {
	last, err := t.lastReceipt(ctx, donation)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	facts := last.Facts
	facts.Returned = returned
	// A void receipt that was not replaced stated money that is all gone.
	stated := last.Facts.Kept()
	if !last.Valid() {
		stated = 0
	}
	if stated == facts.Kept() {
		return nil
	}
	if facts.Kept() == 0 {
		return t.void(ctx, last.Receipt, fund.VoidRefunded)
	}
	_, err = t.reissue(ctx, last, facts, fund.VoidRefunded)
	return err
}

func (t *Tx) void(ctx context.Context, r fund.Receipt, why fund.VoidReason) error {
	return t.change(ctx, thing{"receipt", r.DonationID.String()},
		"UPDATE receipts SET void_at = $1, void_reason = $2 WHERE cause_id = $3 AND number = $4 AND void_reason = ''",
		micros(t.now()), string(why), r.CauseID, r.Number)
}

// reissue puts a receipt with the next number in the place of the last one, which is void from then on. It names the charity as it is now, but keeps the
// identity on the last one if the cause has another profile since: its profile may need what the cause no longer has.
func (t *Tx) reissue(ctx context.Context, last fund.IssuedReceipt, facts fund.ReceiptFacts, why fund.VoidReason) (fund.IssuedReceipt, error) {
	cause, err := t.GetCause(ctx, fund.Key{ID: last.CauseID})
	if err != nil {
		return last, err
	}
	number, err := t.lastReceiptNumber(ctx, last.CauseID)
	if err != nil {
		return last, err
	}
	if last.Valid() {
		if err := t.void(ctx, last.Receipt, why); err != nil {
			return last, err
		}
	}
	facts.Charity, facts.Profile, facts.Replaces = fund.CharityOf(cause), replacementProfile(last.Facts.Profile), last.Number
	if was := last.Facts.Charity; cause.Profile() != facts.Profile {
		facts.Charity.LegalName, facts.Charity.GovernmentID, facts.Charity.Address = was.LegalName, was.GovernmentID, was.Address
	}
	next := fund.IssuedReceipt{Facts: facts, Receipt: fund.Receipt{
		DonationID: last.DonationID, CauseID: last.CauseID, Number: number + 1, IssuedAt: later(t.now(), last.IssuedAt), Mail: last.Mail,
	}}
	// The old one first: one receipt of a donation at most is not replaced.
	err = t.change(ctx, thing{"receipt", last.DonationID.String()}, "UPDATE receipts SET replaced_by = $1 WHERE cause_id = $2 AND number = $3",
		next.Number, last.CauseID, last.Number)
	if err != nil {
		return last, err
	}
	row, err := receiptRow(&next)
	if err != nil {
		return last, err
	}
	return next, t.insert(ctx, thing{"receipt", last.DonationID.String()}, "receipts", row)
}

// eraseReceipts takes the donor out of all receipts of a donation. What else they state stays, and their texts are written anew from it.
func (t *Tx) eraseReceipts(ctx context.Context, donation fund.ID) error {
	all, err := t.ListIssuedReceipts(ctx, donation)
	if err != nil {
		return err
	}
	for _, r := range all {
		if r.Facts.Donor.Empty() {
			continue
		}
		r.Facts.Donor = fund.ReceiptDonor{}
		facts, err := encodeJSON(r.Facts)
		if err != nil {
			return err
		}
		for _, s := range []*statement{
			updating("receipts", columns{{"facts", facts}, {"document", ""}}), selecting("DELETE FROM receipt_files"),
		} {
			s.and("cause_id = ?", r.CauseID).and("number = ?", r.Number)
			if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
				return fmt.Errorf("erase receipt %d of cause %s: %w", r.Number, r.CauseID, err)
			}
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return fromMicros(micros(a))
}

// lastReceiptNumber is the number of the receipt that the cause issued last; 0 before the first one. The cause is locked.
func (t *Tx) lastReceiptNumber(ctx context.Context, cause fund.ID) (n int64, err error) {
	err = t.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(number), 0) FROM receipts WHERE cause_id = $1", cause).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("receipts of cause %s: %w", cause, err)
	}
	return n, nil
}
