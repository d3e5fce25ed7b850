package dash

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	// stageParam names a stage of the fact in the address of a page; without it, the first one is meant.
	stageParam = "stage"
	// stagePath is below that of the fact: what a stage has. Below that are the pages that make, change and delete one.
	stagePath, newStagePath, setStagePath, endStagePath = "/stage", "/stage/new", "/stage/change", "/stage/delete"
)

// asking is an address with more of a query.
func asking(at string, more url.Values) string {
	if len(more) == 0 {
		return at
	}
	if strings.Contains(at, "?") {
		return at + "&" + more.Encode()
	}
	return at + "?" + more.Encode()
}

// doneAt is the address of a page that says what a form did.
func doneAt(at, done string) string { return asking(at, url.Values{"done": {done}}) }

// On is the address of a page of the fact about the stage that this one is about.
func (p place) On(path string) string { return p.atStage(path, p.stage) }

// atStage is the address of a page of the fact about a stage; zero for the first one.
func (p place) atStage(path string, stage fund.ID) string {
	if stage.IsZero() {
		return p.Base() + path
	}
	return asking(p.Base()+path, url.Values{stageParam: {stage.String()}})
}

// onStage reads which stage of its fact an address names.
func (s *Server) onStage(r *http.Request, p *place) error {
	named := r.URL.Query().Get(stageParam)
	if named == "" {
		return nil
	}
	id, err := fund.ParseID(named)
	if err != nil {
		return fault.New(fault.NotFound, "There is no such stage.")
	}
	if err := s.setStage(r.Context(), p, id); err != nil {
		return err
	}
	if !p.stage.IsZero() {
		p.Here = asking(p.Here, url.Values{stageParam: {p.stage.String()}})
	}
	return nil
}

// setStage makes a page one about a stage of its fact.
func (s *Server) setStage(ctx context.Context, p *place, id fund.ID) error {
	stage, err := s.app.GetStage(ctx, p.seen.On(id))
	if err != nil {
		return err
	}
	if p.stage = stage.ID; stage.Main {
		p.stage = fund.ID{}
	}
	p.seen = p.seen.On(p.stage)
	return nil
}

// stageRow is a stage in a list.
type stageRow struct {
	Link, Name, Text string
	// Here is set for the one that the page is about.
	Here bool
}

// stagesShown are the stages of a fact that may have several, on the page of one of them.
type stagesShown struct {
	Rows  []stageRow
	Deeds []deed
}

// stageName is what a stage is called.
func stageName(l *text.Locale, s fund.Stage) string {
	if s.Name == "" {
		return l.Text("dash.stages.main")
	}
	return s.Name
}

// stageLink is a stage that a page leads to.
func (p place) stageLink(l *text.Locale, s fund.Stage, path string) stageRow {
	id := s.ID
	if s.Main {
		id = fund.ID{}
	}
	return stageRow{Link: p.atStage(path, id), Name: stageName(l, s), Here: id == p.stage}
}

// desksOf are the desks of stages.
func (p place) desksOf(l *text.Locale, all []fund.Stage, dock bool) []stageRow {
	rows := make([]stageRow, len(all))
	for i, one := range all {
		rows[i] = p.stageLink(l, one, "/desk")
		if dock {
			rows[i].Link = asking(rows[i].Link, url.Values{dockParam: {"yes"}})
		}
	}
	return rows
}

// addStages adds the pages that make, change and delete stages.
func (s *Server) addStages(routes session.Routes) {
	routes[factPath+newStagePath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(stages, several(s.freshStage(s.askEdit))))), http.MethodPost: s.changeLong(s.at(may(stages, several(s.freshStage(s.edit))))),
	}
	routes[factPath+setStagePath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(stages, s.oneStage(s.askEdit)))), http.MethodPost: s.changeLong(s.at(may(stages, s.oneStage(s.edit)))),
	}
	routes[factPath+endStagePath] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(stages, several(s.askEndStage)))), http.MethodPost: s.change(s.at(may(stages, several(s.endStage)))),
	}
}

// several serves a page of facts that may have several stages.
func several(serve func(http.ResponseWriter, *http.Request, place) error) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		if !p.Fact.Kind.HasStages() {
			return fault.New(fault.NotFound, "This has one stage.")
		}
		return serve(w, r, p)
	}
}

// showStages adds the stages of the fact to the page of one of them, or what to change of the only one.
func (s *Server) showStages(r *http.Request, page *partsPage) error {
	l := text.Of(r)
	change := deed{page.On(setStagePath), l.Text("dash.stages.change")}
	if !page.Fact.Kind.HasStages() {
		page.More = append(page.More, change)
		return nil
	}
	all, err := s.app.ListStages(r.Context(), page.seen)
	if err != nil {
		return err
	}
	shown := &stagesShown{Deeds: []deed{change}}
	if !page.stage.IsZero() {
		shown.Deeds = append(shown.Deeds, deed{page.On(endStagePath), l.Text("dash.stages.delete")})
	}
	if len(all) < fund.MaxStages {
		shown.Deeds = append(shown.Deeds, deed{page.Base() + newStagePath, l.Text("dash.stages.add")})
	}
	for _, one := range all {
		row := page.stageLink(l, one, stagePath)
		if row.Text, err = s.takenBy(r.Context(), l, page.place, one); err != nil {
			return err
		}
		shown.Rows = append(shown.Rows, row)
	}
	page.Stages = shown
	return nil
}

