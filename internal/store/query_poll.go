package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

const selectPoll = `SELECT p.id, p.legacy_id, p.fact_id, f.legacy_id, f.currency, p.name, p.enabled, p.ends_at,
	p.created_at, p.updated_at, p.position FROM polls p JOIN facts f ON f.id = p.fact_id`

// ListPolls lists the polls of a fact with their options, or with the zero id those of all campaigns that are
// or were published. It is one statement.
func (q Queries) ListPolls(ctx context.Context, fact fund.ID, page fund.Page) ([]fund.Poll, error) {
	s := selecting(selectPoll).ofFact("p", fact)
	ascends := s.keyset(byNumber("p.legacy_id"), page)
	rows, err := list(ctx, q.db, s.asTable("page", "id, legacy_id, fact_id, fact_legacy_id, currency, name, enabled, ends_at, created_at, updated_at, position",
		`SELECT page.*, o.id, o.legacy_id, o.name, o.position, o.raised, o.created_at, o.updated_at
		FROM page LEFT JOIN poll_options o ON o.poll_id = page.id ORDER BY page.legacy_id`+direction(ascends)+", o.legacy_id"), scanPollRow)
	if err != nil {
		return nil, fmt.Errorf("list polls: %w", err)
	}
	var polls []fund.Poll
	for _, row := range rows {
		if last := len(polls) - 1; last >= 0 && polls[last].ID == row.ID {
			polls[last].Options = append(polls[last].Options, row.Options...)
			continue
		}
		polls = append(polls, row)
	}
	if ascends != (page.Order == fund.OldestFirst) {
		slices.Reverse(polls)
	}
	return polls, nil
}

// scanPollRow reads a poll with one of its options, or with none.
func scanPollRow(r row) (fund.Poll, error) {
	var (
		p      fund.Poll
		o      fund.PollOption
		id     *fund.ID
		number *int64
		name   *string
		place  *int64
		raised *int64
	)
	err := r.Scan(&p.ID, &p.LegacyID, &p.FactID, &p.FactLegacyID, &p.Currency, &p.Name, &p.Enabled, instant{&p.EndsAt},
		instant{&p.CreatedAt}, instant{&p.UpdatedAt}, &p.Position, &id, &number, &name, &place, &raised, instant{&o.CreatedAt}, instant{&o.UpdatedAt})
	if err != nil || id == nil {
		return p, err
	}
	o.ID, o.LegacyID, o.Name, o.Position, o.Raised, o.PollID, o.PollLegacyID = *id, *number, *name, *place, *raised, p.ID, p.LegacyID
	p.Options = []fund.PollOption{o}
	return p, nil
}

// ofFact adds the condition for the fact of an incentive; the zero id means all campaigns that the public may see.
func (s *statement) ofFact(alias string, fact fund.ID) *statement {
	if fact.IsZero() {
		return s.and("f.status <> ?", string(fund.Unpublished)).and(approvedAlone).ofCampaign()
	}
	return s.and(alias+".fact_id = ?", fact)
}

// ofCampaign requires the fact of an incentive to be a campaign or team campaign.
func (s *statement) ofCampaign() *statement {
	return s.and("f.kind || '' IN (?, ?)", string(fund.KindCampaign), string(fund.KindTeamCampaign))
}

// byIncentive adds the condition for the key of an incentive. A legacy id finds only incentives of campaigns, because
// V3, which uses legacy ids, knows no others.
func (s *statement) byIncentive(alias string, key fund.Key) bool {
	if key.LegacyID != 0 {
		s.ofCampaign()
	}
	return s.byKey(alias, key, noSlugs)
}

// GetPoll finds one poll.
func (q Queries) GetPoll(ctx context.Context, key fund.Key) (fund.Poll, error) {
	what, s := thing{"poll", key.String()}, selecting(selectPoll)
	if !s.byIncentive("p", key) {
		return fund.Poll{}, what.missing()
	}
	return q.onePoll(ctx, s, what)
}

// GetPollByOption finds the poll that has the option.
func (q Queries) GetPollByOption(ctx context.Context, option fund.Key) (fund.Poll, error) {
	what := thing{"poll option", option.String()}
	s := selecting(selectPoll + " JOIN poll_options o ON o.poll_id = p.id")
	if !s.byIncentive("o", option) {
		return fund.Poll{}, what.missing()
	}
	return q.onePoll(ctx, s, what)
}

func (q Queries) onePoll(ctx context.Context, s *statement, what thing) (fund.Poll, error) {
	poll, err := one(ctx, q.db, s, scanPoll, what)
	if err != nil {
		return fund.Poll{}, err
	}
	polls := []fund.Poll{poll}
	if err := q.addOptions(ctx, polls); err != nil {
		return fund.Poll{}, fmt.Errorf("%s %s: %w", what.noun, what.key, err)
	}
	return polls[0], nil
}

func scanPoll(r row) (fund.Poll, error) {
	var p fund.Poll
	err := r.Scan(&p.ID, &p.LegacyID, &p.FactID, &p.FactLegacyID, &p.Currency, &p.Name, &p.Enabled, instant{&p.EndsAt},
		instant{&p.CreatedAt}, instant{&p.UpdatedAt}, &p.Position)
	return p, err
}

// addOptions reads the options of all the polls at once.
func (q Queries) addOptions(ctx context.Context, polls []fund.Poll) error {
	if len(polls) == 0 {
		return nil
	}
	at := map[fund.ID]int{}
	ids := make([]fund.ID, len(polls))
	for i, p := range polls {
		at[p.ID], ids[i] = i, p.ID
	}
	condition, args := anyID("o.poll_id", ids)
	s := selecting(`SELECT o.id, o.legacy_id, o.poll_id, o.name, o.position, o.raised, o.created_at, o.updated_at
		FROM poll_options o`).and(condition, args...).then("ORDER BY o.legacy_id")
	options, err := list(ctx, q.db, s, scanOption)
	for _, o := range options {
		poll := &polls[at[o.PollID]]
		o.PollLegacyID = poll.LegacyID
		poll.Options = append(poll.Options, o)
	}
	return err
}

func scanOption(r row) (fund.PollOption, error) {
	var o fund.PollOption
	err := r.Scan(&o.ID, &o.LegacyID, &o.PollID, &o.Name, &o.Position, &o.Raised, instant{&o.CreatedAt}, instant{&o.UpdatedAt})
	return o, err
}
