package app

import (
	"context"
	"time"
)

// Mailer sends mail.
type Mailer interface {
	// SendReceipt sends one receipt to the donor. It calls hand when the mail server has all of the message but its end, and sends the end
	// only if hand returns nil: without it, no server delivers the message.
	SendReceipt(ctx context.Context, m ReceiptMail, hand func(context.Context) error) Delivery
}

// ReceiptMail is the content of a mail.
type ReceiptMail struct {
	DonorView
	// URL is where the receipt can be seen and printed.
	URL string
	// At is when the mail was written.
	At time.Time
}

// Delivery is the result of sending a mail.
type Delivery struct {
	Result DeliveryResult
	// Problem is why it was not accepted, worded for the operator; "" for none.
	Problem string
	// Err is the cause, for the log. It contains no e-mail address.
	Err error
}

// DeliveryResult says whether the mail server accepted a mail. The set is closed.
type DeliveryResult string

// The results: the server accepted the mail, deferred it, or rejected it; it could not be reached or accepts no mail from this server; hand
// refused; or its answer was lost, so that the result is unknown.
const (
	MailTaken   DeliveryResult = "taken"
	MailPutOff  DeliveryResult = "put_off"
	MailRefused DeliveryResult = "refused"
	MailAway    DeliveryResult = "away"
	MailHeld    DeliveryResult = "held"
	MailLost    DeliveryResult = "lost"
)