// takenBy says which donations a stage takes.
func (s *Server) takenBy(ctx context.Context, l *text.Locale, p place, one fund.Stage) (string, error) {
	switch one.Takes {
	case fund.TakesOwn:
		return l.Text("dash.stages.takes.own"), nil
	case fund.TakesVia:
		return l.Text("dash.stages.via.is", "Name", one.Via), nil
	case fund.TakesBelow:
		below, err := s.app.GetFact(ctx, p.actor, keyOf(one.Below))
		if fault.Is(err, fault.NotFound) {
			return l.Text("dash.stages.below.gone"), nil
		}
		return l.Text("dash.stages.below.is", "Name", below.Name), err
	default:
		return l.Text("dash.stages.takes.all"), nil
	}
}

// stageTakesTexts are what stages take, in words.
var stageTakesTexts = map[fund.StageTakes]text.ID{
	fund.TakesAll: "dash.stages.takes.all", fund.TakesOwn: "dash.stages.takes.own", fund.TakesBelow: "dash.stages.takes.below", fund.TakesVia: "dash.stages.takes.via",
}

// stageFields are the fields of a stage.
func (s *Server) stageFields(ctx context.Context, p place, f *fields, one fund.Stage) error {
	name := f.hint(f.line("name", "dash.name", one.Name), "dash.stages.name.hint")
	name.Optional = one.Main
	f.hint(f.choice("takes", "dash.stages.takes", string(one.Takes), picks(f.locale, fund.StagesTake(), stageTakesTexts)...), "dash.stages.takes.hint")
	f.hint(f.choice("below", "dash.stages.below", idText(one.Below)), "dash.stages.below.hint")
	f.hint(f.line("via", "dash.stages.via", one.Via), "dash.stages.via.hint").Optional = true
	languages := []pick{{"", f.locale.Text("dash.stages.language.usual")}}
	for _, l := range text.Locales() {
		languages = append(languages, pick{l.Language(), l.Text("site.language")})
	}
	f.hint(f.choice("language", "dash.stages.language", one.Language, languages...), "dash.stages.language.hint")
	f.hint(f.line("shown_currency", "dash.stages.currency", one.ShownCurrency), "dash.stages.currency.hint", "Currency", f.currency).Optional = true
	below, err := s.app.ListFacts(ctx, p.actor, app.FactQuery{Parent: &p.seen}, everything)
	choices := []pick{{"", f.locale.Text("dash.stages.below.none")}}
	for _, one := range below {
		choices = append(choices, pick{one.ID.String(), one.Name})
	}
	f.choose("below", choices, "dash.stages.below.gone")
	return err
}

// stagePatch is what a form about a stage says.
func stagePatch(in sent) fund.StagePatch {
	return fund.StagePatch{Name: in.text("name"), Takes: choiceOf[fund.StageTakes](in, "takes"), Below: in.id("below"), Via: in.text("via"), Language: in.text("language"), ShownCurrency: in.text("shown_currency")}
}

// freshStage serves the form of a new stage.
func (s *Server) freshStage(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.stages.add"), Back: p.Base() + stagePath, Action: p.Base() + newStagePath, Submit: l.Text("dash.edit.add"), made: true,
			read: func(ctx context.Context, _ *app.App) (*fields, error) {
				f := fieldsFor(l, p.Fact)
				return f, s.stageFields(ctx, p, f, fund.Stage{StageFilter: fund.StageFilter{Takes: fund.TakesAll}})
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.CreateStage(ctx, actor, p.key(), stagePatch(in))
				return err
			},
		})
	}
}

// oneStage serves the form of a stage that there is.
func (s *Server) oneStage(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		one, err := s.app.GetStage(r.Context(), p.seen)
		if err != nil {
			return err
		}
		return serve(w, r, p, subject{
			Title: l.Text("dash.stages.change"), Of: stageName(l, one), Back: p.On(stagePath), Action: p.On(setStagePath), Submit: l.Text("dash.edit.save"),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				f := fieldsFor(l, p.Fact)
				now, err := a.GetStage(ctx, p.seen)
				if err != nil {
					return f, err
				}
				return f, s.stageFields(ctx, p, f, now)
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateStage(ctx, actor, p.key(), stagePatch(in))
				return err
			},
		})
	}
}

// endingStage asks whether a stage should be deleted.
var endingStage = partDeed{button: "dash.stages.delete", asks: "dash.stages.delete.asks", text: "dash.stages.delete.text"}

// askEndStage is GET /dashboard/{fact}/stage/delete.
func (s *Server) askEndStage(w http.ResponseWriter, r *http.Request, p place) error {
	one, err := s.app.GetStage(r.Context(), p.seen)
	if err != nil {
		return err
	}
	if one.Main {
		return fault.New(fault.NotFound, "The first stage stays.")
	}
	return s.showDeed(w, r, http.StatusOK, endingStage, confirmPage{place: p, Of: one.Name, Back: p.On(stagePath)})
}

// endStage deletes a stage, and shows the first one.
func (s *Server) endStage(w http.ResponseWriter, r *http.Request, p place) error {
	if err := isSure(r); err != nil {
		return err
	}
	if err := s.app.DeleteStage(r.Context(), p.actor, p.key()); err != nil {
		return err
	}
	session.Redirect(w, doneAt(p.Base()+stagePath, "removed"))
	return nil
}
