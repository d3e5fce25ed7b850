package fund_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestTeamPatch(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	team := fund.Team{Name: "Us", Slug: "us"}
	wants(t, fund.TeamPatch{Slug: some("")}.Apply(&team, noon), "slug cannot be blank")
	fresh := fund.Team{}
	wants(t, fund.TeamPatch{Name: some("We"), Slug: some("")}.Apply(&fresh, noon), "slug cannot be blank")
	named := fund.Team{Name: "Us", Slug: "us"}
	wants(t, fund.TeamPatch{Name: some("You"), About: some(strings.Repeat("a", fund.MaxAbout))}.Apply(&named, at(1)))
	if named.Slug != "us" || !named.UpdatedAt.Equal(at(1)) {
		t.Errorf("got %+v, want its slug kept", named)
	}
	wants(t, fund.TeamPatch{About: some(strings.Repeat("a", fund.MaxAbout+1)), Avatar: some("x")}.Apply(&named, noon),
		"about is too long (10000 bytes at most)", "avatar is not an address (https://…)")
}

func TestUserPatch(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	long := some(strings.Repeat("é", fund.MaxName+1))
	u := fund.User{Username: "Me", Slug: "me", Email: "me@example.org"}
	wants(t, fund.UserPatch{Username: long, FirstName: long, LastName: long, About: some("\x00"), Avatar: some("x")}.Apply(&u, noon),
		"username is too long (255 characters at most)", "first_name is too long (255 characters at most)",
		"last_name is too long (255 characters at most)", "about has characters that cannot be shown", "avatar is not an address (https://…)")
	u = fund.User{}
	wants(t, fund.UserPatch{}.Apply(&u, noon), "username cannot be blank", "slug cannot be blank", "email cannot be blank")
	yes := true
	wants(t, fund.UserPatch{
		Username: some(" Me "), Slug: some("ME"), Email: some("ME@example.org"), Newsletter: fund.Some(&yes), Social: fund.SocialPatch{"discord": " me#1 "},
	}.Apply(&u, at(1)))
	if u.Username != "Me" || u.Slug != "me" || u.Email != "me@example.org" || u.Newsletter == nil || u.Social.Discord != "me#1" || !u.UpdatedAt.Equal(at(1)) {
		t.Errorf("got %+v", u)
	}
}

// TestSocialPatchKnowsEachService sets each handle alone, so that a swap of two is found.
func TestSocialPatchKnowsEachService(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(fund.Social) string{
		"discord": func(s fund.Social) string { return s.Discord }, "facebook": func(s fund.Social) string { return s.Facebook },
		"instagram": func(s fund.Social) string { return s.Instagram }, "mixer": func(s fund.Social) string { return s.Mixer },
		"snapchat": func(s fund.Social) string { return s.Snapchat }, "tiktok": func(s fund.Social) string { return s.Tiktok },
		"twitch": func(s fund.Social) string { return s.Twitch }, "twitter": func(s fund.Social) string { return s.Twitter },
		"website": func(s fund.Social) string { return s.Website }, "youtube": func(s fund.Social) string { return s.Youtube },
	} {
		team := fund.Team{Name: "Us", Slug: "us"}
		wants(t, fund.TeamPatch{Social: fund.SocialPatch{name: "us"}}.Apply(&team, noon))
		if got := read(team.Social); got != "us" {
			t.Errorf("%s: got %q in %+v, want us", name, got, team.Social)
		}
	}
}

func TestRegistrationsHaveWhatTheirEventRequires(t *testing.T) {
	t.Parallel()
	yes := true
	whole := fund.Registration{
		Email: "me@example.org", Address: &fund.Address{Line1: "1 Road", City: "Town"}, ShirtSize: "M", ServiceHours: &yes,
		PhoneNumber: "1", DateOfBirth: "2000-01-02",
	}
	required := fund.RegistrationFields{}
	for _, name := range fund.RegistrationFieldNames() {
		required[name] = fund.RegistrationField{Enabled: true, Required: true}
	}
	wants(t, fund.RegistrationPatch{}.Apply(&whole, required, noon))
	for name, patch := range map[string]fund.RegistrationPatch{
		"address": {Address: fund.Some(&fund.Address{})}, "shirt_size": {ShirtSize: fund.Some(" ")}, "service_hours": {ServiceHours: fund.Some[*bool](nil)},
		"phone_number": {PhoneNumber: fund.Some("")}, "date_of_birth": {DateOfBirth: fund.Some(" ")},
	} {
		r := whole
		wants(t, patch.Apply(&r, required, noon), name+" cannot be blank")
		for what, field := range map[string]fund.RegistrationField{"optional": {Enabled: true}, "not asked": {Required: true}} {
			r := whole
			t.Log(name, what)
			wants(t, patch.Apply(&r, fund.RegistrationFields{name: field}, noon))
		}
	}
	if r := (fund.Registration{Email: "me@example.org", Address: &fund.Address{}}); len(fund.RegistrationPatch{}.Apply(&r, nil, noon)) != 0 || r.Address != nil {
		t.Errorf("got %+v, want an address without a line to be none", r)
	}
}

