package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// InsertFact inserts a new fact, which has raised nothing yet, and assigns its legacy id. A fact without a parent
// supports its event, or else its cause: only a cause is at the top.
func (t *Tx) InsertFact(ctx context.Context, f *fund.Fact) error {
	number, err := t.legacyID(ctx, f.Kind.LegacySpace())
	if err == nil {
		err = t.takeFactSlug(ctx, *f)
	}
	if err != nil {
		return err
	}
	row := factRow(*f)
	if f.Kind == fund.KindCause {
		row = append(row, columns{{"approval", string(f.Approval)}}...)
	}
	err = t.insert(ctx, thing{kindNoun(f.Kind), f.ID.String()}, "facts", append(columns{
		{"id", f.ID}, {"legacy_space", f.Kind.LegacySpace()}, {"legacy_id", number}, {"kind", string(f.Kind)},
		{"currency", f.Currency}, {"cause_id", f.Cause.ID}, {"created_at", micros(f.CreatedAt)},
	}, row...))
	if err != nil {
		return err
	}
	f.LegacyID, f.Raised, f.Supported = number, 0, 0
	return nil
}

func livestreamOrEmpty(f fund.Fact) fund.Livestream {
	if f.Livestream == nil {
		return fund.Livestream{}
	}
	return *f.Livestream
}

// parentID is the fact that this one's donations count into.
func parentID(f fund.Fact) fund.ID {
	switch {
	case f.Kind == fund.KindCause:
		return fund.ID{}
	case f.Parent != nil:
		return f.Parent.ID
	case f.Event != nil:
		return f.Event.ID
	default:
		return f.Cause.ID
	}
}

// factRow lists the columns of facts that an update may change.
func factRow(f fund.Fact) columns {
	stream := livestreamOrEmpty(f)
	row := columns{
		{"owner_id", ownerColumn(f.OwnerID())}, {"slug", f.Slug}, {"name", f.Name}, {"description", f.Description},
		{"status", string(f.Status)}, {"goal", f.Goal}, {"original_goal", f.OriginalGoal},
		{"event_id", f.Event.IDOrZero()}, {"parent_id", parentID(f)}, {"user_id", ownerRefID(f.User)},
		{"team_id", ownerRefID(f.Team)}, {"avatar", f.Avatar}, {"cover", f.Cover}, {"color", f.Color}, {"supportable", string(f.Supportable)},
		{"livestream_type", stream.Type}, {"livestream_channel", stream.Channel}, {"starts_at", nullMicros(f.StartsAt)},
		{"ends_at", nullMicros(f.EndsAt)}, {"published_at", nullMicros(f.PublishedAt)},
		{"retired_at", nullMicros(f.RetiredAt)}, {"updated_at", micros(f.UpdatedAt)},
	}
	if f.Kind == fund.KindCause {
		row = append(row, columns{{"time_zone", f.TimeZone}, {"allowed_origins", strings.Join(f.AllowedOrigins, " ")}}...)
	}
	return row
}

// UpdateFact writes everything about a fact except its kind, cause, currency, legacy id, creation time and totals.
// With a new parent its total moves from the facts above the old one to those above the new one; with a new event,
// user or team its donations count there. A nil Parent is the event, or else the cause, as in InsertFact. What is live ends where it cannot be so any more.
func (t *Tx) UpdateFact(ctx context.Context, f fund.Fact) error {
	what := thing{kindNoun(f.Kind), f.ID.String()}
	was, err := t.lockFactLinks(ctx, f.ID, what)
	if err != nil {
		return err
	}
	is := was
	is.parentID, is.eventID = parentID(f), f.Event.IDOrZero()
	is.userID, is.teamID = ownerRefID(f.User), ownerRefID(f.Team)
	if err := t.moveTotals(ctx, was, is); err != nil {
		return err
	}
	if err := t.changeFactSlug(ctx, was, f); err != nil {
		return err
	}
	if err := t.update(ctx, what, updating("facts", factRow(f)).and("id = ?", f.ID)); err != nil {
		return err
	}
	for _, slot := range []replacedPicture{{f.ID, fund.SlotAvatar, was.avatar, f.Avatar}, {f.ID, fund.SlotCover, was.cover, f.Cover}} {
		if err := t.endReplaced(ctx, slot); err != nil {
			return err
		}
	}
	if err := t.keepLive(ctx, was, f); err != nil {
		return err
	}
	if was.reached(f.Goal) && !was.reached(was.goal) {
		return t.announceGoal(ctx, f, was.total)
	}
	return nil
}

// announceGoal appends that a goal is reached because it was lowered.
func (t *Tx) announceGoal(ctx context.Context, f fund.Fact, total int64) error {
	found, err := t.lockFacts(ctx, []fund.ID{f.ID})
	if err != nil {
		return fmt.Errorf("facts above %s: %w", f.ID, err)
	}
	t.Append(fund.Event{
		Topic: fund.TopicFactGoalReached, Subject: f.ID, Facts: found.showing(f.ID), At: t.now(), Detail: fund.Detail{Amount: f.Goal, Total: total},
	})
	return nil
}

