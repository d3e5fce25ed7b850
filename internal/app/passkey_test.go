package app_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testpasskey"
	"github.com/almoner/almoner/internal/testworld"
)

const browser = "this browser"

// device keeps a passkey of a user.
type device struct{ *testpasskey.Device }

func newDevice(t *testing.T, u fund.User) device {
	t.Helper()
	return device{testpasskey.New(t, testworld.BaseURL, u.ID[:])}
}

// makes is the answer to a question for a new passkey.
func (d device) makes(t *testing.T, q app.PasskeyQuestion) app.PasskeyAnswer {
	t.Helper()
	return app.PasskeyAnswer{State: q.State, Answer: d.Makes(t, q.Options), Browser: browser}
}

// signs is the answer to a question for a passkey to sign in with.
func (d device) signs(t *testing.T, q app.PasskeyQuestion) app.PasskeyAnswer {
	t.Helper()
	return app.PasskeyAnswer{State: q.State, Answer: d.SignsIn(t, q.Options), Browser: browser}
}

// passkey adds a passkey to the account of a user, on a device of theirs.
func (w *world) passkey(t *testing.T, u fund.User, actor app.Actor) device {
	t.Helper()
	d := newDevice(t, u)
	must.Do(t, w.AddPasskey(t.Context(), actor, "Phone", d.makes(t, must.Get(w.AskNewPasskey(t.Context(), actor, browser))(t))))
	return d
}

func wantNotTaken(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: got it taken, want it refused", what)
	} else {
		wantKind(t, err, "invalid")
	}
}

// TestAPasskeySignsIn adds one, signs in with it alone, also where there is a second factor, proves who somebody is, and removes it.
func TestAPasskeySignsIn(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat, sam := w.account(t, "pat@example.org"), w.account(t, "sam@example.org")
	key, _ := w.twoSteps(t, sam)
	actor := w.visit(t, pat.Email).Actor()
	w.posted(t, box)
	phone := newDevice(t, pat)
	asked := must.Get(w.AskNewPasskey(ctx, actor, browser))(t)
	answer := phone.makes(t, asked)
	for what, change := range map[string]func(*app.PasskeyAnswer){
		"another browser": func(a *app.PasskeyAnswer) { a.Browser = "another" }, "no browser": func(a *app.PasskeyAnswer) { a.Browser = "" },
		"another question": func(a *app.PasskeyAnswer) { a.State = must.Get(w.AskNewPasskey(ctx, actor, browser))(t).State },
		"another use":      func(a *app.PasskeyAnswer) { a.State = must.Get(w.AskPasskey(ctx, browser))(t).State },
		"a made-up state":  func(a *app.PasskeyAnswer) { a.State = "9999999999.e30.AA" }, "no state": func(a *app.PasskeyAnswer) { a.State = "" }, "no answer": func(a *app.PasskeyAnswer) { a.Answer = "" },
	} {
		changed := answer
		change(&changed)
		wantNotTaken(t, what, w.AddPasskey(ctx, actor, "Phone", changed))
	}
	wantFields(t, w.AddPasskey(ctx, actor, " ", answer), "name cannot be blank")
	must.Do(t, w.AddPasskey(ctx, actor, " Phone ", answer))
	wantLines(t, w.posted(t, box), "passkey_added to pat@example.org")
	all := must.Get(w.ListPasskeys(ctx, actor))(t)
	if len(all) != 1 || all[0].Name != "Phone" || all[0].Host != "almoner.test" || !all[0].UsedAt.IsZero() {
		t.Fatalf("got %+v, want the phone", all)
	}
	wantNotTaken(t, "twice", w.AddPasskey(ctx, actor, "Phone", answer))

	question := must.Get(w.AskPasskey(ctx, browser))(t)
	signed := phone.signs(t, question)
	in := app.PasskeySignIn{PasskeyAnswer: signed, Agent: "Browser", Address: home, Language: "de"}
	visit := must.Get(w.GetVisit(ctx, must.Get(w.SignInWithPasskey(ctx, in))(t).Session))(t)
	if s := visit.Session; visit.User.ID != pat.ID || s.Agent != "Browser" || s.Address != home.String() || len(s.Factors) != 1 || s.Factors[0] != fund.FactorPasskey || visit.User.Language != "de" {
		t.Errorf("got %+v, want a session of pat by the passkey", visit)
	}
	_, err := w.SignInWithPasskey(ctx, in)
	wantNotTaken(t, "an answer once more", err)
	other := app.PasskeySignIn{PasskeyAnswer: signed}
	other.State, other.Browser = must.Get(w.AskPasskey(ctx, browser))(t).State, browser
	_, err = w.SignInWithPasskey(ctx, other)
	wantNotTaken(t, "an answer to another question", err)
	stranger := newDevice(t, pat) // nobody added its key
	_, err = w.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: stranger.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))})
	wantNotTaken(t, "a passkey that nobody added", err)

	late := phone.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))
	w.Clock.Advance(fund.PasskeyQuestionLife)
	_, err = w.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: late})
	wantNotTaken(t, "late", err)
	actor = visit.Actor()
	wantProof(t, w.RemovePasskey(ctx, actor, all[0].ID))
	_, err = w.AskNewPasskey(ctx, actor, browser)
	wantProof(t, err)
	must.Do(t, w.ProvePasskey(ctx, actor, phone.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))))
	actor = must.Get(w.GetVisit(ctx, must.Get(w.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: phone.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))}))(t).Session))(t).Actor()

	// A passkey stands for both factors, and proves only who its own user is.
	w.Clock.Advance(time.Hour)
	sams := must.Get(w.GetVisit(ctx, must.Get(w.CompleteSignIn(ctx, app.SecondStep{Pending: w.firstStep(t, sam.Email), Code: w.oneTime(t, key)}))(t)))(t).Actor()
	tablet := w.passkey(t, sam, sams)
	must.Get(w.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: tablet.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))}))(t)
	wantNotTaken(t, "another's passkey", w.ProvePasskey(ctx, sams, phone.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))))
	wantKind(t, w.RemovePasskey(ctx, sams, all[0].ID), "not_found")

	must.Do(t, w.ProvePassword(ctx, actor, password))
	actor.Session.AuthenticatedAt = w.Now()
	must.Get(w.DisableUser(ctx, app.System(), sam.ID))(t)
	_, err = w.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: tablet.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))})
	wantNotTaken(t, "a disabled user", err)
	w.posted(t, box)
	must.Do(t, w.RemovePasskey(ctx, actor, all[0].ID))
	wantLines(t, w.posted(t, box), "passkey_removed to pat@example.org")
	_, err = w.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: phone.signs(t, must.Get(w.AskPasskey(ctx, browser))(t))})
	wantNotTaken(t, "a removed passkey", err)
	w.wantActs(t, pat.ID, fund.ActRemovePasskey, fund.ActAddPasskey, fund.ActCreateUser)
}

