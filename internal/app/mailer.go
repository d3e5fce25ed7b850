package app

import (
	"context"
	"time"
)

// Mailer sends mail.
type Mailer interface {
	// SendReceipt sends one receipt to the donor. It calls hand when the mail server has all of the message
	// but its end, and ends it only if hand returns nil: without that, no server delivers it.
	SendReceipt(ctx context.Context, m ReceiptMail, hand func(context.Context) error) Delivery
}

// ReceiptMail is what a mail says.
type ReceiptMail struct {
	DonorView
	// URL is where the receipt can be seen and printed.
	URL string
	// At is when the mail was written.
	At time.Time
}

// Delivery is what became of a mail.
type Delivery struct {
	Result DeliveryResult
	// Problem is why it was not taken, in words for the operator; "" for none.
	Problem string
	// Err is the cause, for the log. It quotes nobody's address.
	Err error
}

// DeliveryResult says whether the mail server took a mail. The set is closed.
type DeliveryResult string

// The results: the server took the mail, takes it perhaps later, never takes it; it could not be reached or
// takes no mail of ours at all; hand refused; or its answer got lost, so that nobody knows.
const (
	MailTaken   DeliveryResult = "taken"
	MailPutOff  DeliveryResult = "put_off"
	MailRefused DeliveryResult = "refused"
	MailAway    DeliveryResult = "away"
	MailHeld    DeliveryResult = "held"
	MailLost    DeliveryResult = "lost"
)
