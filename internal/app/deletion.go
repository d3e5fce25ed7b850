package app

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// deletedAtOnce is how many facts one step of a deletion deals with: those of nearly everybody, while who asked waits.
	deletedAtOnce = 100
	// deletionPatience is when background work takes over what a step leaves that somebody waits for, or what was interrupted.
	deletionPatience = time.Minute
	// MaxLeaving is how many campaigns are named to who deletes an account.
	MaxLeaving = 25
)

// Leaving is what becomes of what a user has when the account is deleted.
type Leaving struct {
	// Retiring are campaigns that stay, because somebody donated, and Vanishing those that go: the oldest, at most MaxLeaving in all. More reports whether there are more.
	Retiring, Vanishing []fund.Fact
	More                bool
	// Teams, Causes and LastOperator are what keeps the account from being deleted: those of which the user is the only super admin, those of which the user is the
	// only owner, and that nobody else runs the server.
	Teams        []fund.Team
	Causes       []fund.Fact
	LastOperator bool
}

// Blocked reports whether the account cannot be deleted yet.
func (l Leaving) Blocked() bool { return len(l.Teams)+len(l.Causes) > 0 || l.LastOperator }

// refusal says what has to be done first.
func (l Leaving) refusal() error {
	var first []string
	for _, t := range l.Teams {
		first = append(first, fmt.Sprintf("the team %q has no other super admin: make another member one, or disband it", t.Name))
	}
	for _, c := range l.Causes {
		first = append(first, fmt.Sprintf("the cause %q has no other owner: make another member one", c.Name))
	}
	if l.LastOperator {
		first = append(first, "nobody else runs this server: add another operator")
	}
	return fault.New(fault.Conflict, "The account cannot be deleted yet: %s.", strings.Join(first, "; "))
}

// BeginDeletion says what would become of what the actor has. It takes a proof; see NeedsProof.
func (a *App) BeginDeletion(ctx context.Context, actor Actor) (Leaving, error) {
	if err := a.requireProof(actor); err != nil {
		return Leaving{}, err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if err != nil {
		return Leaving{}, err
	}
	l, err := a.leaving(ctx, a.store.Queries, user)
	if err != nil {
		return l, err
	}
	facts, err := a.store.OwnFacts(ctx, user.ID, MaxLeaving+1)
	if err != nil {
		return l, err
	}
	if l.More = len(facts) > MaxLeaving; l.More {
		facts = facts[:MaxLeaving]
	}
	for _, f := range facts {
		used, err := campaignUsed(ctx, a.store.Queries, f)
		switch {
		case err != nil:
			return l, err
		case used || f.Status == fund.Retired:
			l.Retiring = append(l.Retiring, f)
		default:
			l.Vanishing = append(l.Vanishing, f)
		}
	}
	return l, nil
}

// leaving finds what keeps an account from being deleted.
func (a *App) leaving(ctx context.Context, q store.Queries, user fund.User) (l Leaving, err error) {
	teams, err := q.ListTeamRoles(ctx, user.ID)
	if err != nil {
		return l, err
	}
	for _, id := range sortedIDs(teams) {
		if teams[id] != fund.RoleSuperAdmin {
			continue
		}
		n, err := q.CountRole(ctx, id, fund.RoleSuperAdmin)
		if err != nil {
			return l, err
		}
		team, err := q.GetTeam(ctx, fund.Key{ID: id})
		if err != nil {
			return l, err
		}
		if n < 2 && team.DisbandedAt.IsZero() {
			l.Teams = append(l.Teams, team)
		}
	}
	causes, err := q.ListCauseRoles(ctx, user.ID)
	if err != nil {
		return l, err
	}
	for _, id := range sortedIDs(causes) {
		if causes[id] != fund.CauseOwner {
			continue
		}
		n, err := q.CountCauseOwners(ctx, id)
		if err != nil {
			return l, err
		}
		if n < 2 {
			cause, err := q.GetFact(ctx, factByID(id))
			if err != nil {
				return l, err
			}
			l.Causes = append(l.Causes, cause)
		}
	}
	if user.Operator && user.DisabledAt.IsZero() {
		n, err := q.CountOperators(ctx)
		l.LastOperator = n < 2
		return l, err
	}
	return l, nil
}

// sortedIDs are the keys of roles in one order on all nodes.
func sortedIDs[R any](roles map[fund.ID]R) []fund.ID {
	ids := make([]fund.ID, 0, len(roles))
	for id := range roles {
		ids = append(ids, id)
	}
	return distinct(ids)
}

// DeleteAccount deletes the account of the actor: nobody can use it from now on, what it may do ends at once on all nodes, and its pages name nobody. Until the time
// that it returns, that can be undone by the link in a mail. While there is something that the actor alone looks after it is a Conflict; see Leaving. It takes a
// proof; see NeedsProof.
func (a *App) DeleteAccount(ctx context.Context, actor Actor) (eraseAt time.Time, err error) {
	if err := a.requireProof(actor); err != nil {
		return time.Time{}, err
	}
	d, err := a.deleteAccount(ctx, actor, actor.User)
	return d.EraseAt, err
}

// DeleteUser is DeleteAccount for an account of somebody else; operators only.
func (a *App) DeleteUser(ctx context.Context, actor Actor, id fund.ID) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	if _, err := a.deleteAccount(ctx, actor, id); err != nil {
		return fund.User{}, err
	}
	return a.store.GetUser(ctx, fund.Key{ID: id})
}

