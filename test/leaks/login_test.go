package leaks_test

import (
	"context"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testpasskey"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/totp"
)

const password = "tell it to nobody at all"

// linkKey is how many characters the key of a link to a donor's donations has.
const linkKey = 64

// confirmPage is the page that confirms an address to sign in with.
const confirmPage = "/account/email/confirm"

// account is a user with secrets of its own, and the address that it has.
type account struct {
	fund.User

	address *secret
}

// account makes a user whose address and names are secrets.
func (w *world) account(t *testing.T, name string) account {
	t.Helper()
	address, first, last := w.secrets.make(kindAccount), w.secrets.make(kindAccount), w.secrets.make(kindAccount)
	made := account{w.user(t, name, caller{}, app.NewUser{
		Email: address.text + "@example.org", FirstName: first.text, LastName: last.text, Password: password,
	}), address}
	for _, s := range []*secret{address, first, last} {
		s.owner = made.ID
	}
	return made
}

// logins changes addresses to sign in with, in all ways, and signs in.
func (w *world) logins(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	ask := func(user fund.User, address string) {
		must.Do(t, w.AskEmail(ctx, testworld.As(user), address+"@example.org"))
		w.DoDue(ctx, fund.WorkMail)
	}
	// One address is followed up, the next one is not: it is a stranger's.
	wanted, strange := w.secrets.make(kindAccount), w.secrets.make(kindAccount)
	ask(w.private.User, wanted.text)
	w.confirm(t, wanted)
	w.private.address.newer, wanted.owner = wanted, w.private.ID
	ask(w.private.User, strange.text)
	// Somebody asks for an address that has an account.
	ask(w.Users["owner"], wanted.text)
	// An operator changes one.
	moved := w.account(t, "moved")
	to := w.secrets.make(kindAccount)
	must.Get(w.SetEmail(ctx, app.System(), moved.ID, to.text+"@example.org"))(t)
	moved.address.newer, to.owner = to, moved.ID
	// Somebody forgets a password, and somebody looks whether a stranger has an account.
	must.Do(t, w.AskPassword(ctx, app.LinkAsk{Email: wanted.text + "@example.org"}))
	must.Do(t, w.AskPassword(ctx, app.LinkAsk{Email: w.secrets.make(kindAccount).text + "@example.org"}))
	w.DoDue(ctx, fund.WorkMail) // another password ends the links of before
	must.Do(t, w.ChangePassword(ctx, testworld.As(w.private.User), app.PasswordChange{Present: password, New: password}))
	must.Get(w.InviteUser(ctx, app.System(), w.secrets.make(kindAccount).text+"@example.org"))(t)
	// Somebody signs up, and somebody looks whether an address has an account.
	must.Get(w.SetSetting(ctx, app.System(), fund.SettingSignUp, `"open"`))(t)
	for _, one := range []*secret{w.secrets.make(kindAccount), wanted} {
		must.Do(t, w.AskSignUp(ctx, app.SignUpAsk{LinkAsk: app.LinkAsk{Email: one.text + "@example.org"}, Captcha: "a person"}))
	}
	w.DoDue(ctx, fund.WorkMail)
	w.twoSteps(t)
	w.identities(t)
	team := fund.Key{ID: must.Get(w.CreateTeam(ctx, testworld.As(w.private.User), fund.TeamPatch{Name: fund.Some("Private")}))(t).ID}
	invited := w.secrets.make(kindAccount)
	invited.inviter = w.private.ID
	must.Get(w.InviteMember(ctx, testworld.As(w.private.User), app.TeamInvite{Team: team, Email: invited.text + "@example.org", Role: fund.RoleMember}))(t)
	leaver := w.account(t, "leaver")
	must.Get(w.DeleteUser(ctx, app.System(), leaver.ID))(t)
	w.DoDue(ctx, fund.WorkMail) // to undo it ends the link
	must.Get(w.UndeleteUser(ctx, app.System(), leaver.ID))(t)
	must.Get(w.DeleteUser(ctx, app.System(), leaver.ID))(t)
	w.charities(t)
	w.hookMails(t)
	w.caseMails(t)
	w.signIn(t, "private", wanted)
	w.signIn(t, "moved", to)
}

// twoSteps has somebody sign in in two steps, in all ways. The key of the app and the recovery codes are secrets of their own.
func (w *world) twoSteps(t *testing.T) {
	t.Helper()
	ctx, who := t.Context(), w.account(t, "guarded")
	first := app.Credentials{Email: who.Email, Password: password}
	actor := must.Get(w.GetVisit(ctx, must.Get(w.SignIn(ctx, first))(t).Session))(t).Actor()
	token, _, err := w.MakeOwnToken(ctx, actor, app.NewOwnToken{Name: "A bot", Scopes: fund.Scopes(), Days: fund.OwnTokenDays()[0]})
	must.Do(t, err)
	w.keys[token] = fund.ID{}
	_, secret, err := w.MakeOwnApplication(ctx, actor, app.NewApplication{Name: "A bot", RedirectURIs: []string{"https://bot.test/"}})
	must.Do(t, err)
	w.keys[secret] = fund.ID{}
	for _, remove := range []bool{true, false} {
		must.Do(t, w.SetUpAuthenticator(ctx, actor))
		key := must.Get(w.GetAuthenticatorSetup(ctx, actor))(t).Key
		codes := must.Get(w.ConfirmAuthenticator(ctx, actor, must.Get(totp.Code(key, w.Now()))(t)))(t)
		codes = append(codes, must.Get(w.RenewRecoveryCodes(ctx, actor))(t)...)
		must.Get(w.CompleteSignIn(ctx, app.SecondStep{Pending: must.Get(w.SignIn(ctx, first))(t).Pending, Code: codes[len(codes)-1]}))(t)
		for _, secret := range append(codes, key) {
			w.keys[secret] = fund.ID{}
		}
		if remove {
			must.Do(t, w.RemoveSecondFactor(ctx, actor))
		}
	}
	// A passkey comes and goes.
	phone := testpasskey.New(t, testworld.BaseURL, who.ID[:])
	asked := must.Get(w.AskNewPasskey(ctx, actor, "browser"))(t)
	must.Do(t, w.AddPasskey(ctx, actor, "Phone", app.PasskeyAnswer{State: asked.State, Answer: phone.Makes(t, asked.Options), Browser: "browser"}))
	must.Do(t, w.RemovePasskey(ctx, actor, must.Get(w.ListPasskeys(ctx, actor))(t)[0].ID))
	w.DoDue(ctx, fund.WorkMail)
}

