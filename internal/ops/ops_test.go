package ops_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// unsafePostgres is what is found at the servers of tests, which lose nothing when only processes end.
const unsafePostgres = "PostgreSQL has fsync = off: a loss of power takes donations that were acknowledged."

// healthy is a doctor of a server with nothing wrong, at an instant of its database.
func healthy(t *testing.T, url string) (ops.Doctor, *testworld.World) {
	t.Helper()
	good := func(context.Context) error { return nil }
	w := testworld.Populate(t, testworld.NewAt(t, url, testworld.Options{At: testworld.Start}))
	for must.Get(w.Store.Project(t.Context()))(t) > 0 {
	}
	folder := t.TempDir()
	must.Do(t, os.WriteFile(filepath.Join(folder, "almoner-scheduled-"+w.Clock.Now().Format("20060102T150405Z")+".db.zst"), nil, 0o600))
	return ops.Doctor{
		BackupDir: folder, BackupEvery: time.Hour, Store: w.Store, Database: config.Database(url), BaseURL: "http://127.0.0.1:8080", Now: w.Clock.Now, Connections: 100, Damage: true,
		Secret: good, Mail: good, Payments: good, PaymentsTitle: "Stripe",
	}, w
}

// TestADoctor looks at a server with nothing wrong, and with one thing wrong after the other.
func TestADoctor(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	d, w := healthy(t, url)
	says := func(text string) func(context.Context) error {
		return func(context.Context) error {
			return fault.Wrap(errors.New("dial tcp:\nrefused"), fault.Unavailable, "%s", text)
		}
	}
	for _, f := range d.Examine(t.Context()) {
		if f.Check == "database" && f.Text == unsafePostgres {
			continue
		}
		if f.Level != ops.OK || f.Text == "" || f.Fix != "" || !slices.Contains(ops.Checks(), f.Check) {
			t.Errorf("got %+v of a server with nothing wrong", f)
		}
	}
	w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "10", Reference: "one"}, w.Clock.Now())
	for _, c := range []struct {
		check  string
		change func(*ops.Doctor)
		level  ops.Level
		want   string
	}{
		{"clock", func(d *ops.Doctor) { d.Now = w.Clock.Now }, ops.OK, ""},
		{"clock", func(d *ops.Doctor) { d.Now = func() time.Time { return w.Clock.Now().Add(-fund.ClockTolerance) } }, ops.OK, ""},
		{"clock", func(d *ops.Doctor) {
			d.Now = func() time.Time { return w.Clock.Now().Add(-fund.ClockTolerance - time.Second) }
		}, ops.Problem, "1m1s ahead"},
		{"secret_key", func(d *ops.Doctor) { d.Secret = says("The secret key is missing.") }, ops.Problem, "The secret key is missing. (dial tcp: refused)"},
		{"mail", func(d *ops.Doctor) { d.Mail = nil }, ops.Warning, "--mail-server"},
		{"mail", func(d *ops.Doctor) { d.Mail = says("It cannot be reached.") }, ops.Problem, "It cannot be reached. (dial tcp: refused)"},
		{"payments", func(d *ops.Doctor) { d.Payments = says("Stripe does not know the key.") }, ops.Problem, "does not let this server in: Stripe does not know"},
		{"payments", func(d *ops.Doctor) { d.PaymentsTitle = "" }, ops.Warning, "no donations are taken"},
		{"payments", func(d *ops.Doctor) { d.Payments, d.PaymentsTitle = nil, "The sandbox" }, ops.OK, "play money at The sandbox"},
		{"certificate", func(d *ops.Doctor) { d.BaseURL = "http://give.example.org" }, ops.Problem, "in clear"},
		{"certificate", func(d *ops.Doctor) { d.BaseURL = "https://127.0.0.1:1" }, ops.Warning, "cannot be reached from here"},
		{"backups", func(d *ops.Doctor) { d.BackupDir = "" }, ops.Warning, "--backup-dir"},
		{"backups", func(d *ops.Doctor) { d.BackupDir = filepath.Join(d.BackupDir, "no") }, ops.Problem, "cannot be used"},
		{"backups", func(d *ops.Doctor) { d.BackupDir = t.TempDir() }, ops.Warning, "no backup"},
		{"backups", func(d *ops.Doctor) { d.Now = func() time.Time { return w.Clock.Now().Add(2 * time.Hour) } }, ops.OK, "2022-11-05 12:00"},
		{"backups", func(d *ops.Doctor) { d.Now = func() time.Time { return w.Clock.Now().Add(2*time.Hour + time.Second) } }, ops.Problem, "2022-11-05 12:00"},
		{"limits", func(d *ops.Doctor) { d.Connections = 1 << 40 }, ops.Warning, "LimitNOFILE"},
	} {
		changed := d
		c.change(&changed)
		for _, f := range changed.Examine(t.Context()) {
			switch {
			case f.Check != c.check:
			case f.Level != c.level || !strings.Contains(f.Text+" "+f.Fix, c.want) || (f.Fix == "") != (f.Level == ops.OK):
				t.Errorf("got %+v, want %s with %q", f, c.level, c.want)
			}
		}
	}
	if worst := ops.Worst([]ops.Finding{{Level: ops.Warning}, {Level: ops.Problem}, {Level: ops.Warning}}); worst != ops.Problem {
		t.Errorf("got %s", worst)
	}
}

