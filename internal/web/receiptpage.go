package web

import (
	"net/http"
	"strconv"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/text"
)

// receiptPage is a receipt as it is printed.
type receiptPage struct {
	receipt.Document
	// Void says why the receipt does not hold any more, Successor which one took its place; nil for none.
	Void      string
	Successor *receiptLink
	// Others are the other receipts of the gift.
	Others []receiptLink
	Gift   string
	// Play tells that no money moved.
	Play bool
}

// receiptLink leads to another receipt of the gift.
type receiptLink struct{ Number, Path string }

// receipt is a receipt of a donation, for printing; the last one without a number.
func (s *Site) receipt(key, number string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		v, err := s.receiptView(r, key, number)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		l := text.Of(r)
		title := l.Text("receipt.title", "Number", strconv.FormatInt(v.Shown.Number, 10))
		s.write(w, s.render(r, view{template: "receipt.html", Title: title, Data: receiptOf(l, key, v)}))
	}
}

// receiptView reads the receipt of a number in an address; "" is the last one.
func (s *Site) receiptView(r *http.Request, key, number string) (app.ReceiptView, error) {
	var n int64
	if number != "" {
		var err error
		if n, err = strconv.ParseInt(number, 10, 64); err != nil || n <= 0 || strconv.FormatInt(n, 10) != number {
			return app.ReceiptView{}, fault.New(fault.NotFound, "%q is not the number of a receipt.", number)
		}
	}
	return s.app.GetReceiptView(r.Context(), key, n)
}

func receiptOf(l *text.Locale, key string, v app.ReceiptView) receiptPage {
	page := receiptPage{Document: v.Document, Gift: donationPath + key, Play: v.Simulated()}
	if !v.Shown.Valid() {
		page.Void = l.Text(voidText(v.Shown.Void))
	}
	for _, one := range v.All {
		link := receiptLink{Number: strconv.FormatInt(one.Number, 10), Path: receiptAt(key, one)}
		switch one.Number {
		case v.Shown.Number:
		case v.Shown.ReplacedBy:
			page.Successor = &link
		default:
			page.Others = append(page.Others, link)
		}
	}
	return page
}

// receiptAt is the address of a receipt of a gift: the last one has it without its number, so that the address in a mail leads to what holds.
func receiptAt(key string, r fund.Receipt) string {
	path := donationPath + key + receiptPath
	if r.ReplacedBy == 0 {
		return path
	}
	return path + "/" + strconv.FormatInt(r.Number, 10)
}

// voidText says why a receipt is void.
func voidText(why fund.VoidReason) text.ID {
	if why == fund.VoidCorrected {
		return "receipt.void.corrected"
	}
	return "receipt.void.refunded"
}
