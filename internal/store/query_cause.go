package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectCause = "SELECT " + factColumns + ", x.details, x.proposed" + factTables + " JOIN causes x ON x.fact_id = f.id"

// GetCause finds one cause; the slugs of causes are unique.
func (q Queries) GetCause(ctx context.Context, key fund.Key) (fund.Cause, error) {
	return oneFact(ctx, q, FactKey{Key: key, Kinds: []fund.Kind{fund.KindCause}}, factRead[fund.Cause]{selectCause, scanCause})
}

// ListCauses lists the causes with one of the statuses; none means any.
func (q Queries) ListCauses(ctx context.Context, statuses []fund.Status, page fund.Page) ([]fund.Cause, error) {
	s := selecting(selectCause).byFactFilter(FactFilter{Kinds: []fund.Kind{fund.KindCause}, Statuses: statuses}, page.Order)
	causes, err := keysetPage(ctx, q.db, s, factOrder(page.Order), page, scanCause)
	if err != nil {
		return nil, fmt.Errorf("list causes: %w", err)
	}
	return causes, nil
}

// waitingCause is the condition for a cause f, x that an operator has to look at: a new one, and an approved one that proposes something. What people typed stands in the
// details with its quotes escaped.
const waitingCause = "(f.approval = 'pending' OR f.approval = 'approved' AND (x.proposed IS NOT NULL OR x.details LIKE '%\"proposed_account\":%'))"

// ListWaitingCauses lists the causes that an operator has to look at, oldest first. There are few causes, and all of them are read.
func (q Queries) ListWaitingCauses(ctx context.Context, page fund.Page) ([]fund.Cause, error) {
	s := selecting(selectCause).and(waitingCause)
	causes, err := keysetPage(ctx, q.db, s, byID("f.id"), page, scanCause)
	if err != nil {
		return nil, fmt.Errorf("list causes that wait: %w", err)
	}
	return causes, nil
}

// CountWaitingCauses counts those of ListWaitingCauses, up to most.
func (q Queries) CountWaitingCauses(ctx context.Context, most int) (n int, err error) {
	s := selecting("SELECT COUNT(*) FROM (SELECT 1 FROM facts f JOIN causes x ON x.fact_id = f.id").and(waitingCause).then("LIMIT ?) AS counted", most)
	if err := q.db.QueryRowContext(ctx, s.String(), s.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count causes that wait: %w", err)
	}
	return n, nil
}

func scanCause(r row) (fund.Cause, error) {
	var (
		details  causeJSON
		proposed *identityJSON
	)
	fact, err := scanFactAnd(r, jsonColumn{&details}, jsonColumn{&proposed})
	if err != nil {
		return fund.Cause{}, err
	}
	c := details.cause(fact)
	c.Proposed = (*fund.LegalIdentity)(proposed)
	return c, nil
}

// GetCauseRole returns what the user may do for the cause; "" for no member.
func (q Queries) GetCauseRole(ctx context.Context, cause, user fund.ID) (fund.CauseRole, error) {
	var role fund.CauseRole
	err := q.db.QueryRowContext(ctx,
		"SELECT role FROM cause_members WHERE cause_id = $1 AND user_id = $2", cause, user).Scan(&role)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("member %s of cause %s: %w", user, cause, err)
	}
	return role, nil
}

// CausesOfMember lists the causes that a user acts for in any role, by name: at most so many.
func (q Queries) CausesOfMember(ctx context.Context, user fund.ID, limit int) ([]fund.Cause, error) {
	s := selecting(selectCause).and("f.id IN (SELECT cause_id FROM cause_members WHERE user_id = ?)", user).then("ORDER BY f.name, f.id LIMIT ?", limit)
	causes, err := list(ctx, q.db, s, scanCause)
	if err != nil {
		return nil, fmt.Errorf("causes of user %s: %w", user, err)
	}
	return causes, nil
}

// CountCauseOwners counts the few members of a cause who are its owners.
func (q Queries) CountCauseOwners(ctx context.Context, cause fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM cause_members WHERE cause_id = $1 AND role = 'owner'", cause)
}

// CauseMember is a user who acts for a cause.
type CauseMember struct {
	User fund.User
	Role fund.CauseRole
}

