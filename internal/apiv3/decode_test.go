package apiv3

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// reads is a model as tests use it: a body becomes a patch and the submission it came from.
func reads[P any](m model[P]) func(t testing.TB, body string) (any, *submission) {
	return func(t testing.TB, body string) (any, *submission) {
		t.Helper()
		s, err := received(m.names, []byte(body))
		if err != nil {
			t.Fatalf("received %s: %v", body, err)
		}
		return m.patch(s), s
	}
}

// complaints are what could not be read, with the keys of the caller.
func complaints(s *submission) string {
	explained := fault.From(s.Explain(s.Wrong().Err(), ""))
	if explained == nil {
		return ""
	}
	lines := make([]string, len(explained.Fields))
	for i, one := range explained.Fields {
		lines[i] = one.Path + " " + one.Text
	}
	return strings.Join(lines, "\n")
}

func TestEveryWrongFieldIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read func(testing.TB, string) (any, *submission)
		body string
		want string
	}{
		"campaign": {reads(campaignModel), `{"name":1,"slug":true,"description":[],"avatar":7,"fundraiserGoalAmount":[1e3],"causeCurrency":1,
			"startsAt":"soon","endsAt":true,"status":{},"supportable":1,"livestream":"twitch","causeId":"x",
			"fundraisingEventId":1.5,"supportingCampaignId":0,"teamId":[]}`, `name is not a text
slug is not a text
description is not a text
avatar is not a text
fundraiserGoalAmount is not a number
causeCurrency is not a text
startsAt is not a date
endsAt is not a date
status is not a text
supportable is not true or false
livestream is not an object
causeId is not a number
fundraisingEventId is not a whole number
supportingCampaignId must be more than zero
teamId is not a number`},
		"campaign, aliases": {reads(campaignModel), `{"campaign":{"goal":true,"starts_on":1.5,"ends_at":-1,
			"cause_id":99999999999999999999,"livestream":{"type":1,"channel":false}}}`, `goal is not a number
starts_on is not a date
ends_at is not a date
livestream.type is not a text
livestream.channel is not a text
cause_id is too large`},
		"challenge": {reads(challengeModel), `{"name":{},"amount":{},"active":"true","activatesOn":{},"endsAt":"2020-13-01"}`, `name is not a text
amount is not a number
active is not true or false
activatesOn is not a date
endsAt is not a date`},
		"poll": {reads(pollModel), `{"name":0,"active":null,"endsAt":"","options":{}}`, `name is not a text
active is not true or false
endsAt is not a date
options is not a list`},
		"poll options": {reads(pollModel), `{"poll":{"options":[{"id":"a","name":1},"Cats",{"id":1.5},{"name":"Dogs"},null]}}`, `options.0.id is not a number
options.0.name is not a text
options.1 is not an object
options.2.id is not a whole number
options.4 is not an object`},
		"reward": {reads(rewardModel), `{"name":1,"description":1,"image":1,"amount":false,"kind":1,"quantity":"5",
			"fairMarketValue":[],"shippingAddressRequired":"yes","shippingNote":1,"customQuestion":1,"currency":1,
			"custom":{"custom_question":{"enabled":1},"shipping_address":7},"active":1,
			"alwaysActive":"false","startsAt":{},"endsAt":99999999999999999}`, `name is not a text
description is not a text
image is not a text
amount is not a number
currency is not a text
kind is not a text
quantity is not a number
fairMarketValue is not a number
shippingAddressRequired is not true or false
shippingNote is not a text
customQuestion is not a text
custom.custom_question.enabled is not true or false
custom.shipping_address is not an object
active is not true or false
alwaysActive is not true or false
startsAt is not a date
endsAt is not a date`},
		"milestone": {reads(milestoneModel), `{"name":1,"amount":1E31,"active":"on"}`, `name is not a text
amount is too large
active is not true or false`},
		"schedule": {reads(scheduleModel), `{"name":1,"description":2,"startsAt":"x","endsAt":"y"}`, `name is not a text
description is not a text
startsAt is not a date
endsAt is not a date`},
		"team": {reads(teamModel), `{"name":1,"slug":1,"bio":1,"avatar":true,"inviteOnly":null,"social":{"twitch":1,"website":[]}}`, `name is not a text
slug is not a text
bio is not a text
avatar is not a text
inviteOnly is not true or false
social.twitch is not a text
social.website is not a text`},
		"user": {reads(userModel), `{"username":1,"slug":1,"email":1,"first_name":1,"lastName":1,"about":1,"avatar":1,
			"newsletter":"yes","social":null}`, `username is not a text
slug is not a text
email is not a text
first_name is not a text
lastName is not a text
about is not a text
avatar is not a text
newsletter is not true or false
social is not an object`},
		"registration": {reads(registrationModel), `{"email":1,"subscribed":1,"address":{"addressLine1":1,"line2":1,"city":1,
			"region":1,"postal_code":10115,"country":1},"shirt_size":1,"serviceHours":"no","phoneNumber":49,"dateOfBirth":1990}`, `email is not a text
subscribed is not true or false
address.addressLine1 is not a text
address.line2 is not a text
address.city is not a text
address.region is not a text
address.postal_code is not a text
address.country is not a text
shirt_size is not a text
serviceHours is not true or false
phoneNumber is not a text
dateOfBirth is not a text`},
		"visibility options": {reads(visibilityModel), `{"donate":true,"individualLeaderboard":{"visible":"no","type":1,"heat":1},
			"team_leaderboard":{"visible":null},"toolkit":{"url":1}}`, `donate is not an object
individualLeaderboard.visible is not true or false
individualLeaderboard.type is not a text
individualLeaderboard.heat is not true or false
team_leaderboard.visible is not true or false
toolkit.url is not a text`},
		"permissions": {reads(permissionsModel), `{"giftAid":"true","regions":null}`, `giftAid is not true or false
regions is not true or false`},
		"registration fields": {reads(registrationFieldsModel), `{"registrationFields":{"address":1,"shirtSize":{"enabled":1,"required":"x"},
			"service_hours":{"position":"1"},"phoneNumber":{"position":1.5},"dateOfBirth":{"position":3000000000}}}`, `address is not an object
shirtSize.enabled is not true or false
shirtSize.required is not true or false
service_hours.position is not a number
phoneNumber.position is not a whole number
dateOfBirth.position is too large`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, s := test.read(t, test.body); complaints(s) != test.want {
				t.Errorf("got\n%s\nwant\n%s", complaints(s), test.want)
			}
		})
	}
}