func (a *App) deleteAccount(ctx context.Context, actor Actor, id fund.ID) (d fund.AccountDeletion, err error) {
	_, err = a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		if !user.DeletedAt.IsZero() {
			return fault.New(fault.Conflict, "The account is deleted already.")
		}
		d, err = a.closeAccount(ctx, tx, actor, user, now)
		return err
	})
	if err != nil {
		return d, err
	}
	a.beginStep(ctx, d)
	return d, nil
}

// closeAccount ends what a user may do, and takes the user's name off everything.
func (a *App) closeAccount(ctx context.Context, tx *store.Tx, actor Actor, user fund.User, now time.Time) (d fund.AccountDeletion, err error) {
	if err := lockRoles(ctx, tx, user); err != nil {
		return d, err
	}
	left, err := a.leaving(ctx, tx.Queries, user)
	if err == nil && left.Blocked() {
		err = left.refusal()
	}
	if err != nil {
		return d, err
	}
	slug, err := freeSlug(ctx, tx.Queries, store.SlugKey{Table: store.UserSlugs, Slug: fund.FormerSlug}, user.ID)
	if err != nil {
		return d, err
	}
	d = fund.AccountDeletion{UserID: user.ID, State: fund.DeletionClosing, AskedAt: now, EraseAt: now.Add(fund.DeletionWait), DueAt: now.Add(deletionPatience), DisabledAt: user.DisabledAt}
	d.Kept = user.Keep(slug, now)
	if err := endRoles(ctx, tx, &d.Kept, user.ID, now); err != nil {
		return d, err
	}
	if err := endAccess(ctx, tx, user.ID, now); err != nil {
		return d, err
	}
	if err := endHeldGrants(ctx, tx, user.ID, now); err != nil {
		return d, err
	}
	if err := tx.EndAccountLinks(ctx, user); err != nil {
		return d, err
	}
	if err := a.endCharitiesOf(ctx, tx, user.ID, now); err != nil {
		return d, err
	}
	user.Operator, user.DisabledAt, user.DeletedAt = false, now, now
	if err := tx.CloseUser(ctx, user); err != nil {
		return d, err
	}
	if err := tx.InsertAccountDeletion(ctx, d); err != nil {
		return d, err
	}
	if err := a.mailClosed(ctx, tx, actor, user, d); err != nil {
		return d, err
	}
	return d, logAct(ctx, tx, actor, doneOn(fund.ActDeleteUser, user.ID, now))
}

// lockRoles has others wait who end the roles that a user has, so that no two leave a team, a cause or the server alone at the same moment.
func lockRoles(ctx context.Context, tx *store.Tx, user fund.User) error {
	teams, err := tx.ListTeamRoles(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, id := range sortedIDs(teams) {
		if err := tx.LockTeam(ctx, id); err != nil {
			return err
		}
	}
	causes, err := tx.ListCauseRoles(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, id := range sortedIDs(causes) {
		if err := tx.LockCause(ctx, id); err != nil {
			return err
		}
	}
	if user.Operator {
		return tx.LockOperators(ctx)
	}
	return nil
}

// endRoles ends the roles of a user in teams and for causes, and keeps what they were.
func endRoles(ctx context.Context, tx *store.Tx, kept *fund.KeptAccount, user fund.ID, now time.Time) (err error) {
	if kept.Teams, err = tx.ListTeamRoles(ctx, user); err != nil {
		return err
	}
	for _, id := range sortedIDs(kept.Teams) {
		if err := tx.RemoveMember(ctx, id, user); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: id, Facts: []fund.ID{user}, At: now})
	}
	if kept.Causes, err = tx.ListCauseRoles(ctx, user); err != nil {
		return err
	}
	for _, id := range sortedIDs(kept.Causes) {
		if err := tx.RemoveCauseMember(ctx, id, user); err != nil {
			return err
		}
	}
	return nil
}

// endHeldGrants ends the grants on facts that a user holds.
func endHeldGrants(ctx context.Context, tx *store.Tx, user fund.ID, now time.Time) error {
	held, err := tx.GrantsHeldBy(ctx, user)
	if err != nil {
		return err
	}
	for _, g := range held {
		if err := endGrant(ctx, tx, background(), g, now); err != nil {
			return err
		}
	}
	return nil
}

// mailClosed mails the link that undoes a deletion.
func (a *App) mailClosed(ctx context.Context, tx *store.Tx, actor Actor, user fund.User, d fund.AccountDeletion) error {
	link, err := a.newRestoreLink(user, d, d.EraseAt)
	if err != nil {
		return err
	}
	if err := tx.PutAccountLink(ctx, link); err != nil {
		return err
	}
	language := user.Language
	if actor.User == user.ID {
		language = cmp.Or(actor.mailLanguage(), language)
	}
	return a.queueMail(ctx, tx, fund.Mail{Kind: fund.MailAccountClosed, Recipient: user.Email, About: link.ID, Language: language}, d.AskedAt)
}

func (a *App) newRestoreLink(user fund.User, d fund.AccountDeletion, until time.Time) (fund.AccountLink, error) {
	now := a.Now()
	id, err := a.newID(now)
	if d.EraseAt.Before(until) {
		until = d.EraseAt
	}
	return fund.AccountLink{ID: id, Kind: fund.LinkRestore, UserID: user.ID, Email: user.Email, AskedAt: now, ExpiresAt: until}, err
}
