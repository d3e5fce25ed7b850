package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/passkey"
	"github.com/almoner/almoner/internal/store"
)

// The uses of passkeys. An answer to a question for one of them is none for another.
const (
	passkeyNew    = "new"
	passkeySignIn = "sign in"
)

// PasskeyQuestion is what a browser is asked for a passkey.
type PasskeyQuestion struct {
	// Options is JSON for the script of the page. State comes back with the answer.
	Options, State string
}

// PasskeyAnswer is what a browser answers, as JSON, with the State of the question. Browser is the text that named the browser when it was asked.
type PasskeyAnswer struct{ State, Answer, Browser string }

// HasPasskeys reports whether browsers make passkeys for this server: see passkey.ErrHost.
func (a *App) HasPasskeys() bool { return a.passkeys != nil }

// PasskeyHost is the host that new passkeys are tied to; "" for none.
func (a *App) PasskeyHost() string {
	if a.passkeys == nil {
		return ""
	}
	return a.passkeys.Host
}

// PasskeysElsewhere is how many passkeys do not work, because the server has another host now.
func (a *App) PasskeysElsewhere(ctx context.Context) (int, error) {
	return a.store.CountPasskeysElsewhere(ctx, a.PasskeyHost())
}

// ListPasskeys lists the passkeys of the actor, the oldest first, also those that are tied to another host.
func (a *App) ListPasskeys(ctx context.Context, actor Actor) ([]fund.Passkey, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	return a.store.ListPasskeys(ctx, actor.User)
}

// AskNewPasskey asks the browser of the actor for a new passkey; browser is the text that names it. It takes a proof; see NeedsProof.
func (a *App) AskNewPasskey(ctx context.Context, actor Actor, browser string) (PasskeyQuestion, error) {
	if err := a.requireProof(actor); err != nil {
		return PasskeyQuestion{}, err
	}
	owner, err := a.passkeyOwner(ctx, a.store.Queries, actor.User)
	if err != nil {
		return PasskeyQuestion{}, err
	}
	return a.askBrowser(ctx, passkeyNew, browser, func(s *passkey.Site) (passkey.Question, error) { return s.AskNew(owner) })
}

// AskPasskey asks a browser for a passkey to sign in with; browser is the text that names it.
func (a *App) AskPasskey(ctx context.Context, browser string) (PasskeyQuestion, error) {
	return a.askBrowser(ctx, passkeySignIn, browser, (*passkey.Site).AskSignIn)
}

// askBrowser makes a question for one use and one browser. Nothing is stored of it until it is answered.
func (a *App) askBrowser(ctx context.Context, use, browser string, question func(*passkey.Site) (passkey.Question, error)) (q PasskeyQuestion, err error) {
	if a.passkeys == nil {
		return q, fault.New(fault.Conflict, "There are no passkeys here: they need a server with a name, over https.")
	}
	made, err := question(a.passkeys)
	if err != nil {
		return q, err
	}
	until := strconv.FormatInt(a.Now().Add(fund.PasskeyQuestionLife).Unix(), 10)
	state := base64.RawURLEncoding.EncodeToString(made.State)
	mark, err := a.passkeyMark(ctx, use, browser, until, state)
	return PasskeyQuestion{Options: string(made.Options), State: until + "." + state + "." + mark}, err
}

// passkeyMark shows that a question was made here.
func (a *App) passkeyMark(ctx context.Context, parts ...string) (string, error) {
	key, err := a.Key(ctx, "passkey")
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(strings.Join(parts, "\n")))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// asked is the question of an answer, with when it ends. It is Invalid at "passkey" for one that was not made here, for another use or browser, or that is
// too old.
func (a *App) asked(ctx context.Context, use string, in PasskeyAnswer) (state []byte, until time.Time, err error) {
	parts := strings.Split(in.State, ".")
	if a.passkeys == nil || len(parts) != 3 || in.Browser == "" {
		return nil, until, errPasskey()
	}
	mark, err := a.passkeyMark(ctx, use, in.Browser, parts[0], parts[1])
	if err != nil {
		return nil, until, err
	}
	seconds, unread := strconv.ParseInt(parts[0], 10, 64)
	until = time.Unix(seconds, 0)
	state, undecoded := base64.RawURLEncoding.DecodeString(parts[1])
	if !hmac.Equal([]byte(mark), []byte(parts[2])) || unread != nil || undecoded != nil || !a.Now().Before(until) {
		return nil, until, errPasskey()
	}
	return state, until, nil
}

