package apiv5_test

import (
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestInputsSayWhatIsRead compares the inputs of the documents with the tables that read bodies.
func TestInputsSayWhatIsRead(t *testing.T) {
	t.Parallel()
	for name, keys := range apiv5.ModelKeys() {
		read, said := slices.Sorted(slices.Values(keys[0])), slices.Sorted(slices.Values(keys[1]))
		if !slices.Equal(read, said) {
			t.Errorf("%s: got\n%s\nread, want what the documents say\n%s", name, read, said)
		}
	}
}

// TestAnswersOfWritesAreThoseOfReads compares what a write answers with a GET of the same address.
func TestAnswersOfWritesAreThoseOfReads(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.lawful(t)
	for _, r := range rows(t) {
		if r.Method != "PATCH" {
			continue
		}
		changed, read := d.ask(t, "owner", r.Method, r.target, r.body), d.ask(t, "owner", "GET", r.target, "")
		if changed.status != 200 || changed.text != read.text {
			t.Errorf("%s: got %d\n%s\nwant what GET says\n%s", r, changed.status, changed.text, read.text)
		}
	}
}

// TestAChangeOfMailDoesNotTellWhoHasAnAccount sends an address that is free, and one that somebody has.
func TestAChangeOfMailDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	free := d.ask(t, "owner", "PATCH", "/current-user", `{"email":"free@example.com"}`)
	have := d.ask(t, "owner", "PATCH", "/current-user", `{"email":"Stranger@example.com"}`)
	if free.status != 200 || free.status != have.status || free.text != have.text {
		t.Errorf("got %d %s and %d %s, want the same", free.status, free.text, have.status, have.text)
	}
	if user := must.Get(d.GetUser(t.Context(), app.System(), fund.Key{ID: d.owner.ID}))(t); user.Email != "owner@example.com" {
		t.Errorf("got %s, want the present address", user.Email)
	}
}