// TestPasskeysOfAnotherHost do not work after the server got another name; all other ways do. Where browsers make none, nobody is asked.
func TestPasskeysOfAnotherHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	actor := w.visit(t, pat.Email).Actor()
	phone := w.passkey(t, pat, actor)
	at := func(address string) *app.App { return w.Node(func(o *app.Options) { o.Accounts.BaseURL = address }) }
	moved := at("https://elsewhere.test")
	if n := must.Get(moved.PasskeysElsewhere(ctx))(t); n != 1 {
		t.Errorf("got %d passkeys of another host, want 1", n)
	}
	if n := must.Get(w.PasskeysElsewhere(ctx))(t); n != 0 {
		t.Errorf("got %d passkeys of another host, want none", n)
	}
	_, err := moved.SignInWithPasskey(ctx, app.PasskeySignIn{PasskeyAnswer: phone.signs(t, must.Get(moved.AskPasskey(ctx, browser))(t))})
	wantNotTaken(t, "another host", err)
	must.Get(moved.SignIn(ctx, app.Credentials{Email: pat.Email, Password: password}))(t)
	none := at("http://127.0.0.1:8080")
	_, err = none.AskPasskey(ctx, browser)
	wantKind(t, err, "conflict")
	_, err = none.AskNewPasskey(ctx, actor, browser)
	wantKind(t, err, "conflict")
	if none.HasPasskeys() || none.PasskeyHost() != "" {
		t.Error("got passkeys at a number, want none")
	}
}

// TestAUserHasSoManyPasskeys fills an account.
func TestAUserHasSoManyPasskeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pat := w.account(t, "pat@example.org")
	actor := w.visit(t, pat.Email).Actor()
	for range fund.MaxPasskeys {
		w.passkey(t, pat, actor)
	}
	err := w.AddPasskey(t.Context(), actor, "One more", newDevice(t, pat).makes(t, must.Get(w.AskNewPasskey(t.Context(), actor, browser))(t)))
	wantKind(t, err, "conflict")
}
