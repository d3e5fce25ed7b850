// Package captcha asks a service whether a form was sent by a person. It speaks the "siteverify" protocol that
// Cloudflare Turnstile, hCaptcha and Google's reCAPTCHA share: a POST of secret, response and remoteip, answered with
// a JSON object whose "success" is true or false.
//
// It requests only the configured address, follows no redirect, and gives up after Timeout. Anything but a clear verdict is an error, which
// callers must treat as a captcha that was not passed.
package captcha

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

const (
	// Timeout is how long the service may take to answer.
	Timeout = 5 * time.Second
	// maxAnswer is how many bytes of an answer are read, maxToken how many a token may have: all services stay
	// below 2,048 and say so, reCAPTCHA excepted.
	maxAnswer = 64 << 10
	maxToken  = 8 << 10
)

// Options configure a service.
type Options struct {
	// VerifyURL is the endpoint; Secret is shared by the service and this server.
	VerifyURL, Secret string
	// SiteKey and ScriptURL are for the widget in the page.
	SiteKey, ScriptURL string
}

// Siteverify is a client of a captcha service.
type Siteverify struct {
	options Options
	client  *http.Client
}

// New returns a Siteverify. It makes no request yet.
func New(o Options) *Siteverify {
	return &Siteverify{options: o, client: &http.Client{
		Timeout:       Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Widget is the site's public key and the address of the widget's script.
func (s *Siteverify) Widget() (siteKey, scriptURL string) {
	return s.options.SiteKey, s.options.ScriptURL
}

// Passed asks the service to verify the token that the widget put into the form. from is the browser's address; the zero address is not
// sent.
func (s *Siteverify) Passed(ctx context.Context, token string, from netip.Addr) (bool, error) {
	if token == "" || len(token) > maxToken {
		return false, nil
	}
	answer, err := s.ask(ctx, token, from)
	if err != nil {
		return false, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return false, fmt.Errorf("captcha: the service answers %d", answer.StatusCode)
	}
	var result verdict
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(&result); err != nil {
		return false, fmt.Errorf("captcha: answer: %w", err)
	}
	if result.Success == nil {
		return false, errors.New("captcha: the answer does not say whether the captcha was passed")
	}
	return *result.Success, result.misuse()
}

// verdict is the service's response.
type verdict struct {
	Success *bool    `json:"success"`
	Codes   []string `json:"error-codes"`
}

// misuse is an error if the service rejects this server rather than the browser: a wrong secret would otherwise look as if nobody ever
// passed.
func (v verdict) misuse() error {
	for _, code := range v.Codes {
		if strings.HasSuffix(code, "-input-secret") {
			return fmt.Errorf("captcha: the service rejects the secret: %.50q", code)
		}
	}
	return nil
}

func (s *Siteverify) ask(ctx context.Context, token string, from netip.Addr) (*http.Response, error) {
	form := url.Values{"secret": {s.options.Secret}, "response": {token}}
	if from.IsValid() {
		form.Set("remoteip", from.Unmap().String())
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.VerifyURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, fmt.Errorf("captcha: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("captcha: %w", err)
	}
	return answer, nil
}
