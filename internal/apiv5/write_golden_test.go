package apiv5_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testgolden"
)

// writing is a write whose request and whole answer are pinned: once right, and once with every
// field wrong.
type writing struct {
	// name is that of the golden file, input that of the input whose keys must all be wrong.
	name, input        string
	method, target, by string
	right, wrong       string
}

// writings has one row for every model, and for every place where it means something else.
var writings = []writing{
	{
		name: "campaign", input: "campaignInput", method: "POST", target: "/campaigns", by: "owner",
		right: `{"name":"Second Run","description":"*Once* more.","avatar":{"src":"https://cdn.example.org/run.png","alt":"Run"},"goal":{"value":"250.50","currency":"USD"},
			"starts_at":"2026-03-14T12:00:00Z","ends_at":"2026-04-01","status":"published","supporting_type":"public",
			"livestream":{"type":"twitch","channel":"ada"},"cause_id":"{cause}","fundraising_event_id":"{event}","team_campaign_id":null,"team_id":"{team}"}`,
		wrong: `{"name":"","slug":"7","description":7,"avatar":"javascript:alert(1)","goal":{"value":"-1","currency":"XYZ","amount":1},"starts_at":"soon","ends_at":true,
			"status":"gone","supporting_type":"maybe","livestream":{"type":"vhs","channel":" ","quality":"high"},"cause_id":999999,"fundraising_event_id":0,
			"team_campaign_id":"x","team_id":1.5,"url":"/mine","nam":"X"}`,
	},
	{
		name: "campaign-changed", input: "campaignInput", method: "PATCH", target: "/campaigns/{campaign}", by: "owner",
		right: `{"name":"Better Marathon","goal":600,"ends_at":null,"livestream":{"type":"youtube","channel":"c"},"team_campaign_id":"{team campaign}"}`,
		wrong: `{"name":" ","slug":"draft","description":[],"avatar":{"alt":"x"},"goal":1.234,"starts_at":1742000000,"ends_at":"2026-02-30",
			"status":"on air","supportable":7,"livestream":7,"cause_id":"{other cause}","fundraising_event_id":999999,"campaign_id":"{campaign}","team_id":999999}`,
	},
	{
		name: "team-campaign", method: "POST", target: "/teams/{team}/team_campaigns", by: "owner",
		right: `{"name":"Owls Again","cause_id":"{cause}","goal":{"value":10},"supportable":"invite_only"}`,
		wrong: `{"name":7,"cause_id":null,"goal":"ten","team_id":"{campaign}"}`,
	},
	{
		name: "poll", input: "pollInput", method: "POST", target: "/campaigns/{campaign}/polls", by: "owner",
		right: `{"name":"Next?","active":true,"ends_at":"2026-03-15","options":[{"name":"A"},{"name":"B"}]}`,
		wrong: `{"name":"","active":"x","ends_at":[],"options":[{"name":""},{"name":1},7,{"id":"{campaign}","name":"C"},{"id":"x"},{"title":"D"}]}`,
	},
	{
		name: "poll-changed", method: "PATCH", target: "/polls/{poll}", by: "owner",
		right: `{"options":[{"id":"{poll option}","name":"A!"},{"name":"C"}]}`,
		wrong: `{"options":[{"id":999999,"name":"X"},{"id":"{poll option}","name":""}],"name":7,"amount_raised":{"value":"1000","currency":"USD"}}`,
	},
	{
		name: "target", input: "targetInput", method: "POST", target: "/campaigns/{campaign}/targets", by: "owner",
		right: `{"name":"Sing","amount":{"value":"12.5","currency":"USD"},"active":true,"activates_at":"2026-03-14T12:00:00Z","ends_at":"2026-03-15T12:00:00+02:00"}`,
		wrong: `{"name":null,"amount":{"value":0,"currency":"EUR"},"active":1,"activates_at":"2026-13-01","ends_at":-1}`,
	},
	{
		name: "reward", input: "rewardInput", method: "POST", target: "/campaigns/{campaign}/rewards", by: "owner",
		right: `{"name":"Pin","description":"Shiny.","image":"/media/pin.png","amount":"7.50","kind":"physical","quantity":3,"fair_market_value":{"value":"2","currency":"USD"},
			"shipping_address_required":true,"shipping_note":"EU only","custom_question":"Color?","active":true,"always_active":false,
			"starts_at":"2026-03-14","ends_at":"2026-03-15"}`,
		wrong: `{"name":"\u0000","description":1,"image":"ftp://x","amount":{"value":-5,"currency":"EUR"},"kind":"magic","quantity":1.5,"fair_market_value":{"value":"x","currency":"GBP"},
			"shipping_address_required":"yes","shipping_note":{},"custom_question":7,"active":null,"always_active":"x","starts_at":"x","ends_at":"9999999-01-01","quantity_remaining":9}`,
	},
	{
		name: "milestone", input: "milestoneInput", method: "POST", target: "/facts/{campaign}/milestones", by: "owner",
		right: `{"name":"All of it","amount":{"value":"500.5","currency":"USD"},"active":true}`,
		wrong: `{"name":"","amount":0.001,"active":"true"}`,
	},
	{
		name: "donation-match", input: "matchInput", method: "POST", target: "/campaigns/{campaign}/donation_matches", by: "owner",
		right: `{"matched_by":"A Friend","match_type":"amount","pledged_amount":{"value":"500","currency":"USD"},"starts_at":"2026-03-14T12:00:00Z","ends_at":"2026-03-16"}`,
		wrong: `{"matched_by":"","match_type":"double","pledged_amount":{"value":"-5","currency":"EUR"},"starts_at":7,"ends_at":"soon","active":true}`,
	},
	{
		name: "schedule", input: "scheduleInput", method: "POST", target: "/campaigns/{campaign}/schedules", by: "owner",
		right: `{"name":"Break","description":"Tea.","starts_at":"2026-03-14T15:00:00Z","ends_at":"2026-03-14T16:00:00Z"}`,
		wrong: `{"name":"","description":false,"starts_at":null,"ends_at":"x"}`,
	},
	{
		name: "counter", input: "counterInput", method: "POST", target: "/facts/{campaign}/counters", by: "owner",
		right: `{"name":"Tonight","starts_at":"2026-03-14T00:00:00Z","ends_at":"2026-03-15","poll_option_id":null,"via":"ada","webhook_relay_id":null}`,
		wrong: `{"name":"","starts_at":"x","ends_at":7,"poll_option_id":"{campaign}","via":"a/b","webhook_relay_id":"{campaign}","amount_raised":"7"}`,
	},
	{
		name: "timer", input: "timerInput", method: "POST", target: "/facts/{campaign}/timers", by: "owner",
		right: `{"name":"Marathon","starting_seconds":3600,"seconds_per_unit":30,"seconds_per_donation":10,"maximum_seconds":7200,"latest_end":"2026-03-15","factor":2,
			"factor_from":"2026-03-14T13:00:00Z","factor_until":null,"offline_adds":true,"matches_add":false,"refunds_subtract":true}`,
		wrong: `{"name":"","starting_seconds":0,"seconds_per_unit":-1,"seconds_per_donation":"x","maximum_seconds":31622401,"latest_end":7,"factor":11,"factor_from":"x",
			"factor_until":{},"offline_adds":"no","matches_add":1,"refunds_subtract":"yes","seconds_left":7}`,
	},
	{
		name: "timer-add", input: "timerAddInput", method: "POST", target: "/timers/{timer}/add", by: "owner",
		right: `{"seconds":-90,"reason":"He slept."}`,
		wrong: `{"seconds":9223372036854775807,"reason":7,"by":5}`,
	},
	{
		name: "schedule-of-an-event", method: "POST", target: "/facts/{event}/schedules", by: "cause",
		right: `{"name":"Closing","starts_at":"2026-03-31T20:00:00Z"}`,
		wrong: `{"name":7,"description":7,"starts_at":true,"ends_at":"12:00"}`,
	},
	{
		name: "fitness-goal", input: "fitnessGoalInput", method: "POST", target: "/campaigns/{campaign}/fitness_goals", by: "owner",
		right: `{"type":"Running","distance_unit":"kilometer","goal":"42.195"}`,
		wrong: `{"type":"Sleeping","distance_unit":"parsec","goal":"far"}`,
	},
	{
		name: "fitness-activity", input: "activityInput", method: "POST", target: "/campaigns/{campaign}/fitness_activities", by: "owner",
		right: `{"type":"Running","meters":5000,"seconds":1500,"completed_at":"2026-03-14T11:00:00Z"}`,
		wrong: `{"type":"Sleeping","meters":-1,"seconds":"x","user_id":999999,"completed_at":"2027-01-01"}`,
	},
	{
		name: "team", input: "teamInput", method: "POST", target: "/teams", by: "owner",
		right: `{"name":"Early Birds","slug":"birds","description":"Up early.","avatar":"/media/birds.png","invite_only":false,"social":{"twitch":"birds"}}`,
		wrong: `{"name":"","slug":"team","description":7,"avatar":7,"invite_only":"no","social":{"twitch":7,"website":[],"myspace":"x"}}`,
	},
	{
		name: "team-member", input: "roleInput", method: "PUT", target: "/teams/{team}/members/{friend}", by: "owner",
		right: `{"role":"team_event_manager"}`,
		wrong: `{"role":"admin"}`,
	},
	{
		name: "current-user", input: "userInput", method: "PATCH", target: "/current-user", by: "owner",
		right: `{"username":"Owner","slug":"the-owner","email":"OWNER@example.org","first_name":"O","last_name":"Wner","description":"Hi.",
			"avatar":"https://cdn.example.org/o.png","newsletter":true,"social":{"twitter":"owner"}}`,
		wrong: `{"username":"","slug":"stranger","email":"owner@","first_name":1,"last_name":{},"description":1,"avatar":"x","newsletter":"no","social":"owner"}`,
	},
	{
		name: "fundraising-event", input: "eventInput", method: "POST", target: "/causes/{cause}/fundraising_events", by: "cause",
		right: `{"name":"Summer","slug":"summer-26","description":"Sun.","short_description":"S.","message":"Thank you","contact_email":"summer@example.org","avatar":"/media/s.png",
			"image":"/media/i.png","logo":"/media/l.png","banner":"/media/b.png","video":"https://video.example.org/1","goal":{"value":"1000","currency":"USD"},
			"starts_at":"2026-06-01","ends_at":"2026-09-01","start_supporting_at":"2026-05-01T00:00:00Z","can_publish_supporting_at":"2026-05-02T00:00:00Z","end_supporting_at":"2026-08-01T00:00:00Z",
			"status":"published","supporting_type":"public","livestream":null,"settings":{"color_highlight":"#c00000","header_title":"Summer"}}`,
		wrong: `{"name":"","slug":"event","description":1,"short_description":1,"message":1,"contact_email":"x","avatar":"x","image":"x","logo":"x","banner":"x","video":"x",
			"goal":{"value":"x","currency":"EUR"},"starts_at":"x","ends_at":1,"start_supporting_at":"x","can_publish_supporting_at":[],"end_supporting_at":{},
			"status":"live","supporting_type":"all","livestream":{"type":"vhs"},"settings":{"color":"red","header_title":7}}`,
	},
	{
		name: "fundraising-event-changed", method: "PATCH", target: "/fundraising_events/{event}", by: "cause",
		right: `{"status":"retired"}`,
		wrong: `{"ends_at":"2026-02-01","cause_id":"{other cause}","goal":{"value":"1","currency":"JPY"}}`,
	},
	{
		name: "cause", input: "causeInput", method: "POST", target: "/causes", by: "stranger",
		right: `{"name":"Sea Rescue","slug":"sea","legal_name":"Sea Rescue Trust","description":"We save.","short_description":"Boats.","currency_code":"GBP","government_id":"7",
			"avatar":"/media/c.png","image":"/media/i.png","logo":"/media/l.png","banner":"/media/b.png","video":"https://video.example.org/2","contact_email":"sea@example.org",
			"phone_number":"+44 1632 960000","paypal_email":"pay@example.org","goal":{"value":"5","currency":"GBP"},"status":"published","supporting_type":"public","livestream":null,
			"social":{"youtube":"sea"},"address":{"line1":"1 Pier","city":"Hull","country":"GB"},"settings":{"color_background":"#ffffff"},"time_zone":"Europe/Berlin","allowed_origins":["https://sea.example"]}`,
		wrong: `{"name":"","slug":"good-cause","legal_name":7,"description":1,"short_description":1,"currency_code":"usd","government_id":7,"avatar":"x","image":"x","logo":"x","banner":"x","video":"x",
			"contact_email":"x","phone_number":"call me","paypal_email":"x","goal":"x","status":"live","supporting_type":"all","livestream":{"type":"vhs"},
			"social":{"youtube":7},"address":{"line1":7},"settings":{"minimum_donation":"x"},"time_zone":"Berlin","allowed_origins":["https://sea.example/path",7]}`,
	},
	{
		name: "donation", input: "donationInput", method: "POST", target: "/campaigns/{campaign}/donations", by: "owner",
		right: `{"amount":{"value":"25.00","currency":"USD"},"donor_name":"Ann","donor_comment":"At the stall 🎪","donor_email":"ann@example.com","anonymous":true,"sustained":false,
			"poll_option_id":"{poll option}","target_id":"{target}","reward_claims":[{"reward_id":"{reward}","quantity":2}],"reference":"stall-1"}`,
		wrong: `{"amount":{"value":"0","currency":"EUR"},"donor_name":7,"donor_comment":{},"donor_email":"x","anonymous":"x","sustained":1,
			"poll_option_id":"{campaign}","target_id":999999,"reward_claims":[{"reward_id":"{campaign}"},{"quantity":0},7],"reference":7,"completed_at":"2020-01-01"}`,
	},
	{
		name: "donation-of-a-draft", method: "POST", target: "/campaigns/{draft}/donations", by: "owner",
		wrong: `{"amount":"5"}`,
	},
	{
		name: "screening", input: "screeningInput", method: "PATCH", target: "/donations/{donation}", by: "cause",
		right: `{"screening":"held"}`,
		wrong: `{"screening":"gone","donor_name":"Other"}`,
	},
	{
		name: "refund", input: "refundInput", method: "POST", target: "/donations/{donation}/refund", by: "owner",
		right: `{"amount":{"value":"12.50","currency":"USD"}}`,
		wrong: `{"amount":{"value":"20.01"}}`,
	},
	{
		name: "giving", input: "givingInput", method: "PATCH", target: "/campaigns/{campaign}/giving", by: "owner",
		right: `{"minimum":{"value":"2.50","currency":"USD"},"maximum":"500","presets":[5,"12.50",{"value":"25","currency":"USD"}],"screening_mode":"comments",
			"screening_words":["spam","Lotterie"],"screening_allowed_words":["Antispam"],"screening_leet":true,"streamers_ship":true,"release_after":600,
			"release_attended":true,"shipped_words":true,"no_contacts":true,"thanks":"You rock!","stream_delay":20}`,
		wrong: `{"minimum":"0.001","maximum":{"value":"5","currency":"EUR"},"presets":["x",0,{"value":"1","currency":"EUR"}],"screening_mode":"some",
			"screening_words":["",7],"screening_allowed_words":["\u200b"],"screening_leet":"some","streamers_ship":0,"release_after":-1,"updated_at":"2026-03-14",
			"release_attended":1,"shipped_words":"some","no_contacts":null,"thanks":7,"stream_delay":3601,"statement":"We are small."}`,
	},
	{
		name: "giving-of-a-cause", method: "PATCH", target: "/causes/{cause}/giving", by: "cause",
		right: `{"minimum":null,"maximum":1000,"presets":null,"screening_mode":null,"screening_words":[],"release_after":null,
			"statement":"We are small.","instant_only":true}`,
		wrong: `{"minimum":"10","maximum":"5","presets":7,"screening_words":{},"release_after":"soon",
			"statement":7,"instant_only":"yes"}`,
	},
	{
		name: "live", input: "liveInput", method: "PATCH", target: "/facts/{campaign}/live", by: "owner",
		right: `{"live":true}`,
		wrong: `{"live":"perhaps","live_from":"2026-03-14T12:00:00Z"}`,
	},
	{
		name: "live-empty", method: "PATCH", target: "/facts/{campaign}/live", by: "owner",
		wrong: `{}`,
	},
	{
		name: "live-draft", method: "PATCH", target: "/facts/{draft}/live", by: "owner",
		wrong: `{"live":true}`,
	},
	{
		name: "concede", method: "POST", target: "/donations/{disputed}/dispute/concede", by: "owner",
		right: `{}`,
		wrong: `{"amount":"5"}`,
	},
	{
		name: "refund-of-another-currency", method: "POST", target: "/donations/{donation}/refund", by: "owner",
		wrong: `{"amount":{"value":"1","currency":"EUR"},"reason":"Because."}`,
	},
	{
		name: "fulfill-another", input: "fulfillInput", method: "POST", target: "/donations/{donation}/fulfill", by: "owner",
		wrong: `{"claim_ids":["{campaign}",7],"fulfilled":"perhaps"}`,
	},
	{
		name: "trigger", input: "triggerInput", method: "POST", target: "/facts/{campaign}/trigger", by: "owner",
		right: `{"event":"donation","amount":{"value":"7.50","currency":"USD"},"donor_name":"Ann","donor_comment":"Hi"}`,
		wrong: `{"event":"party","amount":[],"donor_name":7,"donor_comment":false,"donation_id":"x","poll_option_id":"x","milestone_id":"x","match_id":"x","screening":"loud"}`,
	},
}

