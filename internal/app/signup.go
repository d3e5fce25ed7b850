package app

import (
	"context"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// SignUpMode is who may make an account: fund.SignUpOpen, fund.SignUpInvitation or fund.SignUpClosed. Without a captcha nobody may without an
// invitation: a form that programs can fill in would send mails to anybody.
func (a *App) SignUpMode(ctx context.Context) (string, error) {
	mode, _, err := Setting(ctx, a, fund.SettingSignUp, fund.SignUpInvitation)
	if mode == fund.SignUpOpen && a.captcha == nil {
		mode = fund.SignUpInvitation
	}
	return mode, err
}

// SignUpAsk is somebody who asks for an account.
type SignUpAsk struct {
	LinkAsk

	// Captcha is what the widget says of who sent the form; "" for nothing.
	Captcha string
}

// FieldCaptcha is the field of a captcha that says nothing good.
const FieldCaptcha = "captcha"

// AskSignUp mails a link that makes an account. What is said does not depend on whether the address has one: the mail says so. It is Forbidden where the
// setting says so, Invalid at "email" or FieldCaptcha, and RateLimited for who asks too often.
func (a *App) AskSignUp(ctx context.Context, ask SignUpAsk) error {
	mode, err := a.SignUpMode(ctx)
	if err == nil && mode != fund.SignUpOpen {
		err = fault.New(fault.Forbidden, "Accounts at this server are made by invitation.")
	}
	if err != nil {
		return err
	}
	var wrong fault.Fields
	fund.CheckLogin(&wrong, "email", &ask.Email)
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := a.requirePerson(ctx, ask.Captcha, ask.Address); err != nil {
		return err
	}
	id, err := a.takeLinkAsk(shield.LinkSignUp, &ask.LinkAsk)
	if err != nil {
		return err
	}
	return a.store.Write(ctx, id, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		asked := fund.AccountLink{ID: id, Kind: fund.LinkSignUp, Email: ask.Email, AskedAt: now, ExpiresAt: now.Add(fund.AccountAskLife)}
		if err := tx.PutAccountLink(ctx, asked); err != nil {
			return err
		}
		if err := a.mailInvitation(ctx, tx, asked, ask.Language, now); err != nil {
			return err
		}
		return tx.SweepAccountLinks(ctx, now.Add(-expiredRetention), sweptExpired)
	})
}

// requirePerson is Invalid at FieldCaptcha for a token that does not prove that a person sent the form. One that could not be verified is Unavailable:
// nothing else keeps programs out.
func (a *App) requirePerson(ctx context.Context, token string, from netip.Addr) error {
	passed := false
	if token != "" {
		var err error
		if passed, err = a.captcha.Passed(ctx, token, from); err != nil {
			return fault.Wrap(err, fault.Unavailable, "The captcha could not be verified.")
		}
	}
	if !passed {
		return fault.Fields{{Path: FieldCaptcha, Text: "says that no person sent the form"}}.Err()
	}
	return nil
}

// ApproveUser lets pages of somebody who signed up without an invitation become public at once; operators only.
func (a *App) ApproveUser(ctx context.Context, actor Actor, id fund.ID) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: id})
	if err != nil || user.PublicAt.IsZero() {
		return user, err
	}
	return a.changeAccount(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SetUserPublic(ctx, id, time.Time{}); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActApproveUser, id, now))
	})
}

// requirePublic is Forbidden for a user whose pages wait.
func requirePublic(ctx context.Context, q store.Queries, actor Actor, now time.Time) error {
	if actor.User.IsZero() {
		return nil
	}
	user, err := q.GetUser(ctx, fund.Key{ID: actor.User})
	if err == nil && user.Waits(now) {
		err = fault.New(fault.Forbidden, "The page of a new team %s.", waitsText(user))
	}
	return err
}

// waitsText says until when pages of a user wait.
func waitsText(user fund.User) string {
	return "cannot be published yet: the account is new. It can be from " + user.PublicAt.Format(time.RFC3339) + " on, or once the operator of the server approves the account"
}
