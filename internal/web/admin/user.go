package admin

import (
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/session"
)

// usersPath is the list of users, with one below it.
const usersPath = Path + "/users"

// userRow is a user in a list.
type userRow struct {
	Name, Link, State string
	Since             time.Time
}

type usersPage struct {
	operator

	// Text is what was searched for without finding it; "" for no search.
	Text      string
	MaxText   int
	Users     []userRow
	Operators []userRow
	// Older leads on; "" at the end.
	Older string
}

// users is GET /admin/users: the newest first, or the one who is searched for.
func (s *Server) users(w http.ResponseWriter, r *http.Request, by operator) error {
	l, ctx := text.Of(r), r.Context()
	by.Title = l.Text("admin.users")
	page := usersPage{operator: by, Text: strings.TrimSpace(r.URL.Query().Get("q")), MaxText: app.MaxUserSearch}
	if page.Text != "" {
		found, err := s.app.SearchUser(ctx, by.actor, page.Text)
		if err == nil {
			session.Redirect(w, userPath(found.ID))
			return nil
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		page.Problem = l.Text("admin.users.none")
	}
	before, err := before(r)
	if err != nil {
		return err
	}
	users, err := s.app.ListUsers(ctx, by.actor, fund.Page{Limit: atOnce + 1, Before: before})
	if err != nil {
		return err
	}
	if len(users) > atOnce {
		users = users[:atOnce]
		page.Older = olderAt(usersPath, users[atOnce-1].LegacyID)
	}
	page.Users = userRows(l, users)
	if before == nil {
		operators, err := s.app.ListOperators(ctx, by.actor, fund.Page{Limit: atOnce})
		if err != nil {
			return err
		}
		page.Operators = userRows(l, operators)
	}
	status := http.StatusOK
	if page.Problem != "" {
		status = http.StatusNotFound
	}
	s.render(w, r, status, "users.html", page.operator, page)
	return nil
}

func userPath(id fund.ID) string { return usersPath + "/" + id.String() }

func userRows(l *text.Locale, users []fund.User) []userRow {
	all := make([]userRow, len(users))
	for i, u := range users {
		all[i] = userRow{Name: u.Username, Link: userPath(u.ID), State: l.Text(userState(u)), Since: u.CreatedAt}
	}
	return all
}

// userState says what is special about a user.
func userState(u fund.User) text.ID {
	switch {
	case !u.DeletedAt.IsZero():
		return "admin.user.deleted"
	case !u.DisabledAt.IsZero():
		return "admin.user.disabled"
	case u.Operator:
		return "admin.user.operator"
	default:
		return "admin.user.active"
	}
}

type userPage struct {
	operator

	User  fund.User
	State string
	// Factor is since when the user has a second factor; the zero time for none.
	Factor time.Time
	// Self reports whether it is who looks at it. Disabled and Deleted report whether the account cannot be used.
	Self, Disabled, Deleted bool
	// Page is the path of the page of the user.
	Page string
}

// user is GET /admin/users/{user}.
func (s *Server) user(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.showUser(w, r, http.StatusOK, by)
}

func (s *Server) showUser(w http.ResponseWriter, r *http.Request, status int, by operator) error {
	id, err := subject(r, "user")
	if err != nil {
		return err
	}
	found, err := s.app.FindUser(r.Context(), by.actor, fund.Key{ID: id}, "")
	if err != nil {
		return err
	}
	by.Title = found.Username
	page := userPage{
		operator: by, User: found, State: session.Say(r, userState(found)), Self: found.ID == by.actor.User,
		Disabled: !found.DisabledAt.IsZero(), Deleted: !found.DeletedAt.IsZero(), Page: "/@" + found.Slug,
	}
	if page.Factor, err = s.app.SecondFactorOf(r.Context(), by.actor, id); err != nil {
		return err
	}
	s.render(w, r, status, "user.html", by, page)
	return nil
}

// changeUser does something to the account of a user.
func (s *Server) changeUser(w http.ResponseWriter, r *http.Request, by operator) error {
	id, err := subject(r, "user")
	if err != nil {
		return err
	}
	var done string
	ctx := r.Context()
	switch do := r.PostForm.Get("do"); {
	case do == "disable" && id == by.actor.User:
		by.Problem = session.Say(r, "admin.user.self")
		return s.showUser(w, r, http.StatusConflict, by)
	case do == "disable":
		done = "disabled"
		_, err = s.app.DisableUser(ctx, by.actor, id)
	case do == "enable":
		done = "enabled"
		_, err = s.app.EnableUser(ctx, by.actor, id)
	case do == "end":
		done = "ended"
		_, err = s.app.EndSessions(ctx, by.actor, id)
	default:
		return errNoChoice
	}
	if err != nil {
		return err
	}
	return finish(w, by.Here, done)
}
