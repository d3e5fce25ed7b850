package fund_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func cause() fund.Cause {
	f := campaign()
	f.Kind, f.Slug = fund.KindCause, "trees"
	return fund.Cause{Fact: f}
}

// TestSettingsPatchKnowsEachSetting sets each setting alone, so that a swap of two is found.
func TestSettingsPatchKnowsEachSetting(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]fund.Settings{
		"color_background": {ColorBackground: "/x"}, "header_intro": {HeaderIntro: "/x"},
		"header_title": {HeaderTitle: "/x"}, "footer_copyright": {FooterCopyright: "/x"}, "analytics_tracking_id": {AnalyticsTrackingID: "/x"},
		"find_out_more_link": {FindOutMoreLink: "/x"}, "footer_coppa": {FooterCoppa: "/x"}, "footer_privacy": {FooterPrivacy: "/x"},
		"footer_terms":    {FooterTerms: "/x"},
		"color_highlight": {ColorHighlight: "#036"},
	} {
		value := "/x"
		if want.ColorHighlight != "" {
			value = want.ColorHighlight
		}
		c, e := cause(), fund.FundraisingEvent{Fact: campaign()}
		wants(t, fund.CausePatch{Settings: fund.SettingsPatch{name: value}}.Apply(&c, noon))
		wants(t, fund.EventPatch{Settings: fund.SettingsPatch{name: value}}.Apply(&e, noon))
		if c.Settings != want || e.Settings != want {
			t.Errorf("%s: got %+v and %+v, want %+v", name, c.Settings, e.Settings, want)
		}
	}
	c := cause()
	c.Settings.MinimumDonation = 5
	wants(t, fund.CausePatch{Settings: fund.SettingsPatch{"minimum_donation": "1.5"}}.Apply(&c, noon))
	if c.Settings.MinimumDonation != 150 {
		t.Errorf("got %d, want 150", c.Settings.MinimumDonation)
	}
	wants(t, fund.CausePatch{Settings: fund.SettingsPatch{"minimum_donation": ""}}.Apply(&c, noon))
	if c.Settings.MinimumDonation != 0 {
		t.Errorf("got %d, want none", c.Settings.MinimumDonation)
	}
	wants(t, fund.CausePatch{Settings: fund.SettingsPatch{
		"minimum_donation": "x", "header_color": "x", "footer_terms": "x", "header_title": strings.Repeat("a", fund.MaxName+1),
	}}.Apply(&c, noon),
		"settings.footer_terms is not an address (https://…)", "settings.header_color is not a known name",
		"settings.header_title is too long (255 characters at most)", "settings.minimum_donation is not a number")
}

func TestTextsOfACause(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	long := some(strings.Repeat("a", fund.MaxDescription+1))
	c := cause()
	wants(t, fund.CausePatch{
		About: long, Video: some("x"), Image: some("x"), Logo: some("x"), Banner: some("x"), ContactEmail: some("x"), PhoneNumber: some("x"),
		GovernmentID: some("\x00"),
	}.Apply(&c, noon),
		"about is too long (65536 bytes at most)", "video is not an address (https://…)", "image is not an address (https://…)",
		"logo is not an address (https://…)", "banner is not an address (https://…)", "contact_email is not an e-mail address",
		"phone_number is not a phone number", "government_id has characters that cannot be shown")
	c = cause()
	wants(t, fund.CausePatch{Address: fund.Some(&fund.Address{Line1: " 1 Road ", City: "Town"}), ContactEmail: some(" ME@example.org ")}.Apply(&c, noon))
	if c.Address != (fund.Address{Line1: "1 Road", City: "Town"}) || c.ContactEmail != "ME@example.org" {
		t.Errorf("got %+v and %q", c.Address, c.ContactEmail)
	}
	wants(t, fund.CausePatch{ContactEmail: some("  ")}.Apply(&c, noon))
	if c.Address.Line1 != "1 Road" || c.ContactEmail != "" {
		t.Errorf("got %+v and %q, want the address unchanged and no e-mail address", c.Address, c.ContactEmail)
	}
	wants(t, fund.CausePatch{Address: fund.Some[*fund.Address](nil)}.Apply(&c, noon))
	if c.Address != (fund.Address{}) {
		t.Errorf("got %+v, want none", c.Address)
	}
}

