package web

import (
	"net/http"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// previewPolicy lets pages of ours have a preview in a frame.
var previewPolicy = ui.ContentPolicy("'none'", ui.Sources{Ancestors: "'self'"})

// Preview shows the page of a campaign to who may see it before it is public, with its own fields as they would be in f. It stands in a frame of a page of ours that
// lets its links open nothing, or in a window of its own.
func (s *Site) Preview(w http.ResponseWriter, r *http.Request, seen app.Seen, f fund.Fact) error {
	page := s.factPage(text.Of(r), f, f.Description)
	page.Preview = true
	v, err := s.factView(r.Context(), seen, page, s.addDonations, s.addMilestones, s.addPolls, s.addTargets, s.addRewards, s.addSchedule)
	if err != nil {
		return err
	}
	page.Stream = nil // its player is a page of somebody else
	v.About, v.Preview = nil, true
	made := s.render(r, v)
	if made.status != 0 {
		return fault.New(fault.Internal, "The preview could not be made.")
	}
	w.Header().Set("Content-Security-Policy", previewPolicy)
	w.Header().Set("X-Frame-Options", "SAMEORIGIN")
	s.write(w, made)
	return nil
}
