package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectAccountDeletion = "SELECT d.user_id, d.state, d.asked_at, d.erase_at, d.due_at, d.disabled_at, d.kept FROM account_deletions d"

// keptJSON is the stored form of fund.KeptAccount.
type keptJSON struct {
	Slug       string                    `json:"slug"`
	Username   string                    `json:"username"`
	FirstName  string                    `json:"first_name,omitempty"`
	LastName   string                    `json:"last_name,omitempty"`
	About      string                    `json:"about,omitempty"`
	Avatar     string                    `json:"avatar,omitempty"`
	Cover      string                    `json:"cover,omitempty"`
	Social     socialJSON                `json:"social"`
	Newsletter *bool                     `json:"newsletter,omitempty"`
	Operator   bool                      `json:"operator,omitempty"`
	Teams      map[string]fund.Role      `json:"teams,omitempty"`
	Causes     map[string]fund.CauseRole `json:"causes,omitempty"`
}

func toKeptJSON(k fund.KeptAccount) keptJSON {
	return keptJSON{
		Slug: k.Slug, Username: k.Username, FirstName: k.FirstName, LastName: k.LastName, About: k.About, Avatar: k.Avatar, Cover: k.Cover,
		Social: socialJSON(k.Social), Newsletter: k.Newsletter, Operator: k.Operator, Teams: byText(k.Teams), Causes: byText(k.Causes),
	}
}

func (k keptJSON) account() (kept fund.KeptAccount, err error) {
	kept = fund.KeptAccount{
		Slug: k.Slug, Username: k.Username, FirstName: k.FirstName, LastName: k.LastName, About: k.About, Avatar: k.Avatar, Cover: k.Cover,
		Social: fund.Social(k.Social), Newsletter: k.Newsletter, Operator: k.Operator,
	}
	if kept.Teams, err = byIDs(k.Teams); err != nil {
		return kept, err
	}
	kept.Causes, err = byIDs(k.Causes)
	return kept, err
}

func byText[R ~string](roles map[fund.ID]R) map[string]R {
	texts := make(map[string]R, len(roles))
	for id, role := range roles {
		texts[id.String()] = role
	}
	return texts
}

func byIDs[R ~string](texts map[string]R) (map[fund.ID]R, error) {
	roles := make(map[fund.ID]R, len(texts))
	for text, role := range texts {
		id, err := fund.ParseID(text)
		if err != nil {
			return nil, fmt.Errorf("kept role: %w", err)
		}
		roles[id] = role
	}
	return roles, nil
}

func scanAccountDeletion(r row) (d fund.AccountDeletion, err error) {
	var kept keptJSON
	err = r.Scan(&d.UserID, &d.State, instant{&d.AskedAt}, instant{&d.EraseAt}, instant{&d.DueAt}, instant{&d.DisabledAt}, textJSON{&kept})
	if err != nil {
		return d, err
	}
	d.Kept, err = kept.account()
	return d, err
}

// GetAccountDeletion returns the deletion of a user's account; NotFound where nobody asked for it.
func (q Queries) GetAccountDeletion(ctx context.Context, user fund.ID) (fund.AccountDeletion, error) {
	return one(ctx, q.db, selecting(selectAccountDeletion).and("d.user_id = ?", user), scanAccountDeletion, thing{noun: "deletion of the account"})
}

// InsertAccountDeletion records that an account is to be deleted. It is a Conflict where it is already.
func (t *Tx) InsertAccountDeletion(ctx context.Context, d fund.AccountDeletion) error {
	kept, err := encodeJSON(toKeptJSON(d.Kept))
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"deletion of the account", d.UserID.String()}, "account_deletions", columns{
		{"user_id", d.UserID}, {"state", string(d.State)}, {"asked_at", micros(d.AskedAt)}, {"erase_at", micros(d.EraseAt)}, {"due_at", nullMicros(d.DueAt)},
		{"disabled_at", nullMicros(d.DisabledAt)}, {"kept", kept},
	})
}

// MoveAccountDeletion gives a deletion another state, and says when there is something to do next. It is NotFound if it is in another state than before: somebody
// else was faster.
func (t *Tx) MoveAccountDeletion(ctx context.Context, d fund.AccountDeletion, to fund.DeletionState, due time.Time) error {
	return t.change(ctx, thing{noun: "deletion of the account"}, "UPDATE account_deletions SET state = $1, due_at = $2 WHERE user_id = $3 AND state = $4",
		string(to), nullMicros(due), d.UserID, string(d.State))
}

// DisableDeleted records when an operator disabled a user whose account is deleted, or with the zero time that none did.
func (t *Tx) DisableDeleted(ctx context.Context, user fund.ID, at time.Time) error {
	return t.change(ctx, thing{"deletion of the account", user.String()}, "UPDATE account_deletions SET disabled_at = $1 WHERE user_id = $2", nullMicros(at), user)
}

// DropAccountDeletion ends that an account is to be deleted.
func (t *Tx) DropAccountDeletion(ctx context.Context, user fund.ID) error {
	return t.change(ctx, thing{"deletion of the account", user.String()}, "DELETE FROM account_deletions WHERE user_id = $1", user)
}