// TestWritesAreSeenAtOnce makes a change through this version and reads it in both, over one cache that
// held the old answers.
func TestWritesAreSeenAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	legacy := d.ask(t, "owner", "GET", "/campaigns/{campaign}", "").number(t, "legacy_id")
	d.names["legacy campaign"] = legacy
	d.names["legacy team"] = d.ask(t, "owner", "GET", "/teams/{team}", "").number(t, "legacy_id")
	d.names["legacy event"] = d.ask(t, "owner", "GET", "/fundraising_events/{event}", "").number(t, "legacy_id")
	d.names["legacy cause"] = d.ask(t, "owner", "GET", "/causes/{cause}", "").number(t, "legacy_id")
	for _, one := range []struct {
		method, target, body, by string
		reads                    []string
		want                     string
	}{
		{"PATCH", "/campaigns/{campaign}", `{"name":"Seen at once"}`, "owner", []string{"/api/public/campaigns/{campaign}", "/api/v3/campaigns/{legacy campaign}", "/api/public/facts/{campaign}", "/api/public/users/{owner}/campaigns"}, "Seen at once"},
		{"PATCH", "/polls/{poll}", `{"name":"Poll seen"}`, "owner", []string{"/api/public/campaigns/{campaign}/polls", "/api/v3/campaigns/{legacy campaign}/polls", "/api/public/facts/{campaign}/polls/{poll}"}, "Poll seen"},
		{"PATCH", "/targets/{target}", `{"name":"Target seen"}`, "owner", []string{"/api/public/campaigns/{campaign}/targets", "/api/v3/campaigns/{legacy campaign}/challenges"}, "Target seen"},
		{"PATCH", "/rewards/{reward}", `{"name":"Reward seen"}`, "owner", []string{"/api/public/campaigns/{campaign}/rewards", "/api/v3/campaigns/{legacy campaign}/rewards"}, "Reward seen"},
		{"PATCH", "/milestones/{milestone}", `{"name":"Milestone seen"}`, "owner", []string{"/api/public/campaigns/{campaign}/milestones", "/api/v3/campaigns/{legacy campaign}/milestones"}, "Milestone seen"},
		{"PATCH", "/schedules/{schedule}", `{"name":"Entry seen"}`, "owner", []string{"/api/public/campaigns/{campaign}/schedules", "/api/v3/campaigns/{legacy campaign}/schedule"}, "Entry seen"},
		{"PATCH", "/donation_matches/{match}", `{"matched_by":"Seen friend"}`, "owner", []string{"/api/public/campaigns/{campaign}/donation_matches", "/api/public/campaigns/{campaign}/donations"}, "Seen friend"},
		{"PATCH", "/teams/{team}", `{"name":"Team seen"}`, "owner", []string{"/api/public/teams/{team}", "/api/v3/teams/{legacy team}", "/api/public/team_campaigns/{team campaign}"}, "Team seen"},
		{"PUT", "/teams/{team}/members/{stranger}", `{"role":"team_member"}`, "owner", []string{"/api/public/teams/{team}/members"}, `"username":"stranger"`},
		{"PATCH", "/current-user", `{"username":"User seen"}`, "owner", []string{"/api/public/users/{owner}", "/api/public/campaigns/{campaign}", "/api/v3/users/owner"}, "User seen"},
		{"PATCH", "/fundraising_events/{event}", `{"name":"Event seen"}`, "cause", []string{"/api/public/fundraising_events/{event}", "/api/v3/fundraising-events/{legacy event}", "/api/public/causes/{cause}/fundraising_events"}, "Event seen"},
		{"PATCH", "/causes/{cause}", `{"name":"Cause seen"}`, "cause", []string{"/api/public/causes/{cause}", "/api/v3/causes/{legacy cause}", "/api/public/campaigns/{campaign}"}, "Cause seen"},
		{"POST", "/campaigns/{campaign}/donations", `{"amount":"33.33","donor_name":"Ivy"}`, "owner", []string{"/api/public/campaigns/{campaign}/donations", "/api/v3/campaigns/{legacy campaign}/donations"}, "Ivy"},
		{"PATCH", "/donations/{donation}", `{"screening":"hidden"}`, "owner", []string{"/api/public/campaigns/{campaign}/donations", "/api/v3/campaigns/{legacy campaign}/donations"}, "Anonymous"},
		{"POST", "/donations/{donation}/refund", `{"amount":"0.67"}`, "owner", []string{"/api/public/campaigns/{campaign}", "/api/v3/campaigns/{legacy campaign}", "/api/public/campaigns/{campaign}/donations", "/api/public/users/{owner}"}, `52.66`},
	} {
		for _, target := range one.reads {
			if before := d.send(t, "owner", "GET", target, ""); before.status != 200 {
				t.Errorf("GET %s: got %d %s, want 200", target, before.status, before.text)
			}
		}
		if got := d.ask(t, one.by, one.method, one.target, one.body); got.status > 201 {
			t.Errorf("%s %s: got %d %s, want it made", one.method, one.target, got.status, got.text)
		}
		for _, target := range one.reads {
			want := one.want
			if strings.HasSuffix(target, "/donations") && want == "52.66" {
				want = "19.33"
			}
			if after := d.send(t, "owner", "GET", target, ""); !strings.Contains(after.text, want) {
				t.Errorf("GET %s after %s %s: got %s, want %q in it", target, one.method, one.target, after.text, want)
			}
		}
	}
}

// number is a whole number of the answer as text.
func (got reply) number(t *testing.T, key string) string {
	t.Helper()
	var body struct{ Data map[string]json.RawMessage }
	must.Do(t, json.Unmarshal([]byte(got.text), &body))
	return string(body.Data[key])
}

// TestOwnCampaigns lists drafts for their owner, and for nobody else.
func TestOwnCampaigns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for who, want := range map[string][]string{"owner": {"Draft", "Marathon"}, "stranger": nil} {
		var body struct {
			Data     []struct{ Name string }
			Metadata struct{ After, Before *string }
		}
		var names []string
		for path := "/campaigns?limit=1"; ; {
			got := d.ask(t, who, "GET", path, "")
			must.Do(t, json.Unmarshal([]byte(got.text), &body))
			for _, one := range body.Data {
				names = append(names, one.Name)
			}
			if body.Metadata.After == nil {
				break
			}
			path = "/campaigns?limit=1&after=" + *body.Metadata.After
		}
		slices.Sort(names) // their ids are of one millisecond
		if !slices.Equal(names, want) {
			t.Errorf("%s: got %v, want %v", who, names, want)
		}
	}
	d.ask(t, "application", "GET", "/campaigns", "").wants(t, "own campaigns of an application", 403)
}

