package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Settlement is what a provider reports about the payment of one donation, and what follows from it.
type Settlement struct {
	// Payment is the payment as read before the provider was asked.
	Payment fund.Payment
	// Reported is the state that the provider reported.
	Reported fund.PaymentState
	// DueAt is when the provider is automatically asked again; the zero time for never.
	DueAt time.Time
	// ProviderEvent is the event that led to this, applied in the same transaction; the zero id for none.
	ProviderEvent fund.ID
	// DonorKey is the key of donors; see DonorKey. A donor without an address gets the one of the report, once, with the money.
	DonorKey []byte
	// OnRequest are the profiles of receipts that only donors get who asked for one; all others get PlainReceipts.
	OnRequest []string
}

// Settle brings a donation to the state that the provider reports for its payment: its state, the ledger, every
// total, its rewards and its receipt. It returns after the commit is durable, and changes nothing when everything
// agrees already. Money with which a total would be too large is a TotalFault: it is not refused, but waits.
//
// It is Stale when the payment was changed since it was read: this report may be older than what is stored. Read the
// payment and ask again.
func (s *Store) Settle(ctx context.Context, st Settlement) error {
	outcome := st.Payment.Outcome(st.Reported)
	if !st.Payment.State.Arrived() && outcome == (fund.Outcome{State: fund.DonationCompleted}) {
		g := st.incoming()
		return s.lane(st.Payment.CauseID).submit(ctx, &job{incoming: g})
	}
	return s.lane(st.Payment.CauseID).submit(ctx, &job{run: func(ctx context.Context, t *Tx) error {
		if err := t.settle(ctx, st, outcome); err != nil {
			return fmt.Errorf("donation %s: %w", st.Payment.DonationID, err)
		}
		return nil
	}})
}

// settled is the stored part of a donation whose money has arrived.
type settled struct {
	Settlement
	version int64
	state   fund.DonationState
	// email is the donor's address; "" for none. erasedAt is when the donor had what was written erased; zero for never.
	email    string
	erasedAt time.Time
	// addressed reports whether the address is the one that the provider reported.
	addressed bool
	// pollOpen and targetOpen report whether the donor's choices still take money, keeps whether the rewards are
	// reserved for this donation.
	pollOpen, targetOpen, keeps bool
	// reviewed reports whether somebody held or hid the donation before its money arrived. One that begins is shown; earlier versions judged
	// it then, and stored how long it is held.
	reviewed bool
	// ended lists claims whose rewards have run out.
	ended []fund.Claim
	// request is what the donor said for a tax receipt; nil for nothing.
	request *fund.ReceiptRequest
	// receipt is the receipt, with what it states of the payment.
	receipt fund.IssuedReceipt
	// values are those of one of each reward that was claimed, by claim; nil where unknown.
	values map[fund.ID]*int64
}

func (st Settlement) incoming() *incomingDonation {
	p := st.Payment
	return &incomingDonation{
		Completion: Completion{Donation: fund.Donation{ID: p.DonationID, Fact: fund.Ref{ID: p.FactID}, CauseID: p.CauseID}},
		settles:    &settled{Settlement: st},
	}
}

// settle is Settle for everything but a plain arrival of money.
func (t *Tx) settle(ctx context.Context, st Settlement, to fund.Outcome) error {
	if to.State.Arrived() && !st.Payment.State.Arrived() {
		refused, err := t.completeSlice(ctx, []*incomingDonation{st.incoming()}, nil)
		if err != nil {
			return err
		}
		if refused[0] != nil {
			return refused[0]
		}
		st.Payment.Version++
	}
	chains, err := t.lockChains(ctx, []*incomingDonation{st.incoming()})
	if err != nil {
		return err
	}
	now, err := t.GetPayment(ctx, st.Payment.DonationID)
	if err != nil {
		return err
	}
	if now.Version != st.Payment.Version {
		return stalePayment(now.DonationID)
	}
	switch {
	case to.State.Arrived():
		if err = t.move(ctx, chains, now.DonationID, to); err == nil {
			err = t.restateAfter(ctx, st, to.State)
		}
	case to.State != now.State:
		err = t.endPending(ctx, chains, now, to.State)
	}
	if err != nil {
		return err
	}
	return t.store.dialect.run(ctx, t, st.statements(t.now())...)
}

