package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// donorCookie names the browser of a donor, for the shield against those who try out cards. It lives as long as the
// browser runs.
const donorCookie = "almoner_giver"

// maxCookie is how many bytes of that cookie are believed.
const maxCookie = 64

// donate is the donate page of a fact.
func (s *Site) donate(key app.FactKey) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "private, no-cache")
		s.guard(h)
		if r.Method == http.MethodPost {
			s.takeDonation(w, r, key)
			return
		}
		g, err := s.app.GetDonateForm(r.Context(), visitor, key)
		if err != nil {
			s.elsewhere(w, r, key, err)
			return
		}
		if to := moved(r, factSlugs(g.Fact)); to != "" {
			s.write(w, rendered{status: http.StatusMovedPermanently, location: withQuery(to, r)})
			return
		}
		session := s.donorSession(w, r)
		typed := donateForm{url.Values{}, g, text.Of(r)}
		typed.prefill(r.URL.Query())
		if again := r.URL.Query().Get(fieldAgain); again != "" {
			before, err := s.app.OpenAgain(r.Context(), again, session, g.ID)
			switch {
			case err == nil:
				typed.refill(before)
			case !fault.Is(err, fault.NotFound):
				s.fail(w, r, err)
				return
			}
		}
		s.showForm(w, r, typed, outcome{})
	}
}

// elsewhere leads on to the donate page of a team campaign that was looked for below its user, and shows the error where there is none.
func (s *Site) elsewhere(w http.ResponseWriter, r *http.Request, key app.FactKey, err error) {
	if key.User != nil && fault.Is(err, fault.NotFound) {
		var team fund.Fact
		if team, err = s.teamCampaign(r.Context(), key); err == nil {
			s.write(w, rendered{status: http.StatusFound, location: withQuery(donatePath(team), r)})
			return
		}
	}
	s.fail(w, r, err)
}

// guard says what a donate page may load, and whom it tells of itself: its address may hold the key of a relay.
func (s *Site) guard(h http.Header) {
	s.guardWith(h, ui.Sources{})
}

// guardWith is guard for a page that loads something more.
func (s *Site) guardWith(h http.Header, needs ui.Sources) {
	captcha := ui.CaptchaOf(s.app.CaptchaWidget())
	if captcha == nil {
		h.Set("Content-Security-Policy", ui.ContentPolicy(s.payOrigins, needs))
		h.Set("Referrer-Policy", "same-origin")
		return
	}
	h.Set("Content-Security-Policy", ui.ContentPolicy(s.payOrigins, needs.With(captcha.Needs)))
	h.Set("Referrer-Policy", "strict-origin") // the service may want to know the site, and learns no more
}

// outcome is what became of a form that was sent; the zero value for one that was not.
type outcome struct {
	err     error
	claimed []int64
	// cut tells that something was so long that its end is lost.
	cut bool
}

// takeDonation begins a donation and sends its donor on to the payment, or shows the form again.
func (s *Site) takeDonation(w http.ResponseWriter, r *http.Request, key app.FactKey) {
	if err := s.origins.Check(r); err != nil {
		s.write(w, s.render(r, s.problem(text.Of(r), http.StatusForbidden)))
		return
	}
	form, err := readPostedForm(w, r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	g, err := s.app.GetDonateForm(r.Context(), visitor, key)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	wanted := donateForm{form.Values, g, text.Of(r)}
	if wanted.Has(fieldCountrySet) {
		s.showForm(w, r, wanted, outcome{})
		return
	}
	in, claimed := wanted.input()
	in.Captcha = ui.CaptchaToken(wanted.Values)
	in.Session, in.Address = s.donorSession(w, r), s.address(r)
	in.Origin, in.Language = s.otherOrigin(r), wanted.locale.Language()
	begun, err := s.begin(r.Context(), wanted, in)
	if err != nil {
		s.showForm(w, r, wanted, outcome{err: err, claimed: claimed, cut: form.cut})
		return
	}
	w.Header().Set("Location", begun.URL)
	w.WriteHeader(http.StatusSeeOther)
}

// backURL is where a donor comes back to who does not pay: the form, which in the same browser has everything that was typed. It has no text that
// the donor typed, because payment providers keep it.
func (s *Site) backURL(ctx context.Context, w donateForm, in fund.CheckoutInput) (string, error) {
	again, err := s.app.AgainKey(ctx, in.ID, in.Session)
	if err != nil {
		return "", err
	}
	query := url.Values{fieldAgain: {again}}
	if relay := w.Get(fieldRelay); relay != "" && !w.Has(fieldNoRelay) {
		query.Set(fieldRelay, relay)
	}
	return cmp.Or(in.Origin, s.baseURL) + donatePath(w.fact.Fact) + "?" + query.Encode(), nil
}

// errOutOfDate is the refusal of a form that was not made here.
var errOutOfDate = fault.New(fault.Conflict, "The form is out of date.")

// donorSession names the browser, which it gives a name when it has none.
func (s *Site) donorSession(w http.ResponseWriter, r *http.Request) string {
	if known := s.knownSession(r); known != "" {
		return known
	}
	made := rand.Text()
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is not set only where the server is reached over http, as in a demo
		Name: s.cookieName(donorCookie), Value: made, Path: "/", HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode,
	})
	return made
}

