package crash_test

import (
	"bytes"
	"database/sql"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testmail"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// erasedWithin is how long an erasure may take on a busy machine from the donor's button, or from the start of a server after a kill. Usually it
// takes a second.
const erasedWithin = time.Minute

// TestErasureByTheRunningProgram has donors give, find their gifts by mail and press the button. Within erasedWithin no column holds what they wrote but the
// kept receipts, and no byte of the folder of a server on SQLite; when the day of those has come, nothing does. It does so, too, when the server is
// killed right after the button, and by the command.
func TestErasureByTheRunningProgram(t *testing.T) {
	skipShort(t)
	t.Parallel()
	binary := testnode.Build(t)
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		eraseDonors(t, &house{binary: binary, data: t.TempDir()})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		eraseDonors(t, &house{binary: binary, data: t.TempDir(), db: testpg.Start(t)})
	})
}

func eraseDonors(t *testing.T, h *house) {
	t.Helper()
	box := testmail.Start(t, testmail.Options{})
	h.mail = box.URL()
	h.start(t)
	for _, donor := range []string{"quuxine-alpha", "quuxine-beta", "quuxine-gamma"} {
		for range 2 {
			if _, err := h.giveGift(donor, 700); err != nil {
				t.Fatal(err)
			}
		}
		box.WaitTo(t.Context(), t, donor+"@donors.example", 2)
	}
	h.look(t, "quuxine-alpha", true)

	h.pressErase(t, box, "quuxine-alpha")
	h.wantErased(t, "quuxine-alpha", "the button")
	h.look(t, "quuxine-alpha", false)
	h.change(t, "UPDATE receipts_kept SET delete_at = 1")
	h.wantNowhere(t, "quuxine-alpha", "the day of the kept receipts")

	h.pressErase(t, box, "quuxine-beta")
	must.Do(t, h.server.Process.Kill())
	_ = h.server.Wait()
	h.start(t)
	h.wantErased(t, "quuxine-beta", "a kill")

	if out := h.command(t, "donor", "export", "--mail", "quuxine-gamma@donors.example"); strings.Count(out, `"name":"quuxine-gamma","comment":`) != 2 {
		t.Errorf("got\n%s\nwant what is stored of both donations", out)
	}
	h.command(t, "donor", "erase", "--mail", "Quuxine-Gamma@donors.example")
	h.wantErased(t, "quuxine-gamma", "the command")
	h.stop(t)
	if bytes.Contains(h.log.Bytes(), []byte("quuxine")) {
		t.Errorf("got a name in the log:\n%s", h.log)
	}
	h.audit(t)
}

// url is that of the database.
func (h *house) url() string {
	if h.db != "" {
		return h.db
	}
	return "sqlite:" + filepath.Join(h.data, "almoner.db")
}

func (h *house) command(t *testing.T, words ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), h.binary, append(words, "--db", h.url())...).CombinedOutput()
	if err != nil {
		t.Fatalf("%q: %v\n%s", words, err, out)
	}
	return string(out)
}

func (h *house) change(t *testing.T, statement string) {
	t.Helper()
	driver, source := "pgx", h.db
	if h.db == "" {
		driver, source = "sqlite", filepath.Join(h.data, "almoner.db")+"?_pragma=busy_timeout(10000)&_pragma=secure_delete(1)"
	}
	db := must.Get(sql.Open(driver, source))(t)
	defer func() { _ = db.Close() }()
	must.Get(db.ExecContext(t.Context(), statement))(t)
}