// factLinks is where a fact's money counts, and how much it is, and its address.
type factLinks struct {
	id, parentID, eventID, userID, teamID, ownerID fund.ID
	kind                                           fund.Kind
	total, goal                                    int64
	slug                                           string
	avatar, cover                                  string
	liveUntil                                      time.Time
}

// reached reports whether the fact's total reaches a goal; no total reaches none.
func (l factLinks) reached(goal int64) bool { return goal > 0 && l.total >= goal }

func (t *Tx) lockFactLinks(ctx context.Context, id fund.ID, what thing) (factLinks, error) {
	s := selecting("SELECT id, parent_id, event_id, user_id, team_id, kind, raised + supported, goal, owner_id, slug, avatar, cover, live_until FROM facts").
		and("id = ?", id).then(t.store.dialect.lockRows())
	return one(ctx, t.db, s, func(r row) (l factLinks, err error) {
		err = r.Scan(&l.id, &l.parentID, &l.eventID, &l.userID, &l.teamID, &l.kind, &l.total, &l.goal, &l.ownerID, &l.slug, &l.avatar, &l.cover, instant{&l.liveUntil})
		return l, err
	}, what)
}

// moveTotals moves what the fact raised from its old links to its new ones.
func (t *Tx) moveTotals(ctx context.Context, was, is factLinks) error {
	moved := &sums{}
	if was.userID != is.userID || was.teamID != is.teamID {
		if err := t.moveOwners(ctx, was, is, moved); err != nil {
			return err
		}
	}
	if was.parentID != is.parentID {
		if err := t.moveSupport(ctx, was, is, moved); err != nil {
			return err
		}
	}
	if was.eventID != is.eventID {
		if _, err := t.db.ExecContext(ctx, "UPDATE donations SET event_id = $1 WHERE fact_id = $2",
			is.eventID, is.id); err != nil {
			return fmt.Errorf("event of the donations to fact %s: %w", is.id, err)
		}
	}
	facts := moved.facts()
	chains, err := t.lockFacts(ctx, facts)
	if err != nil {
		return fmt.Errorf("facts around %s: %w", is.id, err)
	}
	w := t.watching(moved, chains, t.now())
	statements := append(moved.statements(w), reachMilestones(w, t.now())...)
	if err := t.store.dialect.run(ctx, t, statements...); err != nil {
		return fmt.Errorf("totals around fact %s: %w", is.id, err)
	}
	slices.SortFunc(facts, compareIDs)
	for _, id := range facts {
		w.addTo(id, fund.ID{}, moved[factsSupported][id])
	}
	return w.end(ctx)
}

// moveSupport subtracts the fact's total from everything above its old parent and adds it to everything above its new
// one. What is above both keeps it. The leaderboards get the same as events.
func (t *Tx) moveSupport(ctx context.Context, was, is factLinks, moved *sums) error {
	left, err := t.lockAbove(ctx, is.id, was.parentID)
	if err != nil {
		return err
	}
	joined, err := t.lockAbove(ctx, is.id, is.parentID)
	if err != nil {
		return err
	}
	for _, side := range []struct {
		topic        fund.Topic
		above, other []fund.ID
		by           int64
	}{{fund.TopicFactLeft, left, joined, -was.total}, {fund.TopicFactJoined, joined, left, was.total}} {
		alone := slices.DeleteFunc(slices.Clone(side.above), func(id fund.ID) bool { return slices.Contains(side.other, id) })
		for _, id := range alone {
			moved.add(factsSupported, id, side.by)
		}
		t.announce(side.topic, is.id, alone)
	}
	return nil
}

// announce appends an event that the leaderboards need.
func (t *Tx) announce(topic fund.Topic, subject fund.ID, facts []fund.ID) {
	if len(facts) > 0 {
		t.Append(fund.Event{Topic: topic, Subject: subject, Facts: facts, At: t.now()})
	}
}

// lockAbove lists parent and everything above it. It is a Conflict when the fact is among them.
func (t *Tx) lockAbove(ctx context.Context, fact, parent fund.ID) ([]fund.ID, error) {
	if parent.IsZero() {
		return nil, nil
	}
	found, err := t.lockFacts(ctx, []fund.ID{parent})
	if err != nil {
		return nil, fmt.Errorf("facts above %s: %w", parent, err)
	}
	if _, circle := found[fact]; circle {
		return nil, fault.New(fault.Conflict, "A fact cannot support itself, neither directly nor through others.")
	}
	if len(found) == 0 {
		return nil, fault.New(fault.Conflict, "The fact to support does not exist.")
	}
	return found.above(parent), nil
}

