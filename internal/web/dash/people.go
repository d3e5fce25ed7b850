package dash

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/export"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
	"github.com/almoner/almoner/internal/web/ui"
)

// shiftLength is how long a grant lasts if nobody says so.
const shiftLength = 6 * time.Hour

// roleTexts are the names of the roles of grants, and what they allow.
var roleTexts = map[fund.GrantRole][2]text.ID{
	fund.GrantScreener: {"dash.role.screener", "dash.role.screener.text"}, fund.GrantHeadScreener: {"dash.role.head_screener", "dash.role.head_screener.text"},
	fund.GrantReader: {"dash.role.reader", "dash.role.reader.text"}, fund.GrantDesk: {"dash.role.desk", "dash.role.desk.text"},
	fund.GrantSchedule: {"dash.role.schedule", "dash.role.schedule.text"}, fund.GrantFulfill: {"dash.role.fulfill", "dash.role.fulfill.text"},
}

func roleNames(l *text.Locale, roles []fund.GrantRole) []string {
	var names []string
	for _, role := range fund.GrantRoles() {
		if slices.Contains(roles, role) {
			names = append(names, l.Text(roleTexts[role][0]))
		}
	}
	return names
}

// roleBox is a role to choose.
type roleBox struct {
	Value, Name, Text string
	Checked           bool
}

// grantRow is a grant that holds.
type grantRow struct {
	ID, Name, By, Holder string
	Roles                []string
	EndsAt               time.Time
	// Accepted reports whether somebody accepted it, Late whether its link is too old to be.
	Accepted, Late bool
}

type peoplePage struct {
	place

	Members []memberRow
	Grants  []grantRow
	Boxes   []roleBox
	// Zone is where the times of the forms are. Name, Ends and Names are what was typed.
	Zone, Name, Ends, Names string
	// Problems are what is wrong with the form of one person, FileProblems with that of many, Problem with neither.
	NameProblem, RolesProblem, EndsProblem, Problem string
	FileProblems                                    []string
}

func (p peoplePage) wrong() bool {
	return p.NameProblem+p.RolesProblem+p.EndsProblem+p.Problem != "" || len(p.FileProblems) > 0
}

type memberRow struct{ Name, Role string }

var teamRoleTexts = map[fund.Role]text.ID{
	fund.RoleSuperAdmin: "dash.team.super_admin", fund.RoleAdmin: "dash.team.admin", fund.RoleUserManager: "dash.team.user_manager",
	fund.RoleEventManager: "dash.team.event_manager", fund.RoleMember: "dash.team.member",
}

// people is GET /dashboard/{fact}/people.
func (s *Server) people(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showPeople(w, r, http.StatusOK, peoplePage{place: p})
}

