package app

import (
	"context"
	"net/netip"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
)

// Captcha distinguishes people from programs with a widget in the donate form.
type Captcha interface {
	// Passed reports whether the widget's token proves that a person sent the form. An error means that the token could not be verified.
	Passed(ctx context.Context, token string, from netip.Addr) (bool, error)
	// Widget is the site's public key and the address of the widget's script.
	Widget() (siteKey, scriptURL string)
}

// CaptchaWidget is what the donate form needs to show its captcha; not ok if there is none. The widget's token is submitted as
// CheckoutInput.Captcha.
func (a *App) CaptchaWidget() (siteKey, scriptURL string, ok bool) {
	if a.captcha == nil {
		return "", "", false
	}
	siteKey, scriptURL = a.captcha.Widget()
	return siteKey, scriptURL, true
}

// admit allows a payment to start, or is RateLimited. Once half of an allowance is used up, a passed captcha replaces the wait; one that
// failed, or could not be verified, changes nothing.
func (a *App) admit(ctx context.Context, donation fund.ID, in fund.CheckoutInput) error {
	donor, passes := donorOf(in), 0
	if email := fund.LoginEmail(in.Email); email != "" && !a.shield.Mail(donor, email) {
		return fault.Fields{{Path: "email", Text: fund.ManyMails}}.Err()
	}
	if a.captcha != nil && in.Captcha != "" && a.shield.NearLimit(donor) {
		passed, err := a.captcha.Passed(ctx, in.Captcha, in.Address)
		if err != nil {
			a.log.WarnContext(ctx, "captcha not verified", "error", err)
		}
		if passed && err == nil {
			passes = shield.TriesOfPass
		}
	}
	err := a.shield.Begin(donation, donor, passes)
	if err != nil {
		a.withdraw(donation, in)
	}
	return err
}

func donorOf(in fund.CheckoutInput) shield.Donor {
	return shield.Donor{Session: in.Session, Network: in.Address}
}

// withdraw forgets a payment that admit counted and that did not start.
func (a *App) withdraw(donation fund.ID, in fund.CheckoutInput) {
	a.shield.Withdraw(donation)
	if email := fund.LoginEmail(in.Email); email != "" {
		a.shield.WithdrawMail(donorOf(in), email)
	}
}
