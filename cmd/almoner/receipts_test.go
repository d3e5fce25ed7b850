package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testworld"
)

// paidGifts makes a database with one paid donation for each address, whose receipts wait, and gives their ids.
func paidGifts(t *testing.T, emails ...string) (db string, ids map[string]string) {
	t.Helper()
	db, ids = "sqlite:"+filepath.Join(t.TempDir(), "almoner.db"), map[string]string{}
	ctx, start := t.Context(), time.Now().Add(-time.Hour)
	var provider *sandbox.Provider
	a := testworld.NewAt(t, db, testworld.Options{At: start, Configure: func(s *testworld.Service, o *app.Options) {
		provider = s.Sandbox(sandbox.Options{})
		o.Payments = app.Payments{Provider: provider}
	}})
	cause, err := a.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}})
	must.Do(t, err)
	for _, email := range emails {
		begun, err := a.BeginDonation(ctx, app.Actor{}, app.FactKey{Key: fund.Key{ID: cause.ID}, Kinds: []fund.Kind{fund.KindCause}}, fund.CheckoutInput{
			DonationInput: fund.DonationInput{Amount: "10", Email: email},
		})
		must.Do(t, err)
		testworld.Pay(ctx, provider, begun.URL, "4242 4242 4242 4242")
		ids[email] = begun.Donation.String()
	}
	a.Settle(ctx, provider)
	return db, ids
}

// mailing starts a server over the database that sends mail through s.
func mailing(t *testing.T, db string, s *testmail.Server) *exec.Cmd {
	t.Helper()
	command := exec.Command(binary, "serve", "--addr", "127.0.0.1:0", "--db", db)
	command.Env = append(os.Environ(), "ALMONER_MAIL_SERVER="+s.URL(), "ALMONER_MAIL_FROM=Water <receipts@example.org>", "ALMONER_MAIL_ANYONE=true")
	var log bytes.Buffer
	command.Stderr = &log
	must.Do(t, command.Start())
	t.Cleanup(func() {
		if command.ProcessState == nil {
			kill(t, command)
		}
		if t.Failed() {
			t.Logf("the server's log:\n%s", log.String())
		}
	})
	return command
}

// kill ends a server as a loss of power does.
func kill(t *testing.T, command *exec.Cmd) {
	t.Helper()
	must.Do(t, command.Process.Kill())
	_ = command.Wait()
}

func TestReceiptsAreSent(t *testing.T) {
	t.Parallel()
	db, ids := paidGifts(t, "ada@example.org", "ben@example.org")
	mails := testmail.Start(t, testmail.Options{Password: "sesam"})
	mails.Behave(func(step testmail.Step, detail string) testmail.Reply {
		if step == testmail.To && strings.Contains(detail, "ben@") {
			return testmail.Reply{Code: 550, Text: "no such user"}
		}
		return testmail.Reply{}
	})
	mailing(t, db, mails)
	if got := mails.Wait(t.Context(), t, 1); got[0].To != "ada@example.org" || !strings.Contains(string(got[0].Data), "From: \"Water\" <receipts@example.org>") {
		t.Errorf("got %s\n%s", got[0].To, got[0].Data)
	}
	until(t, func() bool {
		got := run(t, "", "receipts", "list", "--db", db)
		return strings.Contains(got.out, ids["ben@example.org"]) && strings.Contains(got.out, "\trefused\t-\tThe mail server said: 550 no such user\n")
	})
	if got := run(t, "", "receipts", "list", "--unknown", "--db", db); got.code != 0 || got.out != "No receipt needs a look.\n" {
		t.Errorf("got %+v, want no unknown receipt", got)
	}
	mails.Behave(nil)
	if got := run(t, "", "receipts", "send", "--db", db, "--donation", ids["ben@example.org"]); got.code != 0 {
		t.Errorf("got %+v, want it sent again", got)
	}
	if got := mails.Wait(t.Context(), t, 2); got[1].To != "ben@example.org" {
		t.Errorf("got a message to %s, want the other", got[1].To)
	}
	const nobody = "0192f0a4-7c1e-7000-8000-000000000000"
	if got := run(t, "", "receipts", "send", "--db", db, "--donation", nobody); got.code != 1 || !strings.Contains(got.err, "There is no receipt") {
		t.Errorf("got %+v, want no receipt of a donation that is not there", got)
	}
}

// until asks again and again until something is so: what another process does in its own time.
func until(t *testing.T, so func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !so(); {
		if time.Now().After(end) {
			t.Fatal("got no change in a minute")
		}
	}
}

// A server that is killed while the mail server thinks about a message does not know whether it was sent, and one
// that is killed before knows that it was not.
func TestKilledWhileMailing(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at      testmail.Step
		unknown bool
	}{
		"before the message":     {testmail.To, false},
		"after the message came": {testmail.End, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ids := paidGifts(t, "ada@example.org", "ben@example.org")
			mails := testmail.Start(t, testmail.Options{})
			there := make(chan struct{}, 1)
			mails.Behave(func(step testmail.Step, detail string) testmail.Reply {
				if step == c.at && strings.Contains(detail, "ada@example.org") {
					there <- struct{}{}
					return testmail.Reply{Hang: true}
				}
				return testmail.Reply{}
			})
			first := mailing(t, db, mails)
			<-there
			mails.WaitTo(t.Context(), t, "ben@example.org", 1)
			until(t, func() bool {
				return !strings.Contains(run(t, "", "receipts", "list", "--unknown", "--db", db).out, ids["ben@example.org"])
			})
			kill(t, first)
			mails.Behave(nil)
			mailing(t, db, mails)
			listed := run(t, "", "receipts", "list", "--unknown", "--db", db)
			if strings.Contains(listed.out, ids["ada@example.org"]) != c.unknown {
				t.Errorf("got %+v, want it listed: %v", listed, c.unknown)
			}
			again := run(t, "", "receipts", "send", "--db", db, "--donation", ids["ada@example.org"])
			if c.unknown && (again.code != 1 || !strings.Contains(again.err, "its answer may still come")) || !c.unknown && again.code != 0 {
				t.Errorf("got %+v, want a refusal: %v", again, c.unknown)
			}
			run(t, "", "receipts", "send", "--db", db, "--donation", ids["ben@example.org"])
			mails.WaitTo(t.Context(), t, "ada@example.org", 1)
			mails.WaitTo(t.Context(), t, "ben@example.org", 2)
			if n := mails.Count("ada@example.org"); n != 1 {
				t.Errorf("got %d mails to Ada, want one", n)
			}
		})
	}
}

func TestMailSettingsAreRefusedInClearWords(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"--mail-server smtp://u:sesam@h":                         "--mail-from is missing",
		"--mail-from a@example.org":                              "--mail-server is missing",
		"--mail-server http://u:sesam@h --mail-from a@b.c":       "begins with smtp://",
		"--mail-server smtp://u:sesam@h/x --mail-from a@b.c":     "has more than",
		"--mail-server smtp://u:ses%am@h --mail-from a@b.c":      "%2F",
		"--mail-server smtp://sesam:1/@h --mail-from a@b.c":      "has more than",
		"--mail-server smtp://h:70000 --mail-from a@example.org": "is not a port",
		"--mail-server smtp://h --mail-from Water":               "is not a sender",
	} {
		for _, command := range []string{"serve", "demo"} {
			got := run(t, "", append([]string{command}, strings.Fields(args)...)...)
			if got.code != 2 || !strings.Contains(got.err, want) || strings.Contains(got.err+got.out, "sesam") {
				t.Errorf("%s %s: got %+v, want 2, %q and no password", command, args, got, want)
			}
		}
	}
}
