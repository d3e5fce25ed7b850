package command_test

import (
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// object types a command that prints one JSON object.
func (h terminal) object(args ...string) map[string]any {
	h.Helper()
	var got map[string]any
	if err := json.Unmarshal([]byte(h.must(append(args, "--json")...)), &got); err != nil {
		h.Fatalf("%s: %v", args, err)
	}
	return got
}

// objects types a command that prints a JSON object a line.
func (h terminal) objects(args ...string) []map[string]any {
	h.Helper()
	var all []map[string]any
	for line := range strings.Lines(h.must(append(args, "--json")...)) {
		var one map[string]any
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			h.Fatalf("%s: %q: %v", args, line, err)
		}
		all = append(all, one)
	}
	return all
}

// refused types a command that is refused with the code and the words.
func (h terminal) refused(code int, words string, args ...string) {
	h.Helper()
	if got, _, complaint := h.run(args...); got != code || !strings.Contains(complaint, words) {
		h.Errorf("%s: got %d: %s, want %d and %q", args, got, complaint, code, words)
	}
}

// withUsers is a terminal on a database with Ada and Bo.
func withUsers(t *testing.T) terminal {
	t.Helper()
	h := newTerminal(t)
	h.must("migrate")
	h.must("user", "create", "--username", "Ada", "--email", "ada@example.org")
	h.must("user", "create", "--username", "Bo", "--email", "bo@example.org")
	return h
}

func TestUsersFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	if made := h.object("user", "create", "--username", "Cy", "--email", "cy@example.org"); made["slug"] != "cy" || len(made["password"].(string)) < 20 {
		t.Errorf("got %v, want the user with a password that was made up", made)
	}
	users := h.objects("user", "list")
	if len(users) != 3 || users[0]["email"] != "ada@example.org" || users[2]["slug"] != "cy" || users[0]["password"] != nil {
		t.Errorf("got %v, want all users, the oldest first, without passwords", users)
	}
	if out := h.must("user", "password", "--user", "BO@example.org"); !strings.HasPrefix(out, "password: ") || !strings.HasSuffix(out, "Bo (bo@example.org) has a new password and is signed out everywhere.\n") {
		t.Errorf("got %q, want the password and what follows", out)
	}
	if changed := h.object("user", "password", "--user", "1"); changed["slug"] != "ada" || len(changed["password"].(string)) < 20 {
		t.Errorf("got %v, want the user with a password that was made up", changed)
	}
	if out := h.must("user", "email", "--user", "bo", "--email", "New@example.org"); out != "Bo signs in with new@example.org from now on and is signed out everywhere. A server that sends mail tells this address and bo@example.org.\n" {
		t.Errorf("got %q, want the new address and what follows", out)
	}
	if out := h.must("user", "email", "--user", "bo", "--email", "new@example.org"); !strings.HasSuffix(out, "nothing has changed.\n") {
		t.Errorf("got %q, want nothing changed", out)
	}
	if changed := h.object("user", "email", "--user", "bo", "--email", "bo@example.org"); changed["email"] != "bo@example.org" {
		t.Errorf("got %v, want the user with the address", changed)
	}
	h.refused(1, "email is already taken", "user", "email", "--user", "bo", "--email", "ada@example.org")
	h.refused(2, "--email", "user", "email", "--user", "bo")
	h.refused(1, "no password on standard input", "user", "password", "--user", "ada", "--password-stdin")
	if off := h.object("user", "disable", "--user", "ada"); off["disabled_at"] == nil {
		t.Errorf("got %v, want the user disabled", off)
	}
	if out := h.must("user", "list"); !strings.Contains(out, "ada@example.org\t"+time.Now().UTC().Format(time.DateOnly)+"\tdisabled\n") {
		t.Errorf("got %q, want Ada disabled", out)
	}
	h.refused(1, "The user ada is disabled", "token", "create", "--user", "ada")
	if on := h.object("user", "enable", "--user", "ada"); on["disabled_at"] != nil {
		t.Errorf("got %v, want the user enabled", on)
	}
	if ended := h.object("user", "sessions", "end", "--user", "ada"); ended["ended"] != 0.0 {
		t.Errorf("got %v, want no session ended", ended)
	}
	for _, args := range [][]string{{"password"}, {"email", "--email", "dora@example.org"}, {"disable"}, {"enable"}, {"sessions", "end"}} {
		h.refused(1, "There is no user dora", append(append([]string{"user"}, args...), "--user", "dora")...)
	}
}

func TestTokensFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	made := h.object("token", "create", "--user", "ada", "--scope", "public write", "--expires", "90d")
	id, text := made["id"].(string), made["token"].(string)
	end, err := time.Parse(time.RFC3339, made["expires_at"].(string))
	if days := time.Until(end).Hours() / 24; err != nil || days < 89 || days > 90 || len(text) != 64 || made["kind"] != "user" {
		t.Errorf("got %v, %v, want a token of a user for 90 days", made, err)
	}
	if out := h.must("token", "create", "--user", "bo"); !strings.Contains(out, "\nscopes: public\nexpires: never\n") {
		t.Errorf("got %q, want a token without an end", out)
	}
	tokens := h.objects("token", "list", "--user", "ada")
	if len(tokens) != 1 || tokens[0]["id"] != id || tokens[0]["token"] != nil {
		t.Errorf("got %v, want the token of the user without its text", tokens)
	}
	if out := h.must("token", "list"); strings.Count(out, "\n") != 2 || strings.Contains(out, text) || !strings.Contains(out, "\tpublic write\t") {
		t.Errorf("got %q, want both tokens without their texts", out)
	}
	if gone := h.object("token", "revoke", "--id", id); gone["revoked"] != true {
		t.Errorf("got %v, want it revoked", gone)
	}
	if tokens := h.objects("token", "list", "--user", "ada"); len(tokens) != 0 {
		t.Errorf("got %v, want none", tokens)
	}
	h.refused(1, "There is no token", "token", "revoke", "--id", "0192f0a4-7c1e-7000-8000-000000000000")
	h.refused(2, "--id must be the id of a token", "token", "revoke", "--id", "x")
	h.refused(2, "--scope all is not known; there are public", "token", "create", "--user", "ada", "--scope", "write,all")
	h.refused(2, "--user", "token", "create")
	h.refused(1, "There is no application x", "token", "list", "--app", "x")
	for text, words := range map[string]string{
		"soon": "--expires must be", "d": "--expires must be", "-1d": "--expires must be", "1w": "--expires must be",
		"0d": "in the past", "2020-01-01": "in the past", "3653d": "", "3654d": "more than ten years",
	} {
		if words == "" {
			h.must("token", "create", "--user", "ada", "--expires", text)
			continue
		}
		h.refused(2, words, "token", "create", "--user", "ada", "--expires="+text)
	}
}

