package app_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testmail"
)

// contact gives the cause an address for mails about cases.
func (w *world) contact(t *testing.T, address string) {
	t.Helper()
	must.Get(w.UpdateCause(t.Context(), app.System(), fund.Key{ID: w.cause.ID}, fund.CausePatch{ContactEmail: fund.Some(address)}))(t)
}

// openedCase is a case of a paid donation of 10.00, with its key.
func (w *world) openedCase(t *testing.T, email string) (fund.Case, string) {
	t.Helper()
	key := must.Get(w.DonationKey(t.Context(), w.paid(t, email)))(t)
	return must.Get(w.OpenCase(t.Context(), key, "I gave twice.", home))(t), key
}

// TestCasesOfDonors walks a case from its opening to each of its ends.
func TestCasesOfDonors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		reply    app.CaseReply
		state    fund.CaseState
		back     int64
		mailed   string
		reopened string
	}{
		"all back":  {app.CaseReply{}, fund.CaseRefunded, 1000, "A refund for your gift", "conflict"},
		"part back": {app.CaseReply{Refund: "2.50"}, fund.CaseRefunded, 250, "A refund for your gift", ""},
		"declined":  {app.CaseReply{Reason: "It was spent."}, fund.CaseDeclined, 0, "An answer about your gift", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, server := newWorld(t), testmail.Start(t, testmail.Options{})
			node := w.node(postTo(t, server))
			w.contact(t, "finance@water.example")
			opened, key := w.openedCase(t, "ada@example.org")
			_, err := w.OpenCase(t.Context(), key, "Again.", home)
			wantKind(t, err, "conflict")
			answered := must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, c.reply))(t)
			d := must.Get(w.Store.GetDonation(t.Context(), fund.Key{ID: opened.DonationID}))(t)
			if answered.State != c.state || answered.Refunded != c.back || d.Refunded != c.back || answered.Reason != c.reply.Reason {
				t.Errorf("got %+v and %d back, want %s and %d", answered, d.Refunded, c.state, c.back)
			}
			_, err = w.AnswerCase(t.Context(), w.causer, opened.ID, c.reply)
			wantKind(t, err, "conflict")
			node.DoDue(t.Context(), fund.WorkMail)
			subjects := map[string][]string{}
			for _, m := range server.Messages() {
				subject := subjectOf(m.Data)
				subjects[m.To] = append(subjects[m.To], subject)
			}
			if got := strings.Join(subjects["ada@example.org"], "|"); !strings.Contains(got, "We passed your message on") || !strings.Contains(got, c.mailed) {
				t.Errorf("got %q for the donor", got)
			}
			if got := strings.Join(subjects["finance@water.example"], "|"); !strings.Contains(got, "A donor asks for a refund") || !strings.Contains(got, "A refund request was answered") {
				t.Errorf("got %q for the cause", got)
			}
			_, err = w.OpenCase(t.Context(), key, "Once more.", home)
			wantKind(t, err, c.reopened)
			if acts := w.acts(t, opened.ID); !slices.Equal(acts, []string{"owner case.answer"}) {
				t.Errorf("got the acts %q, want the answer", acts)
			}
		})
	}
}

// TestReasonsOfSeveralLinesKeepTheirWordsApart declines with two lines, of which the donor reads one.
func TestReasonsOfSeveralLinesKeepTheirWordsApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened, _ := w.openedCase(t, "")
	got := must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Reason: "\n We are sorry.\r\n\tIt was spent. "}))(t)
	if got.Reason != "We are sorry. It was spent." {
		t.Errorf("got %q", got.Reason)
	}
}

// TestCasesOfACauseWithoutAContactReachItsFinance mails those who may answer, and nobody else.
func TestCasesOfACauseWithoutAContactReachItsFinance(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	as := func(name string, role fund.CauseRole) {
		user := w.user(t.Context(), t, name)
		must.Do(t, w.SetCauseRole(t.Context(), w.causer, app.CauseMembership{Cause: w.cause.ID, User: user.User, Role: role}))
	}
	as("Finance", fund.CauseFinance)
	as("Plain", fund.CauseMember)
	w.openedCase(t, "")
	node.DoDue(t.Context(), fund.WorkMail)
	var to []string
	for _, m := range server.Messages() {
		if strings.Contains(subjectOf(m.Data), "A donor asks for a refund") {
			to = append(to, m.To)
		}
	}
	slices.Sort(to)
	if want := []string{"causer@example.org", "finance@example.org"}; !slices.Equal(to, want) {
		t.Errorf("got mails to %q, want %q", to, want)
	}
}

