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

// mailLease is for how long nobody else sends a mail that a node has claimed.
const mailLease = 2 * time.Minute

// postTo is a mailer that sends through a test's server.
func postTo(t testing.TB, s *testmail.Server) app.Mailer {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr())
	must.Do(t, err)
	number, err := strconv.Atoi(port)
	must.Do(t, err)
	return mail.New(mail.Options{
		Server: mail.Server{Host: host, Port: number, Security: mail.Plain}, From: netmail.Address{Address: "receipts@almoner.test"},
		Random: rand.Reader, Within: time.Minute, AnswerWithin: time.Minute,
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
	if m := w.receipt(t, donation).Mail; m.State() != want || m.Tries != tries {
		t.Errorf("got %s after %d tries (%s), want %s after %d", m.State(), m.Tries, m.Problem, want, tries)
	}
}

// move changes a mail as a mailer does.
func (w *world) move(t testing.TB, from, to fund.Mail) {
	t.Helper()
	must.Do(t, w.Store.Write(t.Context(), from.ID, func(ctx context.Context, tx *store.Tx) error { return tx.MoveMail(ctx, from, to) }))
}

func TestReceiptsAreMailedOnce(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	with, without := w.paid(t, "ada@example.org"), w.paid(t, "")
	w.DoDue(t.Context(), fund.WorkMail)
	w.wantMail(t, with, fund.MailWaiting, 0)
	for range 3 {
		node.DoDue(t.Context(), fund.WorkMail)
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
			node.DoDue(t.Context(), fund.WorkMail)
			w.wantMail(t, id, c.state, c.tries)
			if m := w.receipt(t, id).Mail; m.Problem == "" || strings.Contains(m.Problem, "ada@") {
				t.Errorf("got problem %q, want one", m.Problem)
			}
			server.Behave(nil)
			w.Clock.Advance(c.wait - time.Second)
			node.DoDue(t.Context(), fund.WorkMail)
			w.wantMail(t, id, c.state, c.tries)
			w.Clock.Advance(time.Second)
			node.DoDue(t.Context(), fund.WorkMail)
			if m := w.receipt(t, id).Mail; m.State() != c.then || len(server.Messages()) != c.all {
				t.Errorf("got %s and %d messages, want %s and %d", m.State(), len(server.Messages()), c.then, c.all)
			}
		})
	}
}

func TestMailsArePutOffForDaysAndThenRefused(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	m := fund.Mail{DueAt: now}
	for at := now; m.State() == fund.MailWaiting; at = m.DueAt {
		if m.DueAt.Sub(now) > 10*24*time.Hour {
			t.Fatalf("got %d tries in ten days, want an end", m.Tries)
		}
		if m = m.PutOff(at, "grey"); m.State() == fund.MailRefused && at.Sub(now) < 4*24*time.Hour {
			t.Errorf("got an end after %s, want some days", at.Sub(now))
		}
	}
	if m.State() != fund.MailRefused || m.Problem != "grey" {
		t.Errorf("got %+v, want it refused", m)
	}
}

