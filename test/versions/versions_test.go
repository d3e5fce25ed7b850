// Package versions_test holds both versions of the API to one truth: whatever happens, they show the
// same money, which is what the ledger adds up to.
package versions_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestMain makes few but long histories by default: each step looks at the whole world.
func TestMain(m *testing.M) {
	for name, value := range map[string]string{"rapid.checks": "12", "rapid.steps": "25"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	flag.Parse()
	os.Exit(m.Run())
}

// TestBothVersionsShowTheSameMoney changes the world at random through version 5 and compares what
// both versions answer, the model, every stored total and the ledger after each step.
func TestBothVersionsShowTheSameMoney(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(rt, t.TempDir())
		rt.Repeat(map[string]func(*rapid.T){
			"":         func(*rapid.T) { w.compare() },
			"give":     w.give,
			"refund":   w.refund,
			"screen":   w.screen,
			"move":     w.move,
			"join":     w.join,
			"retire":   w.retire,
			"create":   w.create,
			"match":    w.match,
			"time":     w.pass,
			"rebuild":  w.rebuild,
			"conflict": w.misuse,
		})
	})
}

// world is a house with the model of what should be in it.
type world struct {
	*house
	model
	cause, event, team *fact
	owner, crew        named
	matches            []string
}

func newWorld(t *rapid.T, folder string) *world {
	w := &world{house: newHouse(t, folder)}
	cause, owner := w.people()
	w.owner = named{owner.ID.String(), owner.LegacyID}
	w.cause = &fact{named: named{cause.ID.String(), cause.LegacyID}, kind: "cause"}
	w.event = &fact{kind: "event", parent: w.cause}
	w.event.named = made[named](w.house, "POST", "/api/private/causes/"+w.cause.ID+"/fundraising_events", `{"name":"Event","status":"published"}`)
	w.crew = made[named](w.house, "POST", "/api/private/teams", `{"name":"Crew"}`)
	w.team = &fact{kind: "team_campaign", parent: w.event}
	w.team.named = made[named](w.house, "POST", "/api/private/teams/"+w.crew.ID+"/team_campaigns",
		fmt.Sprintf(`{"name":"Together","cause_id":%q,"fundraising_event_id":%q,"status":"published"}`, w.cause.ID, w.event.ID))
	w.facts = []*fact{w.cause, w.event, w.team}
	for range 2 {
		w.create(t)
	}
	w.parts()
	return w
}

// parts hang on the first campaign.
func (w *world) parts() {
	at := "/api/private/campaigns/" + w.facts[3].ID
	poll := made[struct{ Options []named }](w.house, "POST", at+"/polls", `{"name":"Which?","options":[{"name":"A"},{"name":"B"}]}`)
	w.options = poll.Options
	w.target = made[named](w.house, "POST", at+"/targets", `{"name":"Dance","amount":"50"}`)
	w.reward = made[named](w.house, "POST", at+"/rewards", `{"name":"Mug","amount":"1","quantity":10}`)
}

// open are the facts that take money and can change: campaigns and team campaigns.
func (w *world) open(campaignsOnly ...string) []*fact {
	var some []*fact
	for _, f := range w.facts {
		if !f.retired && (f.kind == "campaign" || len(campaignsOnly) == 0 && f.kind == "team_campaign") {
			some = append(some, f)
		}
	}
	return some
}

func (f *fact) address() string { return "/api/private/" + f.kind + "s/" + f.ID }

// create makes a campaign that anybody may support.
func (w *world) create(t *rapid.T) {
	if len(w.facts) > 7 {
		t.Skip("enough campaigns")
	}
	f := &fact{kind: "campaign", parent: w.cause}
	f.named = made[named](w.house, "POST", "/api/private/campaigns", fmt.Sprintf(
		`{"name":"Campaign","cause_id":%q,"status":"published","supporting_type":"public","goal":{"value":"100","currency":"GBP"}}`, w.cause.ID))
	w.facts = append(w.facts, f)
}

