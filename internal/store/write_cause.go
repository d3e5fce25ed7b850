package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertCause puts in a new cause and gives it its legacy id. Its kind and its own cause are
// filled in.
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

// UpdateCause writes everything about a cause that UpdateFact writes, and all that only
// causes have.
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

// AddCauseMember lets the user work for the cause; one who does already stays.
func (t *Tx) AddCauseMember(ctx context.Context, cause, user fund.ID) error {
	_, err := t.db.ExecContext(ctx,
		"INSERT INTO cause_members (cause_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", cause, user)
	if err != nil {
		return thing{"cause membership", cause.String()}.refused(err)
	}
	return nil
}

// InsertFundraisingEvent puts in a new event and gives it its legacy id. Its kind is filled in.
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

// UpdateFundraisingEvent writes everything about an event that UpdateFact writes, and all that
// only events have.
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
