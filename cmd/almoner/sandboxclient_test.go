package main

// This test is inside the package, so that the results of the tests that run the built binary
// are not taken from the cache when the binary would be another.

import (
	"errors"
	"strings"
	"testing"
)

func TestAnswersOfTheServerAreRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		status int
		text   string
		id     string
		want   string // a part of the error
		later  bool
	}{
		{"done", 201, `{"id":"a"}`, "a", "", false},
		{"created, but nothing was said", 201, `{}`, "", "201", false},
		{"fields", 422, `{"error":{"message":"m","fields":{"amount":"is wrong"}}}`, "", "1 of its fields", false},
		{"not enabled", 404, `<!doctype html>`, "", "--sandbox", false},
		{"no campaign", 404, `{"error":{"message":"There is no campaign 7."}}`, "", "no campaign 7", false},
		{"token", 401, `{"error":{"message":"The access token is not known."}}`, "", "not known", false},
		{"later", 503, `{"error":{"message":"Stopping."}}`, "", "Stopping", true},
		{"too many", 429, ``, "", "429", true},
	} {
		id, err := read(c.status, []byte(c.text))
		var later *laterError
		if id != c.id || errors.As(err, &later) != c.later || (err == nil) != (c.want == "") {
			t.Errorf("%s: got %q, %v, want %q", c.name, id, err, c.id)
		}
		if err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}
