package mail_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/mail"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/text"
)

var from = netmail.Address{Name: "Ünser \"Haus\"", Address: "receipts@give.example.org"}

// post is one that sends through the server.
func post(t testing.TB, s *testmail.Server, change ...func(*mail.Options)) *mail.Post {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	o := mail.Options{
		Server: mail.Server{Host: host, Port: number, Security: mail.Plain}, From: from, Random: rand.Reader, Roots: s.Roots(),
		Within: 30 * time.Second, AnswerWithin: 30 * time.Second,
	}
	for _, c := range change {
		c(&o)
	}
	return mail.New(o)
}

// donation is one of ten dollars to Water.
func gift(change ...func(*app.ReceiptMail)) app.ReceiptMail {
	id := fund.ID{1, 2, 3}
	m := app.ReceiptMail{
		DonorView: app.DonorView{
			Donation: fund.Donation{
				ID: id, Amount: 1000, Currency: "USD", Name: "Ada", Email: "ada@example.org", State: fund.DonationCompleted,
				CompletedAt: time.Date(2026, 11, 26, 23, 30, 0, 0, time.UTC),
			},
			Payment: fund.Payment{DonationID: id, Provider: "stripe", Donated: 1000, Currency: "USD"},
			Fact:    fund.Fact{Name: "Run for water"},
			Cause: fund.Cause{
				Fact: fund.Fact{Name: "Water"}, LegalName: "Water International, Inc.", GovernmentID: "12-3456789",
				ContactEmail: "help@water.example.org",
			},
			Receipt: &fund.Receipt{DonationID: id, Number: 7, IssuedAt: time.Date(2026, 11, 26, 23, 30, 0, 0, time.UTC)},
		},
		URL:  "https://give.example.org/gifts/abc/receipt",
		File: "https://give.example.org/gifts/abc/receipt.pdf", Problem: "https://give.example.org/gifts/abc/problem",
	}
	for _, c := range change {
		c(&m)
	}
	composed, err := receipt.Profiles.Compose(stated(m))
	if err != nil {
		panic(err)
	}
	m.Document = composed
	return m
}

// stated is the receipt of a mail, with what it states.
func stated(m app.ReceiptMail) fund.IssuedReceipt {
	f := fund.ReceiptFacts{
		Profile: m.Cause.Profile(), Language: m.Payment.Language, Charity: fund.CharityOf(m.Cause), Donor: fund.ReceiptDonor{Name: m.Donation.Name, Email: m.Donation.Email},
		For: m.Fact.Name, PaidAt: m.Donation.CompletedAt, FirstIssuedAt: m.Donation.CompletedAt, Currency: m.Donation.Currency,
		Donated: m.Donation.Amount, FeeCover: m.Payment.FeeCover, Returned: m.Payment.Refunded,
	}
	for _, r := range m.Rewards {
		one := fund.ReceiptReward{Name: r.Name, Quantity: r.Quantity}
		if r.Name == "Mug" {
			value := 800 * r.Quantity
			one.Value = &value
		}
		f.Rewards = append(f.Rewards, one)
	}
	return fund.IssuedReceipt{Receipt: *m.Receipt, Facts: f}
}

// sealed is the mail of a receipt.
func sealed(m app.ReceiptMail) app.Letter {
	return app.Letter{
		Mail:    fund.Mail{ID: m.Donation.ID, Kind: fund.MailReceipt, Recipient: m.Donation.Email, About: m.Donation.ID},
		At:      time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC),
		Content: m,
	}
}

func let(context.Context) error { return nil }

// samples are a content of each kind of mail.
func samples() map[fund.MailKind]any {
	all := map[fund.MailKind]any{
		fund.MailReceipt: gift(), fund.MailConfirmLogin: account(), fund.MailLoginAsked: account(), fund.MailLoginChanged: account(),
		fund.MailPassword: account(), fund.MailPasswordChanged: account(), fund.MailInvitation: account(),
		fund.MailSecondFactorOn: account(), fund.MailSecondFactorOff: account(), fund.MailRecoveryCodeUsed: account(), fund.MailRecoveryCodes: account(), fund.MailPasskeyAdded: account(), fund.MailPasskeyRemoved: account(),
		fund.MailSignUp: account(), fund.MailTokenMade: account(), fund.MailApplicationMade: account(), fund.MailIdentityAdded: account(), fund.MailIdentityRemoved: account(),
		fund.MailTeamInvitation: account(), fund.MailAccountClosed: account(), fund.MailAccountRestored: account(),
		fund.MailFindDonations:  app.DonorLinkMail{Site: "almoner.test", URL: "https://almoner.test/gifts/find/key"},
		fund.MailWebhookFailing: hook(), fund.MailWebhookDeactivated: hook(),
		fund.MailAlarmBegan: alarm(true), fund.MailAlarmEnded: alarm(true),
	}
	for _, kind := range []fund.MailKind{
		fund.MailCaseOpened, fund.MailCaseRefunded, fund.MailCaseDeclined, fund.MailCaseReceived, fund.MailCaseDue, fund.MailCaseOverdue, fund.MailCaseClosed,
	} {
		all[kind] = caseOfGift()
	}
	for _, kind := range fund.CharityMails() {
		all[kind] = charity()
	}
	for _, kind := range fund.PaymentsMails() {
		all[kind] = payments()
	}
	return all
}

