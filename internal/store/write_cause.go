package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertCause inserts a new cause and assigns its kind, its own cause and its legacy id.
func (t *Tx) InsertCause(ctx context.Context, c *fund.Cause) error {
	c.Kind, c.Cause = fund.KindCause, fund.Ref{ID: c.ID, Slug: c.Slug, Name: c.Name}
	if err := t.InsertFact(ctx, &c.Fact); err != nil {
		return err
	}
	c.Cause.LegacyID = c.LegacyID
	details, err := encodeJSON(toCauseJSON(*c))
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"cause", c.ID.String()}, "causes", columns{{"fact_id", c.ID}, {"details", details}})
}

// UpdateCause writes everything that UpdateFact writes, and the fields that only causes have.
func (t *Tx) UpdateCause(ctx context.Context, c fund.Cause) error {
	c.Kind = fund.KindCause
	if err := t.UpdateFact(ctx, c.Fact); err != nil {
		return err
	}
	details, err := encodeJSON(toCauseJSON(c))
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"cause", c.ID.String()},
		"UPDATE causes SET details = $1 WHERE fact_id = $2", details, c.ID)
}

// AddCauseMember makes the user a member of the cause; an existing member stays.
func (t *Tx) AddCauseMember(ctx context.Context, cause, user fund.ID) error {
	_, err := t.db.ExecContext(ctx,
		"INSERT INTO cause_members (cause_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", cause, user)
	if err != nil {
		return thing{"cause membership", cause.String()}.refused(err)
	}
	return nil
}

// InsertFundraisingEvent inserts a new event and assigns its kind and legacy id.
func (t *Tx) InsertFundraisingEvent(ctx context.Context, e *fund.FundraisingEvent) error {
	e.Kind = fund.KindFundraisingEvent
	if err := t.InsertFact(ctx, &e.Fact); err != nil {
		return err
	}
	details, err := encodeJSON(toEventJSON(*e))
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"fundraising event", e.ID.String()}, "fundraising_events", columns{{"fact_id", e.ID}, {"details", details}})
}

// UpdateFundraisingEvent writes everything that UpdateFact writes, and the fields that only fundraising events have.
func (t *Tx) UpdateFundraisingEvent(ctx context.Context, e fund.FundraisingEvent) error {
	e.Kind = fund.KindFundraisingEvent
	if err := t.UpdateFact(ctx, e.Fact); err != nil {
		return err
	}
	details, err := encodeJSON(toEventJSON(e))
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"fundraising event", e.ID.String()},
		"UPDATE fundraising_events SET details = $1 WHERE fact_id = $2", details, e.ID)
}
