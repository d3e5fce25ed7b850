package dash

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// stages reports whether somebody sets up the stage of a fact.
func stages(r app.FactRights) bool { return r.Stage }

// The words for what overlays show, and for how they look.
var (
	overlayKindTexts = map[fund.OverlayKind]text.ID{
		fund.OverlayAlerts: "dash.overlay.alerts", fund.OverlayGoal: "dash.overlay.goal", fund.OverlayTotal: "dash.overlay.total", fund.OverlayStream: "dash.overlay.stream", fund.OverlayLatest: "dash.overlay.latest", fund.OverlayTicker: "dash.overlay.ticker",
		fund.OverlayDonors: "dash.overlay.donors", fund.OverlayPoll: "dash.overlay.poll", fund.OverlayTarget: "dash.overlay.target",
		fund.OverlayMilestones: "dash.overlay.milestones", fund.OverlayMatch: "dash.overlay.match", fund.OverlaySchedule: "dash.overlay.schedule", fund.OverlayCode: "dash.overlay.code",
		fund.OverlayCounter: "dash.overlay.counter", fund.OverlayTimer: "dash.overlay.timer", fund.OverlayScene: "dash.overlay.scene",
	}
	overlayThemeTexts = map[fund.OverlayTheme]text.ID{
		fund.ThemeCard: "dash.overlay.theme.card", fund.ThemeClear: "dash.overlay.theme.clear", fund.ThemePaper: "dash.overlay.theme.paper",
	}
)

// picks are choices in their words.
func picks[T ~string](l *text.Locale, all []T, words map[T]text.ID) []pick {
	choices := make([]pick, len(all))
	for i, one := range all {
		choices[i] = pick{string(one), l.Text(words[one])}
	}
	return choices
}

func (s *Server) overlays() partKind {
	set := func(f *fields, o fund.Overlay) {
		f.hint(f.choice("kind", "dash.overlay.kind", string(o.Kind), picks(f.locale, fund.OverlayKinds(), overlayKindTexts)...), "dash.overlay.kind.hint")
		f.hint(f.line("name", "dash.name", o.Name), "dash.overlay.name.hint")
		f.choice("theme", "dash.overlay.theme", string(o.Theme), picks(f.locale, fund.OverlayThemes(), overlayThemeTexts)...)
		f.hint(f.choice("about", "dash.overlay.about", idText(o.About)), "dash.overlay.about.hint")
		f.hint(f.line("title", "dash.overlay.words", o.Title), "dash.overlay.words.hint").Optional = true
	}
	patch := func(in sent) fund.OverlayPatch {
		return fund.OverlayPatch{Name: in.text("name"), Title: in.text("title"), About: in.id("about"), Kind: choiceOf[fund.OverlayKind](in, "kind"), Theme: choiceOf[fund.OverlayTheme](in, "theme"), Parts: in.sceneParts()}
	}
	remove := deleting(func(ctx context.Context, actor app.Actor, key fund.Key) error {
		return s.app.DeleteOverlay(ctx, actor, key.ID)
	})
	remove.text, remove.late = "dash.overlay.delete.text", true
	return partKind{
		Path: "overlays", param: "overlay", list: "stage", Heading: "dash.overlays", None: "dash.overlays.none", Add: "dash.overlays.add", change: "dash.overlay.change", may: stages, staged: true,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.ListOverlays(ctx, p.seen)
			rows := make([]partRow, len(all))
			for i, one := range all {
				rows[i] = partRow{ID: one.ID.String(), Name: one.Name, Text: f.locale.Text(overlayKindTexts[one.Kind])}
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.Overlay{Kind: fund.OverlayGoal, Theme: fund.ThemeCard}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetOverlay(ctx, p.actor, id)
			set(f, one)
			of := found{name: one.Name, fact: one.FactID, stage: one.StageID, overlay: one.Key, scene: one.Kind == fund.OverlayScene}
			if err == nil && (one.Kind == fund.OverlayAlerts || of.scene) {
				of.sound, err = a.Hearing(ctx, p.actor, id)
			}
			if err == nil && of.scene {
				err = f.sceneParts(ctx, a, p, one)
			}
			return of, err
		},
		more: s.pickAbout,
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateOverlay(ctx, actor, p.key(), patch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateOverlay(ctx, actor, id, patch(in))
			return err
		},
		deeds: []partDeed{{
			path: "renew", button: "dash.overlay.renew", asks: "dash.overlay.renew.asks", text: "dash.overlay.renew.text", late: true,
			do: func(ctx context.Context, actor app.Actor, id fund.ID) error {
				_, err := s.app.RenewOverlay(ctx, actor, id)
				return err
			},
		}, remove},
	}
}

// overlayShown is an overlay beside its form: where it is, for a streaming program and for a preview.
type overlayShown struct {
	Address, Preview string
	// Sound says whether its alerts are to be heard, Heard reports whether they are; "" for what makes no sound.
	Sound text.ID
	Heard bool
	// Scene is set for one that is as large as the picture.
	Scene bool
}

// hearingTexts say whether the alerts of an overlay are to be heard.
var hearingTexts = map[app.Hearing]text.ID{
	app.HearNobody: "dash.overlay.sound.nobody", app.HearUnknown: "dash.overlay.sound.unknown", app.HearMuted: "dash.overlay.sound.muted", app.HearAll: "dash.overlay.sound.all",
}

// partField begins the names of the fields of a scene, one for each overlay of its fact; the id of that follows.
const partField = "parts."

// sceneParts adds the fields that say where in a scene the other overlays of its fact stand. The first of them says how.
func (f *fields) sceneParts(ctx context.Context, a *app.App, p place, scene fund.Overlay) error {
	all, err := a.ListOverlays(ctx, p.seen.On(scene.StageID))
	told := false
	for _, o := range all {
		if o.Kind == fund.OverlayScene {
			continue
		}
		at := ""
		for _, part := range scene.Parts {
			if part.Overlay == o.ID {
				at = part.String()
			}
		}
		one := f.line(partField+o.ID.String(), "dash.overlay.part", at)
		one.Label, one.Optional = f.locale.Text("dash.overlay.part", "Name", o.Name), true
		if !told {
			f.hint(one, "dash.overlay.part.hint")
			told = true
		}
	}
	return err
}

// sceneParts are the changed places of a scene.
func (s sent) sceneParts() []fund.ScenePartPatch {
	var all []fund.ScenePartPatch
	for _, one := range s.all {
		rest, is := strings.CutPrefix(one.Name, partField)
		if id, err := fund.ParseID(rest); is && err == nil && s.changed[one.Name] {
			all = append(all, fund.ScenePartPatch{Overlay: id, Place: s.plain[one.Name]})
		}
	}
	return all
}