// TestEveryKindCanBeWritten sends one mail of each kind, and none of a kind or with a content that is not known.
func TestEveryKindCanBeWritten(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	all := samples()
	for _, kind := range fund.MailKinds() {
		l := sealed(gift())
		l.Kind, l.Content = kind, all[kind]
		if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailTaken {
			t.Errorf("%s: got %+v, want it taken", kind, d)
		}
		l.Content = 7
		if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailPutOff || d.Err == nil {
			t.Errorf("%s: got %+v from a number, want it put off", kind, d)
		}
	}
	l := sealed(gift())
	l.Kind = "postcard"
	if d := post(t, s).Send(t.Context(), l, let); d.Result != app.MailPutOff || d.Err == nil {
		t.Errorf("got %+v, want a mail of no known kind put off", d)
	}
}

// letter is a message as a mailbox shows it.
type letter struct {
	netmail.Header
	text, html string
}

func open(t testing.TB, m testmail.Message) letter {
	t.Helper()
	parsed, err := netmail.ReadMessage(bytes.NewReader(m.Data))
	if err != nil {
		t.Fatalf("%v in\n%s", err, m.Data)
	}
	kind, params, err := mime.ParseMediaType(parsed.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("got %s, %v, want multipart/alternative", kind, err)
	}
	parts := map[string]string{}
	for r := multipart.NewReader(parsed.Body, params["boundary"]); ; {
		part, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil || part.Header.Get("Content-Transfer-Encoding") != "quoted-printable" {
			t.Fatalf("got %v, %v, want quoted-printable", part.Header, err)
		}
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		parts[kind] = string(body)
	}
	if len(parts) != 2 {
		t.Errorf("got %d parts, want text and HTML", len(parts))
	}
	return letter{parsed.Header, parts["text/plain"], parts["text/html"]}
}

func TestReceiptArrives(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	hands := 0
	m := gift()
	d := post(t, s).Send(t.Context(), sealed(m), func(context.Context) error {
		hands++
		if n := len(s.Messages()); n != 0 {
			t.Errorf("got %d messages before it was handed, want none", n)
		}
		return nil
	})
	got := s.Messages()
	if d.Result != app.MailTaken || len(got) != 1 || hands != 1 {
		t.Fatalf("got %+v, %d messages, handed %d times, want one", d, len(got), hands)
	}
	if got[0].From != from.Address || got[0].To != "ada@example.org" {
		t.Errorf("got from %s to %s, want the addresses of the operator and the donor", got[0].From, got[0].To)
	}
	l := open(t, got[0])
	subject, err := new(mime.WordDecoder).DecodeHeader(l.Get("Subject"))
	if want := "Your receipt from Water International, Inc."; subject != want || err != nil {
		t.Errorf("got subject %q, %v, want %q", subject, err, want)
	}
	sender, err := netmail.ParseAddress(l.Get("From"))
	if err != nil || *sender != from {
		t.Errorf("got from %v, %v, want %v", sender, err, from)
	}
	for name, want := range map[string]string{
		"To": "<ada@example.org>", "Reply-To": "<help@water.example.org>", "Auto-Submitted": "auto-generated",
		"Message-Id": "<receipt." + m.Donation.ID.String() + "@give.example.org>", "Date": "Fri, 27 Nov 2026 08:00:00 +0000",
		"User-Agent": "", "X-Mailer": "", "Mime-Version": "1.0",
	} {
		if l.Get(name) != want {
			t.Errorf("got %s %q, want %q", name, l.Get(name), want)
		}
	}
	text, html, err := mail.Parts(text.English, m)
	if err != nil || canonical(l.text) != canonical(text) || canonical(l.html) != canonical(html) {
		t.Errorf("got\n%s\n%s\n%v, want the parts as they were written", l.text, l.html, err)
	}
}

