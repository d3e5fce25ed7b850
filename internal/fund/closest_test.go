package fund_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

func TestClosest(t *testing.T) {
	t.Parallel()
	known := []string{"donor_name", "donor_comment", "description", "short_description", "quantity", "message"}
	for name, want := range map[string]string{
		"donorName": "donor_name", "DONOR-NAME": "donor_name", "donor name": "donor_name", // another spelling
		"donor": "", "short": "short_description", "tion": "", "qua": "quantity", "qu": "", // a part of one, or of several
		"quantty": "quantity", "quanttyy": "quantity", "mesage": "message", "massagee": "message", // typing mistakes
		"qunt": "", "zz": "", "": "", "_": "", "nothing_like_it": "",
	} {
		if got := fund.Closest(name, known); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	const longest = 64
	long := strings.Repeat("x", longest-1)
	for name, want := range map[string]string{long + "y": long + "yz", long + "yzz": ""} {
		if got := fund.Closest(name, []string{long + "yz"}); got != want {
			t.Errorf("%d letters: got %q, want %q", len(name), got, want)
		}
	}
}

func TestUnknownOptionsSuggestAKnownOne(t *testing.T) {
	t.Parallel()
	_, wrong := fund.PermissionsPatch{Switches: map[string]bool{"gift_ade": true, "fly": true}}.Apply(nil)
	if len(wrong) != 2 || wrong[0].Text != fund.UnknownName || wrong[1].Text != fund.UnknownName+" (did you mean gift_aid?)" {
		t.Errorf("got %v, want one with the name that was meant", wrong)
	}
}