func TestARegistrationNeedsAnEmail(t *testing.T) {
	t.Parallel()
	fresh := fund.Registration{}
	wants(t, fund.RegistrationPatch{}.Apply(&fresh, nil, noon), "email cannot be blank")
	// An address that was stored before it was checked for names of public DNS stays until it is changed.
	older := fund.Registration{Email: "me@localhost"}
	wants(t, fund.RegistrationPatch{ShirtSize: fund.Some("M")}.Apply(&older, nil, noon))
	wants(t, fund.RegistrationPatch{Email: fund.Some("me@localhost")}.Apply(&older, nil, noon), "email "+fund.NotEmail)
}

func TestPhoneNumbers(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]string{
		"": "", "0": "", "9": "", "+44 (0)20-79/46.0 x9": "", "+": "is not a phone number", "()": "is not a phone number", "1a": "is not a phone number",
		"1/2": "", "1:2": "is not a phone number", "1,2": "is not a phone number", "٣": "is not a phone number", "1;ext=2": "is not a phone number",
		strings.Repeat("1", fund.MaxDonorName): "", strings.Repeat("1", fund.MaxDonorName+1): "is too long (100 characters at most)",
	} {
		r := fund.Registration{Email: "me@example.org"}
		t.Log(phone)
		wants(t, fund.RegistrationPatch{PhoneNumber: fund.Some(phone)}.Apply(&r, nil, noon), lines("phone_number", want)...)
	}
}

func TestDatesOfBirth(t *testing.T) {
	t.Parallel()
	midnight := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		date string
		now  time.Time
		want string
	}{
		{"2026-03-01", midnight, ""}, {"2026-03-01", midnight.Add(-1), "cannot be in the future"}, {" 2000-02-29 ", noon, ""},
		{"2001-02-29", noon, "is not a date (YYYY-MM-DD)"}, {"2000-1-2", noon, "is not a date (YYYY-MM-DD)"}, {"", noon, ""},
	} {
		r := fund.Registration{Email: "me@example.org"}
		wants(t, fund.RegistrationPatch{DateOfBirth: fund.Some(c.date)}.Apply(&r, nil, c.now), lines("date_of_birth", c.want)...)
		if r.DateOfBirth != strings.TrimSpace(c.date) {
			t.Errorf("got %q, want it trimmed", r.DateOfBirth)
		}
	}
}

func TestPostalAddresses(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", fund.MaxName+1)
	r := fund.Registration{Email: "me@example.org"}
	const tooLong = " is too long (255 characters at most)"
	wants(t, fund.RegistrationPatch{Address: fund.Some(&fund.Address{Line1: long, Line2: long, City: long, Region: long, PostalCode: long, Country: long})}.Apply(&r, nil, noon),
		"address.line1"+tooLong, "address.line2"+tooLong, "address.city"+tooLong, "address.region"+tooLong, "address.postal_code"+tooLong, "address.country"+tooLong)
	wants(t, fund.RegistrationPatch{Address: fund.Some(&fund.Address{Line1: " 1 Road ", City: "Town"})}.Apply(&r, nil, noon))
	if r.Address.Line1 != "1 Road" {
		t.Errorf("got %q, want it trimmed", r.Address.Line1)
	}
	r = fund.Registration{}
	wants(t, fund.RegistrationPatch{Invalid: fault.Fields{{Path: "email", Text: "is not a text"}}}.Apply(&r, nil, noon), "email is not a text")
}
