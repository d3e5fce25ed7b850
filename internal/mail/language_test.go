package mail_test

import (
	"mime"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/text"
)

// TestMailsAreInTheLanguageOfTheirReaders sends one of each template in each language, and one for a language without texts.
func TestMailsAreInTheLanguageOfTheirReaders(t *testing.T) {
	t.Parallel()
	receipt, confirm := sealed(gift()), app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: fund.MailConfirmLogin, Recipient: "new@example.org"}, Content: account()}
	cause := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: fund.MailCaseReceived, Recipient: "finance@example.org"}, Content: caseOfGift()}
	owner := app.Letter{Mail: fund.Mail{ID: fund.ID{9}, Kind: fund.MailWebhookFailing, Recipient: "ada@example.org"}, Content: hook()}
	for _, c := range []struct {
		language string
		letter   app.Letter
		// subject and said are whole; lang begins the HTML.
		subject, said, lang string
	}{
		{"", receipt, "Your receipt from Water International, Inc.", "$10.00", `<html lang="en" dir="ltr">`},
		{"fr", receipt, "Your receipt from Water International, Inc.", "26 November 2026", `<html lang="en" dir="ltr">`},
		{"de", receipt, "Ihr Beleg von Water International, Inc.", "10,00\u00a0$", `<html lang="de" dir="ltr">`},
		{"de-CH", receipt, "Ihr Beleg von Water International, Inc.", "26. November 2026", `<html lang="de" dir="ltr">`},
		{"ar", receipt, "إيصالك من \u2068Water International, Inc.\u2069", "تُرجمت هذه الرسالة آليًا", `<html lang="ar" dir="rtl">`},
		{"de", confirm, "Bestätigen Sie Ihre neue E-Mail-Adresse", "innerhalb von 30 Minuten", `<html lang="de" dir="ltr">`},
		{"de", cause, "[Sandbox] Jemand bittet um Erstattung einer Spende", "12. Dezember 2026", `<html lang="de" dir="ltr">`},
		{"de", owner, "Ein Webhook-Endpunkt antwortet nicht", "hooks.example.org", `<html lang="de" dir="ltr">`},
		{"ar", confirm, "أكّد عنوان بريدك الجديد", "تُرجمت هذه الرسالة آليًا", `<html lang="ar" dir="rtl">`},
	} {
		s := testmail.Start(t, testmail.Options{})
		c.letter.Language = c.language
		if c.letter.Kind == fund.MailReceipt {
			c.letter.Content = gift(func(m *app.ReceiptMail) { m.Payment.Language = c.language })
		}
		if d := post(t, s).Send(t.Context(), c.letter, let); d.Result != app.MailTaken {
			t.Fatalf("got %+v, want it taken", d)
		}
		got := open(t, s.Messages()[0])
		if subject := must.Get(new(mime.WordDecoder).DecodeHeader(got.Get("Subject")))(t); subject != c.subject {
			t.Errorf("%q: got the subject %q, want %q", c.language, subject, c.subject)
		}
		if !strings.Contains(got.text, c.said) || !strings.Contains(got.html, c.said) || !strings.Contains(got.html, c.lang) {
			t.Errorf("%q: got\n%s\n%s\nwant %q and %s", c.language, got.text, got.html, c.said, c.lang)
		}
	}
}

// TestTheSiteWritesInLanguagesWithTexts wants the setting to offer what there are texts in.
func TestTheSiteWritesInLanguagesWithTexts(t *testing.T) {
	t.Parallel()
	var tags []string
	for _, l := range text.Locales() {
		tags = append(tags, l.Language())
	}
	if !slices.Equal(tags, fund.Languages()) {
		t.Errorf("got the languages %q, want %q", fund.Languages(), tags)
	}
}