func errPasskey() error { return fault.Fields{{Path: "passkey", Text: fund.WrongSecret}}.Err() }

// answered records that a question was answered. An answer that was taken before is Invalid at "passkey".
func answered(ctx context.Context, tx *store.Tx, in PasskeyAnswer, until time.Time) error {
	hash := hashOf(in.State)
	err := tx.AnswerQuestion(ctx, hash[:], until)
	if fault.Is(err, fault.Conflict) {
		return errPasskey()
	}
	return err
}

// passkeyOwner is a user with the passkeys of this host.
func (a *App) passkeyOwner(ctx context.Context, q store.Queries, id fund.ID) (passkey.Owner, error) {
	user, err := q.GetUser(ctx, fund.Key{ID: id})
	if err != nil {
		return passkey.Owner{}, err
	}
	owner := passkey.Owner{ID: user.ID[:], Name: user.Email}
	all, err := q.ListPasskeys(ctx, id)
	for _, one := range all {
		if one.Host == a.PasskeyHost() {
			owner.Passkeys = append(owner.Passkeys, []byte(one.Data))
		}
	}
	return owner, err
}

// AddPasskey adds the passkey of an answer to AskNewPasskey, under a name, which is told by mail. What does not fit the question is Invalid at "passkey", and
// more than fund.MaxPasskeys are a Conflict. It takes a proof; see NeedsProof.
func (a *App) AddPasskey(ctx context.Context, actor Actor, name string, in PasskeyAnswer) error {
	if err := a.requireProof(actor); err != nil {
		return err
	}
	var wrong fault.Fields
	fund.CheckName(&wrong, "name", &name)
	if err := wrong.Err(); err != nil {
		return err
	}
	state, until, err := a.asked(ctx, passkeyNew, in)
	if err != nil {
		return err
	}
	id, err := a.newID(a.Now())
	if err != nil {
		return err
	}
	_, err = a.changeAccount(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		owner, err := a.passkeyOwner(ctx, tx.Queries, actor.User)
		if err != nil {
			return err
		}
		made, err := a.passkeys.TakeNew(owner, state, []byte(in.Answer))
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "The passkey is not right.")
		}
		all, err := tx.ListPasskeys(ctx, actor.User)
		if err == nil && len(all) >= fund.MaxPasskeys {
			err = fault.New(fault.Conflict, "An account has at most %d passkeys. Remove one first.", fund.MaxPasskeys)
		}
		if err == nil {
			err = answered(ctx, tx, in, until)
		}
		if err != nil {
			return err
		}
		fresh := fund.Passkey{ID: id, UserID: actor.User, Credential: made.ID, Data: string(made.Data), Name: name, Host: a.PasskeyHost(), CreatedAt: now}
		if err := tx.InsertPasskey(ctx, fresh); err != nil {
			return err
		}
		return a.changedFactor(ctx, tx, actor, actor.User, factorChange{fund.ActAddPasskey, fund.MailPasskeyAdded}, now)
	})
	return err
}

// RemovePasskey removes a passkey of the actor, which is told by mail. The last way to sign in cannot be removed: that is a Conflict. It takes a proof; see NeedsProof.
func (a *App) RemovePasskey(ctx context.Context, actor Actor, id fund.ID) error {
	if err := a.requireProof(actor); err != nil {
		return err
	}
	_, err := a.changeAccount(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.LockUser(ctx, actor.User); err != nil {
			return err
		}
		if err := tx.DeletePasskey(ctx, actor.User, id); err != nil {
			return asRequested(err, "passkey", "")
		}
		ways, err := a.signInWays(ctx, tx.Queries, actor.User)
		if err == nil && !ways.Password && ways.Passkeys == 0 && a.identities(ways) == 0 {
			err = fault.New(fault.Conflict, "This is the only way to sign in to your account. Set a password first, or add another way.")
		}
		if err != nil {
			return err
		}
		return a.changedFactor(ctx, tx, actor, actor.User, factorChange{fund.ActRemovePasskey, fund.MailPasskeyRemoved}, now)
	})
	return err
}