func TestApplicationsFromTheTerminal(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	made := h.object("app", "create", "--name", "Bot", "--api", "v3", "--redirect-uri", "https://bot.example.org/back", "--owner", "ada@example.org")
	client := made["client_id"].(string)
	if len(made["client_secret"].(string)) != 64 || len(made["application_token"].(string)) != 64 {
		t.Errorf("got %v, want the secrets", made)
	}
	if all := h.objects("app", "list"); len(all) != 1 || all[0]["client_id"] != client || all[0]["client_secret"] != nil || all[0]["disabled_at"] != nil {
		t.Errorf("got %v, want the application without secrets", all)
	}
	rotated := h.object("app", "rotate", "--app", client)
	if secret := rotated["client_secret"]; secret == made["client_secret"] || len(secret.(string)) != 64 {
		t.Errorf("got %v, want another secret", rotated)
	}
	own := h.object("token", "create", "--app", client, "--scope", "write", "--expires", "1h")
	if own["kind"] != "application" || own["application"] != made["id"] {
		t.Errorf("got %v, want a token of the application that ends", own)
	}
	if tokens := h.objects("token", "list", "--app", client); len(tokens) != 2 {
		t.Errorf("got %v, want two tokens of the application", tokens)
	}
	if off := h.object("app", "disable", "--app", made["id"].(string)); off["disabled_at"] == nil {
		t.Errorf("got %v, want it disabled", off)
	}
	if out := h.must("app", "list"); out != client+"\tv3\tpublic cause write\tdisabled\tBot\n" {
		t.Errorf("got %q, want it disabled", out)
	}
	if on := h.object("app", "enable", "--app", client); on["disabled_at"] != nil {
		t.Errorf("got %v, want it enabled", on)
	}
	if tokens := h.objects("token", "list", "--app", client); len(tokens) != 0 {
		t.Errorf("got %v, want the tokens of before to stay ended", tokens)
	}
	if out := h.must("app", "enable", "--app", client); out != "Bot may get tokens again; those of before stay ended.\n" {
		t.Errorf("got %q", out)
	}
	h.object("token", "create", "--app", client)
	h.must("app", "disable", "--app", client)
	h.must("user", "disable", "--user", "ada")
	h.refused(1, "The owner of the application is disabled", "app", "enable", "--app", client)
	for _, verb := range []string{"rotate", "disable", "enable"} {
		h.refused(1, "There is no application x", "app", verb, "--app", "x")
	}
}

func TestApplicationsThatRegisteredThemselves(t *testing.T) {
	t.Parallel()
	h := withUsers(t)
	client := h.registered()
	if out := h.must("app", "list"); out != client+"\tv5\tpublic\tpending\tBot\n" {
		t.Errorf("got %q, want it pending", out)
	}
	if all := h.objects("app", "list"); all[0]["pending"] != true || all[0]["registered"] != true || all[0]["owner"] != nil {
		t.Errorf("got %v, want an application of nobody that waits", all)
	}
	if out := h.must("app", "approve", "--app", client); out != "Bot is approved. Scopes: public. It sends people to: https://bot.example.org/back\n" {
		t.Errorf("got %q, want what was approved", out)
	}
	if again := h.object("app", "approve", "--app", client); again["pending"] != false || again["client_id"] != client {
		t.Errorf("got %v, want it approved", again)
	}
	if out := h.must("app", "list"); out != client+"\tv5\tpublic\tregistered\tBot\n" {
		t.Errorf("got %q, want it registered", out)
	}
	if out := h.must("app", "scopes", "--app", client, "--scope", "webhooks:write", "--scope", "write"); out != "scopes: public webhooks:write write\n" {
		t.Errorf("got %q, want the scopes", out)
	}
	if more := h.object("app", "scopes", "--app", client, "--scope", "cause"); len(more["scopes"].([]any)) != 4 {
		t.Errorf("got %v, want one more scope", more)
	}
	h.refused(2, "--scope admin is not known", "app", "scopes", "--app", client, "--scope", "admin")
	h.refused(2, "--scope", "app", "scopes", "--app", client)
	h.refused(1, "There is no application x", "app", "approve", "--app", "x")
	h.refused(1, "There is no application x", "app", "scopes", "--app", "x", "--scope", "cause")
	h.must("app", "disable", "--app", client)
	h.refused(1, "The application is disabled", "app", "approve", "--app", client)
}

// registered makes an application that registered itself, and returns its client id.
func (h terminal) registered() string {
	h.Helper()
	s, err := store.Open(h.Context(), h.db, store.Options{})
	must.Do(h, err)
	defer func() { must.Do(h, s.Close()) }()
	made, _, err := app.New(app.Options{Store: s, Random: rand.Reader}).RegisterApplication(h.Context(), app.Actor{}, app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.example.org/back"}, Scopes: []string{"public"},
	})
	must.Do(h, err)
	return made.ClientID
}
