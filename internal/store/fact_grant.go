package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectFactGrant = `SELECT g.id, g.fact_id, g.name, g.roles, g.given_by, COALESCE(gg.slug, ''), COALESCE(gg.username, ''),
	g.user_id, COALESCE(gu.slug, ''), COALESCE(gu.username, ''), g.created_at, g.ends_at, g.ended_at, g.link_until, g.accepted_at
	FROM fact_grants g LEFT JOIN users gg ON gg.id = g.given_by LEFT JOIN users gu ON gu.id = g.user_id`

func scanFactGrant(r row) (fund.FactGrant, error) {
	var (
		g     fund.FactGrant
		roles string
	)
	err := r.Scan(&g.ID, &g.FactID, &g.Name, &roles, &g.GivenBy.ID, &g.GivenBy.Slug, &g.GivenBy.Name, &g.Holder.ID, &g.Holder.Slug, &g.Holder.Name,
		instant{&g.CreatedAt}, instant{&g.EndsAt}, instant{&g.EndedAt}, instant{&g.LinkUntil}, instant{&g.AcceptedAt})
	g.Roles = grantRoles(roles)
	return g, err
}

func grantRoles(words string) []fund.GrantRole {
	var roles []fund.GrantRole
	for _, word := range splitWords(words) {
		roles = append(roles, fund.GrantRole(word))
	}
	return roles
}

// GetFactGrant finds a grant on a fact, even an ended one.
func (q Queries) GetFactGrant(ctx context.Context, id fund.ID) (fund.FactGrant, error) {
	return one(ctx, q.db, selecting(selectFactGrant).and("g.id = ?", id), scanFactGrant, thing{"grant", id.String()})
}

// GetFactGrantByLink finds a grant on a fact by the SHA-256 of the secret of its link, even an ended one.
func (q Queries) GetFactGrantByLink(ctx context.Context, hash []byte) (fund.FactGrant, error) {
	return one(ctx, q.db, selecting(selectFactGrant).and("g.link_hash = ?", hash), scanFactGrant, thing{noun: "link"})
}

// GetFactGrantBySession finds a grant on a fact by the SHA-256 of the secret of the browser that accepted it, even an ended one.
func (q Queries) GetFactGrantBySession(ctx context.Context, hash []byte) (fund.FactGrant, error) {
	return one(ctx, q.db, selecting(selectFactGrant).and("g.session_hash = ?", hash), scanFactGrant, thing{noun: "session"})
}

// ListFactGrants lists the grants on a fact that hold at an instant, the oldest first, at most limit.
func (q Queries) ListFactGrants(ctx context.Context, fact fund.ID, now time.Time, limit int) ([]fund.FactGrant, error) {
	s := selecting(selectFactGrant).and("g.fact_id = ?", fact).and("g.ended_at IS NULL").and("g.ends_at > ?", micros(now)).then("ORDER BY g.id LIMIT ?", limit)
	grants, err := list(ctx, q.db, s, scanFactGrant)
	if err != nil {
		return nil, fmt.Errorf("grants on fact %s: %w", fact, err)
	}
	return grants, nil
}

// GrantHolder is who holds grants on facts: an account, or a browser without one, which has one grant.
type GrantHolder struct{ User, Grant fund.ID }

// GrantRoles are the roles that a holder has at a fact now, by grants.
func (q Queries) GrantRoles(ctx context.Context, fact fund.ID, holder GrantHolder) ([]fund.GrantRole, error) {
	s := selecting("SELECT g.roles FROM fact_grants g").and("g.fact_id = ?", fact).and("g.ended_at IS NULL").and("g.ends_at > ?", micros(q.now())).
		andID("g.user_id = ?", holder.User).andID("g.id = ?", holder.Grant)
	found, err := list(ctx, q.db, s, func(r row) (roles []fund.GrantRole, err error) {
		var words string
		err = r.Scan(&words)
		return grantRoles(words), err
	})
	if err != nil {
		return nil, fmt.Errorf("grants on fact %s: %w", fact, err)
	}
	var all []fund.GrantRole
	for _, roles := range found {
		all = append(all, roles...)
	}
	return all, nil
}