// give makes an offline donation, with incentives for the campaign that has some.
func (w *world) give(t *rapid.T) {
	all := w.open()
	if len(all) == 0 {
		t.Skip("nothing is open")
	}
	g := &gift{
		to: rapid.SampledFrom(all).Draw(t, "to"), amount: rapid.Int64Range(1, 100_00).Draw(t, "amount"),
		name: rapid.SampledFrom([]string{"", "Ann", "Bob", "Zoë <3"}).Draw(t, "name"), comment: rapid.SampledFrom([]string{"", "Go!"}).Draw(t, "comment"),
	}
	body := fmt.Sprintf(`{"amount":{"value":%q,"currency":"GBP"},"donor_name":%q,"donor_comment":%q`, decimal(g.amount), g.name, g.comment)
	if g.to == w.facts[3] {
		g.option, g.target = rapid.Bool().Draw(t, "vote"), rapid.Bool().Draw(t, "target")
		g.claims = rapid.Int64Range(0, 4).Draw(t, "claims")
	}
	if g.option {
		body += fmt.Sprintf(`,"poll_option_id":%q`, w.options[0].ID)
	}
	if g.target {
		body += fmt.Sprintf(`,"target_id":%q`, w.target.ID)
	}
	if g.claims > 0 {
		body += fmt.Sprintf(`,"reward_claims":[{"reward_id":%q,"quantity":%d}]`, w.reward.ID, g.claims)
	}
	var ok bool
	if g.named, ok = write[named](w.house, "POST", g.to.address()+"/donations", body+"}"); !ok {
		if g.claims == 0 {
			t.Fatalf("a donation of %d was refused", g.amount)
		}
		return // out of stock, or too little for its rewards
	}
	w.Clock.Advance(time.Millisecond) // completions rise
	g.order = len(w.gifts)
	w.gifts = append(w.gifts, g)
}

func (w *world) given(t *rapid.T) *gift {
	if len(w.gifts) == 0 {
		t.Skip("nothing was given")
	}
	return rapid.SampledFrom(w.gifts).Draw(t, "gift")
}

// refund gives back a part, or everything that is left.
func (w *world) refund(t *rapid.T) {
	g := w.given(t)
	body, back := "", g.net()
	if back > 0 && rapid.Bool().Draw(t, "part") {
		back = rapid.Int64Range(1, back).Draw(t, "back")
		body = fmt.Sprintf(`{"amount":{"value":%q,"currency":"GBP"}}`, decimal(back))
	}
	_, ok := write[named](w.house, "POST", "/api/private/donations/"+g.ID+"/refund", body)
	if ok != (g.net() > 0) {
		t.Fatalf("refund of %d of %d: got made %t", back, g.net(), ok)
	}
	if ok {
		g.refunded += back
	}
}

// screen hides or shows the words of a donor; the money stays.
func (w *world) screen(t *rapid.T) {
	g := w.given(t)
	state := rapid.SampledFrom([]string{"shown", "held", "hidden"}).Draw(t, "state")
	if _, ok := write[named](w.house, "PATCH", "/api/private/donations/"+g.ID, fmt.Sprintf(`{"screening":%q}`, state)); ok {
		g.screened = state != "shown"
	}
}

// move lets a campaign support another one, the team campaign, or nothing of both.
func (w *world) move(t *rapid.T) {
	some := w.open("campaigns")
	if len(some) == 0 {
		t.Skip("nothing is open")
	}
	f, parent := rapid.SampledFrom(some).Draw(t, "campaign"), rapid.SampledFrom(append(w.open(), nil)).Draw(t, "parent")
	body := `{"team_campaign_id":null}`
	if parent != nil {
		body = fmt.Sprintf(`{"%s_id":%q}`, parent.kind, parent.ID)
	}
	got, ok := write[struct {
		EventID *string `json:"fundraising_event_id"`
	}](w.house, "PATCH", f.address(), body)
	switch {
	case ok && parent != nil && parent.below(f):
		t.Fatalf("a campaign supports itself: %s", body)
	case ok && parent != nil:
		f.parent = parent
	case ok && got.EventID != nil:
		f.parent = w.event
	case ok:
		f.parent = w.cause
	}
}

