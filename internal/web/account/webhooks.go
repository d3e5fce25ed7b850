package account

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// deliveriesShown is how many deliveries the page of a webhook has, subscriptionsShown how many subscriptions.
const deliveriesShown, subscriptionsShown = 50, 100

// formatOf is how the messages of an endpoint are written.
func formatOf(e fund.WebhookEndpoint) fund.WebhookFormat {
	return cmp.Or(e.Options.Format, fund.FormatTiltify)
}

// shownURL is the address of an endpoint as pages show it. Who has the address of a chat can write there, so of that only the host is shown.
func shownURL(e fund.WebhookEndpoint) string {
	if at, err := url.Parse(e.URL); err == nil && e.Options.Format.Chat() {
		return at.Scheme + "://" + at.Host + "/…"
	}
	return e.URL
}

// newWebhookPage is what the page shows that makes a webhook.
type newWebhookPage struct {
	Form, AppName, AppPath string
	Formats                []formatChoice
	Standard               bool
	// URL and Description are what was typed; the others are what is wrong with it.
	URL, Description, URLProblem, Problem string
}

// askWebhook is GET /account/apps/{app}/webhooks.
func (s *Server) askWebhook(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showNewWebhook(w, r, v, http.StatusOK, newWebhookPage{}, fund.FormatTiltify)
}

// showNewWebhook shows the form with what was chosen. It takes the proof that making a webhook takes, so that what was typed is not lost to it.
func (s *Server) showNewWebhook(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page newWebhookPage, chosen fund.WebhookFormat) error {
	a, _, err := s.ownedApp(r, v)
	if err != nil {
		return err
	}
	if err := s.app.RequireProof(v.Actor()); err != nil {
		return err
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	l := text.Of(r)
	page.AppName, page.AppPath = a.Name, appsPath+"/"+a.ID.String()
	for _, format := range fund.WebhookFormats() {
		page.Formats = append(page.Formats, formatChoice{string(format), l.Text(formatTexts[format]), format == chosen})
	}
	title := l.Text("webhooks.new")
	if status >= http.StatusBadRequest {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "newwebhook.html", Status: status, Title: title, Data: page})
	return nil
}

// makeWebhook makes a webhook of an application, and shows its signing key.
func (s *Server) makeWebhook(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, manager, err := s.ownedApp(r, v)
	if err != nil {
		return err
	}
	if err := s.app.RequireProof(v.Actor()); err != nil {
		return err
	}
	l := text.Of(r)
	page := newWebhookPage{URL: strings.TrimSpace(r.PostForm.Get("url")), Description: r.PostForm.Get("description"), Standard: r.PostForm.Get("standard") != ""}
	format := fund.WebhookFormat(r.PostForm.Get("format"))
	e, err := s.app.CreateEndpoint(r.Context(), manager, fund.WebhookEndpointPatch{
		URL: fund.Some(page.URL), Description: fund.Some(page.Description), Format: fund.Some(format), Standard: fund.Some(page.Standard),
	})
	switch {
	case err == nil:
		s.showSecret(w, r, secretPage{
			Heading: l.Text("webhooks.made"), Text: l.Text("webhooks.made.text"), Label: l.Text("webhooks.key"), Secret: e.SigningKey,
			Back: appsPath + "/" + a.ID.String() + "/webhooks/" + e.ID.String(), BackText: l.Text("webhooks.made.on"),
		})
		return nil
	case fault.Is(err, fault.Invalid):
		for _, field := range fault.From(err).Fields {
			if field.Path == "url" {
				page.URLProblem = l.Text("webhooks.error.url")
			} else {
				page.Problem = l.Text("webhooks.error.else")
			}
		}
		return s.showNewWebhook(w, r, v, http.StatusUnprocessableEntity, page, format)
	case fault.Is(err, fault.Conflict):
		page.Problem = l.Text("webhooks.many", "Count", fund.MaxEndpoints)
		return s.showNewWebhook(w, r, v, http.StatusConflict, page, format)
	}
	return err
}

type subscriptionRow struct{ Fact, Name, Types string }

type deliveryRow struct {
	ID, Type, State, Problem string
	At                       time.Time
	Attempts                 string
}

type webhookPage struct {
	webhookRow

	AppName, AppPath, Base, Form string
	Subscriptions                []subscriptionRow
	Facts, Kinds, Tests, Spans   []formatChoice
	Deliveries                   []deliveryRow
	// Problem says what was not done; "" for nothing.
	Problem string
}

// The choices of what a webhook is told of. tellChosen leads to the page of single event types.
const (
	tellDonations = "donations"
	tellAll       = "all"
	tellPrivate   = "private"
	tellChosen    = "chosen"
)

