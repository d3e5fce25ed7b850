package admin

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// settingsPath is the page of what operators change while servers run.
const settingsPath = Path + "/settings"

// pick is one of the values of a setting.
type pick struct {
	Value, Text string
	Chosen      bool
}

// settingForm is the form of a setting.
type settingForm struct {
	// Key is its name, Value the present one; Picks are its values, nil for one that is typed.
	Key, Label, Help, Value, Problem string
	Picks                            []pick
}

// settingTexts are the label and the help of each setting.
var settingTexts = map[string][2]text.ID{
	fund.SettingOpenCauses:   {"admin.setting.open_causes", "admin.setting.open_causes.help"},
	fund.SettingClaimDays:    {"admin.setting.claim_days", "admin.setting.claim_days.help"},
	fund.SettingRegistration: {"admin.setting.registration", "admin.setting.registration.help"},
	fund.SettingSignUp:       {"admin.setting.sign_up", "admin.setting.sign_up.help"},
	fund.SettingLanguage:     {"admin.setting.language", "admin.setting.language.help"},
}

// settingPicks are the values of the settings that have a few, as they are stored, with their texts.
var settingPicks = map[string][]struct {
	value string
	text  text.ID
}{
	fund.SettingOpenCauses:   {{"false", "admin.setting.open_causes.false"}, {"true", "admin.setting.open_causes.true"}},
	fund.SettingRegistration: {{fund.RegistrationOpen, "admin.setting.registration.open"}, {fund.RegistrationApproval, "admin.setting.registration.approval"}, {fund.RegistrationOff, "admin.setting.registration.off"}},
	fund.SettingSignUp:       {{fund.SignUpOpen, "admin.setting.sign_up.open"}, {fund.SignUpInvitation, "admin.setting.sign_up.invitation"}, {fund.SignUpClosed, "admin.setting.sign_up.closed"}},
}

type settingsPage struct {
	operator

	Settings []settingForm
}

// settings is GET /admin/settings.
func (s *Server) settings(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.showSettings(w, r, http.StatusOK, by, settingForm{})
}

// showSettings shows all settings, and one as it was sent.
func (s *Server) showSettings(w http.ResponseWriter, r *http.Request, status int, by operator, sent settingForm) error {
	all, err := s.app.ListSettings(r.Context(), by.actor)
	if err != nil {
		return err
	}
	l := text.Of(r)
	by.Title = l.Text("admin.settings")
	page := settingsPage{operator: by}
	for _, one := range all {
		f := settingForm{Key: one.Key, Label: l.Text(settingTexts[one.Key][0]), Help: l.Text(settingTexts[one.Key][1]), Value: plain(one.Value)}
		if one.Key == sent.Key {
			f.Value, f.Problem = sent.Value, sent.Problem
		}
		for _, p := range settingPicks[one.Key] {
			f.Picks = append(f.Picks, pick{p.value, l.Text(p.text), p.value == f.Value})
		}
		if one.Key == fund.SettingLanguage {
			for _, c := range l.Choices(nil) {
				f.Picks = append(f.Picks, pick{c.Language, c.Name, c.Language == f.Value})
			}
		}
		page.Settings = append(page.Settings, f)
	}
	s.render(w, r, status, "settings.html", by, page)
	return nil
}

// plain is a value as people write it.
func plain(value string) string {
	var word string
	if json.Unmarshal([]byte(value), &word) == nil {
		return word
	}
	return value
}

// setSetting gives a setting another value.
func (s *Server) setSetting(w http.ResponseWriter, r *http.Request, by operator) error {
	sent := settingForm{Key: r.PostForm.Get("key"), Value: r.PostForm.Get("value")}
	if _, known := settingTexts[sent.Key]; !known {
		return errNoChoice
	}
	_, err := s.app.SetSetting(r.Context(), by.actor, sent.Key, sent.Value)
	switch {
	case err == nil:
		return finish(w, settingsPath, "set")
	case fault.Is(err, fault.Invalid):
		sent.Problem = text.Of(r).Text("dash.wrong.choice")
		if sent.Key == fund.SettingClaimDays {
			sent.Problem = text.Of(r).Text("admin.setting.claim_days.wrong", "Most", strconv.Itoa(fund.MaxClaimDays))
		}
		return s.showSettings(w, r, http.StatusUnprocessableEntity, by, sent)
	case fault.Is(err, fault.Stale):
		by.Problem = text.Of(r).Text("admin.setting.stale")
		return s.showSettings(w, r, http.StatusConflict, by, settingForm{})
	}
	return err
}
