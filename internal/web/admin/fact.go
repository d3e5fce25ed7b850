package admin

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// takedownsPath is the list of what was taken down, with the form that takes down.
const takedownsPath = Path + "/takedowns"

// maxAddress is how many bytes the address of a page has at most that is taken down.
const maxAddress = 2000

// takenRow is a fact that was taken down.
type takenRow struct{ ID, Name, Page, Owner, Reason string }

type takedownsPage struct {
	operator

	Taken []takenRow
	// Next leads on; "" at the end.
	Next string
	// Address and Reason are what was typed, with what is wrong with them; "" for nothing.
	Address, AddressProblem string
	Reason, ReasonProblem   string
}

// takedowns is GET /admin/takedowns.
func (s *Server) takedowns(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.showTakedowns(w, r, http.StatusOK, takedownsPage{operator: by})
}

func (s *Server) showTakedowns(w http.ResponseWriter, r *http.Request, status int, page takedownsPage) error {
	after, err := afterID(r)
	if err != nil {
		return err
	}
	facts, err := s.app.ListTakenDown(r.Context(), page.actor, fund.Page{Limit: atOnce + 1, After: after})
	if err != nil {
		return err
	}
	if len(facts) > atOnce {
		facts = facts[:atOnce]
		page.Next = takedownsPath + "?" + url.Values{"after": {facts[atOnce-1].ID.String()}}.Encode()
	}
	page.Title = text.Of(r).Text("admin.takedowns")
	for _, f := range facts {
		row := takenRow{ID: f.ID.String(), Name: f.Name, Reason: f.Suspension}
		row.Page, row.Owner = pageOf(f)
		page.Taken = append(page.Taken, row)
	}
	s.render(w, r, status, "takedowns.html", page.operator, page)
	return nil
}

// pageOf is the path of the page of a fact that is no cause, and the name of whose it is; "" for the cause's own.
func pageOf(f fund.Fact) (path, owner string) {
	switch {
	case f.Team != nil && f.Kind == fund.KindTeamCampaign:
		return "/+" + f.Team.Slug + "/" + f.Slug, f.Team.Name
	case f.User != nil:
		return "/@" + f.User.Slug + "/" + f.Slug, f.User.Name
	default:
		return "/" + f.Cause.Slug + "/" + f.Slug, ""
	}
}

// nameOf is the name of a fact whose page has an address, as FactByName reads it: what people copy from the bar of their browser, or type.
func (s *Server) nameOf(address string) string {
	name := strings.TrimPrefix(strings.TrimSpace(address), s.BaseURL())
	name, _, _ = strings.Cut(name, "?")
	name, _, _ = strings.Cut(name, "#")
	name = strings.Trim(name, "/")
	return strings.TrimSuffix(name, "/donate")
}

// changeFact takes a fact down, or puts it back.
func (s *Server) changeFact(w http.ResponseWriter, r *http.Request, by operator) error {
	switch r.PostForm.Get("do") {
	case "takedown":
		return s.takeDown(w, r, by)
	case "putback":
		id, err := fund.ParseID(r.PostForm.Get("fact"))
		if err != nil {
			return errNoChoice
		}
		if _, err := s.app.PutBack(r.Context(), by.actor, id); err != nil {
			return err
		}
		return finish(w, takedownsPath, "putback")
	default:
		return errNoChoice
	}
}

func (s *Server) takeDown(w http.ResponseWriter, r *http.Request, by operator) error {
	l := text.Of(r)
	page := takedownsPage{operator: by, Address: r.PostForm.Get("address"), Reason: r.PostForm.Get("reason")}
	if page.Address == "" || len(page.Address) > maxAddress {
		page.AddressProblem = l.Text("admin.takedown.unknown")
		return s.showTakedowns(w, r, http.StatusUnprocessableEntity, page)
	}
	f, err := s.app.FactByName(r.Context(), by.actor, s.nameOf(page.Address))
	switch {
	case fault.Is(err, fault.NotFound):
		page.AddressProblem = l.Text("admin.takedown.unknown")
	case err != nil:
		return err
	case f.Kind == fund.KindCause:
		page.AddressProblem = l.Text("admin.takedown.cause")
	default:
		_, err = s.app.TakeDown(r.Context(), by.actor, f.ID, page.Reason)
		if err == nil {
			return finish(w, takedownsPath, "takendown")
		}
		if !fault.Is(err, fault.Invalid) {
			return err
		}
		page.ReasonProblem = reasonProblem(l, page.Reason)
	}
	return s.showTakedowns(w, r, http.StatusUnprocessableEntity, page)
}
