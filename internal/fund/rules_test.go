package fund_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// wants compares field errors with "path text" lines.
func wants(t *testing.T, got fault.Fields, want ...string) {
	t.Helper()
	lines := make([]string, len(got))
	for i, f := range got {
		lines[i] = f.Path + " " + f.Text
	}
	if g, w := strings.Join(lines, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func campaign() fund.Fact {
	return fund.Fact{
		Kind: fund.KindCampaign, Name: "Run", Slug: "run", Currency: "USD", Status: fund.Unpublished,
		Supportable: fund.SupportNone, Goal: 5000, OriginalGoal: 5000,
	}
}

func TestCampaignPatch(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	cases := []struct {
		name  string
		fact  func(*fund.Fact)
		patch fund.CampaignPatch
		want  []string
	}{
		{name: "nothing", patch: fund.CampaignPatch{}},
		{name: "blank name", patch: fund.CampaignPatch{Name: some("  ")}, want: []string{"name cannot be blank"}},
		{name: "longest name", patch: fund.CampaignPatch{Name: some(strings.Repeat("é", 255))}},
		{name: "too long name", patch: fund.CampaignPatch{Name: some(strings.Repeat("é", 256))}, want: []string{"name is too long (255 characters at most)"}},
		{name: "control in name", patch: fund.CampaignPatch{Name: some("a\nb")}, want: []string{"name has characters that cannot be shown"}},
		{name: "not UTF-8", patch: fund.CampaignPatch{Name: some("a\xff")}, want: []string{"name has characters that cannot be shown"}},
		{name: "emoji, RTL and U+2028 are text", patch: fund.CampaignPatch{Name: some("🎮 مرحبا \u2028 <script>")}},
		{name: "blank slug", patch: fund.CampaignPatch{Slug: some("")}, want: []string{"slug cannot be blank"}},
		{name: "digits only slug", patch: fund.CampaignPatch{Slug: some("123")}, want: []string{"slug may only have the characters a-z, 0-9, - and _, and needs a letter"}},
		{name: "slug with space", patch: fund.CampaignPatch{Slug: some("a b")}, want: []string{"slug may only have the characters a-z, 0-9, - and _, and needs a letter"}},
		{name: "too long slug", patch: fund.CampaignPatch{Slug: some(strings.Repeat("a", 101))}, want: []string{"slug is too long (100 characters at most)"}},
		{name: "upper case slug", patch: fund.CampaignPatch{Slug: some("My-Run_2")}},
		{name: "long description", patch: fund.CampaignPatch{Description: some(strings.Repeat("x", 65537))}, want: []string{"description is too long (65536 bytes at most)"}},
		{name: "lines in description", patch: fund.CampaignPatch{Description: some("a\r\n\tb")}},
		{name: "bell in description", patch: fund.CampaignPatch{Description: some("a\ab")}, want: []string{"description has characters that cannot be shown"}},
		{name: "script avatar", patch: fund.CampaignPatch{Avatar: some("javascript:alert(1)")}, want: []string{"avatar is not an address (https://…)"}},
		{name: "protocol-relative avatar", patch: fund.CampaignPatch{Avatar: some("//evil.example/x")}, want: []string{"avatar is not an address (https://…)"}},
		{name: "own avatar", patch: fund.CampaignPatch{Avatar: some("/assets/a.png")}},
		{name: "goal text", patch: fund.CampaignPatch{Goal: some("ten")}, want: []string{"goal is not a number"}},
		{name: "goal empty", patch: fund.CampaignPatch{Goal: some("")}, want: []string{"goal cannot be blank"}},
		{name: "goal negative", patch: fund.CampaignPatch{Goal: some("-1")}, want: []string{"goal cannot be negative"}},
		{name: "goal precise", patch: fund.CampaignPatch{Goal: some("1.005")}, want: []string{"goal has more decimals than USD allows"}},
		{name: "goal huge", patch: fund.CampaignPatch{Goal: some("99999999999")}, want: []string{"goal is too large"}},
		{
			name: "yen has no decimals", fact: func(f *fund.Fact) { f.Currency = "JPY" },
			patch: fund.CampaignPatch{Goal: some("1.5")}, want: []string{"goal has more decimals than JPY allows"},
		},
		{
			name: "end before start", patch: fund.CampaignPatch{StartsAt: fund.Some(noon), EndsAt: fund.Some(noon.Add(-time.Hour))},
			want: []string{"ends_at must be after starts_at"},
		},
		{
			name: "end before the start it has", fact: func(f *fund.Fact) { f.StartsAt = noon },
			patch: fund.CampaignPatch{EndsAt: fund.Some(noon)}, want: []string{"ends_at must be after starts_at"},
		},
		{name: "unknown status", patch: fund.CampaignPatch{Status: fund.Some(fund.Status("live"))}, want: []string{"status is not one of the allowed values"}},
		{
			name: "unpublish with money", fact: func(f *fund.Fact) { f.Status, f.Supported = fund.Published, 1 },
			patch: fund.CampaignPatch{Status: fund.Some(fund.Unpublished)},
		},
		{
			name: "unpublish without money", fact: func(f *fund.Fact) { f.Status = fund.Published },
			patch: fund.CampaignPatch{Status: fund.Some(fund.Unpublished)},
		},
		{name: "unknown supportable", patch: fund.CampaignPatch{Supportable: fund.Some(fund.Supportable("x"))}, want: []string{"supportable is not one of the allowed values"}},
		{
			name:  "livestream without its parts",
			patch: fund.CampaignPatch{Livestream: fund.Some(&fund.Livestream{Type: "radio"})},
			want:  []string{"livestream.type is not one of the allowed values", "livestream.channel cannot be blank"},
		},
		{
			name: "everything at once, the unreadable first",
			patch: fund.CampaignPatch{
				Invalid: fault.Fields{{Path: "goal", Text: "is not a number"}}, Goal: some("x"), Name: some(""), Slug: some("1"),
				StartsAt: fund.Some(noon), EndsAt: fund.Some(noon),
			},
			want: []string{
				"goal is not a number", "name cannot be blank",
				"slug may only have the characters a-z, 0-9, - and _, and needs a letter", "ends_at must be after starts_at",
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := campaign()
			if c.fact != nil {
				c.fact(&f)
			}
			wants(t, c.patch.Apply(&f, noon), c.want...)
		})
	}
}

func TestCampaignPatchChangesTheCampaign(t *testing.T) {
	t.Parallel()
	f := campaign()
	patch := fund.CampaignPatch{
		Name: fund.Some(" Swim "), Slug: fund.Some("Swim"), Goal: fund.Some("12.5"), Status: fund.Some(fund.Published),
		Livestream: fund.Some(&fund.Livestream{Type: "Twitch", Channel: " me "}),
	}
	wants(t, patch.Apply(&f, noon))
	got := fmt.Sprint(f.Name, f.Slug, f.Goal, f.OriginalGoal, f.PublishedAt.Equal(noon), f.UpdatedAt.Equal(noon), *f.Livestream)
	if want := "Swimswim1250 5000 true true {twitch me}"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wants(t, fund.CampaignPatch{Livestream: fund.Some[*fund.Livestream](nil), Status: fund.Some(fund.Retired)}.Apply(&f, noon.Add(1)))
	if f.Livestream != nil || !f.RetiredAt.Equal(noon.Add(1)) || !f.PublishedAt.Equal(noon) {
		t.Errorf("got livestream %v, retired at %v, published at %v", f.Livestream, f.RetiredAt, f.PublishedAt)
	}
}

func TestNewCampaignGetsASlugFromItsName(t *testing.T) {
	t.Parallel()
	f := fund.Fact{Kind: fund.KindCampaign, Status: fund.Unpublished, Supportable: fund.SupportNone, Currency: "USD"}
	wants(t, fund.CampaignPatch{Name: fund.Some("For Zoë"), Goal: fund.Some("10")}.Apply(&f, noon))
	if f.Slug != "for-zoe" || f.OriginalGoal != 1000 {
		t.Errorf("got slug %q, original goal %d, want for-zoe and 1000", f.Slug, f.OriginalGoal)
	}
}

func TestPollPatch(t *testing.T) {
	t.Parallel()
	poll := fund.Poll{Name: "Which?", Options: []fund.PollOption{{LegacyID: 4, Name: "A"}, {LegacyID: 5, Name: "B"}}}
	many := make([]fund.PollOptionPatch, 49)
	for i := range many {
		many[i].Name = fund.Some("x")
	}
	cases := []struct {
		name  string
		poll  fund.Poll
		patch fund.PollPatch
		want  []string
	}{
		{"nothing", poll, fund.PollPatch{}, nil},
		{"new without options", fund.Poll{}, fund.PollPatch{Name: fund.Some("a")}, []string{"options cannot be blank"}},
		{"new without anything", fund.Poll{}, fund.PollPatch{}, []string{"name cannot be blank", "options cannot be blank"}},
		{"merge", poll, fund.PollPatch{Options: []fund.PollOptionPatch{{LegacyID: 5, Name: fund.Some("C")}, {Name: fund.Some("D")}}}, nil},
		{"blank option", poll, fund.PollPatch{Options: []fund.PollOptionPatch{{LegacyID: 5, Name: fund.Some("")}, {}}}, []string{
			"options.0.name cannot be blank", "options.1.name cannot be blank",
		}},
		{"a stranger's option", poll, fund.PollPatch{Options: []fund.PollOptionPatch{{LegacyID: 6, Name: fund.Some("C")}}}, []string{"options.0.id does not exist"}},
		{"too many", poll, fund.PollPatch{Options: many}, []string{"options are too many (50 at most)"}},
		{"unreadable options", fund.Poll{Name: "a"}, fund.PollPatch{Invalid: fault.Fields{{Path: "options", Text: "is not a list"}}}, []string{"options is not a list"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wants(t, c.patch.Apply(&c.poll, noon), c.want...)
		})
	}
	merged := poll
	cases[3].patch.Apply(&merged, noon)
	if got, want := fmt.Sprint(len(merged.Options), merged.Options[1].Name, merged.Options[2].Name, poll.Options[1].Name), "3CDB"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTargetAndMilestonePatch(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		target fund.Target
		patch  fund.TargetPatch
		want   []string
	}{
		{"new without anything", fund.Target{}, fund.TargetPatch{}, []string{"name cannot be blank", "amount cannot be blank"}},
		{"zero", fund.Target{Name: "a", Amount: 5}, fund.TargetPatch{Amount: fund.Some("0.00")}, []string{"amount must be more than zero"}},
		{"cleared", fund.Target{Name: "a", Amount: 5}, fund.TargetPatch{Amount: fund.Some("")}, []string{"amount cannot be blank"}},
		{"good", fund.Target{}, fund.TargetPatch{Name: fund.Some("a"), Amount: fund.Some("5")}, nil},
		{
			"ends before it starts", fund.Target{Name: "a", Amount: 5},
			fund.TargetPatch{ActivatesAt: fund.Some(noon), EndsAt: fund.Some(noon)},
			[]string{"ends_at must be after activates_at"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wants(t, c.patch.Apply(&c.target, "USD", noon), c.want...)
		})
	}
	var m fund.Milestone
	wants(t, fund.MilestonePatch{Amount: fund.Some("-2")}.Apply(&m, "USD", noon), "name cannot be blank", "amount cannot be negative")
}

func TestRewardPatch(t *testing.T) {
	t.Parallel()
	number := func(n int64) fund.Opt[*int64] { return fund.Some(&n) }
	shirt := fund.Reward{Name: "Shirt", Amount: 2000, Currency: "USD", Kind: fund.RewardPhysical, Claimed: 3}
	retired := shirt
	retired.RetiredAt = noon
	cases := []struct {
		name   string
		reward fund.Reward
		patch  fund.RewardPatch
		want   []string
	}{
		{"nothing", shirt, fund.RewardPatch{}, nil},
		{"new without anything", fund.Reward{Currency: "USD"}, fund.RewardPatch{}, []string{"name cannot be blank", "kind cannot be blank", "amount cannot be blank"}},
		{"unknown kind", shirt, fund.RewardPatch{Kind: fund.Some(fund.RewardKind("car"))}, []string{"kind is not one of the allowed values"}},
		{"negative quantity", shirt, fund.RewardPatch{Quantity: number(-1)}, []string{"quantity cannot be negative"}},
		{"too many", shirt, fund.RewardPatch{Quantity: number(1_000_001)}, []string{"quantity is too large (1000000 at most)"}},
		{"fewer than claimed", shirt, fund.RewardPatch{Quantity: number(2)}, []string{"quantity is less than the 3 that are claimed already"}},
		{"no limit", shirt, fund.RewardPatch{Quantity: fund.Some[*int64](nil)}, nil},
		{"value", shirt, fund.RewardPatch{FairMarketValue: fund.Some("1.234")}, []string{"fair_market_value has more decimals than USD allows"}},
		{"no value", shirt, fund.RewardPatch{FairMarketValue: fund.Some("")}, nil},
		{"image", shirt, fund.RewardPatch{Image: fund.Some("data:x")}, []string{"image is not an address (https://…)"}},
		{"span", shirt, fund.RewardPatch{StartsAt: fund.Some(noon), EndsAt: fund.Some(noon)}, []string{"ends_at must be after starts_at"}},
		{"retired", retired, fund.RewardPatch{Name: fund.Some("")}, []string{"status is retired: a retired reward cannot be changed", "name cannot be blank"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wants(t, c.patch.Apply(&c.reward, noon), c.want...)
		})
	}
}

func TestSchedulePatch(t *testing.T) {
	t.Parallel()
	var s fund.ScheduleItem
	wants(t, fund.SchedulePatch{}.Apply(&s, noon), "name cannot be blank", "starts_at cannot be blank")
	wants(t, fund.SchedulePatch{Name: fund.Some("Start"), StartsAt: fund.Some(noon)}.Apply(&s, noon))
	wants(t, fund.SchedulePatch{EndsAt: fund.Some(noon)}.Apply(&s, noon), "ends_at must be after starts_at")
}

func TestTeamAndUserPatch(t *testing.T) {
	t.Parallel()
	var team fund.Team
	wants(t, fund.TeamPatch{Social: fund.SocialPatch{"twitch": "us\x00", "myspace": "x"}}.Apply(&team, noon),
		"name cannot be blank", "social.myspace is not a known name", "social.twitch has characters that cannot be shown")
	team = fund.Team{}
	// Programs turn these into links.
	for _, script := range []string{"javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "vbscript:x"} {
		elsewhere := team
		wants(t, fund.TeamPatch{Name: fund.Some("T"), Social: fund.SocialPatch{"website": script}}.Apply(&elsewhere, noon),
			"social.website "+fund.NotAddress)
	}
	for _, handle := range []string{"https://us.example/?a=b:c", "HTTP://us.example", "us#1234", "@us: the team", "ünser:x", ""} {
		elsewhere := team
		wants(t, fund.TeamPatch{Name: fund.Some("T"), Social: fund.SocialPatch{"website": handle}}.Apply(&elsewhere, noon))
	}
	wants(t, fund.TeamPatch{Name: fund.Some("The Team"), Social: fund.SocialPatch{"twitch": " us "}}.Apply(&team, noon))
	if team.Slug != "the-team" || team.Social.Twitch != "us" {
		t.Errorf("got slug %q, twitch %q, want the-team and us", team.Slug, team.Social.Twitch)
	}
	emails := map[string]string{
		"":                                  "email cannot be blank",
		"me":                                "email is not an e-mail address",
		"Me <me@example.org>":               "email is not an e-mail address",
		"me@@example.org":                   "email is not an e-mail address",
		strings.Repeat("a", 250) + "@b.org": "email is too long (254 bytes at most)",
		"ME@Example.org":                    "",
	}
	for email, want := range emails {
		user := fund.User{Username: "Me", Slug: "me"}
		got := fund.UserPatch{Email: fund.Some(email)}.Apply(&user, noon)
		if want == "" {
			wants(t, got)
		} else {
			wants(t, got, want)
		}
	}
}

func TestRegistrationPatch(t *testing.T) {
	t.Parallel()
	asked := fund.RegistrationFields{
		"address": {Enabled: true, Required: true}, "shirt_size": {Enabled: true}, "phone_number": {Required: true},
		"service_hours": {Enabled: true, Required: true},
	}
	yes := true
	whole := fund.Address{Line1: "1 Road", City: "Town", Country: "GB"}
	cases := []struct {
		name  string
		patch fund.RegistrationPatch
		want  []string
	}{
		{"nothing of what is required", fund.RegistrationPatch{}, []string{"address cannot be blank", "service_hours cannot be blank"}},
		{"all of it", fund.RegistrationPatch{Address: fund.Some(&whole), ServiceHours: fund.Some(&yes)}, nil},
		{
			"half an address", fund.RegistrationPatch{Address: fund.Some(&fund.Address{Line1: "1 Road"}), ServiceHours: fund.Some(&yes)},
			[]string{"address.city cannot be blank"},
		},
		{
			"bad texts", fund.RegistrationPatch{
				Address: fund.Some(&whole), ServiceHours: fund.Some(&yes), Email: fund.Some("x"),
				PhoneNumber: fund.Some("call me"), DateOfBirth: fund.Some("1/2/2000"),
			},
			[]string{"email is not an e-mail address", "phone_number is not a phone number", "date_of_birth is not a date (YYYY-MM-DD)"},
		},
		{
			"born tomorrow", fund.RegistrationPatch{Address: fund.Some(&whole), ServiceHours: fund.Some(&yes), DateOfBirth: fund.Some("2026-03-02")},
			[]string{"date_of_birth cannot be in the future"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := fund.Registration{Email: "me@example.org"}
			wants(t, c.patch.Apply(&r, asked, noon), c.want...)
		})
	}
}

func TestOptionPatchesMergeAndKnowTheirNames(t *testing.T) {
	t.Parallel()
	have := fund.Visibility{"donate": {Visible: true, Type: "ALL"}}
	patch := fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{
		"donate": {Visible: fund.Some(false)}, "toolkit": {URL: fund.Some("/t")}, "nothing": {}, "regions": {Type: fund.Some("<b>")},
	}}
	got, wrong := patch.Apply(have, fund.CauseVisibilityNames())
	wants(t, wrong, "nothing is not a known name", "regions.type is not one of ALL, BOTH")
	if got["donate"] != (fund.VisibilityOption{Type: "ALL"}) || got["toolkit"] != (fund.VisibilityOption{Visible: true, URL: "/t"}) {
		t.Errorf("got %v, want donate hidden with its type, toolkit shown with its address", got)
	}
	if !have["donate"].Visible {
		t.Error("the old options were changed")
	}
	switches, wrong := fund.PermissionsPatch{Switches: map[string]bool{"activated": true, "fly": true}}.Apply(map[string]bool{"regions": true})
	wants(t, wrong, "fly is not a known name")
	if !switches["activated"] || !switches["regions"] {
		t.Errorf("got %v, want activated and regions on", switches)
	}
	fields, wrong := fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{
		"address": {Required: fund.Some(true)}, "shirt_size": {Enabled: fund.Some(false), Position: fund.Some(-1)},
	}}.Apply(fund.RegistrationFields{"shirt_size": {Enabled: true, Required: true}})
	wants(t, wrong, "address.required needs the field to be enabled", "shirt_size.position cannot be negative")
	if fields["shirt_size"].Required {
		t.Error("a field that is not asked for is still required")
	}
}

