package app_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	netmail "net/mail"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/mail"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testworld"
)

// postTo is a mailer that sends through a test's server.
func postTo(t testing.TB, s *testmail.Server) app.Mailer {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr())
	must.Do(t, err)
	number, err := strconv.Atoi(port)
	must.Do(t, err)
	return mail.New(mail.Options{
		Server: mail.Server{Host: host, Port: number, Security: mail.Plain}, From: netmail.Address{Address: "receipts@almoner.test"},
		Random: rand.Reader, Within: 20 * time.Second, AnswerWithin: 20 * time.Second,
	})
}

// node is one of several servers over the same database, which sends mail through the mailer.
func (w *world) node(post app.Mailer) *app.App {
	return w.Node(func(o *app.Options) { o.Mailer, o.MailAnyone = post, true })
}

// paid makes a paid donation.
func (w *world) paid(t testing.TB, email string) fund.ID {
	t.Helper()
	begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: "Ada", Email: email}})
	w.payWith(t, begun, goodCard)
	return begun.Donation
}

func (w *world) receipt(t testing.TB, donation fund.ID) fund.Receipt {
	t.Helper()
	r, err := w.Store.GetReceipt(t.Context(), donation)
	must.Do(t, err)
	return r
}

// wantMail checks the state of a receipt's mail and its number of tries.
func (w *world) wantMail(t testing.TB, donation fund.ID, want fund.MailState, tries int) {
	t.Helper()
	if r := w.receipt(t, donation); r.Mail() != want || r.Tries != tries {
		t.Errorf("got %s after %d tries (%s), want %s after %d", r.Mail(), r.Tries, r.Problem, want, tries)
	}
}

// move changes a receipt as a mailer does.
func (w *world) move(t testing.TB, from, to fund.Receipt) fund.Receipt {
	t.Helper()
	must.Do(t, w.Store.Write(t.Context(), from.DonationID, func(ctx context.Context, tx *store.Tx) error {
		return tx.MoveReceipt(ctx, from, to)
	}))
	return to
}

func TestReceiptsAreMailedOnce(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	with, without := w.paid(t, "ada@example.org"), w.paid(t, "")
	w.ReceiptsRound(t.Context())
	w.wantMail(t, with, fund.MailWaiting, 0)
	for range 3 {
		node.ReceiptsRound(t.Context())
		w.Clock.Advance(24 * time.Hour)
	}
	got := server.Messages()
	if len(got) != 1 || got[0].To != "ada@example.org" {
		t.Fatalf("got %d messages, want one to the donor", len(got))
	}
	w.wantMail(t, with, fund.MailSent, 1)
	w.wantMail(t, without, fund.MailNone, 0)
	key, err := w.DonationKey(t.Context(), with)
	must.Do(t, err)
	for _, want := range []string{"$10.00", "Receipt number", testworld.BaseURL + "/gifts/" + key + "/receipt", "This is a test: no money moved"} {
		if !strings.Contains(unfolded(got[0]), want) {
			t.Errorf("got\n%s\nwant %q in it", got[0].Data, want)
		}
	}
}

// unfolded is a message without soft line breaks.
func unfolded(m testmail.Message) string {
	return strings.ReplaceAll(string(m.Data), "=\n", "")
}

// What the mail server does, the resulting state, and what follows once the server works again.
func TestMailsThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at    testmail.Step
		reply testmail.Reply
		state fund.MailState
		tries int
		// wait is the time until the next try, then the state after it.
		wait time.Duration
		then fund.MailState
		all  int
	}{
		"away":              {testmail.Greeting, testmail.Reply{Code: 421, Text: "busy"}, fund.MailWaiting, 0, 30 * time.Second, fund.MailSent, 1},
		"put off":           {testmail.To, testmail.Reply{Code: 450, Text: "grey"}, fund.MailWaiting, 1, time.Minute, fund.MailSent, 1},
		"put off at end":    {testmail.End, testmail.Reply{Code: 450, Text: "full"}, fund.MailWaiting, 1, time.Minute, fund.MailSent, 1},
		"refused":           {testmail.To, testmail.Reply{Code: 550, Text: "nobody"}, fund.MailRefused, 1, 24 * time.Hour, fund.MailRefused, 0},
		"refused at end":    {testmail.End, testmail.Reply{Code: 554, Text: "spam"}, fund.MailRefused, 1, 24 * time.Hour, fund.MailRefused, 0},
		"broken before end": {testmail.Data, testmail.Reply{Drop: true}, fund.MailWaiting, 1, time.Minute, fund.MailSent, 1},
		"lost":              {testmail.End, testmail.Reply{Drop: true}, fund.MailUnknown, 1, 24 * time.Hour, fund.MailUnknown, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, server := newWorld(t), testmail.Start(t, testmail.Options{})
			node := w.node(postTo(t, server))
			id := w.paid(t, "ada@example.org")
			server.Behave(testmail.At(c.at, c.reply))
			node.ReceiptsRound(t.Context())
			w.wantMail(t, id, c.state, c.tries)
			if r := w.receipt(t, id); r.Problem == "" || strings.Contains(r.Problem, "ada@") {
				t.Errorf("got problem %q, want one", r.Problem)
			}
			server.Behave(nil)
			w.Clock.Advance(c.wait - time.Second)
			node.ReceiptsRound(t.Context())
			w.wantMail(t, id, c.state, c.tries)
			w.Clock.Advance(time.Second)
			node.ReceiptsRound(t.Context())
			if r := w.receipt(t, id); r.Mail() != c.then || len(server.Messages()) != c.all {
				t.Errorf("got %s and %d messages, want %s and %d", r.Mail(), len(server.Messages()), c.then, c.all)
			}
		})
	}
}