// CloseUser writes a user whose account is deleted from an instant on, or no longer with the zero time. Neither this nor what it takes back counts among the slugs that the
// user had: see fund.MaxPastSlugs.
func (t *Tx) CloseUser(ctx context.Context, u fund.User) error {
	row, err := userRow(u)
	if err != nil {
		return err
	}
	if !u.DeletedAt.IsZero() {
		if _, err := t.leaveSlug(ctx, SlugKey{Table: UserSlugs, Slug: u.Slug}, u.ID); err != nil {
			return err
		}
	}
	if err := t.takeSlug(ctx, SlugKey{Table: UserSlugs, Slug: u.Slug}, u.ID); err != nil {
		return err
	}
	row = append(row, columns{{"operator", u.Operator}, {"disabled_at", nullMicros(u.DisabledAt)}, {"deleted_at", nullMicros(u.DeletedAt)}}...)
	return t.update(ctx, thing{"user", u.ID.String()}, updating("users", row).and("id = ?", u.ID))
}

// LockTeam has others wait who change the members of a team, so that two do not leave at the same moment.
func (t *Tx) LockTeam(ctx context.Context, team fund.ID) error {
	return t.lockRow(ctx, "teams", team)
}

// LockCause is LockTeam for a cause.
func (t *Tx) LockCause(ctx context.Context, cause fund.ID) error {
	return t.lockRow(ctx, "facts", cause)
}

// LockUser has others wait who take a way to sign in from a user, so that no two take the last ones at the same moment.
func (t *Tx) LockUser(ctx context.Context, user fund.ID) error {
	return t.lockRow(ctx, "users", user)
}

func (t *Tx) lockRow(ctx context.Context, table string, id fund.ID) error {
	s := selecting("SELECT id FROM "+table).and("id = ?", id).then(t.store.dialect.lockRows())
	_, err := one(ctx, t.db, s, scanID, thing{noun: "row"})
	return err
}

// LockOperators has others wait who end that somebody runs the server.
func (t *Tx) LockOperators(ctx context.Context) error {
	_, err := list(ctx, t.db, selecting("SELECT id FROM users").and("operator").then("ORDER BY id"+t.store.dialect.lockRows()), scanID)
	if err != nil {
		return fmt.Errorf("operators: %w", err)
	}
	return nil
}

// CountOperators counts the users who run the server and are not disabled.
func (q Queries) CountOperators(ctx context.Context) (n int, err error) {
	if err = q.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM users WHERE operator AND disabled_at IS NULL").Scan(&n); err != nil {
		return 0, fmt.Errorf("count operators: %w", err)
	}
	return n, nil
}

