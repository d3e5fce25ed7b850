package money_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testclock"
)

// world is a server with the model of what should be in it.
type world struct {
	*node
	*place
	model
	t test
	// mode is what the money in the database is, serves that of the provider of the node.
	mode, serves fund.Mode
	// bits are the random bits of ids that the test makes.
	bits io.Reader

	token       string
	owner, crew named
	routes      []string
	// steps is how many steps there were, deafFor for how many more the bank answers nothing.
	steps, deafFor int
	// references are the donations by cause and reference; last is the last offline donation.
	references map[string]*donation
	last       offline
	// started reports whether anything was donated since the database has no mode.
	started bool
}

var ctx = context.Background()

// known is what one unit of the currencies is worth: of dinars nobody knows it at first.
var known = map[string]int64{"JPY": money.RateScale / 125, "KWD": money.RateScale * 13 / 4}

// test is a run of a property, or a test.
type test interface {
	must.Test
	Cleanup(do func())
	Fatalf(format string, args ...any)
}

// newWorld makes a world in which a single donation has a limit.
func newWorld(t test, url string, limit fund.DonationLimit) *world {
	w := &world{t: t, mode: fund.ModeSandbox, serves: fund.ModeSandbox, bits: rand.NewChaCha8([32]byte{9}), started: true, references: map[string]*donation{}}
	w.place = &place{
		url: url, clock: testclock.At(time.Date(2026, time.March, 14, 12, 0, 0, 0, time.UTC)), bank: newBank(w.mode),
		limit: limit,
	}
	w.rates = map[string]int64{}
	w.start(w.mode)
	t.Cleanup(func() {
		if w.node != nil {
			must.Do(t, w.store.Close())
		}
	})
	w.people()
	w.routes = w.reads()
	return w
}

// start opens the node.
func (w *world) start(mode fund.Mode) {
	w.node = must.Get(w.place.open(mode))(w.t)
}

func (w *world) stop() {
	must.Do(w.t, w.store.Close())
	w.node = nil
}

// people makes the owner of everything, three causes of which the first has everything, and the others a campaign.
func (w *world) people() {
	w.rate("JPY")
	program, _, _, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes()})
	must.Do(w.t, err)
	owner := must.Get(w.CreateUser(ctx, app.System(), app.NewUser{Username: "owner", Slug: "owner", Email: "owner@example.com"}))(w.t)
	w.owner = named{owner.ID.String(), owner.LegacyID}
	w.token = must.Get(w.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: owner.ID, ApplicationID: program.ID, Scopes: fund.Scopes()}))(w.t)
	var causes []*fact
	for _, currency := range []string{"USD", "JPY", "KWD"} {
		causes = append(causes, w.cause(currency, owner.ID))
	}
	w.crew = made[named](w, "POST", "/api/private/teams", `{"name":"Crew"}`)
	event := w.add(&fact{kind: "fundraising_event", slug: "event", cause: causes[0], parent: causes[0]},
		causes[0].address()+"/fundraising_events", `{"name":"Event","slug":"event","status":"published"}`)
	w.add(&fact{kind: "team_campaign", slug: "together", cause: causes[0], parent: event}, "/api/private/teams/"+w.crew.ID+"/team_campaigns",
		fmt.Sprintf(`{"name":"Together","slug":"together","cause_id":%q,"fundraising_event_id":%q,"status":"published"}`, causes[0].ID, event.ID))
	for _, cause := range []*fact{causes[0], causes[0], causes[1], causes[2]} {
		w.campaign(cause)
	}
	must.Do(w.t, w.establish(personal, event))
	must.Do(w.t, w.establish(house, causes[0]))
}

func (w *world) cause(currency string, owner fund.ID) *fact {
	slug := "cause-" + map[string]string{"USD": "us", "JPY": "jp", "KWD": "kw"}[currency]
	c := must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: slug, Currency: currency}}))(w.t)
	must.Do(w.t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: c.ID, User: owner, Role: fund.CauseOwner}))
	f := &fact{kind: "cause", slug: slug, currency: currency, named: named{c.ID.String(), c.LegacyID}, id: c.ID, status: fund.Published}
	f.cause = f
	w.facts = append(w.facts, f)
	made[struct{}](w, "PATCH", f.address()+"/giving", fmt.Sprintf(`{"maximum":%q}`, decimal(w.limit.Of(currency), currency)))
	return f
}

// add makes a fact that is published.
func (w *world) add(f *fact, path, body string) *fact {
	f.named = made[named](w, "POST", path, body)
	f.id = must.Get(fund.ParseID(f.ID))(w.t)
	f.status, f.currency = fund.Published, f.cause.currency
	w.facts = append(w.facts, f)
	return f
}

// campaign makes a campaign that anybody may support, with incentives.
func (w *world) campaign(cause *fact) *fact {
	slug := fmt.Sprint("campaign-", w.clock.Now().UnixMicro(), "-", len(w.facts))
	f := w.add(&fact{kind: "campaign", slug: slug, cause: cause, parent: cause}, "/api/private/campaigns", fmt.Sprintf(
		`{"name":"Campaign","slug":%q,"cause_id":%q,"status":"published","supporting_type":"public","goal":"1000"}`, slug, cause.ID))
	poll := made[struct {
		named
		Options []named
	}](w, "POST", f.address()+"/polls", `{"name":"Which?","options":[{"name":"A"},{"name":"B"}]}`)
	f.poll, f.options = poll.named, poll.Options
	f.target = made[named](w, "POST", f.address()+"/targets", `{"name":"Dance","amount":"50"}`)
	f.reward = made[named](w, "POST", f.address()+"/rewards", fmt.Sprintf(`{"name":"Mug","amount":"1","quantity":%d}`, stock))
	f.milestone = made[named](w, "POST", f.address()+"/milestones", `{"name":"Half","amount":"500"}`)
	return f
}

// stock is how many of its reward a campaign has.
const stock = 12

// rate makes a rate known for every day so far.
func (w *world) rate(currency string) {
	var days []money.DayRate
	for day := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC); !day.After(w.clock.Now()); day = day.AddDate(0, 0, 1) {
		days = append(days, money.DayRate{Currency: currency, Day: day, Rate: known[currency]})
	}
	done := must.Get(w.PutRates(ctx, app.System(), days))(w.t)
	w.rates[currency] = known[currency]
	w.vague = w.vague || done.Full > 0
	for _, d := range w.donations {
		if d.arrived && d.usd == 0 && !w.vague {
			d.usd = w.worth(d)
		}
	}
}
