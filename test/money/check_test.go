package money_test

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// check looks at everything after a step.
func (w *world) check() {
	w.steps++
	if w.deafFor--; w.deafFor <= 0 {
		w.bank.deaf = false
	}
	w.follow()
	w.followMatches()
	for _, f := range w.facts {
		w.checkFact(f)
	}
	w.checkPeople()
	w.audit()
	w.walk(w.steps % shares)
}

// audit compares all that is stored with the ledger.
func (w *world) audit() {
	report := must.Get(w.store.Audit(ctx))(w.t)
	if len(report.Differences) > 0 {
		w.t.Fatalf("audit: got %v, want everything stored to be what the ledger says", fmt.Sprint(report.Differences))
	}
}

// follow has each donation where the model has it, or where its bank has it by now: nothing that was acknowledged is lost.
func (w *world) follow() {
	carried := map[*match][]*donation{}
	for _, d := range w.donations {
		stored := must.Get(w.store.GetDonation(ctx, fund.Key{ID: d.id}))(w.t)
		arrived, back := stored.State.Arrived(), stored.Amount-stored.Net()
		switch {
		case stored.Amount != d.amount || stored.Fact.ID != d.to.id || stored.Net() < 0:
			w.t.Fatalf("donation %s: got %d to %s with %d left, want %d to %s", d.id, stored.Amount, stored.Fact.ID, stored.Net(), d.amount, d.to.id)
		case arrived == d.arrived && back == d.back:
		case d.paid != nil && d.agrees(arrived, back):
		default:
			w.t.Fatalf("donation %s: got arrived %t with %d back, want %t with %d, or what the bank says: %+v", d.id, arrived, back, d.arrived, d.back, d.paid)
		}
		if arrived && !d.arrived {
			if stored.PollOption != nil && d.to.pollClosed {
				w.t.Fatalf("donation %s votes in a poll that was closed when its money came", d.id)
			}
			d.usd = w.worth(d)
		}
		d.before = d.net()
		d.arrived, d.back, d.state = arrived, back, stored.State
		w.followChoices(d, stored)
		for _, m := range w.matches {
			if slices.ContainsFunc(stored.Matches, func(one fund.DonationMatch) bool { return one.ID == m.id }) {
				carried[m] = append(carried[m], d)
			}
		}
	}
	w.carry(carried)
}

// agrees reports whether a donation is what its bank says.
func (d *donation) agrees(arrived bool, back int64) bool {
	wantArrived, wantBack := d.owed()
	return arrived == wantArrived && back == wantBack
}

// followChoices drops what closed before the money came.
func (w *world) followChoices(d *donation, stored fund.Donation) {
	if stored.PollOption != nil && !d.option || stored.Target != nil && !d.target {
		w.t.Fatalf("donation %s has incentives that nobody chose", d.id)
	}
	d.option, d.target = stored.PollOption != nil, stored.Target != nil
	var claims int64
	for _, c := range stored.Claims {
		claims += c.Quantity
	}
	if claims > d.claims {
		w.t.Fatalf("donation %s claims %d, want at most %d", d.id, claims, d.claims)
	}
	d.claims = claims
}

// carry has matches carry donations. New ones are none of a matcher, and none after the pledge is used up.
func (w *world) carry(carried map[*match][]*donation) {
	for _, m := range w.matches {
		before := m.carriers
		m.carriers = carried[m]
		if w.recounted == m {
			continue
		}
		for _, d := range m.carriers {
			if slices.Contains(before, d) {
				continue
			}
			if m.ended || d.ofMatch || d.to != m.to {
				w.t.Fatalf("the match %s, ended %t, carries the donation %s of a matcher (%t)", m.ID, m.ended, d.id, d.ofMatch)
			}
			if others := m.least(d); m.pledged > 0 && others >= m.pledged {
				w.t.Fatalf("the match %s of %d carries the donation %s after %d", m.ID, m.pledged, d.id, others)
			}
		}
	}
	w.recounted = nil
}

// followMatches has each match where the model has it. One that ended made the matcher's own donation.
func (w *world) followMatches() {
	for _, m := range w.matches {
		stored := must.Get(w.store.GetMatch(ctx, m.id))(w.t)
		m.pledged, m.ends = stored.Pledged, stored.EndsAt
		ended := !stored.CompletedAt.IsZero()
		switch {
		case m.ended && !ended:
			w.t.Fatalf("the match %s ended, and goes on", m.ID)
		case m.ended:
			continue
		case stored.Raised != m.raised():
			w.t.Fatalf("match %s: got %d raised, want %d", m.ID, stored.Raised, m.raised())
		case ended:
			w.matched(m)
		}
		m.ended = ended
	}
}

// matched adds the donation of a matcher, as large as what the match carried but no larger than the pledge.
func (w *world) matched(m *match) {
	owes := m.raised()
	if m.pledged > 0 {
		owes = min(owes, m.pledged)
	}
	owes = min(owes, w.limit.Of(m.to.currency))
	id := fund.MatchDonationID(m.id)
	if owes <= 0 {
		if _, err := w.store.GetDonation(ctx, fund.Key{ID: id}); err == nil {
			w.t.Fatalf("match %s: got a donation of a matcher who owes nothing", m.ID)
		}
		return
	}
	d := &donation{id: id, to: m.to, amount: owes, arrived: true, ofMatch: true}
	d.usd = w.worth(d)
	w.donations = append(w.donations, d)
	w.follow()
}

