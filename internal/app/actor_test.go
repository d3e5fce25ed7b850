package app_test

import (
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// TestWhoSpeaksForACause tries every kind of actor: only the cause itself, and with its scope its members and their applications, act for
// it.
func TestWhoSpeaksForACause(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	without := func(actor app.Actor) app.Actor {
		actor.Scopes = []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeDonationsWrite}
		return actor
	}
	program := app.Actor{Kind: app.ActorApplication, Token: w.cause.ID, Application: w.cause.ID, Owner: w.causer.User, Scopes: scopes()}
	strangers := program
	strangers.Owner = w.stranger.User
	yen := w.causeToken
	yen.Cause = w.yen.ID
	const scope = fault.DeniedScope
	for name, c := range map[string]struct {
		actor app.Actor
		want  string
		// denial is why the token was not accepted; a missing scope is reported first.
		denial fault.Denial
	}{
		"nobody":                          {app.Actor{}, "unauthenticated", fault.DeniedOther},
		"the system":                      {app.System(), "", fault.DeniedOther},
		"the cause":                       {w.causeToken, "", fault.DeniedOther},
		"another cause":                   {yen, "forbidden", fault.DeniedOther},
		"a member":                        {w.causer, "", fault.DeniedOther},
		"a member without the scope":      {without(w.causer), "forbidden", scope},
		"a stranger":                      {w.stranger, "forbidden", fault.DeniedOther},
		"a user that is none":             {app.Actor{Kind: app.ActorUser, Scopes: scopes()}, "forbidden", fault.DeniedOther},
		"a member's program":              {program, "", fault.DeniedOther},
		"their program without the scope": {without(program), "forbidden", scope},
		"a stranger's program":            {strangers, "forbidden", fault.DeniedOther},
		"nobody's program":                {w.program, "forbidden", scope},
	} {
		t.Run(name, func(t *testing.T) {
			err := w.RequireCause(t.Context(), c.actor, w.cause.ID)
			wantKind(t, err, c.want)
			if err == nil {
				return
			}
			var scopes string
			if c.denial == scope {
				scopes = "[" + fund.ScopeCause + "]"
			}
			if got := fault.From(err); got.Denial != c.denial || scopes != "" && fmt.Sprint(got.Scopes) != scopes {
				t.Errorf("got denial %d with scopes %v, want %d with %s", got.Denial, got.Scopes, c.denial, scopes)
			}
		})
	}
}

// TestWhyACampaignMayNotBeChanged distinguishes a token of the wrong kind from a user who is not the owner.
func TestWhyACampaignMayNotBeChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		actor  app.Actor
		denial fault.Denial
	}{
		"a program":  {w.program, fault.DeniedKind},
		"a cause":    {w.causeToken, fault.DeniedKind},
		"a stranger": {w.stranger, fault.DeniedOther},
		"a member":   {w.causer, fault.DeniedOther},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.UpdateCampaign(t.Context(), c.actor, campaignKey(w.campaign), fund.CampaignPatch{Description: fund.Some("new")})
			wantKind(t, err, "forbidden")
			if got := fault.From(err).Denial; got != c.denial {
				t.Errorf("got denial %d, want %d", got, c.denial)
			}
		})
	}
}

func TestWhoMayListUsers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for want, actors := range map[string][]app.Actor{
		"": {app.System(), w.owner, w.stranger}, "unauthenticated": {{}, w.program, w.causeToken, {Kind: app.ActorUser}},
	} {
		for _, actor := range actors {
			_, err := w.ListUsers(t.Context(), actor, fund.Page{Limit: 1})
			wantKind(t, err, want)
		}
	}
}
