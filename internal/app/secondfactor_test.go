package app_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/totp"
)

// visit signs somebody in, and is what the pages know of the browser.
func (w *world) visit(t *testing.T, email string) app.Visit {
	t.Helper()
	return must.Get(w.GetVisit(t.Context(), w.signIn(t, app.Credentials{Email: email, Address: home})))(t)
}

// oneTime is the code of an authenticator app now.
func (w *world) oneTime(t *testing.T, key string) string {
	t.Helper()
	return must.Get(totp.Code(key, w.Now()))(t)
}

// twoSteps has sign-ins of a user ask for a second factor, and returns the key of the app and the recovery codes. No code of it was used for a while.
func (w *world) twoSteps(t *testing.T, u fund.User) (key string, codes []string) {
	t.Helper()
	actor := w.visit(t, u.Email).Actor()
	must.Do(t, w.SetUpAuthenticator(t.Context(), actor))
	key = must.Get(w.GetAuthenticatorSetup(t.Context(), actor))(t).Key
	codes = must.Get(w.ConfirmAuthenticator(t.Context(), actor, w.oneTime(t, key)))(t)
	w.Clock.Advance(5 * totp.Period)
	return key, codes
}

// firstStep enters the password of somebody with a second factor.
func (w *world) firstStep(t *testing.T, email string) string {
	t.Helper()
	in := must.Get(w.SignIn(t.Context(), app.Credentials{Email: email, Password: password, Address: home}))(t)
	if in.Session != "" || in.Pending == "" {
		t.Fatalf("got a session %v, want the second factor asked for", in.Session != "")
	}
	return in.Pending
}

func wantProof(t *testing.T, err error) {
	t.Helper()
	if !app.NeedsProof(err) {
		t.Errorf("got %v, want another proof asked for", err)
	}
}

// TestASecondFactorIsSetUp confirms a key by a code: nothing asks for codes before that.
func TestASecondFactorIsSetUp(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	elsewhere, visit := w.signIn(t, app.Credentials{Email: pat.Email}), w.visit(t, pat.Email)
	actor := visit.Actor().From(home).Reading("de")
	_, err := w.GetAuthenticatorSetup(ctx, actor)
	wantKind(t, err, "not_found")
	must.Do(t, w.SetUpAuthenticator(ctx, actor))
	first := must.Get(w.GetAuthenticatorSetup(ctx, actor))(t)
	if want := "otpauth://totp/almoner.test:pat@example.org?"; !strings.HasPrefix(first.URL, want) || !strings.Contains(first.URL, first.Key) {
		t.Errorf("got %s, want %s… with the key %s", first.URL, want, first.Key)
	}
	w.signIn(t, app.Credentials{Email: "pat@example.org"}) // with the password alone still
	must.Do(t, w.SetUpAuthenticator(ctx, actor))
	setup := must.Get(w.GetAuthenticatorSetup(ctx, actor))(t)
	for _, wrong := range []string{"", "000000", w.oneTime(t, first.Key)} {
		_, err := w.ConfirmAuthenticator(ctx, actor, wrong)
		wantFields(t, err, "code is not right")
	}
	if got := must.Get(w.GetSecondFactor(ctx, actor))(t); got.On() || got.CodesLeft != 0 {
		t.Errorf("got %+v, want nothing on before a code came", got)
	}
	wantLines(t, w.posted(t, box))

	codes := must.Get(w.ConfirmAuthenticator(ctx, actor, w.oneTime(t, setup.Key)))(t)
	if got := must.Get(w.GetSecondFactor(ctx, actor))(t); !got.Since.Equal(w.Now()) || got.CodesLeft != fund.RecoveryCodes || len(codes) != fund.RecoveryCodes {
		t.Errorf("got %+v and %d codes, want it on from now on, with ten", got, len(codes))
	}
	wantLines(t, w.posted(t, box), "second_factor_on to pat@example.org")
	if box.letters[0].Language != "de" {
		t.Errorf("got the language %q, want that of the page", box.letters[0].Language)
	}
	w.wantActs(t, pat.ID, fund.ActAddSecondFactor, fund.ActCreateUser)
	w.wantSignedIn(t, false, elsewhere)
	if session := must.Get(w.ListSessions(ctx, actor))(t)[0]; len(session.Factors) != 2 || session.Factors[1] != fund.FactorTOTP {
		t.Errorf("got the factors %q, want password and code", session.Factors)
	}
	_, err = w.GetAuthenticatorSetup(ctx, actor)
	wantKind(t, err, "not_found")
	_, err = w.ConfirmAuthenticator(ctx, actor, w.oneTime(t, setup.Key))
	wantKind(t, err, "not_found")
	wantKind(t, w.SetUpAuthenticator(ctx, actor), "conflict")
	w.firstStep(t, "pat@example.org")
}

