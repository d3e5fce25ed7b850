package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

// note is the body of a write: what it says, the unchanged word left out.
type note string

func (n note) Echoes() bool { return strings.Contains(string(n), "same") }

func (n note) Patch(shown any) (string, error) {
	if now, ok := shown.(string); ok {
		return strings.ReplaceAll(string(n), now, ""), nil
	}
	return string(n), nil
}

func (n note) Explain(err error) error { return fault.New(fault.Invalid, "%s: %v", string(n), err) }

// desk is a resource whose steps say that they ran.
type desk struct{ steps []string }

func (d *desk) resource() api.Resource[caller, string, string] {
	return api.Resource[caller, string, string]{
		Decode: func(c *call) (api.Submission[string], error) {
			d.steps = append(d.steps, "decode")
			if len(c.Body) == 0 {
				return nil, fault.New(fault.Malformed, "no body")
			}
			return note(c.Body), nil
		},
		Show:     func(_ context.Context, _ *call, one string) (any, error) { return "shown " + one, nil },
		Compare:  func(_ context.Context, _ *call, one string) (any, error) { return one, nil },
		Location: func(one string) string { return "/things/" + one },
	}
}

func (d *desk) find(c *call) (string, error) {
	d.steps = append(d.steps, "find")
	if id := c.Path("id"); id != "lost" {
		return id, nil
	}
	return "", fault.New(fault.NotFound, "no key")
}

func (d *desk) get(context.Context, caller, string) (string, error) {
	d.steps = append(d.steps, "get")
	return "same", nil
}

func (d *desk) do(_ context.Context, _ caller, key, patch string) (string, error) {
	d.steps = append(d.steps, "do")
	if patch == "refused" {
		return "", fault.New(fault.Invalid, "rule")
	}
	return key + patch, nil
}

func TestWritesOfAResource(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		path, body string
		create     bool
		bodyFirst  bool
		want       any
		location   string
		err        string
		steps      string
	}{
		"a creation says where the new thing is": {path: "a", body: "b", create: true, want: "shown ab", location: "/things/ab", steps: "find decode do"},
		"a change answers with the whole thing":  {path: "a", body: "b", want: "shown ab", steps: "find decode do"},
		"what is shown is no change":             {path: "a", body: "same b", want: "shown a b", steps: "find decode get do"},
		"a refusal speaks of the body":           {path: "a", body: "refused", err: "refused: invalid: rule", steps: "find decode do"},
		"the path is reported first":             {path: "lost", err: "no key", steps: "find"},
		"the body is reported first":             {path: "lost", bodyFirst: true, err: "no body", steps: "find decode"},
		"a read body leaves the path's error":    {path: "lost", body: "b", bodyFirst: true, err: "no key", steps: "find decode"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := &desk{}
			r := d.resource()
			r.BodyFirst = one.bodyFirst
			handle := api.Changes(r, d.find, d.get, d.do)
			if one.create {
				handle = api.Creates(r, d.find, d.do)
			}
			reply, err := handle(t.Context(), requestOf(t, one.path, one.body))
			if got := strings.Join(d.steps, " "); got != one.steps {
				t.Errorf("the steps are %q, want %q", got, one.steps)
			}
			if one.err != "" {
				if err == nil || !strings.Contains(err.Error(), one.err) {
					t.Errorf("got %v, want %q", err, one.err)
				}
				return
			}
			status := 0
			if one.create {
				status = http.StatusCreated
			}
			if err != nil || reply.Body != one.want || reply.Status != status || reply.Header.Get("Location") != one.location {
				t.Errorf("got %+v, %v", reply, err)
			}
		})
	}
}

func TestGetsAndDeletesOfAResource(t *testing.T) {
	t.Parallel()
	d := &desk{}
	get := api.Gets(d.find, d.get, d.resource().Reply)
	if reply, err := get(t.Context(), requestOf(t, "a", "")); err != nil || reply.Body != "shown same" || reply.Status != 0 {
		t.Errorf("got %+v, %v", reply, err)
	}
	var removed []string
	remove := api.Deletes(d.find, func(_ context.Context, _ caller, key string) error {
		removed = append(removed, key)
		return nil
	}, api.Reply{Status: http.StatusNoContent})
	if reply, err := remove(t.Context(), requestOf(t, "a", "")); err != nil || reply.Status != http.StatusNoContent {
		t.Errorf("got %+v, %v", reply, err)
	}
	for _, handle := range []api.Handler[caller]{get, remove} {
		if _, err := handle(t.Context(), requestOf(t, "lost", "")); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want that nothing is found", err)
		}
	}
	if !slices.Equal(removed, []string{"a"}) {
		t.Errorf("removed %q", removed)
	}
}

// requestOf is a call at a path with a body.
func requestOf(t *testing.T, id, body string) *call {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/things/"+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.SetPathValue("id", id)
	return &call{Request: r, Body: []byte(body)}
}
