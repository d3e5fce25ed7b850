package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestNoCompressedBodyIsRead sends one to everything that reads bodies.
func TestNoCompressedBodyIsRead(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	form := "application/x-www-form-urlencoded"
	for _, c := range []struct{ path, contentType, token, want string }{
		{"/api/v3/campaigns", "application/json", d.Credentials.V3.UserToken, `{"meta":{"status":415},"error":{"title":"Unsupported Media Type"`},
		{"/api/private/campaigns/" + d.Credentials.Campaign.ID + "/donations", "application/json", d.Credentials.V3.UserToken, `{"error":{"status":415,`},
		{"/oauth/token", form, "", `"error":"invalid_request"`},
		{"/oauth/token", "application/json", "", `"error":"invalid_request"`},
		{"/oauth/revoke", form, "", `"error":"invalid_request"`},
		{"/account/sign-in", form, "", "<html"},
		{"/oauth/authorize", form, "", "<html"},
		{"/@" + d.Credentials.Campaign.OwnerSlug + "/" + d.Credentials.Campaign.Slug + "/donate", form, "", "<html"},
		{"/pay/sandbox/donations", "application/json", d.Credentials.Sandbox.Token, `{"error":{"message":`},
		{"/pay/sandbox/payments/" + d.Credentials.Campaign.ID, form, "", "<html"},
		{"/pay/sandbox/notices", "application/json", "", "must not be compressed"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL+c.path, strings.NewReader("\x1f\x8b\x08\x00"))
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

// TestPathsThatCannotBeRead are answered in the shape of their version, though net/http knows no handler for them.
func TestPathsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Sandbox: true})
	for target, want := range map[string]string{
		"/api/v3/campaigns/%zz":     `{"meta":{"status":400},"error":{"title":"Bad Request","detail":"The path cannot be read: `,
		"/api//v3/campaigns/%":      `{"meta":{"status":400},"error":{"title":"Bad Request","detail":"The path cannot be read: `,
		"/api/public/campaigns/%zz": `{"error":{"status":400,"message":"Bad Request","fields":{"base":["The path cannot be read: `,
		"/api/private/a b":          `{"error":{"status":400,"message":"Bad Request","fields":{"base":["The path cannot be read: `,
		"/api/v5/%zz":               `{"error":{"status":400,"message":"Bad Request","fields":{"base":["The path cannot be read: `,
		"/oauth/%zz":                `{"error":"invalid_request","error_description":"`,
		"/oauth/token%":             `{"error":"invalid_request","error_description":"`,
		"/.well-known/%zz":          `{"error":"invalid_request","error_description":"`,
		"/account/%zz":              "<!doctype html>",
		"http://x/api/v3/%zz":       `{"meta":{"status":400},"error":{"title":"Bad Request","detail":"The path cannot be read: `,
		"/@mira/100%":               "the path cannot be read",
	} {
		for _, method := range []string{"GET", "POST", "HEAD"} {
			conn := dial(t, s.URL)
			fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\nOrigin: https://overlay.example\r\n\r\n", method, target)
			got, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(got.Body)
			if err != nil || got.StatusCode != http.StatusBadRequest || !got.Close || method != "HEAD" && !strings.HasPrefix(string(body), want) || method == "HEAD" && len(body) > 0 {
				t.Errorf("%s %s: got %d %s, want 400 with %s", method, target, got.StatusCode, body, want)
			}
			if strings.HasPrefix(target, "/api") && (got.Header.Get("X-Request-Id") == "" || got.Header.Get("Access-Control-Allow-Origin") != "*") {
				t.Errorf("%s %s: got headers %v, want those of every answer", method, target, got.Header)
			}
		}
	}
	status, body := testnode.Get(t, s.URL+"/metrics")
	for _, line := range []string{`{route="unknown",status="400"} 18`, `{route="oauth",status="400"} 9`, `{route="account",status="400"} 3`} {
		if status != http.StatusOK || !strings.Contains(body, "almoner_http_requests_total"+line) {
			t.Errorf("got metrics without %s: %.2000s", line, body)
		}
	}
}

// TestChatsGetALineForAPathThatCannotBeRead asks as a chat bot does, which prints the status of an error into the chat.
func TestChatsGetALineForAPathThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Sandbox: true})
	for target, want := range map[string]string{"/text/%zz": "End this address with one of these", "/text/@mira/100%/total": "There is no such campaign"} {
		conn := dial(t, s.URL)
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", target)
		got := must.Get(http.ReadResponse(bufio.NewReader(conn), nil))(t)
		body := string(must.Get(io.ReadAll(got.Body))(t))
		if got.StatusCode != http.StatusOK || !strings.HasPrefix(body, want) {
			t.Errorf("%s: got %d %s, want 200 with %q", target, got.StatusCode, body, want)
		}
	}
}
