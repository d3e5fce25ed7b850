package sandbox

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/text"
)

//go:embed templates/*.html style.css
var files embed.FS

// StylePath is where the style of the pages is.
const StylePath = "/pay/sandbox/style.css"

// maxForm is the most bytes of a submitted card.
const maxForm = 4 << 10

// pages are the templates of each language, by their names.
var pages = func() map[string]map[string]*template.Template {
	all := map[string]map[string]*template.Template{}
	for _, l := range text.Locales() {
		of := map[string]*template.Template{}
		for _, name := range []string{"pay.html", "confirm.html", "over.html"} {
			of[name] = template.Must(template.New("page.html").Funcs(l.Funcs()).ParseFS(files, "templates/page.html", "templates/"+name))
		}
		all[l.Language()] = of
	}
	return all
}()

// Page is the handler of everything below PagePath, and of StylePath.
func (p *Provider) Page() api.Surface {
	mux := http.NewServeMux()
	var all []api.Endpoint
	for _, row := range []struct {
		method, pattern string
		serve           http.HandlerFunc
	}{
		{http.MethodGet, StylePath, coding.File(files, "style.css")},
		{http.MethodGet, PagePath + "{id}", p.show},
		{http.MethodPost, PagePath + "{id}", p.submit},
	} {
		mux.HandleFunc(row.method+" "+row.pattern, row.serve)
		all = append(all, api.Endpoint{Method: row.method, Pattern: row.pattern})
	}
	return api.WithEndpoints(mux, all)
}

// problemOf says why a card was declined; "" when it was not.
func problemOf(l *text.Locale, reason string) string {
	if reason == "" {
		return ""
	}
	return l.Reason(reason, "reason.failed")
}

// form is what the pages show.
type form struct {
	Heading               string
	FactName, CauseName   string
	Gift, FeeCover, Total string
	BackURL, Card, Code   string
	// Email is the address that was typed here, AsksEmail reports whether it is asked for: nobody types it twice.
	Email     string
	AsksEmail bool
	// Problem is why it was not paid, Wrong the field that is to blame; "" for none.
	Problem, Wrong string
	Cards          []Card
}

func formOf(r *http.Request, found payment) form {
	l := text.Of(r)
	price := func(minor int64) string { return l.Amount(minor, found.Currency) }
	f := form{
		Heading: l.Text("card.heading"), FactName: found.FactName, CauseName: found.CauseName, Gift: price(found.Donated),
		Total: price(found.Total()), BackURL: found.BackURL, Cards: Cards(), Problem: problemOf(l, found.Reason), AsksEmail: found.Email == "",
	}
	if found.FeeCover > 0 {
		f.FeeCover = price(found.FeeCover)
	}
	return f
}

// shown is the payment of a page. Payments of earlier versions have the public ids of their donations, and no page.
func (p *Provider) shown(r *http.Request) (payment, int64, error) {
	id := r.PathValue("id")
	if _, err := fund.ParseID(id); err == nil {
		return payment{}, 0, fault.New(fault.NotFound, "There is no payment at this address.")
	}
	return p.get(r.Context(), id)
}

