package live_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/text"
)

// isolates shows the signs that stand around what somebody else wrote.
var isolates = strings.NewReplacer("\u2068", "[", "\u2069", "]", "\u202e", "RLO")

// TestAlertText fills templates in for donations that are hard to speak of.
func TestAlertText(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.Give(ctx, fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "20", Name: "Grace"}, w.Clock.Now())
	seen := must.Get(w.See(ctx, app.Actor{}, testworld.ByID(w.Campaign)))(t)
	name := seen.Fact().Name
	long := strings.Repeat("W", 400)
	const two = "{donor} gives {amount}!\n“{comment}”"
	for what, c := range map[string]struct {
		template string
		words    app.AlertWords
		want     string
		turned   string
	}{
		"no text":           {"", app.AlertWords{Donor: "Ada"}, "", "auto"},
		"a gift":            {two, app.AlertWords{Donor: "Ada", Amount: "$5.00", Comment: "Hi"}, "Ada gives $5.00!|“Hi”", "ltr"},
		"no comment":        {two, app.AlertWords{Donor: "Anonymous", Amount: "$5.00"}, "Anonymous gives $5.00!", "ltr"},
		"a blank comment":   {two, app.AlertWords{Donor: "Ada", Amount: "$5.00", Comment: " \n\t"}, "Ada gives $5.00!", "ltr"},
		"a long name":       {two, app.AlertWords{Donor: long, Amount: "¥5,000"}, long + " gives ¥5,000!", "ltr"},
		"markup":            {two, app.AlertWords{Donor: "<b>{total}", Amount: "$5.00", Comment: "<script>{name}"}, "<b>{total} gives $5.00!|“<script>{name}”", "ltr"},
		"two lines":         {two, app.AlertWords{Donor: "A\nda", Amount: "$5.00", Comment: "Hi\r\nthere\u2028you"}, "A da gives $5.00!|“Hi there you”", "ltr"},
		"right to left":     {two, app.AlertWords{Donor: "ليلى", Amount: "$5.00", Comment: "שלום"}, "[ليلى] gives $5.00!|“[שלום]”", "ltr"},
		"turned around":     {two, app.AlertWords{Donor: "Ada\u202egrab", Amount: "$5.00"}, "Adagrab gives $5.00!", "ltr"},
		"emoji":             {two, app.AlertWords{Donor: "👩\u200d👧🎮", Amount: "$5.00"}, "👩\u200d👧🎮 gives $5.00!", "ltr"},
		"words in Arabic":   {"تبرع {donor}", app.AlertWords{Donor: "Ada"}, "تبرع [Ada]", "rtl"},
		"values alone":      {"{donor}: {amount}", app.AlertWords{Donor: "ليلى", Amount: "$5.00"}, "[ليلى]: $5.00", "auto"},
		"a reward":          {"{donor}\ngets {reward}", app.AlertWords{Donor: "Ada", Reward: "A print"}, "Ada|gets A print", "ltr"},
		"no reward":         {"{donor}\ngets {reward}", app.AlertWords{Donor: "Ada"}, "Ada", "ltr"},
		"the campaign":      {"{name}: {total}", app.AlertWords{}, name + ": £20.00", "auto"},
		"nothing to say":    {"{comment}", app.AlertWords{Donor: "Ada"}, "", "auto"},
		"lines with spaces": {"  {donor}  \n\n  !  ", app.AlertWords{Donor: "Ada"}, "Ada|!", "auto"},
	} {
		got := must.Get(live.AlertText(ctx, w.App, seen, text.Accepted("en"), c.template, c.words))(t)
		if said := isolates.Replace(strings.Join(got.Lines, "|")); said != c.want || got.Direction != c.turned {
			t.Errorf("%s: got %q, %s, want %q, %s", what, said, got.Direction, c.want, c.turned)
		}
	}
}
