package app

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetUser returns one user.
func (a *App) GetUser(ctx context.Context, actor Actor, key fund.Key) (fund.User, error) {
	user, err := a.store.GetUser(ctx, key)
	if err == nil && user.Waits(a.Now()) && actor.User != user.ID && requireOperator(actor) != nil {
		return fund.User{}, missingNamed("user", key.String())
	}
	return user, err
}

// CurrentUser is the actor's user.
func (a *App) CurrentUser(ctx context.Context, actor Actor) (fund.User, error) {
	if err := RequireUser(actor); err != nil {
		return fund.User{}, err
	}
	return a.store.GetUser(ctx, fund.Key{ID: actor.User})
}

// ListUsers lists all users, newest first; users and the system only.
func (a *App) ListUsers(ctx context.Context, actor Actor, page fund.Page) ([]fund.User, error) {
	if err := requireUserOrSystem(actor); err != nil {
		return nil, err
	}
	err := checkCursors(page, func(n int64) (bool, error) {
		_, err := a.store.GetUser(ctx, fund.Key{LegacyID: n})
		return found(err)
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListUsers(ctx, page)
}

// UpdateCurrentUser changes the actor's user, but for the address to sign in with, for which it does what AskEmail does.
func (a *App) UpdateCurrentUser(ctx context.Context, actor Actor, patch fund.UserPatch) (fund.User, error) {
	if err := requireWriter(actor); err != nil {
		return fund.User{}, err
	}
	save := func() error {
		return a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return a.saveSelf(ctx, tx, actor, patch, now)
		})
	}
	asked, err := a.asksLogin(ctx, actor, patch)
	switch {
	case err != nil:
	case asked != "":
		err = a.limitLogin(actor, asked, save)
	default:
		err = save()
	}
	if err != nil {
		return fund.User{}, fmt.Errorf("user %s: %w", actor.User, err)
	}
	return a.store.GetUser(ctx, fund.Key{ID: actor.User})
}

// asksLogin is the address to sign in with that a change of the actor's user asks for; "" if it asks for none but the present one.
func (a *App) asksLogin(ctx context.Context, actor Actor, patch fund.UserPatch) (string, error) {
	if !patch.Email.Set {
		return "", nil
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: actor.User})
	if asked := fund.LoginEmail(patch.Email.Value); err == nil && asked != user.Email {
		return asked, nil
	}
	return "", err
}

// saveSelf makes the change of UpdateCurrentUser.
func (a *App) saveSelf(ctx context.Context, tx *store.Tx, actor Actor, patch fund.UserPatch, now time.Time) error {
	id := actor.User
	user, err := tx.GetUser(ctx, fund.Key{ID: id})
	if err != nil {
		return err
	}
	before, avatar := user.Email, user.Avatar
	wrong := patch.Apply(&user, now)
	if err := checkUserSlug(ctx, tx.Queries, user, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	asked := user.Email
	user.Email = before
	if err := tx.UpdateUser(ctx, user); err != nil {
		return err
	}
	if err := endReplaced(ctx, tx, fund.PictureUse{Subject: id, Slot: fund.SlotAvatar}, [2]string{avatar, user.Avatar}); err != nil {
		return err
	}
	tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: id, At: now})
	if asked == before {
		return nil
	}
	return a.askLogin(ctx, tx, loginRequest{user, asked, actor.mailLanguage()}, now)
}

// checkUserSlug reports a slug that another user has.
func checkUserSlug(ctx context.Context, q store.Queries, u fund.User, wrong *fault.Fields) error {
	taken, err := slugTaken(ctx, q, store.SlugKey{Table: store.UserSlugs, Slug: u.Slug}, u.ID)
	if taken {
		wrong.Add("slug", fund.Taken)
	}
	return err
}

