package dash

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	// soundPath is below that of the fact, soundsPath below that: how alerts sound, and the sounds that there are. variantSoundPath is below that of a variant.
	soundPath, soundsPath, variantSoundPath = "/stage/sound", "/files", "/sound"
	// maxSoundForm is how many bytes of a form with a sound are read: one file, and what is around it.
	maxSoundForm = app.MaxSound + 64<<10
)

// alertSoundTexts are what alerts can sound like, in words.
var alertSoundTexts = map[fund.AlertSound]text.ID{
	fund.AlertChime: "dash.alerts.chime", fund.AlertRise: "dash.alerts.rise", fund.AlertKnock: "dash.alerts.knock", fund.AlertCoin: "dash.alerts.coin",
	fund.AlertFanfare: "dash.alerts.fanfare", fund.AlertOwn: "dash.alerts.own", fund.AlertSilent: "dash.alerts.none",
}

// addAlertSettings adds the pages of how alerts sound.
func (s *Server) addAlertSettings(routes session.Routes) {
	at := factPath + soundPath
	routes[at] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(stages, s.alertSettings(s.askEdit)))), http.MethodPost: s.changeLong(s.at(may(stages, s.alertSettings(s.edit)))),
	}
	for path, find := range map[string]soundsFinder{at + soundsPath: s.stageSounds, factPath + "/variants/{variant}" + variantSoundPath: s.variantSounds} {
		routes[path] = map[string]http.HandlerFunc{
			http.MethodGet: s.show(s.at(may(stages, s.askSounds(find)))), http.MethodPost: s.changeUpTo(maxSoundForm, s.at(may(stages, s.setSound(find)))),
		}
	}
}

// alertFields are the fields of how alerts sound. A file of its own can be chosen once there is one.
func (s *Server) alertFields(f *fields, a fund.AlertSettings) {
	var sounds []fund.AlertSound
	for _, one := range fund.AlertSounds() {
		if one != fund.AlertOwn || a.Own.Hash != "" {
			sounds = append(sounds, one)
		}
	}
	f.choice("sound", "dash.alerts.sound", string(a.Sound), picks(f.locale, sounds, alertSoundTexts)...)
	f.hint(f.count("volume", "dash.alerts.volume", &a.Volume), "dash.alerts.volume.hint")
	f.hint(f.amount("least", "dash.alerts.least", a.Least), "dash.alerts.least.hint").Optional = true
	for _, one := range []struct {
		name  string
		label text.ID
		is    bool
	}{{"speak_name", "dash.alerts.name", a.SpeakName}, {"speak_amount", "dash.alerts.amount", a.SpeakAmount}, {"speak_comment", "dash.alerts.comment", a.SpeakComment}} {
		hint := text.ID("dash.alerts.speech.hint")
		if !s.app.Speaks() {
			hint = "dash.alerts.speech.off"
		}
		f.hint(f.check(one.name, one.label, one.is), hint)
	}
}

// alertSettings serves the form of how alerts sound.
func (s *Server) alertSettings(serve form) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		l := text.Of(r)
		return serve(w, r, p, subject{
			Title: l.Text("dash.alerts"), Back: p.On("/stage"), Action: p.On(soundPath), Submit: l.Text("dash.edit.save"),
			Deeds: []deed{{p.On(soundPath + soundsPath), l.Text("dash.sounds")}},
			read: func(ctx context.Context, a *app.App) (*fields, error) {
				settings, err := a.GetAlertSettings(ctx, p.actor, p.key())
				f := fieldsFor(l, p.Fact)
				s.alertFields(f, settings)
				return f, err
			},
			save: func(ctx context.Context, actor app.Actor, in sent) error {
				_, err := s.app.UpdateAlertSettings(ctx, actor, p.key(), fund.AlertSettingsPatch{
					Sound: choiceOf[fund.AlertSound](in, "sound"), Volume: in.number("volume"), Least: in.text("least"),
					SpeakName: in.flag("speak_name"), SpeakAmount: in.flag("speak_amount"), SpeakComment: in.flag("speak_comment"),
				})
				return err
			},
		})
	}
}

// soundShown is a sound that can be listened to.
type soundShown struct{ Name, Address string }

// soundsPage are the sounds that alerts of a fact can have.
type soundsPage struct {
	place

	Sounds []soundShown
	// Own reports whether there is a file of its own. Hint says which files are taken, Problem why one was not; "" at first.
	Own                                bool
	Heading, Hint, Problem, Back, Done string
}

