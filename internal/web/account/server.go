// Package account is the pages on which people sign in and look after their account: /account and everything below it.
package account

import (
	"embed"
	"net/http"
	"net/url"
	"sync"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

//go:embed templates/*.html
var files embed.FS

// parsed are the templates of all pages, read once for all servers of a process.
var parsed = sync.OnceValue(func() ui.Pages { return session.Parse(files) })

// Path is what all pages are below.
const Path = "/account"

// The paths that pages and mails link to.
const (
	emailPath    = "/account/email"
	confirmPath  = "/account/email/confirm"
	passwordPath = "/account/password"
	forgotPath   = "/account/password/forgot"
	resetPath    = "/account/password/new"
	joinPath     = "/account/join"
	signUpPath   = "/account/sign-up"
	passkeysPath = "/account/passkeys"
	twoStepPath  = "/account/two-step"
	setUpPath    = "/account/two-step/set-up"
	codePath     = "/account/sign-in/code"
	tokensPath   = "/account/tokens"
	newTokenPath = "/account/tokens/new"
	appsPath     = "/account/apps"
	newAppPath   = "/account/apps/new"
	deletePath   = "/account/delete"
	restorePath  = "/account/restore"
)

// Server has the pages.
type Server struct {
	session.Pages

	app *app.App
}

// New makes the handler of the pages. Mount it at Path, with everything below.
func New(site *session.Site) *session.Room {
	s := &Server{site.Pages(parsed()), site.App()}
	get := func(serve http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: serve}
	}
	post := func(serve http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodPost: serve}
	}
	both := func(get, post http.HandlerFunc) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{http.MethodGet: get, http.MethodPost: post}
	}
	return s.Room(session.Routes{
		Path:                                 get(s.Get(s.home)),
		session.StylePath:                    get(session.Style()),
		session.SignIn:                       both(s.Get(s.askSignIn), s.Post(s.signIn)),
		signUpPath:                           both(s.Get(s.askSignUp), s.Post(s.signUp)),
		codePath:                             both(s.Get(s.askCode), s.Post(s.takeCode)),
		session.Prove:                        both(s.GetSigned(s.askProof), s.PostSigned(session.Prove, s.prove)),
		"/account/sign-out":                  post(s.Post(s.signOut)),
		session.Sessions:                     get(s.GetSigned(s.sessions)),
		"/account/sessions/end":              post(s.change(s.app.EndSession)),
		"/account/applications/withdraw":     post(s.change(s.app.Withdraw)),
		emailPath:                            both(s.GetSigned(s.askEmail), s.PostSigned(emailPath, s.sendEmail)),
		confirmPath:                          both(s.Get(s.askConfirm), s.Post(s.confirmEmail)),
		passwordPath:                         both(s.GetSigned(s.askNewPassword), s.PostSigned(passwordPath, s.changePassword)),
		"/account/sign-in/passkey":           post(s.Post(s.signInByPasskey)),
		"/account/prove/passkey":             post(s.PostSigned(session.Prove, s.proveByPasskey)),
		passkeysPath:                         get(s.GetSigned(s.passkeys)),
		"/account/passkeys/add":              post(s.PostSigned(passkeysPath, s.addPasskey)),
		"/account/passkeys/remove":           post(s.PostSigned(passkeysPath, s.removePasskey)),
		twoStepPath:                          get(s.GetSigned(s.twoStep)),
		setUpPath:                            both(s.GetSigned(s.askSetUp), s.PostSigned(twoStepPath, s.beginSetUp)),
		"/account/two-step/confirm":          post(s.PostSigned(setUpPath, s.confirmSetUp)),
		"/account/two-step/codes":            post(s.PostSigned(twoStepPath, s.renewCodes)),
		"/account/two-step/off":              post(s.PostSigned(twoStepPath, s.endTwoStep)),
		forgotPath:                           both(s.Get(s.askForgot), s.Post(s.sendForgot)),
		resetPath:                            both(s.Get(s.askReset), s.Post(s.resetPassword)),
		joinPath:                             both(s.Get(s.askJoin), s.Post(s.join)),
		tokensPath:                           get(s.GetSigned(s.tokens)),
		newTokenPath:                         both(s.GetSigned(s.askToken), s.PostSigned(newTokenPath, s.makeToken)),
		appsPath:                             get(s.GetSigned(s.apps)),
		newAppPath:                           both(s.GetSigned(s.askApp), s.PostSigned(newAppPath, s.makeApp)),
		appPath:                              both(s.GetSigned(s.ownApp), s.postHere(s.changeApp)),
		appPath + "/webhooks":                both(s.GetSigned(s.askWebhook), s.postHere(s.makeWebhook)),
		appPath + "/webhooks/{webhook}":      both(s.GetSigned(s.webhook), s.postHere(s.changeWebhook)),
		appPath + "/webhooks/{webhook}/edit": both(s.GetSigned(s.askWebhookEdit), s.postHere(s.editWebhook)),
		appPath + "/webhooks/{webhook}/deliveries/{delivery}": get(s.GetSigned(s.delivery)),
		appPath + "/webhooks/{webhook}/facts/{fact}":          both(s.GetSigned(s.askEvents), s.postHere(s.chooseEvents)),
		appPath + "/relays":               both(s.GetSigned(s.relays), s.postHere(s.makeRelay)),
		appPath + "/relays/{relay}":       both(s.GetSigned(s.relay), s.postHere(s.changeRelay)),
		deletePath:                        both(s.GetSigned(s.askDelete), s.PostSigned(deletePath, s.deleteAccount)),
		restorePath:                       both(s.Get(s.askRestore), s.Post(s.restore)),
		"/account/tokens/end":             post(s.PostSigned(tokensPath, s.endToken)),
		"/account/join/resend":            post(s.Post(s.resendJoin)),
		openIDPath + "{provider}":         post(s.Post(s.signInElsewhere)),
		openIDPath + "{provider}/join":    post(s.Post(s.joinElsewhere)),
		openIDPath + "{provider}/connect": post(s.PostSigned(session.Sessions, s.connectElsewhere)),
		openIDPath + "{provider}/prove":   post(s.PostSigned(session.Prove, s.proveElsewhere)),
		openIDPath + "{provider}/back":    get(s.Get(s.openIDBack)),
		"/account/identities/remove":      post(s.PostSigned(session.Sessions, s.removeIdentity)),
	})
}