// TestWhatIsUnpublishedIsForThoseWhoMayChangeIt reads a draft at its private address.
func TestWhatIsUnpublishedIsForThoseWhoMayChangeIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.made(t, "draft poll", "/campaigns/{draft}/polls", `{"name":"P","options":[{"name":"A"}]}`)
	for _, target := range []string{"/campaigns/{draft}", "/polls/{draft poll}"} {
		for who, status := range map[string]int{"owner": 200, "stranger": 404} {
			if got := d.ask(t, who, "GET", target, ""); got.status != status {
				t.Errorf("GET %s by %s: got %d %s, want %d", target, who, got.status, got.text, status)
			}
		}
	}
	for _, part := range []string{"polls", "targets", "rewards", "milestones", "donation_matches", "schedules", "donations", "fitness_goals", "fitness_activities"} {
		d.ask(t, "stranger", "POST", "/campaigns/{draft}/"+part, `{}`).wants(t, part+" of a draft by a stranger", 404)
	}
}

// TestADonationAsItsHandlersSeeIt has the name and the comment that strangers do not see.
func TestADonationAsItsHandlersSeeIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	got := d.ask(t, "cause", "PATCH", "/donations/{donation}", `{"screening":"held"}`)
	if got.Data["donor_name"] != "Gus" || got.Data["donor_comment"] != "Hi" || got.Data["screening"] != "held" || got.Data["donor_email"] != "gus@example.com" {
		t.Errorf("got %s, want everything that the donor said", got.text)
	}
	d.ask(t, "stranger", "GET", "/donations/{donation}", "").wants(t, "a donation by a stranger", 403)
	d.ask(t, "other cause", "GET", "/donations/{donation}", "").wants(t, "a donation by another cause", 403)
	if public := d.send(t, "stranger", "GET", "/api/public/campaigns/{campaign}/donations", ""); strings.Contains(public.text, `"Gus"`) || strings.Contains(public.text, `"Hi"`) {
		t.Errorf("got %s, want nothing that was held", public.text)
	}
}

// TestIdempotentWrites sends every write twice under one key: it is made once, and the second answer
// is that of the first.
func TestIdempotentWrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.ready(t)
	key := 0
	for _, r := range rows(t) {
		if r.Method == "DELETE" || r.acts() && !strings.HasSuffix(r.Pattern, "/refund") {
			continue // they are in the next test, where nothing else needs what they take away
		}
		key++
		d.replays(t, r, "key-"+string(rune('a'+key%26))+strings.Repeat("x", key))
	}
}

// TestIdempotentEnds is the same for what ends something, each at a desk of its own.
func TestIdempotentEnds(t *testing.T) {
	t.Parallel()
	for _, r := range rows(t) {
		if r.Method == "DELETE" || r.acts() {
			d := newDesk(t)
			d.ready(t)
			d.replays(t, r, "the-end")
		}
	}
}

func (d *desk) replays(t *testing.T, r row, key string) {
	t.Helper()
	first := d.ask(t, "owner", r.Method, r.target, r.body, "Idempotency-Key", key)
	first.succeeds(t, r, r.String())
	second := d.ask(t, "owner", r.Method, r.target, r.body, "Idempotency-Key", key)
	if second.status != first.status || second.text != first.text || second.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("%s again: got %d %s, want the first answer: %d %s", r, second.status, second.text, first.status, first.text)
	}
	if second.header.Get("Idempotent-Replayed") != "true" || first.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("%s: got Idempotent-Replayed %q and %q, want it on the second answer only", r, first.header.Get("Idempotent-Replayed"), second.header.Get("Idempotent-Replayed"))
	}
	if r.body != "" {
		d.ask(t, "owner", r.Method, r.target, `{"name":"Another body"}`, "Idempotency-Key", key).wants(t, r.String()+" with another body", 422)
	}
}

