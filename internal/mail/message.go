package mail

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// write makes the whole message, with its headers.
func (p *Post) write(m app.ReceiptMail) ([]byte, error) {
	text, markup, err := Parts(m)
	if err != nil {
		return nil, err
	}
	// The boundary is drawn anew each time, so that nothing that a donor typed can be it.
	boundary := make([]byte, 16)
	if _, err := io.ReadFull(p.Random, boundary); err != nil {
		return nil, fmt.Errorf("boundary: %w", err)
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("almoner-"+hex.EncodeToString(boundary)))
	msg.FromMailAddress(&p.From)
	msg.ToMailAddress(&mail.Address{Address: fund.WireEmail(m.Donation.Email)})
	if contact := fund.WireEmail(m.Cause.ContactEmail); contact != "" && plainASCII(contact) {
		msg.ReplyToMailAddress(&mail.Address{Address: contact})
	}
	msg.Subject(subjectOf(m))
	msg.SetDateWithValue(m.At)
	msg.SetMessageIDWithValue(p.messageID(m))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, text)
	msg.AddAlternativeString(gomail.TypeTextHTML, markup)
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	return out.Bytes(), nil
}

// subjectOf says first that the money is play money, where it is.
func subjectOf(m app.ReceiptMail) string {
	subject := say("mail.subject", "Name", line(m.LegalName()))
	switch {
	case m.Mode == fund.ModeTest:
		return say("mail.subject.test", "Subject", subject)
	case m.Simulated():
		return say("mail.subject.sandbox", "Subject", subject)
	}
	return subject
}

// messageID is the same for all mails of a receipt, so that a mailbox may drop one that came twice.
func (p *Post) messageID(m app.ReceiptMail) string {
	_, domain, _ := strings.Cut(p.From.Address, "@")
	return "receipt." + m.Donation.ID.String() + "@" + domain
}