func TestMailsArePutOffForDaysAndThenRefused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	r := fund.Receipt{DueAt: now}
	for at := now; r.Mail() == fund.MailWaiting; at = r.DueAt {
		if r.DueAt.Sub(now) > 10*24*time.Hour {
			t.Fatalf("got %d tries in ten days, want an end", r.Tries)
		}
		if r = r.PutOff(at, "grey"); r.Mail() == fund.MailRefused && at.Sub(now) < 4*24*time.Hour {
			t.Errorf("got an end after %s, want some days", at.Sub(now))
		}
	}
	if r.Mail() != fund.MailRefused || r.Problem != "grey" {
		t.Errorf("got %+v, want it refused", r)
	}
}

// Many nodes look for the same receipts at the same moment.
func TestMailersRace(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	want := map[string]bool{}
	for i := range 24 {
		email := fmt.Sprintf("giver%d@example.org", i)
		w.paid(t, email)
		want[email] = true
	}
	var racing sync.WaitGroup
	for range 3 {
		node := w.node(postTo(t, server))
		racing.Go(func() { node.ReceiptsRound(t.Context()) })
	}
	racing.Wait()
	got := map[string]int{}
	for _, m := range server.Messages() {
		got[m.To]++
	}
	for email := range want {
		if got[email] != 1 {
			t.Errorf("got %d mails to %s, want one", got[email], email)
		}
	}
	if due, err := w.Store.DueReceipts(t.Context(), w.Clock.Now().Add(time.Hour), 100); err != nil || len(due) != 0 {
		t.Errorf("got %d receipts still due, %v, want none", len(due), err)
	}
}

// A killed server leaves a receipt in the state of that moment.
func TestCrashesWhileMailing(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	before, after := w.paid(t, "before@example.org"), w.paid(t, "after@example.org")
	claimed := func(id fund.ID) fund.Receipt {
		r := w.receipt(t, id)
		return w.move(t, r, r.Claim(node.Now()))
	}
	claimed(before)
	c := claimed(after)
	w.move(t, c, c.Hand(node.Now()))
	node.ReceiptsRound(t.Context())
	if n := len(server.Messages()); n != 0 {
		t.Errorf("got %d messages, want none while both are another's", n)
	}
	wantKind(t, node.ResendReceipt(t.Context(), app.System(), after), "conflict")
	w.Clock.Advance(fund.MailLease)
	for range 2 {
		node.ReceiptsRound(t.Context())
		w.Clock.Advance(48 * time.Hour)
	}
	if got := server.Messages(); len(got) != 1 || got[0].To != "before@example.org" {
		t.Errorf("got %d messages, want the one that surely was not sent", len(got))
	}
	w.wantMail(t, before, fund.MailSent, 1)
	w.wantMail(t, after, fund.MailUnknown, 0)
	unknown, err := node.ListReceipts(t.Context(), app.System(), fund.MailUnknown, fund.Page{Limit: 10})
	if err != nil || len(unknown) != 1 || unknown[0].DonationID != after {
		t.Errorf("got %v, %v, want the other in the list", unknown, err)
	}
	must.Do(t, node.ResendReceipt(t.Context(), app.System(), after))
	node.ReceiptsRound(t.Context())
	w.wantMail(t, after, fund.MailSent, 1)
	if got := server.Messages(); len(got) != 2 || got[1].To != "after@example.org" {
		t.Errorf("got %d messages, want the other sent because somebody said so", len(got))
	}
}

// hooked calls a function between the message and its end.
type hooked struct {
	app.Mailer
	hand func(context.Context, func(context.Context) error) error
}

func (h hooked) SendReceipt(ctx context.Context, m app.ReceiptMail, hand func(context.Context) error) app.Delivery {
	return h.Mailer.SendReceipt(ctx, m, func(ctx context.Context) error { return h.hand(ctx, hand) })
}

// A mailer that stalled for longer than the lease finds that another has sent the mail, and does not send it.
func TestALateMailerSendsNothing(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	other := w.node(postTo(t, server))
	late := w.node(hooked{postTo(t, server), func(ctx context.Context, hand func(context.Context) error) error {
		w.Clock.Advance(fund.MailLease)
		other.ReceiptsRound(ctx)
		return hand(ctx)
	}})
	id := w.paid(t, "ada@example.org")
	late.ReceiptsRound(t.Context())
	server.WaitUnfinished(t.Context(), t, 1)
	if n := len(server.Messages()); n != 1 {
		t.Errorf("got %d messages, want one", n)
	}
	w.wantMail(t, id, fund.MailSent, 1)
}

