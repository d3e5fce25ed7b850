package fund

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// SettingOpenCauses is the key of the setting that approves causes when they are created, without an operator: true or false.
const SettingOpenCauses = "open_causes"

// SettingClaimDays is the key of the setting that says for how many days the answers and shipping addresses of claims are kept: a whole number from 1
// to MaxClaimDays, ClaimDays while nobody has set it.
const SettingClaimDays = "claim_days"

// The days that answers and shipping addresses are kept after the claim was fulfilled, or after the donation came to nothing: by default, and at most.
const (
	ClaimDays    = 90
	MaxClaimDays = 3650
)

// SettingRegistration is the key of the setting that says how programs register themselves: RegistrationOpen, RegistrationApproval, which it is while
// nobody has set it, or RegistrationOff.
const SettingRegistration = "registration"

// How programs register themselves: at once, until an operator approves them without any rights, or not at all.
const (
	RegistrationOpen     = "open"
	RegistrationApproval = "approval"
	RegistrationOff      = "off"
)

// SettingSignUp is the key of the setting that says who may make an account: SignUpOpen, SignUpInvitation, which it is while nobody has set it, or
// SignUpClosed.
const SettingSignUp = "sign_up"

// Who may make an account: anybody with a mail address, who was invited, or nobody.
const (
	SignUpOpen       = "open"
	SignUpInvitation = "invitation"
	SignUpClosed     = "closed"
)

// SettingLanguage is the key of the setting that says in which language the server writes to people whose language it does not know, and to chats: one of
// Languages, LanguageOfSite while nobody has set it.
const SettingLanguage = "language"

// LanguageOfSite is the language of a server that nobody gave another one.
const LanguageOfSite = "en"

// Languages are the language tags that there are texts in.
func Languages() []string { return []string{"en", "de", "ar"} }

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
		{
			SettingClaimDays, "Days after which answers and shipping addresses of claimed rewards are deleted, once they were fulfilled or the donation came to nothing.",
			strconv.Itoa(ClaimDays), notClaimDays,
		},
		{
			SettingRegistration, "How programs register themselves: open, approval (they wait for almoner app approve) or off.",
			strconv.Quote(RegistrationApproval), oneOf(RegistrationOpen, RegistrationApproval, RegistrationOff),
		},
		{
			SettingSignUp, "Who may make an account: open (anybody with a mail address, where a captcha is set up), invitation or closed.",
			strconv.Quote(SignUpInvitation), oneOf(SignUpOpen, SignUpInvitation, SignUpClosed),
		},
		{
			SettingLanguage, "Language of mails to people whose language is not known, and of lines for chats: en, de or ar.",
			strconv.Quote(LanguageOfSite), oneOf(Languages()...),
		},
	}
}

func notClaimDays(value string) string {
	var days *int
	if json.Unmarshal([]byte(value), &days) != nil || days == nil || *days < 1 || *days > MaxClaimDays {
		return fmt.Sprintf("must be a whole number of days from 1 to %d", MaxClaimDays)
	}
	return ""
}

// oneOf is the problem of a value that is none of the words, of which there are two or more.
func oneOf(words ...string) func(value string) string {
	last := len(words) - 1
	return func(value string) string {
		var word *string
		if json.Unmarshal([]byte(value), &word) != nil || word == nil || !slices.Contains(words, *word) {
			return "must be " + strings.Join(words[:last], ", ") + " or " + words[last]
		}
		return ""
	}
}

func notBoolean(value string) string {
	var b *bool
	if json.Unmarshal([]byte(value), &b) != nil || b == nil {
		return "must be true or false"
	}
	return ""
}
