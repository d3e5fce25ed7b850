package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
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

// mayRestore gives somebody who proved to be the user of a deleted account the key of a link that undoes that; Unauthenticated where it is too late, or an operator
// disabled the user apart from it.
func (a *App) mayRestore(ctx context.Context, user fund.User) (SignedIn, error) {
	d, err := a.store.GetAccountDeletion(ctx, user.ID)
	known, err := found(err)
	if err != nil {
		return SignedIn{}, err
	}
	now := a.Now()
	if !known || !d.Undoable(now) || !d.DisabledAt.IsZero() {
		return SignedIn{}, fault.New(fault.Unauthenticated, "This account was deleted.")
	}
	link, err := a.newRestoreLink(user, d, now.Add(fund.AccountLinkLife))
	if err != nil {
		return SignedIn{}, err
	}
	key, hash, err := a.newSecret()
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{Restore: key}, a.write(ctx, background(), user.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		if err := tx.PutAccountLink(ctx, link); err != nil {
			return err
		}
		return tx.SetAccountLink(ctx, link, hash[:])
	})
}

// GetDeletion returns the deletion that the link with the key undoes. It changes nothing: programs open links in mails, too. One that is unknown, was followed or is too
// late is NotFound, and so is that of a user whom an operator disabled apart from this.
func (a *App) GetDeletion(ctx context.Context, key string) (fund.AccountDeletion, error) {
	_, d, err := a.restoreLink(ctx, a.store.Queries, key)
	return d, err
}

func (a *App) restoreLink(ctx context.Context, q store.Queries, key string) (link fund.AccountLink, d fund.AccountDeletion, err error) {
	hash := hashOf(key)
	if link, err = q.GetAccountLinkByHash(ctx, hash[:], fund.LinkRestore); err != nil {
		return link, d, asRequested(err, "link", "")
	}
	if d, err = q.GetAccountDeletion(ctx, link.UserID); err != nil {
		return link, d, asRequested(err, "link", "")
	}
	if now := a.Now(); !link.Open(now) || !d.Undoable(now) || !d.DisabledAt.IsZero() {
		err = missingNamed("link", "")
	}
	return link, d, err
}

// Restoring is the input of RestoreAccount.
type Restoring struct {
	// Key is that of the link, Address the browser's network address, and Language that of the page, as a language tag; "" for unknown.
	Key      string
	Address  netip.Addr
	Language string
}

// RestoreAccount undoes the deletion of an account, once; see GetDeletion for links. The user can sign in again, has the roles of before, and what was published is so
// again. What ended stays ended: sessions, tokens, consents and grants.
func (a *App) RestoreAccount(ctx context.Context, in Restoring) error {
	link, _, err := a.restoreLink(ctx, a.store.Queries, in.Key)
	if err != nil {
		return err
	}
	actor := Actor{Kind: ActorUser, User: link.UserID}.From(in.Address).Reading(in.Language)
	_, err = a.restore(ctx, actor, link.UserID, func(ctx context.Context, tx *store.Tx) (fund.AccountDeletion, error) {
		link, d, err := a.restoreLink(ctx, tx.Queries, in.Key)
		if err != nil {
			return d, err
		}
		return d, tx.UseAccountLink(ctx, link.ID)
	})
	return asRequested(err, "link", "")
}

// UndeleteUser is RestoreAccount for the account of somebody else; operators only. A user whom an operator disabled stays so. One who is not deleted, or was erased, is a Conflict.
func (a *App) UndeleteUser(ctx context.Context, actor Actor, id fund.ID) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	return a.restore(ctx, actor, id, func(ctx context.Context, tx *store.Tx) (fund.AccountDeletion, error) {
		d, err := tx.GetAccountDeletion(ctx, id)
		switch known, err := found(err); {
		case err != nil:
			return d, err
		case !known:
			return d, fault.New(fault.Conflict, "The account is not deleted.")
		case !d.Undoable(a.Now()):
			return d, fault.New(fault.Conflict, "It is too late: the deletion could be undone until %s.", d.EraseAt.UTC().Format(time.RFC3339))
		}
		return d, nil
	})
}

// restore undoes the deletion that find finds.
func (a *App) restore(ctx context.Context, actor Actor, id fund.ID, find func(context.Context, *store.Tx) (fund.AccountDeletion, error)) (fund.User, error) {
	var d fund.AccountDeletion
	user, err := a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		if d, err = find(ctx, tx); err != nil {
			return err
		}
		if err := tx.MoveAccountDeletion(ctx, d, fund.DeletionRestoring, now.Add(deletionPatience)); err != nil {
			return err
		}
		user, err := tx.GetUser(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		d.Kept.Restore(&user, now)
		user.Operator, user.DisabledAt, user.DeletedAt = d.Kept.Operator, d.DisabledAt, time.Time{}
		if err := tx.EndAccountLinks(ctx, user); err != nil {
			return err
		}
		if err := tx.CloseUser(ctx, user); err != nil {
			return err
		}
		if err := restoreRoles(ctx, tx, d, now); err != nil {
			return err
		}
		if err := a.tellUser(ctx, tx, actor, user, fund.MailAccountRestored, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActUndeleteUser, id, now))
	})
	if err != nil {
		return user, err
	}
	d.State = fund.DeletionRestoring
	a.beginStep(ctx, d)
	return user, nil
}

