package versions_test

import (
	"encoding/json"
	"fmt"
	"net/url"
)

// amount is money as version 5 writes it.
type amount struct{ Value, Currency string }

// shownFact is the money of a fact in version 5, oldFact in version 3.
type (
	shownFact struct {
		Raised amount `json:"amount_raised"`
		Total  amount `json:"total_amount_raised"`
	}
	oldFact struct {
		Raised json.Number `json:"amountRaised"`
		Total  json.Number `json:"totalAmountRaised"`
	}
)

// compare looks at everything, in both versions.
func (w *world) compare() {
	w.t.Helper()
	w.audit()
	for _, f := range w.facts {
		w.compareFact(f)
		if f.kind == "campaign" || f.kind == "team_campaign" {
			w.compareGifts(f)
		}
	}
	w.compareParts()
	w.comparePeople()
	w.compareBoards()
}

func (w *world) wants(what string, got string, want int64) {
	w.t.Helper()
	if cents(w.house, got) != want {
		w.t.Fatalf("%s: got %s, want %s", what, got, decimal(want))
	}
}

// compareFact has what a fact raised directly, and with all below it.
func (w *world) compareFact(f *fact) {
	w.t.Helper()
	raised, total := w.raised(f), w.total(f)
	five := read[shownFact](w.house, "/api/public/facts/"+f.ID)
	w.wants(f.kind+" as a fact: raised", five.Raised.Value, raised)
	w.wants(f.kind+" as a fact: total", five.Total.Value, total)
	switch f.kind {
	case "event":
		w.wants("event: total", read[shownFact](w.house, "/api/public/fundraising_events/"+f.ID).Total.Value, total)
		old := read[oldFact](w.house, fmt.Sprint("/api/v3/fundraising-events/", f.LegacyID))
		w.wants("event in version 3: total", old.Total.String(), total)
	case "campaign", "team_campaign":
		five := read[shownFact](w.house, fmt.Sprintf("/api/public/%ss/%d", f.kind, f.LegacyID))
		w.wants(f.kind+": raised", five.Raised.Value, raised)
		w.wants(f.kind+": total", five.Total.Value, total)
		old := read[oldFact](w.house, fmt.Sprint("/api/v3/campaigns/", f.LegacyID))
		w.wants(f.kind+" in version 3: total", old.Total.String(), total)
		w.wants(f.kind+" in version 3: raised", old.Raised.String(), raised)
	}
}