// A mail that could not be recorded as handed is not sent, and is known not to be, even if it was recorded and only the database's answer
// was lost.
func TestMailsThatCannotBeNoted(t *testing.T) {
	t.Parallel()
	broken := errors.New("the database is away")
	for name, hand := range map[string]func(context.Context, func(context.Context) error) error{
		"not noted": func(context.Context, func(context.Context) error) error { return broken },
		"noted": func(ctx context.Context, hand func(context.Context) error) error {
			return errors.Join(hand(ctx), broken)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, server := newWorld(t), testmail.Start(t, testmail.Options{})
			node := w.node(hooked{postTo(t, server), hand})
			id := w.paid(t, "ada@example.org")
			node.ReceiptsRound(t.Context())
			server.WaitUnfinished(t.Context(), t, 1)
			if n := len(server.Messages()); n != 0 {
				t.Errorf("got %d messages, want none", n)
			}
			w.wantMail(t, id, fund.MailWaiting, 0)
			w.Clock.Advance(time.Minute)
			w.node(postTo(t, server)).ReceiptsRound(t.Context())
			w.wantMail(t, id, fund.MailSent, 1)
		})
	}
}

// While no mail can be sent, the server is tried rarely, however many receipts wait.
func TestAnUnreachableMailServerIsTriedRarely(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	for i := range 12 {
		w.paid(t, fmt.Sprintf("giver%d@example.org", i))
	}
	var greeted atomic.Int64
	server.Behave(func(step testmail.Step, _ string) testmail.Reply {
		if step != testmail.Greeting {
			return testmail.Reply{}
		}
		greeted.Add(1)
		return testmail.Reply{Code: 421, Text: "busy"}
	})
	for i, wait := range []time.Duration{0, 14 * time.Second, time.Second, 29 * time.Second, time.Second} {
		w.Clock.Advance(wait)
		before := greeted.Load()
		node.ReceiptsRound(t.Context())
		asked, quiet := greeted.Load()-before, i%2 == 1
		if quiet && asked > 0 || !quiet && (asked < 1 || asked > 4) {
			t.Errorf("round %d: got %d connections, want a few, or none in the pause", i, asked)
		}
	}
	server.Behave(nil)
	w.Clock.Advance(5 * time.Minute)
	node.ReceiptsRound(t.Context())
	if n := len(server.Messages()); n != 12 {
		t.Errorf("got %d messages, want all 12", n)
	}
}

func TestMailSaysWhatIsLeft(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Email: "ada@example.org"}})
	w.payWith(t, begun, refundCard)
	w.settle(t)
	w.node(postTo(t, server)).ReceiptsRound(t.Context())
	got := server.Messages()
	if len(got) != 1 || !strings.Contains(unfolded(got[0]), "This gift was refunded in full") {
		t.Errorf("got %d messages %v, want one that says that all went back", len(got), got)
	}
}

func TestReceiptsAreForTheOperator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	with, without := w.paid(t, "ada@example.org"), w.paid(t, "")
	_, err := w.ListReceipts(t.Context(), w.owner, fund.MailUnknown, fund.Page{Limit: 1})
	wantKind(t, err, "forbidden")
	wantKind(t, w.ResendReceipt(t.Context(), w.owner, with), "forbidden")
	wantKind(t, w.ResendReceipt(t.Context(), app.System(), without), "conflict")
	wantKind(t, w.ResendReceipt(t.Context(), app.System(), fund.ID{9}), "not_found")
	must.Do(t, w.ResendReceipt(t.Context(), app.System(), with))
}

// TestMailsAboutPlayMoneyGoToUsersOnly types addresses of users, of somebody whose address is not confirmed, and of a
// stranger.
func TestMailsAboutPlayMoneyGoToUsersOnly(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.Node(func(o *app.Options) { o.Mailer = postTo(t, server) })
	user, stranger := w.paid(t, "Owner@Example.org"), w.paid(t, "nobody@example.org")
	node.ReceiptsRound(t.Context())
	if got := server.Messages(); len(got) != 1 || !strings.EqualFold(got[0].To, "owner@example.org") || !strings.Contains(string(got[0].Data), "Subject: [Sandbox] ") {
		t.Errorf("got %d mails, want one to the user that says in its subject what it is", len(got))
	}
	w.wantMail(t, user, fund.MailSent, 1)
	w.wantMail(t, stranger, fund.MailRefused, 1)
	if r := w.receipt(t, stranger); !strings.Contains(r.Problem, "--mail-anyone") {
		t.Errorf("got %q, want the reason with the way out", r.Problem)
	}
	listed, err := w.ListReceipts(t.Context(), app.System(), fund.MailRefused, fund.Page{Limit: 9})
	if err != nil || len(listed) != 1 || listed[0].DonationID != stranger {
		t.Errorf("got %v, %v, want the receipt to the stranger listed", listed, err)
	}
	must.Do(t, w.ResendReceipt(t.Context(), app.System(), stranger))
	w.node(postTo(t, server)).ReceiptsRound(t.Context())
	w.wantMail(t, stranger, fund.MailSent, 1)
}
