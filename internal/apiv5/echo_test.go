package apiv5_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// untold brings the things of a desk into states that their answers do not tell whole: instants with
// fractions of a second, what is on and yet not active, windows that do not count, things without an end.
var untold = []struct{ path, body string }{
	{"/campaigns/{campaign}", `{"starts_at":"2026-03-01T10:00:00.25Z","ends_at":"2026-03-31T10:00:00.75Z"}`},
	{"/team_campaigns/{team campaign}", `{"starts_at":"2026-03-01T10:00:00.25Z"}`},
	{"/fundraising_events/{event}", `{"starts_at":"2026-03-01T10:00:00.25Z","ends_at":"2026-03-31T10:00:00.75Z","start_supporting_at":"2026-03-01T10:00:00.25Z"}`},
	{"/polls/{poll}", `{"ends_at":"2026-03-14T11:00:00.5Z"}`},
	{"/targets/{target}", `{"activates_at":"2026-03-20"}`},
	{"/rewards/{reward}", `{"always_active":true,"starts_at":"2026-03-01T00:00:00.25Z","ends_at":"2026-03-02","image":"https://cdn.test/a.png"}`},
	{"/donation_matches/{match}", `{"starts_at":"2026-03-14T11:59:59.5Z"}`},
	{"/counters/{counter}", `{"starts_at":"2026-03-14T12:00:00.5Z","ends_at":"2026-03-14T13:00:00.5Z"}`},
	{"/timers/{timer}", `{"latest_end":"2026-03-15T12:00:00.5Z","maximum_seconds":7200}`},
	{"/schedules/{schedule}", `{"starts_at":"2026-03-14T12:00:00.5Z","ends_at":"2026-03-14T13:00:00.5Z"}`},
	{"/campaigns/{campaign}/giving", `{"minimum":"2","presets":["5","10"],"screening_mode":"comments","release_after":60}`},
}

// stored reads a thing of the desk as the domain has it, by the pattern of its address.
var stored = map[string]func(d *desk, ctx context.Context) (any, error){
	"/campaigns/{campaign_id}":           storedFact("campaign"),
	"/team_campaigns/{team_campaign_id}": storedFact("team campaign"),
	"/polls/{poll_id}":                   storedPart("poll", (*app.App).GetPoll),
	"/targets/{target_id}":               storedPart("target", (*app.App).GetTarget),
	"/rewards/{reward_id}":               storedPart("reward", (*app.App).GetReward),
	"/donation_matches/{donation_match_id}": storedPart("match",
		(*app.App).GetMatch),
	"/counters/{counter_id}":   storedPart("counter", (*app.App).GetCounter),
	"/timers/{timer_id}":       storedPart("timer", (*app.App).GetTimer),
	"/schedules/{schedule_id}": storedPart("schedule", (*app.App).GetScheduleItem),
	"/milestones/{milestone_id}": storedPart("milestone", func(a *app.App, ctx context.Context, actor app.Actor, key fund.Key) (fund.Milestone, error) {
		return a.GetMilestone(ctx, actor, app.MilestoneKey{Milestone: key})
	}),
	"/donations/{donation_id}":                          storedPart("donation", (*app.App).HandledDonation),
	"/teams/{team_id}":                                  storedPart("team", (*app.App).GetTeam),
	"/current-user":                                     storedPart("owner", (*app.App).GetUser),
	"/causes/{cause_id}":                                storedPart("cause", (*app.App).GetCause),
	"/fundraising_events/{fundraising_event_id}":        storedPart("event", (*app.App).GetFundraisingEvent),
	"/campaigns/{campaign_id}/giving":                   storedSettings("campaign"),
	"/team_campaigns/{team_campaign_id}/giving":         storedSettings("team campaign"),
	"/facts/{fact_id}/giving":                           storedSettings("campaign"),
	"/fundraising_events/{fundraising_event_id}/giving": storedSettings("event"),
	"/causes/{cause_id}/receipt_profile":                storedPart("cause", (*app.App).GetCause),
	"/causes/{cause_id}/giving":                         storedSettings("cause"),
	"/facts/{fact_id}/live":                             storedFact("campaign"),
}

