package dash

import (
	"context"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// addSettings adds the page of what donors may give and write.
func (s *Server) addSettings(routes session.Routes) {
	routes[factPath+"/settings"] = map[string]http.HandlerFunc{
		http.MethodGet:  s.show(s.at(may(setsScreening, s.settings(s.askEdit)))),
		http.MethodPost: s.changeLong(s.at(may(setsScreening, s.settings(s.edit)))),
	}
}

// setsScreening reports whether somebody says how donations are screened.
func setsScreening(r app.FactRights) bool { return r.SetScreening }

// settingsFields are the fields of the settings: those who only screen have the words, those who change the fact have what donors read, too.
func settingsFields(f *fields, p place, g fund.DonationSettings) error {
	if p.Rights.Edit {
		digits, err := money.Digits(p.Fact.Currency)
		if err != nil {
			return err //nolint:wrapcheck // it names the currency
		}
		presets := make([]string, len(g.Presets))
		for i, minor := range g.Presets {
			presets[i] = f.locale.Number(money.Fixed(minor, digits))
		}
		f.amount("minimum", "dash.settings.minimum", g.Minimum).Optional = true
		f.amount("maximum", "dash.settings.maximum", g.Maximum).Optional = true
		f.hint(f.lines("presets", "dash.settings.presets", strings.Join(presets, "\n")), "dash.settings.presets.hint", "Currency", p.Fact.Currency).Optional = true
		f.hint(f.lines("thanks", "dash.settings.thanks", g.Thanks), "dash.settings.thanks.hint").Optional = true
		delay := int64(g.StreamDelay.Seconds())
		f.hint(f.count("stream_delay", "dash.settings.delay", &delay), "dash.settings.delay.hint")
	}
	f.hint(f.lines("words", "dash.settings.words", strings.Join(g.Words, "\n")), "dash.settings.words.hint").Optional = true
	f.hint(f.lines("allowed", "dash.settings.allowed", strings.Join(g.Allowed, "\n")), "dash.settings.allowed.hint").Optional = true
	f.check("leet", "dash.settings.leet", g.Leet)
	f.hint(f.check("two_passes", "dash.settings.two_passes", g.TwoPasses), "dash.settings.two_passes.hint")
	return nil
}

// settingsPatch is what was changed. The problem is of an amount that cannot be read; "" for none.
func settingsPatch(in sent) (patch fund.DonationSettingsPatch, problem string) {
	patch = fund.DonationSettingsPatch{Minimum: in.text("minimum"), Maximum: in.text("maximum"), Thanks: in.text("thanks"), Leet: in.flag("leet"), TwoPasses: in.flag("two_passes")}
	lines := func(name string) fund.Opt[[]string] {
		typed := in.text(name)
		if !typed.Set {
			return fund.Opt[[]string]{}
		}
		list := []string{}
		for line := range strings.Lines(typed.Value) {
			if line = strings.TrimSpace(line); line != "" {
				list = append(list, line)
			}
		}
		return fund.Some(list)
	}
	patch.Words, patch.Allowed, patch.Presets = lines("words"), lines("allowed"), lines("presets")
	for i, typed := range patch.Presets.Value {
		if patch.Presets.Value[i], problem = in.locale.Read(typed, in.currency); problem != "" {
			return patch, problem
		}
	}
	if delay := in.count("stream_delay"); delay.Set {
		patch.StreamDelay = fund.Some(int64(0))
		if delay.Value != nil {
			patch.StreamDelay.Value = *delay.Value
		}
	}
	return patch, ""
}

// settings serves the form of the settings.
func (s *Server) settings(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.settings"), Back: p.Base(), Action: p.Base() + "/settings", Submit: l.Text("dash.edit.save"), Over: !p.Open(),
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				g, err := a.GetDonationSettings(ctx, p.actor, p.key())
				if err != nil {
					return nil, err
				}
				f := fieldsFor(l, p.Fact)
				return f, settingsFields(f, p, g)
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				patch, problem := settingsPatch(in)
				if problem != "" {
					return &fault.Error{Kind: fault.Invalid, Fields: fault.Fields{{Path: "presets", Text: problem}}}
				}
				_, err := s.app.UpdateDonationSettings(ctx, actor, p.key(), patch)
				return ofWhole(err)
			},
		})
	}
}

// ofWhole says of a wrong part of a list that the field of the list is wrong.
func ofWhole(err error) error {
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	wrong := *fault.From(err)
	wrong.Fields = append(fault.Fields{}, wrong.Fields...)
	for i := range wrong.Fields {
		wrong.Fields[i].Path, _, _ = strings.Cut(wrong.Fields[i].Path, ".")
	}
	return &wrong
}