// TestOneOfManyEqualWritesIsMade sends the same write at once, many times.
func TestOneOfManyEqualWritesIsMade(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var all sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		all.Go(func() {
			statuses[i] = d.ask(t, "owner", "POST", "/campaigns/{campaign}/donations", `{"amount":"7"}`, "Idempotency-Key", "stall-7").status
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != http.StatusCreated || slices.ContainsFunc(statuses, func(s int) bool { return s != http.StatusCreated && s != http.StatusConflict }) {
		t.Errorf("got %v, want 201, and 409 while the first was running", statuses)
	}
	raised, _ := d.ask(t, "owner", "GET", "/campaigns/{campaign}", "").Data["amount_raised"].(map[string]any)
	if raised["value"] != "27.00" {
		t.Errorf("got %v raised, want 27.00: one donation of 7 more", raised)
	}
}

// TestOneOfManyConditionalWritesIsMade changes the same version at once, many times.
func TestOneOfManyConditionalWritesIsMade(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tag := d.ask(t, "owner", "GET", "/campaigns/{campaign}", "").header.Get("ETag")
	var all sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		all.Go(func() {
			body := `{"name":"Marathon ` + strings.Repeat("I", i+1) + `"}`
			statuses[i] = d.ask(t, "owner", "PATCH", "/campaigns/{campaign}", body, "If-Match", tag).status
		})
	}
	all.Wait()
	slices.Sort(statuses)
	if statuses[0] != 200 || statuses[1] != 412 || statuses[15] != 412 {
		t.Errorf("got %v, want one 200 and 412 for all others", statuses)
	}
}

// TestTheGuideHasEveryWrite looks for each row, and for each of its fields, in the guide. What is made
// below each kind of fact stands there once.
func TestTheGuideHasEveryWrite(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/v5-writing.md")
	must.Do(t, err)
	guide := string(text)
	for _, r := range apiv5.WriteRows() {
		line := "`" + r.Method + " /api/private" + r.Pattern + "`"
		for _, home := range []string{"/campaigns/{campaign_id}/", "/team_campaigns/{team_campaign_id}/"} {
			line = strings.Replace(line, "/api/private"+home, "/api/private/facts/{fact_id}/", 1)
		}
		if !strings.Contains(guide, line) {
			t.Errorf("got no %s in the guide, want every write", line)
		}
		for _, key := range r.Keys {
			if !strings.Contains(guide, "`"+key+"`") {
				t.Errorf("%s: got no field `%s` in the guide, want all", r, key)
			}
		}
	}
	for _, pattern := range apiv5.ReadRows() {
		if line := "`GET /api/private" + pattern + "`"; !strings.Contains(guide, line) {
			t.Errorf("got no %s in the guide, want every read", line)
		}
	}
}

// TestAnApplicationSpeaksForTheCauseOfItsOwner writes with a token that has no user.
func TestAnApplicationSpeaksForTheCauseOfItsOwner(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var err error
	_, _, d.tokens["program"], err = d.CreateApplication(t.Context(), app.System(), app.NewApplication{
		Name: "Charity", RedirectURIs: []string{"https://charity.test/"}, Scopes: fund.Scopes(), Owner: d.owner.ID,
	})
	must.Do(t, err)
	for _, one := range []struct {
		method, path, body string
		status             int
	}{
		{"PATCH", "/causes/{cause}", `{"short_description":"By a program."}`, 200},
		{"PATCH", "/causes/{other cause}", `{"short_description":"Not ours."}`, 403},
		{"POST", "/causes/{cause}/fundraising_events", `{"name":"By a program"}`, 201},
		{"POST", "/facts/{event}/schedules", `{"name":"Start","starts_at":"2026-03-14"}`, 201},
		{"POST", "/facts/{event}/fitness_activities", `{"type":"Running","meters":5}`, 422},
		{"POST", "/facts/{event}/fitness_activities", `{"type":"Running","meters":5,"user_id":"{friend}"}`, 201},
		{"PATCH", "/donations/{donation}", `{"screening":"held"}`, 200},
		{"POST", "/campaigns", `{"name":"Whose?","cause_id":"{cause}"}`, 403},
		{"PATCH", "/campaigns/{campaign}", `{"name":"Whose?"}`, 403},
	} {
		if got := d.ask(t, "program", one.method, one.path, one.body); got.status != one.status {
			t.Errorf("%s %s %s: got %d %s, want %d", one.method, one.path, one.body, got.status, got.text, one.status)
		}
	}
}
