package dash

import (
	"strings"

	"github.com/almoner/almoner/internal/text"
)

// mostUngrouped is how many pages of a fact stand in a row; more of them stand in groups, beside the page where it is wide enough.
const mostUngrouped = 7

// tab leads to a page of a fact.
type tab struct {
	Text text.ID
	Path string
	// Here reports whether it is the page that is shown.
	Here bool
}

// tabGroup is a group of tabs with its heading.
type tabGroup struct {
	Title text.ID
	Tabs  []tab
}

// tabs are the pages of the fact that whoever is here has something to do on. The overview stands before all groups.
type tabs struct {
	Overview tab
	Groups   []tabGroup
	// Grouped reports whether there are so many that they need headings.
	Grouped bool
}

// Tabs lists the pages of the fact for whoever is here.
func (p place) Tabs() tabs {
	r, cause, event := p.Rights, p.IsCause(), p.IsEvent()
	page := func(has bool, title text.ID, path string) []tab {
		if !has {
			return nil
		}
		return []tab{p.tab(title, path)}
	}
	all := tabs{Overview: p.tab("dash.overview", "")}
	count := 1
	group := func(title text.ID, pages ...[]tab) {
		g := tabGroup{Title: title}
		for _, one := range pages {
			g.Tabs = append(g.Tabs, one...)
		}
		if count += len(g.Tabs); len(g.Tabs) > 0 {
			all.Groups = append(all.Groups, g)
		}
	}
	group("dash.nav.public",
		page(r.Edit && cause, "fact.events", "/events"),
		page(r.Edit && cause, "dash.cause.profile", "/profile"),
		page(r.Edit && !cause, "dash.page", "/page"),
		page(r.Edit, "dash.incentives", "/incentives"),
		page(r.Schedule, "fact.schedule", "/schedule"),
		page(r.Edit && !cause, "dash.exercise", "/exercise"),
		page(r.Edit && event, "dash.event.registration", "/registration"),
		page(r.Edit && event, "dash.registrations", "/registrations"),
		page(r.Edit && (event || cause), "dash.event.visibility", "/visibility"))
	group("dash.nav.show",
		page(r.Stage, "dash.stage", "/stage"),
		page(r.Desk, "dash.desk", "/desk"),
		page(r.Screen, "dash.screening", "/screening"),
		page(r.Read, "dash.read", "/read"),
		page(r.SetScreening, "dash.safety", "/safety"))
	group("dash.nav.gifts",
		page(r.Count, "dash.gifts", "/gifts"),
		page(r.Fulfill, "dash.claims", "/claims"),
		page(r.Credit, "dash.offline.tab", "/offline"),
		page(r.Credit, "dash.matches", "/matches"),
		page(r.Refund && cause, "dash.cases", "/cases"),
		page(r.Count || r.Fulfill, "dash.export", "/export"))
	group("dash.nav.setup",
		page(r.SetScreening, "dash.settings", "/settings"),
		page(r.Govern && cause, "dash.cause.legal", "/legal"),
		page(r.Govern && cause, "dash.cause.permissions", "/permissions"),
		page(r.Govern && cause, "dash.payments", "/payments"),
		page((r.Edit || r.Govern) && cause, "dash.members", "/members"),
		page(r.GiveGrants, "dash.people", "/people"))
	all.Grouped = count > mostUngrouped
	return all
}

func (p place) tab(title text.ID, path string) tab {
	here, _, _ := strings.Cut(p.Here, "?")
	return tab{title, p.Base() + path, here == p.Base()+path}
}
