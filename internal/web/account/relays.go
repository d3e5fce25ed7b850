package account

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// relayKeysShown is how many keys the page of a relay has, the newest.
const relayKeysShown = 50

// relayFields are what a relay is made or changed with.
type relayFields struct {
	Name      string
	Endpoints []formatChoice
	// What is wrong with what was typed, and what else did not work; "" at first.
	NameProblem, EndpointProblem, Problem string
}

func (f relayFields) wrong() bool { return f.NameProblem+f.EndpointProblem+f.Problem != "" }

// refused says what is wrong, and gives the status of the page; 0 for an error that is about something else.
func (f *relayFields) refused(l *text.Locale, err error) int {
	switch {
	case fault.Is(err, fault.Invalid):
		for _, field := range fault.From(err).Fields {
			switch {
			case field.Path == "name":
				f.NameProblem = l.Text("tokens.error.name", "Count", fund.MaxName)
			case field.Text == fund.IsChat:
				f.EndpointProblem = l.Text("relays.error.chat")
			default:
				f.EndpointProblem = l.Text("relays.error.endpoint")
			}
		}
		return http.StatusUnprocessableEntity
	case fault.Is(err, fault.Conflict):
		f.Problem = l.Text("relays.many", "Count", fund.MaxRelays)
		return http.StatusConflict
	}
	return 0
}

type relayRow struct{ ID, Name, Endpoint string }

type relaysPage struct {
	relayFields

	Form, AppName, AppPath, Base string
	Relays                       []relayRow
}

// endpointChoices are the webhooks of an application that a relay can send to, with their names.
func (s *Server) endpointChoices(r *http.Request, manager app.Actor, chosen string) (choices []formatChoice, names map[fund.ID]string, err error) {
	endpoints, err := s.app.ListEndpoints(r.Context(), manager, fund.Page{Limit: fund.MaxEndpoints})
	names = map[fund.ID]string{}
	for _, e := range endpoints {
		name := e.Description
		if name == "" {
			name = shownURL(e)
		}
		names[e.ID] = name
		if id := e.ID.String(); !e.Options.Format.Chat() {
			choices = append(choices, formatChoice{id, name, id == chosen})
		}
	}
	return choices, names, err
}

// relays is GET /account/apps/{app}/relays.
func (s *Server) relays(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	return s.showRelays(w, r, v, http.StatusOK, relaysPage{})
}

func (s *Server) showRelays(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page relaysPage) error {
	a, manager, err := s.ownedApp(r, v)
	if err != nil {
		return err
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	l := text.Of(r)
	page.AppName, page.AppPath = a.Name, appsPath+"/"+a.ID.String()
	page.Base = page.AppPath + "/relays"
	choices, names, err := s.endpointChoices(r, manager, r.PostForm.Get("endpoint"))
	if err != nil {
		return err
	}
	page.Endpoints = choices
	relays, err := s.app.ListRelays(r.Context(), manager, fund.Page{Limit: fund.MaxRelays})
	if err != nil {
		return err
	}
	for _, one := range relays {
		page.Relays = append(page.Relays, relayRow{one.ID.String(), one.Name, names[one.EndpointID]})
	}
	title := l.Text("relays.title")
	if page.wrong() {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "relays.html", Status: status, Title: title, Data: page})
	return nil
}

// sentRelay is what a form says of a relay.
func sentRelay(r *http.Request) fund.WebhookRelayPatch {
	patch := fund.WebhookRelayPatch{Name: fund.Some(r.PostForm.Get("name"))}
	id, err := fund.ParseID(r.PostForm.Get("endpoint"))
	if err != nil {
		patch.Invalid.Add("endpoint", fund.Missing)
	}
	patch.Endpoint = fund.Some(fund.Key{ID: id})
	return patch
}

// makeRelay makes a relay, and leads to it.
func (s *Server) makeRelay(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, manager, err := s.ownedApp(r, v)
	if err != nil {
		return err
	}
	made, err := s.app.CreateRelay(r.Context(), manager, sentRelay(r))
	if err == nil {
		session.Redirect(w, appsPath+"/"+a.ID.String()+"/relays/"+made.ID.String())
		return nil
	}
	page := relaysPage{relayFields: relayFields{Name: r.PostForm.Get("name")}}
	if status := page.refused(text.Of(r), err); status != 0 {
		return s.showRelays(w, r, v, status, page)
	}
	return err
}

// relayKeyRow is a key with what the link to a donate page ends in.
type relayKeyRow struct {
	Key, Query string
	Used       bool
	// Metadata is what the program keeps with the key; "" for nothing.
	Metadata string
}

type relayPage struct {
	relayFields

	Form, AppPath, Heading, Base string
	Keys                         []relayKeyRow
	// KeyProblem and MetadataProblem are what is wrong with the name of a new key, and with what is kept with it.
	KeyProblem, MetadataProblem string
	// NewKey and Metadata are what was typed.
	NewKey, Metadata string
}

