package live

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// receiver is who a request is for: the holder of its token; else who is signed in in the browser, or has a grant there, if one of our pages asks; else
// everybody.
func (f *Feed) receiver(r *http.Request) (Receiver, error) {
	token, err := api.Bearer(r)
	if err != nil {
		return Receiver{}, err
	}
	if token != "" {
		return f.holder(r.Context(), token)
	}
	if !f.ours(r) {
		return Receiver{}, nil
	}
	signedIn, err := Receiver{}, error(nil)
	if cookie := f.o.Session(r); cookie != "" {
		signedIn, err = f.visitor(r.Context(), cookie)
	}
	cookie := f.o.Grant(r)
	if cookie != "" && (err == nil && signedIn.Renew == nil || fault.Is(err, fault.Unauthenticated)) {
		volunteer, ended := f.volunteer(r.Context(), cookie)
		if !fault.Is(ended, fault.Unauthenticated) {
			return volunteer, ended
		}
	}
	return signedIn, err
}

// volunteer is a browser without an account that accepted a grant on a fact. One whose grant ended is anybody.
func (f *Feed) volunteer(ctx context.Context, cookie string) (Receiver, error) {
	visit, err := f.o.App.GetGrantVisit(ctx, cookie)
	if err != nil {
		return Receiver{}, err
	}
	renew := func(ctx context.Context) (app.Actor, error) {
		visit, err := f.o.App.GetGrantVisit(ctx, cookie)
		return visit.Actor(), err
	}
	return Receiver{Actor: visit.Actor(), Session: visit.Grant.ID, Renew: renew}, nil
}

// holder is the holder of an access token.
func (f *Feed) holder(ctx context.Context, token string) (Receiver, error) {
	renew := func(ctx context.Context) (app.Actor, error) { return f.o.App.Authenticate(ctx, token) }
	actor, err := renew(ctx)
	return Receiver{Actor: actor, Renew: renew}, err
}

// visitor is who is signed in in a browser. A session that has ended is nobody's.
func (f *Feed) visitor(ctx context.Context, cookie string) (Receiver, error) {
	visit, err := f.o.App.WatchVisit(ctx, cookie)
	if err != nil {
		return Receiver{}, err
	}
	renew := func(ctx context.Context) (app.Actor, error) {
		visit, err := f.o.App.WatchVisit(ctx, cookie)
		return reading(visit), err
	}
	return Receiver{Actor: reading(visit), Session: visit.Session.ID, Renew: renew}, nil
}

// reading is the user of a session, who may read here whatever an application could be allowed to read for the same user.
func reading(v app.Visit) app.Actor {
	actor := v.Actor()
	actor.Scopes = []string{fund.ScopePublic, fund.ScopeCause, fund.ScopeDonationsRead}
	return actor
}

// ours reports whether a page of this server asks, as browsers say. A page of somebody else must not read with the cookie of ours.
func (f *Feed) ours(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		return f.origin != "" && origin == f.origin
	}
	return r.Header.Get("Sec-Fetch-Site") == "same-origin"
}
