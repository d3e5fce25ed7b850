package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/captcha"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/shield"
)

const (
	// payPath is below which payment providers have their pages and send their provider events.
	payPath = "/pay"
	// maxEventBody is the most bytes of a provider event that are read; the use case decides what is too much.
	maxEventBody = 2 << 20
)

// providerRuntime is a payment provider as this node runs it.
type providerRuntime struct {
	pay.Provider
	// run is what it does by itself, pages are below its name: nil for a provider that has everything elsewhere.
	run   func(context.Context) error
	pages http.Handler
}

// checkPayments refuses settings about money that cannot be meant together.
func checkPayments(c config.Serve) error {
	switch {
	case c.Stripe.Key != "" && c.Stripe.WebhookSecret == "":
		return fault.New(fault.Invalid, "--stripe-key is set, but not --stripe-webhook-secret: without it nothing that Stripe tells could be believed.")
	case c.Stripe.Key == "" && c.Stripe.WebhookSecret != "":
		return fault.New(fault.Invalid, "--stripe-webhook-secret is set, but not --stripe-key, without which Stripe cannot be asked for anything.")
	case c.Stripe.Key != "" && c.Sandbox && !c.SandboxBesideReal:
		return fault.New(fault.Invalid, "--sandbox makes donations without money, and Stripe is set up to take real ones; "+
			"leave --sandbox out, or add --sandbox-beside-real if you mean both.")
	}
	return nil
}

// buildPayments makes the payment providers. They notify the use cases, which are made after them.
//
// Where Stripe takes the money, the sandbox does not run unless it was asked for. What it took before can still
// be looked up, so that a payment that nobody made there ends.
func (n *node) buildPayments(ctx context.Context) error {
	key, err := app.NewKeys(n.store).Key(ctx, "sandbox provider")
	if err != nil {
		return err
	}
	n.shield = shield.New(time.Now)
	play := sandbox.New(sandbox.Options{
		Book: app.NewSandboxBook(n.store), Key: key, BaseURL: n.baseURL, Fee: n.fee, Guard: n.shield, Log: n.log,
		Notify: func(ctx context.Context, raw pay.Raw) error { return n.app.TakeProviderEvent(ctx, sandbox.Name, raw) },
	})
	n.payments = app.Payments{Provider: play, Fee: n.fee}
	if n.stripe.Key != "" {
		money := stripe.New(stripe.Options{Key: string(n.stripe.Key), WebhookSecret: string(n.stripe.WebhookSecret)})
		n.fee.Increments = stripe.Increments()
		n.payments = app.Payments{Provider: money, Others: []pay.Provider{play}, Accounts: true, Fee: n.fee}
		n.providers = append(n.providers, providerRuntime{Provider: money})
	}
	if n.stripe.Key == "" || n.sandbox {
		n.providers = append(n.providers, providerRuntime{Provider: play, run: play.Run, pages: n.sandboxPages(play)})
	}
	return nil
}

// payOrigins are where donors are sent for paying, beside our own pages.
func (n *node) payOrigins() []string {
	if n.stripe.Key == "" {
		return nil
	}
	return []string{stripe.PageOrigin}
}

// rateOf is a fee as the domain has it.
func rateOf(f config.Fee) fund.FeeRate {
	rate := fund.FeeRate{Share: int64(f.Share), Fixed: map[string]int64{}}
	for _, p := range f.Fixed {
		rate.Fixed[p.Currency] = p.Minor
	}
	return rate
}

// captchaOf is the captcha of the donate form; nil for none.
func captchaOf(c config.Captcha) (app.Captcha, error) {
	switch {
	case !c.Set():
		return nil, nil //nolint:nilnil // no captcha is no error
	case c.Incomplete():
		return nil, fault.New(fault.Conflict,
			"A captcha needs all of --captcha-verify-url, --captcha-secret, --captcha-site-key and --captcha-script; set what is missing, or none of them.")
	}
	return captcha.New(captcha.Options{
		VerifyURL: string(c.VerifyURL), Secret: c.Secret, SiteKey: c.SiteKey, ScriptURL: string(c.Script),
	}), nil
}

// sandboxPages are the pages of the sandbox, and the way to give there without any.
func (n *node) sandboxPages(play *sandbox.Provider) http.Handler {
	page := n.limited(play.Page())
	trigger := sandbox.NewTrigger(sandbox.TriggerOptions{Authenticate: n.takerFor, Log: n.log})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := squeezed(r.URL.Path)
		switch {
		case path == sandbox.TriggerPath && n.sandbox:
			trigger.ServeHTTP(w, r)
		case path == sandbox.StylePath, strings.HasPrefix(path, sandbox.PagePath):
			page.ServeHTTP(w, r)
		default:
			n.notHere(w, r)
		}
	})
}

// payHandler serves everything below payPath: the provider events and the pages of the providers that run.
func (n *node) payHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := squeezed(r.URL.Path)
		for _, t := range n.providers {
			root := payPath + "/" + t.Name()
			switch {
			case path == root+"/notices":
				n.takeProviderEvent(w, r, t.Name())
				return
			case t.pages != nil && below(path, root):
				t.pages.ServeHTTP(w, r)
				return
			}
		}
		n.notHere(w, r)
	})
}

// notHere answers where no provider is: with a page to those who look, and plainly to programs, which would
// otherwise be told that pages can only be read.
func (n *node) notHere(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		plain(w, http.StatusNotFound, "there is nothing here\n")
		return
	}
	n.pages.ServeHTTP(w, r)
}

// limited counts requests for the addresses that they come from, as pages are counted.
func (n *node) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wait := n.limitPages(r); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
			plain(w, http.StatusTooManyRequests, "too many requests; try again in a moment\n")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// takeProviderEvent takes a provider event. Its sender is told no more than whether to send it again.
func (n *node) takeProviderEvent(w http.ResponseWriter, r *http.Request, provider string) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		plain(w, http.StatusMethodNotAllowed, "webhooks are sent with POST\n")
		return
	}
	if err := coding.Refuse(w.Header(), r); err != nil {
		plain(w, http.StatusUnsupportedMediaType, fault.From(err).Message+"\n")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxEventBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			plain(w, http.StatusRequestEntityTooLarge, "too large\n")
			return
		}
		plain(w, http.StatusBadRequest, "the body could not be read\n")
		return
	}
	err = n.app.TakeProviderEvent(r.Context(), provider, pay.Raw{Header: r.Header, Body: body})
	switch f := fault.From(err); {
	case err == nil:
		plain(w, http.StatusOK, "ok\n")
	case f.Kind == fault.Unauthenticated || f.Kind == fault.Malformed:
		n.log.WarnContext(r.Context(), "webhook refused", "provider", provider, "error", err)
		plain(w, http.StatusBadRequest, f.Message+"\n")
	case f.Kind == fault.TooLarge:
		plain(w, http.StatusRequestEntityTooLarge, f.Message+"\n")
	case f.Kind == fault.NotFound:
		plain(w, http.StatusNotFound, f.Message+"\n")
	default:
		n.log.ErrorContext(r.Context(), "webhook not taken", "provider", provider, "error", err)
		w.Header().Set("Retry-After", "5")
		plain(w, http.StatusServiceUnavailable, "try again\n")
	}
}
