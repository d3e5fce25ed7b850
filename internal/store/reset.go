package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// What a reset does to each table. Every table of the schema stands in one of both lists; a test holds them to it.
var (
	// emptied are the tables that hold donations and what followed from them, those that refer to others first. Bids are
	// promises of the same money, legacy relays name donations, answers may hold some, and numbers begin again.
	emptied = []string{
		"matched_donations", "reward_claims", "cases", "erasures", "receipts_kept", "donor_access", "consents", "alerts", "legacy_relays", "receipt_files", "receipts", "leases", "readings", "screening_leases", "screening_notes", "screening_passes", "screening_marks", "screening_decisions", "timer_entries", "payments", "notices", "sandbox_payments",
		"ledger", "scores", "boards", "donors", "projections", "idempotency_keys", "auction_bids", "donations",
		"webhook_attempts", "webhook_deliveries", "raised_hours",
	}
	// kept are the tables that stay, but for what resetColumns sets back.
	kept = []string{
		"sequences", "users", "account_links", "account_deletions", "deleted_facts", "charity_invitations", "charity_refusals", "identities", "openid_requests", "fact_grants", "screeners", "handover_notes", "screening_groups", "screening_highlights", "stages", "overlays", "alert_settings", "alert_variants", "variant_sounds", "stage_sounds", "alert_players", "desk_keys", "teams", "past_slugs", "past_fact_slugs", "team_members", "facts", "causes", "cause_members", "fundraising_events", "polls",
		"poll_options", "targets", "rewards", "milestones", "schedule_items", "counters", "timers", "incentives", "registrations", "events", "rates",
		"applications", "tokens", "secrets", "certificate_files", "personal_campaigns", "auction_houses", "auction_items", "donation_matches",
		"fitness_goals", "fitness_activities", "grants", "authorization_codes", "refresh_tokens", "sessions", "authenticator_apps", "recovery_codes", "pending_sign_ins", "passkeys", "passkey_answers",
		"webhook_endpoints", "webhook_subscriptions", "webhook_relays", "relay_keys", "giving", "payment_accounts", "settings",
		"acts", "mails", "alarms", "pictures", "picture_uses", "search_words",
	}
)

// resetColumns set back what donations changed in tables that stay. $1 is the present instant: a match whose window is
// over has ended, one that ended because its pledge was used up goes on.
var resetColumns = []string{
	"UPDATE facts SET raised = 0, supported = 0, last_gift_at = 0 WHERE raised <> 0 OR supported <> 0 OR last_gift_at <> 0",
	"UPDATE users SET raised_usd = 0 WHERE raised_usd <> 0",
	"UPDATE teams SET raised_usd = 0 WHERE raised_usd <> 0",
	"UPDATE poll_options SET raised = 0 WHERE raised <> 0",
	"UPDATE targets SET raised = 0 WHERE raised <> 0",
	"UPDATE rewards SET claimed = 0, held = 0 WHERE claimed <> 0 OR held <> 0",
	"UPDATE milestones SET reached_at = NULL WHERE reached_at IS NOT NULL",
	"UPDATE counters SET raised = 0, position = 0 WHERE raised <> 0 OR position <> 0",
	"UPDATE timers SET state = 'off', started_at = NULL, ends_at = NULL, remaining = 0, granted = 0, carry = 0, end_reported = NULL WHERE state <> 'off'",
	"UPDATE auction_houses SET pledged = 0 WHERE pledged <> 0",
	"UPDATE relay_keys SET donation_id = NULL WHERE donation_id IS NOT NULL",
	"UPDATE donation_matches SET raised = 0 WHERE raised <> 0",
	"UPDATE donation_matches SET completed_at = NULL WHERE completed_at IS NOT NULL AND ends_at > $1",
	"DELETE FROM mails WHERE kind = '" + string(fund.MailReceipt) + "' OR kind LIKE 'case%'",
	"DELETE FROM sequences WHERE kind = 'donation'",
	"DELETE FROM settings WHERE key = '" + fund.SettingMode + "'",
}

// aboutDonations holds for events that are about donations alone.
var aboutDonations = topicIn(fund.DonationTopics()...)

// Reset takes out all donations with everything that followed from them, as if they had never been, and leaves the mode
// to be fixed again. Positions of events go on; the event of the reset makes caches drop
// everything. No server may use the database meanwhile. The next Project builds the leaderboards from what stays, which
// is exercise. It returns how many donations there were.
func (t *Tx) Reset(ctx context.Context) (donations int64, err error) {
	if err := t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM donations").Scan(&donations); err != nil {
		return 0, fmt.Errorf("count donations: %w", err)
	}
	return donations, t.reset(ctx)
}

func (t *Tx) reset(ctx context.Context) error {
	t.Append(fund.Event{Topic: fund.TopicDonationsReset, Subject: fund.SettingID(fund.SettingMode), At: t.now()})
	if err := t.writeEvents(ctx); err != nil {
		return err
	}
	// The link back to a donation goes before the donations.
	for _, text := range resetColumns {
		var args []any
		if strings.Contains(text, "$1") {
			args = []any{micros(t.now())}
		}
		if _, err := t.db.ExecContext(ctx, text, args...); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
	}
	for _, table := range emptied {
		if _, err := t.db.ExecContext(ctx, "DELETE FROM "+table); err != nil {
			return fmt.Errorf("reset %s: %w", table, err)
		}
	}
	if err := t.resetLog(ctx); err != nil {
		return err
	}
	for _, name := range []string{webhooks, alerts, tallies} {
		if err := t.beginProjection(ctx, name); err != nil {
			return err
		}
	}
	return t.renewEpoch(ctx)
}

// resetLog takes the events about donations out of the log.
func (t *Tx) resetLog(ctx context.Context) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM events WHERE "+aboutDonations); err != nil {
		return fmt.Errorf("reset of the log: %w", err)
	}
	return nil
}
