package web

import (
	"net/http"
	"strconv"
	"strings"

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
	// File is where the receipt is a PDF; "" where a PDF cannot show it.
	File string
	// Spelling is where its donor can correct the name on it; "" where that is over.
	Spelling string
	// Wrong is where its donor says what is wrong with the gift, or reads what was answered; "" where neither is possible.
	Wrong string
	// Play tells that no money moved.
	Play bool
}

// receiptLink leads to another receipt of the gift.
type receiptLink struct{ Number, Path string }

// receipt is a receipt of a donation, for printing; the last one without a number. A number that ends in ".pdf" is the file.
func (s *Site) receipt(key, number string) http.HandlerFunc {
	if number, isFile := strings.CutSuffix(number, filePath); isFile {
		return s.file(key, number)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		v, err := s.receiptView(r, key, number)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		l := text.Of(r)
		title := l.Text("receipt.title", "Number", strconv.FormatInt(v.Shown.Number, 10))
		page := receiptOf(l, key, v)
		if v.Shown.ReplacedBy == 0 {
			if page.Wrong, err = s.wrongAt(r.Context(), key, v.Donation); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		if v.Shown.ReplacedBy == 0 && v.MaySpell(s.app.Now()) {
			page.Spelling = donationPath + key + spellingPath
		}
		s.write(w, s.render(r, view{template: "receipt.html", Title: title, Data: page}))
	}
}

// receiptFile is the last receipt of a donation as a PDF.
func (s *Site) receiptFile(key string) http.HandlerFunc { return s.file(key, "") }

func (s *Site) file(key, number string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		secret(w.Header())
		n, err := receiptNumber(number)
		var file app.ReceiptFile
		if err == nil {
			file, err = s.app.GetReceiptFile(r.Context(), key, n, testNote)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		writePDF(w, "receipt-"+strconv.FormatInt(file.Number, 10), file.Content)
	}
}

// testNote says on a receipt about play money that it is none.
func testNote(v app.ReceiptView) string {
	if !v.Simulated() {
		return ""
	}
	l := text.Accepted(v.Document.Language)
	return l.Text("gift.play_mark") + " " + l.Text("receipt.play")
}

// receiptNumber reads the number of a receipt in an address; "" is 0, for the last one.
func receiptNumber(number string) (n int64, err error) {
	if number == "" {
		return 0, nil
	}
	if n, err = strconv.ParseInt(number, 10, 64); err != nil || n <= 0 || strconv.FormatInt(n, 10) != number {
		return 0, fault.New(fault.NotFound, "%q is not the number of a receipt.", number)
	}
	return n, nil
}

// receiptView reads the receipt of a number in an address; "" is the last one.
func (s *Site) receiptView(r *http.Request, key, number string) (app.ReceiptView, error) {
	n, err := receiptNumber(number)
	if err != nil {
		return app.ReceiptView{}, err
	}
	return s.app.GetReceiptView(r.Context(), key, n)
}

func receiptOf(l *text.Locale, key string, v app.ReceiptView) receiptPage {
	page := receiptPage{Document: v.Document, Gift: donationPath + key, Play: v.Simulated()}
	if v.Document.HasPDF() {
		page.File = receiptAt(key, v.Shown.Receipt) + filePath
	}
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
	if why == fund.VoidCorrected || why == fund.VoidRedated {
		return "receipt.void.corrected"
	}
	return "receipt.void.refunded"
}
