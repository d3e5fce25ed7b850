package mail_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/mail"
	"github.com/almoner/almoner/internal/text"
)

// TestNamesInMailsAreNoLinks types names that mail clients would turn into links.
func TestNamesInMailsAreNoLinks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Account locked! Verify at https://evil.example/x": "Account locked! Verify at",
		"go to evil.com now": "go to now",
		"EVIL.CO.UK":         "",
		"(evil.com)":         "",
		"evil\u3002com":      "",
		"\uff45\uff56\uff49\uff4c\uff0e\uff43\uff4f\uff4d": "",
		"evil\u200b.\u00adcom":                             "",
		"m\u00fcnchen.de/x":                                "",
		"me@example.org":                                   "",
		"me\uff20example":                                  "",
		"www.evil":                                         "",
		"hxxp://evil":                                      "",
		"//evil":                                           "",
		"tel:110":                                          "",
		"192.0.2.7":                                        "",
		"Call +1 (555) 010-9999 now":                       "Call now",
		"0800\u2011555\u20115555":                          "",
		"\u0661\u0662\u0663\u0664\u0665\u0666\u0667": "",
		"J.R.R. Tolkien":              "J.R.R. Tolkien",
		"Dr. Ada Lovelace, Ph.D.":     "Dr. Ada Lovelace, Ph.D.",
		"J.Smith":                     "J.Smith",
		"Anne-Marie O\u2019Neill 3rd": "Anne-Marie O\u2019Neill 3rd",
		"Run 2026":                    "Run 2026",
		"\u6728\u6751 \u592a\u90ce":   "\u6728\u6751 \u592a\u90ce",
	} {
		m := gift(func(m *app.ReceiptMail) {
			m.Donation.Name, m.Fact.Name = name, name
			m.Rewards = []app.ClaimedReward{{Name: name, Quantity: 1}}
			m.Donation.Unavailable = []fund.UnavailableIncentive{{Kind: "target", Name: name, Why: fund.Closed}}
		})
		text, html, err := mail.Parts(text.English, m)
		if err != nil {
			t.Fatal(err)
		}
		if want != "" && !strings.Contains(text, "Dear "+want+",") {
			t.Errorf("%q: got\n%s\nwant Dear %s", name, text, want)
		}
		if want != name && (strings.Contains(text, name) || strings.Contains(html, name)) {
			t.Errorf("%q: got it whole in\n%s", name, text)
		}
		for _, link := range []string{"evil.", "evil\u3002", "555", "192.0", "tel:", "me@"} {
			if strings.Contains(text, link) {
				t.Errorf("%q: got %q in\n%s", name, link, text)
			}
		}
	}
}