// ListCauseRoles are the roles of a user for causes, by their ids.
func (q Queries) ListCauseRoles(ctx context.Context, user fund.ID) (map[fund.ID]fund.CauseRole, error) {
	roles := map[fund.ID]fund.CauseRole{}
	err := q.each(ctx, "SELECT cause_id, role FROM cause_members WHERE user_id = $1", []any{user}, func(scan func(...any) error) error {
		var (
			cause fund.ID
			role  fund.CauseRole
		)
		err := scan(&cause, &role)
		roles[cause] = role
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("causes of user %s: %w", user, err)
	}
	return roles, nil
}

// ListTeamRoles are the roles of a user in teams, by their ids: in disbanded ones, too.
func (q Queries) ListTeamRoles(ctx context.Context, user fund.ID) (map[fund.ID]fund.Role, error) {
	roles := map[fund.ID]fund.Role{}
	err := q.each(ctx, "SELECT team_id, role FROM team_members WHERE user_id = $1", []any{user}, func(scan func(...any) error) error {
		var (
			team fund.ID
			role fund.Role
		)
		err := scan(&team, &role)
		roles[team] = role
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("teams of user %s: %w", user, err)
	}
	return roles, nil
}

// OwnFacts lists the facts that a user owns and a deletion has not dealt with, by id, at most limit.
func (q Queries) OwnFacts(ctx context.Context, user fund.ID, limit int) ([]fund.Fact, error) {
	s := selecting(selectFact).and("f.user_id = ?", user).and("f.owner_id = ?", user).
		and("NOT EXISTS (SELECT 1 FROM deleted_facts d WHERE d.fact_id = f.id)").then("ORDER BY f.id LIMIT ?", limit)
	facts, err := list(ctx, q.db, s, scanFact)
	if err != nil {
		return nil, fmt.Errorf("facts of user %s: %w", user, err)
	}
	return facts, nil
}

// ListDeletedFacts lists the facts that the deletion of a user's account has dealt with, by id, at most limit.
func (q Queries) ListDeletedFacts(ctx context.Context, user fund.ID, limit int) ([]fund.DeletedFact, error) {
	s := selecting("SELECT d.fact_id, d.user_id, d.status, d.livestream_type, d.livestream_channel FROM deleted_facts d").and("d.user_id = ?", user).
		then("ORDER BY d.fact_id LIMIT ?", limit)
	facts, err := list(ctx, q.db, s, func(r row) (d fund.DeletedFact, err error) {
		var live fund.Livestream
		if err = r.Scan(&d.FactID, &d.UserID, &d.Status, &live.Type, &live.Channel); live != (fund.Livestream{}) {
			d.Livestream = &live
		}
		return d, err
	})
	if err != nil {
		return nil, fmt.Errorf("deleted facts of user %s: %w", user, err)
	}
	return facts, nil
}

// InsertDeletedFact records what a fact was that the deletion of its user's account dealt with.
func (t *Tx) InsertDeletedFact(ctx context.Context, d fund.DeletedFact) error {
	live := fund.Livestream{}
	if d.Livestream != nil {
		live = *d.Livestream
	}
	return t.insert(ctx, thing{"deleted fact", d.FactID.String()}, "deleted_facts", columns{
		{"fact_id", d.FactID}, {"user_id", d.UserID}, {"status", string(d.Status)}, {"livestream_type", live.Type}, {"livestream_channel", live.Channel},
	})
}

// DropDeletedFact forgets what a fact was. It is NotFound if somebody else was faster.
func (t *Tx) DropDeletedFact(ctx context.Context, fact fund.ID) error {
	return t.change(ctx, thing{noun: "deleted fact"}, "DELETE FROM deleted_facts WHERE fact_id = $1", fact)
}

// GrantsHeldBy lists the grants on facts that a user accepted and that have not ended.
func (q Queries) GrantsHeldBy(ctx context.Context, user fund.ID) ([]fund.FactGrant, error) {
	grants, err := list(ctx, q.db, selecting(selectFactGrant).and("g.user_id = ?", user).and("g.ended_at IS NULL").then("ORDER BY g.id"), scanFactGrant)
	if err != nil {
		return nil, fmt.Errorf("grants of user %s: %w", user, err)
	}
	return grants, nil
}

// RegistrationsOf lists the registrations of a user for fundraising events.
func (q Queries) RegistrationsOf(ctx context.Context, user fund.ID) ([]fund.Registration, error) {
	registrations, err := list(ctx, q.db, selecting(selectRegistration).and("r.user_id = ?", user).then("ORDER BY r.id"), scanRegistration)
	if err != nil {
		return nil, fmt.Errorf("registrations of user %s: %w", user, err)
	}
	return registrations, nil
}

// formerEmail stands for the address of an erased user: addresses are unique, and nobody can have one in this domain (RFC 2606).
func formerEmail(user fund.ID) string { return user.String() + "@deleted.invalid" }

// EraseUser empties what is known of a user whose account was deleted: the address, what the user signs in with, and the names that the user gave to things. What names the
// user went before: see CloseUser.
func (t *Tx) EraseUser(ctx context.Context, u fund.User) error {
	applications := "(SELECT id FROM applications WHERE owner_id = $1)"
	endpoints := "(SELECT id FROM webhook_endpoints WHERE application_id IN " + applications + ")"
	for _, query := range []string{
		"DELETE FROM passkeys WHERE user_id = $1",
		"DELETE FROM identities WHERE user_id = $1",
		"DELETE FROM authenticator_apps WHERE user_id = $1",
		"DELETE FROM recovery_codes WHERE user_id = $1",
		"DELETE FROM pending_sign_ins WHERE user_id = $1",
		"DELETE FROM openid_requests WHERE user_id = $1",
		"DELETE FROM account_links WHERE user_id = $1 OR invited_by = $1",
		"DELETE FROM charity_invitations WHERE user_id = $1 AND state NOT IN ('accepted', 'joined')",
		"UPDATE charity_invitations SET message = '' WHERE user_id = $1",
		"DELETE FROM sessions WHERE user_id = $1",
		"UPDATE tokens SET name = '' WHERE user_id = $1",
		"UPDATE fact_grants SET name = '' WHERE user_id = $1",
		"UPDATE auction_bids SET public_name = '" + fund.FormerUser + "' WHERE user_id = $1",
		"UPDATE webhook_relays SET name = '' WHERE application_id IN " + applications,
		"DELETE FROM webhook_subscriptions WHERE endpoint_id IN " + endpoints,
		"UPDATE webhook_endpoints SET description = '', url = '', options = '' WHERE application_id IN " + applications,
		"UPDATE applications SET name = '" + fund.FormerUser + "', redirect_uri = '' WHERE owner_id = $1",
		"UPDATE account_deletions SET kept = '' WHERE user_id = $1",
	} {
		if _, err := t.db.ExecContext(ctx, query, u.ID); err != nil {
			return fmt.Errorf("erase user %s: %w", u.ID, err)
		}
	}
	condition, args := anyOf("kind", append(fund.AccountMails(), fund.CharityMails()...))
	s := selecting("DELETE FROM mails").and("recipient = ?", u.Email).and(condition, args...)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return fmt.Errorf("mails to user %s: %w", u.ID, err)
	}
	return t.change(ctx, thing{"user", u.ID.String()}, "UPDATE users SET email = $1, password_hash = '', language = '', operator = FALSE WHERE id = $2", formerEmail(u.ID), u.ID)
}
