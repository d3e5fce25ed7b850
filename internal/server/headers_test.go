package server_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/config"
)

// TestNoPackedBodyIsRead sends one to everything that reads bodies.
func TestNoPackedBodyIsRead(t *testing.T) {
	t.Parallel()
	d := startDemo(t, config.Demo{Data: t.TempDir(), Addr: "127.0.0.1:0", Seed: 1, ShutdownTimeout: time.Minute})
	form := "application/x-www-form-urlencoded"
	for _, c := range []struct{ path, contentType, token, want string }{
		{"/api/v3/campaigns", "application/json", d.credentials.V3.UserToken, `{"meta":{"status":415},"error":{"title":"Unsupported Media Type"`},
		{"/api/private/campaigns/" + d.credentials.Campaign.ID + "/donations", "application/json", d.credentials.V3.UserToken, `{"error":{"status":415,`},
		{"/oauth/token", form, "", `"error":"invalid_request"`},
		{"/oauth/token", "application/json", "", `"error":"invalid_request"`},
		{"/oauth/revoke", form, "", `"error":"invalid_request"`},
		{"/account/sign-in", form, "", "<html"},
		{"/oauth/authorize", form, "", "<html"},
		{"/@" + d.credentials.Campaign.OwnerSlug + "/" + d.credentials.Campaign.Slug + "/donate", form, "", "<html"},
		{"/pay/sandbox/donations", "application/json", d.credentials.Sandbox.Token, `{"error":{"message":`},
		{"/pay/sandbox/payments/" + d.credentials.Campaign.ID, form, "", "<html"},
		{"/pay/sandbox/notices", "application/json", "", "must not be compressed"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+c.path, strings.NewReader("\x1f\x8b\x08\x00"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", c.contentType)
		r.Header.Set("Content-Encoding", "gzip")
		if c.token != "" {
			r.Header.Set("Authorization", "Bearer "+c.token)
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if err != nil || got.StatusCode != http.StatusUnsupportedMediaType || got.Header.Get("Accept-Encoding") != "identity" || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: got %d, Accept-Encoding %q, %.300s, want 415 in the shape of the place (%s)", c.path, got.StatusCode, got.Header.Get("Accept-Encoding"), body, c.want)
		}
	}
}
