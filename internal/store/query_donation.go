package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// DonationFilter narrows a list of donations. Exactly one of Fact, Cause and Event is set.
type DonationFilter struct {
	Fact, Cause, Event fund.ID
	// CompletedAfter is the earliest instant that is listed, CompletedBefore the first that no longer is; the zero
	// time does not filter.
	CompletedAfter, CompletedBefore time.Time
	// Held leaves out those that wait for nobody to look at them.
	Held bool
}

// ListDonations lists the donations whose money is or was with the fact, cause or event, the newest completion first.
// With After it is the page nearest to that cursor, with both cursors the donations between them.
func (q Queries) ListDonations(ctx context.Context, filter DonationFilter, page fund.Page) ([]fund.Donation, error) {
	donations, err := list(ctx, q.db, donationPage(selectDonation, filter, page), scanDonation)
	if err == nil {
		err = q.addClaims(ctx, donations)
	}
	if err == nil {
		err = q.addMatches(ctx, donations)
	}
	if err != nil {
		return nil, fmt.Errorf("list donations: %w", err)
	}
	if page.After != nil {
		slices.Reverse(donations)
	}
	return donations, nil
}

// publicDonation selects what everybody may see of a donation d, and what says so.
const publicDonation = "SELECT d.id, d.amount, d.refunded, d.disputed, d.currency, d.name, d.comment, d.anonymous, d.screening, d.completed_at, d.updated_at"

func scanPublicDonation(r row) (fund.PublicDonation, error) {
	var d fund.Donation
	err := r.Scan(&d.ID, &d.Amount, &d.Refunded, &d.Disputed, &d.Currency, &d.Name, &d.Comment, &d.Anonymous, &d.Screening, instant{&d.CompletedAt}, instant{&d.UpdatedAt})
	return d.Public(), err
}

// NewestDonations lists what everybody may see of the donations whose money is with the fact, the newest completion
// first. Pages show it after each donation, so that it reads no more than that.
func (q Queries) NewestDonations(ctx context.Context, fact fund.ID, limit int) ([]fund.PublicDonation, error) {
	s := donationPage(publicDonation+" FROM donations d", DonationFilter{Fact: fact}, fund.Page{Limit: limit})
	donations, err := list(ctx, q.db, s, scanPublicDonation)
	if err != nil {
		return nil, fmt.Errorf("newest donations of %s: %w", fact, err)
	}
	return donations, nil
}

// readPerShown is how many donations are read for each one that a list of public donations may have, so that a campaign that was taken down
// leaves others to show, and costs no more.
const readPerShown = 4

// NewestDonationsWithin lists what everybody may see of the donations within a cause or an event, the newest completion first, and at most
// limit: those to facts that are public. Of many donations in a row to facts that are not, some public ones behind them are left out.
func (q Queries) NewestDonationsWithin(ctx context.Context, filter DonationFilter, limit int) ([]fund.PublicDonation, error) {
	const columns = publicDonation + `,
		(SELECT f.status <> 'unpublished' AND ` + approvedAlone + ` FROM facts f WHERE f.id = d.fact_id) FROM donations d`
	type donation struct {
		fund.PublicDonation
		shown bool
	}
	read, err := list(ctx, q.db, donationPage(columns, filter, fund.Page{Limit: readPerShown * limit}), func(r row) (donation, error) {
		var d fund.Donation
		var shown bool
		err := r.Scan(&d.ID, &d.Amount, &d.Refunded, &d.Disputed, &d.Currency, &d.Name, &d.Comment, &d.Anonymous, &d.Screening, instant{&d.CompletedAt}, instant{&d.UpdatedAt}, &shown)
		return donation{d.Public(), shown}, err
	})
	if err != nil {
		return nil, fmt.Errorf("newest donations within: %w", err)
	}
	var donations []fund.PublicDonation
	for _, d := range read {
		if d.shown && len(donations) < limit {
			donations = append(donations, d.PublicDonation)
		}
	}
	return donations, nil
}

// LastDonated is when the last donation to each of the facts was completed, for those where that was at since or later.
func (q Queries) LastDonated(ctx context.Context, facts []fund.ID, since time.Time) (map[fund.ID]time.Time, error) {
	donated := map[fund.ID]time.Time{}
	if len(facts) == 0 {
		return donated, nil
	}
	const last = "(SELECT d.completed_at FROM donations d WHERE d.fact_id = f.id AND d.listed AND d.completed_at IS NOT NULL ORDER BY d.completed_at DESC LIMIT 1)"
	condition, args := anyID("f.id", facts)
	s := selecting("SELECT f.id, "+last+" FROM facts f").and(condition, args...).and(last+" >= ?", micros(since))
	_, err := list(ctx, q.db, s, func(r row) (id fund.ID, err error) {
		var at int64
		err = r.Scan(&id, &at)
		donated[id] = fromMicros(at)
		return id, err
	})
	if err != nil {
		return nil, fmt.Errorf("facts donated to since %s: %w", since, err)
	}
	return donated, nil
}

// donationPage is built for the index that the filter's id has.
func donationPage(columns string, filter DonationFilter, page fund.Page) *statement {
	s := selecting(columns).andID("d.fact_id = ?", filter.Fact).andID("d.cause_id = ?", filter.Cause).
		andID("d.event_id = ?", filter.Event).and("d.listed").and("d.completed_at IS NOT NULL")
	if filter.Held {
		s.and("d.screening IN ('held', 'comment_held')")
	}
	if !filter.CompletedAfter.IsZero() {
		s.and("d.completed_at >= ?", micros(filter.CompletedAfter))
	}
	if !filter.CompletedBefore.IsZero() {
		s.and("d.completed_at < ?", micros(filter.CompletedBefore))
	}
	if at := page.Before; at != nil {
		s.and("(d.completed_at, d.id) < (?, ?)", micros(at.At), at.ID)
	}
	if at := page.After; at != nil {
		s.and("(d.completed_at, d.id) > (?, ?)", micros(at.At), at.ID)
		return s.then("ORDER BY d.completed_at, d.id LIMIT ?", page.Limit)
	}
	return s.then("ORDER BY d.completed_at DESC, d.id DESC LIMIT ?", page.Limit)
}