// TestMailsAboutCasesAreInTheLanguagesOfTheirReaders has finance that signed in with a German page, an operator and an owner who never did, and then a contact.
func TestMailsAboutCasesAreInTheLanguagesOfTheirReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must.Get(w.SetSetting(t.Context(), app.System(), fund.SettingLanguage, "ar"))(t)
	w.account(t, "finance@water.example")
	w.signIn(t, app.Credentials{Email: "finance@water.example", Language: "de"})
	finance, _, err := w.Store.GetUserByEmail(t.Context(), "finance@water.example")
	must.Do(t, err)
	must.Do(t, w.SetCauseRole(t.Context(), w.causer, app.CauseMembership{Cause: w.cause.ID, User: finance.ID, Role: fund.CauseFinance}))
	w.operator(t)
	languages := func() map[string]string {
		found := map[string]string{}
		for _, id := range must.Get(w.Store.DueWork(t.Context(), fund.WorkMail, w.Clock.Now(), 99))(t) {
			m := must.Get(w.Store.GetMail(t.Context(), id))(t)
			found[string(m.Kind)+" "+m.Recipient] = m.Language
		}
		return found
	}
	opened, _ := w.openedCase(t, "")
	w.Clock.Advance(fund.CaseAnswer)
	w.DoDue(t.Context(), fund.WorkCase)
	got := languages()
	for mail, want := range map[string]string{
		"case_received finance@water.example": "de", "case_received causer@example.org": "ar", "case_overdue finance@water.example": "de", "case_overdue operator@example.org": "ar",
	} {
		if got[mail] != want {
			t.Errorf("%s: got the language %q of %v, want %q", mail, got[mail], got, want)
		}
	}
	w.contact(t, "Finance@water.example")
	must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Reason: "It was spent."}))(t)
	if got := languages(); got["case_closed Finance@water.example"] != "de" {
		t.Errorf("got %v, want the contact in the language of the account with its address", got)
	}
}

func subjectOf(message []byte) string {
	_, rest, _ := strings.Cut(string(message), "\nSubject: ")
	subject, _, _ := strings.Cut(rest, "\n")
	return subject
}

func TestCasesAreForFinance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened, key := w.openedCase(t, "ada@example.org")
	cause := &fund.Key{ID: w.cause.ID}
	for name, actor := range map[string]app.Actor{"owner": w.owner, "stranger": w.stranger, "anonymous": {}} {
		if _, err := w.ListCases(t.Context(), actor, app.CaseQuery{Cause: cause}, fund.Page{Limit: 5}); err == nil {
			t.Errorf("%s: got the cases of a cause", name)
		}
		if _, err := w.ListCases(t.Context(), actor, app.CaseQuery{}, fund.Page{Limit: 5}); err == nil {
			t.Errorf("%s: got all cases", name)
		}
		if _, err := w.AnswerCase(t.Context(), actor, opened.ID, app.CaseReply{Reason: "No."}); err == nil {
			t.Errorf("%s: got a case answered", name)
		}
	}
	_, err := w.ListCases(t.Context(), w.causer, app.CaseQuery{}, fund.Page{Limit: 5})
	wantKind(t, err, "forbidden")
	for name, actor := range map[string]app.Actor{"finance": w.causer, "operator": w.operator(t)} {
		if got := must.Get(w.ListCases(t.Context(), actor, app.CaseQuery{Cause: cause, Open: true}, fund.Page{Limit: 5}))(t); len(got) != 1 || got[0].Message != "I gave twice." {
			t.Errorf("%s: got %+v, want the case", name, got)
		}
	}
	_, err = w.OpenCase(t.Context(), key[:10], "Mine.", home)
	wantKind(t, err, "not_found")
	_, err = w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Reason: strings.Repeat("é", fund.MaxReason+1)})
	wantKind(t, err, "invalid")
}

func TestCasesAreBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened, key := w.openedCase(t, "")
	for _, message := range []string{"", " \u200b", strings.Repeat("é", fund.MaxCaseMessage+1), "a\x00b"} {
		_, err := w.OpenCase(t.Context(), key, message, home)
		wantKind(t, err, "invalid")
	}
	for range fund.MaxCases - 1 {
		must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Reason: "No."}))(t)
		opened = must.Get(w.OpenCase(t.Context(), key, strings.Repeat("é", fund.MaxCaseMessage), home))(t)
	}
	must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Reason: "No."}))(t)
	_, err := w.OpenCase(t.Context(), key, "Once more.", home)
	wantKind(t, err, "conflict")

	gone := w.paid(t, "zed@example.org")
	must.Get(w.EraseDonation(t.Context(), app.System(), gone))(t)
	_, err = w.OpenCase(t.Context(), must.Get(w.DonationKey(t.Context(), gone))(t), "Twice.", home)
	wantKind(t, err, "conflict")

	from := netip.MustParseAddr("192.0.2.77")
	other := must.Get(w.DonationKey(t.Context(), w.paid(t, "")))(t)
	for range shield.CasesAnHour {
		_, err = w.OpenCase(t.Context(), other, "Twice.", from)
	}
	wantKind(t, err, "conflict")
	_, err = w.OpenCase(t.Context(), other, "Twice.", from)
	wantKind(t, err, "rate_limited")
}