// relay is GET /account/apps/{app}/relays/{relay}.
func (s *Server) relay(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	_, _, one, err := s.relayOf(r, v)
	if err != nil {
		return err
	}
	return s.showRelay(w, r, v, http.StatusOK, relayPage{relayFields: relayFields{Name: one.Name}})
}

// relayOf is the relay that the address names, of its application.
func (s *Server) relayOf(r *http.Request, v app.Visit) (fund.Application, app.Actor, fund.WebhookRelay, error) {
	a, manager, err := s.ownedApp(r, v)
	if err != nil {
		return a, manager, fund.WebhookRelay{}, err
	}
	id, err := fund.ParseID(r.PathValue("relay"))
	if err != nil {
		return a, manager, fund.WebhookRelay{}, fault.New(fault.NotFound, "There is no such relay.")
	}
	one, err := s.app.GetRelay(r.Context(), manager, fund.Key{ID: id})
	return a, manager, one, err
}

func (s *Server) showRelay(w http.ResponseWriter, r *http.Request, v app.Visit, status int, page relayPage) error {
	a, manager, one, err := s.relayOf(r, v)
	if err != nil {
		return err
	}
	if page.Form, err = s.Form(r, session.Account); err != nil {
		return err
	}
	l, chosen := text.Of(r), one.EndpointID.String()
	page.AppPath, page.Heading = appsPath+"/"+a.ID.String(), one.Name
	page.Base = page.AppPath + "/relays/" + one.ID.String()
	if sent := r.PostForm.Get("endpoint"); sent != "" {
		chosen = sent
	}
	if page.Endpoints, _, err = s.endpointChoices(r, manager, chosen); err != nil {
		return err
	}
	keys, err := s.app.ListRelayKeys(r.Context(), manager, fund.Key{ID: one.ID}, fund.Page{Limit: relayKeysShown})
	if err != nil {
		return err
	}
	for _, k := range keys {
		row := relayKeyRow{Key: k.Key, Query: "?relay=" + k.ClientKey, Used: k.Donation != nil}
		if k.Metadata != nil {
			row.Metadata = *k.Metadata
		}
		page.Keys = append(page.Keys, row)
	}
	title := one.Name
	if status >= http.StatusBadRequest {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "relay.html", Status: status, Title: title, Data: page})
	return nil
}

// sentKey is what a form says of a new key.
func sentKey(r *http.Request) fund.RelayKeyInput {
	in := fund.RelayKeyInput{Key: r.PostForm.Get("key")}
	if kept := strings.ReplaceAll(r.PostForm.Get("metadata"), "\r\n", "\n"); kept != "" {
		in.Metadata = &kept
	}
	return in
}

// changeRelay does what a form of the page of a relay says.
func (s *Server) changeRelay(w http.ResponseWriter, r *http.Request, v app.Visit) error {
	a, manager, one, err := s.relayOf(r, v)
	if err != nil {
		return err
	}
	ctx, l, key := r.Context(), text.Of(r), fund.Key{ID: one.ID}
	page, back := relayPage{relayFields: relayFields{Name: one.Name}}, appsPath+"/"+a.ID.String()+"/relays"
	switch do := r.PostForm.Get("do"); do {
	case "save":
		page.Name = r.PostForm.Get("name")
		if _, err = s.app.UpdateRelay(ctx, manager, key, sentRelay(r)); err == nil {
			break
		}
		if status := page.refused(l, err); status != 0 {
			return s.showRelay(w, r, v, status, page)
		}
	case "key":
		if _, err = s.app.CreateRelayKey(ctx, manager, key, sentKey(r)); fault.Is(err, fault.Invalid) {
			page.NewKey, page.Metadata = r.PostForm.Get("key"), r.PostForm.Get("metadata")
			if fault.From(err).Fields.Has("metadata") {
				page.MetadataProblem = l.Text("relays.error.metadata", "Count", fund.MaxMetadata)
			}
			if fault.From(err).Fields.Has("id") || page.MetadataProblem == "" {
				page.KeyProblem = l.Text("relays.error.key", "Count", fund.MaxName)
			}
			return s.showRelay(w, r, v, http.StatusUnprocessableEntity, page)
		}
		back += "/" + one.ID.String()
	case "delete":
		if err = s.app.DeleteRelay(ctx, manager, key); fault.Is(err, fault.Conflict) {
			page.Problem = l.Text("relays.error.keys")
			return s.showRelay(w, r, v, http.StatusConflict, page)
		}
	default:
		err = fault.New(fault.Malformed, "The form does not say what to do.")
	}
	if err == nil {
		session.Redirect(w, back)
	}
	return err
}