// oldFact is the money of a fact as version 3 writes it, shownFact as version 5 does.
type (
	shownFact struct {
		Raised amount `json:"amount_raised"`
		Total  amount `json:"total_amount_raised"`
	}
	oldFact struct {
		Raised number `json:"amountRaised"`
		Total  number `json:"totalAmountRaised"`
	}
)

// checkFact has what a fact raised, in both versions.
func (w *world) checkFact(f *fact) {
	raised, total := w.raised(f), w.total(f)
	stored := must.Get(w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: f.id}, Kinds: app.AllKinds()}))(w.t)
	if stored.Raised != raised || stored.Total() != total {
		w.t.Fatalf("%s %s: got %d raised and %d in all, want %d and %d", f.kind, f.ID, stored.Raised, stored.Total(), raised, total)
	}
	if !f.public() {
		return
	}
	five := read[shownFact](w, "/api/public/facts/"+f.ID)
	w.wants(f, five.Raised.Value, raised)
	w.wants(f, five.Total.Value, total)
	if old := map[string]string{"campaign": "campaigns", "team_campaign": "campaigns", "fundraising_event": "fundraising-events"}[f.kind]; old != "" {
		three := read[oldFact](w, fmt.Sprint("/api/v3/", old, "/", f.LegacyID))
		w.wants(f, string(three.Total), total)
	}
	switch f.kind {
	case "campaign":
		w.checkParts(f)
	case house:
		w.checkHouse(f)
	}
}

func (w *world) wants(f *fact, got string, want int64) {
	if w.minor(got, f.currency) != want {
		w.t.Fatalf("%s %s: got %s, want %s", f.kind, f.ID, got, decimal(want, f.currency))
	}
}

// checkParts has the donations of a campaign, and where the choices of donors went.
func (w *world) checkParts(f *fact) {
	at := "/api/public/campaigns/" + f.ID
	chosen := func(of func(*donation) bool) int64 {
		return w.sum(func(d *donation) int64 { return when(d.to == f && of(d), d.net()) })
	}
	poll := read[[]struct{ Options []shownFact }](w, at+"/polls")[0]
	w.wants(f, poll.Options[0].Raised.Value, chosen(func(d *donation) bool { return d.option }))
	w.wants(f, read[[]shownFact](w, at+"/targets")[0].Raised.Value, chosen(func(d *donation) bool { return d.target }))
	left := stock - w.sum(func(d *donation) int64 { return when(d.to == f && d.holds(), d.claims) })
	got := read[[]struct {
		Left int64 `json:"quantity_remaining"`
	}](w, at+"/rewards")[0].Left
	if got != left || left < 0 {
		w.t.Fatalf("campaign %s: got %d rewards left, want %d", f.ID, got, left)
	}
	old := read[[]struct{ Reached bool }](w, fmt.Sprint("/api/v3/campaigns/", f.LegacyID, "/milestones"))[0]
	goal := w.minor("500", f.currency)
	if f.reached = f.reached || w.total(f) >= goal; f.reached && !old.Reached || !w.started && old.Reached {
		w.t.Fatalf("campaign %s with %d: got its milestone of %d reached %t", f.ID, w.total(f), goal, old.Reached)
	}
	w.checkList(f)
}

// checkList has the donations of a campaign that lists show.
func (w *world) checkList(f *fact) {
	listed := w.sum(func(d *donation) int64 { return when(d.to == f && d.net() > 0, 1) })
	shown := read[[]struct{ Amount amount }](w, "/api/public/campaigns/"+f.ID+"/donations?limit=100")
	var sum int64
	for _, d := range shown {
		sum += w.minor(d.Amount.Value, f.currency)
	}
	if int64(len(shown)) != listed || sum != w.raised(f) {
		w.t.Fatalf("campaign %s: got %d donations of %d in all, want %d of %d", f.ID, len(shown), sum, listed, w.raised(f))
	}
}

// checkPeople has what the user and the team raised, in US dollars.
func (w *world) checkPeople() {
	for path, counts := range map[string]func(*fact) bool{"/api/public/users/" + w.owner.ID: ofUser, "/api/public/teams/" + w.crew.ID: ofTeam} {
		got := w.minor(read[shownFact](w, path).Total.Value, "USD")
		if want := w.inUSD(counts); got != want && !w.vague {
			w.t.Fatalf("GET %s: got %d cents raised, want %d", path, got, want)
		}
	}
}

// final lets everything settle: each donation ends where its bank has it, unless it does not fit in.
func (w *world) final() {
	w.bank.deaf = false
	w.stop()
	w.serves = w.mode
	w.start(w.mode)
	for _, d := range w.donations {
		if viaBank(d) {
			w.report(w.t, d)
		}
	}
	w.check()
	for share := range shares {
		w.walk(share)
	}
	if got := w.send(http.MethodGet, "/", ""); got.Code != http.StatusOK {
		w.t.Fatalf("GET /: got %d", got.Code)
	}
}
