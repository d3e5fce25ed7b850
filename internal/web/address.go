package web

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/app"
)

const (
	// donationPath is below which donors see what became of their donation: the donation's key follows.
	donationPath = "/gifts/"
	// returnedName is below donationPath where donors come back to from paying: the key of that follows.
	returnedName = "paid"
	// receiptPath follows a donation's address where its receipt can be printed.
	receiptPath = "/receipt"
	// filePath follows the address of a receipt where it is a PDF.
	filePath = ".pdf"
	// problemPath follows a donation's address where its donor says what is wrong with it.
	problemPath = "/problem"
	// spellingPath follows a donation's address where its donor corrects the name on the receipt.
	spellingPath = "/spelling"
	// paymentPath follows a donation's address where its donor is led on to the payment.
	paymentPath = "/pay"
	// giftsPath is where a donor asks for a link to all donations, findPath where the link leads: its key follows. minePath shows them, erasePath erases
	// what is stored of them.
	giftsPath = "/gifts"
	findPath  = "/gifts/find/"
	minePath  = "/gifts/mine"
	erasePath = "/gifts/mine/erase"
	// statementPath is where a donor has yearly statements: the cause and the year follow.
	statementPath = "/gifts/statements/"
	// contactPath is where a donor withdraws the consent to contact: its key follows.
	contactPath = "/gifts/contact/"
	// DonatePath follows the address of a fact where it is given to.
	DonatePath = "/donate"
)

// logPath is the path of a request as logs have it: without the key of a donation, which opens the donor's pages.
func logPath(r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, donationPath) {
		return donationPath + "…"
	}
	return r.URL.Path
}

// DonorPages are the addresses of a server's pages for one donor.
func DonorPages(baseURL string) app.DonorPages {
	return app.DonorPages{
		Donation:    func(key string) string { return baseURL + donationPath + key },
		Receipt:     func(key string) string { return baseURL + donationPath + key + receiptPath },
		ReceiptFile: func(key string) string { return baseURL + donationPath + key + receiptPath + filePath },
		Problem:     func(key string) string { return baseURL + donationPath + key + problemPath },
		Find:        func(key string) string { return baseURL + findPath + key },
		Contact:     func(key string) string { return baseURL + contactPath + key },
		Returned: func(origin, key string) string {
			return cmp.Or(origin, baseURL) + donationPath + returnedName + "/" + key
		},
		Payment: func(origin, key string) string { return cmp.Or(origin, baseURL) + donationPath + key + paymentPath },
	}
}