// soundsOf is what a file can be uploaded for: a stage, or a variant of its alerts.
type soundsOf struct {
	// heading heads its page, back is where that leads to.
	heading, back string
	// sounds are what can be listened to, in their words, and file is that of a variant. own reports whether there is a file of its own, beside the settings of the stage.
	sounds []fund.AlertSound
	words  map[fund.AlertSound]text.ID
	file   fund.SoundFile
	own    func(fund.AlertSettings) bool
	take   func(context.Context, []byte) error
	remove func(context.Context) error
}

// soundsFinder finds what a page with sounds is about, and has the place be at its stage.
type soundsFinder func(*http.Request, *place) (soundsOf, error)

// stageSounds are those of the stage of a fact.
func (s *Server) stageSounds(r *http.Request, p *place) (soundsOf, error) {
	return soundsOf{
		heading: text.Of(r).Text("dash.sounds"), back: p.On(soundPath), sounds: fund.AlertSounds(), words: alertSoundTexts,
		own: func(settings fund.AlertSettings) bool { return settings.Own.Hash != "" },
		take: func(ctx context.Context, file []byte) error {
			_, err := s.app.SetAlertSound(ctx, p.actor, p.key(), file)
			return err
		},
		remove: func(ctx context.Context) error {
			_, err := s.app.RemoveAlertSound(ctx, p.actor, p.key())
			return err
		},
	}, nil
}

// askSounds shows the sounds.
func (s *Server) askSounds(find soundsFinder) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		return s.showSounds(w, r, http.StatusOK, find, soundsPage{place: p, Done: done(r)})
	}
}

func (s *Server) showSounds(w http.ResponseWriter, r *http.Request, status int, find soundsFinder, page soundsPage) error {
	of, err := find(r, &page.place)
	if err != nil {
		return err
	}
	settings, err := s.app.GetAlertSettings(r.Context(), page.actor, page.key())
	if err != nil {
		return err
	}
	l := text.Of(r)
	page.Heading, page.Back, page.Own, page.Hint = of.heading, of.back, of.own(settings), l.Text("dash.sounds.hint", "Size", maxSoundMB, "Seconds", maxSoundSeconds)
	settings.Sound, settings.Volume = fund.AlertSilent, fund.MaxVolume
	for _, one := range of.sounds {
		if p := s.app.PlayedSound(fund.AlertLook{Sound: one, File: of.file}.Over(settings)); p != nil {
			page.Sounds = append(page.Sounds, soundShown{l.Text(of.words[one]), p.Address})
		}
	}
	v := session.View{Template: "sounds.html", Status: status, Title: page.Heading + " · " + page.Fact.Name, Data: page, Sounds: true}
	if page.Problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// The limits of files in texts.
const (
	maxSoundMB      = app.MaxSound >> 20
	maxSoundSeconds = int(app.MaxSoundLength / time.Second)
)

// soundProblems are why a file is refused, by how the domain's own text for it begins; all others are of a kind that is not taken.
var soundProblems = []struct {
	begins string
	text   text.ID
}{
	{"is longer", "dash.sounds.long"}, {"is larger", "dash.sounds.large"}, {"is silent", "dash.sounds.silent"}, {"is empty", "dash.sounds.damaged"},
	{"cannot be read", "dash.sounds.damaged"}, {"", "dash.sounds.kind"},
}

// setSound takes the file of a form, or removes the one that there is.
func (s *Server) setSound(find soundsFinder) func(http.ResponseWriter, *http.Request, place) error {
	return func(w http.ResponseWriter, r *http.Request, p place) error {
		of, err := find(r, &p)
		if err != nil {
			return err
		}
		file, err := uploadedFile(r, "file")
		switch {
		case err != nil:
		case len(file) > 0:
			err = of.take(r.Context(), file)
		case r.PostForm.Get("no_file") != "":
			err = of.remove(r.Context())
		}
		if err == nil {
			session.Redirect(w, doneAt(p.Here, "saved"))
			return nil
		}
		return s.refuseSound(w, r, err, find, soundsPage{place: p})
	}
}

// refuseSound shows the sounds again, and says why a file was not taken.
func (s *Server) refuseSound(w http.ResponseWriter, r *http.Request, err error, find soundsFinder, page soundsPage) error {
	l := text.Of(r)
	switch f := fault.From(err); f.Kind {
	case fault.RateLimited:
		s.Limited(w, r, f)
		page.Problem = l.Text("dash.sounds.often", "Wait", l.Wait(f.Wait()))
		return s.showSounds(w, r, http.StatusTooManyRequests, find, page)
	case fault.Invalid:
		for _, one := range soundProblems {
			if strings.HasPrefix(f.Fields[0].Text, one.begins) {
				page.Problem = l.Text(one.text, "Size", maxSoundMB, "Seconds", maxSoundSeconds)
				break
			}
		}
		return s.showSounds(w, r, http.StatusUnprocessableEntity, find, page)
	}
	return err
}
