package admin

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// waits is a number of things that wait for an operator, and where they are; Path is "" where no page shows them.
type waits struct{ Text, Count, Path string }

type overviewPage struct {
	operator

	// Waits are what needs a look, nothing that does not.
	Waits []waits
	// Mode says what money it is, and Version which program.
	Mode, Version string
	// Findings are those that are not as they should be, Fine how many are, and ExaminedAt when that was found; the zero time before the first time.
	Findings   []Finding
	Fine       string
	ExaminedAt time.Time
}

// modeTexts say what money a server takes.
var modeTexts = map[fund.Mode]text.ID{fund.ModeSandbox: "admin.mode.sandbox", fund.ModeTest: "admin.mode.test", fund.ModeLive: "admin.mode.live"}

// overview is GET /admin.
func (s *Server) overview(w http.ResponseWriter, r *http.Request, by operator) error {
	l := text.Of(r)
	by.Title = l.Text("admin.title")
	page := overviewPage{operator: by, Version: s.version, Mode: l.Text("admin.mode.none")}
	if id, known := modeTexts[s.app.Mode(r.Context())]; known {
		page.Mode = l.Text(id)
	}
	count, err := s.app.CountWaiting(r.Context(), by.actor)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		text  text.ID
		count int
		path  string
	}{
		{"admin.waits.causes", count.Causes, causesPath}, {"admin.waits.charities", count.Charities, ""},
		{"admin.waits.events", count.StuckEvents, eventsPath}, {"admin.waits.receipts.refused", count.ReceiptsRefused, receiptsPath},
		{"admin.waits.receipts.unknown", count.ReceiptsUnknown, receiptsPath}, {"admin.waits.webhooks", count.FailingWebhooks, ""},
	} {
		if one.count > 0 {
			page.Waits = append(page.Waits, waits{l.Text(one.text), l.Count(int64(one.count)), one.path})
		}
	}
	found, at := s.findings()
	page.ExaminedAt = at
	fine := 0
	for _, one := range found {
		if one.Warning || one.Problem {
			page.Findings = append(page.Findings, one)
		} else {
			fine++
		}
	}
	page.Fine = l.Text("admin.doctor.fine", "Count", fine, "Number", l.Count(int64(fine)))
	s.render(w, r, http.StatusOK, "overview.html", by, page)
	return nil
}
