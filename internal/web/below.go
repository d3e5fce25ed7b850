package web

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
)

// Files for programs and printers are below the page of a fact. Slugs have no dots, so that no page has such an address.
const (
	// feedPath follows the address of a fact where its latest donations are an Atom feed.
	feedPath = "/donations.atom"
	// calendarPath follows the address of a fact where its schedule is a calendar.
	calendarPath = "/schedule.ics"
	// codePath follows the address of a fact where the QR code of its donate page is.
	codePath = "/qr.svg"
)

// file makes the file of a fact.
type file func(*http.Request, app.Seen) (view, error)

// fileOf finds the fact that a file is below of, as its page does: old addresses lead to the present one, and those of team campaigns below a
// user to the team.
func (s *Site) fileOf(build file) func(*http.Request) (view, error) {
	return func(r *http.Request) (view, error) {
		key := causeKey(r.PathValue("first"))
		if below := r.PathValue("second"); below != "" {
			key = keyBelow(r.PathValue("first"), below)
		}
		seen, err := s.app.See(r.Context(), visitor, key)
		switch {
		case key.User != nil && fault.Is(err, fault.NotFound):
			team, err := s.teamCampaign(r.Context(), key)
			return view{status: http.StatusFound, location: pathOf(team) + r.Pattern[strings.LastIndex(r.Pattern, "/"):]}, err
		case err != nil:
			return view{}, err
		case moved(r, factSlugs(seen.Fact())) != "":
			return redirect(moved(r, factSlugs(seen.Fact()))), nil
		default:
			return build(r, seen)
		}
	}
}