// postHere is PostSigned for forms that are sent to the page that has them.
func (s *Server) postHere(serve func(http.ResponseWriter, *http.Request, app.Visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.PostSigned(r.URL.Path, serve)(w, r) }
}

// Addresses are the addresses of a server's pages that mails about accounts link to.
func Addresses(baseURL string) app.AccountPages {
	pages := app.AccountPages{
		Site: baseURL, BaseURL: baseURL, Account: baseURL + session.Sessions,
		Confirm:  func(key string) string { return baseURL + confirmPath + "?" + url.Values{"key": {key}}.Encode() },
		Password: func(key string) string { return baseURL + resetPath + "?" + url.Values{"key": {key}}.Encode() },
		Charity:  func(key string) string { return baseURL + session.Charity + "?" + url.Values{"key": {key}}.Encode() }, Charities: baseURL + session.Charities,
		CharityProfile: func(id fund.ID) string { return baseURL + session.CharityProfile(id.String()) },
		CausePayments:  func(id fund.ID) string { return baseURL + session.CausePayments(id.String()) },
		Team:           func(key string) string { return baseURL + session.JoinTeam + "?" + url.Values{"key": {key}}.Encode() },
		Restore:        func(key string) string { return baseURL + restorePath + "?" + url.Values{"key": {key}}.Encode() },
		Join:           func(key string) string { return baseURL + joinPath + "?" + url.Values{"key": {key}}.Encode() },
	}
	if base, err := url.Parse(baseURL); err == nil {
		pages.Site = base.Host
	}
	return pages
}
