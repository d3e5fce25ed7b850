package submit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// loud is a dialect that refuses unknown keys and writes words without a name in capitals.
type loud struct{}

func (loud) Find(_ *submit.Submission, _ submit.Spot, sent api.Object, f submit.Field) (key string, value any, found bool) {
	for _, key := range f.Keys {
		if value, found := sent.Get(key); found {
			return key, value, true
		}
	}
	return "", nil, false
}

func (loud) Rest(s *submit.Submission, at submit.Spot, sent api.Object, fields []submit.Field) {
	for _, one := range sent {
		if !submit.Known(fields, one.Key) {
			s.Stray(at, one.Key, "is not known")
		}
	}
}

func (loud) Spell(word string) string { return strings.ToUpper(word) }

// read reads a body with the fields.
func read(t *testing.T, body string, fields ...submit.Field) *submit.Submission {
	t.Helper()
	sent, err := api.DecodeJSON([]byte(body))
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	s := submit.New(loud{}, map[string]string{"fact": "campaign_id"})
	s.Object(submit.Spot{}, sent, fields)
	return s
}

// complaints are what is wrong, as the caller is told.
func complaints(s *submit.Submission) string {
	return explained(s.Explain(s.Wrong().Err(), ""))
}

// explained are the fields of an error, one a line.
func explained(err error) string {
	f := fault.From(err)
	if f == nil {
		return ""
	}
	lines := make([]string, len(f.Fields))
	for i, one := range f.Fields {
		lines[i] = one.Path + " " + one.Text
	}
	return strings.Join(lines, "\n")
}

func TestEverythingWrongIsNotedWithTheNameThatTheCallerUsed(t *testing.T) {
	t.Parallel()
	var name, kind fund.Opt[string]
	var count fund.Opt[*int64]
	s := read(t, `{"title":1,"what":{"sort":[],"odd":1},"list":[{"n":"x"},7],"more":true}`,
		submit.Text(&name, "name", "name", "title"),
		submit.Group{Path: "thing", Keys: []string{"what"}, Fields: []submit.Field{submit.Text(&kind, "kind", "sort")}, Done: func() {}}.Field(),
		submit.Items(new([]int), func(*int) submit.Group {
			return submit.Group{Fields: []submit.Field{submit.Count(&count, "number", "n")}, Done: func() {}}
		}, "items", "list"),
	)
	const want = "title is not a text\nwhat.sort is not a text\nwhat.odd is not known\nlist.0.n is not a number\nlist.1 is not an object\nmore is not known"
	if got := complaints(s); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var paths []string
	for _, one := range s.Wrong() {
		paths = append(paths, one.Path)
	}
	if got, want := strings.Join(paths, " "), "name thing.kind thing.:odd items.0.number items.1 :more"; got != want {
		t.Errorf("got the domain paths %s, want %s", got, want)
	}
}

func TestWhatTheRulesFindIsSaidInTheCallersWords(t *testing.T) {
	t.Parallel()
	var starts, ends, kind, nick fund.Opt[string]
	s := read(t, `{"endsOn":"x","nick":"y"}`,
		submit.Text(&starts, "starts_at", "startsAt", "startsOn"),
		submit.Text(&ends, "ends_at", "endsAt", "endsOn"),
		submit.Text(&nick, "nick", "nick"),
		submit.Group{Path: "stream", Keys: []string{"livestream"}, Fields: []submit.Field{submit.Text(&kind, "kind", "type")}, Done: func() {}}.Field(),
	)
	for _, test := range []struct{ path, text, want string }{
		{"ends_at", "must be after starts_at", "m:endsOn must be after startsAt"},
		{"stream.kind", "cannot be blank", "m:livestream.type cannot be blank"},
		{"stream.some_more.deep", "is wrong", "m:livestream.SOME_MORE.DEEP is wrong"},
		{"fact", "is over", "m:campaign_id is over"},
		{"other", "is no nick and no any_word", "m:OTHER is no nick and no ANY_WORD"},
		{"nick", "is _nick_ of _", "m:nick is _nick_ of _"},
	} {
		err := fmt.Errorf("write: %w", fault.Fields{{Path: test.path, Text: test.text}}.Err())
		f := fault.From(s.Explain(err, "m:"))
		if got := f.Fields[0].Path + " " + f.Fields[0].Text; got != test.want || f.Kind != fault.Invalid || f.Message == "" {
			t.Errorf("%s %s: got %v, want %s", test.path, test.text, f, test.want)
		}
	}
	missing := fault.New(fault.NotFound, "There is none.")
	if got := s.Explain(missing, "m:"); fault.From(got) != missing {
		t.Errorf("got %v, want the fault that is about no field as it was", got)
	}
	if got := s.Explain(nil, "m:"); got != nil {
		t.Errorf("got %v out of no error", got)
	}
}

func TestLongListsAndManyMistakesAreCut(t *testing.T) {
	t.Parallel()
	list := func(n int) string { return `{"list":[` + strings.TrimSuffix(strings.Repeat(`1,`, n), ",") + `]}` }
	for n, want := range map[int]int{submit.MaxItems: submit.MaxWrong, submit.MaxItems + 1: 1} {
		var items []fund.PollOptionPatch
		s := read(t, list(n), submit.Items(&items, func(*fund.PollOptionPatch) submit.Group { return submit.Group{} }, "list", "list"))
		if len(s.Wrong()) != want {
			t.Errorf("%d items: got %d complaints, want %d", n, len(s.Wrong()), want)
		}
		if n > submit.MaxItems && complaints(s) != "list is too long (200 items at most)" {
			t.Errorf("got %s, want one complaint about the list", complaints(s))
		}
		if n == submit.MaxItems && len(items) != n {
			t.Errorf("got %d items, want the spot of each of %d", len(items), n)
		}
	}
	if s := read(t, `{"list":{}}`, submit.Items(new([]int), nil, "list", "list")); complaints(s) != "list is not a list" {
		t.Errorf("got %s, want that it is not a list", complaints(s))
	}
}