// TestASetupEnds waits until the key of an app is too old.
func TestASetupEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	visit := w.visit(t, w.account(t, "pat@example.org").Email)
	actor := func() app.Actor {
		must.Do(t, w.ProvePassword(t.Context(), visit.Actor().From(home), password))
		visit.Session.AuthenticatedAt = w.Now()
		return visit.Actor()
	}
	must.Do(t, w.SetUpAuthenticator(t.Context(), actor()))
	key := must.Get(w.GetAuthenticatorSetup(t.Context(), actor()))(t).Key
	w.Clock.Advance(fund.AuthenticatorSetupLife - time.Microsecond)
	must.Get(w.GetAuthenticatorSetup(t.Context(), actor()))(t)
	w.Clock.Advance(time.Microsecond)
	_, err := w.GetAuthenticatorSetup(t.Context(), actor())
	wantKind(t, err, "not_found")
	_, err = w.ConfirmAuthenticator(t.Context(), actor(), w.oneTime(t, key))
	wantKind(t, err, "not_found")
}

// TestASignInTakesTwoSteps signs in with a code after the password. Nobody is signed in before.
func TestASignInTakesTwoSteps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	key, _ := w.twoSteps(t, pat)
	before := w.signIn(t, app.Credentials{Email: w.account(t, "sam@example.org").Email})
	pending := w.firstStep(t, pat.Email)
	if user := must.Get(w.PendingSignIn(ctx, pending))(t); user.ID != pat.ID {
		t.Errorf("got %s, want pat to sign in", user.ID)
	}
	w.wantSignedIn(t, false, pending)
	w.wantSignedIn(t, true, before)
	step := app.SecondStep{Pending: pending, Code: w.oneTime(t, key), Agent: "Browser", Address: home, Before: before, Language: "ar"}
	session := must.Get(w.CompleteSignIn(ctx, step))(t)
	visit := must.Get(w.GetVisit(ctx, session))(t)
	if s := visit.Session; visit.User.ID != pat.ID || s.Agent != "Browser" || s.Address != home.String() || len(s.Factors) != 2 || visit.User.Language != "ar" || !s.Proven(w.Now()) {
		t.Errorf("got %+v, want a session of pat by both factors", visit)
	}
	w.wantSignedIn(t, false, before, pending)
	w.Clock.Advance(totp.Period)
	step.Code = w.oneTime(t, key)
	for name, text := range map[string]string{"a sign-in that came to its end": pending, "an unknown one": "guess", "none": "", "a session": session} {
		step.Pending = text
		_, err := w.CompleteSignIn(ctx, step)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it not found", name, err)
		}
	}
}

// TestHalfASignInEnds ends sign-ins that wait for the second factor: with time, and with what ends sessions.
func TestHalfASignInEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	key, codes := w.twoSteps(t, pat)
	wantEnded := func(what, pending string) {
		t.Helper()
		if _, err := w.PendingSignIn(ctx, pending); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it ended", what, err)
		}
		if _, err := w.CompleteSignIn(ctx, app.SecondStep{Pending: pending, Code: w.oneTime(t, key)}); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: got %v, want it ended", what, err)
		}
	}
	late, later := w.firstStep(t, pat.Email), w.firstStep(t, pat.Email)
	w.Clock.Advance(fund.PendingSignInLife - time.Microsecond)
	must.Get(w.CompleteSignIn(ctx, app.SecondStep{Pending: late, Code: w.oneTime(t, key)}))(t)
	w.Clock.Advance(time.Microsecond)
	wantEnded("too late", later)
	for what, end := range map[string]func() error{
		"another password": func() error { return w.SetPassword(ctx, app.System(), pat.ID, password) },
		"sessions ended":   func() error { _, err := w.EndSessions(ctx, app.System(), pat.ID); return err },
	} {
		pending := w.firstStep(t, pat.Email)
		must.Do(t, end())
		wantEnded(what, pending)
	}
	pending := w.firstStep(t, pat.Email)
	must.Get(w.DisableUser(ctx, app.System(), pat.ID))(t)
	wantEnded("a disabled account", pending)
	must.Get(w.EnableUser(ctx, app.System(), pat.ID))(t)
	pending = w.firstStep(t, pat.Email)
	must.Do(t, w.RemoveSecondFactorOf(ctx, app.System(), pat.ID))
	wantEnded("no second factor any more", pending)
	if _, err := w.CompleteSignIn(ctx, app.SecondStep{Pending: pending, Code: codes[0]}); err == nil {
		t.Error("got a recovery code taken, want none left")
	}
}

