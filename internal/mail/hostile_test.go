package mail_test

import (
	"encoding/json"
	"maps"
	"mime"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/text"
)

// hostileTexts are what somebody may have for a name, a message or a reason: headers, bodies and parts of a mail, markup, and links, however they are written.
var hostileTexts = []string{
	"zzx\r\nBcc: zzx@evil.com\r\nContent-Type: text/html\r\n\r\n<b id=zzx>", "zzx\n\nAccount locked: https://evil.com/zzx", "=?utf-8?q?zzx=0D=0ABcc:_zzx=40evil.com?=", `"><img src="https://evil.com/zzx" onerror=zzx()>`,
	"</p></body></html><script>zzx()</script>", "--almoner-0123\r\nContent-Type: text/html\r\n\r\nzzx", "evil.com/zzx \uff45vil.com www.evil.com evil\u3002com", "javascript:zzx()", "\u202ezzx\u2028Account locked\u0085zzx", "zzx\r\n.\r\nRCPT TO:<zzx@evil.com>",
}

// ours are the fields of the contents of mails that the server makes, or that have a form of their own which nothing hostile has.
var ours = regexp.MustCompile(`^(Link|URL|File|Problem|Withdraw|Site|Account|Slug|Currency|Language|Country|TimeZone|Email|Password.*|Profile|Provider|ContactEmail|WithdrawLink|Website|Host|Team|Alarm)$`)

// TestNothingTypedMovesAMail sends a mail of each kind in each language with each of the hostile texts wherever somebody can type one, and wants its headers, its parts and its links to be those of
// the mail with plain words, and what makes lines of its own to stand in a quotation.
func TestNothingTypedMovesAMail(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	sent := 0
	for kind := range samples() {
		for _, l := range text.Locales() {
			plain := mailed(t, s, kind, l.Language(), "plain words")
			for _, hostile := range hostileTexts {
				got := mailed(t, s, kind, l.Language(), hostile)
				sent++
				if a, b := slices.Sorted(maps.Keys(got.Header)), slices.Sorted(maps.Keys(plain.Header)); !slices.Equal(a, b) {
					t.Errorf("%s in %s with %q: got the headers %q, want %q", kind, l.Language(), hostile, a, b)
				}
				subject := must.Get(new(mime.WordDecoder).DecodeHeader(got.Get("Subject")))(t)
				for part, said := range map[string]string{"subject": subject, "text": got.text, "HTML": got.html} {
					if strings.Contains(said, "vil.com") || strings.Contains(said, "\uff45vil") || strings.Contains(said, "evil\u3002") || strings.ContainsAny(said, "\u0085\u2028") {
						t.Errorf("%s in %s with %q: got a link or a line in the %s\n%s", kind, l.Language(), hostile, part, said)
					}
				}
				if strings.ContainsAny(subject, "\r\n") || regexp.MustCompile(`(?m)^(Account locked|Bcc:|RCPT|Content-Type)`).MatchString(got.text) {
					t.Errorf("%s in %s with %q: got a line of its own\n%s\n%s", kind, l.Language(), hostile, subject, got.text)
				}
				for _, mark := range marks(t, got.html) {
					if !slices.Contains(marks(t, plain.html), mark) {
						t.Errorf("%s in %s with %q: got the element %s", kind, l.Language(), hostile, mark)
					}
				}
			}
		}
	}
	if sent == 0 {
		t.Error("got no mails")
	}
}

// mailed is a mail of a kind as it arrives, with a text in each place of its content where somebody can type one.
func mailed(t *testing.T, s *testmail.Server, kind fund.MailKind, language, typed string) letter {
	t.Helper()
	l := sealed(gift())
	l.Kind, l.Language = kind, language
	if kind == fund.MailReceipt { // whose document is composed of what was typed
		l.Content = gift(func(m *app.ReceiptMail) {
			m.Donation.Name, m.Fact.Name, m.Payment.Language, m.Rewards = typed, typed, language, []app.ClaimedReward{{Name: typed, Quantity: 2}}
		})
		return sentAs(t, s, l)
	}
	content := reflect.New(reflect.TypeOf(samples()[kind])).Elem()
	content.Set(reflect.ValueOf(samples()[kind]))
	typeInto(content, typed)
	l.Content = content.Interface()
	return sentAs(t, s, l)
}

// sentAs is a mail as it arrives.
func sentAs(t *testing.T, s *testmail.Server, l app.Letter) letter {
	t.Helper()
	if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
		t.Fatalf("%s: got %+v, want it taken", l.Kind, d)
	}
	all := s.Messages()
	return open(t, all[len(all)-1])
}

// typeInto writes a text into all strings of a value that are not ours.
func typeInto(v reflect.Value, typed string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Type().Field(i); field.IsExported() && !ours.MatchString(field.Name) {
				typeInto(v.Field(i), typed)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			copied := reflect.New(v.Type().Elem())
			copied.Elem().Set(v.Elem())
			typeInto(copied.Elem(), typed)
			v.Set(copied)
		}
	case reflect.Slice:
		copied := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(copied, v)
		for i := range v.Len() {
			typeInto(copied.Index(i), typed)
		}
		if !v.IsNil() {
			v.Set(copied)
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() && v.String() != "" {
			v.SetString(typed)
		}
	default:
	}
}

// marks are the elements of a page with their attributes, but for those that say of what language a text is.
func marks(t *testing.T, page string) (all []string) {
	t.Helper()
	for n := range must.Get(html.Parse(strings.NewReader(page)))(t).Descendants() {
		if n.Type == html.ElementNode {
			all = append(all, n.Data+string(must.Get(json.Marshal(n.Attr))(t)))
		}
	}
	return all
}