// join puts a campaign or the team campaign into the event, or takes it out.
func (w *world) join(t *rapid.T) {
	some := w.open()
	if len(some) == 0 {
		t.Skip("nothing is open")
	}
	f := rapid.SampledFrom(some).Draw(t, "campaign")
	in := rapid.Bool().Draw(t, "in")
	body := `{"fundraising_event_id":null}`
	if in {
		body = fmt.Sprintf(`{"fundraising_event_id":%q}`, w.event.ID)
	}
	_, ok := write[named](w.house, "PATCH", f.address(), body)
	if !ok || f.parent.kind != "event" && f.parent.kind != "cause" {
		return // who supports a campaign is in its event, and supports it as before
	}
	f.parent = w.cause
	if in {
		f.parent = w.event
	}
}

// retire ends a campaign: its money stays where it is.
func (w *world) retire(t *rapid.T) {
	some := w.open()
	if len(some) < 3 {
		t.Skip("too few are open")
	}
	f := rapid.SampledFrom(some).Draw(t, "campaign")
	if _, ok := write[named](w.house, "PATCH", f.address(), `{"status":"retired"}`); !ok {
		t.Fatalf("%s was not retired", f.kind)
	}
	f.retired = true
}

// match begins a donation match, or ends one: the matcher's donation is one like any other.
func (w *world) match(t *rapid.T) {
	f := w.facts[3]
	if f.retired {
		t.Skip("it is retired")
	}
	if len(w.matches) == 0 {
		body := fmt.Sprintf(`{"matched_by":"Friend","match_type":%q,"pledged_amount":"20","ends_at":%q}`,
			rapid.SampledFrom([]string{"amount"}).Draw(t, "type"), w.Clock.Now().Add(200*time.Hour).Format(time.RFC3339))
		w.matches = append(w.matches, made[named](w.house, "POST", f.address()+"/donation_matches", body).ID)
		return
	}
	ended, ok := write[struct {
		Donation string                 `json:"donation_id"`
		Raised   struct{ Value string } `json:"total_amount_raised"`
	}](w.house, "POST", "/api/private/donation_matches/"+w.matches[0]+"/end", "")
	if !ok {
		return
	}
	w.matches = nil
	if ended.Raised.Value == "0.00" {
		return // there was nothing to double, and so there is no donation
	}
	d := read[struct {
		named
		Amount struct{ Value string }
	}](w.house, "/api/private/donations/"+ended.Donation)
	w.Clock.Advance(time.Millisecond)
	w.gifts = append(w.gifts, &gift{named: d.named, to: f, amount: cents(w.house, d.Amount.Value), name: "Friend", order: len(w.gifts), match: true})
}

// pass lets time go by.
func (w *world) pass(t *rapid.T) {
	w.Clock.Advance(time.Duration(rapid.IntRange(1, 72).Draw(t, "hours")) * time.Hour)
	w.rate()
}

// rebuild sets all totals anew, which changes nothing.
func (w *world) rebuild(t *rapid.T) {
	differences, err := w.Store.Rebuild(t.Context())
	w.Must(err)
	if len(differences) > 0 {
		t.Fatalf("got %v rebuilt, want nothing to do", differences)
	}
}

// misuse tries what nobody may do, and changes nothing.
func (w *world) misuse(t *rapid.T) {
	f := rapid.SampledFrom(w.facts[2:]).Draw(t, "campaign")
	one := rapid.SampledFrom([]struct{ method, path, body string }{
		{"POST", f.address() + "/donations", `{"amount":{"value":"5","currency":"USD"}}`},
		{"POST", f.address() + "/donations", `{"amount":"-5"}`},
		{"POST", f.address() + "/donations", `{"amuont":"5"}`},
		{"PATCH", f.address(), fmt.Sprintf(`{"%s_id":%q}`, f.kind, f.ID)},
	}).Draw(t, "misuse")
	if got := w.ask(one.method, one.path, one.body); got.status != 422 {
		t.Fatalf("%s %s %s: got %d %s, want 422", one.method, one.path, one.body, got.status, got.text)
	}
}