// TestADoctorFindsWhatWaits looks at a provider event that cannot be applied, an endpoint that fails and receipts that nobody knows of.
func TestADoctorFindsWhatWaits(t *testing.T) {
	t.Parallel()
	d, w := healthy(t, storetest.Database(t))
	ctx, now := t.Context(), w.Clock.Now()
	must.Do(t, w.Store.SaveProviderEvent(ctx, fund.ProviderEvent{
		ID: fund.ID{1}, Provider: "sandbox", EventID: "n1", Topic: "payment.paid", Reference: "nowhere", Header: "{}", Body: []byte("{}"), DueAt: now.Add(-time.Hour), ReceivedAt: now.Add(-time.Hour),
	}))
	made, _, _, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/back"}})
	must.Do(t, err)
	e := fund.WebhookEndpoint{ID: fund.ID{2}, ApplicationID: made.ID, URL: "https://bot.test", SigningKey: "k", WarnedAt: now.Add(-time.Hour), ActivatedAt: now, CreatedAt: now, UpdatedAt: now}
	must.Do(t, w.Store.Write(ctx, e.ID, func(ctx context.Context, tx *store.Tx) error { return tx.InsertEndpoint(ctx, e) }))
	want := map[string]ops.Level{"provider_events": ops.Problem, "background_work": ops.Problem, "webhooks": ops.Warning}
	for _, f := range d.Examine(ctx) {
		if f.Text == unsafePostgres {
			continue
		}
		if level := want[f.Check]; level != "" && f.Level != level || level == "" && f.Level != ops.OK {
			t.Errorf("got %+v, want %q", f, level)
		}
	}
}

// TestWhereFindingsBegin looks at the edges of what is still good.
func TestWhereFindingsBegin(t *testing.T) {
	t.Parallel()
	const huge = 1 << 50
	for _, c := range []struct {
		what      string
		got, want ops.Level
	}{
		{"a disk with enough", ops.DiskLevel(ops.DiskWarning, huge), ops.OK},
		{"a disk with little", ops.DiskLevel(ops.DiskWarning-1, huge), ops.Warning},
		{"a disk with next to nothing", ops.DiskLevel(ops.DiskProblem-1, huge), ops.Problem},
		{"a small disk with a tenth", ops.DiskLevel(100, 1000), ops.OK},
		{"a small disk with less", ops.DiskLevel(99, 1000), ops.Warning},
		{"a small disk with less than a fiftieth", ops.DiskLevel(19, 1000), ops.Problem},
		{"a new certificate", ops.CertificateLevel(ops.CertificateWarning), ops.OK},
		{"a certificate that should be new", ops.CertificateLevel(ops.CertificateWarning - time.Second), ops.Warning},
		{"a certificate that ends", ops.CertificateLevel(ops.CertificateProblem - time.Second), ops.Problem},
		{"leaderboards under load", ops.BoardsLevel(ops.LagWarning), ops.OK},
		{"leaderboards behind", ops.BoardsLevel(ops.LagWarning + 1), ops.Warning},
		{"enough files", ops.LimitsLevel(1000, 1000+ops.FilesBeside), ops.OK},
		{"too few files", ops.LimitsLevel(1000, 999+ops.FilesBeside), ops.Warning},
		{"no limit of connections", ops.LimitsLevel(0, huge), ops.Warning},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, c.got, c.want)
		}
	}
}

// TestACertificateIsLookedAt connects to a server whose certificate nobody trusts, and to one that is trusted.
func TestACertificateIsLookedAt(t *testing.T) {
	t.Parallel()
	secure := httptest.NewTLSServer(nil)
	t.Cleanup(secure.Close)
	d, _ := healthy(t, storetest.Database(t))
	d.BaseURL = secure.URL
	trusted := d
	trusted.Roots = x509.NewCertPool()
	trusted.Roots.AddCert(secure.Certificate())
	for _, c := range []struct {
		doctor ops.Doctor
		level  ops.Level
		want   string
	}{{d, ops.Problem, "Browsers refuse"}, {trusted, ops.OK, "is good until"}} {
		i := slices.IndexFunc(c.doctor.Examine(t.Context()), func(f ops.Finding) bool { return f.Check == "certificate" })
		if f := c.doctor.Examine(t.Context())[i]; f.Level != c.level || !strings.Contains(f.Text, c.want) {
			t.Errorf("got %+v, want %s with %q", f, c.level, c.want)
		}
	}
}

// TestADoctorOfPostgreSQL looks at a server whose commits are not on its disk when they are acknowledged.
func TestADoctorOfPostgreSQL(t *testing.T) {
	t.Parallel()
	url := testpg.Start(t)
	d, _ := healthy(t, url)
	of := func(d ops.Doctor) ops.Finding {
		all := d.Examine(t.Context())
		return all[slices.IndexFunc(all, func(f ops.Finding) bool { return f.Check == "database" })]
	}
	if f := of(d); f.Level != ops.Problem || f.Text != unsafePostgres {
		t.Errorf("got %+v", f)
	}
	join := "?"
	if strings.Contains(url, "?") {
		join = "&"
	}
	d.Store = must.Get(store.Open(t.Context(), url+join+"options=-c%20synchronous_commit%3Doff", store.Options{}))(t)
	t.Cleanup(func() { _ = d.Store.Close() })
	if f := of(d); f.Level != ops.Problem || !strings.Contains(f.Text, "fsync = off, synchronous_commit = off") {
		t.Errorf("got %+v, want both said", f)
	}
}