// ListGrantedFacts lists the facts at which a user has grants that hold at an instant, by id, at most limit.
func (q Queries) ListGrantedFacts(ctx context.Context, user fund.ID, now time.Time, limit int) ([]fund.Fact, error) {
	s := selecting(selectFact).and("f.id IN (SELECT g.fact_id FROM fact_grants g WHERE g.user_id = ? AND g.ended_at IS NULL AND g.ends_at > ?)", user, micros(now)).
		then("ORDER BY f.id LIMIT ?", limit)
	facts, err := list(ctx, q.db, s, scanFact)
	if err != nil {
		return nil, fmt.Errorf("facts at which user %s has grants: %w", user, err)
	}
	return facts, nil
}

// InsertFactGrant inserts a grant on a fact with the SHA-256 of the secret of its link.
func (t *Tx) InsertFactGrant(ctx context.Context, g fund.FactGrant, link []byte) error {
	words := make([]string, len(g.Roles))
	for i, role := range g.Roles {
		words[i] = string(role)
	}
	return t.insert(ctx, thing{"grant", g.ID.String()}, "fact_grants", columns{
		{"id", g.ID}, {"fact_id", g.FactID}, {"name", g.Name}, {"roles", joinWords(words)}, {"given_by", g.GivenBy.ID},
		{"created_at", micros(g.CreatedAt)}, {"ends_at", micros(g.EndsAt)}, {"link_hash", link}, {"link_until", nullMicros(g.LinkUntil)},
	})
}

// AcceptFactGrant gives a grant on a fact to an account, or to a browser by the SHA-256 of its secret; nil for an account. Its link works no more.
// It is NotFound if somebody else was faster.
func (t *Tx) AcceptFactGrant(ctx context.Context, g fund.FactGrant, session []byte) error {
	return t.change(ctx, thing{noun: "link"}, `UPDATE fact_grants SET user_id = $1, session_hash = $2, accepted_at = $3, link_hash = NULL, link_until = NULL
		WHERE id = $4 AND link_hash IS NOT NULL`, g.Holder.ID, session, micros(g.AcceptedAt), g.ID)
}

// RenewFactGrant gives a grant on a fact another link, by the SHA-256 of its secret. Who accepted it before has it no more.
func (t *Tx) RenewFactGrant(ctx context.Context, g fund.FactGrant, link []byte) error {
	return t.change(ctx, thing{"grant", g.ID.String()}, `UPDATE fact_grants SET user_id = NULL, session_hash = NULL, accepted_at = NULL, link_hash = $1, link_until = $2
		WHERE id = $3 AND ended_at IS NULL`, link, micros(g.LinkUntil), g.ID)
}

// EndFactGrant ends a grant on a fact. It is NotFound for one that has ended.
func (t *Tx) EndFactGrant(ctx context.Context, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"grant", id.String()}, "UPDATE fact_grants SET ended_at = $1, link_hash = NULL, session_hash = NULL WHERE id = $2 AND ended_at IS NULL", micros(at), id)
}

// SweepFactGrants deletes grants that ended before the instant, at most limit, the oldest first. Those that another node is sweeping are left to it.
func (t *Tx) SweepFactGrants(ctx context.Context, before time.Time, limit int) error {
	_, err := t.db.ExecContext(ctx, "DELETE FROM fact_grants WHERE id IN (SELECT id FROM fact_grants WHERE ended_at < $1 ORDER BY ended_at LIMIT $2"+
		t.store.dialect.lockFreeRows()+")", micros(before), limit)
	if err != nil {
		return fmt.Errorf("sweep grants: %w", err)
	}
	return nil
}