// checkFreeEmail reports an e-mail address that another user has, to operators and to who can read its mail: nobody else is told.
func checkFreeEmail(ctx context.Context, q store.Queries, u fund.User, wrong *fault.Fields) error {
	other, _, err := q.GetUserByEmail(ctx, u.Email)
	if ok, err := found(err); err != nil {
		return err
	} else if ok && other.ID != u.ID {
		wrong.Add("email", fund.Taken)
	}
	return nil
}

// NewUser is the input of CreateUser.
type NewUser struct {
	Username, Email, FirstName, LastName, About, Avatar string
	// Slug defaults to one derived from Username.
	Slug string
	// Password is "" for an account that cannot sign in with one.
	Password string
	Social   fund.SocialPatch
	// CreatedAt defaults to now.
	CreatedAt time.Time
}

// CreateUser creates a user whose e-mail address counts as confirmed. System only.
func (a *App) CreateUser(ctx context.Context, actor Actor, in NewUser) (fund.User, error) {
	if actor.Kind != ActorSystem {
		return fund.User{}, forbidden()
	}
	hash, err := a.hashPassword(ctx, in.Password)
	if err != nil {
		return fund.User{}, err
	}
	now := a.Now()
	user := fund.User{Confirmed: true, CreatedAt: in.CreatedAt}
	if user.ID, err = a.newID(now); err != nil {
		return fund.User{}, err
	}
	if user.CreatedAt.IsZero() {
		user.CreatedAt = now
	}
	err = a.write(ctx, actor, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return insertUser(ctx, tx, actor, &user, newAccount{in.patch(actor.language()), hash}, now)
	})
	if err != nil {
		return fund.User{}, fmt.Errorf("new user %q: %w", in.Username, err)
	}
	return user, nil
}

// newAccount is what an account is made of: the fields of its user, and the hash of the password.
type newAccount struct {
	fields fund.UserPatch
	hash   string
}

// insertUser makes an account. An address that has one already is Invalid at "email": only operators, and who can read its mail, may learn that.
func insertUser(ctx context.Context, tx *store.Tx, actor Actor, user *fund.User, of newAccount, now time.Time) error {
	wrong := of.fields.Apply(user, now)
	if err := checkUserSlug(ctx, tx.Queries, *user, &wrong); err != nil {
		return err
	}
	if err := checkFreeEmail(ctx, tx.Queries, *user, &wrong); err != nil {
		return err
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := tx.InsertUser(ctx, user, of.hash); err != nil {
		return err
	}
	tx.Append(fund.Event{Topic: fund.TopicUserChanged, Subject: user.ID, At: now})
	return logAct(ctx, tx, actor, doneOn(fund.ActCreateUser, user.ID, now))
}

func (in NewUser) patch(typed language.Tag) fund.UserPatch {
	if in.Slug == "" {
		in.Slug = fund.SlugFrom(in.Username, "user", typed)
	}
	return fund.UserPatch{
		Username: fund.Some(in.Username), Slug: fund.Some(in.Slug), Email: fund.Some(in.Email),
		FirstName: fund.Some(in.FirstName), LastName: fund.Some(in.LastName), About: fund.Some(in.About),
		Avatar: fund.Some(in.Avatar), Social: in.Social,
	}
}

// concurrentHashes limits the memory of concurrent hashes, at 19 MiB each.
var concurrentHashes = max(1, runtime.GOMAXPROCS(0)/2)

// passwordCost is OWASP's first choice for Argon2id.
var passwordCost = argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashPassword waits for a slot; "" stays "", which no password matches.
func (a *App) hashPassword(ctx context.Context, password string) (string, error) {
	if password == "" {
		return "", nil
	}
	var wrong fault.Fields
	fund.CheckPassword(&wrong, password)
	if err := wrong.Err(); err != nil {
		return "", err
	}
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return "", fmt.Errorf("password: %w", context.Cause(ctx))
	}
	hash, err := argon2id.CreateHash(password, &passwordCost)
	if err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return hash, nil
}