// TestFulfillmentIsAsPinned fulfills what a donor claimed, once its answer and address can be seen, and once they are deleted.
func TestFulfillmentIsAsPinned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.claimed(t, "claimed")
	fulfill := writing{name: "fulfill", method: "POST", target: "/donations/{claimed}/fulfill", by: "owner"}
	d.pin(t, fulfill, "fulfill", `{"claim_ids":null,"fulfilled":true}`)
	d.Clock.Advance(fund.ClaimRetention)
	d.DoDue(t.Context(), fund.WorkClaim)
	read := d.ask(t, "owner", "GET", "/donations/{claimed}", "")
	if !strings.Contains(read.text, `"fulfilled_at":"2026-03-14T12:00:00Z","answer":null,"address":null}`) {
		t.Errorf("got %s, want no answer and no address any more", read.text)
	}
}

// TestReceiptsAndCasesArePinned corrects the name on a receipt, answers a case in both ways, and chooses receipts.
func TestReceiptsAndCasesArePinned(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.claimed(t, "claimed")
	d.opened(t, "case")
	d.Clock.Advance(time.Second) // their order is that of their times
	d.opened(t, "other case")
	rows := []writing{
		{
			name: "receipt", input: "receiptInput", method: "POST", target: "/donations/{claimed}/receipts", by: "owner",
			right: `{"donor_name":" Dee  Lovelace "}`, wrong: `{"donor_name":7}`,
		},
		{
			name: "case-refund", input: "refundInput", method: "POST", target: "/cases/{case}/refund", by: "owner",
			right: `{"amount":{"value":"5","currency":"USD"}}`, wrong: `{"amount":{"value":"0","currency":"EUR"}}`,
		},
		{
			name: "case-decline", input: "declineInput", method: "POST", target: "/cases/{other case}/decline", by: "cause",
			right: `{"reason":"It was spent."}`, wrong: `{"reason":" "}`,
		},
		{
			name: "receipt-profile", input: "receiptProfileInput", method: "PATCH", target: "/causes/{cause}/receipt_profile", by: "cause",
			right: `{"profile":"us"}`, wrong: `{"profile":"legacy","proposed_profile":"mars"}`,
		},
	}
	for _, one := range rows {
		d.pin(t, one, one.name+"-wrong", one.wrong)
	}
	lacking := d.ask(t, "cause", "PATCH", "/causes/{cause}/receipt_profile", `{"profile":"us"}`)
	if len(lacking.Error.Fields["government_id"]) != 1 || len(lacking.Error.Fields["address"]) != 1 {
		t.Errorf("got %s, want what the profile needs", lacking.text)
	}
	d.lawful(t)
	for _, one := range rows {
		d.pin(t, one, one.name, one.right)
	}
	for name, path := range map[string]string{
		"receipts": "/donations/{claimed}/receipts", "yearly-statement": "/donations/{claimed}/yearly_statement", "cases": "/causes/{cause}/cases", "cases-declined": "/causes/{cause}/cases?case_status=declined", "case": "/cases/{case}",
		"vias": "/facts/{campaign}/vias", "counters": "/facts/{campaign}/counters", "counter": "/counters/{counter}", "timers": "/facts/{campaign}/timers", "timer": "/timers/{timer}", "timer-log": "/timers/{timer}/log",
	} {
		d.pin(t, writing{name: name, method: "GET", target: path, by: "owner"}, "read-"+name, "{}")
	}
	if got := d.ask(t, "owner", "GET", "/causes/{cause}/cases?overdue=true", ""); !strings.Contains(got.text, `"data":[]`) {
		t.Errorf("got %s, want no case that is late", got.text)
	}
	d.ask(t, "owner", "GET", "/causes/{cause}/cases?case_status=late", "").wants(t, "an unknown status", 422)
	d.ask(t, "owner", "POST", "/cases/{case}/decline", `{"reason":"Late."}`).wants(t, "an answered case", 409)
}

