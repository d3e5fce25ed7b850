package command

// This test is inside the package, so that the results of the tests that run the built binary
// are not taken from the cache when the binary would be another.

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/almoner/almoner/client"
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
		{"fields", 422, `{"error":{"message":"m","fields":{"amount":"is wrong"}}}`, "", "1 field is invalid", false},
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

func TestEachErrorHasItsOwnLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		failed []error
		want   string
		end    string
	}{
		{[]error{errors.New("a")}, "", "a"},
		{[]error{errors.New("b"), errors.New("a"), errors.New("b")}, "a\nb\n", "2 reasons"},
		{[]error{fieldsError{"amount x", "target y"}, fieldsError{"amount x", "target y"}}, "amount x\ntarget y\n", "2 fields are invalid"},
	} {
		var out bytes.Buffer
		err := refused(c.failed, c.failed[0], Terminal{Err: &out})
		if out.String() != c.want || !strings.Contains(err.Error(), c.end) {
			t.Errorf("%v: got %q and %v, want %q and %q", c.failed, &out, err, c.want, c.end)
		}
	}
}

func TestNegativeNumbersAreNoFlags(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"trigger --amount -1 --count=2 -h --name -x -5": "trigger --amount=-1 --count=2 -h --name -x -- -5",
		"rate set EUR -1 --day x":                       "rate set EUR --day x -- -1",
		"rate set EUR -- -1 -x":                         "rate set EUR -- -1 -x",
		"rate -2 -- -1 --x":                             "rate -- -2 -1 --x",
		"rate list":                                     "rate list",
	} {
		if got := strings.Join(joined(strings.Fields(typed)), " "); got != want {
			t.Errorf("%s: got %s, want %s", typed, got, want)
		}
	}
}

func TestTextOfAServerCannotMoveTheCursor(t *testing.T) {
	t.Parallel()
	got := feedLine(client.Message{Type: "donation.completed\r", ID: "a\x1b[31m", Data: []byte(`{"donor_name":"\u202eeoZ\u0007","donor_comment":"a\nb"}`)})
	if want := "donation.completed eoZ “a b” a [31m"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALineSaysWhatWasRefunded(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"amount":{"value":"4.00","currency":"USD"},"donor_name":"Ada"}`: "donation.refunded -1.00 USD Ada id",
		"null": "donation.refunded -1.00 USD id",
	} {
		got := feedLine(client.Message{
			Type: "donation.refunded", ID: "id", Detail: []byte(`{"change":{"value":"-1.00","currency":"USD"}}`), Data: []byte(data),
		})
		if got != want {
			t.Errorf("got %q, want what was refunded: %q", got, want)
		}
	}
}
