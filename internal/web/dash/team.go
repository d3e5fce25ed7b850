package dash

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

const (
	teamsPath = Path + "/teams"
	teamPath  = Path + "/{team}/team"
	// maxPicturesForm is how many bytes of a form with both pictures of something are read.
	maxPicturesForm = 2*app.MaxUpload + maxEdit
)

// addTeams adds the pages of teams.
func (s *Server) addTeams(routes session.Routes) {
	for path, serve := range map[string]func(http.ResponseWriter, *http.Request, inTeam) error{
		"/role": ifTeam(inTeam.Invites, s.setRole), "/remove": s.removeMember, "/invite": ifTeam(inTeam.Invites, s.inviteMember),
		"/withdraw": ifTeam(inTeam.Invites, s.withdrawMember), "/disband": ifTeam(inTeam.Disbands, s.disband),
	} {
		routes[teamPath+path] = map[string]http.HandlerFunc{http.MethodPost: s.change(s.ofTeam(serve))}
	}
	routes[teamsPath] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.teams), http.MethodPost: s.change(s.makeTeam)}
	routes[teamPath] = map[string]http.HandlerFunc{http.MethodGet: s.show(s.ofTeam(s.team))}
	s.addTeamEdit(routes)
	routes[session.JoinTeam] = map[string]http.HandlerFunc{http.MethodGet: s.Get(s.askJoin), http.MethodPost: s.change(s.joinTeam)}
}

// teamRole is a role in a team in words.
type teamRole struct {
	Value, Name, Text string
	Chosen            bool
}

// teamRoleSays are what the roles in a team may do.
var teamRoleSays = map[fund.Role]text.ID{
	fund.RoleSuperAdmin: "dash.team.super_admin.text", fund.RoleAdmin: "dash.team.admin.text", fund.RoleUserManager: "dash.team.user_manager.text",
	fund.RoleEventManager: "dash.team.event_manager.text", fund.RoleMember: "dash.team.member.text",
}

// rolesBelow are the roles that somebody with a role gives.
func rolesBelow(l *text.Locale, by, chosen fund.Role) (roles []teamRole) {
	for _, role := range fund.Roles() {
		if by.MayManage(role) {
			roles = append(roles, teamRole{string(role), l.Text(teamRoleTexts[role]), l.Text(teamRoleSays[role]), role == chosen})
		}
	}
	return roles
}

// inTeam is a team with the role there of who is here.
type inTeam struct {
	who

	Team fund.Team
	// Role is the own one, By the one whose members and invitations can be changed: that of a super admin for operators.
	Role, By fund.Role
	// Form is the token of the forms of the page.
	Form string
}

// Base is the address of the page of the team.
func (p inTeam) Base() string { return Path + "/" + p.Team.ID.String() + "/team" }

// Public is the address of the page that everybody sees.
func (p inTeam) Public() string { return "/+" + p.Team.Slug }

func (p inTeam) key() fund.Key { return fund.Key{ID: p.Team.ID} }

// Open reports whether the team is not disbanded.
func (p inTeam) Open() bool { return p.Team.DisbandedAt.IsZero() }

// Edits reports whether who is here changes the page of the team.
func (p inTeam) Edits() bool { return p.Open() && p.Role.MayEditTeam() }

// Invites reports whether who is here changes members and invites others.
func (p inTeam) Invites() bool { return p.Open() && p.By.MayManage(fund.RoleMember) }

// Disbands reports whether who is here may disband the team.
func (p inTeam) Disbands() bool { return p.Open() && p.Role == fund.RoleSuperAdmin }

// ifTeam serves a page for those of a team who may.
func ifTeam(may func(inTeam) bool, serve func(http.ResponseWriter, *http.Request, inTeam) error) func(http.ResponseWriter, *http.Request, inTeam) error {
	return func(w http.ResponseWriter, r *http.Request, p inTeam) error {
		if !may(p) {
			return errNothing
		}
		return serve(w, r, p)
	}
}

// ofTeam serves a page of the team that the address names, for its members.
func (s *Server) ofTeam(serve func(http.ResponseWriter, *http.Request, inTeam) error) page {
	return func(w http.ResponseWriter, r *http.Request, by who) error {
		id, err := fund.ParseID(r.PathValue("team"))
		switch {
		case by.Alone:
			return errNothing
		case err != nil:
			return fault.New(fault.NotFound, "There is no such team.")
		}
		p := inTeam{who: by}
		if p.Team, p.Role, err = s.app.OwnTeam(r.Context(), by.actor, fund.Key{ID: id}); err != nil {
			return err
		}
		if p.By = p.Role; by.actor.Operator {
			p.By = fund.RoleSuperAdmin
		}
		if p.Form, err = s.form(r, by); err != nil {
			return err
		}
		return serve(w, r, p)
	}
}