// TestCausesAreRemindedOfCases waits until a case should have been answered: the cause and the operators are reminded once before, and once then, by whichever
// node is first.
func TestCausesAreRemindedOfCases(t *testing.T) {
	t.Parallel()
	w, server := newWorld(t), testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	w.contact(t, "finance@water.example")
	w.operator(t)
	opened, _ := w.openedCase(t, "")
	overdue := func() int {
		return len(must.Get(w.ListCases(t.Context(), app.System(), app.CaseQuery{Overdue: true}, fund.Page{Limit: 5}))(t))
	}
	const due, late = "A refund request waits for an answer", "A refund request is overdue"
	want := func(what string, overdueCases int, subjects ...string) {
		t.Helper()
		for range 2 {
			node.DoDue(t.Context(), fund.WorkCase)
			w.DoDue(t.Context(), fund.WorkCase)
		}
		node.DoDue(t.Context(), fund.WorkMail)
		got := map[string][]string{}
		for _, m := range server.Messages() {
			subject := subjectOf(m.Data)
			if _, words, found := strings.Cut(subject, "A refund"); found && (strings.Contains(subject, due) || strings.Contains(subject, late)) {
				got[m.To] = append(got[m.To], "A refund"+words)
			}
		}
		for _, to := range []string{"finance@water.example", "operator@example.org"} {
			if !slices.EqualFunc(got[to], subjects, strings.HasPrefix) {
				t.Errorf("%s: got %q for %s, want %q", what, got[to], to, subjects)
			}
		}
		if n := overdue(); n != overdueCases || len(got) > 2 {
			t.Errorf("%s: got %d cases overdue and mails to %d, want %d, and to nobody else", what, n, len(got), overdueCases)
		}
	}
	w.Clock.Advance(fund.CaseAnswer - fund.CaseReminder - 1)
	want("in time", 0)
	w.Clock.Advance(1)
	want("soon", 0, due)
	w.Clock.Advance(fund.CaseReminder - 1)
	want("just in time", 0, due)
	w.Clock.Advance(1)
	want("late", 1, due, late)
	w.Clock.Advance(fund.CaseAnswer)
	want("later", 1, due, late)
	// What went back without the case is its answer.
	must.Get(w.RefundDonation(t.Context(), w.causer, fund.Key{ID: opened.DonationID}, "4"))(t)
	if got := must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{}))(t); got.Refunded != 400 {
		t.Errorf("got %d back, want the 4.00 that went back before, and no more", got.Refunded)
	}
}

// TestACaseRefundsOnce answers a case with several amounts after money went back without it.
func TestACaseRefundsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	opened, _ := w.openedCase(t, "")
	must.Get(w.RefundDonation(t.Context(), w.causer, fund.Key{ID: opened.DonationID}, "4"))(t)
	for amount, kind := range map[string]string{"3.99": "conflict", "4.01": "conflict", "10": "conflict", "much": "invalid", "0": "invalid"} {
		_, err := w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Refund: amount})
		wantKind(t, err, kind)
		if kind == "conflict" && !strings.Contains(err.Error(), "$4.00 went back") {
			t.Errorf("%s: got %v, which does not say what went back", amount, err)
		}
	}
	answered := must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Refund: "4.00"}))(t)
	if got := w.donation(t, opened.DonationID).Refunded; answered.Refunded != 400 || got != 400 {
		t.Errorf("got %d back by the case and %d of the donation, want the 4.00 once", answered.Refunded, got)
	}
}

// TestACaseNeverRefundsLessThanNothing opens a case after a refund that the bank then takes back.
func TestACaseNeverRefundsLessThanNothing(t *testing.T) {
	t.Parallel()
	w, chaos := withChaos(t)
	begun := w.begin(t, fund.CheckoutInput{})
	report := func(refunded int64) {
		must.Do(t, chaos.change("pi_"+begun.Donation.String(), func(s *fund.PaymentState) { s.Status, s.Refunded = fund.PaymentPaid, refunded }))
		must.Do(t, w.Reconcile(t.Context(), begun.Donation))
	}
	report(500)
	opened := must.Get(w.OpenCase(t.Context(), must.Get(w.DonationKey(t.Context(), begun.Donation))(t), "All of it.", home))(t)
	report(0)
	for _, amount := range []string{"", "2", "10"} {
		_, err := w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Refund: amount})
		wantKind(t, err, "conflict")
	}
	if got := must.Get(w.Store.GetCase(t.Context(), opened.ID))(t); got.State != fund.CaseOpen || w.donation(t, begun.Donation).Refunded != 0 {
		t.Errorf("got the case %s, want it open and nothing refunded", got.State)
	}
	// The way out that the error names.
	must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Reason: "Refunded apart from this."}))(t)
}

// TestChatsHearNothingOfCases refunds a donation that a chat was told of: it is told nothing more, and its message stays as it is.
func TestChatsHearNothingOfCases(t *testing.T) {
	t.Parallel()
	for name, amount := range map[string]string{"in part": "2.50", "in full": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newHookWorld(t)
			w.answer = saying()
			w.becomeChat(t, "{donor}: {amount}")
			opened, _ := w.openedCase(t, "ada@example.org")
			wantTold(t, w.deliver(t), "Ada: $10.00")
			w.later()
			must.Get(w.AnswerCase(t.Context(), w.causer, opened.ID, app.CaseReply{Refund: amount}))(t)
			w.settle(t)
			wantTold(t, w.deliver(t))
		})
	}
}
