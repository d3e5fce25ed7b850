package dash

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// The roles for a cause in words, and what each may do.
var (
	causeRoleTexts = map[fund.CauseRole]text.ID{
		fund.CauseOwner: "dash.members.owner", fund.CauseFinance: "dash.members.finance", fund.CauseMember: "dash.members.member",
	}
	causeRoleSays = map[fund.CauseRole]text.ID{
		fund.CauseOwner: "dash.members.owner.text", fund.CauseFinance: "dash.members.finance.text", fund.CauseMember: "dash.members.member.text",
	}
)

// causeRoles are all roles for a cause.
func causeRoles(l *text.Locale, chosen fund.CauseRole) (roles []teamRole) {
	for _, role := range fund.CauseRoles() {
		roles = append(roles, teamRole{string(role), l.Text(causeRoleTexts[role]), l.Text(causeRoleSays[role]), role == chosen})
	}
	return roles
}

type membersPage struct {
	place

	Members []teamMember
	Roles   []teamRole
	// More reports whether there are more members than are listed.
	More bool
	Done string
	// User is what was typed, UserProblem what is wrong with it, and Problem what else did not work; "" at first.
	User, UserProblem, Problem string
}

// members is GET /dashboard/{fact}/members.
func (s *Server) members(w http.ResponseWriter, r *http.Request, p place) error {
	return s.showMembers(w, r, http.StatusOK, membersPage{place: p, Done: done(r)})
}

func (s *Server) showMembers(w http.ResponseWriter, r *http.Request, status int, page membersPage) error {
	l := text.Of(r)
	all, err := s.app.ListCauseMembers(r.Context(), page.actor, fund.Key{ID: page.Fact.ID}, fund.Page{Limit: fund.MaxPage})
	if err != nil {
		return err
	}
	for _, m := range all {
		row := teamMember{ID: m.User.ID.String(), Name: m.User.Username, Role: l.Text(causeRoleTexts[m.Role]), Me: m.User.ID == page.actor.User, Removes: page.Rights.Members}
		if page.Rights.Members {
			row.Roles = causeRoles(l, m.Role)
		}
		page.Members = append(page.Members, row)
	}
	page.More, page.Roles = len(all) == fund.MaxPage, causeRoles(l, fund.CauseMember)
	v := session.View{Template: "members.html", Status: status, Title: l.Text("dash.members") + " · " + page.Fact.Name, Data: page}
	if page.UserProblem != "" || page.Problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

// addMember gives somebody with an account a role, by the last part of the address of their page.
func (s *Server) addMember(w http.ResponseWriter, r *http.Request, p place) error {
	page := membersPage{place: p, User: r.PostForm.Get("user")}
	user, err := s.app.GetUser(r.Context(), p.actor, fund.Key{Slug: strings.TrimPrefix(strings.TrimSpace(page.User), "@")})
	if fault.Is(err, fault.NotFound) || err == nil && !user.DisabledAt.IsZero() {
		page.UserProblem = session.Say(r, "dash.members.user.wrong")
		return s.showMembers(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	return s.setMember(w, r, page, app.CauseMembership{User: user.ID, Role: fund.CauseRole(r.PostForm.Get("role"))})
}

// changeMember gives a member another role, or none.
func (s *Server) changeMember(w http.ResponseWriter, r *http.Request, p place) error {
	id, err := fund.ParseID(r.PostForm.Get("user"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no user.")
	}
	return s.setMember(w, r, membersPage{place: p}, app.CauseMembership{User: id, Role: fund.CauseRole(r.PostForm.Get("role"))})
}

// setMember changes what somebody may do for a cause; the role "" ends it.
func (s *Server) setMember(w http.ResponseWriter, r *http.Request, page membersPage, m app.CauseMembership) (err error) {
	m.Cause = page.Fact.ID
	if m.Role == "" {
		err = s.app.RemoveCauseMember(r.Context(), page.actor, m)
	} else {
		err = s.app.SetCauseRole(r.Context(), page.actor, m)
	}
	switch {
	case err == nil && m.Role == "" && m.User == page.actor.User && !page.actor.Operator:
		session.Redirect(w, Path+"?done=removed")
		return nil
	case err == nil || m.Role == "" && fault.Is(err, fault.NotFound): // who is gone needs no end
		session.Redirect(w, page.Base()+membersPath+"?done=saved")
		return nil
	case fault.Is(err, fault.Conflict):
		page.Problem = session.Say(r, "dash.members.last")
		return s.showMembers(w, r, http.StatusConflict, page)
	}
	return err
}
