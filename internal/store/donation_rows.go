package store

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// The rows of completed donations.
var (
	insertDonations = batchStatement{insert: "donations"}
	insertEntries   = batchStatement{insert: "ledger"}
	insertMatched   = batchStatement{insert: "matched_donations"}
	insertClaims    = batchStatement{insert: "reward_claims"}
)

// incomingStatements inserts the new rows for the donations of a group.
func incomingStatements(incoming []*incomingDonation) ([]batchStatement, error) {
	donations, entries := insertDonations.expecting(len(incoming)), insertEntries.expecting(len(incoming))
	claims, matched := insertClaims, insertMatched
	var keys []batchStatement
	for _, g := range incoming {
		d := &g.Donation
		if g.arrives() {
			// The first entry of a donation shares its id: there is exactly one of it.
			entries.add(columns{
				{"id", rawID(&d.ID)}, {"donation_id", rawID(&d.ID)}, {"fact_id", rawID(&d.Fact.ID)}, {"kind", string(g.Entry)}, {"amount", d.Amount},
				{"currency", d.Currency}, {"usd", g.USD}, {"at", micros(d.CompletedAt)},
			})
		}
		for _, m := range g.matches {
			matched.add(columns{{"donation_id", d.ID}, {"match_id", m}})
		}
		if g.settles != nil {
			continue
		}
		g.addTo(&donations)
		if err := addClaims(&claims, d); err != nil {
			return nil, err
		}
		if !g.RelayKey.IsZero() {
			keys = append(keys, batchStatement{
				text: "UPDATE relay_keys SET donation_id = $1, updated_at = $2 WHERE id = $3",
				args: []any{d.ID, micros(d.UpdatedAt), g.RelayKey},
			})
		}
	}
	return append([]batchStatement{donations, entries, claims, matched}, keys...), nil
}

// addTo adds the row of a new donation.
func (g *incomingDonation) addTo(donations *batchStatement) {
	d := &g.Donation
	d.Reference = g.Reference
	donations.add(columns{
		{"id", rawID(&d.ID)}, {"legacy_id", d.LegacyID}, {"fact_id", rawID(&d.Fact.ID)}, {"cause_id", rawID(&d.CauseID)},
		{"event_id", rawID(&d.EventID)},
		{"amount", d.Amount}, {"currency", d.Currency}, {"usd", g.USD}, {"state", string(d.State)}, {"listed", d.Listed()},
		{"name", d.Name}, {"comment", d.Comment}, {"email", d.Email}, {"anonymous", d.Anonymous}, {"sustained", d.Sustained},
		{"poll_option_id", d.PollOption.IDOrZero()}, {"target_id", d.Target.IDOrZero()}, {"reference", nullText(d.Reference)},
		{"donor_id", rawID(&d.DonorID)}, {"screening", string(d.Screening)}, {"release_at", nullMicros(d.ReleaseAt)}, {"is_match", d.IsMatch}, {"origin", string(g.origin())},
		{"completed_at", nullMicros(d.CompletedAt)}, {"created_at", micros(d.CreatedAt)}, {"updated_at", micros(d.UpdatedAt)},
	})
}

// origin is how the donation came here: without another one, through a payment if it begins with one.
func (g *incomingDonation) origin() fund.Origin {
	d := &g.Donation
	switch {
	case d.Origin != "":
	case g.begins != nil:
		d.Origin = fund.OriginPayment
	case d.IsMatch:
		d.Origin = fund.OriginMatch
	default:
		d.Origin = fund.OriginOffline
	}
	return d.Origin
}

const selectDonation = `SELECT d.id, d.legacy_id, d.fact_id, f.legacy_id, f.slug, f.name, f.kind, d.cause_id, d.event_id,
	d.amount, d.refunded, d.disputed, d.currency, d.state, d.name, d.given_name, d.comment, d.email, d.anonymous, d.sustained,
	o.id, o.legacy_id, o.name, p.id, p.legacy_id, p.name, t.id, t.legacy_id, t.name,
	d.donor_id, d.screening, d.release_at, d.left_out, d.is_match, d.origin, COALESCE(d.reference, ''), d.erased_at, d.completed_at, d.created_at, d.updated_at
	FROM donations d JOIN facts f ON f.id = d.fact_id
	LEFT JOIN poll_options o ON o.id = d.poll_option_id
	LEFT JOIN polls p ON p.id = o.poll_id
	LEFT JOIN targets t ON t.id = d.target_id`

func scanDonation(r row) (fund.Donation, error) {
	var (
		d                    fund.Donation
		option, poll, target nullRef
	)
	err := r.Scan(&d.ID, &d.LegacyID, &d.Fact.ID, &d.Fact.LegacyID, &d.Fact.Slug, &d.Fact.Name, &d.FactKind,
		&d.CauseID, &d.EventID, &d.Amount, &d.Refunded, &d.Disputed, &d.Currency, &d.State, &d.Name, &d.Given, &d.Comment, &d.Email, &d.Anonymous,
		&d.Sustained, &option.id, &option.legacyID, &option.name, &poll.id, &poll.legacyID, &poll.name,
		&target.id, &target.legacyID, &target.name,
		&d.DonorID, &d.Screening, instant{&d.ReleaseAt}, textJSON{&d.Unavailable}, &d.IsMatch, &d.Origin, &d.Reference, instant{&d.ErasedAt}, instant{&d.CompletedAt}, instant{&d.CreatedAt}, instant{&d.UpdatedAt})
	d.PollOption, d.Poll, d.Target = option.ref(), poll.ref(), target.ref()
	return d, err
}

func addClaims(claims *batchStatement, d *fund.Donation) error {
	for _, c := range d.Claims {
		address, err := encodeAddress(c.Address)
		if err != nil {
			return err
		}
		claims.add(columns{
			{"id", c.ID}, {"donation_id", d.ID}, {"reward_id", c.Reward.ID}, {"quantity", c.Quantity}, {"answer", c.Answer},
			{"address", address}, {"erase_at", nullMicros(firstLook(d, c))},
		})
	}
	return nil
}

// firstLook is when to look for the first time whether a claim is to be erased; the zero time for one that has nothing to erase.
func firstLook(d *fund.Donation, c fund.Claim) time.Time {
	if !c.Private() {
		return time.Time{}
	}
	return d.CreatedAt.Add(fund.ClaimRetention)
}

// encodeAddress returns the stored text of the address that a claim is shipped to; "" for none.
func encodeAddress(a *fund.ShippingAddress) (string, error) {
	if a == nil {
		return "", nil
	}
	return encodeJSON(a)
}
