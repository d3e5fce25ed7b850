package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// TestWhoSpeaksForACause asks in everybody's name: the cause itself, and with its scope its members and the
// programs of its members.
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
	for name, c := range map[string]struct {
		actor app.Actor
		want  string
	}{
		"nobody":                          {app.Actor{}, "unauthenticated"},
		"the system":                      {app.System(), ""},
		"the cause":                       {w.causeToken, ""},
		"another cause":                   {yen, "forbidden"},
		"a member":                        {w.causer, ""},
		"a member without the scope":      {without(w.causer), "forbidden"},
		"a stranger":                      {w.stranger, "forbidden"},
		"a user that is none":             {app.Actor{Kind: app.ActorUser, Scopes: scopes()}, "forbidden"},
		"a member's program":              {program, ""},
		"their program without the scope": {without(program), "forbidden"},
		"a stranger's program":            {strangers, "forbidden"},
		"nobody's program":                {w.program, "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			wantKind(t, w.RequireCause(t.Context(), c.actor, w.cause.ID), c.want)
		})
	}
}
