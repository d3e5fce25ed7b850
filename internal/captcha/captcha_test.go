package captcha_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/captcha"
)

var from = netip.MustParseAddr("::ffff:192.0.2.7")

// service returns a captcha service with a fixed answer, and the requests that it received.
func service(t *testing.T, status int, body string) (asks *captcha.Siteverify, asked *http.Request) {
	t.Helper()
	asked = &http.Request{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		*asked = *r
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	return captcha.New(captcha.Options{VerifyURL: s.URL + "/siteverify", Secret: "s3cret", SiteKey: "key", ScriptURL: "https://x.test/w.js"}), asked
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		passed bool
		fails  string // a part of the error; "" wants none
	}{
		"passed":           {200, `{"success":true,"hostname":"x.test"}`, true, ""},
		"not passed":       {200, `{"success":false,"error-codes":["timeout-or-duplicate"]}`, false, ""},
		"wrong secret":     {200, `{"success":false,"error-codes":["invalid-input-secret"]}`, false, "secret"},
		"no verdict":       {200, `{}`, false, "does not say"},
		"another verdict":  {200, `{"success":"true"}`, false, "answer"},
		"no JSON":          {200, `<html>`, false, "answer"},
		"too long":         {200, `{"x":"` + strings.Repeat("x", 65<<10) + `","success":true}`, false, "answer"},
		"out of order":     {503, `{"success":true}`, false, "503"},
		"not where it was": {302, `{"success":true}`, false, "302"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asks, asked := service(t, c.status, c.body)
			passed, err := asks.Passed(t.Context(), "token", from)
			if passed != c.passed || (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Errorf("got %v, %v, want %v and an error with %q", passed, err, c.passed, c.fails)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("got %v, want no secret in it", err)
			}
			if got, want := asked.PostForm.Encode(), "remoteip=192.0.2.7&response=token&secret=s3cret"; got != want || asked.URL.Path != "/siteverify" {
				t.Errorf("got %s asked at %s, want %s at /siteverify", got, asked.URL, want)
			}
		})
	}
}

func TestATokenThatCannotBeValidIsNotSent(t *testing.T) {
	t.Parallel()
	asks, asked := service(t, 200, `{"success":true}`)
	for _, token := range []string{"", strings.Repeat("x", 8<<10+1)} {
		if passed, err := asks.Passed(t.Context(), token, from); passed || err != nil || asked.URL != nil {
			t.Errorf("got %v, %v for a token of %d bytes, want it not passed and no request", passed, err, len(token))
		}
	}
	if _, err := asks.Passed(t.Context(), "token", netip.Addr{}); err != nil || asked.PostForm.Has("remoteip") {
		t.Errorf("got %v, %v, want no unknown address sent", asked.PostForm, err)
	}
	if key, script := asks.Widget(); key != "key" || script != "https://x.test/w.js" {
		t.Errorf("got %q, %q, want the service's values", key, script)
	}
}

func TestAServiceThatDoesNotAnswerTimesOut(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	t.Cleanup(func() { close(over); s.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	asks := captcha.New(captcha.Options{VerifyURL: s.URL, Secret: "s3cret"})
	if passed, err := asks.Passed(ctx, "token", from); passed || err == nil {
		t.Errorf("got %v, %v, want an error", passed, err)
	}
}