func stalePayment(donation fund.ID) error {
	return fault.New(fault.Stale, "The payment of donation %s has changed meanwhile; ask its provider again.", donation)
}

// endPending ends a donation whose money never arrived, and releases its reserved rewards.
func (t *Tx) endPending(ctx context.Context, chains chains, p fund.Payment, to fund.DonationState) error {
	d, err := t.GetDonation(ctx, fund.Key{ID: p.DonationID})
	if err != nil {
		return err
	}
	now := t.now()
	statements := []batchStatement{{
		text: "UPDATE donations SET state = $1, updated_at = $2 WHERE id = $3", args: []any{string(to), micros(now), d.ID},
	}}
	back := &sums{}
	if p.State == fund.DonationPending {
		back.addClaims(rewardsHeld, d.Claims, -1)
	}
	w := t.watching(back, chains, now)
	if err := t.store.dialect.run(ctx, t, append(statements, back.statements(w)...)...); err != nil {
		return err
	}
	t.Append(fund.Event{
		Topic: fund.TopicDonationEnded, Subject: d.ID, Facts: chains.showing(d.Fact.ID), At: now,
		Detail: fund.Detail{From: string(p.State), To: string(to)},
	})
	return w.end(ctx)
}

// loadSettled reads the donations whose money has arrived. Their facts are locked, and with them everything about
// their money.
func (t *Tx) loadSettled(ctx context.Context, incoming []*incomingDonation) error {
	by := map[fund.ID]*incomingDonation{}
	var ids, claiming []fund.ID
	for _, g := range incoming {
		if g.settles != nil {
			by[g.Donation.ID] = g
			ids = append(ids, g.Donation.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	now := t.now()
	err := t.eachOf(ctx, `SELECT d.id, d.legacy_id, d.amount, d.currency, d.usd, d.state, d.email, d.donor_id, f.name, p.fee_cover,
		d.name, d.anonymous, d.comment, d.erased_at, d.screening, d.screen_after, o.id, o.name,
		l.enabled, l.ends_at, g.id, g.name, g.enabled, g.activates_at, g.ends_at, p.version,
		EXISTS (SELECT 1 FROM reward_claims c WHERE c.donation_id = d.id), p.receipt_request
		FROM donations d JOIN payments p ON p.donation_id = d.id JOIN facts f ON f.id = d.fact_id LEFT JOIN poll_options o ON o.id = d.poll_option_id
		LEFT JOIN polls l ON l.id = o.poll_id LEFT JOIN targets g ON g.id = d.target_id WHERE d.id IN `, ids,
		func(scan func(...any) error) error {
			var d fund.Donation
			var s settled
			var usd, releaseAfter int64
			var option, aim nullRef
			var poll fund.Poll
			var target fund.Target
			var pollOn, targetOn sql.NullBool
			var claims bool
			var request string
			stated := &s.receipt.Facts
			err := scan(&d.ID, &d.LegacyID, &d.Amount, &d.Currency, &usd, &s.state, &s.email, &d.DonorID, &stated.For, &stated.FeeCover,
				&d.Name, &d.Anonymous, &d.Comment, instant{&s.erasedAt}, &d.Screening, &releaseAfter, &option.id, &option.name,
				&pollOn, instant{&poll.EndsAt}, &aim.id, &aim.name, &targetOn, instant{&target.ActivatesAt}, instant{&target.EndsAt},
				&s.version, &claims, &request)
			if err != nil {
				return err
			}
			if s.request, err = decodeReceiptRequest(request); err != nil {
				return err
			}
			if claims {
				claiming = append(claiming, d.ID)
			}
			g := by[d.ID]
			d.Fact, d.CauseID = g.Donation.Fact, g.Donation.CauseID
			d.PollOption, d.Target = option.ref(), aim.ref()
			poll.Enabled, target.Enabled = pollOn.Bool, targetOn.Bool
			s.pollOpen, s.targetOpen = poll.Active(now), target.Active(now)
			s.reviewed = !d.Screening.CommentRead() && releaseAfter == 0
			s.Settlement, s.keeps = g.settles.Settlement, s.state == fund.DonationPending
			g.Donation, g.USD, g.settles = d, usd, &s
			return nil
		})
	if err != nil {
		return fmt.Errorf("donations of a group: %w", err)
	}
	if err := t.rateSettled(ctx, by); err != nil {
		return err
	}
	return t.loadClaims(ctx, by, claiming)
}

// rateSettled values donations for which no rate was known when they began.
func (t *Tx) rateSettled(ctx context.Context, by map[fund.ID]*incomingDonation) (err error) {
	for _, g := range by {
		if g.USD != 0 || g.Donation.Currency == "" {
			continue
		}
		g.USD, err = t.InUSD(ctx, g.Donation.Amount, g.Donation.Currency, t.now())
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return nil
}

func (t *Tx) loadClaims(ctx context.Context, by map[fund.ID]*incomingDonation, ids []fund.ID) error {
	err := t.eachOf(ctx, `SELECT c.id, c.donation_id, c.reward_id, c.quantity, r.name, r.fair_market_value FROM reward_claims c
		JOIN rewards r ON r.id = c.reward_id WHERE c.donation_id IN `, ids, func(scan func(...any) error) error {
		var c fund.Claim
		var donation fund.ID
		var value *int64
		err := scan(&c.ID, &donation, &c.Reward.ID, &c.Quantity, &c.Reward.Name, &value)
		if g := by[donation]; g != nil {
			g.Donation.Claims = append(g.Donation.Claims, c)
			g.settles.values = with(g.settles.values, c.ID, value)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("claims of a group: %w", err)
	}
	return nil
}

// settle decides which of a donation's incentives are still available now that its money has arrived.
func (g *incomingDonation) settle(room *room, stock map[fund.ID]*rewardStock) error {
	s, d := g.settles, &g.Donation
	if s.state == "" || s.version != s.Payment.Version || s.state.Arrived() {
		return stalePayment(d.ID)
	}
	if err := room.fits(g); err != nil {
		return err
	}
	s.takeEmail(d)
	if d.PollOption != nil && !s.pollOpen {
		d.Unavailable = append(d.Unavailable, fund.UnavailableIncentive{Kind: "poll_option", Name: d.PollOption.Name, Why: "its poll is closed"})
		d.PollOption = nil
	}
	if d.Target != nil && !s.targetOpen {
		d.Unavailable = append(d.Unavailable, fund.UnavailableIncentive{Kind: "target", Name: d.Target.Name, Why: "it is closed"})
		d.Target = nil
	}
	if s.keeps {
		g.held = times(d.Claims, -1)
		return nil
	}
	var got []fund.Claim
	for _, c := range d.Claims {
		if takeStock([]fund.Claim{c}, g.fact.id, stock) == nil {
			got = append(got, c)
			continue
		}
		d.Unavailable = append(d.Unavailable, fund.UnavailableIncentive{Kind: "reward", Name: c.Reward.Name, Why: "it is sold out"})
		s.ended = append(s.ended, c)
	}
	d.Claims = got
	return nil
}

// takeEmail gives a donor who typed no address the one that the provider reports with the money. Nothing that it reports later changes it,
// and one who had everything erased meanwhile gets none.
func (s *settled) takeEmail(d *fund.Donation) {
	d.Email = s.email
	if d.Email == "" && s.Reported.Email != "" && s.erasedAt.IsZero() {
		d.Email, s.email, s.addressed = s.Reported.Email, s.Reported.Email, true
		d.DonorID = fund.DonorID(s.DonorKey, *d)
	}
}

var (
	updateArrived  = batchStatement{update: "donations"}
	updatePaid     = batchStatement{update: "payments"}
	updateApplied  = batchStatement{update: "notices"}
	insertReceipts = batchStatement{insert: "receipts"}
)

// statements returns the writes that record what the provider reported.
func (st Settlement) statements(now time.Time) []batchStatement {
	paid, applied := updatePaid, updateApplied
	paid.add(st.paidRow(now))
	st.addApplied(&applied, now)
	return []batchStatement{paid, applied}
}

func (st Settlement) paidRow(now time.Time) columns {
	return columns{
		{"donation_id", st.Payment.DonationID}, {"status", string(st.Reported.Status)}, {"reason", st.Reported.Reason},
		{"fee", nullInt(st.Reported.Fee)}, {"payout_reference", st.Reported.PayoutReference}, {"refunded", st.Reported.Refunded}, {"disputed", st.Reported.Disputed},
		{"version", st.Payment.Version + 1}, {"due_at", nullMicros(st.DueAt)}, {"updated_at", micros(now)},
	}
}

// addApplied marks the provider event as applied, if there is one.
func (st Settlement) addApplied(applied *batchStatement, now time.Time) {
	if !st.ProviderEvent.IsZero() {
		applied.add(appliedRow(st.ProviderEvent, now))
	}
}

func appliedRow(event fund.ID, now time.Time) columns {
	return columns{{"id", event}, {"applied_at", micros(now)}, {"due_at", nullNumber}, {"problem", ""}}
}

// paymentStatements writes what a group changes beside its donations: payments that begin, and what goes with the
// arrival of money for donations that began earlier.
func (t *Tx) paymentStatements(ctx context.Context, incoming []*incomingDonation) ([]batchStatement, error) {
	if err := t.issueReceipts(ctx, incoming); err != nil {
		return nil, err
	}
	began, arrived, paid, applied, receipts, mails := insertPayments, updateArrived, updatePaid, updateApplied, insertReceipts, insertMails
	addressed := updateArrived
	var unclaimed []batchStatement
	for _, g := range incoming {
		if g.begins != nil {
			row, err := g.paymentRow()
			if err != nil {
				return nil, err
			}
			began.add(row)
		}
		s := g.settles
		if s == nil {
			continue
		}
		row, err := arrivedRow(g)
		if err != nil {
			return nil, err
		}
		arrived.add(row)
		if s.addressed {
			addressed.add(columns{{"id", g.Donation.ID}, {"email", g.Donation.Email}, {"donor_id", g.Donation.DonorID}})
		}
		paid.add(s.paidRow(g.Donation.CompletedAt))
		s.addApplied(&applied, g.Donation.CompletedAt)
		receipt, err := receiptRow(&s.receipt)
		if err != nil {
			return nil, err
		}
		receipts.add(receipt)
		if s.email != "" {
			mails.add(s.mailRow(&g.Donation))
		}
		for _, c := range s.ended {
			unclaimed = append(unclaimed, batchStatement{text: "DELETE FROM reward_claims WHERE id = $1", args: []any{c.ID}})
		}
	}
	return append([]batchStatement{began, arrived, addressed, paid, applied, receipts, mails}, unclaimed...), nil
}

// arrivedRow lists the columns of a pending donation that change when its money arrives. SQLite writes the indexes of all columns that are
// named, also of those that stay as they are.
func arrivedRow(g *incomingDonation) (columns, error) {
	d := &g.Donation
	unavailable, err := encodeUnavailable(d.Unavailable)
	if err != nil {
		return nil, err
	}
	return columns{
		{"id", d.ID}, {"state", string(d.State)}, {"listed", d.Listed()}, {"poll_option_id", d.PollOption.IDOrZero()},
		{"target_id", d.Target.IDOrZero()}, {"left_out", unavailable}, {"completed_at", micros(d.CompletedAt)},
		{"usd", g.USD}, {"screening", string(d.Screening)}, {"release_at", nullMicros(d.ReleaseAt)}, {"updated_at", micros(d.UpdatedAt)},
	}, nil
}

// mailRow is the mail of a donation's receipt, to be sent at once.
func (s *settled) mailRow(d *fund.Donation) columns {
	return mailRow(fund.Mail{
		ID: d.ID, Kind: fund.MailReceipt, Recipient: s.email, About: d.ID, Language: s.Payment.Language, DueAt: d.CompletedAt, CreatedAt: d.CompletedAt,
	})
}

func encodeUnavailable(all []fund.UnavailableIncentive) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	return encodeJSON(all)
}
