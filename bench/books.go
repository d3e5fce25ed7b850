package main

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/store"
)

// books audits and exports a list and one of a tenth of its size, with the built binary, and adds the memory that each took, which should
// be equal.
func books(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		var tenth, whole []errand
		for _, list := range []struct {
			size int
			took *[]errand
		}{{b.many / 10, &tenth}, {b.many, &whole}} {
			var err error
			if *list.took, err = b.keepBooks(ctx, d, list.size); err != nil {
				return fmt.Errorf("%s with %d donations: %w", d.name, list.size, err)
			}
		}
		for i, what := range bookErrands {
			b.table.add(row{
				what:     fmt.Sprintf("%s, %s, %s donations with payments and receipts", what.name, d.name, thousands(int64(b.many))),
				measured: fmt.Sprintf("%s, at most %s of memory", inSeconds(whole[i].took), megabytes(whole[i].memory)),
				against:  fmt.Sprintf("%s donations: %s, %s", thousands(int64(b.many/10)), inSeconds(tenth[i].took), megabytes(tenth[i].memory)),
				aim:      "≤ 10 s",
			})
		}
	}
	return nil
}

// bookErrands are the commands that are measured, without the database.
var bookErrands = []struct {
	name string
	args []string
}{
	{"almoner audit", []string{"audit"}},
	{"almoner export donations, CSV", []string{"export", "donations", "--format", "csv"}},
	{"almoner export donations, JSON", []string{"export", "donations", "--format", "json"}},
	{"almoner export donations, entries as CSV", []string{"export", "donations", "--entries"}},
}

// bookTurns is how often each is run; the median counts.
const bookTurns = 3

// keepBooks runs every errand on a new database with that many donations.
func (b *bench) keepBooks(ctx context.Context, d database, size int) ([]errand, error) {
	w, err := b.newWorld(ctx, d, fmt.Sprintf("books%d", size))
	if err != nil {
		return nil, err
	}
	if err := w.loadPaid(ctx, size); err != nil {
		return nil, err
	}
	if err := b.tidy(ctx, d, w); err != nil {
		return nil, err
	}
	var all []errand
	for _, what := range bookErrands {
		args := append(slices.Clone(what.args), "--db", w.url)
		if what.args[0] == "export" {
			args = append(args, "--fact", w.EmptyCampaign.ID, "--out", filepath.Join(b.folder, "export"))
		}
		var turns []errand
		for range bookTurns {
			e, err := b.run(ctx, args...)
			if err != nil {
				return nil, err
			}
			b.progress("%s, %s, %d donations: %s, %s", d.name, what.name, size, inSeconds(e.took), megabytes(e.memory))
			turns = append(turns, e)
		}
		slices.SortFunc(turns, func(x, y errand) int { return cmp.Compare(x.took, y.took) })
		all = append(all, turns[len(turns)/2])
	}
	return all, nil
}

func inSeconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// paidFor adds to each loaded donation the payment and the receipt of one through a provider.
var paidFor = []string{
	`INSERT INTO payments (donation_id, provider, account, reference, status, reason, fee_cover, fee, version, created_at, updated_at)
		SELECT id, 'sandbox', '', reference, 'paid', '', 30, 44, 1, created_at, updated_at FROM donations WHERE reference LIKE 'bench-%'`,
	`INSERT INTO receipts (donation_id, cause_id, number, issued_at)
		SELECT id, cause_id, ROW_NUMBER() OVER (PARTITION BY cause_id ORDER BY completed_at), completed_at
		FROM donations WHERE reference LIKE 'bench-%'`,
}

// loadPaid loads n donations to a campaign, each with its payment and receipt, and builds their leaderboards.
func (w *world) loadPaid(ctx context.Context, n int) error {
	err := w.open(ctx, func(s *store.Store, _ *app.App) error { return w.load(ctx, s, w.EmptyCampaign, n) })
	for _, statement := range paidFor {
		if err == nil {
			err = w.execute(ctx, statement)
		}
	}
	if err != nil {
		return err
	}
	return w.open(ctx, func(s *store.Store, _ *app.App) error {
		_, err := s.Rebuild(ctx)
		return err
	})
}

// execute runs one statement on the world's database.
func (w *world) execute(ctx context.Context, statement string) error {
	path, isFile := strings.CutPrefix(w.url, "sqlite:")
	if !isFile {
		return execute(ctx, w.url, statement)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// errand is the cost of a command.
type errand struct {
	took time.Duration
	// memory is the peak resident memory, in bytes.
	memory int64
}

// run runs the built binary once.
func (b *bench) run(ctx context.Context, args ...string) (errand, error) {
	cmd := exec.CommandContext(ctx, b.almoner, args...)
	cmd.Stderr = os.Stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return errand{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var e errand
	for {
		select {
		case err := <-ended:
			e.took = time.Since(began)
			if err != nil {
				err = fmt.Errorf("%s: %w", strings.Join(args, " "), err)
			}
			return e, err
		case <-look.C:
			// The system's final figure includes the memory of this process at the time of the fork.
			if most, err := statusBytes(cmd.Process.Pid, "VmHWM:"); err == nil {
				e.memory = max(e.memory, most)
			}
		}
	}
}

// lookEvery is how often the peak memory is read.
const lookEvery = 10 * time.Millisecond