// showPeople fills the page in, and shows it.
func (s *Server) showPeople(w http.ResponseWriter, r *http.Request, status int, page peoplePage) error {
	l, zone := text.Of(r), fund.Zone(page.Fact.TimeZone)
	grants, err := s.app.ListGrants(r.Context(), page.actor, page.key())
	if err != nil {
		return err
	}
	for _, g := range grants {
		page.Grants = append(page.Grants, grantRow{
			ID: g.ID.String(), Name: g.Name, By: g.GivenBy.Name, Holder: g.Holder.Name, Roles: roleNames(l, g.Roles), EndsAt: g.EndsAt.In(zone),
			Accepted: !g.AcceptedAt.IsZero(), Late: g.AcceptedAt.IsZero() && !g.Open(s.app.Now()),
		})
	}
	if page.Fact.Team != nil && page.Fact.Kind == fund.KindTeamCampaign {
		members, err := s.app.ListMembers(r.Context(), page.actor, fund.Key{ID: page.Fact.Team.ID}, fund.Page{Limit: fund.MaxPerFact})
		if err != nil {
			return err
		}
		for _, m := range members {
			page.Members = append(page.Members, memberRow{m.User.Username, l.Text(teamRoleTexts[m.Role])})
		}
	}
	chosen := rolesOf(r)
	for _, role := range fund.GrantRoles() {
		ids := roleTexts[role]
		page.Boxes = append(page.Boxes, roleBox{string(role), l.Text(ids[0]), l.Text(ids[1]), slices.Contains(chosen, role)})
	}
	page.Zone = zone.String()
	if page.Ends == "" {
		page.Ends = s.app.Now().Add(shiftLength).In(zone).Format(fund.LocalTime)
	}
	v := session.View{Template: "people.html", Status: status, Title: session.Say(r, "dash.people.title", "Name", page.Fact.Name), Data: page, Scripts: []*ui.Asset{ui.Local}}
	if page.wrong() {
		v.Title = session.Say(r, "dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// rolesOf are the roles that were chosen in a form.
func rolesOf(r *http.Request) []fund.GrantRole {
	var roles []fund.GrantRole
	for _, value := range r.PostForm["role"] {
		roles = append(roles, fund.GrantRole(value))
	}
	return roles
}

// typed is the page with what was typed into its forms, and the end that was.
func typed(r *http.Request, p place) (peoplePage, time.Time) {
	page := peoplePage{place: p, Name: r.PostForm.Get("name"), Ends: r.PostForm.Get("ends"), Names: r.PostForm.Get("names")}
	at, problem := fund.ReadLocal(fund.LocalTime, page.Ends, fund.Zone(p.Fact.TimeZone))
	if problem == fund.SkippedTime {
		page.EndsProblem = problemText(text.Of(r), problem)
	}
	return page, at
}

// give gives a grant to one person, and shows its link.
func (s *Server) give(w http.ResponseWriter, r *http.Request, p place) error {
	page, ends := typed(r, p)
	links, err := s.app.GiveGrants(r.Context(), p.actor, p.key(), []fund.FactGrantInput{{Name: page.Name, Roles: rolesOf(r), EndsAt: ends}})
	if err == nil {
		return s.showLinks(w, r, p, links)
	}
	l := text.Of(r)
	switch f := fault.From(err); f.Kind {
	case fault.Invalid:
		for _, wrong := range f.Fields {
			switch wrong.Path {
			case "1.name":
				page.NameProblem = problemText(l, wrong.Text)
			case "1.roles":
				page.RolesProblem = problemText(l, wrong.Text)
			default:
				page.EndsProblem = cmp.Or(page.EndsProblem, problemText(l, wrong.Text))
			}
		}
		return s.showPeople(w, r, http.StatusUnprocessableEntity, page)
	case fault.Conflict:
		page.Problem = l.Text("dash.grants.full")
		return s.showPeople(w, r, http.StatusConflict, page)
	}
	return err
}

// importFile gives a grant to each person of a file or a list, and shows the links.
func (s *Server) importFile(w http.ResponseWriter, r *http.Request, p place) error {
	page, ends := typed(r, p)
	l := text.Of(r)
	content, err := uploaded(r)
	if err != nil {
		return err
	}
	if len(content) == 0 {
		content = []byte(page.Names)
	}
	links, err := s.app.ImportGrants(r.Context(), p.actor, p.key(), fund.FactGrantFile{
		Text: content, Roles: rolesOf(r), EndsAt: ends, Zone: fund.Zone(p.Fact.TimeZone),
	})
	if err == nil {
		return s.showLinks(w, r, p, links)
	}
	switch f := fault.From(err); f.Kind {
	case fault.Invalid:
		for _, wrong := range f.Fields {
			page.FileProblems = append(page.FileProblems, lineProblem(l, wrong))
		}
		return s.showPeople(w, r, http.StatusUnprocessableEntity, page)
	case fault.Conflict:
		page.Problem = l.Text("dash.grants.full")
		return s.showPeople(w, r, http.StatusConflict, page)
	}
	return err
}

// uploaded is the file of a form, cut behind what is too much; nil for none.
func uploaded(r *http.Request) ([]byte, error) {
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The file could not be read.")
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, fund.MaxFactGrantFile+1))
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The file could not be read.")
	}
	return content, nil
}

