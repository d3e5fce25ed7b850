package store

import (
	"context"
	"database/sql"

	"github.com/almoner/almoner/internal/fund"
)

// InsertCause inserts a new cause and assigns its kind, its own cause and its legacy id. One without an approval is approved.
func (t *Tx) InsertCause(ctx context.Context, c *fund.Cause) error {
	c.Kind, c.Cause = fund.KindCause, fund.Ref{ID: c.ID, Slug: c.Slug, Name: c.Name}
	if c.Approval == "" {
		c.Approval = fund.Approved
	}
	c.Color = c.Settings.ColorHighlight
	if err := t.InsertFact(ctx, &c.Fact); err != nil {
		return err
	}
	c.Cause.LegacyID = c.LegacyID
	details, err := encodeJSON(toCauseJSON(*c))
	if err != nil {
		return err
	}
	proposed, err := proposedColumn(*c)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"cause", c.ID.String()}, "causes", columns{{"fact_id", c.ID}, {"details", details}, {"proposed", proposed}})
}

// proposedColumn is the JSON of what a cause proposed; NULL for nothing.
func proposedColumn(c fund.Cause) (sql.NullString, error) {
	if c.Proposed == nil {
		return sql.NullString{}, nil
	}
	text, err := encodeJSON(identityJSON(*c.Proposed))
	return nullText(text), err
}

// UpdateCause writes everything that UpdateFact writes, and the fields that only causes have, except the approval.
func (t *Tx) UpdateCause(ctx context.Context, c fund.Cause) error {
	c.Kind, c.Color = fund.KindCause, c.Settings.ColorHighlight
	if err := t.UpdateFact(ctx, c.Fact); err != nil {
		return err
	}
	details, err := encodeJSON(toCauseJSON(c))
	if err != nil {
		return err
	}
	proposed, err := proposedColumn(c)
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"cause", c.ID.String()},
		"UPDATE causes SET details = $1, proposed = $2 WHERE fact_id = $3", details, proposed, c.ID)
}

// SetApproval approves or suspends a cause, or another fact alone. The reason is that of a suspension, else "". What is not approved is live no longer.
func (t *Tx) SetApproval(ctx context.Context, fact fund.ID, approval fund.Approval, reason string) error {
	err := t.change(ctx, thing{"fact", fact.String()},
		"UPDATE facts SET approval = $1, suspension = $2 WHERE id = $3", string(approval), reason, fact)
	if err != nil || approval == fund.Approved {
		return err
	}
	return t.cutLive(ctx, fact)
}

// SetCauseRole makes the user a member of the cause, or gives a member another role.
func (t *Tx) SetCauseRole(ctx context.Context, cause, user fund.ID, role fund.CauseRole) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO cause_members (cause_id, user_id, role) VALUES ($1, $2, $3)
		ON CONFLICT (cause_id, user_id) DO UPDATE SET role = excluded.role`, cause, user, string(role))
	if err != nil {
		return thing{"cause membership", cause.String()}.refused(err)
	}
	return nil
}

// RemoveCauseMember ends the membership of a user.
func (t *Tx) RemoveCauseMember(ctx context.Context, cause, user fund.ID) error {
	return t.change(ctx, thing{"cause membership", user.String()}, "DELETE FROM cause_members WHERE cause_id = $1 AND user_id = $2", cause, user)
}

// InsertFundraisingEvent inserts a new event and assigns its kind and legacy id.
func (t *Tx) InsertFundraisingEvent(ctx context.Context, e *fund.FundraisingEvent) error {
	e.Kind, e.Color = fund.KindFundraisingEvent, e.Settings.ColorHighlight
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
	e.Kind, e.Color = fund.KindFundraisingEvent, e.Settings.ColorHighlight
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