// Many nodes look for the same receipts at the same moment.
func TestMailersRace(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	want := map[string]bool{}
	for i := range 24 {
		email := fmt.Sprintf("donor%d@example.org", i)
		w.paid(t, email)
		want[email] = true
	}
	var racing sync.WaitGroup
	for range 3 {
		node := w.node(postTo(t, server))
		racing.Go(func() { node.DoDue(t.Context(), fund.WorkMail) })
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
	if due, err := w.Store.DueWork(t.Context(), fund.WorkMail, w.Clock.Now().Add(time.Hour), 100); err != nil || len(due) != 0 {
		t.Errorf("got %d receipts still due, %v, want none", len(due), err)
	}
}

// A killed server leaves a receipt in the state of that moment.
func TestCrashesWhileMailing(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	before, after := w.paid(t, "before@example.org"), w.paid(t, "after@example.org")
	leases, err := w.Store.ClaimWork(t.Context(), store.WorkClaim{
		Work: fund.WorkMail, Holder: "killed", Now: node.Now(), Until: node.Now().Add(mailLease), Limit: 9,
	})
	if err != nil || len(leases) != 2 {
		t.Fatalf("got %v, %v, want both mails claimed", leases, err)
	}
	m := w.receipt(t, after).Mail
	w.move(t, m, m.Hand(node.Now()))
	node.DoDue(t.Context(), fund.WorkMail)
	if n := len(server.Messages()); n != 0 {
		t.Errorf("got %d messages, want none while both are another's", n)
	}
	wantKind(t, node.ResendReceipt(t.Context(), app.System(), after), "conflict")
	w.Clock.Advance(mailLease)
	for range 2 {
		node.DoDue(t.Context(), fund.WorkMail)
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
	node.DoDue(t.Context(), fund.WorkMail)
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

func (h hooked) Send(ctx context.Context, l app.Letter, hand func(context.Context) error) app.Delivery {
	return h.Mailer.Send(ctx, l, func(ctx context.Context) error { return h.hand(ctx, hand) })
}

// A mailer that stalled for longer than the lease finds that another has sent the mail, and does not send it.
func TestALateMailerSendsNothing(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	other := w.node(postTo(t, server))
	late := w.node(hooked{postTo(t, server), func(ctx context.Context, hand func(context.Context) error) error {
		w.Clock.Advance(mailLease)
		other.DoDue(ctx, fund.WorkMail)
		return hand(ctx)
	}})
	id := w.paid(t, "ada@example.org")
	late.DoDue(t.Context(), fund.WorkMail)
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
			node.DoDue(t.Context(), fund.WorkMail)
			server.WaitUnfinished(t.Context(), t, 1)
			if n := len(server.Messages()); n != 0 {
				t.Errorf("got %d messages, want none", n)
			}
			w.wantMail(t, id, fund.MailWaiting, 0)
			w.Clock.Advance(time.Minute)
			w.node(postTo(t, server)).DoDue(t.Context(), fund.WorkMail)
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
		w.paid(t, fmt.Sprintf("donor%d@example.org", i))
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
		node.DoDue(t.Context(), fund.WorkMail)
		asked, quiet := greeted.Load()-before, i%2 == 1
		if quiet && asked > 0 || !quiet && (asked < 1 || asked > 4) {
			t.Errorf("round %d: got %d connections, want a few, or none in the pause", i, asked)
		}
	}
	server.Behave(nil)
	w.Clock.Advance(5 * time.Minute)
	node.DoDue(t.Context(), fund.WorkMail)
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
	w.node(postTo(t, server)).DoDue(t.Context(), fund.WorkMail)
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
	node.DoDue(t.Context(), fund.WorkMail)
	if got := server.Messages(); len(got) != 1 || !strings.EqualFold(got[0].To, "owner@example.org") || !strings.Contains(string(got[0].Data), "Subject: [Sandbox] ") {
		t.Errorf("got %d mails, want one to the user that says in its subject what it is", len(got))
	}
	w.wantMail(t, user, fund.MailSent, 1)
	w.wantMail(t, stranger, fund.MailRefused, 1)
	if m := w.receipt(t, stranger).Mail; !strings.Contains(m.Problem, "--mail-anyone") {
		t.Errorf("got %q, want the reason with the way out", m.Problem)
	}
	listed, err := w.ListReceipts(t.Context(), app.System(), fund.MailRefused, fund.Page{Limit: 9})
	if err != nil || len(listed) != 1 || listed[0].DonationID != stranger {
		t.Errorf("got %v, %v, want the receipt to the stranger listed", listed, err)
	}
	must.Do(t, w.ResendReceipt(t.Context(), app.System(), stranger))
	w.node(postTo(t, server)).DoDue(t.Context(), fund.WorkMail)
	w.wantMail(t, stranger, fund.MailSent, 1)
}

// TestMailsOfAnotherVersionWait has a mail of a kind that this version does not know, beside a receipt.
func TestMailsOfAnotherVersionWait(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	known, now := w.paid(t, "ada@example.org"), w.Clock.Now()
	strange := fund.Mail{ID: fund.ID{7}, Kind: "postcard", Recipient: "bob@example.org", DueAt: now, CreatedAt: now}
	must.Do(t, w.Store.Write(t.Context(), strange.ID, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMail(ctx, strange) }))
	w.node(postTo(t, server)).DoDue(t.Context(), fund.WorkMail)
	w.wantMail(t, known, fund.MailSent, 1)
	m, err := w.Store.GetMail(t.Context(), strange.ID)
	if err != nil || m.State() != fund.MailWaiting || m.Tries != 1 || !strings.Contains(m.Problem, "postcard") {
		t.Errorf("got %+v, %v, want it put off, with the kind in the problem", m, err)
	}
}

// TestAMailIsLeftToItsSender has another node look for mails until just before it may take them.
func TestAMailIsLeftToItsSender(t *testing.T) {
	t.Parallel()
	w, server, others := newWorld(t), testmail.Start(t, testmail.Options{}), testmail.Start(t, testmail.Options{})
	other := w.node(postTo(t, others))
	slow := w.node(hooked{postTo(t, server), func(ctx context.Context, hand func(context.Context) error) error {
		w.Clock.Advance(mailLease - time.Millisecond)
		other.DoDue(ctx, fund.WorkMail)
		return hand(ctx)
	}})
	id := w.paid(t, "ada@example.org")
	slow.DoDue(t.Context(), fund.WorkMail)
	if got, taken := len(server.Messages()), len(others.Messages()); got != 1 || taken != 0 {
		t.Errorf("got %d messages of the node that began and %d of the other, want one and none", got, taken)
	}
	w.wantMail(t, id, fund.MailSent, 1)
}

// issued are all receipts of a donation.
func (w *world) issued(t testing.TB, donation fund.ID) []fund.IssuedReceipt {
	t.Helper()
	return must.Get(w.Store.ListIssuedReceipts(t.Context(), donation))(t)
}