// TestNoCodeIsTakenTwice has many browsers sign in with one code at once, on two nodes.
func TestNoCodeIsTakenTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pat := w.account(t, "pat@example.org")
	key, codes := w.twoSteps(t, pat)
	nodes := []*app.App{w.App, w.Node(nil)}
	for name, code := range map[string]string{"a code of the app": w.oneTime(t, key), "a recovery code": codes[3]} {
		const browsers = 4
		var (
			all   sync.WaitGroup
			mu    sync.Mutex
			taken int
		)
		pending := make([]string, browsers)
		for i := range pending {
			pending[i] = w.firstStep(t, pat.Email)
		}
		for i := range pending {
			all.Go(func() {
				_, err := nodes[i%2].CompleteSignIn(t.Context(), app.SecondStep{Pending: pending[i], Code: code, Address: home})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					taken++
				case !fault.Is(err, fault.Invalid):
					t.Errorf("%s: got %v, want it refused", name, err)
				}
			})
		}
		all.Wait()
		if taken != 1 {
			t.Errorf("%s: got %d sign-ins, want 1", name, taken)
		}
	}
	// The code of the step before is late then, too.
	previous := must.Get(totp.Code(key, w.Now().Add(-totp.Period)))(t)
	_, err := w.CompleteSignIn(t.Context(), app.SecondStep{Pending: w.firstStep(t, pat.Email), Code: previous})
	wantFields(t, err, "code is not right")
}

// TestGuessesOfCodesSlowDown guesses codes with the right password: a few with each, and then with waits, which the password does not end.
func TestGuessesOfCodesSlowDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	key, _ := w.twoSteps(t, pat)
	pending := w.firstStep(t, pat.Email)
	guess := func(pending, code string) error {
		_, err := w.CompleteSignIn(ctx, app.SecondStep{Pending: pending, Code: code, Address: home})
		return err
	}
	for range fund.PendingSignInTries {
		wantFields(t, guess(pending, "123"), "code is not right")
	}
	wantKind(t, guess(pending, w.oneTime(t, key)), "not_found")
	_, err := w.PendingSignIn(ctx, pending)
	wantKind(t, err, "not_found")
	pending = w.firstStep(t, pat.Email)
	err = guess(pending, w.oneTime(t, key))
	wantKind(t, err, "rate_limited")
	w.Clock.Advance(fault.From(err).RetryAfter)
	must.Do(t, guess(pending, w.oneTime(t, key)))
	for range fund.PendingSignInTries {
		wantFields(t, guess(w.firstStep(t, pat.Email), "123"), "code is not right") // it starts anew
	}
	wantKind(t, guess(w.firstStep(t, pat.Email), "123"), "rate_limited")
	// Another node does not know of them, but of those of one sign-in.
	other := w.Node(nil)
	pending = w.firstStep(t, pat.Email)
	for range fund.PendingSignInTries {
		_, err := other.CompleteSignIn(ctx, app.SecondStep{Pending: pending, Code: "123", Address: home})
		wantFields(t, err, "code is not right")
	}
	_, err = w.Node(nil).CompleteSignIn(ctx, app.SecondStep{Pending: pending, Code: w.oneTime(t, key), Address: home})
	wantKind(t, err, "not_found")
}

// TestARecoveryCodeWorksOnce signs in without the app, which is told by mail.
func TestARecoveryCodeWorksOnce(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	_, codes := w.twoSteps(t, pat)
	w.posted(t, box)
	complete := func(code string) (string, error) {
		return w.CompleteSignIn(ctx, app.SecondStep{Pending: w.firstStep(t, pat.Email), Code: code, Address: home, Language: "de"})
	}
	visit := must.Get(w.GetVisit(ctx, must.Get(complete(strings.ToUpper(codes[0])))(t)))(t)
	if factors := visit.Session.Factors; len(factors) != 2 || factors[1] != fund.FactorRecoveryCode {
		t.Errorf("got the factors %q, want password and recovery code", factors)
	}
	wantLines(t, w.posted(t, box), "recovery_code_used to pat@example.org")
	if left := box.letters[0].Content.(app.AccountMail).CodesLeft; left != fund.RecoveryCodes-1 || box.letters[0].Language != "de" {
		t.Errorf("got %d codes left in the mail in %q, want nine, in the language of the page", left, box.letters[0].Language)
	}
	w.wantActs(t, pat.ID, fund.ActUseRecoveryCode, fund.ActAddSecondFactor, fund.ActCreateUser)
	_, err := complete(codes[0])
	wantFields(t, err, "code is not right")

	fresh := must.Get(w.RenewRecoveryCodes(ctx, visit.Actor()))(t)
	wantLines(t, w.posted(t, box), "recovery_codes to pat@example.org")
	w.wantActs(t, pat.ID, fund.ActRenewRecoveryCodes, fund.ActUseRecoveryCode, fund.ActAddSecondFactor, fund.ActCreateUser)
	_, err = complete(codes[1])
	wantFields(t, err, "code is not right")
	must.Get(complete(fresh[9]))(t)
	if got := must.Get(w.GetSecondFactor(ctx, visit.Actor()))(t); got.CodesLeft != fund.RecoveryCodes-1 {
		t.Errorf("got %d codes left, want nine of the new set", got.CodesLeft)
	}
	// Codes are of their user alone.
	sam := w.account(t, "sam@example.org")
	w.twoSteps(t, sam)
	_, err = w.CompleteSignIn(ctx, app.SecondStep{Pending: w.firstStep(t, sam.Email), Code: fresh[8], Address: home})
	wantFields(t, err, "code is not right")
}