// TestReceiptsToEveryDomain sends to a domain beyond ASCII, for which no server needs SMTPUTF8, and to a local part beyond ASCII, for which it does.
func TestReceiptsToEveryDomain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ascii     bool
		email, to string
		want      app.DeliveryResult
	}{
		{true, "Ada@m\u00fcnchen.example", "Ada@xn--mnchen-3ya.example", app.MailTaken},
		{false, "Ada@m\u00fcnchen.example", "Ada@xn--mnchen-3ya.example", app.MailTaken},
		{false, "\u00e4da@m\u00fcnchen.example", "\u00e4da@m\u00fcnchen.example", app.MailTaken},
		{true, "\u00e4da@m\u00fcnchen.example", "", app.MailRefused},
	} {
		s := testmail.Start(t, testmail.Options{ASCII: c.ascii})
		d := post(t, s).Send(t.Context(), sealed(gift(func(m *app.ReceiptMail) {
			m.Donation.Email, m.Cause.ContactEmail = c.email, "help@m\u00fcnchen.example"
		})), let)
		got := s.Messages()
		if d.Result != c.want || (c.to == "") != (len(got) == 0) {
			t.Errorf("%s, ASCII only %v: got %+v and %d messages", c.email, c.ascii, d, len(got))
			continue
		}
		if c.to == "" {
			continue
		}
		l := open(t, got[0])
		if got[0].To != c.to || l.Get("Reply-To") != "<help@xn--mnchen-3ya.example>" || plain(c.to) && l.Get("To") != "<"+c.to+">" {
			t.Errorf("%s: got to %s, header %q, replies to %q", c.email, got[0].To, l.Get("To"), l.Get("Reply-To"))
		}
	}
}

func plain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
}

func canonical(text string) string {
	return strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

// What the server does, and what becomes of the mail: the result, whether it was handed, and how many
// messages the server would deliver.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	refuse := errors.New("not now")
	for name, c := range map[string]struct {
		at      testmail.Step
		reply   testmail.Reply
		hand    error
		want    app.DeliveryResult
		problem string
		handed  bool
		taken   int
	}{
		"taken":                       {want: app.MailTaken, handed: true, taken: 1},
		"busy greeting":               {at: testmail.Greeting, reply: testmail.Reply{Code: 421, Text: "busy"}, want: app.MailAway, problem: "421 busy"},
		"dropped at the greeting":     {at: testmail.Greeting, reply: testmail.Reply{Drop: true}, want: app.MailAway},
		"hangs at the greeting":       {at: testmail.Greeting, reply: testmail.Reply{Hang: true}, want: app.MailAway},
		"sender not liked":            {at: testmail.From, reply: testmail.Reply{Code: 550, Text: "who?"}, want: app.MailAway, problem: "550 who?"},
		"recipient later":             {at: testmail.To, reply: testmail.Reply{Code: 450, Text: "grey"}, want: app.MailPutOff, problem: "450 grey"},
		"recipient never":             {at: testmail.To, reply: testmail.Reply{Code: 550, Text: "no such user"}, want: app.MailRefused, problem: "550 no such user"},
		"dropped at the recipient":    {at: testmail.To, reply: testmail.Reply{Drop: true}, want: app.MailPutOff, problem: "broke"},
		"data later":                  {at: testmail.Data, reply: testmail.Reply{Code: 452, Text: "full"}, want: app.MailPutOff, problem: "452 full"},
		"data never":                  {at: testmail.Data, reply: testmail.Reply{Code: 554, Text: "no"}, want: app.MailRefused, problem: "554 no"},
		"hangs at the data":           {at: testmail.Data, reply: testmail.Reply{Hang: true}, want: app.MailPutOff, problem: "broke"},
		"not handed":                  {hand: refuse, want: app.MailHeld, handed: true},
		"dropped before the end":      {at: testmail.Body, reply: testmail.Reply{Drop: true}, want: app.MailLost, handed: true, problem: "arrived or not"},
		"end later":                   {at: testmail.End, reply: testmail.Reply{Code: 451, Text: "try again"}, want: app.MailPutOff, handed: true, problem: "451 try again"},
		"end never":                   {at: testmail.End, reply: testmail.Reply{Code: 554, Text: "spam"}, want: app.MailRefused, handed: true, problem: "554 spam"},
		"dropped after the end":       {at: testmail.End, reply: testmail.Reply{Drop: true}, want: app.MailLost, handed: true, taken: 1, problem: "arrived or not"},
		"hangs after the end":         {at: testmail.End, reply: testmail.Reply{Hang: true}, want: app.MailLost, handed: true, taken: 1, problem: "arrived or not"},
		"nonsense after the end":      {at: testmail.End, reply: testmail.Reply{Code: 354, Text: "go on"}, want: app.MailLost, handed: true, taken: 1},
		"hostile words after the end": {at: testmail.End, reply: testmail.Reply{Code: 554, Text: "a\x00\x1b[2J\xffb" + strings.Repeat("x", 9000)}, want: app.MailRefused, handed: true, problem: "a[2J\uFFFDbx"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, testmail.Options{})
			s.Behave(testmail.At(c.at, c.reply))
			handed := false
			p := post(t, s, func(o *mail.Options) {
				if c.reply.Hang && c.at == testmail.End {
					o.AnswerWithin = 100 * time.Millisecond
				} else if c.reply.Hang {
					o.Within = time.Second
				}
			})
			d := p.Send(t.Context(), sealed(gift()), func(context.Context) error { handed = true; return c.hand })
			if d.Result != c.want || !strings.Contains(d.Problem, c.problem) || len([]rune(d.Problem)) > 400 {
				t.Errorf("got %+v, want %s and %q", d, c.want, c.problem)
			}
			if handed != c.handed {
				t.Errorf("got handed %v, want %v", handed, c.handed)
			}
			if d.Err != nil && strings.Contains(d.Err.Error(), "no such user") {
				t.Errorf("got %v for the log, want no words that may quote an address", d.Err)
			}
			if c.hand != nil {
				s.WaitUnfinished(t.Context(), t, 1)
			}
			if n := len(s.Messages()); n != c.taken {
				t.Errorf("got %d messages taken, want %d", n, c.taken)
			}
		})
	}
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	p := post(t, s)
	s.Close()
	if d := p.Send(t.Context(), sealed(gift()), let); d.Result != app.MailAway || d.Problem == "" || d.Err == nil {
		t.Errorf("got %+v, want that no mail can be sent", d)
	}
}

