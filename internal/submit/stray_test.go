package submit_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// donorFields are fields whose words in the domain are other keys than those on the wire.
func donorFields() []submit.Field {
	return []submit.Field{
		submit.Text(new(fund.Opt[string]), "name", "donor_name"),
		submit.Text(new(fund.Opt[string]), "comment", "donor_comment", "message"),
		submit.Text(new(fund.Opt[string]), "about", "description"),
		submit.Text(new(fund.Opt[string]), "description", "short_description"),
		submit.Text(new(fund.Opt[string]), "quantity", "quantity"),
	}
}

func TestAKeyWithoutAFieldIsReportedUnderItself(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"name":        "name is not a field\nm:donor_name cannot be blank",
		"about":       "about is not a field\nm:donor_name cannot be blank",
		"a.b":         "a.b is not a field\nm:donor_name cannot be blank",
		":name":       ":name is not a field\nm:donor_name cannot be blank",
		"inner_thing": "inner_thing is not a field\nm:donor_name cannot be blank",
	} {
		s := read(t, `{}`, donorFields()...)
		s.Stray(submit.Spot{}, key, "is not a field")
		wrong := s.Wrong()
		wrong.Add("name", fund.Blank)
		if got := explained(s.Explain(wrong.Err(), "m:")); got != "m:"+want {
			t.Errorf("%s: got %s, want %s", key, got, "m:"+want)
		}
	}
}

func TestWhatIsSaidOfAStrayKeyIsNotRenamed(t *testing.T) {
	t.Parallel()
	s := read(t, `{}`, submit.Text(new(fund.Opt[string]), "poll_option", "option_id"))
	s.Stray(submit.Spot{Path: "inner", Wire: "inside"}, "x", "says the same as poll_option here")
	if got, want := complaints(s), "inside.x says the same as poll_option here"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnknownKeysAreNotedUpToTheLimit(t *testing.T) {
	t.Parallel()
	s := read(t, `{}`)
	for i := range submit.MaxWrong + 1 {
		s.Unknown(submit.Spot{}, strings.Repeat("k", i+1), nil)
	}
	if got := len(s.Wrong()); got != submit.MaxWrong {
		t.Errorf("got %d complaints, want %d", got, submit.MaxWrong)
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"name": "donor_name", "comment": "donor_comment", "about": "description", // the domain's word
		"donorName": "donor_name", "mesage": "message", "Description": "description", "zz": "", "": "",
	} {
		if got := submit.Suggest(key, donorFields()); got != want {
			t.Errorf("%q: got %q, want %q", key, got, want)
		}
	}
}

func TestOfAKeyWithoutEndLittleIsRepeated(t *testing.T) {
	t.Parallel()
	full := strings.Repeat("é", fault.MaxEcho)
	for key, want := range map[string]string{
		full: full, full + "é": full + "…", strings.Repeat("é.", 300_000): strings.Repeat("é.", fault.MaxEcho/2) + "…",
	} {
		s := read(t, `{}`)
		s.Unknown(submit.Spot{}, key, donorFields())
		if got := complaints(s); got != want+" is not a known field" {
			t.Errorf("%d bytes: got %.300s, want %s", len(key), got, want)
		}
	}
}
