package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/admin"
)

// TestSettingsAreChanged gives each setting another value, and one that it does not take.
func TestSettingsAreChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t, admin.Options{})
	const path = "/admin/settings"
	b := h.as("operator")
	form := b.Get(path).Form(t, path)
	good := map[string]string{
		fund.SettingOpenCauses: "true", fund.SettingClaimDays: "3650", fund.SettingRegistration: fund.RegistrationOff, fund.SettingSignUp: fund.SignUpClosed, fund.SettingLanguage: "de",
	}
	for _, known := range fund.KnownSettings() {
		for _, wrong := range []string{"", "nothing of that", "3651", "0"} {
			shows(t, known.Key+" "+wrong, b.Post(path, testbrowser.With(form, "key", known.Key, "value", wrong)), http.StatusUnprocessableEntity, `role="alert"`)
		}
		leads(t, known.Key, b.Post(path, testbrowser.With(form, "key", known.Key, "value", good[known.Key])), path+"?done=set")
		h.logged(fund.ActSetSetting, fund.SettingID(known.Key))
	}
	page := b.Get(path + "?done=set")
	shows(t, "the page", page, http.StatusOK, "The setting is saved.", `<option value="true" selected>`, `value="3650"`, `<option value="off" selected>`, `<option value="closed" selected>`, `<option value="de" selected>`)
	for _, s := range must.Get(h.ListSettings(t.Context(), app.System()))(t) {
		if strings.Trim(s.Value, `"`) != good[s.Key] {
			t.Errorf("got %s %s, want %s", s.Key, s.Value, good[s.Key])
		}
	}
	for _, key := range []string{"", "mode", "epoch", "nothing"} {
		shows(t, "the setting "+key, b.Post(path, testbrowser.With(form, "key", key, "value", "x")), http.StatusBadRequest)
	}
}
