package fund_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestWhatTheRolesOfACauseMayDo(t *testing.T) {
	t.Parallel()
	for role, want := range map[fund.CauseRole]struct{ any, money, members bool }{
		fund.CauseOwner: {true, true, true}, fund.CauseFinance: {true, true, false}, fund.CauseMember: {true, false, false}, "": {},
	} {
		if role.Any() != want.any || role.HandlesMoney() != want.money || role.ManagesMembers() != want.members {
			t.Errorf("%q: got any %v, money %v, members %v, want %v", role, role.Any(), role.HandlesMoney(), role.ManagesMembers(), want)
		}
	}
}

func TestADecisionHasAReason(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		"": "cannot be blank", "é": "", strings.Repeat("é", fund.MaxReason): "",
		strings.Repeat("é", fund.MaxReason+1): "is too long (500 characters at most)",
	} {
		var wrong fault.Fields
		fund.CheckReason(&wrong, reason)
		wants(t, wrong, lines("reason", want)...)
	}
}

// TestWhoSeesAFact checks every status of a fact under every approval of its cause.
func TestWhoSeesAFact(t *testing.T) {
	t.Parallel()
	for status, want := range map[fund.Status]struct{ public, takes bool }{
		fund.Published: {true, true}, fund.Retired: {true, false}, fund.Unpublished: {},
	} {
		for _, approval := range []fund.Approval{fund.Approved, fund.Pending, fund.Suspended} {
			f, approved := fund.Fact{Status: status, Approval: approval}, approval == fund.Approved
			if f.Public() != (want.public && approved) || f.TakesDonations() != (want.takes && approved) {
				t.Errorf("%s and %s: got public %v, takes donations %v", status, approval, f.Public(), f.TakesDonations())
			}
		}
	}
}

func TestWhatIsPlayMoney(t *testing.T) {
	t.Parallel()
	for mode, want := range map[fund.Mode]bool{fund.ModeSandbox: true, fund.ModeTest: true, fund.ModeLive: false, "": false} {
		if got := mode.Play(); got != want {
			t.Errorf("%q: got %v, want %v", mode, got, want)
		}
	}
}

// TestSettingsRefuseWrongValues fails for a setting that it has no values for.
func TestSettingsRefuseWrongValues(t *testing.T) {
	t.Parallel()
	const boolean, days, how, who, tag = "must be true or false", "must be a whole number of days from 1 to 3650", "must be open, approval or off", "must be open, invitation or closed", "must be en, de or ar"
	values := map[string]map[string]string{
		fund.SettingOpenCauses: {"true": "", "false": "", "null": boolean, "": boolean, "1": boolean, `"true"`: boolean, "true false": boolean},
		fund.SettingClaimDays: {
			"1": "", "3650": "", "0": days, "3651": days, "-1": days, "1.5": days, "null": days, "": days, `"90"`: days, "90 91": days, "true": days,
		},
		fund.SettingRegistration: {`"open"`: "", `"approval"`: "", `"off"`: "", `"Open"`: how, `""`: how, "open": how, "false": how, "null": how, "": how},
		fund.SettingSignUp:       {`"open"`: "", `"invitation"`: "", `"closed"`: "", `"off"`: who, "open": who, "null": who, "": who},
		fund.SettingLanguage:     {`"en"`: "", `"de"`: "", `"ar"`: "", `"fr"`: tag, `"DE"`: tag, `""`: tag, "de": tag, "null": tag, "": tag},
	}
	for _, setting := range fund.KnownSettings() {
		if got := setting.Problem(setting.Fallback); got != "" || len(values[setting.Key]) == 0 {
			t.Errorf("%s: got %q for %s, and %d values of this test, want a fallback that is right", setting.Key, got, setting.Fallback, len(values[setting.Key]))
		}
		for value, want := range values[setting.Key] {
			if got := setting.Problem(value); got != want {
				t.Errorf("%s: %q: got %q, want %q", setting.Key, value, got, want)
			}
		}
	}
}