// ListCauseMembers lists the members of a cause, oldest account first. A cursor is {ID} of a user.
func (q Queries) ListCauseMembers(ctx context.Context, cause fund.ID, page fund.Page) ([]CauseMember, error) {
	s := selecting("SELECT "+userColumns+", m.role FROM cause_members m JOIN users u ON u.id = m.user_id").and("m.cause_id = ?", cause)
	members, err := keysetPage(ctx, q.db, s, byID("m.user_id"), page, func(r row) (m CauseMember, err error) {
		m.User, err = scanUserAnd(r, &m.Role)
		return m, err
	})
	if err != nil {
		return nil, fmt.Errorf("members of cause %s: %w", cause, err)
	}
	return members, nil
}

// CauseContacts lists those who handle the money of a cause, and whose accounts may be used, oldest account first: at most so many.
func (q Queries) CauseContacts(ctx context.Context, cause fund.ID, limit int) ([]fund.Contact, error) {
	s := selecting("SELECT u.email, u.language FROM cause_members m JOIN users u ON u.id = m.user_id").and("m.cause_id = ?", cause).
		and("m.role IN ('owner', 'finance')").and("u.disabled_at IS NULL").then("ORDER BY m.user_id LIMIT ?", limit)
	contacts, err := list(ctx, q.db, s, scanContact)
	if err != nil {
		return nil, fmt.Errorf("contacts of cause %s: %w", cause, err)
	}
	return contacts, nil
}

// OperatorContacts lists the operators whose accounts may be used, oldest account first: at most so many.
func (q Queries) OperatorContacts(ctx context.Context, limit int) ([]fund.Contact, error) {
	s := selecting("SELECT u.email, u.language FROM users u").and("u.operator").and("u.disabled_at IS NULL").then("ORDER BY u.legacy_id LIMIT ?", limit)
	contacts, err := list(ctx, q.db, s, scanContact)
	if err != nil {
		return nil, fmt.Errorf("contacts of operators: %w", err)
	}
	return contacts, nil
}

func scanContact(r row) (c fund.Contact, err error) {
	err = r.Scan(&c.Address, &c.Language)
	return c, err
}

const selectEvent = "SELECT " + factColumns + ", x.details" + factTables +
	" JOIN fundraising_events x ON x.fact_id = f.id"

// GetFundraisingEvent finds one fundraising event; by a slug the first that has it.
func (q Queries) GetFundraisingEvent(ctx context.Context, key fund.Key) (fund.FundraisingEvent, error) {
	return oneFact(ctx, q, FactKey{Key: key, Kinds: []fund.Kind{fund.KindFundraisingEvent}}, factRead[fund.FundraisingEvent]{selectEvent, scanEvent})
}

// ListFundraisingEvents lists the events of a cause, or of all with the zero id, with one of
// the statuses; none means any.
func (q Queries) ListFundraisingEvents(
	ctx context.Context, cause fund.ID, statuses []fund.Status, page fund.Page,
) ([]fund.FundraisingEvent, error) {
	s := selecting(selectEvent).byFactFilter(FactFilter{
		Kinds: []fund.Kind{fund.KindFundraisingEvent}, Statuses: statuses, Cause: cause,
	}, page.Order)
	events, err := keysetPage(ctx, q.db, s, factOrder(page.Order), page, scanEvent)
	if err != nil {
		return nil, fmt.Errorf("list fundraising events: %w", err)
	}
	return events, nil
}

// FundraisingEventsByID finds all fundraising events with these ids, by id.
func (q Queries) FundraisingEventsByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.FundraisingEvent, error) {
	found := make(map[fund.ID]fund.FundraisingEvent, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	condition, args := anyID("f.id", ids)
	events, err := list(ctx, q.db, selecting(selectEvent).and(condition, args...), scanEvent)
	if err != nil {
		return nil, fmt.Errorf("fundraising events by id: %w", err)
	}
	for _, e := range events {
		found[e.ID] = e
	}
	return found, nil
}

// CausesByID finds all causes with these ids, by id.
func (q Queries) CausesByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.Cause, error) {
	found := make(map[fund.ID]fund.Cause, len(ids))
	err := belonging[fund.Cause]{func() *statement { return selecting(selectCause) }, "f.id", scanCause}.each(ctx, q, unique(ids),
		func(c fund.Cause) { found[c.ID] = c })
	return found, err
}

func scanEvent(r row) (fund.FundraisingEvent, error) {
	var details eventJSON
	fact, err := scanFactAnd(r, jsonColumn{&details})
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	return details.event(fact), nil
}