// problemTexts are the errors of grants in words.
var problemTexts = map[string]text.ID{
	fund.Blank: "dash.wrong.blank", fund.NotAllowed: "dash.wrong.role", fund.GrantNotAhead: "dash.wrong.past", fund.GrantTooLong: "dash.wrong.long",
	fund.GrantRepeated: "dash.wrong.repeated", fund.FileTooLarge: "dash.wrong.large", fund.FileNotUTF8: "dash.wrong.utf8", fund.FileNotCSV: "dash.wrong.csv",
	fund.FileTooMany: "dash.wrong.many", fund.ColumnUnknown: "dash.wrong.column", fund.ColumnExtra: "dash.wrong.columns", fund.NotTime: "dash.wrong.time", fund.SkippedTime: "dash.wrong.skipped",
	fund.TooLong(fund.MaxName): "dash.wrong.name_long",
}

func problemText(l *text.Locale, wrong string) string {
	if id, known := problemTexts[wrong]; known {
		return l.Text(id)
	}
	return l.Text("dash.wrong.name")
}

// lineProblem is what is wrong with a line of a file, and in which column.
func lineProblem(l *text.Locale, wrong fault.Field) string {
	line, column, _ := strings.Cut(wrong.Path, ".")
	problem := problemText(l, wrong.Text)
	switch {
	case line == "file":
		return problem
	case column == "":
		return l.Text("dash.line", "Line", line, "Problem", problem)
	default:
		return l.Text("dash.line.column", "Line", line, "Column", column, "Problem", problem)
	}
}

// linksPage shows links, once.
type linksPage struct {
	place

	Links []linkRow
	// Download is the list as a file, in the link itself: the server does not keep it.
	Download template.URL
}

type linkRow struct{ Name, Address string }

func (s *Server) showLinks(w http.ResponseWriter, r *http.Request, p place, links []app.FactGrantLink) error {
	page := linksPage{place: p}
	var file bytes.Buffer
	file.WriteString("\ufeff") // for Excel
	sheet := csv.NewWriter(&file)
	sheet.UseCRLF = true
	rows := [][]string{{"name", "link"}}
	for _, link := range links {
		address := s.BaseURL() + AcceptPath + "?" + url.Values{"key": {link.Key}}.Encode()
		page.Links = append(page.Links, linkRow{link.Name, address})
		rows = append(rows, []string{export.Guard(link.Name), address})
	}
	if err := sheet.WriteAll(rows); err != nil {
		return err //nolint:wrapcheck // a buffer takes everything
	}
	page.Download = template.URL("data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(file.Bytes())) //nolint:gosec // base64
	s.Show(w, r, session.View{Template: "links.html", Title: session.Say(r, "dash.links.title"), Data: page})
	return nil
}

// renew gives a grant another link, and shows it.
func (s *Server) renew(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no grant.")
	}
	link, err := s.app.RenewGrant(r.Context(), p.actor, p.key(), id)
	if err != nil {
		return err
	}
	return s.showLinks(w, r, p, []app.FactGrantLink{link})
}

// end ends one grant, or all of them, and shows the page again.
func (s *Server) end(w http.ResponseWriter, r *http.Request, p place) error {
	var ids []fund.ID
	if of := r.PostForm.Get("id"); of != "all" {
		id, err := fund.ParseID(of)
		if err != nil {
			return fault.New(fault.Malformed, "The form names no grant.")
		}
		ids = append(ids, id)
	}
	if _, err := s.app.EndGrants(r.Context(), p.actor, p.key(), ids...); err != nil {
		return err
	}
	session.Redirect(w, p.Base()+"/people")
	return nil
}
