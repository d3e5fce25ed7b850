package apiv3_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// TestAnApplicationShowsItsOwner wants what GET /users/:id shows to everybody, and nothing else.
func TestAnApplicationShowsItsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name string
		in   app.NewApplication
		want int
	}{
		{"of V3 with an owner", app.NewApplication{API: fund.APIV3, Owner: w.Ada.ID}, 200},
		{"of V3 without an owner", app.NewApplication{API: fund.APIV3}, 401},
		{"of V5 with an owner", app.NewApplication{API: fund.APIV5, Owner: w.Ada.ID}, 401},
	} {
		c.in.Name, c.in.RedirectURIs = "Dashboard", []string{"https://dashboard.example.org/back"}
		_, _, token, err := w.CreateApplication(t.Context(), app.System(), c.in)
		w.Must(err)
		answer := w.call("GET", "/user", token, "")
		if answer.Code != c.want {
			t.Errorf("%s: got %d %s, want %d", c.name, answer.Code, answer.Body, c.want)
		}
		if c.want == 200 {
			wantPublicProfile(t, w, answer.Body.Bytes())
		}
		// It shows the owner, and stays an application.
		if answer := w.call("PATCH", "/user", token, `{"about":"x"}`); answer.Code != 401 {
			t.Errorf("%s: got %d for a change of the owner, want 401", c.name, answer.Code)
		}
		if answer := w.call("GET", "/users", token, ""); answer.Code != 401 {
			t.Errorf("%s: got %d for all users, want 401", c.name, answer.Code)
		}
	}
}

func wantPublicProfile(t *testing.T, w *world, body []byte) {
	t.Helper()
	own, public := dataOf(t, body), dataOf(t, w.call("GET", w.path("/users/{ada}"), "", "").Body.Bytes())
	for _, key := range []string{"email", "firstName", "lastName", "newsletter"} {
		if value, there := own[key]; !there || string(value) != "null" {
			t.Errorf("got %s %s, want null", key, value)
		}
	}
	for key, want := range public {
		if string(own[key]) != string(want) {
			t.Errorf("got %s %s, want %s as everybody sees", key, own[key], want)
		}
	}
	full := dataOf(t, w.call("GET", "/user", w.adaToken, "").Body.Bytes())
	for key := range full {
		if _, there := own[key]; !there {
			t.Errorf("got no %s, want every key that a user's own token gets", key)
		}
	}
	if strings.Contains(string(body), w.Ada.Email) || string(full["email"]) == "null" {
		t.Errorf("got %s, want the address for the user's own token only", body)
	}
}

func dataOf(t *testing.T, body []byte) map[string]json.RawMessage {
	t.Helper()
	var envelope struct{ Data map[string]json.RawMessage }
	if err := json.Unmarshal(body, &envelope); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return envelope.Data
}

// TestTheNewsletterIsAlwaysNull wants the answer of a write to say so too, and an object that is sent back as
// it was read to change nothing.
func TestTheNewsletterIsAlwaysNull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	whole, err := json.Marshal(dataOf(t, w.call("GET", "/user", w.adaToken, "").Body.Bytes()))
	w.Must(err)
	for _, body := range []string{`{"newsletter":true}`, `{"newsletter":null}`, string(whole)} {
		answer := w.call("PATCH", "/user", w.adaToken, body)
		if got := string(dataOf(t, answer.Body.Bytes())["newsletter"]); answer.Code != 200 || got != "null" {
			t.Errorf("%s: got %d with newsletter %s, want 200 and null", body, answer.Code, got)
		}
		user, err := w.CurrentUser(t.Context(), testworld.As(w.Ada))
		w.Must(err)
		if user.Newsletter == nil || !*user.Newsletter {
			t.Errorf("%s: got the newsletter %v stored, want true as it was written first", body, user.Newsletter)
		}
	}
}