// TestAnswersOfCasesAreGivenOnce repeats answers under their keys, and refuses those for another version of the case.
func TestAnswersOfCasesAreGivenOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.opened(t, "case")
	d.opened(t, "other case")
	for target, body := range map[string]string{"/cases/{case}/refund": "", "/cases/{other case}/decline": `{"reason":"It was spent."}`} {
		first := d.ask(t, "owner", "POST", target, body, "Idempotency-Key", target[:12])
		again := d.ask(t, "owner", "POST", target, body, "Idempotency-Key", target[:12])
		if first.status != http.StatusOK || again.text != first.text || again.header.Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: got %d %s, then %d %s, want one answer", target, first.status, first.text, again.status, again.text)
		}
	}
	d.paid(t, "paid", goodCard)
	first := d.ask(t, "owner", "POST", "/donations/{paid}/receipts", `{"donor_name":"Ada"}`, "Idempotency-Key", "ada")
	again := d.ask(t, "owner", "POST", "/donations/{paid}/receipts", `{"donor_name":"Ada"}`, "Idempotency-Key", "ada")
	if first.status != http.StatusCreated || again.text != first.text {
		t.Errorf("got %d %s, then %s, want one receipt", first.status, first.text, again.text)
	}
}

func TestWritesAreAsPinned(t *testing.T) {
	t.Parallel()
	d, f := newDesk(t), loadFacts(t)
	f.allow(t, "TeamCampaign.published_at null") // who made it sees it before it is published, as a campaign
	d.paid(t, "disputed", disputedCard)
	// The wrong ones first: they leave everything as it is.
	for _, one := range writings {
		d.pin(t, one, one.name+"-wrong", one.wrong)
	}
	for _, one := range writings {
		if one.right != "" {
			f.readsWrite(t, one.target, d.pin(t, one, one.name, one.right))
		}
	}
}

