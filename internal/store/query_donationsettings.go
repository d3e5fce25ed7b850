package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// ListDonationSettings lists the donation settings of facts, by id; a fact without settings of its own is missing.
func (q Queries) ListDonationSettings(ctx context.Context, facts []fund.ID) (map[fund.ID]fund.DonationSettings, error) {
	all := map[fund.ID]fund.DonationSettings{}
	err := q.eachOf(ctx, `SELECT fact_id, minimum, maximum, presets, screening, words, allowed, leet, release_after, release_attended, shipped_words, no_contacts, two_passes,
		offline_maximum, offline_daily_maximum, streamers_ship, thanks, stream_delay, statement, instant_only, updated_at FROM giving
		WHERE fact_id IN `, facts, func(scan func(...any) error) error {
		var g fund.DonationSettings
		var seconds, delay int64
		err := scan(&g.FactID, &g.Minimum, &g.Maximum, textJSON{&g.Presets}, &g.Screening, textJSON{&g.Words}, textJSON{&g.Allowed}, &g.Leet, &seconds, &g.ReleaseAttended, &g.ShippedWords, &g.NoContacts,
			&g.TwoPasses, &g.OfflineMaximum, &g.OfflineDailyMaximum, &g.StreamersShip, &g.Thanks, &delay, &g.Statement, &g.InstantOnly, instant{&g.UpdatedAt})
		g.ReleaseAfter, g.StreamDelay = time.Duration(seconds)*time.Second, time.Duration(delay)*time.Second
		all[g.FactID] = g
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("donation settings: %w", err)
	}
	return all, nil
}

// ChainSettings is the settings of one fact of a chain: its own donation settings, and the page settings of a cause
// or an event.
type ChainSettings struct {
	fund.DonationSettings
	Kind       fund.Kind
	StartsAt   time.Time
	Page       fund.Settings
	Visibility fund.Visibility
	// Receiver is set for a cause.
	Receiver fund.Receiver
}

// SettingsChain lists the settings of a fact and of everything above it, the nearest first, its event and its cause
// among them. It is one statement.
func (q Queries) SettingsChain(ctx context.Context, f fund.Fact) ([]ChainSettings, error) {
	s := selecting("WITH RECURSIVE above (id, depth) AS (SELECT id, 1 FROM facts").and("id = ?", f.ID).
		then(`UNION ALL SELECT f.parent_id, a.depth + 1 FROM above a JOIN facts f ON f.id = a.id
			WHERE f.parent_id IS NOT NULL AND a.depth <= ?),
			chain (id, depth) AS (SELECT id, MIN(depth) FROM (SELECT id, depth FROM above
				UNION ALL SELECT id, 1000 FROM facts WHERE id = ? UNION ALL SELECT id, 1001 FROM facts WHERE id = ?) either GROUP BY id)
			SELECT f.id, f.kind, f.starts_at, COALESCE(g.minimum, 0), COALESCE(g.maximum, 0), COALESCE(g.presets, ''),
				COALESCE(g.screening, ''), COALESCE(g.words, ''), COALESCE(g.allowed, ''), COALESCE(g.leet, FALSE), COALESCE(g.release_after, 0),
				COALESCE(g.release_attended, FALSE), COALESCE(g.shipped_words, FALSE), COALESCE(g.no_contacts, FALSE), COALESCE(g.two_passes, FALSE), COALESCE(g.streamers_ship, FALSE),
				COALESCE(g.thanks, ''), COALESCE(g.stream_delay, 0), COALESCE(g.statement, ''), COALESCE(g.instant_only, FALSE), g.updated_at, c.details, e.details
			FROM chain JOIN facts f ON f.id = chain.id LEFT JOIN giving g ON g.fact_id = f.id
			LEFT JOIN causes c ON c.fact_id = f.id LEFT JOIN fundraising_events e ON e.fact_id = f.id
			ORDER BY chain.depth`, 2*fund.MaxDepth, f.Event.IDOrZero(), f.Cause.ID)
	all, err := list(ctx, q.db, s, scanChainSettings)
	if err != nil {
		return nil, fmt.Errorf("donation settings above fact %s: %w", f.ID, err)
	}
	return all, nil
}

func scanChainSettings(r row) (ChainSettings, error) {
	var (
		one            ChainSettings
		seconds, delay int64
		cause          causeJSON
		event          eventJSON
	)
	err := r.Scan(&one.FactID, &one.Kind, instant{&one.StartsAt}, &one.Minimum, &one.Maximum, textJSON{&one.Presets},
		&one.Screening, textJSON{&one.Words}, textJSON{&one.Allowed}, &one.Leet, &seconds,
		&one.ReleaseAttended, &one.ShippedWords, &one.NoContacts, &one.TwoPasses, &one.StreamersShip,
		&one.Thanks, &delay, &one.Statement, &one.InstantOnly, instant{&one.UpdatedAt}, jsonColumn{&cause}, jsonColumn{&event})
	one.ReleaseAfter, one.StreamDelay = time.Duration(seconds)*time.Second, time.Duration(delay)*time.Second
	switch one.Kind {
	case fund.KindCause:
		one.Page, one.Visibility = fund.Settings(cause.Settings), visibility(cause.Visibility)
		one.Receiver = fund.Receiver{
			LegalName: cause.LegalName, GovernmentID: cause.GovernmentID, Country: cause.Address.Country, ContactEmail: cause.ContactEmail,
			ReceiptProfile: cause.Receipts,
		}
	case fund.KindFundraisingEvent:
		one.Page, one.Visibility = fund.Settings(event.Settings), visibility(event.Visibility)
	}
	return one, err
}

// PutDonationSettings writes how a fact takes donations.
func (t *Tx) PutDonationSettings(ctx context.Context, g fund.DonationSettings) error {
	presets, err := encodeJSON(g.Presets)
	if err != nil {
		return err
	}
	words, err := encodeJSON(g.Words)
	if err != nil {
		return err
	}
	allowed, err := encodeJSON(g.Allowed)
	if err != nil {
		return err
	}
	s := inserting("giving", columns{
		{"fact_id", g.FactID}, {"minimum", g.Minimum}, {"maximum", g.Maximum}, {"presets", presets},
		{"screening", string(g.Screening)}, {"words", words}, {"allowed", allowed}, {"leet", g.Leet},
		{"release_after", int64(g.ReleaseAfter / time.Second)}, {"release_attended", g.ReleaseAttended}, {"shipped_words", g.ShippedWords}, {"no_contacts", g.NoContacts}, {"two_passes", g.TwoPasses},
		{"offline_maximum", g.OfflineMaximum}, {"offline_daily_maximum", g.OfflineDailyMaximum},
		{"streamers_ship", g.StreamersShip}, {"thanks", g.Thanks}, {"stream_delay", int64(g.StreamDelay / time.Second)},
		{"statement", g.Statement}, {"instant_only", g.InstantOnly}, {"updated_at", micros(g.UpdatedAt)},
	}).then(`ON CONFLICT (fact_id) DO UPDATE SET minimum = excluded.minimum, maximum = excluded.maximum,
		presets = excluded.presets, screening = excluded.screening, words = excluded.words, allowed = excluded.allowed, leet = excluded.leet,
		release_after = excluded.release_after, release_attended = excluded.release_attended, shipped_words = excluded.shipped_words,
		no_contacts = excluded.no_contacts, two_passes = excluded.two_passes, offline_maximum = excluded.offline_maximum,
		offline_daily_maximum = excluded.offline_daily_maximum, streamers_ship = excluded.streamers_ship,
		thanks = excluded.thanks, stream_delay = excluded.stream_delay, statement = excluded.statement, instant_only = excluded.instant_only, updated_at = excluded.updated_at`)
	_, err = t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return thing{"donation settings", g.FactID.String()}.refused(err)
	}
	return nil
}