// compareGifts walks through the donations of a fact in both versions.
func (w *world) compareGifts(f *fact) {
	w.t.Helper()
	want := w.listed(f)
	var five []struct {
		named
		Amount  amount                     `json:"amount"`
		Name    string                     `json:"donor_name"`
		Comment *string                    `json:"donor_comment"`
		Claims  []struct{ Quantity int64 } `json:"reward_claims"`
	}
	for path := fmt.Sprintf("/api/public/%ss/%s/donations?limit=7", f.kind, f.ID); path != ""; {
		var page struct {
			Data     json.RawMessage
			Metadata struct{ After *string }
		}
		w.Must(json.Unmarshal([]byte(w.ask("GET", path, "").text), &page))
		some := five[:0:0]
		w.Must(json.Unmarshal(page.Data, &some))
		five = append(five, some...)
		path = ""
		if page.Metadata.After != nil {
			path = fmt.Sprintf("/api/public/%ss/%s/donations?limit=7&after=%s", f.kind, f.ID, url.QueryEscape(*page.Metadata.After))
		}
	}
	old := read[[]struct {
		ID      int64
		Amount  json.Number
		Name    string
		Comment *string
	}](w.house, fmt.Sprintf("/api/v3/campaigns/%d/donations?count=100", f.LegacyID))
	if len(five) != len(want) || len(old) != len(want) {
		w.t.Fatalf("donations of a %s: got %d in version 5 and %d in version 3, want %d", f.kind, len(five), len(old), len(want))
	}
	for i, g := range want {
		name, comment := g.name, g.comment
		if g.screened {
			name, comment = "", ""
		}
		if name == "" {
			name = "Anonymous"
		}
		a, b := five[i], old[i]
		if a.LegacyID != g.LegacyID || b.ID != g.LegacyID || a.Name != name || b.Name != name || text(a.Comment) != comment || text(b.Comment) != comment {
			w.t.Fatalf("donation %d of a %s: got %+v in version 5 and %+v in version 3, want %d of %q: %q", i, f.kind, a, b, g.LegacyID, name, comment)
		}
		w.wants("donation", a.Amount.Value, g.net())
		w.wants("donation in version 3", b.Amount.String(), g.net())
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// compareParts has where the voices of donors went.
func (w *world) compareParts() {
	w.t.Helper()
	f := w.facts[3]
	at, was := "/api/public/campaigns/"+f.ID, fmt.Sprint("/api/v3/campaigns/", f.LegacyID)
	voted := w.sum(func(g *gift) int64 { return counts(g.option, g.net()) })
	poll := read[[]struct {
		Raised  amount `json:"amount_raised"`
		Options []struct {
			Raised amount `json:"amount_raised"`
		}
	}](w.house, at+"/polls")[0]
	old := read[[]struct{ Options []oldFact }](w.house, was+"/polls")[0]
	w.wants("poll", poll.Raised.Value, voted)
	w.wants("poll option", poll.Options[0].Raised.Value, voted)
	w.wants("poll option in version 3", old.Options[0].Total.String(), voted)
	aimed := w.sum(func(g *gift) int64 { return counts(g.target, g.net()) })
	w.wants("target", read[[]shownFact](w.house, at+"/targets")[0].Raised.Value, aimed)
	w.wants("challenge", read[[]oldFact](w.house, was+"/challenges")[0].Total.String(), aimed)
	left := 10 - w.sum(func(g *gift) int64 { return counts(g.net() > 0, g.claims) })
	five := read[[]struct {
		Left int64 `json:"quantity_remaining"`
	}](w.house, at+"/rewards")[0].Left
	three := read[[]struct{ Remaining int64 }](w.house, was+"/rewards")[0].Remaining
	if five != left || three != left {
		w.t.Fatalf("rewards: got %d left in version 5 and %d in version 3, want %d", five, three, left)
	}
}

func counts(does bool, n int64) int64 {
	if !does {
		return 0
	}
	return n
}

// comparePeople has what the user and the team raised, in dollars: each donation was converted on its
// own, so that the sum may differ from the sum converted by a cent for each.
func (w *world) comparePeople() {
	w.t.Helper()
	for _, one := range []struct {
		five, three string
		kinds       string
	}{
		{"/api/public/users/" + w.owner.ID, fmt.Sprint("/api/v3/users/", w.owner.LegacyID), "campaign"},
		{"/api/public/teams/" + w.crew.ID, fmt.Sprint("/api/v3/teams/", w.crew.LegacyID), "team_campaign"},
	} {
		five := cents(w.house, read[shownFact](w.house, one.five).Total.Value)
		three := cents(w.house, read[oldFact](w.house, one.three).Total.String())
		pounds := w.sum(func(g *gift) int64 { return counts(g.to.kind == one.kinds, g.net()) })
		if off := five - pounds*5/4; five != three || off > int64(2*len(w.gifts)) || off < -int64(2*len(w.gifts)) {
			w.t.Fatalf("%s: got %d cents in version 5 and %d in version 3, want about %d", one.five, five, three, pounds*5/4)
		}
	}
}

// compareBoards has the leaderboards of the cause, in pounds.
func (w *world) compareBoards() {
	w.t.Helper()
	old := read[map[string][]oldFact](w.house, fmt.Sprintf("/api/v3/causes/%d/leaderboards", w.cause.LegacyID))
	type entry struct{ Amount amount }
	for name, kind := range map[string]string{"individual": "campaign", "team": "team_campaign"} {
		board := map[string]string{"individual": "user", "team": "team"}[name]
		five := read[[]entry](w.house, "/api/public/causes/"+w.cause.ID+"/"+board+"_leaderboard")
		want := w.sum(func(g *gift) int64 { return counts(g.to.kind == kind, g.net()) })
		if want == 0 {
			if len(five) != 0 || len(old[name]) != 0 {
				w.t.Fatalf("%s leaderboard: got %v in version 5 and %v in version 3, want nobody", name, five, old[name])
			}
			continue
		}
		if len(five) != 1 || len(old[name]) != 1 {
			w.t.Fatalf("%s leaderboard: got %v in version 5 and %v in version 3, want one entry", name, five, old[name])
		}
		w.wants(name+" leaderboard", five[0].Amount.Value, want)
		w.wants(name+" leaderboard in version 3", old[name][0].Raised.String(), want)
	}
	// What counts for this week is for the tests of the boards to say; here both say the same.
	weekly := read[map[string][]oldFact](w.house, fmt.Sprintf("/api/v3/fundraising-events/%d/leaderboards", w.event.LegacyID))["weekly"]
	week := read[[]entry](w.house, "/api/public/fundraising_events/"+w.event.ID+"/user_leaderboard?time_type=weekly")
	if len(week) != len(weekly) {
		w.t.Fatalf("weekly leaderboard: got %v in version 5 and %v in version 3, want the same", week, weekly)
	}
	for i := range week {
		w.wants("weekly leaderboard in version 3", weekly[i].Raised.String(), cents(w.house, week[i].Amount.Value))
	}
}