// CountOpenDonations counts the donations to a fact whose money is still under way.
func (q Queries) CountOpenDonations(ctx context.Context, fact fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM donations WHERE fact_id = $1 AND state = '"+string(fund.DonationPending)+"'", fact)
}

// FindRank is the position in the list of the donation with a legacy id; NotFound when it was never listed. A
// donation that left the list since is still a valid cursor. It reads no more than the position, because every page
// begins with it.
func (q Queries) FindRank(ctx context.Context, filter DonationFilter, legacyID int64) (fund.Cursor, error) {
	what := thing{"donation", fmt.Sprint(legacyID)}
	s := selecting("SELECT completed_at, id FROM donations").and("legacy_id = ?", legacyID).
		andID("fact_id = ?", filter.Fact).andID("cause_id = ?", filter.Cause).andID("event_id = ?", filter.Event).
		and("completed_at IS NOT NULL")
	return one(ctx, q.db, s, func(r row) (at fund.Cursor, err error) {
		err = r.Scan(instant{&at.At}, &at.ID)
		return at, err
	}, what)
}

// DonationOfReference is the donation that a reference was used for, at its cause; NotFound for none.
func (q Queries) DonationOfReference(ctx context.Context, cause fund.ID, reference string) (fund.ID, error) {
	s := selecting("SELECT d.id FROM donations d").and("d.cause_id = ?", cause).and("d.reference = ?", reference)
	return one(ctx, q.db, s, func(r row) (id fund.ID, err error) { err = r.Scan(&id); return id, err }, thing{"donation of the reference", reference})
}

// GetDonation finds one donation, whatever its state.
func (q Queries) GetDonation(ctx context.Context, key fund.Key) (fund.Donation, error) {
	what, s := thing{"donation", key.String()}, selecting(selectDonation)
	if !s.byKey("d", key, noSlugs) {
		return fund.Donation{}, what.missing()
	}
	donation, err := one(ctx, q.db, s, scanDonation, what)
	if err != nil {
		return fund.Donation{}, err
	}
	donations := []fund.Donation{donation}
	if err := errors.Join(q.addClaims(ctx, donations), q.addMatches(ctx, donations)); err != nil {
		return fund.Donation{}, fmt.Errorf("donation %s: %w", key, err)
	}
	return donations[0], nil
}

// DonationsByID finds donations, in the order of their ids. Those that do not exist are missing.
func (q Queries) DonationsByID(ctx context.Context, ids []fund.ID) (all []fund.Donation, err error) {
	ids = unique(ids)
	err = belonging[fund.Donation]{func() *statement { return selecting(selectDonation) }, "d.id", scanDonation}.each(ctx, q, ids, func(d fund.Donation) { all = append(all, d) })
	if err == nil {
		err = q.addClaims(ctx, all)
	}
	slices.SortFunc(all, func(a, b fund.Donation) int { return compareIDs(a.ID, b.ID) })
	return all, err
}

// addClaims reads the claims of all the donations at once.
func (q Queries) addClaims(ctx context.Context, donations []fund.Donation) error {
	if len(donations) == 0 {
		return nil
	}
	at := map[fund.ID]int{}
	ids := make([]fund.ID, len(donations))
	for i, d := range donations {
		at[d.ID], ids[i] = i, d.ID
	}
	type claimOf struct {
		fund.Claim
		donation fund.ID
	}
	condition, args := anyID("c.donation_id", ids)
	s := selecting(`SELECT c.id, c.donation_id, c.quantity, c.answer, c.address, c.fulfilled_at, r.id, r.legacy_id, r.name
		FROM reward_claims c JOIN rewards r ON r.id = c.reward_id`).and(condition, args...).then("ORDER BY c.id")
	claims, err := list(ctx, q.db, s, func(r row) (c claimOf, err error) {
		err = r.Scan(&c.ID, &c.donation, &c.Quantity, &c.Answer, textJSON{&c.Address}, instant{&c.FulfilledAt}, &c.Reward.ID, &c.Reward.LegacyID, &c.Reward.Name)
		return c, err
	})
	for _, c := range claims {
		donation := &donations[at[c.donation]]
		donation.Claims = append(donation.Claims, c.Claim)
	}
	return err
}

// addMatches reads the matches that all the donations counted towards, in one query.
func (q Queries) addMatches(ctx context.Context, donations []fund.Donation) error {
	if len(donations) == 0 {
		return nil
	}
	at := map[fund.ID]int{}
	ids := make([]fund.ID, len(donations))
	for i, d := range donations {
		at[d.ID], ids[i] = i, d.ID
	}
	type matchOf struct {
		fund.DonationMatch
		donation fund.ID
	}
	condition, args := anyID("c.donation_id", ids)
	s := selecting("SELECT "+matchColumns+`, c.donation_id FROM matched_donations c
		JOIN donation_matches m ON m.id = c.match_id JOIN facts mf ON mf.id = m.fact_id`).and(condition, args...).then("ORDER BY m.id")
	matches, err := list(ctx, q.db, s, func(r row) (m matchOf, err error) {
		m.DonationMatch, err = scanMatchAnd(r, &m.donation)
		return m, err
	})
	for _, m := range matches {
		donation := &donations[at[m.donation]]
		donation.Matches = append(donation.Matches, m.DonationMatch)
	}
	return err
}