// cookieName is a name of a cookie with the prefix __Host- over https, which no other host and no page over http can set.
func (s *Site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// secure reports whether browsers reach the server encrypted only.
func (s *Site) secure() bool { return strings.HasPrefix(s.baseURL, "https:") }

// knownSession is the name that the browser was given; "" for none.
func (s *Site) knownSession(r *http.Request) string {
	known, err := r.Cookie(s.cookieName(donorCookie))
	if err != nil || len(known.Value) > maxCookie {
		return ""
	}
	return known.Value
}

// otherOrigin is the origin of a form that the browser has from another address than the server's own; "" else.
func (s *Site) otherOrigin(r *http.Request) string {
	origin := r.Header.Get("Origin")
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Host != r.Host || origin != u.Scheme+"://"+u.Host || origin == api.Origin(s.baseURL) {
		return ""
	}
	return origin
}

// showForm shows the form with what was typed, and with what is wrong with it.
func (s *Site) showForm(w http.ResponseWriter, r *http.Request, typed donateForm, o outcome) {
	if fault.Is(o.err, fault.NotFound) { // another server took it down a moment ago
		s.fail(w, r, o.err)
		return
	}
	page, err := s.donatePage(r.Context(), typed)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if page.Script != "" {
		s.guardWith(w.Header(), ui.Sources{Scripts: "'self'", Connections: "'self'"})
	}
	status, title := 0, typed.locale.Text("donate.title", "Name", typed.fact.Name)
	if o.err != nil {
		status, title = s.tell(w, r, typed, page, o), typed.locale.Text("donate.error_title", "Title", title)
	}
	s.write(w, s.render(r, view{template: "donate.html", status: status, Title: title, Data: page, Theme: page.theme}))
}

// tell puts what became of the form onto its page, and gives the status of that.
func (s *Site) tell(w http.ResponseWriter, r *http.Request, typed donateForm, page *donatePage, o outcome) int {
	f, l := fault.From(o.err), typed.locale
	switch f.Kind {
	case fault.Invalid:
		page.tell(typed, f.Fields, o.claimed)
		if o.cut {
			return http.StatusRequestEntityTooLarge
		}
		return http.StatusUnprocessableEntity
	case fault.PaymentFailed:
		s.log.WarnContext(r.Context(), "donation refused by the provider", "path", logPath(r), "error", o.err)
		page.Problem = l.Text(refusalOf(f.Rule))
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		page.Problem = l.Text("donate.problem.out_of_date")
		return http.StatusConflict
	case fault.RateLimited:
		wait := max(f.RetryAfter, time.Second)
		w.Header().Set("Retry-After", api.Seconds(wait))
		page.Problem = l.Text("donate.problem.limited", "Wait", l.Wait(wait))
		return http.StatusTooManyRequests
	case fault.Unavailable:
		id := api.RequestID(w.Header())
		s.log.WarnContext(r.Context(), "donation not begun", "request_id", id, "path", logPath(r), "error", o.err)
		w.Header().Set("Retry-After", api.Seconds(f.Wait()))
		page.Problem = l.Text("donate.problem.unavailable") + " " + l.Text("problem.request", "ID", id)
		return http.StatusServiceUnavailable
	default:
		id := api.RequestID(w.Header())
		s.logFailure(r, "donation not begun", id, o.err)
		page.Problem = l.Text("donate.problem.internal") + " " + l.Text("problem.request", "ID", id)
		return http.StatusInternalServerError
	}
}

// refusalTexts are the texts for the rules by which a provider refuses to start a payment.
var refusalTexts = map[fault.Rule]text.ID{
	fund.ProviderMinimum: "donate.problem.provider_minimum",
	fund.ProviderMaximum: "donate.problem.provider_maximum",
	fund.ProviderEmail:   "donate.problem.provider_email",
}

// refusalOf is why a provider refused to start a payment: one plain sentence where no rule says it, and never the provider's own words.
func refusalOf(rule fault.Rule) text.ID { return cmp.Or(refusalTexts[rule], "donate.problem.refused") }

// fail shows a page in the place of one that cannot be shown. Whatever is broken here, to a donor it is that nothing
// can be done now.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	status, known := map[fault.Kind]int{
		fault.NotFound: http.StatusNotFound, fault.Malformed: http.StatusBadRequest, fault.TooLarge: http.StatusRequestEntityTooLarge,
		fault.Unsupported: http.StatusUnsupportedMediaType,
	}[fault.From(err).Kind]
	if !known {
		id := api.RequestID(w.Header())
		s.logFailure(r, "page", id, err)
		s.write(w, s.render(r, s.broken(text.Of(r), http.StatusServiceUnavailable, id)))
		return
	}
	page := s.problem(text.Of(r), status)
	if status == http.StatusNotFound && strings.HasPrefix(r.URL.Path, donationPath) {
		page = noGift(text.Of(r))
	}
	s.write(w, s.render(r, page))
}

// begin starts the donation. A form that was not made here is Conflict, and a Fact that is not there any more NotFound.
func (s *Site) begin(ctx context.Context, w donateForm, in fund.CheckoutInput) (app.StartedDonation, error) {
	var err error
	in.ID, err = s.app.OpenForm(ctx, w.Get(fieldForm), w.content())
	if fault.Is(err, fault.NotFound) {
		return app.StartedDonation{}, errOutOfDate
	}
	if err != nil {
		return app.StartedDonation{}, err
	}
	in.Form = w.Get(fieldForm)
	if in.BackURL, err = s.backURL(ctx, w, in); err != nil {
		return app.StartedDonation{}, err
	}
	return s.app.BeginDonation(ctx, visitor, exactly(w.fact.Fact), in)
}