// typesOf are the event types of a choice; none for an unknown one.
func typesOf(choice string, e fund.WebhookEndpoint) []string {
	donations := fund.WebhookPublic + ":" + fund.WebhookDirect + ":" + fund.WebhookDonation
	switch {
	case choice == tellDonations:
		return []string{donations}
	case choice == tellAll && e.Options.Format.Chat():
		return slices.DeleteFunc(fund.ChatTypes(), func(one string) bool { return !strings.Contains(one, ":"+fund.WebhookDirect+":") })
	case choice == tellAll:
		return slices.DeleteFunc(fund.SubscriptionTypes(), func(one string) bool { return !strings.HasPrefix(one, fund.WebhookPublic+":"+fund.WebhookDirect+":") })
	case choice == tellPrivate && !e.Options.Format.Chat():
		return []string{fund.WebhookPrivate + ":" + fund.WebhookDirect + ":" + fund.WebhookDonation}
	default:
		return nil
	}
}

// resendSpan is how far back messages that failed are sent again.
type resendSpan struct {
	back time.Duration
	text text.ID
}

// resendSpans are what the page offers. The longest is as long as messages are kept.
var resendSpans = []resendSpan{{time.Hour, "webhooks.since.hour"}, {24 * time.Hour, "webhooks.since.day"}, {7 * 24 * time.Hour, "webhooks.since.week"}, {fund.WebhookKept, "webhooks.since.all"}}

// testChoices are the types of test messages: those of samples, and for a chat the one line that it gets.
func testChoices(e fund.WebhookEndpoint) []formatChoice {
	if e.Options.Format.Chat() {
		return nil
	}
	var all []formatChoice
	for _, one := range append(fund.WebhookEventTypes(), fund.WebhookRelayType) {
		all = append(all, formatChoice{one, one, one == typesOf(tellDonations, e)[0]})
	}
	return all
}

var deliveryTexts = map[fund.WebhookStatus]text.ID{
	fund.WebhookWaiting: "webhooks.state.waiting", fund.WebhookDelivered: "webhooks.state.delivered", fund.WebhookFailed: "webhooks.state.failed",
	fund.WebhookStopped: "webhooks.state.stopped", fund.WebhookWithheld: "webhooks.state.withheld",
}

// webhook is GET /account/apps/{app}/webhooks/{webhook}.
func (s *Server) webhook(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showWebhook(w, r, v, http.StatusOK, webhookPage{})
}

// endpointOf is the webhook that the address names, of its application.
func (s *Server) endpointOf(r *http.Request, v app.Visit) (fund.Application, app.Actor, fund.WebhookEndpoint, error) {
	a, manager, err := s.ownedApp(r, v)
	if err != nil {
		return a, manager, fund.WebhookEndpoint{}, err
	}
	id, err := fund.ParseID(r.PathValue("webhook"))
	if err != nil {
		return a, manager, fund.WebhookEndpoint{}, fault.New(fault.NotFound, "There is no such webhook.")
	}
	e, err := s.app.GetEndpoint(r.Context(), manager, fund.Key{ID: id})
	return a, manager, e, err
}

func (s *Server) showWebhook(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page webhookPage) error {
	a, manager, e, err := s.endpointOf(r, v)
	if err != nil {
		return err
	}
	ctx, l, key := r.Context(), text.Of(r), fund.Key{ID: e.ID}
	page.webhookRow = webhookRow{ID: e.ID.String(), Name: e.Description, URL: shownURL(e), Format: l.Text(formatTexts[formatOf(e)]), Active: e.Active()}
	page.AppName, page.AppPath = a.Name, appsPath+"/"+a.ID.String()
	page.Base = page.AppPath + "/webhooks/" + page.ID
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	facts, err := s.app.DashboardFacts(ctx, v.Actor())
	if err != nil {
		return err
	}
	names := map[fund.ID]string{}
	for _, f := range facts {
		if names[f.ID] = f.Name; f.Status == fund.Published {
			page.Facts = append(page.Facts, formatChoice{Value: f.ID.String(), Text: f.Name})
		}
	}
	page.Tests = testChoices(e)
	for _, since := range resendSpans {
		page.Spans = append(page.Spans, formatChoice{strconv.Itoa(int(since.back / time.Hour)), l.Text(since.text), since.back == fund.WebhookKept})
	}
	kinds := map[string]text.ID{tellDonations: "webhooks.tell.donations", tellAll: "webhooks.tell.all", tellPrivate: "webhooks.tell.private"}
	for _, kind := range []string{tellDonations, tellAll, tellPrivate} {
		if len(typesOf(kind, e)) > 0 {
			page.Kinds = append(page.Kinds, formatChoice{kind, l.Text(kinds[kind]), kind == tellDonations})
		}
	}
	page.Kinds = append(page.Kinds, formatChoice{Value: tellChosen, Text: l.Text("webhooks.tell.chosen")})
	subscriptions, err := s.app.ListSubscriptions(ctx, manager, key, fund.Page{Limit: subscriptionsShown})
	if err != nil {
		return err
	}
	for _, one := range subscriptions {
		page.Subscriptions = append(page.Subscriptions, subscriptionRow{one.FactID.String(), cmp.Or(names[one.FactID], one.FactID.String()), strings.Join(one.EventTypes, ", ")})
	}
	deliveries, err := s.app.ListDeliveries(ctx, manager, key, app.DeliveryFilter{}, fund.Page{Limit: deliveriesShown})
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		page.Deliveries = append(page.Deliveries, deliveryRow{
			ID: d.ID.String(), Type: d.EventType, State: l.Text(deliveryTexts[d.Status]), Problem: d.Problem, At: d.CreatedAt, Attempts: l.Text("webhooks.attempts", "Count", d.Attempts),
		})
	}
	title := cmp.Or(e.Description, page.URL)
	if status >= http.StatusBadRequest {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "webhook.html", Status: status, Title: title, Data: page})
	return nil
}

