package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testworld"
)

// newOpenWorld is a world where anybody may sign up who passes the captcha with "human".
func newOpenWorld(t *testing.T) (*world, *gate, *letterBox) {
	t.Helper()
	g := &gate{}
	w := newWorldWith(t, worldOptions{captcha: g})
	must.Get(w.SetSetting(t.Context(), app.System(), fund.SettingSignUp, `"open"`))(t)
	return w, g, &letterBox{}
}

func signUpAsk(email string) app.SignUpAsk {
	return app.SignUpAsk{LinkAsk: app.LinkAsk{Email: email, Session: "browser", Address: home}, Captcha: "human"}
}

// TestSigningUpMakesAnAccountThatWaits asks for an account, makes it, and publishes a campaign once the wait is over.
func TestSigningUpMakesAnAccountThatWaits(t *testing.T) {
	t.Parallel()
	w, _, box := newOpenWorld(t)
	ctx := t.Context()
	must.Do(t, w.AskSignUp(ctx, signUpAsk(" New@Example.org")))
	wantLines(t, w.posted(t, box), "sign_up to new@example.org +link")
	key := box.key(t)
	session := must.Get(w.AcceptInvitation(ctx, app.Joining{Key: key, Username: "New", Password: password, Address: home}))(t)
	user := must.Get(w.GetVisit(ctx, session))(t).User
	if want := w.Clock.Now().Add(fund.SignUpWait); !user.PublicAt.Equal(want.Truncate(time.Microsecond)) {
		t.Errorf("got pages public at %s, want %s", user.PublicAt, want)
	}
	_, err := w.AcceptInvitation(ctx, app.Joining{Key: key, Username: "Newer", Password: password})
	wantKind(t, err, "not_found")

	as := testworld.As(user)
	campaign := must.Get(w.CreateCampaign(ctx, as, fund.CampaignPatch{
		Cause: fund.Some(fund.Key{ID: w.cause.ID}), Name: fund.Some("First"), Goal: fund.Some("100"),
	}))(t)
	publish := func() error {
		_, err := w.UpdateCampaign(ctx, as, campaignKey(campaign), fund.CampaignPatch{Status: fund.Some(fund.Published)})
		return err
	}
	wantFields(t, publish(), "status cannot be published yet: the account is new. It can be from "+user.PublicAt.Format(time.RFC3339)+
		" on, or once the operator of the server approves the account")
	_, err = w.CreateTeam(ctx, as, fund.TeamPatch{Name: fund.Some("Newcomers")})
	wantKind(t, err, "forbidden")
	_, err = w.GetUser(ctx, app.Actor{}, fund.Key{ID: user.ID})
	wantKind(t, err, "not_found")
	must.Get(w.GetUser(ctx, as, fund.Key{ID: user.ID}))(t)
	must.Get(w.GetUser(ctx, app.System(), fund.Key{ID: user.ID}))(t)

	w.Clock.Advance(fund.SignUpWait - time.Microsecond)
	wantKind(t, publish(), "invalid")
	w.Clock.Advance(time.Microsecond)
	must.Do(t, publish())
	must.Get(w.CreateTeam(ctx, as, fund.TeamPatch{Name: fund.Some("Newcomers")}))(t)
	must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: user.ID}))(t)
}

// TestAnOperatorEndsTheWait approves an account, and finds that in the log of acts, once.
func TestAnOperatorEndsTheWait(t *testing.T) {
	t.Parallel()
	w, _, box := newOpenWorld(t)
	ctx := t.Context()
	must.Do(t, w.AskSignUp(ctx, signUpAsk("new@example.org")))
	w.posted(t, box)
	user := must.Get(w.GetVisit(ctx, must.Get(w.AcceptInvitation(ctx, app.Joining{Key: box.key(t), Username: "New", Password: password}))(t)))(t).User
	_, err := w.ApproveUser(ctx, testworld.As(user), user.ID)
	wantKind(t, err, "forbidden")
	for range 2 {
		if approved := must.Get(w.ApproveUser(ctx, app.System(), user.ID))(t); approved.Waits(w.Clock.Now()) {
			t.Errorf("got %+v, want an account that waits no more", approved)
		}
	}
	w.wantActs(t, user.ID, fund.ActApproveUser, fund.ActCreateUser)
	must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: user.ID}))(t)
	if invited := w.account(t, "invited@example.org"); invited.Waits(w.Clock.Now()) {
		t.Error("got an account that waits, want only those that nobody invited to wait")
	}
}