func storedPart[T any](name string, get func(*app.App, context.Context, app.Actor, fund.Key) (T, error)) func(*desk, context.Context) (any, error) {
	return func(d *desk, ctx context.Context) (any, error) {
		id, err := fund.ParseID(d.names[name])
		if err != nil {
			return nil, err
		}
		return get(d.App, ctx, app.System(), fund.Key{ID: id})
	}
}

func storedFact(name string) func(*desk, context.Context) (any, error) {
	return storedPart(name, func(a *app.App, ctx context.Context, actor app.Actor, key fund.Key) (fund.Fact, error) {
		return a.GetFact(ctx, actor, app.FactKey{Key: key, Kinds: app.AllKinds()})
	})
}

func storedSettings(name string) func(*desk, context.Context) (any, error) {
	return storedPart(name, func(a *app.App, ctx context.Context, actor app.Actor, key fund.Key) (fund.DonationSettings, error) {
		one, err := a.GetDonationSettings(ctx, actor, app.FactKey{Key: key, Kinds: app.AllKinds()})
		one.UpdatedAt = time.Time{} // no answer shows when they were written
		return one, err
	})
}

// TestWhatIsShownCanBeSentBack sends the answer of a GET back as a change: nothing changes.
func TestWhatIsShownCanBeSentBack(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t) {
		if r.Method != "PATCH" {
			continue
		}
		t.Run(r.Pattern, func(t *testing.T) {
			t.Parallel()
			d, read := newDesk(t), stored[r.Pattern]
			if read == nil {
				t.Fatal("want every row that changes something in the table")
			}
			for _, one := range untold {
				if got := d.ask(t, "owner", "PATCH", one.path, one.body); got.status != 200 {
					t.Fatalf("PATCH %s: got %d %s", one.path, got.status, got.text)
				}
			}
			before, err := read(d, t.Context())
			must.Do(t, err)
			shown := d.ask(t, "owner", "GET", r.target, "")
			for _, body := range []string{d.data(t, shown), d.writable(t, shown, r)} {
				if got := d.ask(t, "owner", "PATCH", r.target, body); got.status != 200 || got.text != shown.text {
					t.Errorf("%s: got %d %s, want %s", body, got.status, got.text, shown.text)
				}
				if after, err := read(d, t.Context()); err != nil || !reflect.DeepEqual(after, before) {
					t.Errorf("%s: got\n%+v (%v), want\n%+v", body, after, err, before)
				}
			}
		})
	}
}

// data is what an answer shows, as a body.
func (d *desk) data(t *testing.T, shown reply) string {
	t.Helper()
	var body struct{ Data json.RawMessage }
	must.Do(t, json.Unmarshal([]byte(shown.text), &body))
	return string(body.Data)
}

// writable is what an answer shows of the keys that a row takes, as a typed client keeps them.
func (d *desk) writable(t *testing.T, shown reply, r row) string {
	t.Helper()
	kept := map[string]any{}
	for _, key := range r.Keys {
		if value, there := shown.Data[key]; there {
			kept[key] = value
		}
	}
	body, err := json.Marshal(kept)
	must.Do(t, err)
	return string(body)
}

// TestOneChangeInAWholeAnswer changes one value of what GET showed. What nobody writes may be of
// yesterday where the thing's own id is with it, and is refused without.
func TestOneChangeInAWholeAnswer(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shown := d.ask(t, "owner", "GET", "/campaigns/{campaign}", "")
	d.ask(t, "owner", "POST", "/campaigns/{campaign}/donations", `{"amount":"1"}`).wants(t, "a donation", 201)
	whole := strings.Replace(d.data(t, shown), `"name":"Marathon"`, `"name":"Relay"`, 1)
	if got := d.ask(t, "owner", "PATCH", "/campaigns/{campaign}", whole); got.status != 200 || got.Data["name"] != "Relay" {
		t.Errorf("got %d %s, want another name", got.status, got.text)
	}
	another := strings.Replace(whole, d.names["campaign"], d.names["draft"], 1)
	got := d.ask(t, "owner", "PATCH", "/campaigns/{campaign}", another)
	if words := fmt.Sprint(got.Error.Fields); got.status != 422 || !strings.Contains(words, "id:[cannot be changed]") || !strings.Contains(words, "amount_raised:[cannot be changed]") {
		t.Errorf("with another id: got %d %s, want both refused", got.status, got.text)
	}
	for body, field := range map[string]string{
		`{"amount_raised":{"value":"1","currency":"USD"}}`:   "amount_raised",
		`{"id":"{campaign}","slug":"marathon","surprise":1}`: "surprise",
	} {
		if got := d.ask(t, "owner", "PATCH", "/campaigns/{campaign}", body); got.status != 422 || len(got.Error.Fields) != 1 || got.Error.Fields[field] == nil {
			t.Errorf("%s: got %d %s, want %s refused", body, got.status, got.text, field)
		}
	}
}