// restoreRoles restores the roles of a user in teams and for causes, where those still are.
func restoreRoles(ctx context.Context, tx *store.Tx, d fund.AccountDeletion, now time.Time) error {
	for _, id := range sortedIDs(d.Kept.Teams) {
		team, err := tx.GetTeam(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		if !team.DisbandedAt.IsZero() {
			continue
		}
		if err := tx.SetRole(ctx, id, d.UserID, d.Kept.Teams[id]); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTeamChanged, Subject: id, Facts: []fund.ID{d.UserID}, At: now})
	}
	for _, id := range sortedIDs(d.Kept.Causes) {
		_, err := tx.GetFact(ctx, factByID(id))
		if known, err := found(err); err != nil {
			return err
		} else if !known {
			continue
		}
		if err := tx.SetCauseRole(ctx, id, d.UserID, d.Kept.Causes[id]); err != nil {
			return err
		}
	}
	return nil
}

// beginStep does what a deletion has to do next while who asked waits, as far as one step goes. Background work does the rest, and what fails here.
func (a *App) beginStep(ctx context.Context, d fund.AccountDeletion) {
	_, err := a.deletionStep(ctx, d)
	a.logFailureOf(ctx, "deletion of an account", err)
}

// continueDeletion does what the deletion of an account has to do next.
func (a *App) continueDeletion(ctx context.Context, user fund.ID) error {
	for {
		d, err := a.store.GetAccountDeletion(ctx, user)
		if known, err := found(err); !known {
			return err
		}
		if d.DueAt.IsZero() || a.Now().Before(d.DueAt) {
			return nil
		}
		if more, err := a.deletionStep(ctx, d); err != nil || !more {
			return err
		}
	}
}

// deletionStep deals with some of the facts of a user, or goes on to the next state when there are no more. It reports whether there may be more to do.
func (a *App) deletionStep(ctx context.Context, d fund.AccountDeletion) (more bool, err error) {
	switch d.State {
	case fund.DeletionClosing:
		return a.closeFacts(ctx, d)
	case fund.DeletionRestoring:
		return a.endFacts(ctx, d, restoreFact, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
			return tx.DropAccountDeletion(ctx, d.UserID)
		})
	case fund.DeletionClosed:
		return true, a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return tx.MoveAccountDeletion(ctx, d, fund.DeletionErasing, now)
		})
	case fund.DeletionErasing:
		return a.endFacts(ctx, d, eraseFact, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return eraseUser(ctx, tx, d, now)
		})
	case fund.DeletionErased:
	}
	return false, nil
}

// closeFacts takes down the facts that a user owns.
func (a *App) closeFacts(ctx context.Context, d fund.AccountDeletion) (more bool, err error) {
	facts, err := a.store.OwnFacts(ctx, d.UserID, deletedAtOnce)
	if err != nil {
		return false, err
	}
	for _, f := range facts {
		err := a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return closeFact(ctx, tx, f.ID, now)
		})
		if err != nil {
			return false, fmt.Errorf("%s %d: %w", f.Kind.Noun(), f.LegacyID, err)
		}
	}
	if len(facts) == deletedAtOnce {
		return true, nil
	}
	return false, a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.MoveAccountDeletion(ctx, d, fund.DeletionClosed, d.EraseAt)
	})
}

// closeFact retires a published fact that somebody donated to, and hides another one. It ends the grants on it, and that it is live.
func closeFact(ctx context.Context, tx *store.Tx, id fund.ID, now time.Time) error {
	f, err := tx.GetFact(ctx, factByID(id))
	if err != nil {
		return err
	}
	if err := tx.InsertDeletedFact(ctx, fund.DeletedFact{FactID: id, UserID: f.User.ID, Status: f.Status, Livestream: f.Livestream}); err != nil {
		return err
	}
	grants, err := tx.ListFactGrants(ctx, id, now, fund.MaxFactGrants)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if err := endGrant(ctx, tx, background(), g, now); err != nil {
			return err
		}
	}
	if live, err := tx.EndLive(ctx, id); err != nil {
		return err
	} else if live {
		if err := appendAbout(ctx, tx, f, fund.Event{Topic: fund.TopicFactLiveEnded, Subject: id, At: now}); err != nil {
			return err
		}
	}
	used, err := campaignUsed(ctx, tx.Queries, f)
	if err != nil {
		return err
	}
	to := f.Status
	if f.Status == fund.Published {
		if to = fund.Unpublished; used {
			to = fund.Retired
		}
	}
	f.Livestream = nil
	return moveFact(ctx, tx, f, to, now)
}

// moveFact gives a fact another state, whatever the rules for those who change it.
func moveFact(ctx context.Context, tx *store.Tx, f fund.Fact, to fund.Status, now time.Time) error {
	was := f.Status
	if was == fund.Retired && to != was {
		f.RetiredAt = time.Time{}
	}
	f.Status, f.UpdatedAt, f.LiveFrom, f.LiveUntil = to, now, time.Time{}, time.Time{}
	f.Stamp(now)
	if err := tx.UpdateFact(ctx, f); err != nil {
		return err
	}
	event := factEvent(f, was)
	event.At = now
	return appendAbout(ctx, tx, f, event)
}