// identities has somebody sign in with accounts at an OpenID provider, one of which was removed. What the provider calls them is a secret of theirs.
func (w *world) identities(t *testing.T) {
	t.Helper()
	for i, kind := range []fund.MailKind{fund.MailIdentityAdded, fund.MailIdentityRemoved} {
		subject, label := w.secrets.make(kindAccount), w.secrets.make(kindAccount)
		subject.owner, label.owner = w.private.ID, w.private.ID
		id := must.Get(fund.NewID(w.Now(), rand.NewChaCha8([32]byte{10, byte(i)})))(t)
		must.Do(t, w.Store.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			one := fund.Identity{ID: id, UserID: w.private.ID, Issuer: "https://club.test", Subject: subject.text, Label: label.text, AddedAt: w.Now()}
			if err := tx.InsertIdentity(ctx, one); err != nil {
				return err
			}
			if kind == fund.MailIdentityRemoved {
				if err := tx.RemoveIdentity(ctx, w.private.ID, id, w.Now()); err != nil {
					return err
				}
			}
			user, err := tx.GetUser(ctx, fund.Key{ID: w.private.ID})
			if err != nil {
				return err
			}
			mail := must.Get(fund.NewID(w.Now(), rand.NewChaCha8([32]byte{11, byte(i)})))(t)
			return tx.InsertMail(ctx, fund.Mail{ID: mail, Kind: kind, Recipient: user.Email, About: id, DueAt: w.Now(), CreatedAt: w.Now()})
		}))
	}
	w.DoDue(t.Context(), fund.WorkMail)
}

// find has links to their donations mailed to donors, one of whom gave nothing, and follows each.
func (w *world) find(t *testing.T, known []person) {
	t.Helper()
	for _, p := range known {
		must.Do(t, w.AskDonations(t.Context(), app.LinkAsk{Email: p.mail.text + "@example.org"}))
	}
	must.Do(t, w.AskDonations(t.Context(), app.LinkAsk{Email: w.secrets.make(kindAccount).text + "@example.org"}))
	w.DoDue(t.Context(), fund.WorkMail)
	for _, m := range w.mails.Messages() {
		_, after, found := strings.Cut(read(t, m), testworld.BaseURL+"/gifts/find/")
		to := slices.IndexFunc(known, func(p person) bool { return strings.EqualFold(m.To, p.mail.text+"@example.org") })
		if !found || to < 0 {
			continue
		}
		if session, err := w.UseDonorLink(t.Context(), after[:linkKey]); err == nil { // a later link to the same donor ends an earlier one
			w.donors[session] = known[to].mail
		}
	}
}

// confirm follows the link of the mail to an address on the node's page, with a wrong password first.
func (w *world) confirm(t *testing.T, address *secret) {
	t.Helper()
	var link string
	for _, m := range w.mails.Messages() {
		if strings.Contains(m.To, address.text) {
			link = confirmPage + "?key=" + keysIn(read(t, m))[0]
		}
	}
	var by testcallers.Browser
	page := w.VisitAt(t, by, http.MethodGet, link, nil)
	by.Cookie, _, _ = strings.Cut(page.Header().Get("Set-Cookie"), ";")
	for _, typed := range []string{"wrong" + password, password} {
		form := testcallers.Hidden(page.Body.String())
		form.Set("password", typed)
		page = w.VisitAt(t, by, http.MethodPost, confirmPage, form)
	}
	if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), address.text) {
		t.Fatalf("confirm: got %d %s", page.Code, page.Body)
	}
}

// signIn gives somebody a browser that is signed in, by the node's page, after a wrong password.
func (w *world) signIn(t *testing.T, name string, address *secret) {
	t.Helper()
	var by testcallers.Browser
	page := w.VisitAt(t, by, http.MethodGet, testcallers.SignInPage, nil)
	by.Cookie, _, _ = strings.Cut(page.Header().Get("Set-Cookie"), ";")
	for _, typed := range []string{"wrong" + password, password} {
		form := testcallers.Hidden(page.Body.String())
		form.Set("email", address.text+"@example.org")
		form.Set("password", typed)
		page = w.VisitAt(t, by, http.MethodPost, testcallers.SignInPage, form)
	}
	for _, cookie := range page.Result().Cookies() {
		if cookie.Name == "__Host-almoner_session" && cookie.Value != "" {
			w.Browsers[name] = testcallers.Browser{Cookie: cookie.Name + "=" + cookie.Value, Secrets: map[string]string{}}
			w.sessions = append(w.sessions, cookie.Value)
			return
		}
	}
	t.Fatalf("sign in: got %d %s", page.Code, page.Body)
}
