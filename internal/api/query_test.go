package api_test

import (
	"math"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

func TestQueryInt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query string
		want  int64
		bad   bool
	}{
		{"", 10, false},
		{"other=3", 10, false},
		{"count=3", 3, false},
		{"count=-3", -3, false},
		{"count=9223372036854775807", math.MaxInt64, false},
		{"count=9223372036854775808", 0, true},
		{"count=", 0, true},
		{"count=ten", 0, true},
		{"count=1.5", 0, true},
	} {
		q, _ := url.ParseQuery(c.query)
		got, err := api.QueryInt(q, "count", 10)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%q: got %d, %v, want %d, error %t", c.query, got, err, c.want, c.bad)
		}
		if c.bad && (!fault.Is(err, fault.Malformed) || !strings.Contains(fault.From(err).Message, "count must be a whole number")) {
			t.Errorf("%q: got %v, want a malformed fault that names the parameter", c.query, err)
		}
	}
}

func TestQueryIsLenient(t *testing.T) {
	t.Parallel()
	w := ask(serving(testRoutes()...), "GET", "/api/v9/things?a=1&b=%zz&c;d&e=2&a=3", "")
	q, _ := data(t, w)["query"].(map[string]any)
	if len(q) != 2 || q["a"] == nil || q["e"] == nil {
		t.Errorf("got %v, want the pairs a and e only", q)
	}
}
