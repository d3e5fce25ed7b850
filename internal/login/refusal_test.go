package login_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/login"
	"github.com/almoner/almoner/internal/must"
)

// TestRefusalsOfAServerAreRead wants what is wrong in words, and nothing that moves the cursor of a terminal.
func TestRefusalsOfAServerAreRead(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"error":{"message":"Unprocessible","fields":{"b":["is\u001b[31m red","too"],"a":"is wrong"}}}`: "a is wrong, b is [31m red; too",
		`{"error":{"message":"Conflict","fields":{"base":["There is no poll."]}}}`:                       "The server answered 422: There is no poll.",
		`{"error":{"message":"Not\u0007 so."}}`:                                                          "The server answered 422: Not  so.",
		`{"error":"invalid_grant","error_description":"Used before."}`:                                   "The server answered 422: Used before.",
		`{"error":{"message":"` + strings.Repeat("é", 500) + `"}}`:                                       "The server answered 422: " + strings.Repeat("é", 500),
		`{"error":{"message":"` + strings.Repeat("é", 501) + `"}}`:                                       "The server answered 422: " + strings.Repeat("é", 500) + "…",
		"<html>": "The server answered 422: Unprocessable Entity",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(body))
		}))
		t.Cleanup(server.Close)
		err := login.New(server.URL, nil).Get(t.Context(), "/", &struct{}{})
		f, is := errors.AsType[*fault.Error](err)
		if !is {
			t.Fatalf("%s: got %v, want a fault", body, err)
		}
		var lines []string
		for _, field := range f.Fields {
			lines = append(lines, field.Path+" "+field.Text)
		}
		got := strings.Join(lines, ", ")
		if got == "" {
			got = f.Message
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// TestRefusalsSayWhyAndTheWayOut reads the reason from the header, and knows where the token came from.
func TestRefusalsSayWhyAndTheWayOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status       int
		header, want string
	}{
		{401, `Bearer realm="almoner", error="invalid_token", error_description="The access token has expired."`, "The server answered 401: The access token has expired. "},
		{401, `Bearer realm="almoner"`, "The server answered 401: Nope. "},
		{403, `Bearer error="insufficient_scope", scope="write", error_description="This needs the scope write."`, "The server answered 403: This needs the scope write."},
		{403, "", "The server answered 403: Nope."},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.header != "" {
				w.Header().Set("WWW-Authenticate", c.header)
			}
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(`{"error":{"message":"Nope.","fields":null}}`))
		}))
		t.Cleanup(server.Close)
		profiles := must.Get(login.ProfilesIn(t.TempDir()))(t)
		kept := login.Profile{Server: server.URL, AccessToken: "a", ExpiresAt: time.Now().Add(time.Hour)}
		must.Do(t, errors.Join(profiles.Save("default", kept), profiles.Save("other", kept)))
		for wayOut, asking := range map[string]*login.Server{
			"Name a file with a token with --token-file, or log in with: almoner login --server " + server.URL: login.New(server.URL, nil),
			"The token is that of here.txt; put one there that works, such as from almoner token create.":      login.New(server.URL, login.Token("x", "here.txt")),
			"Log in again with: almoner login --server " + server.URL:                                          must.Get(profiles.Open("default"))(t),
			"Log in again with: almoner login --server " + server.URL + " --profile other":                     must.Get(profiles.Open("other"))(t),
		} {
			want := c.want
			if c.status == http.StatusUnauthorized {
				want += wayOut
			}
			err := asking.Get(t.Context(), "/", &struct{}{})
			if f, is := errors.AsType[*fault.Error](err); !is || f.Message != want {
				t.Errorf("%d: got %v, want %s", c.status, err, want)
			}
			var follows error
			for _, follows = range asking.Follow(t.Context(), client.FollowOptions{Facts: []string{"a"}}) {
				continue
			}
			if f, is := errors.AsType[*fault.Error](follows); !is || f.Message != want {
				t.Errorf("the feed, %d: got %v, want %s", c.status, follows, want)
			}
		}
	}
}