// TestSigningUpDoesNotTellWhoHasAnAccount asks with an address that has one: only its mail says so.
func TestSigningUpDoesNotTellWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	w, _, box := newOpenWorld(t)
	w.account(t, "taken@example.org")
	must.Do(t, w.AskSignUp(t.Context(), signUpAsk("taken@example.org")))
	wantLines(t, w.posted(t, box), "sign_up to taken@example.org")
	if said, is := box.letters[0].Content.(app.AccountMail); !is || said.User.Email != "taken@example.org" {
		t.Errorf("got %+v, want the account named", box.letters[0].Content)
	}
}

// TestWhoMaySignUp asks and follows links in each mode.
func TestWhoMaySignUp(t *testing.T) {
	t.Parallel()
	w, g, box := newOpenWorld(t)
	ctx := t.Context()
	invitation := w.invited(t, box, "guest@example.org")
	must.Do(t, w.AskSignUp(ctx, signUpAsk("new@example.org")))
	w.posted(t, box)
	asked := box.key(t)
	opens := func(key string) bool {
		_, err := w.GetInvitation(ctx, key)
		return err == nil
	}
	for mode, want := range map[string]struct{ ask, sign, invite bool }{
		"open": {true, true, true}, "invitation": {false, false, true}, "closed": {false, false, false},
	} {
		must.Get(w.SetSetting(ctx, app.System(), fund.SettingSignUp, `"`+mode+`"`))(t)
		ask := w.AskSignUp(ctx, signUpAsk(mode+"@example.org"))
		_, invite := w.InviteUser(ctx, app.System(), "for-"+mode+"@example.org")
		if (ask == nil) != want.ask || opens(asked) != want.sign || opens(invitation) != want.invite || (invite == nil) != want.invite {
			t.Errorf("%s: got %v to ask, %v to invite, the links open %t and %t; want %+v", mode, ask, invite, opens(asked), opens(invitation), want)
		}
	}
	must.Get(w.SetSetting(ctx, app.System(), fund.SettingSignUp, `"open"`))(t)
	robot := signUpAsk("robot@example.org")
	for _, robot.Captcha = range []string{"robot", ""} {
		wantFields(t, w.AskSignUp(ctx, robot), "captcha says that no person sent the form")
	}
	g.fails = errors.New("away")
	wantKind(t, w.AskSignUp(ctx, signUpAsk("away@example.org")), "unavailable")
	_, err := w.SetSetting(ctx, app.System(), fund.SettingSignUp, `"everybody"`)
	wantFields(t, err, "value must be open, invitation or closed")
	// Without a captcha nobody signs up, whatever the setting says.
	plain := w.Node(func(o *app.Options) { o.Captcha = nil })
	wantKind(t, plain.AskSignUp(ctx, signUpAsk("plain@example.org")), "forbidden")
}

// TestSigningUpHasALimit asks from one browser until it has to wait.
func TestSigningUpHasALimit(t *testing.T) {
	t.Parallel()
	w, _, box := newOpenWorld(t)
	for range shield.LinksAnHour {
		must.Do(t, w.AskSignUp(t.Context(), signUpAsk("new@example.org")))
	}
	wantKind(t, w.AskSignUp(t.Context(), signUpAsk("new@example.org")), "rate_limited")
	if sent := w.posted(t, box); len(sent) != shield.LinksAnHour {
		t.Errorf("got %d mails, want %d", len(sent), shield.LinksAnHour)
	}
	w.Clock.Advance(fund.SignUpLife)
	_, err := w.GetInvitation(t.Context(), box.key(t))
	wantKind(t, err, "not_found")
}
