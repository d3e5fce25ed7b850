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
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

const (
	// payPath is below which payment providers have their pages and send their notices.
	payPath = "/pay"
	// maxNoticeBody is the most bytes of a notice that are read; the use case decides what is too much.
	maxNoticeBody = 2 << 20
)

// buildPayments makes the payment providers. They notify the use cases, which are made after them.
func (n *node) buildPayments(ctx context.Context) error {
	key, err := app.NewKeys(n.store).Key(ctx, "sandbox provider")
	if err != nil {
		return err
	}
	n.shield = app.NewShield(time.Now)
	n.sandboxPay = sandbox.New(sandbox.Options{
		Book: app.NewSandboxBook(n.store), Key: key, BaseURL: n.baseURL, Fee: n.fee, Guard: n.shield, Log: n.log,
		Notify: func(ctx context.Context, raw pay.Raw) error { return n.app.TakeNotice(ctx, sandbox.Name, raw) },
	})
	n.payments = app.Payments{Provider: n.sandboxPay, Fee: n.fee}
	return nil
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

// payHandler serves everything below payPath.
func (n *node) payHandler() http.Handler {
	page := n.limited(n.sandboxPay.Page())
	trigger := http.Handler(n.pages)
	if n.sandbox {
		trigger = sandbox.NewTrigger(sandbox.TriggerOptions{Authenticate: n.tillFor, Log: n.log})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := squeezed(r.URL.Path)
		provider, isNotice := strings.CutSuffix(strings.TrimPrefix(path, payPath+"/"), "/notices")
		switch {
		case path == sandbox.TriggerPath:
			trigger.ServeHTTP(w, r)
		case path == sandbox.StylePath, strings.HasPrefix(path, sandbox.PagePath):
			page.ServeHTTP(w, r)
		case isNotice && !strings.Contains(provider, "/"):
			n.notice(w, r, provider)
		default:
			n.pages.ServeHTTP(w, r)
		}
	})
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

// notice takes a notice of a provider. Its sender is told no more than whether to send it again.
func (n *node) notice(w http.ResponseWriter, r *http.Request, provider string) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		plain(w, http.StatusMethodNotAllowed, "notices are sent with POST\n")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNoticeBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			plain(w, http.StatusRequestEntityTooLarge, "too large\n")
			return
		}
		plain(w, http.StatusBadRequest, "the body could not be read\n")
		return
	}
	err = n.app.TakeNotice(r.Context(), provider, pay.Raw{Header: r.Header, Body: body})
	switch f := fault.From(err); {
	case err == nil:
		plain(w, http.StatusOK, "ok\n")
	case f.Kind == fault.Unauthenticated || f.Kind == fault.Malformed:
		n.log.WarnContext(r.Context(), "notice refused", "provider", provider, "error", err)
		plain(w, http.StatusBadRequest, f.Message+"\n")
	case f.Kind == fault.TooLarge:
		plain(w, http.StatusRequestEntityTooLarge, f.Message+"\n")
	case f.Kind == fault.NotFound:
		plain(w, http.StatusNotFound, f.Message+"\n")
	default:
		n.log.ErrorContext(r.Context(), "notice not taken", "provider", provider, "error", err)
		w.Header().Set("Retry-After", "5")
		plain(w, http.StatusServiceUnavailable, "try again\n")
	}
}