// changeWebhook does what a form of the page of a webhook says.
func (s *Server) changeWebhook(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, manager, e, err := s.endpointOf(r, v)
	if err != nil {
		return err
	}
	ctx, l, key := r.Context(), text.Of(r), fund.Key{ID: e.ID}
	base := appsPath + "/" + a.ID.String() + "/webhooks/" + e.ID.String()
	switch r.PostForm.Get("do") {
	case "on", "off":
		_, err = s.app.UpdateEndpoint(ctx, manager, key, fund.WebhookEndpointPatch{Active: fund.Some(r.PostForm.Get("do") == "on")})
	case "delete":
		if err = s.app.DeleteEndpoint(ctx, manager, key); err == nil {
			base = appsPath + "/" + a.ID.String()
		}
	case "rotate":
		return s.rotateKey(w, r, v, manager, key, base)
	case "subscribe":
		if r.PostForm.Get("tell") == tellChosen {
			base += "/facts/" + url.PathEscape(r.PostForm.Get("fact"))
			break
		}
		err = s.subscribe(r, v, manager, e)
	case "unsubscribe":
		if fact, wrong := fund.ParseID(r.PostForm.Get("fact")); wrong == nil {
			_, err = s.app.DeleteSubscription(ctx, manager, app.SubscriptionKey{Endpoint: key, Fact: fund.Key{ID: fact}})
		}
	case "test":
		_, err = s.app.TestWebhook(ctx, manager, key, fund.WebhookSampleInput{EventType: fund.Some(cmp.Or(r.PostForm.Get("type"), typesOf(tellDonations, e)[0]))})
	case "resend":
		if delivery, wrong := fund.ParseID(r.PostForm.Get("id")); wrong == nil {
			_, err = s.app.ResendDelivery(ctx, manager, app.DeliveryKey{Endpoint: key, Delivery: fund.Key{ID: delivery}})
		}
	case "resend_all":
		hours, wrong := strconv.Atoi(r.PostForm.Get("since"))
		if at := slices.IndexFunc(resendSpans, func(one resendSpan) bool { return wrong == nil && one.back == time.Duration(hours)*time.Hour }); at >= 0 {
			_, err = s.app.ResendDeliveries(ctx, manager, key, app.ResendInput{Since: s.app.Now().Add(-resendSpans[at].back)})
		} else {
			err = fault.New(fault.Malformed, "The form does not say since when.")
		}
	default:
		err = fault.New(fault.Malformed, "The form does not say what to do.")
	}
	switch {
	case fault.Is(err, fault.Conflict):
		return s.showWebhook(w, r, v, http.StatusConflict, webhookPage{Problem: l.Text("webhooks.error.conflict")})
	case fault.Is(err, fault.RateLimited):
		s.Limited(w, r, fault.From(err))
		return s.showWebhook(w, r, v, http.StatusTooManyRequests, webhookPage{Problem: l.Text("webhooks.error.limited")})
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.NotFound):
		return s.showWebhook(w, r, v, http.StatusUnprocessableEntity, webhookPage{Problem: l.Text("webhooks.error.subscription")})
	case err != nil:
		return err
	}
	session.Redirect(w, base)
	return nil
}

// rotateKey gives a webhook a new signing key, and shows it.
func (s *Server) rotateKey(w http.ResponseWriter, r *http.Request, v app.Visit, manager app.Actor, key fund.Key, base string) error {
	if err := s.app.RequireProof(v.Actor()); err != nil {
		return err
	}
	e, err := s.app.RotateSigningKey(r.Context(), manager, key)
	if err != nil {
		return err
	}
	l := text.Of(r)
	s.showSecret(w, r, secretPage{Heading: l.Text("webhooks.rotated"), Text: l.Text("webhooks.made.text"), Label: l.Text("webhooks.key"), Secret: e.SigningKey, Back: base, BackText: l.Text("webhooks.made.on")})
	return nil
}

// subscribe subscribes a webhook to a fact. What says who donated takes a proof.
func (s *Server) subscribe(r *http.Request, v app.Visit, manager app.Actor, e fund.WebhookEndpoint) error {
	fact, err := fund.ParseID(r.PostForm.Get("fact"))
	if err != nil {
		return fault.New(fault.NotFound, "There is no such fact.")
	}
	choice := r.PostForm.Get("tell")
	if choice == tellPrivate {
		if err := s.app.RequireProof(v.Actor()); err != nil {
			return err
		}
	}
	_, err = s.app.PutSubscription(r.Context(), manager, app.SubscriptionKey{Endpoint: fund.Key{ID: e.ID}, Fact: fund.Key{ID: fact}}, fund.SubscriptionPatch{EventTypes: typesOf(choice, e)})
	return err
}
