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
func (p *Post) write(l app.Letter) ([]byte, error) {
	w, err := pageOf(l)
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
	msg.ToMailAddress(&mail.Address{Address: fund.WireEmail(l.Recipient)})
	if to := fund.WireEmail(w.replyTo); to != "" && plainASCII(to) {
		msg.ReplyToMailAddress(&mail.Address{Address: to})
	}
	msg.Subject(w.subject)
	msg.SetDateWithValue(l.At)
	msg.SetMessageIDWithValue(p.messageID(l))
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	if w.unsubscribe != "" { // RFC 8058
		msg.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+w.unsubscribe+">")
		msg.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(gomail.TypeTextPlain, w.text)
	msg.AddAlternativeString(gomail.TypeTextHTML, w.markup)
	var out bytes.Buffer
	if _, err := msg.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	return out.Bytes(), nil
}

// Read is the subject and the text of a mail as it would be sent.
func Read(l app.Letter) (subject, text string, err error) {
	w, err := pageOf(l)
	return w.subject, w.text, err
}

// messageID is the same whenever a mail is sent again, so that a mailbox may drop one that came twice.
func (p *Post) messageID(l app.Letter) string {
	_, domain, _ := strings.Cut(p.From.Address, "@")
	return string(l.Kind) + "." + l.ID.String() + "@" + domain
}
