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

func TestParametersWithoutAValueAreAbsent(t *testing.T) {
	t.Parallel()
	settings, _ := quiet()
	settings.Cache = api.NewCache(0)
	h := api.New(testWire(), []route{
		{Method: "GET", Pattern: "/plain", Handle: echo, Query: []string{"count", "before"}},
		{Method: "GET", Pattern: "/shared", Handle: echo, Query: []string{"count", "before"}, Shared: true},
	}, settings)
	for _, path := range []string{"plain", "shared"} {
		for query, want := range map[string]string{
			"count=": "", "count": "", "before=&count=": "", "count=&count=5": "5", "count=5&count=": "5", "count=%20": " ", "count=0": "0",
		} {
			sent, _ := data(t, ask(h, "GET", "/api/v9/"+path+"?"+query, ""))["query"].(map[string]any)
			got, _ := sent["count"].([]any)
			if (want == "") != (sent["count"] == nil) || want != "" && (len(got) != 1 || got[0] != want) || sent["before"] != nil {
				t.Errorf("%s?%s: got %v, want count %q and no before", path, query, sent, want)
			}
		}
	}
}
