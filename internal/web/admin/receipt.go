package admin

import (
	"net/http"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// receiptsPath is the list of receipts that somebody should look at.
const receiptsPath = Path + "/receipts"

// receiptRow is a receipt in a list.
type receiptRow struct {
	Donation, Number, Why string
	At                    time.Time
}

type receiptsPage struct {
	operator

	// Refused and Unknown are the first of them each, by donation; More says that there are others.
	Refused, Unknown         []receiptRow
	MoreRefused, MoreUnknown bool
}

// receipts is GET /admin/receipts.
func (s *Server) receipts(w http.ResponseWriter, r *http.Request, by operator) error {
	return s.showReceipts(w, r, http.StatusOK, by)
}

func (s *Server) showReceipts(w http.ResponseWriter, r *http.Request, status int, by operator) (err error) {
	by.Title = text.Of(r).Text("admin.receipts")
	page := receiptsPage{operator: by}
	if page.Refused, page.MoreRefused, err = s.receiptRows(r, by, fund.MailRefused); err != nil {
		return err
	}
	if page.Unknown, page.MoreUnknown, err = s.receiptRows(r, by, fund.MailUnknown); err != nil {
		return err
	}
	s.render(w, r, status, "receipts.html", by, page)
	return nil
}

func (s *Server) receiptRows(r *http.Request, by operator, state fund.MailState) (rows []receiptRow, more bool, err error) {
	receipts, err := s.app.ListReceipts(r.Context(), by.actor, state, fund.Page{Limit: atOnce + 1, Order: fund.OldestFirst})
	if len(receipts) > atOnce {
		receipts, more = receipts[:atOnce], true
	}
	l := text.Of(r)
	for _, one := range receipts {
		rows = append(rows, receiptRow{one.DonationID.String(), l.Count(one.Number), one.Mail.Problem, one.Mail.HandedAt})
	}
	return rows, more, err
}

// resendReceipt has a receipt sent again.
func (s *Server) resendReceipt(w http.ResponseWriter, r *http.Request, by operator) error {
	id, err := fund.ParseID(r.PostForm.Get("donation"))
	if err != nil {
		return errNoChoice
	}
	err = s.app.ResendReceipt(r.Context(), by.actor, id)
	if fault.Is(err, fault.Conflict) {
		by.Problem = text.Of(r).Text("admin.receipts.late")
		return s.showReceipts(w, r, http.StatusConflict, by)
	}
	if err != nil {
		return err
	}
	return finish(w, receiptsPath, "resent")
}