// TestASecondFactorIsRemoved takes it off, by its user and by an operator.
func TestASecondFactorIsRemoved(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	for name, remove := range map[string]func(app.Actor) error{
		"its user":    func(actor app.Actor) error { return w.RemoveSecondFactor(ctx, actor) },
		"an operator": func(app.Actor) error { return w.RemoveSecondFactorOf(ctx, app.System(), pat.ID) },
	} {
		key, _ := w.twoSteps(t, pat)
		session := must.Get(w.CompleteSignIn(ctx, app.SecondStep{Pending: w.firstStep(t, pat.Email), Code: w.oneTime(t, key)}))(t)
		w.posted(t, box)
		actor := must.Get(w.GetVisit(ctx, session))(t).Actor()
		must.Do(t, remove(actor))
		wantLines(t, w.posted(t, box), "second_factor_off to pat@example.org")
		if got := must.Get(w.GetSecondFactor(ctx, actor))(t); got.On() || got.CodesLeft != 0 {
			t.Errorf("%s: got %+v, want nothing left", name, got)
		}
		w.signIn(t, app.Credentials{Email: pat.Email}) // with the password alone
		wantKind(t, remove(actor), "not_found")
		_, err := w.RenewRecoveryCodes(ctx, actor)
		wantKind(t, err, "not_found")
	}
	w.wantActs(t, pat.ID, fund.ActRemoveSecondFactor, fund.ActAddSecondFactor, fund.ActRemoveSecondFactor, fund.ActAddSecondFactor, fund.ActCreateUser)
	wantKind(t, w.RemoveSecondFactorOf(ctx, self(pat), pat.ID), "forbidden")
}

// TestSensitiveActsAskAgain lets nobody change the second factor who proved too long ago who they are, or comes with a token.
func TestSensitiveActsAskAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	pat := w.account(t, "pat@example.org")
	session := w.signIn(t, app.Credentials{Email: pat.Email})
	actor := func() app.Actor { return must.Get(w.GetVisit(ctx, session))(t).Actor().From(home) }
	acts := map[string]func(app.Actor) error{
		"set up":      func(a app.Actor) error { return w.SetUpAuthenticator(ctx, a) },
		"see the key": func(a app.Actor) error { _, err := w.GetAuthenticatorSetup(ctx, a); return err },
		"confirm":     func(a app.Actor) error { _, err := w.ConfirmAuthenticator(ctx, a, "123"); return err },
		"renew codes": func(a app.Actor) error { _, err := w.RenewRecoveryCodes(ctx, a); return err },
		"turn off":    func(a app.Actor) error { return w.RemoveSecondFactor(ctx, a) },
	}
	w.Clock.Advance(fund.ProofLife - time.Microsecond)
	for name, act := range acts {
		if err := act(actor()); app.NeedsProof(err) {
			t.Errorf("%s: got %v within ten minutes of the sign-in", name, err)
		}
		wantProof(t, act(self(pat)))
		wantKind(t, act(app.Actor{}), "unauthenticated")
		wantKind(t, act(w.program), "unauthenticated")
	}
	w.Clock.Advance(time.Microsecond)
	for _, act := range acts {
		wantProof(t, act(actor()))
	}
	wantFields(t, w.ProvePassword(ctx, actor(), "wrong"), "password is not right")
	wantProof(t, w.RemoveSecondFactor(ctx, actor()))
	must.Do(t, w.ProvePassword(ctx, actor(), password))
	must.Do(t, w.SetUpAuthenticator(ctx, actor()))
	// Guesses are slowed down, and an ended session proves nothing.
	for range 5 {
		wantFields(t, w.ProvePassword(ctx, actor(), "wrong"), "password is not right")
	}
	wantKind(t, w.ProvePassword(ctx, actor(), password), "rate_limited")
	w.Clock.Advance(time.Minute)
	ended := actor()
	must.Do(t, w.EndSession(ctx, ended, ended.Session.ID))
	wantKind(t, w.ProvePassword(ctx, ended, password), "unauthenticated")
	wantKind(t, w.ProvePassword(ctx, app.Actor{}, password), "unauthenticated")
}