// endFacts ends with each fact that a deletion dealt with, and then with the deletion itself.
func (a *App) endFacts(
	ctx context.Context, d fund.AccountDeletion, end func(context.Context, *store.Tx, fund.DeletedFact, fund.Fact, time.Time) error, last change,
) (more bool, err error) {
	facts, err := a.store.ListDeletedFacts(ctx, d.UserID, deletedAtOnce)
	if err != nil {
		return false, err
	}
	for _, one := range facts {
		f, err := a.store.GetFact(ctx, factByID(one.FactID))
		if _, err := found(err); err != nil {
			return false, err
		}
		err = a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			if err := tx.DropDeletedFact(ctx, one.FactID); err != nil {
				return err
			}
			f, err := tx.GetFact(ctx, factByID(one.FactID))
			if known, err := found(err); !known {
				return err
			}
			return end(ctx, tx, one, f, now)
		})
		if fault.Is(err, fault.Conflict) {
			return false, errors.Join(fmt.Errorf("fact %s: %w", one.FactID, err), a.postponeDeletion(ctx, d))
		}
		if err != nil {
			return false, fmt.Errorf("fact %s: %w", one.FactID, err)
		}
	}
	if len(facts) == deletedAtOnce {
		return true, nil
	}
	return false, a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: d.UserID, At: now})
		return last(ctx, tx, now)
	})
}

// postponeDeletion has a deletion that has to wait tried again later.
func (a *App) postponeDeletion(ctx context.Context, d fund.AccountDeletion) error {
	return a.write(ctx, background(), d.UserID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return tx.MoveAccountDeletion(ctx, d, d.State, now.Add(fund.DeletionRetry))
	})
}

// restoreFact makes a fact what it was.
func restoreFact(ctx context.Context, tx *store.Tx, was fund.DeletedFact, f fund.Fact, now time.Time) error {
	f.Livestream = was.Livestream
	return moveFact(ctx, tx, f, was.Status, now)
}

// eraseFact deletes a fact to which nobody donated. One that was hidden and to which money came after all is retired. It is a Conflict while a donor is paying.
func eraseFact(ctx context.Context, tx *store.Tx, was fund.DeletedFact, f fund.Fact, now time.Time) error {
	used, err := campaignUsed(ctx, tx.Queries, f)
	switch {
	case err != nil || f.Status == fund.Retired:
		return err
	case !used:
		return deleteCampaign(ctx, tx, f, now)
	case was.Status == fund.Published:
		return moveFact(ctx, tx, f, fund.Retired, now)
	}
	return nil
}

// eraseUser erases what is known of a user whose account was deleted.
func eraseUser(ctx context.Context, tx *store.Tx, d fund.AccountDeletion, now time.Time) error {
	user, err := tx.GetUser(ctx, fund.Key{ID: d.UserID})
	if err != nil {
		return err
	}
	if err := tx.MoveAccountDeletion(ctx, d, fund.DeletionErased, time.Time{}); err != nil {
		return err
	}
	for slot, address := range map[fund.PictureSlot]string{fund.SlotAvatar: d.Kept.Avatar, fund.SlotCover: d.Kept.Cover} {
		if err := endReplaced(ctx, tx, fund.PictureUse{Subject: user.ID, Slot: slot}, [2]string{address, ""}); err != nil {
			return err
		}
	}
	registrations, err := tx.RegistrationsOf(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, r := range registrations {
		event, err := tx.GetFact(ctx, factByID(r.EventID))
		if err != nil {
			return err
		}
		if err := tx.DeleteRegistration(ctx, r.ID); err != nil {
			return err
		}
		if err := appendAbout(ctx, tx, event, fund.Event{Topic: fund.TopicRegistrationRemoved, Subject: r.ID, At: now}); err != nil {
			return err
		}
	}
	return tx.EraseUser(ctx, user)
}

// disableDeleted records that an operator disabled a user whose account is deleted, who cannot undo that then.
func disableDeleted(ctx context.Context, tx *store.Tx, actor Actor, id fund.ID, now time.Time) error {
	d, err := tx.GetAccountDeletion(ctx, id)
	if err != nil || !d.DisabledAt.IsZero() {
		return err
	}
	if err := tx.DisableDeleted(ctx, id, now); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(fund.ActDisableUser, id, now))
}

// enableDeleted takes back disableDeleted.
func enableDeleted(ctx context.Context, tx *store.Tx, actor Actor, id fund.ID, now time.Time) error {
	d, err := tx.GetAccountDeletion(ctx, id)
	switch {
	case err != nil:
		return err
	case d.DisabledAt.IsZero():
		return fault.New(fault.Conflict, "The account is deleted: undo that instead.")
	}
	if err := tx.DisableDeleted(ctx, id, time.Time{}); err != nil {
		return err
	}
	return logAct(ctx, tx, actor, doneOn(fund.ActEnableUser, id, now))
}
