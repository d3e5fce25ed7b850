package admin

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// logPath is the log of acts.
const logPath = Path + "/log"

// actRow is a line of the log.
type actRow struct {
	At                         time.Time
	Act, Role, Subject, Detail string
	// Who did it, with the page of that user; "" for what is no user.
	Who, WhoLink string
	// Link is the page of the subject; "" where there is none here.
	Link, Address string
}

// actChoice is an act to look for.
type actChoice struct {
	Act    fund.Act
	Chosen bool
}

type actsPage struct {
	operator

	// By and Act filter the log; "" for everything. ByProblem says why By is refused; "" if it is not.
	By, ByProblem string
	Choices       []actChoice
	MaxText       int
	Acts          []actRow
	// Older leads on; "" at the end.
	Older string
}

// acts is GET /admin/log: the newest acts first.
func (s *Server) acts(w http.ResponseWriter, r *http.Request, by operator) error {
	l, ctx, asked := text.Of(r), r.Context(), r.URL.Query()
	by.Title = l.Text("admin.log")
	page := actsPage{operator: by, By: strings.TrimSpace(asked.Get("by")), MaxText: app.MaxUserSearch}
	filter := app.ActFilter{Act: fund.Act(asked.Get("act"))}
	if filter.Act != "" && !slices.Contains(fund.Acts(), filter.Act) {
		return fault.New(fault.Malformed, "There is no such act.")
	}
	for _, act := range slices.Sorted(slices.Values(fund.Acts())) {
		page.Choices = append(page.Choices, actChoice{act, act == filter.Act})
	}
	before, err := before(r)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if page.By != "" {
		user, err := s.app.SearchUser(ctx, by.actor, page.By)
		switch {
		case fault.Is(err, fault.NotFound):
			page.ByProblem, status = l.Text("admin.users.none"), http.StatusNotFound
		case err != nil:
			return err
		}
		filter.Actor = user.ID
	}
	if page.ByProblem == "" {
		acts, err := s.app.FindActs(ctx, by.actor, filter, fund.Page{Limit: atOnce + 1, Before: before})
		if err != nil {
			return err
		}
		if len(acts.Lines) > atOnce {
			acts.Lines = acts.Lines[:atOnce]
			asked.Set("before", strconv.FormatInt(acts.Lines[atOnce-1].Number, 10))
			page.Older = logPath + "?" + asked.Encode()
		}
		page.Acts = actRows(acts)
	}
	s.render(w, r, status, "log.html", page.operator, page)
	return nil
}

func actRows(acts app.ActPage) []actRow {
	all := make([]actRow, len(acts.Lines))
	for i, one := range acts.Lines {
		row := actRow{At: one.At, Act: string(one.Act), Role: one.Role, Subject: one.Subject.String(), Address: one.Address}
		for _, name := range slices.Sorted(maps.Keys(one.Detail)) {
			row.Detail = strings.TrimSpace(row.Detail + " " + name + "=" + one.Detail[name])
		}
		if user, is := acts.Users[one.Actor]; is {
			row.Who, row.WhoLink = user.Username, userPath(user.ID)
		}
		if user, is := acts.Users[one.Subject]; is {
			row.Subject, row.Link = user.Username, userPath(user.ID)
		}
		if strings.HasPrefix(row.Act, "provider_event.") {
			row.Link = eventPath(one.Subject)
		}
		all[i] = row
	}
	return all
}
