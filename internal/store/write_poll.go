package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertPoll inserts a new poll with its options and assigns all their legacy ids.
func (t *Tx) InsertPoll(ctx context.Context, p *fund.Poll) error {
	number, err := t.legacyID(ctx, "poll")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"poll", p.ID.String()}, "polls", append(columns{
		{"id", p.ID}, {"legacy_id", number}, {"fact_id", p.FactID}, {"created_at", micros(p.CreatedAt)},
	}, pollRow(*p)...))
	if err != nil {
		return err
	}
	p.LegacyID = number
	for i := range p.Options {
		option := &p.Options[i]
		option.PollID, option.PollLegacyID = p.ID, number
		if err := t.InsertPollOption(ctx, option); err != nil {
			return err
		}
	}
	return nil
}

// pollRow lists the columns of polls that an update may change.
func pollRow(p fund.Poll) columns {
	return columns{
		{"name", p.Name}, {"enabled", p.Enabled}, {"ends_at", nullMicros(p.EndsAt)}, {"updated_at", micros(p.UpdatedAt)},
	}
}

// UpdatePoll writes a poll, and each of its options that has a legacy id. Options without one are new and left to
// InsertPollOption; options that are not listed stay.
func (t *Tx) UpdatePoll(ctx context.Context, p fund.Poll) error {
	err := t.update(ctx, thing{"poll", p.ID.String()}, updating("polls", pollRow(p)).and("id = ?", p.ID))
	if err != nil {
		return err
	}
	for _, option := range p.Options {
		if option.LegacyID == 0 {
			continue
		}
		if err := t.UpdatePollOption(ctx, option); err != nil {
			return err
		}
	}
	return nil
}

// InsertPollOption inserts a new option, with no donations yet, and assigns its
// legacy id.
func (t *Tx) InsertPollOption(ctx context.Context, o *fund.PollOption) error {
	number, err := t.legacyID(ctx, "poll_option")
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"poll option", o.ID.String()}, "poll_options", columns{
		{"id", o.ID}, {"legacy_id", number}, {"poll_id", o.PollID}, {"name", o.Name},
		{"created_at", micros(o.CreatedAt)}, {"updated_at", micros(o.UpdatedAt)},
	})
	if err != nil {
		return err
	}
	o.LegacyID, o.Raised = number, 0
	return nil
}

// UpdatePollOption writes the name of an option.
func (t *Tx) UpdatePollOption(ctx context.Context, o fund.PollOption) error {
	return t.change(ctx, thing{"poll option", o.ID.String()},
		"UPDATE poll_options SET name = $1, updated_at = $2 WHERE id = $3", o.Name, micros(o.UpdatedAt), o.ID)
}

// DeletePoll deletes a poll with its options. A poll with donations is a Conflict.
func (t *Tx) DeletePoll(ctx context.Context, id fund.ID) error {
	what := thing{"poll", id.String()}
	if _, err := t.db.ExecContext(ctx, "DELETE FROM poll_options WHERE poll_id = $1", id); err != nil {
		return what.refused(err)
	}
	return t.change(ctx, what, "DELETE FROM polls WHERE id = $1", id)
}
