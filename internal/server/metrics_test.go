package server_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

const metricsToken = "a-token-of-some-length"

// askMetrics reads the metrics with an Authorization header.
func askMetrics(t *testing.T, url, authorization string) (status int, challenge string) {
	t.Helper()
	r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/metrics", nil))(t)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	got := must.Get(http.DefaultClient.Do(r))(t)
	_ = got.Body.Close()
	return got.StatusCode, got.Header.Get("WWW-Authenticate")
}

// TestMetricsWithAToken reads them with the token and without.
func TestMetricsWithAToken(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	must.Do(t, os.WriteFile(file, []byte(metricsToken+"\n"), 0o600))
	s := testnode.Start(t, command.Serve{
		DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Metrics: config.Metrics{TokenFile: file},
	})
	const without = "Bearer " // and nothing behind it
	for authorization, want := range map[string]int{
		"Bearer " + metricsToken: http.StatusOK, "bearer  " + metricsToken: http.StatusOK, "": http.StatusUnauthorized, without: http.StatusUnauthorized,
		"Bearer " + metricsToken + "x": http.StatusUnauthorized, "Basic " + metricsToken: http.StatusUnauthorized, metricsToken: http.StatusUnauthorized,
	} {
		status, challenge := askMetrics(t, s.URL, authorization)
		if status != want || (status == http.StatusUnauthorized) != strings.HasPrefix(challenge, "Bearer ") {
			t.Errorf("%q: got %d with the challenge %q, want %d", authorization, status, challenge, want)
		}
	}
	if status, body := testnode.Get(t, s.URL+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: got %d %s, want it without a token", status, body)
	}
}

// TestMetricsAtTheirOwnAddress are nowhere else.
func TestMetricsAtTheirOwnAddress(t *testing.T) {
	t.Parallel()
	at := testnode.Free(t)
	s := testnode.Start(t, command.Serve{
		DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Metrics: config.Metrics{Listen: config.Address(at)},
	})
	for url, want := range map[string]int{
		s.URL + "/metrics": http.StatusNotFound, "http://" + at + "//metrics/": http.StatusOK, "http://" + at + "/": http.StatusNotFound,
		"http://" + at + "/api/v3/user": http.StatusNotFound, s.URL + "/healthz": http.StatusOK,
	} {
		if status, body := testnode.Get(t, url); status != want {
			t.Errorf("%s: got %d %.200s, want %d", url, status, body, want)
		}
	}
	must.Do(t, s.Stop())
	if _, err := net.Dial("tcp", at); err == nil {
		t.Error("the address of the metrics answers after the stop")
	}
}

// TestMetricsThatCannotBeServed are refused at the start with the way out.
func TestMetricsThatCannotBeServed(t *testing.T) {
	t.Parallel()
	taken := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t)
	t.Cleanup(func() { must.Do(t, taken.Close()) })
	short := filepath.Join(t.TempDir(), "short")
	must.Do(t, os.WriteFile(short, []byte("fifteen-letters\n"), 0o600))
	for want, metrics := range map[string]config.Metrics{
		"with --metrics-listen": {Listen: config.Address(taken.Addr().String())}, "with --metrics-token-file": {TokenFile: short + "er"},
		"at least 16 characters": {TokenFile: short},
	} {
		testnode.Refused(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", Metrics: metrics}, want)
	}
}