func (p *Provider) show(w http.ResponseWriter, r *http.Request) {
	found, _, err := p.shown(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if found.Status != fund.PaymentOpen {
		p.over(w, r, found)
		return
	}
	p.opened(r, found)
	p.render(w, r, found, http.StatusOK, "pay.html", formOf(r, found))
}

// opened reports that the page of a payment was opened. When that fails, the payment may end earlier, and nothing else happens.
func (p *Provider) opened(r *http.Request, found payment) {
	if !found.Unopened {
		return
	}
	if err := p.Opened(r.Context(), found.Donation); err != nil {
		p.Log.WarnContext(r.Context(), "sandbox payment opened", "error", err)
	}
}

var codeForm = regexp.MustCompile(`^[0-9]{3,4}$`)

// submit pays. A payment that was made leads to the donation.
func (p *Provider) submit(w http.ResponseWriter, r *http.Request) {
	if err := coding.Refuse(w.Header(), r); err != nil {
		p.fail(w, r, err)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	found, version, err := p.shown(r)
	if err == nil && r.ParseForm() != nil {
		err = fault.New(fault.Malformed, "The form could not be read. Nothing was charged.")
	}
	switch {
	case err != nil:
		p.fail(w, r, err)
		return
	case found.Status != fund.PaymentOpen:
		p.over(w, r, found)
		return
	}
	p.opened(r, found)
	l, f := text.Of(r), formOf(r, found)
	f.Card, f.Code = strings.TrimSpace(r.PostForm.Get("card")), strings.TrimSpace(r.PostForm.Get("code"))
	var wrongEmail fault.Fields
	if f.Email = strings.TrimSpace(r.PostForm.Get("email")); f.Email != "" && f.AsksEmail {
		fund.CheckEmail(&wrongEmail, "email", &f.Email)
	}
	card, known := cardOf(f.Card)
	status := http.StatusUnprocessableEntity
	switch confirm := r.PostForm.Get("confirm"); {
	case len(wrongEmail) > 0:
		f.Problem, f.Wrong = l.Text("donate.error.email"), "email"
	case !known:
		f.Problem, f.Wrong = l.Text("card.error.number"), "card"
	case !codeForm.MatchString(f.Code):
		f.Problem, f.Wrong = l.Text("card.error.code"), "code"
	case card.confirms && confirm == "":
		f.Heading = l.Text("card.confirm")
		p.render(w, r, found, http.StatusOK, "confirm.html", f)
		return
	default:
		if card.confirms && confirm != "yes" {
			card.reason = fund.ReasonNotConfirmed
		}
		reason, err := p.charge(r, seen{found, version}, card, f)
		switch f.Problem = problemOf(l, reason); {
		case fault.Is(err, fault.RateLimited):
			f.Problem, status = limited(l, fault.From(err)), http.StatusTooManyRequests
			retryAfter(w, err)
		case fault.Is(err, fault.Unavailable):
			p.note(w, r, err)
			f.Problem, status = l.Text("card.unavailable"), http.StatusServiceUnavailable
			retryAfter(w, err)
		case err != nil:
			p.fail(w, r, err)
			return
		case f.Problem == "":
			http.Redirect(w, r, found.DoneURL, http.StatusSeeOther)
			return
		}
	}
	p.render(w, r, found, status, "pay.html", f)
}

// limited says how long a donor should wait, and whether another card may be tried before.
func limited(l *text.Locale, f *fault.Error) string {
	id := text.ID("card.limited")
	if f.Rule == pay.CardDeclined {
		id = "card.limited.card"
	}
	return l.Text(id, "Wait", l.Wait(f.RetryAfter))
}

// charge does what the card does, and gives why it was declined; "" when it was not. The guard counts it once,
// before it is begun. After an error nothing was charged. A charge of which nobody could be told yet stands: it is told
// of again, and its donor sees that it is waited for.
func (p *Provider) charge(r *http.Request, asked seen, card Card, typed form) (reason string, err error) {
	seconds, err := strconv.Atoi(typed.Code)
	if err != nil {
		return "", fault.New(fault.Malformed, "The security code is not a number.")
	}
	try := pay.Try{Donation: asked.Donation, Card: p.fingerprint(card.Number), Session: asked.Session, Address: asked.Address}
	if err := p.Guard.Card(try); err != nil {
		return "", err
	}
	charged, err := p.alter(r.Context(), r.PathValue("id"), asked, func(found *payment) (string, error) {
		if found.Status != fund.PaymentOpen || !p.Now().Before(found.ExpiresAt) {
			return "", nil
		}
		topic := card.charge(found, p.Fee, p.Now(), time.Duration(seconds)*time.Second)
		if typed.AsksEmail && found.Reason == "" {
			found.Email = typed.Email
		}
		return topic, nil
	})
	if err != nil || charged == nil {
		p.Guard.Voided(try)
		return "", err
	}
	if charged.Reason == "" {
		p.Guard.Accepted(try)
	} else {
		p.Guard.Declined(try)
	}
	if err := p.tell(r.Context(), r.PathValue("id"), *charged); err != nil {
		p.Log.WarnContext(r.Context(), "sandbox webhook", "error", err)
	}
	return charged.Reason, nil
}

// fingerprint tells cards apart without telling their numbers.
func (p *Provider) fingerprint(number string) string {
	mac := hmac.New(sha256.New, p.Key)
	mac.Write([]byte("card " + number))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// over is what the page of a payment that cannot be made shows. RequestID is for whoever reports it; "" for a problem that is not ours.
type over struct{ Heading, Text, RequestID string }

// over is the page of a payment that cannot be made any more. One that was made leads on, and the server lets the
// browser that gave see the donation.
func (p *Provider) over(w http.ResponseWriter, r *http.Request, found payment) {
	l := text.Of(r)
	switch found.Status {
	case fund.PaymentPaid, fund.PaymentProcessing:
		http.Redirect(w, r, found.DoneURL, http.StatusSeeOther)
	default:
		p.render(w, r, found, http.StatusGone, "over.html", over{
			Heading: l.Text("card.over"), Text: l.Text("card.over.text"),
		})
	}
}

func (p *Provider) fail(w http.ResponseWriter, r *http.Request, err error) {
	l, f := text.Of(r), fault.From(err)
	page := over{Heading: l.Text("card.failed"), Text: l.Text("card.failed.text")}
	status := http.StatusServiceUnavailable
	switch f.Kind {
	case fault.NotFound:
		status, page = http.StatusNotFound, over{Heading: l.Text("card.missing"), Text: l.Text("card.missing.text")}
	case fault.Malformed, fault.TooLarge:
		status, page = http.StatusBadRequest, over{Heading: l.Text("card.unread"), Text: l.Text("card.unread.text")}
	case fault.Unsupported:
		status, page = http.StatusUnsupportedMediaType, over{Heading: l.Text("card.unread"), Text: l.Text("card.unread.text")}
	case fault.Internal, fault.Unavailable:
		page.RequestID = api.RequestID(w.Header())
		retryAfter(w, fault.Wrap(err, fault.Unavailable, "The payment cannot be made now."))
		p.note(w, r, err)
	}
	p.render(w, r, payment{}, status, "over.html", page)
}

func retryAfter(w http.ResponseWriter, err error) {
	w.Header().Set("Retry-After", api.Seconds(fault.From(err).Wait()))
}

// note logs why a payment could not be made through no fault of its donor.
func (p *Provider) note(w http.ResponseWriter, r *http.Request, err error) {
	p.Log.ErrorContext(r.Context(), "sandbox payment", "request_id", api.RequestID(w.Header()), "error", err)
}

// framed is a page in its frame, which ends with links of the site.
type framed struct {
	Page  any
	Links []Link
}

func (p *Provider) render(w http.ResponseWriter, r *http.Request, found payment, status int, name string, data any) {
	var page bytes.Buffer
	l := text.Of(r)
	if err := pages[l.Language()][name].Execute(&page, framed{data, p.Links}); err != nil {
		p.Log.ErrorContext(r.Context(), "sandbox page", "error", err)
		http.Error(w, l.Text("problem.500"), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	// A form may end at the address that it leads on to.
	policy := "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' " + api.Origin(found.DoneURL)
	api.GuardPage(h, policy, "same-origin")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