func TestAPublishedEventKeepsItsSupportInOrder(t *testing.T) {
	t.Parallel()
	const order = "end_supporting_at must be after start_supporting_at"
	for second, want := range map[int][]string{0: {order}, 1: {order}, 2: nil} {
		e := fund.FundraisingEvent{Fact: campaign()}
		wants(t, fund.EventPatch{StartSupportingAt: fund.Some(at(1)), EndSupportingAt: fund.Some(at(second))}.Apply(&e, noon), want...)
	}
	e := fund.FundraisingEvent{Fact: campaign()}
	wants(t, fund.EventPatch{EndSupportingAt: fund.Some(at(1))}.Apply(&e, noon))
	e = fund.FundraisingEvent{Fact: campaign()}
	wants(t, fund.EventPatch{StartSupportingAt: fund.Some(at(1)), Banner: fund.Some("x"), ContactEmail: fund.Some("x")}.Apply(&e, noon),
		"contact_email is not an e-mail address", "banner is not an address (https://…)")
}

func TestWhatIsMadeByProgramsIsChecked(t *testing.T) {
	t.Parallel()
	c := cause()
	c.Permissions, c.Visibility, c.Connected = map[string]bool{"activated": true}, fund.Visibility{"donate": {}}, []string{"stripe", "bank"}
	wants(t, c.Check())
	c.Permissions, c.Visibility, c.Connected = map[string]bool{"fly": true}, fund.Visibility{"starts_at": {}}, []string{"stripe", " "}
	c.Name, c.Currency, c.About, c.Slug = "", "", strings.Repeat("a", fund.MaxDescription+1), "api"
	wants(t, c.Check(), "name cannot be blank", "slug is an address of this server: choose another one", "currency cannot be blank",
		"about is too long (65536 bytes at most)", "fly is not a known name", "starts_at is not a known name", "connected cannot be blank")
	e := fund.FundraisingEvent{Fact: campaign(), RegistrationFields: fund.RegistrationFields{"address": {}}, Visibility: fund.Visibility{"starts_at": {}}}
	wants(t, e.Check())
	e.RegistrationFields, e.Visibility = fund.RegistrationFields{"hat_size": {}}, fund.Visibility{"toolkits": {}}
	e.StartsAt, e.EndsAt, e.Status, e.Supportable, e.Avatar, e.Description = noon, noon, "", "all", "x", "\x00"
	wants(t, e.Check(), "description has characters that cannot be shown", "avatar is not an address (https://…)", "ends_at must be after starts_at",
		"status cannot be blank", "supportable is not one of the allowed values", "hat_size is not a known name", "toolkits is not a known name (did you mean toolkit?)")
}

func TestLivestreams(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sent, left *fund.Livestream
		want       []string
	}{
		{nil, nil, nil},
		{&fund.Livestream{}, nil, nil},
		{&fund.Livestream{Type: "YOUTUBE", Channel: " me "}, &fund.Livestream{Type: "youtube", Channel: "me"}, nil},
		{&fund.Livestream{Channel: "me"}, &fund.Livestream{Channel: "me"}, []string{"livestream.type cannot be blank"}},
		{&fund.Livestream{Type: "image", Channel: "javascript:alert(1)"}, &fund.Livestream{Type: "image", Channel: "javascript:alert(1)"}, []string{"livestream.channel " + fund.NotAddress}},
		{&fund.Livestream{Type: "twitch", Channel: "java\u200bscript:alert(1)"}, &fund.Livestream{Type: "twitch", Channel: "java\u200bscript:alert(1)"}, []string{"livestream.channel " + fund.NotAddress}},
		{&fund.Livestream{Type: "image", Channel: "HTTPS://example.org/a.png"}, &fund.Livestream{Type: "image", Channel: "HTTPS://example.org/a.png"}, nil},
		{&fund.Livestream{Type: "twitch"}, &fund.Livestream{Type: "twitch"}, []string{"livestream.channel cannot be blank"}},
	} {
		f := campaign()
		wants(t, fund.CampaignPatch{Livestream: fund.Some(c.sent)}.Apply(&f, noon), c.want...)
		if !reflect.DeepEqual(f.Livestream, c.left) {
			t.Errorf("got %+v, want %+v", f.Livestream, c.left)
		}
	}
}

func TestWhatTheWireCouldNotReadIsReportedOnce(t *testing.T) {
	t.Parallel()
	f := campaign()
	wants(t, fund.CampaignPatch{Invalid: fault.Fields{{Path: "name", Text: "is not a text"}, {Path: "name", Text: "is odd"}}, Name: fund.Some("")}.Apply(&f, noon),
		"name is not a text")
}

func TestSchedulesHaveAStart(t *testing.T) {
	t.Parallel()
	s := fund.ScheduleItem{Name: "Start", StartsAt: noon}
	wants(t, fund.SchedulePatch{Description: fund.Some(strings.Repeat("a", fund.MaxDescription+1))}.Apply(&s, at(1)), "description is too long (65536 bytes at most)")
	if !s.UpdatedAt.Equal(at(1)) {
		t.Errorf("got %s, want second 1", s.UpdatedAt)
	}
}
