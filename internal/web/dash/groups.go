package dash

import (
	"context"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// highlightsPath is below that of the fact: what is highlighted in what waits.
const highlightsPath = "/highlights"

// groupTexts are the names of the colors of groups.
var groupTexts = map[fund.GroupColor]text.ID{
	"red": "dash.group.red", "orange": "dash.group.orange", "yellow": "dash.group.yellow", "green": "dash.group.green", "teal": "dash.group.teal",
	"blue": "dash.group.blue", "purple": "dash.group.purple", "pink": "dash.group.pink", "gray": "dash.group.gray",
}

// groups are the groups with which screeners mark gifts.
func (s *Server) groups() partKind {
	set := func(f *fields, g fund.ScreeningGroup) {
		f.line("name", "dash.name", g.Name)
		var colors []pick
		for _, c := range fund.GroupColors() {
			colors = append(colors, pick{string(c), f.locale.Text(groupTexts[c])})
		}
		f.choice("color", "dash.group.color", string(g.Color), colors...)
	}
	patch := func(in sent) fund.ScreeningGroupPatch {
		return fund.ScreeningGroupPatch{Name: in.text("name"), Color: choiceOf[fund.GroupColor](in, "color")}
	}
	return partKind{
		Path: "groups", param: "group", list: "groups", Heading: "dash.groups", None: "dash.groups.none", Add: "dash.groups.add", change: "dash.group.change", may: sets,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.ScreeningGroups(ctx, p.seen)
			rows := make([]partRow, len(all))
			for i, one := range all {
				rows[i] = partRow{ID: one.ID.String(), Name: one.Name, Text: f.locale.Text(groupTexts[one.Color])}
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.ScreeningGroup{Color: fund.GroupColors()[0]}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetScreeningGroup(ctx, p.actor, fund.Key{ID: id})
			set(f, one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateScreeningGroup(ctx, actor, p.key(), patch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateScreeningGroup(ctx, actor, fund.Key{ID: id}, patch(in))
			return err
		},
		deeds: []partDeed{deleting(s.app.DeleteScreeningGroup)},
	}
}

// addHighlights adds the page of what is highlighted.
func (s *Server) addHighlights(routes session.Routes) {
	routes[factPath+highlightsPath] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.at(may(sets, s.highlights(s.askEdit)))),
		http.MethodPost: s.changeLong(s.at(may(sets, s.highlights(s.edit)))),
	}
}

// highlights serves the form of what is highlighted.
func (s *Server) highlights(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.highlights"), Back: p.Base() + "/groups", Action: p.Base() + highlightsPath, Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, _ *app.App) (*fields, error) {
				h, err := s.app.HighlightsOf(ctx, p.seen)
				f := fieldsFor(l, p.Fact)
				f.hint(f.lines("highlights", "dash.highlights.words", strings.Join(h.Words, "\n")), "dash.highlights.words.hint", "Most", fund.MaxHighlights, "Long", fund.MaxHighlight).Optional = true
				f.amount("amount", "dash.highlights.amount", h.Amount).Optional = true
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				patch := fund.HighlightsPatch{Amount: in.text("amount")}
				if typed := in.text("highlights"); typed.Set {
					patch.Words = fund.Some(strings.Split(typed.Value, "\n"))
				}
				return s.app.SetHighlights(ctx, actor, p.key(), patch)
			},
		})
	}
}

// groupShown is a group beside a gift.
type groupShown struct{ ID, Name, Color string }

func toGroup(g fund.ScreeningGroup) groupShown {
	return groupShown{g.ID.String(), g.Name, string(g.Color)}
}

// groupTab leads to the gifts of a group.
type groupTab struct {
	groupShown

	Link string
	Is   bool
}

// groupTabs lead from a page to the gifts of each group; none where there is no group. The group is the one that the address asks for, or the zero value for all.
func (s *Server) groupTabs(r *http.Request, p place, page string) (tabs []groupTab, group fund.ID, err error) {
	all, err := s.app.ScreeningGroups(r.Context(), p.seen)
	if err != nil || len(all) == 0 {
		return nil, group, err
	}
	asked := r.URL.Query().Get("group")
	tabs = append(tabs, groupTab{groupShown: groupShown{Name: text.Of(r).Text("dash.groups.all")}, Link: page})
	for _, g := range all {
		one := toGroup(g)
		is := asked == one.ID
		if is {
			group = g.ID
		}
		tabs = append(tabs, groupTab{one, page + "?group=" + one.ID, is})
	}
	tabs[0].Is = group.IsZero()
	return tabs, group, nil
}
