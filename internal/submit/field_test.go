package submit_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// as reads the value of a field and gives what was set, as text, or what is wrong.
func as[T any](field func(to *fund.Opt[T], path string, keys ...string) submit.Field) func(*testing.T, string) string {
	return func(t *testing.T, value string) string {
		t.Helper()
		var to fund.Opt[T]
		s := read(t, `{"it":`+value+`}`, field(&to, "it", "it"))
		switch one := reflect.Indirect(reflect.ValueOf(to.Value)); {
		case len(s.Wrong()) > 0 && to.Set:
			return "set and wrong"
		case len(s.Wrong()) > 0:
			return complaints(s)
		case !to.Set:
			return "not set"
		case !one.IsValid():
			return "none"
		default:
			return fmt.Sprintf("%q", fmt.Sprint(one.Interface()))
		}
	}
}

func TestFieldsOfOneValue(t *testing.T) {
	t.Parallel()
	const (
		noText, noNumber, noFlag = "it is not a text", "it is not a number", "it is not true or false"
		noWhole, tooLarge        = "it is not a whole number", "it is too large"
	)
	for name, test := range map[string]struct {
		read func(*testing.T, string) string
		want map[string]string
	}{
		"text": {as(submit.Text[fund.Status]), map[string]string{
			`"draft"`: `"draft"`, `""`: `""`, `null`: `""`, `1`: noText, `true`: noText, `{}`: noText, `[]`: noText,
		}},
		"flag": {as(submit.Flag), map[string]string{
			`true`: `"true"`, `false`: `"false"`, `null`: noFlag, `"true"`: noFlag, `1`: noFlag,
		}},
		"choice": {as(submit.Choice), map[string]string{
			`true`: `"true"`, `false`: `"false"`, `null`: "none", `"true"`: noFlag, `0`: noFlag,
		}},
		"decimal": {as(submit.Decimal), map[string]string{
			`12.50`: `"12.50"`, `"12.50"`: `"12.50"`, `1.5e3`: `"1500"`, `null`: `""`, `"1e2"`: `"1e2"`, `-1`: `"-1"`, `true`: noNumber,
			`{}`: noNumber, `1e99`: tooLarge, `1e-99`: "it has more decimals than the currency allows",
		}},
		"count": {as(submit.Count), map[string]string{
			`7`: `"7"`, `7.0`: `"7"`, `2e1`: `"20"`, `-1`: `"-1"`, `null`: "none", `"7"`: noNumber, `1.5`: noWhole, `25e-1`: noWhole, `1e-99`: noWhole,
			`9223372036854775807`: `"9223372036854775807"`, `9223372036854775808`: tooLarge, `1e99`: tooLarge, `[]`: noNumber,
		}},
		"position": {as(submit.Position), map[string]string{
			`7`: `"7"`, `2147483647`: `"2147483647"`, `2147483648`: tooLarge, `-2147483649`: tooLarge, `null`: noNumber, `1.5`: noWhole,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for value, want := range test.want {
				if got := test.read(t, value); got != want {
					t.Errorf("%s: got %s, want %s", value, got, want)
				}
			}
		})
	}
}

func TestReadInstant(t *testing.T) {
	t.Parallel()
	layouts := []string{time.RFC3339, time.DateOnly}
	for text, want := range map[string]string{
		"2026-03-14T21:00:00+09:00":      "2026-03-14T12:00:00Z",
		"2026-03-14":                     "2026-03-14T00:00:00Z",
		"1970-01-01":                     "1970-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z":           "9999-12-31T23:59:59Z",
		"1970-01-01T00:00:00+00:01":      "",
		"9999-12-31T23:59:59.000000001Z": "",
		"2026-02-30":                     "",
		"14.03.2026":                     "",
		"":                               "",
	} {
		at, ok := submit.ReadInstant(text, layouts)
		if ok != (want != "") || ok && at.Format(time.RFC3339Nano) != want {
			t.Errorf("%q: got %v %v, want %q", text, at, ok, want)
		}
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		`"a"`: "a", `null`: "", `{"src":"b","alt":1}`: "in b", `{"alt":"x"}`: "it needs a src", `7`: "it is not a text",
		`{"src":7}`: "it.src is not a text",
	} {
		var to fund.Opt[string]
		inside := func(s *submit.Submission, at submit.Spot, src any, address submit.Reader) {
			if text, ok := src.(string); ok {
				src = "in " + text
			}
			address(s, at.Under("src", "src"), src)
		}
		s := read(t, `{"it":`+value+`}`, submit.Picture(&to, inside, "it", "it"))
		if got := to.Value + complaints(s); got != want || to.Set != (complaints(s) == "") {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}

func TestAddressIsTakenAsAWhole(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]fund.Opt[*fund.Address]{
		`{}`:          {},
		`{"at":null}`: fund.Some[*fund.Address](nil),
		`{"at":{"street":"1 Road","country":"GB"}}`: fund.Some(&fund.Address{Line1: "1 Road", Country: "GB"}),
		`{"at":{"line2":"2","city":"York","region":"NY","postal_code":"9"}}`: fund.Some(&fund.Address{
			Line2: "2", City: "York", Region: "NY", PostalCode: "9",
		}),
	} {
		var got fund.Opt[*fund.Address]
		s := read(t, body, submit.Address(&got, map[string][]string{"line1": {"street"}}, "address", "at"))
		if !reflect.DeepEqual(got, want) || len(s.Wrong()) > 0 {
			g, _ := json.Marshal(got.Value)
			t.Errorf("%s: got %s %s, want %+v", body, g, complaints(s), want.Value)
		}
	}
	var got fund.Opt[*fund.Address]
	if s := read(t, `{"at":{"street":1,"line1":"x"}}`, submit.Address(&got, map[string][]string{"line1": {"street"}}, "address", "at")); complaints(s) != "at.street is not a text\nat.line1 is not known" {
		t.Errorf("got %s, want both parts of the address", complaints(s))
	}
}

func TestTextsMerge(t *testing.T) {
	t.Parallel()
	var social fund.SocialPatch
	s := read(t, `{"on":{"twitch":"t","youtube":null,"mixer":1}}`, submit.Social(&social, "social", "on"))
	if want := (fund.SocialPatch{"twitch": "t", "youtube": ""}); !reflect.DeepEqual(social, want) || complaints(s) != "on.mixer is not a text" {
		t.Errorf("got %v %s, want %v and a word about mixer", social, complaints(s), want)
	}
	social = nil
	if s := read(t, `{"on":null}`, submit.Social(&social, "social", "on")); social != nil || complaints(s) != "on is not an object" {
		t.Errorf("got %v %s, want no change", social, complaints(s))
	}
}