type teamRow struct{ Name, Role, Link string }

// teamsPage lists the teams of who is here, and makes another one.
type teamsPage struct {
	Form, Name, Problem string
	Teams               []teamRow
}

// teams is GET /dashboard/teams.
func (s *Server) teams(w http.ResponseWriter, r *http.Request, by who) error {
	return s.showTeams(w, r, by, http.StatusOK, teamsPage{})
}

func (s *Server) showTeams(w http.ResponseWriter, r *http.Request, by who, status int, page teamsPage) (err error) {
	if by.Alone {
		return errNothing
	}
	l := text.Of(r)
	mine, err := s.app.UserTeams(r.Context(), by.actor, fund.Key{ID: by.actor.User}, "", fund.Page{Limit: fund.MaxPage})
	if err != nil {
		return err
	}
	for _, m := range mine {
		page.Teams = append(page.Teams, teamRow{m.Team.Name, l.Text(teamRoleTexts[m.Role]), inTeam{Team: m.Team}.Base()})
	}
	if page.Form, err = s.form(r, by); err != nil {
		return err
	}
	title := l.Text("dash.teams.title")
	if page.Problem != "" {
		title = l.Text("dash.error_title", "Title", title)
	}
	s.Show(w, r, session.View{Template: "teams.html", Status: status, Title: title, Data: page})
	return nil
}

// makeTeam makes a team of a name, and shows it.
func (s *Server) makeTeam(w http.ResponseWriter, r *http.Request, by who) error {
	page := teamsPage{Name: r.PostForm.Get("name")}
	if by.Alone {
		return errNothing
	}
	team, err := s.app.CreateTeam(r.Context(), by.actor, fund.TeamPatch{Name: fund.Some(page.Name)})
	switch f := fault.From(err); {
	case err == nil:
		session.Redirect(w, inTeam{Team: team}.Base())
		return nil
	case f.Kind == fault.Invalid:
		page.Problem = session.Say(r, "dash.teams.name.wrong", "Count", fund.MaxName)
		return s.showTeams(w, r, by, http.StatusUnprocessableEntity, page)
	case f.Kind == fault.Forbidden || f.Kind == fault.Conflict: // who signed up a moment ago waits
		page.Problem = session.Say(r, "dash.teams.waits")
		return s.showTeams(w, r, by, http.StatusConflict, page)
	}
	return err
}

// teamMember is a member in the list. Roles are those that who is here may give, none where the role stays.
type teamMember struct {
	ID, Name, Role string
	Me, Removes    bool
	Roles          []teamRole
}

type teamInvitation struct {
	ID, Email, Role string
	Until           time.Time
	Withdraws       bool
}

type teamCampaign struct{ Name, Link, Status, Raised string }

type teamPage struct {
	inTeam

	// Mine is the own role in words, and Says what it may do; "" for an operator who is no member.
	Mine, Says  string
	All, Roles  []teamRole
	Members     []teamMember
	Invitations []teamInvitation
	Campaigns   []teamCampaign
	// More reports whether there are more members or campaigns than are listed.
	More bool
	// Done says what a form did that led here; "" for none.
	Done string
	// Email is what was typed, EmailProblem what is wrong with it, and Problem what else did not work; "" at first.
	Email, EmailProblem, Problem string
}

// team is GET /dashboard/{team}/team.
func (s *Server) team(w http.ResponseWriter, r *http.Request, p inTeam) error {
	return s.showTeam(w, r, http.StatusOK, teamPage{inTeam: p, Done: done(r)})
}

func (s *Server) showTeam(w http.ResponseWriter, r *http.Request, status int, page teamPage) error {
	l := text.Of(r)
	page.All = rolesBelow(l, fund.RoleSuperAdmin, "")
	if page.Role != "" {
		page.Mine, page.Says = l.Text(teamRoleTexts[page.Role]), l.Text(teamRoleSays[page.Role])
	}
	if page.Invites() {
		page.Roles = rolesBelow(l, page.By, fund.Role(r.PostForm.Get("role")))
	}
	for _, fill := range []func(context.Context, *text.Locale, *teamPage) error{s.fillMembers, s.fillInvitations, s.fillCampaigns} {
		if err := fill(r.Context(), l, &page); err != nil {
			return err
		}
	}
	v := session.View{Template: "team.html", Status: status, Title: page.Team.Name, Data: page}
	if page.EmailProblem+page.Problem != "" {
		v.Title = l.Text("dash.error_title", "Title", v.Title)
	}
	s.Show(w, r, v)
	return nil
}

