package dash

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// deskKeysPath is below that of the fact: the keys with which programs run the alert desk.
const deskKeysPath = "/desk/keys"

// addDeskKeys adds the pages of the keys of the alert desk.
func (s *Server) addDeskKeys(routes session.Routes) {
	at := factPath + deskKeysPath
	routes[at] = map[string]http.HandlerFunc{
		http.MethodGet: s.show(s.at(may(stages, s.deskKeys))), http.MethodPost: s.change(s.at(may(stages, s.makeDeskKey))),
	}
	routes[at+"/end"] = map[string]http.HandlerFunc{http.MethodPost: s.change(s.at(may(stages, s.endDeskKey)))}
}

// deskKeyRow is a key.
type deskKeyRow struct {
	ID, Name string
	// Used is when it did something last, the zero time for never.
	Made, Used time.Time
}

// deskKeysPage are the keys of an alert desk.
type deskKeysPage struct {
	place

	Keys []deskKeyRow
	// Made is the text of a key that was made just now, and Called its name; "" for none. Address is where programs send what they do.
	Made, Called, Address string
	// Name is what was typed, NameProblem what is wrong with it, Problem why no key was made; "" for nothing.
	Name, NameProblem, Problem string
}

// deskKeys shows the keys.
func (s *Server) deskKeys(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showDeskKeys(w, r, http.StatusOK, deskKeysPage{place: p})
}

func (s *Server) showDeskKeys(w http.ResponseWriter, r *http.Request, status int, page deskKeysPage) error {
	all, err := s.app.ListDeskKeys(r.Context(), page.seen)
	if err != nil {
		return err
	}
	zone := fund.Zone(page.Fact.TimeZone)
	for _, k := range all {
		row := deskKeyRow{ID: k.ID.String(), Name: k.Name, Made: k.CreatedAt.In(zone)}
		if !k.UsedAt.IsZero() {
			row.Used = k.UsedAt.In(zone)
		}
		page.Keys = append(page.Keys, row)
	}
	page.Address = s.BaseURL() + s.remote
	v := session.View{Template: "deskkeys.html", Status: status, Title: session.Say(r, "dash.deskkeys.title", "Name", page.Fact.Name), Data: page}
	if page.Problem+page.NameProblem != "" {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// makeDeskKey makes a key, and shows it this once.
func (s *Server) makeDeskKey(w http.ResponseWriter, r *http.Request, p place) error {
	l, page := text.Of(r), deskKeysPage{place: p, Name: r.PostForm.Get("name")}
	made, key, err := s.app.MakeDeskKey(r.Context(), p.actor, p.key(), page.Name)
	if err == nil {
		page.Made, page.Called, page.Name = made, key.Name, ""
		return s.showDeskKeys(w, r, http.StatusOK, page)
	}
	switch f := fault.From(err); f.Kind {
	case fault.Invalid:
		page.NameProblem = wrongText(l, f.Fields[0])
		return s.showDeskKeys(w, r, http.StatusUnprocessableEntity, page)
	case fault.Conflict:
		page.Problem = l.Text("dash.deskkeys.many", "Most", fund.MaxDeskKeys)
		return s.showDeskKeys(w, r, http.StatusConflict, page)
	}
	return err
}

// endDeskKey ends a key, and shows the others.
func (s *Server) endDeskKey(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no key.")
	}
	if err := s.app.EndDeskKey(r.Context(), p.actor, p.key(), id); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	session.Redirect(w, p.On(deskKeysPath))
	return nil
}