// pin makes one write and compares request and answer with the golden file.
func (d *desk) pin(t *testing.T, one writing, file, body string) reply {
	t.Helper()
	got := d.ask(t, one.by, one.method, one.target, body)
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s /api/private%s (%s)\n", one.method, one.target, one.by)
	must.Do(t, json.Indent(&text, []byte(body), "", "  "))
	fmt.Fprintf(&text, "\n\n%d\n", got.status)
	if at := got.header.Get("Location"); at != "" {
		fmt.Fprintf(&text, "Location: %s\n", at)
	}
	must.Do(t, json.Indent(&text, []byte(got.text), "", "  "))
	text.WriteByte('\n')
	masked := d.masked(text.String())
	want := http.StatusOK
	if one.method == "POST" && !strings.HasSuffix(one.target, "/refund") && !strings.HasSuffix(one.target, "/concede") && !strings.HasSuffix(one.target, "/fulfill") && !strings.HasSuffix(one.target, "/decline") && !strings.HasSuffix(one.target, "/trigger") && !strings.HasSuffix(one.target, "/add") {
		want = http.StatusCreated
	}
	if strings.HasSuffix(file, "-wrong") {
		want = http.StatusUnprocessableEntity
		got.wantsAllWrong(t, one)
	}
	if got.status != want {
		t.Errorf("%s: got %d %s, want %d", file, got.status, got.text, want)
	}
	testgolden.Compare(t, filepath.Join("testdata", "golden", "write", file+".txt"), []byte(masked))
	return got
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// masked puts names in place of ids: those of the desk, and numbers for the ids of what is new.
func (d *desk) masked(text string) string {
	names := map[string]string{}
	for name, id := range d.names {
		names[id] = "{" + name + "}"
	}
	return uuids.ReplaceAllStringFunc(text, func(id string) string {
		if names[id] == "" {
			names[id] = fmt.Sprintf("{id %d}", len(names)-len(d.names)+1)
		}
		return names[id]
	})
}

// wantsAllWrong checks that there is a word about every key of the model. What has two names is
// wrong under one of them.
func (got reply) wantsAllWrong(t *testing.T, one writing) {
	t.Helper()
	same := map[string]string{"supportable": "supporting_type", "campaign_id": "team_campaign_id"}
	for _, key := range apiv5.ModelKeys()[one.input][1] {
		if strings.Contains(key, ".") || same[key] != "" {
			continue
		}
		found := false
		for path := range got.Error.Fields {
			head, _, _ := strings.Cut(path, ".")
			found = found || head == key || same[head] == key
		}
		if !found && (one.method == "POST" || key != "settings") {
			t.Errorf("%s: got no word about %s, want every field wrong: %s", one.name, key, got.text)
		}
	}
}