// moveOwners moves the fact's US dollars from its old user and team to the new ones.
func (t *Tx) moveOwners(ctx context.Context, was, is factLinks, moved *sums) error {
	var usd int64
	err := t.db.QueryRowContext(ctx, "SELECT COALESCE(CAST(SUM(usd) AS BIGINT), 0) FROM ledger WHERE fact_id = $1",
		is.id).Scan(&usd)
	if err != nil {
		return fmt.Errorf("ledger of fact %s: %w", is.id, err)
	}
	if is.kind.CountsForUser() {
		moved.add(usersRaised, was.userID, -usd)
		moved.add(usersRaised, is.userID, usd)
	}
	moved.add(teamsRaised, was.teamID, -usd)
	moved.add(teamsRaised, is.teamID, usd)
	return t.announceOwners(ctx, was, is)
}

// announceOwners appends events about the changed owners for the fact and all above its old parent. Where the fact is
// moved too, that comes after.
func (t *Tx) announceOwners(ctx context.Context, was, is factLinks) error {
	found, err := t.lockFacts(ctx, []fund.ID{is.id})
	if err != nil {
		return fmt.Errorf("facts above %s: %w", is.id, err)
	}
	for _, side := range []struct {
		topic  fund.Topic
		owners []fund.ID
	}{{fund.TopicOwnersLeft, []fund.ID{was.userID, was.teamID}}, {fund.TopicOwnersJoined, []fund.ID{is.userID, is.teamID}}} {
		facts := found.above(is.id)
		for _, id := range side.owners {
			if !id.IsZero() {
				facts = append(facts, id)
			}
		}
		t.announce(side.topic, is.id, facts)
	}
	return nil
}

// DeleteFact deletes a fact with its incentives, schedule, registrations, donation matches, fitness goals, auction
// items, webhook subscriptions, donation settings and past slugs. A fact with donations, supporting facts, bids or activities is a Conflict.
func (t *Tx) DeleteFact(ctx context.Context, id fund.ID) error {
	what := thing{"fact", id.String()}
	for _, query := range append(onStages("IN (SELECT id FROM stages WHERE fact_id = $1)"),
		"DELETE FROM poll_options WHERE poll_id IN (SELECT id FROM polls WHERE fact_id = $1)",
		"DELETE FROM polls WHERE fact_id = $1",
		"DELETE FROM targets WHERE fact_id = $1",
		"DELETE FROM rewards WHERE fact_id = $1",
		"DELETE FROM milestones WHERE fact_id = $1",
		"DELETE FROM schedule_items WHERE fact_id = $1",
		"DELETE FROM counters WHERE fact_id = $1",
		"DELETE FROM timer_entries WHERE timer_id IN (SELECT id FROM timers WHERE fact_id = $1)",
		"DELETE FROM timers WHERE fact_id = $1",
		"DELETE FROM incentives WHERE event_id = $1",
		"DELETE FROM registrations WHERE event_id = $1",
		"DELETE FROM donation_matches WHERE fact_id = $1",
		"DELETE FROM fitness_goals WHERE fact_id = $1",
		"DELETE FROM auction_items WHERE house_id = $1",
		"DELETE FROM webhook_subscriptions WHERE fact_id = $1",
		"DELETE FROM auction_houses WHERE fact_id = $1",
		"DELETE FROM personal_campaigns WHERE fact_id = $1",
		"DELETE FROM fundraising_events WHERE fact_id = $1",
		"DELETE FROM cause_members WHERE cause_id = $1",
		"DELETE FROM causes WHERE fact_id = $1",
		"DELETE FROM past_fact_slugs WHERE fact_id = $1",
		"DELETE FROM fact_grants WHERE fact_id = $1",
		"DELETE FROM screeners WHERE fact_id = $1",
		"DELETE FROM handover_notes WHERE fact_id = $1",
		"DELETE FROM screening_marks WHERE group_id IN (SELECT id FROM screening_groups WHERE fact_id = $1)",
		"DELETE FROM screening_groups WHERE fact_id = $1",
		"DELETE FROM screening_highlights WHERE fact_id = $1",
		"DELETE FROM stages WHERE fact_id = $1",
		"DELETE FROM giving WHERE fact_id = $1",
	) {
		if _, err := t.db.ExecContext(ctx, query, id); err != nil {
			return what.refused(err)
		}
	}
	if err := t.change(ctx, what, "DELETE FROM facts WHERE id = $1", id); err != nil {
		return err
	}
	if err := t.endPictures(ctx, id); err != nil {
		return err
	}
	// From here on nothing adds to its leaderboards.
	for _, query := range []string{
		"DELETE FROM scores WHERE board_id IN (SELECT id FROM boards WHERE fact_id = $1)",
		"DELETE FROM boards WHERE fact_id = $1",
	} {
		if _, err := t.db.ExecContext(ctx, query, id); err != nil {
			return fmt.Errorf("leaderboards of fact %s: %w", id, err)
		}
	}
	return nil
}
