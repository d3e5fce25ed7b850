package fund

import "encoding/json"

// SettingOpenCauses is the key of the setting that approves causes when they are created, without an operator: true or false.
const SettingOpenCauses = "open_causes"

// KnownSetting is a setting that an operator changes while servers run.
type KnownSetting struct {
	Key string
	// Help says what it does, in a sentence.
	Help string
	// Fallback is its value while nobody has set it, as JSON.
	Fallback string
	// Problem is what is wrong with a value, as JSON; "" for nothing.
	Problem func(value string) string
}

// KnownSettings lists all settings that an operator changes. What else the table of settings has, such as the mode, is not set by hand.
func KnownSettings() []KnownSetting {
	return []KnownSetting{
		{SettingOpenCauses, "Approve causes when they are created, and other legal names and tax numbers at once, without an operator.", "false", notBoolean},
	}
}

func notBoolean(value string) string {
	var b *bool
	if json.Unmarshal([]byte(value), &b) != nil || b == nil {
		return "must be true or false"
	}
	return ""
}