func TestAllSpellingsOfABodyMeanTheSame(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read   func(testing.TB, string) (any, *submission)
		bodies []string
		want   any
	}{
		"campaign": {reads(campaignModel), []string{
			`{"name":"A","fundraiserGoalAmount":"10.50","startsAt":1577836800000,"fundraisingEventId":7}`,
			`{"campaign":{"name":"A","goal":"10.50","starts_at":"2020-01-01T01:00:00+01:00","fundraising_event_id":7}}`,
			`{"name":"A","fundraiser_goal_amount":10.50,"startsOn":"2020-01-01","fundraisingEventId":7.0,"id":5,"type":"Event",
			  "amountRaised":3,"user":{"id":1},"metadata":{},"nobody":"knows"}`,
		}, fund.CampaignPatch{
			Name: fund.Some("A"), Goal: fund.Some("10.50"), Event: fund.Some(fund.Key{LegacyID: 7}),
			StartsAt: fund.Some(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)),
		}},
		"campaign, cleared": {reads(campaignModel), []string{
			`{"description":null,"avatar":null,"endsAt":null,"livestream":null,"teamId":null}`,
			`{"description":"","avatar":"","ends_at":0,"livestream":null,"team_id":null}`,
		}, fund.CampaignPatch{
			Description: fund.Some(""), Avatar: fund.Some(""), EndsAt: fund.Some(time.Time{}),
			Livestream: fund.Some[*fund.Livestream](nil), Team: fund.Some(fund.Key{}),
		}},
		"supportable": {reads(campaignModel), []string{`{"supportable":true}`, `{"supportable":"public"}`},
			fund.CampaignPatch{Supportable: fund.Some(fund.SupportPublic)}},
		"not supportable": {reads(campaignModel), []string{`{"supportable":false}`, `{"campaign":{"supportable":"none"}}`},
			fund.CampaignPatch{Supportable: fund.Some(fund.SupportNone)}},
		"challenge": {reads(challengeModel), []string{
			`{"amount":5,"active":false,"activatesOn":1000000000000}`,
			`{"challenge":{"amount":5,"enabled":false,"activates_at":"2001-09-09T01:46:40Z"}}`,
		}, fund.TargetPatch{Amount: fund.Some("5"), Enabled: fund.Some(false), ActivatesAt: fund.Some(time.Unix(1_000_000_000, 0).UTC())}},
		"poll": {reads(pollModel), []string{
			`{"name":"P","options":[{"id":3,"name":"Cats","totalAmountRaised":5},{"name":"Dogs"}]}`,
			`{"poll":{"name":"P","options":[{"name":"Cats","id":3.0},{"id":null,"name":"Dogs"}]}}`,
		}, fund.PollPatch{Name: fund.Some("P"), Options: []fund.PollOptionPatch{
			{LegacyID: 3, Name: fund.Some("Cats")}, {Name: fund.Some("Dogs")},
		}}},
		"reward": {reads(rewardModel), []string{
			`{"shippingAddressRequired":"true","fairMarketValue":null,"quantity":null,"endsAt":0}`,
			`{"shipping_address_required":true,"fair_market_value":null,"quantity":null,"ends_at":null}`,
		}, fund.RewardPatch{
			ShippingAddressRequired: fund.Some(true), FairMarketValue: fund.Some(""),
			Quantity: fund.Some[*int64](nil), EndsAt: fund.Some(time.Time{}),
		}},
		"team": {reads(teamModel), []string{
			`{"about":"us","inviteOnly":true,"social":{"twitch":"t","youtube":null,"unknown":1}}`,
			`{"team":{"bio":"us","invite_only":true,"social":{"youtube":"","twitch":"t"}}}`,
		}, fund.TeamPatch{
			About: fund.Some("us"), InviteOnly: fund.Some(true), Social: fund.SocialPatch{"twitch": "t", "youtube": ""},
		}},
		"registration": {reads(registrationModel), []string{
			`{"address":{"addressLine1":"1 Road","state":"CA","postalCode":"9"},"dateOfBirth":"1990-01-01"}`,
			`{"registration":{"address":{"line1":"1 Road","region":"CA","postal_code":"9"},"date_of_birth":"1990-01-01"}}`,
		}, fund.RegistrationPatch{
			Address:     fund.Some(&fund.Address{Line1: "1 Road", Region: "CA", PostalCode: "9"}),
			DateOfBirth: fund.Some("1990-01-01"),
		}},
		"visibility options": {reads(visibilityModel), []string{
			`{"individualLeaderboard":{"visible":false,"type":"ALL","startsAt":null}}`,
			`{"visibility_options":{"individual_leaderboard":{"visible":false,"type":"ALL"}}}`,
			`{"visibilityOptions":{"individual_leaderboard":{"visible":false},"individualLeaderboard":{"type":"ALL"}}}`,
		}, fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{
			"individual_leaderboard": {Visible: fund.Some(false), Type: fund.Some("ALL")},
		}}},
		"permissions": {reads(permissionsModel), []string{
			`{"giftAid":true,"adminApiEnabled":false}`,
			`{"permissions":{"gift_aid":true,"admin_api_enabled":false}}`,
		}, fund.PermissionsPatch{Switches: map[string]bool{"gift_aid": true, "admin_api_enabled": false}}},
		"registration fields": {reads(registrationFieldsModel), []string{
			`{"shirtSize":{"enabled":true,"position":2}}`,
			`{"registrationFields":{"shirt_size":{"enabled":true,"position":2.0}}}`,
			`{"registration_fields":{"shirt_size":{"enabled":true},"shirtSize":{"position":2}}}`,
		}, fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{
			"shirt_size": {Enabled: fund.Some(true), Position: fund.Some(2)},
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, body := range test.bodies {
				if got, _ := test.read(t, body); !reflect.DeepEqual(got, test.want) {
					t.Errorf("%s:\ngot  %+v\nwant %+v", body, got, test.want)
				}
			}
		})
	}
}