func (s *Server) fillMembers(ctx context.Context, l *text.Locale, page *teamPage) error {
	members, err := s.app.ListMembers(ctx, page.actor, page.key(), fund.Page{Limit: fund.MaxPerFact})
	page.More = len(members) == fund.MaxPerFact
	for _, m := range members {
		one := teamMember{ID: m.User.ID.String(), Name: m.User.Username, Role: l.Text(teamRoleTexts[m.Role]), Me: m.User.ID == page.actor.User}
		if manages := page.By.MayManage(m.Role); page.Open() && (manages || one.Me) {
			one.Removes = true
			if manages {
				one.Roles = rolesBelow(l, page.By, m.Role)
			}
		}
		if len(one.Roles) < 2 { // there is nothing to choose
			one.Roles = nil
		}
		page.Members = append(page.Members, one)
	}
	return err
}

func (s *Server) fillInvitations(ctx context.Context, l *text.Locale, page *teamPage) error {
	if !page.Invites() {
		return nil
	}
	open, err := s.app.ListTeamInvitations(ctx, page.actor, page.key())
	for _, i := range open {
		page.Invitations = append(page.Invitations, teamInvitation{i.ID.String(), i.Email, l.Text(teamRoleTexts[i.Role]), i.ExpiresAt, page.By.MayManage(i.Role)})
	}
	return err
}

func (s *Server) fillCampaigns(ctx context.Context, l *text.Locale, page *teamPage) error {
	key := page.key()
	campaigns, err := s.app.ListCampaigns(ctx, page.actor, app.CampaignFilter{Team: &key}, fund.Page{Limit: fund.MaxPage})
	for _, f := range campaigns {
		one := teamCampaign{Name: f.Name, Status: l.Text(statusTexts[f.Status]), Raised: l.Amount(f.Total(), f.Currency)}
		if page.Role.MayEditCampaigns() {
			one.Link = Path + "/" + f.ID.String()
		}
		page.Campaigns = append(page.Campaigns, one)
	}
	page.More = page.More || len(campaigns) == fund.MaxPage
	return err
}

// memberOf is the member that a form names.
func memberOf(r *http.Request, p inTeam) (app.MemberKey, error) {
	id, err := fund.ParseID(r.PostForm.Get("user"))
	if err != nil {
		return app.MemberKey{}, fault.New(fault.Malformed, "The form names no member.")
	}
	return app.MemberKey{Team: p.key(), User: fund.Key{ID: id}}, nil
}

// setRole gives a member another role.
func (s *Server) setRole(w http.ResponseWriter, r *http.Request, p inTeam) error {
	key, err := memberOf(r, p)
	if err == nil {
		_, err = s.app.SetMember(r.Context(), p.actor, key, fund.Role(r.PostForm.Get("role")))
	}
	return s.changedTeam(w, r, p, p.Base(), err)
}

// removeMember takes a member out of the team, or lets who is here leave it.
func (s *Server) removeMember(w http.ResponseWriter, r *http.Request, p inTeam) error {
	key, err := memberOf(r, p)
	if err == nil {
		err = s.app.RemoveMember(r.Context(), p.actor, key)
	}
	to := p.Base()
	if key.User.ID == p.actor.User {
		to = teamsPath
	}
	return s.changedTeam(w, r, p, to, err)
}

// changedTeam goes on after a change, or says why there was none.
func (s *Server) changedTeam(w http.ResponseWriter, r *http.Request, p inTeam, to string, err error) error {
	switch {
	case err == nil || fault.Is(err, fault.NotFound): // it was gone already
		session.Redirect(w, to)
		return nil
	case fault.Is(err, fault.Conflict):
		return s.showTeam(w, r, http.StatusConflict, teamPage{inTeam: p, Problem: session.Say(r, "dash.team.last")})
	}
	return err
}

// inviteMember mails an invitation.
func (s *Server) inviteMember(w http.ResponseWriter, r *http.Request, p inTeam) error {
	l, page := text.Of(r), teamPage{inTeam: p, Email: r.PostForm.Get("email")}
	_, err := s.app.InviteMember(r.Context(), p.actor, app.TeamInvite{Team: p.key(), Email: page.Email, Role: fund.Role(r.PostForm.Get("role"))})
	var status int
	switch f := fault.From(err); {
	case err == nil:
		session.Redirect(w, p.Base()+"#invitations")
		return nil
	case f.Kind == fault.Invalid && f.Fields.Has("email"):
		status, page.EmailProblem = http.StatusUnprocessableEntity, l.Text("dash.team.email.wrong")
	case f.Kind == fault.Invalid:
		status, page.Problem = http.StatusUnprocessableEntity, l.Text("dash.team.role.wrong")
	case f.Kind == fault.RateLimited:
		s.Limited(w, r, f)
		status, page.Problem = http.StatusTooManyRequests, l.Text("dash.team.often", "Wait", l.Wait(f.RetryAfter))
	case f.Kind == fault.Conflict:
		status, page.Problem = http.StatusConflict, l.Text("dash.team.full", "Count", fund.MaxTeamInvitations)
	default:
		return err
	}
	return s.showTeam(w, r, status, page)
}

