package mail_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/mail"
	"github.com/almoner/almoner/internal/testmail"
)

// TestTheMailServerIsChecked without a mail being sent.
func TestTheMailServerIsChecked(t *testing.T) {
	t.Parallel()
	s := testmail.Start(t, testmail.Options{StartTLS: true, Password: "right"})
	as := func(password string) func(*mail.Options) {
		return func(o *mail.Options) {
			o.Server.Security, o.Server.User, o.Server.Password = mail.StartTLS, "user", password
		}
	}
	if err := post(t, s, as("right")).Check(t.Context()); err != nil {
		t.Errorf("got %v", err)
	}
	for what, p := range map[string]*mail.Post{
		"does not let this server in": post(t, s, as("mistyped")),
		"cannot be reached":           post(t, s, func(o *mail.Options) { o.Server.Port = 1 }),
	} {
		if err := p.Check(t.Context()); !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.From(err).Message, what) || strings.Contains(err.Error(), "mistyped") {
			t.Errorf("got %v, want that it %s", err, what)
		}
	}
	if got := s.Messages(); len(got) != 0 {
		t.Errorf("got %d mails", len(got))
	}
}