func TestDonationDraft(t *testing.T) {
	t.Parallel()
	published := campaign()
	published.Status = fund.Published
	retired := campaign()
	retired.Status = fund.Retired
	cases := []struct {
		name string
		fact fund.Fact
		in   fund.DonationInput
		want []string
	}{
		{"good", published, fund.DonationInput{Amount: "12.34", Currency: "USD", Email: "me@example.org"}, nil},
		{"no amount", published, fund.DonationInput{}, []string{"amount cannot be blank"}},
		{"zero", published, fund.DonationInput{Amount: "0"}, []string{"amount must be more than zero"}},
		{"unknown currency", published, fund.DonationInput{Amount: "1", Currency: "ABC"}, []string{"currency is not a known currency"}},
		{"other currency", published, fund.DonationInput{Amount: "1", Currency: "EUR"}, []string{"currency must be USD, the currency of this campaign"}},
		{"unpublished", campaign(), fund.DonationInput{Amount: "1"}, []string{"fact is not published"}},
		{"retired", retired, fund.DonationInput{Amount: "1"}, []string{"fact is retired: a retired campaign takes no donations"}},
		{"long texts", published, fund.DonationInput{
			Amount: "1", Name: strings.Repeat("é", 101), Comment: strings.Repeat("é", 1001), Email: "x", Claims: make([]fund.ClaimInput, 51),
		}, []string{
			"name is too long (100 characters at most)", "comment is too long (1000 characters at most)",
			"email is not an e-mail address", "rewards are too many (50 at most)",
		}},
		{"control in comment", published, fund.DonationInput{Amount: "1", Comment: "a\x1b[31m"}, []string{"comment has characters that cannot be shown"}},
		{"longest comment", published, fund.DonationInput{Amount: "1", Comment: strings.Repeat("🎮", 1000)}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, wrong := c.in.Draft(c.fact)
			wants(t, wrong, c.want...)
		})
	}
	d, _ := cases[0].in.Draft(published)
	if d.Amount != 1234 || d.Currency != "USD" {
		t.Errorf("got %d %s, want 1234 USD", d.Amount, d.Currency)
	}
	var wrong fault.Fields
	fund.CheckPrice(&wrong, d, 1235)
	wants(t, wrong, "amount is less than the $12.35 that the chosen rewards cost")
}
