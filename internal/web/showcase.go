package web

import (
	"net/http"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/ui"
)

// showcaseName is below the assets where a server of play money shows every component in every state. No fact can have that address.
const showcaseName = "design"

// showcasePage has each component in each of its states.
type showcasePage struct {
	Icons     []string
	Portraits []ui.Portrait
	Covers    []ui.Cover
	Goals     []*ui.Goal
	Cards     []ui.Card
	Donations []ui.Donation
	Empty     ui.Empty
	Share     []ui.ShareLink
	Fields    []ui.Field
	Choices   []ui.Choice
	Lines     []line
}

// showcase is the page of all components, which the tests of the looks of pages take pictures of. Servers with real money have none.
func (s *Site) showcase(r *http.Request) (view, error) {
	if s.app.Mode(r.Context()) != fund.ModeSandbox {
		return view{}, &fault.Error{Kind: fault.NotFound}
	}
	at := time.Date(2026, time.December, 24, 18, 0, 0, 0, time.UTC)
	page := showcasePage{
		Icons: slices.Sorted(slices.Values(ui.IconNames())), Goals: sampleGoals(), Cards: sampleCards(at), Fields: sampleFields(),
		Empty: ui.Empty{Icon: "heart", Heading: "Be the first to donate", Text: "Every gift counts."},
		Share: ui.ShareLinks(s.baseURL, "Support this", "E-mail"),
		Choices: []ui.Choice{
			{ID: "pick-1", Name: "pick", Value: "1", Text: "Chosen", Checked: true}, {ID: "pick-2", Name: "pick", Value: "2", Text: "Not chosen", Note: "$12.00 so far"},
		},
		Donations: []ui.Donation{
			{Name: "Ada", Comment: "Good luck tonight!\nSecond line.", Amount: "$25.00", At: at, Portrait: ui.NewPortrait("Ada", "Ada", "")},
			{Name: fund.Anonymous, Amount: "$5.00", At: at, Portrait: ui.NewPortrait("", fund.Anonymous, "")},
		},
		Lines: []line{{Name: "Gift", Value: "$25.00"}, {Name: "Fee you covered", Value: "$1.06"}, {Name: "Total paid", Value: "$26.06", Total: true}},
	}
	for _, name := range []string{"Ada Lovelace", "Grace", "猫の家", "Δ", "Zoë Quay", "River Keepers", "+crew", "🎮"} {
		page.Portraits, page.Covers = append(page.Portraits, ui.NewPortrait(name, name, "")), append(page.Covers, ui.NewCover(name, ""))
	}
	return view{template: "showcase.html", Title: "Components", Data: page}, nil
}

func sampleGoals() []*ui.Goal {
	marked := &ui.Goal{Total: 420, Aim: 1000, Text: "$420 of $1,000"}
	for _, at := range []int64{100, 400, 600, 1000} {
		marked.Mark(at, at <= marked.Total)
	}
	return []*ui.Goal{{Aim: 100, Text: "$0 of $100"}, marked, {Total: 150, Aim: 100, Text: "$150 of $100"}}
}

func sampleCards(at time.Time) []ui.Card {
	card := func(name string, change func(*ui.Card)) ui.Card {
		c := ui.Card{
			Name: name, Link: "/", Owner: "Ada", OwnerLink: "/", Cause: "Open Harbor", CauseLink: "/", Raised: "$420.00", Goal: "$1,000.00", Percent: "42%",
			Cover: ui.NewCover(name, ""), Portrait: ui.NewPortrait(name, name, ""), Bar: sampleGoals()[1],
		}
		change(&c)
		return c
	}
	return []ui.Card{
		card("Running", func(*ui.Card) {}), card("Live", func(c *ui.Card) { c.Live = true }), card("Upcoming", func(c *ui.Card) { c.StartsAt = at }),
		card("Ended", func(c *ui.Card) { c.Ended = true }), card("No goal", func(c *ui.Card) { c.Goal, c.Bar = "", nil }),
		card("A long name that takes more than one line of a narrow card, as some do", func(c *ui.Card) { c.Owner, c.Cause = "", "" }),
	}
}

func sampleFields() []ui.Field {
	return []ui.Field{
		{Name: "plain", Label: "Plain", Type: "text", Autocomplete: "off"},
		{Name: "hint", Label: "With a hint", Hint: "What it is for.", Type: "text", Autocomplete: "off", Optional: true, Value: "typed"},
		{Name: "wrong", Label: "Wrong", Problem: "Enter an e-mail address, like name@example.org", Type: "email", Autocomplete: "off", Value: "ada"},
		{Name: "lines", Label: "Several lines", Rows: 3},
	}
}