// TestTheEndOfATarget shows the fact's end, or one far away, where a target has none, and takes that for
// none.
func TestTheEndOfATarget(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const endless, own, facts = "2999-12-31T23:59:59Z", "2026-03-20T00:00:00Z", "2026-03-31T10:00:00Z"
	end := func(want string) {
		t.Helper()
		public := d.send(t, "stranger", "GET", "/api/public/campaigns/{campaign}/targets", "").text
		if got := d.ask(t, "owner", "GET", "/targets/{target}", "").Data["ends_at"]; got != want || !strings.Contains(public, `"ends_at":"`+want+`"`) {
			t.Errorf("got %v and %s, want %s", got, public, want)
		}
	}
	set := func(path, body string) {
		t.Helper()
		d.ask(t, "owner", "PATCH", path, body).wants(t, body, 200)
	}
	end(endless)
	set("/targets/{target}", `{"ends_at":"`+own+`"}`)
	end(own)
	set("/targets/{target}", `{"ends_at":"`+endless+`"}`)
	end(endless)
	set("/campaigns/{campaign}", `{"ends_at":"`+facts+`"}`)
	end(facts)
	set("/targets/{target}", `{"ends_at":"`+facts+`"}`) // sent back: still no end of its own
	set("/campaigns/{campaign}", `{"ends_at":null}`)
	end(endless)
	got := d.send(t, "owner", "GET", "/api/v3/campaigns/"+d.ask(t, "owner", "GET", "/campaigns/{campaign}", "").number(t, "legacy_id")+"/challenges", "")
	if !strings.Contains(got.text, `"endsAt":null`) {
		t.Errorf("V3: got %s, want null for no end", got.text)
	}
	made := d.ask(t, "owner", "POST", "/campaigns/{campaign}/targets", `{"name":"T","amount":"1","ends_at":"2999-12-31T23:59:59+00:00"}`)
	d.names["target"], _ = made.Data["id"].(string)
	set("/campaigns/{campaign}", `{"ends_at":"`+facts+`"}`)
	end(facts)
}

// TestACampaignShowsItsWindow reads the times that were written, in every shape that a campaign has.
func TestACampaignShowsItsWindow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const window = `"starts_at":"2026-03-01T10:00:00Z","ends_at":"2026-03-31T20:00:00Z"`
	for folder, id := range map[string]string{"campaigns": "{campaign}", "team_campaigns": "{team campaign}"} {
		at, public := "/api/private/"+folder+"/"+id, "/api/public/"+folder+"/"+id
		if got := d.send(t, "owner", "GET", public, ""); !strings.Contains(got.text, `"starts_at":null,"ends_at":null`) {
			t.Errorf("%s: got %s, want null for no window", public, got.text)
		}
		changed := d.send(t, "owner", "PATCH", at, "{"+window+"}")
		for _, got := range []reply{changed, d.send(t, "owner", "GET", public, "")} {
			if !strings.Contains(got.text, window) {
				t.Errorf("%s: got %s, want %s", public, got.text, window)
			}
		}
		fact := "/api/public/facts/" + id
		if got := d.send(t, "owner", "GET", fact, ""); !strings.Contains(got.text, `"starts_at":"2026-03-01","ends_at":"2026-03-31"`) {
			t.Errorf("%s: got %s, want the days", fact, got.text)
		}
	}
}
