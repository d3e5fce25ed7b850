package leaks_test

import (
	"context"
	"io"
	"math/rand/v2"
	"mime"
	"mime/multipart"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testmail"
)

// read is everything that a mail says, headers and both parts, as its reader sees it: what is sent breaks lines within words.
func read(t testing.TB, m testmail.Message) string {
	t.Helper()
	message := must.Get(mail.ReadMessage(strings.NewReader(string(m.Data))))(t)
	var text strings.Builder
	for name, values := range message.Header {
		for _, value := range values {
			text.WriteString(name + ": " + must.Get(new(mime.WordDecoder).DecodeHeader(value))(t) + "\n")
		}
	}
	_, parameters, err := mime.ParseMediaType(message.Header.Get("Content-Type"))
	must.Do(t, err)
	parts := 0
	for all := multipart.NewReader(message.Body, parameters["boundary"]); ; parts++ {
		part, err := all.NextPart() // which decodes quoted-printable
		if err == io.EOF {
			break
		}
		must.Do(t, err)
		text.Write(must.Get(io.ReadAll(part))(t))
	}
	if parts != 2 {
		t.Errorf("got %d parts of a mail to %s, want two", parts, m.To)
	}
	return text.String()
}

// hookMails has somebody mailed that the webhook of an application of theirs fails, and that it was deactivated.
func (w *world) hookMails(t *testing.T) {
	t.Helper()
	ctx, owner := t.Context(), must.Get(w.GetUser(t.Context(), app.System(), fund.Key{ID: w.private.ID}))(t)
	w.application(t, "private_app", owner.ID, caller{})
	key := fund.Key{ID: must.Get(fund.ParseID(w.IDs["private_app"]))(t)}
	for _, kind := range []fund.MailKind{fund.MailWebhookFailing, fund.MailWebhookDeactivated} {
		id := must.Get(fund.NewID(w.Now(), rand.NewChaCha8([32]byte{8, byte(len(kind))})))(t)
		must.Do(t, w.Store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertMail(ctx, fund.Mail{ID: id, Kind: kind, Recipient: owner.Email, About: key.ID, DueAt: w.Now(), CreatedAt: w.Now()})
		}))
		w.DoDue(ctx, fund.WorkMail)
		by := must.Get(w.Authenticate(ctx, w.Callers["private_app"]))(t)
		must.Get(w.UpdateEndpoint(ctx, by, key, fund.WebhookEndpointPatch{Active: fund.Some(false)}))(t)
	}
}

// caseMails has the donor of a case mailed what is said of it. The finance of its cause gets the same, but for the link.
func (w *world) caseMails(t *testing.T) {
	t.Helper()
	c := must.Get(w.Store.GetCase(t.Context(), must.Get(fund.ParseID(w.IDs["case_id"]))(t)))(t)
	donor := must.Get(w.Store.GetDonation(t.Context(), fund.Key{ID: c.DonationID}))(t).Email
	for i, kind := range []fund.MailKind{
		fund.MailCaseOpened, fund.MailCaseRefunded, fund.MailCaseDeclined, fund.MailCaseReceived, fund.MailCaseDue, fund.MailCaseOverdue, fund.MailCaseClosed,
	} {
		id := must.Get(fund.NewID(w.Now(), rand.NewChaCha8([32]byte{9, byte(i)})))(t)
		must.Do(t, w.Store.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			return tx.InsertMail(ctx, fund.Mail{ID: id, Kind: kind, Recipient: donor, About: c.ID, DueAt: w.Now(), CreatedAt: w.Now()})
		}))
	}
	w.DoDue(t.Context(), fund.WorkMail)
}

// mailKey is a key in the address of a page that a mail links to: who has it may see the page.
var mailKey = regexp.MustCompile(`https://almoner\.test/(?:gifts/|(?:dashboard/(?:join|charity)|account/(?:email/confirm|password/new|join|restore))\?key=)([A-Za-z0-9_-]{20,})`)

// keysIn are the keys of the pages that a mail links to.
func keysIn(text string) (all []string) {
	for _, one := range mailKey.FindAllStringSubmatch(text, -1) {
		all = append(all, one[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// mailed finds what mails say to whom, and the keys in them with the donations whose pages they open; zero for other pages.
func (w *world) mailed(t *testing.T) {
	t.Helper()
	for _, m := range w.mails.Messages() {
		for _, key := range keysIn(read(t, m)) {
			id, err := w.OpenDonationKey(t.Context(), key)
			if err != nil {
				id = fund.ID{}
			}
			w.keys[key] = id
		}
	}
}

// readMails wants in each mail nothing but what its recipient typed, and what of a donation or an account is in its mails; and each key in the mails
// to one address alone.
func (w *world) readMails(t *testing.T) {
	t.Helper()
	messages, kinds, holder := w.mails.Messages(), map[string]int{}, map[string]string{}
	for _, m := range messages {
		text, to := read(t, m), w.secrets.in(m.To)
		for _, s := range w.secrets.in(text) {
			if !slices.ContainsFunc(to, func(recipient *secret) bool { return w.inMail(recipient, s) }) {
				t.Errorf("a mail shows %s to somebody else, or what is in no mail: %s", s.describe(w), around(text, s.text))
			}
		}
		for _, key := range keysIn(text) {
			if other := holder[key]; other != "" && other != m.To {
				t.Errorf("the mails to %s and %s have the same key", other, m.To)
			}
			holder[key] = m.To
		}
		for _, kind := range fund.MailKinds() {
			if strings.Contains(text, "<"+string(kind)+".") {
				kinds[string(kind)]++
			}
		}
	}
	for _, kind := range fund.MailKinds() {
		if kinds[string(kind)] == 0 {
			t.Errorf("no mail of the kind %s was sent", kind)
		}
	}
}

// inMail reports whether a mail to an address may show a secret.
func (w *world) inMail(recipient, s *secret) bool {
	if recipient.kind == kindAccount { // its own address, the one that replaced it, and the hosts of its webhooks
		return s == recipient || s == recipient.newer || s.kind == kindHook && s.owner == recipient.owner
	}
	return slices.ContainsFunc(recipient.donations, func(id fund.ID) bool {
		typed := (s.kind == kindName || s.kind == kindReceipt || s.kind == kindMail) && slices.Contains(s.donations, id)
		return typed || s.kind == kindText && s.fact == w.donations[id].Fact.ID
	})
}

// wantNoKeys fails for a key of a mail in a text that its recipient does not read.
func (w *world) wantNoKeys(t *testing.T, where, text string) {
	t.Helper()
	for key := range w.keys {
		if strings.Contains(text, key) {
			t.Errorf("%s has the key of a page of which somebody was mailed", where)
		}
	}
}