// withdrawMember ends an invitation. One that is gone needs no end.
func (s *Server) withdrawMember(w http.ResponseWriter, r *http.Request, p inTeam) error {
	id, err := fund.ParseID(r.PostForm.Get("id"))
	if err != nil {
		return fault.New(fault.Malformed, "The form names no invitation.")
	}
	return s.changedTeam(w, r, p, p.Base()+"#invitations", s.app.WithdrawTeamInvitation(r.Context(), p.actor, p.key(), id))
}

// disband disbands the team, if that is meant.
func (s *Server) disband(w http.ResponseWriter, r *http.Request, p inTeam) error {
	if r.PostForm.Get("sure") == "" {
		return s.showTeam(w, r, http.StatusUnprocessableEntity, teamPage{inTeam: p, Problem: session.Say(r, "dash.team.disband.sure")})
	}
	return s.changedTeam(w, r, p, teamsPath, s.app.DisbandTeam(r.Context(), p.actor, p.key()))
}

// joinTeamPage is what who has the link of an invitation to a team sees.
type joinTeamPage struct {
	Key, Team, By, Role, Says string
	// Form is the token of the form, User who is signed in; "" for nobody. SignIn leads to the sign-in and back.
	Form, User, SignIn string
	// SignUp reports whether anybody may make an account.
	SignUp bool
	// Member reports whether who is signed in is a member already.
	Member bool
}

// askJoin is GET /dashboard/join. It changes nothing, because programs follow links, too.
func (s *Server) askJoin(w http.ResponseWriter, r *http.Request) error {
	l, key := text.Of(r), r.URL.Query().Get("key")
	invitation, err := s.app.GetTeamInvitation(r.Context(), key)
	if err != nil {
		return s.closedJoin(w, r, err)
	}
	page := joinTeamPage{
		Key: key, Team: invitation.Team.Name, By: invitation.By.Username, Role: l.Text(teamRoleTexts[invitation.Role]), Says: l.Text(teamRoleSays[invitation.Role]),
		SignIn: session.SignInAt(r.URL.RequestURI()),
	}
	by, err := s.who(r)
	switch {
	case err == nil && !by.Alone:
		page.User = by.Person
		if page.Form, err = s.form(r, by); err != nil {
			return err
		}
		mine, err := s.app.UserTeams(r.Context(), by.actor, fund.Key{ID: by.actor.User}, "", fund.Page{Limit: fund.MaxPage})
		if err != nil {
			return err
		}
		page.Member = slices.ContainsFunc(mine, func(m fund.Membership) bool { return m.Team.ID == invitation.Team.ID })
	case err != nil && !fault.Is(err, fault.Unauthenticated):
		return err
	default:
		mode, err := s.app.SignUpMode(r.Context())
		if err != nil {
			return err
		}
		page.SignUp = mode == fund.SignUpOpen && s.app.SendsMail()
	}
	s.Show(w, r, session.View{Template: "jointeam.html", Title: l.Text("dash.join.title"), Data: page})
	return nil
}

// closedJoin shows that a link does not work, if that is the error.
func (s *Server) closedJoin(w http.ResponseWriter, r *http.Request, err error) error {
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Show(w, r, session.StopView(http.StatusNotFound, session.Stop{Heading: session.Say(r, "dash.join.closed"), Text: session.Say(r, "dash.join.closed.text")}))
	return nil
}

// joinTeam lets who is signed in join.
func (s *Server) joinTeam(w http.ResponseWriter, r *http.Request, by who) error {
	key := r.PostForm.Get("key")
	if by.Alone {
		session.Redirect(w, session.JoinTeam+"?"+url.Values{"key": {key}}.Encode())
		return nil
	}
	team, err := s.app.AcceptTeamInvitation(r.Context(), by.actor, key)
	if err != nil && !fault.Is(err, fault.Conflict) { // a member already
		return s.closedJoin(w, r, err)
	}
	session.Redirect(w, inTeam{Team: team}.Base())
	return nil
}
