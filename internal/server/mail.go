package server

import (
	"context"
	"crypto/rand"
	"math"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/mail"
)

// postOf is what sends receipts; nil when no mail server is set.
func postOf(c config.Mail) app.Mailer {
	if !c.Set() {
		return nil
	}
	return mailPost(c)
}

// mailPost sends mails through the mail server that is set.
func mailPost(c config.Mail) *mail.Post {
	s := c.Server
	security := mail.StartTLS
	switch {
	case s.TLS:
		security = mail.ImplicitTLS
	case s.Local():
		security = mail.Plain
	}
	return mail.New(mail.Options{
		Server: mail.Server{Host: s.Host, Port: s.Port, User: s.User, Password: s.Password, Security: security},
		From:   c.From.Address, Random: rand.Reader,
	})
}

// logMail says that nobody sends mails, where that is so.
func (n *Node) logMail(ctx context.Context) {
	if !n.Mail.Set() {
		n.Log.InfoContext(ctx, "no mail server is set (--mail-server): receipts are kept until there is one")
	}
}

// mailServers is 1 when receipts are sent, else 0.
func (n *Node) mailServers() float64 {
	if n.Mail.Set() {
		return 1
	}
	return 0
}

// receipts counts those whose mail is in a state; not a number while the database does not answer.
func (n *Node) receipts(state fund.MailState) func() float64 {
	return func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		count, err := n.store.CountMails(ctx, fund.MailReceipt, state)
		if err != nil {
			return math.NaN()
		}
		return float64(count)
	}
}