// PasskeySignIn is the input of SignInWithPasskey.
type PasskeySignIn struct {
	PasskeyAnswer

	// Agent is the browser's User-Agent, Address its network address, Before the text of its previous session, which ends; "" for none.
	Agent   string
	Address netip.Addr
	Before  string
	// Language is that of the page, as a language tag; "" for unknown.
	Language string
}

// SignInWithPasskey signs somebody in by an answer to AskPasskey. A passkey stands for both factors: no code is asked for. What
// does not fit the question, and a passkey of a disabled user, is Invalid at "passkey".
func (a *App) SignInWithPasskey(ctx context.Context, in PasskeySignIn) (SignedIn, error) {
	used, until, err := a.usedPasskey(ctx, in.PasskeyAnswer)
	if err != nil {
		return SignedIn{}, err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: used.UserID})
	if err != nil {
		return SignedIn{}, err
	}
	switch {
	case !user.DeletedAt.IsZero():
		err := a.write(ctx, Actor{}, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return spendPasskey(ctx, tx, in.PasskeyAnswer, used, until, now)
		})
		if err != nil {
			return SignedIn{}, err
		}
		return a.mayRestore(ctx, user)
	case !user.DisabledAt.IsZero():
		return SignedIn{}, errPasskey()
	}
	fresh, err := a.newSession(ctx, user, Credentials{Agent: in.Agent, Address: in.Address, Before: in.Before, Language: in.Language})
	if err != nil {
		return SignedIn{}, err
	}
	err = a.write(ctx, Actor{}, user.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := spendPasskey(ctx, tx, in.PasskeyAnswer, used, until, now); err != nil {
			return err
		}
		return fresh.start(ctx, tx, []fund.Factor{fund.FactorPasskey}, now)
	})
	return SignedIn{Session: fresh.text}, err
}

// ProvePasskey has the user of a browser prove again who they are, with an answer to AskPasskey by a passkey of theirs; see ProvePassword.
func (a *App) ProvePasskey(ctx context.Context, actor Actor, in PasskeyAnswer) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	used, until, err := a.usedPasskey(ctx, in)
	if err == nil && used.UserID != actor.User {
		err = errPasskey()
	}
	if err != nil {
		return err
	}
	err = a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return spendPasskey(ctx, tx, in, used, until, now)
	})
	if err != nil {
		return err
	}
	return a.proved(ctx, actor, fund.FactorPasskey)
}

// usedPasskey is the passkey of an answer to AskPasskey, as it is from now on, with when the question ends.
func (a *App) usedPasskey(ctx context.Context, in PasskeyAnswer) (used fund.Passkey, until time.Time, err error) {
	state, until, err := a.asked(ctx, passkeySignIn, in)
	if err != nil {
		return used, until, err
	}
	var failed error
	right, err := a.passkeys.TakeSignIn(state, []byte(in.Answer), func(credential, owner []byte) (passkey.Owner, error) {
		if used, failed = a.store.GetPasskey(ctx, credential); failed != nil {
			return passkey.Owner{}, failed
		}
		if string(used.UserID[:]) != string(owner) {
			return passkey.Owner{}, errors.New("the passkey is of another user")
		}
		var of passkey.Owner
		of, failed = a.passkeyOwner(ctx, a.store.Queries, used.UserID)
		return of, failed
	})
	if failed != nil && !fault.Is(failed, fault.NotFound) {
		return used, until, fmt.Errorf("passkey: %w", failed)
	}
	if err != nil {
		return used, until, fault.Wrap(err, fault.Invalid, "The passkey is not right.")
	}
	used.Data = string(right.Data)
	return used, until, nil
}

// spendPasskey records that a passkey answered a question, which it does once.
func spendPasskey(ctx context.Context, tx *store.Tx, in PasskeyAnswer, used fund.Passkey, until, now time.Time) error {
	if err := answered(ctx, tx, in, until); err != nil {
		return err
	}
	used.UsedAt = now
	err := tx.UsePasskey(ctx, used)
	if fault.Is(err, fault.NotFound) { // it was removed meanwhile
		err = errPasskey()
	}
	if err != nil {
		return err
	}
	return tx.SweepExpired(ctx, now.Add(-expiredRetention), sweptExpired)
}