// A server that is told to stop before a mail was handed sends nothing, also when it is told in that moment.
func TestStopping(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{})
	ctx, stop := context.WithCancel(t.Context())
	d := post(t, s).Send(ctx, sealed(gift()), func(context.Context) error { stop(); return nil })
	s.WaitUnfinished(t.Context(), t, 1)
	if d.Result != app.MailHeld || len(s.Messages()) != 0 {
		t.Errorf("got %+v and %d messages, want it held", d, len(s.Messages()))
	}
	ctx, stop = context.WithCancel(t.Context())
	s.Behave(func(step testmail.Step, _ string) testmail.Reply {
		if step == testmail.End {
			stop()
		}
		return testmail.Reply{}
	})
	if d := post(t, s).Send(ctx, sealed(gift()), let); d.Result != app.MailTaken {
		t.Errorf("got %+v, want the answer waited for", d)
	}
}

func TestEncryptionAndSignIn(t *testing.T) {
	t.Parallel()
	signIn := func(o *mail.Options) { o.Server.User, o.Server.Password = "relay", "sesam" }
	with := func(s mail.Security) func(*mail.Options) { return func(o *mail.Options) { o.Server.Security = s } }
	untrusting := func(o *mail.Options) { o.Roots = nil }
	wrong := func(o *mail.Options) { o.Server.Password = "guess" }
	for name, c := range map[string]struct {
		server testmail.Options
		change []func(*mail.Options)
		want   app.DeliveryResult
		tls    bool
		user   string
	}{
		"starttls":            {testmail.Options{StartTLS: true, Password: "sesam"}, []func(*mail.Options){with(mail.StartTLS), signIn}, app.MailTaken, true, "relay"},
		"starttls not there":  {testmail.Options{Password: "sesam"}, []func(*mail.Options){with(mail.StartTLS), signIn}, app.MailAway, false, ""},
		"starttls not signed": {testmail.Options{StartTLS: true}, []func(*mail.Options){with(mail.StartTLS), untrusting}, app.MailAway, false, ""},
		"tls":                 {testmail.Options{ImplicitTLS: true, Password: "sesam"}, []func(*mail.Options){with(mail.ImplicitTLS), signIn}, app.MailTaken, true, "relay"},
		"tls not signed":      {testmail.Options{ImplicitTLS: true}, []func(*mail.Options){with(mail.ImplicitTLS), untrusting}, app.MailAway, false, ""},
		"plain":               {testmail.Options{Password: "sesam"}, []func(*mail.Options){signIn}, app.MailTaken, false, "relay"},
		"wrong password":      {testmail.Options{Password: "sesam"}, []func(*mail.Options){signIn, wrong}, app.MailAway, false, ""},
		"no sign-in offered":  {testmail.Options{}, []func(*mail.Options){signIn}, app.MailAway, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testmail.Start(t, c.server)
			d := post(t, s, c.change...).Send(t.Context(), sealed(gift()), let)
			got := s.Messages()
			if d.Result != c.want || (len(got) == 1) != (c.want == app.MailTaken) {
				t.Fatalf("got %+v and %d messages, want %s", d, len(got), c.want)
			}
			if len(got) == 1 && (got[0].TLS != c.tls || got[0].User != c.user) {
				t.Errorf("got TLS %v and user %q, want %v and %q", got[0].TLS, got[0].User, c.tls, c.user)
			}
			if d.Err != nil && strings.Contains(d.Err.Error(), "sesam") || strings.Contains(d.Problem, "sesam") {
				t.Errorf("got %+v, want no password in it", d)
			}
		})
	}
}
