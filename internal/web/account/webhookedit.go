package account

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// webhookEditPage is the form of how a webhook writes and sends.
type webhookEditPage struct {
	Form, Name, Base, Action   string
	Formats, Schedules         []formatChoice
	URL, Description           string
	Template, EventTemplate    string
	Standard, Ordered, Overlap bool
	Chat                       bool
	// Max is how many characters a template has at most.
	Max int
	// The problems are what is wrong with what was typed, Problem with none of it; "" at first.
	URLProblem, TemplateProblem, EventTemplateProblem, Problem string
	Sample                                                     webhookSample
}

// webhookSample is what a webhook would send. Fact is the campaign that it is about; "" for none.
type webhookSample struct {
	app.WebhookPreview
	Fact string
}

func (p webhookEditPage) wrong() bool {
	return p.URLProblem+p.TemplateProblem+p.EventTemplateProblem+p.Problem != ""
}

// scheduleTexts are the schedules of retries in words.
var scheduleTexts = map[string]text.ID{fund.ScheduleTiltify: "webhooks.retries.hour", fund.ScheduleThreeDays: "webhooks.retries.days"}

// askWebhookEdit is GET /account/apps/{app}/webhooks/{webhook}/edit. It takes the proof that saving takes, so that what was typed is not lost to it.
func (s *Server) askWebhookEdit(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	_, _, e, err := s.endpointOf(r, v)
	if err != nil {
		return err
	}
	page := webhookEditPage{Description: e.Description}
	if !e.Options.Format.Chat() {
		page.URL = e.URL // that of a chat is a secret
	}
	return s.showWebhookEdit(w, r, v, http.StatusOK, page, e.Options)
}

// sentOptions are the options that a form has.
func sentOptions(r *http.Request) fund.WebhookOptions {
	has := func(name string) bool { return r.PostForm.Get(name) != "" }
	return fund.WebhookOptions{
		Format: fund.WebhookFormat(r.PostForm.Get("format")), Schedule: r.PostForm.Get("schedule"), Template: r.PostForm.Get("template"), EventTemplate: r.PostForm.Get("event_template"),
		Standard: has("standard"), Ordered: has("ordered"), Overlap: has("overlap"),
	}
}

// showWebhookEdit shows the form with the options, and a sample of what they make.
func (s *Server) showWebhookEdit(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page webhookEditPage, o fund.WebhookOptions) error {
	a, manager, e, err := s.endpointOf(r, v)
	if err == nil {
		err = s.app.RequireProof(v.Actor())
	}
	if err != nil {
		return err
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	l := text.Of(r)
	page.Name, page.Base, page.Max = cmp.Or(e.Description, shownURL(e)), appsPath+"/"+a.ID.String()+"/webhooks/"+e.ID.String(), fund.MaxChatTemplate
	page.Action = page.Base + "/edit"
	page.Template, page.EventTemplate, page.Standard, page.Ordered, page.Overlap = o.Template, o.EventTemplate, o.Standard, o.Ordered, o.Overlap
	o.Format, o.Schedule = cmp.Or(o.Format, fund.FormatTiltify), cmp.Or(o.Schedule, fund.ScheduleTiltify)
	page.Chat = o.Format.Chat()
	for _, format := range fund.WebhookFormats() {
		page.Formats = append(page.Formats, formatChoice{string(format), l.Text(formatTexts[format]), format == o.Format})
	}
	for _, schedule := range fund.WebhookSchedules() {
		page.Schedules = append(page.Schedules, formatChoice{schedule, l.Text(scheduleTexts[schedule]), schedule == o.Schedule})
	}
	if page.Sample, err = s.webhookSample(r, manager, e, o); err != nil && !fault.Is(err, fault.Invalid) {
		return err
	}
	if err != nil && !page.wrong() {
		page.refused(l, err)
		status = http.StatusUnprocessableEntity
	}
	title := l.Text("webhooks.edit")
	if page.wrong() {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "webhookedit.html", Status: status, Title: title, Data: page, Scripts: []*ui.Asset{ui.Sample}, Fetches: true})
	return nil
}

// webhookSample is what a webhook with the options would send about the first campaign that it is subscribed to.
func (s *Server) webhookSample(r *http.Request, manager app.Actor, e fund.WebhookEndpoint, o fund.WebhookOptions) (sample webhookSample, err error) {
	ctx, l := r.Context(), text.Of(r)
	in := app.WebhookPreviewInput{
		Format: o.Format, Template: o.Template, EventTemplate: o.EventTemplate,
		Donor: l.Text("webhooks.sample.donor"), Comment: l.Text("webhooks.sample.comment"), Title: l.Text("webhooks.sample.milestone"),
	}
	subscribed, err := s.app.ListSubscriptions(ctx, manager, fund.Key{ID: e.ID}, fund.Page{Limit: 1, Order: fund.OldestFirst})
	if err != nil {
		return sample, err
	}
	for _, one := range subscribed {
		seen, err := s.app.See(ctx, app.Actor{}, app.FactKey{Key: fund.Key{ID: one.FactID}, Kinds: app.AllKinds()})
		if err == nil {
			in.Fact, sample.Fact = one.FactID, seen.Fact().Name
		} else if !fault.Is(err, fault.NotFound) {
			return sample, err
		}
	}
	sample.WebhookPreview, err = s.app.PreviewWebhook(ctx, manager, fund.Key{ID: e.ID}, in)
	return sample, err
}

// refused says what is wrong.
func (p *webhookEditPage) refused(l *text.Locale, err error) {
	for _, field := range fault.From(err).Fields {
		switch field.Path {
		case "url":
			p.URLProblem = l.Text("webhooks.error.url")
		case "template":
			p.TemplateProblem = l.Text("webhooks.error.template", "Count", fund.MaxChatTemplate)
		case "event_template":
			p.EventTemplateProblem = l.Text("webhooks.error.template", "Count", fund.MaxChatTemplate)
		default:
			p.Problem = l.Text("webhooks.error.else")
		}
	}
}

// editWebhook saves how a webhook writes and sends, or shows what that would be.
func (s *Server) editWebhook(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	_, manager, e, err := s.endpointOf(r, v)
	if err == nil {
		err = s.app.RequireProof(v.Actor())
	}
	if err != nil {
		return err
	}
	o := sentOptions(r)
	page := webhookEditPage{URL: strings.TrimSpace(r.PostForm.Get("url")), Description: r.PostForm.Get("description")}
	switch r.PostForm.Get("do") {
	case "sample":
		return s.showWebhookEdit(w, r, v, http.StatusOK, page, o)
	case "save":
	default:
		return fault.New(fault.Malformed, "The form does not say what to do.")
	}
	patch := fund.WebhookEndpointPatch{
		Description: fund.Some(page.Description), Schedule: fund.Some(o.Schedule), Format: fund.Some(o.Format), Template: fund.Some(o.Template), EventTemplate: fund.Some(o.EventTemplate),
		Standard: fund.Some(o.Standard), Ordered: fund.Some(o.Ordered), Overlap: fund.Some(o.Overlap),
	}
	if page.URL != "" || !e.Options.Format.Chat() { // an empty one keeps the secret address of a chat
		patch.URL = fund.Some(page.URL)
	}
	_, err = s.app.UpdateEndpoint(r.Context(), manager, fund.Key{ID: e.ID}, patch)
	if err == nil {
		session.Redirect(w, strings.TrimSuffix(r.URL.Path, "/edit"))
		return nil
	}
	if page.refused(text.Of(r), err); page.wrong() {
		return s.showWebhookEdit(w, r, v, http.StatusUnprocessableEntity, page, o)
	}
	return err
}