// look reads what everybody may see of the campaign, which caches it, and wants the name there or not.
func (h *house) look(t *testing.T, name string, there bool) {
	t.Helper()
	page := "/@" + h.Campaign.OwnerSlug + "/" + h.Campaign.Slug
	for _, path := range []string{page, page + "/donations.atom", "/api/public/campaigns/" + h.Campaign.ID + "/donations"} {
		got, err := answered(h.client.Get(h.BaseURL + path))
		if err != nil || got.status != http.StatusOK && got.status != http.StatusUnauthorized {
			t.Fatalf("%s: got %d, %v", path, got.status, err)
		}
		if has := strings.Contains(got.text, name); has && !there || !has && there && got.status == http.StatusOK {
			t.Errorf("%s: got the name %q there: %t, want %t", path, name, has, there)
		}
	}
}

var foundLink = regexp.MustCompile(`/gifts/find/[A-Za-z0-9_-]+`)

// pressErase goes the way of a donor: the form, the mailed link with its button, the gifts, the button that erases.
func (h *house) pressErase(t *testing.T, box *testmail.Server, name string) {
	t.Helper()
	d := must.Get(h.donor(name, 700))(t)
	mail := name + "@donors.example"
	post := func(path string, form url.Values) answer {
		r := must.Get(http.NewRequestWithContext(t.Context(), http.MethodPost, h.BaseURL+path, strings.NewReader(form.Encode())))(t)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", h.BaseURL)
		return must.Get(answered(d.browser.Do(r)))(t)
	}
	before := box.Count(mail)
	post("/gifts", url.Values{"email": {mail}})
	box.WaitTo(t.Context(), t, mail, before+1)
	var link string
	for _, m := range box.Messages() {
		text := strings.NewReplacer("=\n", "", "=3D", "=").Replace(string(m.Data))
		if found := foundLink.FindString(text); m.To == mail && found != "" {
			link = found
		}
	}
	must.Get(follow(post(link, nil), nil))(t)
	if mine := must.Get(answered(d.browser.Get(h.BaseURL + "/gifts/mine")))(t); strings.Count(mine.text, "$7.00") < 2 {
		t.Fatalf("got %d\n%s\nwant both gifts", mine.status, mine.text)
	}
	if done := post("/gifts/mine/erase", nil); done.status != http.StatusOK {
		t.Fatalf("got %d\n%s\nwant the request taken", done.status, done.text)
	}
}

// wantErased wants a name nowhere within erasedWithin but in what is kept of receipts.
func (h *house) wantErased(t *testing.T, name, by string) {
	t.Helper()
	h.wantHeld(t, name, by, "receipts_kept.record")
}

func (h *house) wantNowhere(t *testing.T, name, by string) {
	t.Helper()
	h.wantHeld(t, name, by, "")
}

func (h *house) wantHeld(t *testing.T, name, by, column string) {
	t.Helper()
	begun, tick := time.Now(), time.NewTicker(100*time.Millisecond)
	defer tick.Stop()
	for ; ; <-tick.C {
		var left []string
		for _, held := range storetest.Holding(t, h.url(), name) {
			if held != column {
				left = append(left, held)
			}
		}
		left = append(left, h.filesWith(t, name, column)...)
		if len(left) == 0 {
			t.Logf("%s by %s: gone after %s", name, by, time.Since(begun).Round(time.Millisecond))
			return
		}
		if time.Since(begun) > erasedWithin {
			t.Errorf("%s by %s: still in %q after %s", name, by, left, erasedWithin)
			return
		}
	}
}

// filesWith lists the files of the folder that hold a name more often than receipts are kept of it: each of both donations has a record with a name and an
// address.
func (h *house) filesWith(t *testing.T, name, kept string) (found []string) {
	t.Helper()
	allowed := 0
	if kept != "" {
		allowed = 4
	}
	must.Do(t, filepath.WalkDir(h.data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		// Another process reads it: who closes a file loses the locks of its own connections to the database.
		content, err := exec.CommandContext(t.Context(), "cat", path).Output()
		if _, gone := os.Stat(path); gone != nil {
			return nil //nolint:nilerr // it went meanwhile
		}
		if n := bytes.Count(content, []byte(name)); n > allowed {
			found = append(found, filepath.Base(path))
		}
		return err
	}))
	return found
}