func TestTheMainKeyCountsWhenSeveralAreSent(t *testing.T) {
	t.Parallel()
	got, _ := reads(campaignModel)(t, `{"goal":1,"fundraiser_goal_amount":2,"fundraiserGoalAmount":3}`)
	if goal := got.(fund.CampaignPatch).Goal; goal != fund.Some("3") {
		t.Errorf("got %v, want 3", goal)
	}
}

func TestUnchangedKeysAreNoChange(t *testing.T) {
	t.Parallel()
	now := `{"name":"A","fundraiserGoalAmount":10.5,"goal":10.5,"supportable":true,"avatar":{"src":"x","alt":""},
		"livestream":{"type":"twitch","channel":"old"},"startsAt":1000000000000,"startsOn":"1970-01-01","endsAt":null}`
	sent := `{"endsAt":null,"startsOn":"1970-01-01","startsAt":1000000000000,"livestream":{"channel":"new"},"avatar":{"alt":"","src":"x"},
		"supportable":true,"goal":20,"fundraiserGoalAmount":10.50,"name":"A"}`
	s, err := received(campaignModel.names, []byte(sent))
	if err != nil {
		t.Fatal(err)
	}
	if s.now, err = api.DecodeJSON([]byte(now)); err != nil {
		t.Fatal(err)
	}
	got := campaignModel.patch(s)
	want := fund.CampaignPatch{
		Goal:       fund.Some("20"),
		Livestream: fund.Some(&fund.Livestream{Type: "twitch", Channel: "new"}),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestBodiesThatAreNoModel(t *testing.T) {
	t.Parallel()
	many := make([]string, maxKeys+1)
	for i := range many {
		many[i] = fmt.Sprintf(`"k%d":1`, i)
	}
	const blank = " \n"
	for body, want := range map[string]string{
		"":                                  "The body is missing.",
		blank:                               "The body is missing.",
		`[]`:                                "The body must be a JSON object, but it is an array.",
		`null`:                              "The body must be a JSON object, but it is null.",
		`{"a":`:                             "The JSON ends too early, after byte 5.",
		`{"a":1,"a":2}`:                     `The JSON has the key "a" twice in one object, again at byte 10.`,
		`{"campaign":[1]}`:                  "The campaign in the body is not an object.",
		`{"campaign":null}`:                 "The campaign in the body is not an object.",
		"{" + strings.Join(many, ",") + "}": "The body has more than 200 keys.",
	} {
		_, err := received(campaignModel.names, []byte(body))
		want += ` Send the campaign as a JSON object, bare or as {"campaign": {…}}.`
		if !fault.Is(err, fault.Malformed) || fault.From(err).Message != want {
			t.Errorf("%.40q: got %v, want malformed: %s", body, err, want)
		}
	}
}

func TestSnakeCaseIsTheCounterpartOfCamel(t *testing.T) {
	t.Parallel()
	names := append(fund.PermissionNames(), fund.CauseVisibilityNames()...)
	names = append(append(names, fund.EventVisibilityNames()...), fund.RegistrationFieldNames()...)
	for _, name := range names {
		if got := snakeCase(camel(name)); got != name {
			t.Errorf("%s: got %s back from %s", name, got, camel(name))
		}
		if got := snakeCase(name); got != name {
			t.Errorf("%s: got %s, want it unchanged", name, got)
		}
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Time{
		`1773489600000`:                   noon,
		`1773489600000.0`:                 noon,
		`17734896e5`:                      noon,
		`1773489600500`:                   noon.Add(500 * time.Millisecond),
		`"2026-03-14T12:00:00Z"`:          noon,
		`"2026-03-14T12:00:00.000+00:00"`: noon,
		`"2026-03-14T21:00:00+09:00"`:     noon,
		`"2026-03-14T12:00:00"`:           noon,
		`"2026-03-14T12:00"`:              noon,
		`"2026-03-14"`:                    noon.Add(-12 * time.Hour),
		`null`:                            {},
		`0`:                               {},
	} {
		got, s := reads(scheduleModel)(t, `{"startsAt":`+value+`}`)
		if at := got.(fund.SchedulePatch).StartsAt; at != fund.Some(want) || len(s.Wrong()) > 0 {
			t.Errorf("%s: got %v %v, want %v", value, at, s.Wrong(), want)
		}
	}
	for _, value := range []string{
		`-1`, `1.5`, `1e-1`, `253402300800000`, `99999999999999999999`, `""`, `"1773489600000"`, `"2026-02-30"`,
		`"14.03.2026"`, `"0001-01-01"`, `"2026-03-14T25:00:00Z"`, `true`, `{}`, `[]`,
	} {
		if _, s := reads(scheduleModel)(t, `{"startsAt":`+value+`}`); complaints(s) != "startsAt is not a date" {
			t.Errorf("%s: got %q, want startsAt is not a date", value, complaints(s))
		}
	}
}
