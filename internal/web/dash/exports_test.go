package dash_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
	"github.com/almoner/almoner/internal/web/dash"
)

func TestExports(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	h := newHouse(t)
	h.give("=Ada")
	h.finance("stranger")
	path := h.base() + "/export"
	owner, finance := h.as("owner"), h.as("stranger")
	form := owner.Get(path).Form(t, path)
	get := func(b testbrowser.Browser, pairs ...string) testbrowser.Answer {
		t.Helper()
		page := b.Get(path)
		return b.Post(path, testbrowser.With(page.Form(t, path), append([]string{"what", "donations", "format", "csv", "from", "", "to", ""}, pairs...)...))
	}
	csv := get(owner)
	if got := csv.Header.Get("Content-Disposition"); csv.StatusCode != http.StatusOK || got != `attachment; filename="run-b-donations.csv"` || csv.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("got %d, %q, want a file", csv.StatusCode, got)
	}
	if lines := strings.Split(csv.Text, "\r\n"); len(lines) != 3 || !strings.HasPrefix(lines[0], "\ufeffdonation_id,") || !strings.Contains(lines[1], "'=Ada") || strings.Contains(csv.Text, "hidden@example.org") {
		t.Errorf("got %q, want a mark, a header, and a row without the mail address and without a formula", csv.Text)
	}
	if got := get(finance, "delimiter", "semicolon", "no_mark", "yes").Text; !strings.HasPrefix(got, "donation_id;") || !strings.Contains(got, "hidden@example.org") {
		t.Errorf("got %q, want no mark, semicolons and the mail address for finance", got)
	}
	if got := get(owner, "format", "json", "what", "entries"); !strings.Contains(got.Text, `"kind":"donation"`) || got.Header.Get("Content-Type") != "application/x-ndjson" {
		t.Errorf("got %q, want the entry", got.Text)
	}
	book := must.Get(excelize.OpenReader(strings.NewReader(get(owner, "format", "xlsx").Text)))(t)
	if rows := must.Get(book.GetRows("Export"))(t); len(rows) != 2 {
		t.Errorf("got %q, want a header and a row", rows)
	}
	must.Do(t, book.Close())
	today := h.Now().In(fund.Zone(h.campaign.TimeZone))
	for days, want := range map[[2]int]int{{0, 0}: 3, {-1, -1}: 2, {1, 1}: 2, {-9, 9}: 3} {
		got := get(owner, "from", today.AddDate(0, 0, days[0]).Format("2006-01-02"), "to", today.AddDate(0, 0, days[1]).Format("2006-01-02"))
		if n := len(strings.Split(got.Text, "\r\n")); n != want {
			t.Errorf("%v: got %d lines, want %d", days, n, want)
		}
	}
	for _, c := range []struct {
		pairs []string
		want  int
	}{
		{[]string{"from", "yesterday"}, http.StatusUnprocessableEntity}, {[]string{"from", "2026-02-02", "to", "2026-02-01"}, http.StatusUnprocessableEntity},
		{[]string{"what", "claims"}, http.StatusBadRequest}, {[]string{"what", "x"}, http.StatusBadRequest}, {[]string{"format", "exe"}, http.StatusBadRequest},
	} {
		if got := get(owner, c.pairs...); got.StatusCode != c.want {
			t.Errorf("%q: got %d, want %d", c.pairs, got.StatusCode, c.want)
		}
	}
	if got := testbrowser.New(t, h.url).Post(path, form); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d for somebody else's form, want the sign-in", got.StatusCode)
	}
	if left := must.Get(os.ReadDir(folder))(t); len(left) > 0 {
		t.Errorf("got %v left behind, want nothing", left)
	}
	acts := must.Get(h.Acts(t.Context(), app.System(), h.campaign.ID, fund.Page{Limit: 99}))(t)
	logged := 0
	for _, act := range acts {
		if act.Act == fund.ActExportDonors {
			logged++
		}
	}
	if logged != 8 {
		t.Errorf("got %d exports logged, want each of the 8", logged)
	}
}

func TestALargeExportIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouseWith(t, dash.Options{MaxExport: 300})
	path := h.base() + "/export"
	owner := h.as("owner")
	for i, want := range []int{http.StatusOK, http.StatusUnprocessableEntity} {
		if i > 0 {
			h.give("Ada")
		}
		form := testbrowser.With(owner.Get(path).Form(t, path), "what", "entries", "format", "csv")
		if got := owner.Post(path, form); got.StatusCode != want || want != http.StatusOK && !strings.Contains(got.Text, "too large for one file") {
			t.Errorf("got %d, want %d\n%s", got.StatusCode, want, got.Text)
		}
	}
}

// TestExportsAreFew counts those of one person, and of all.
func TestExportsAreFew(t *testing.T) {
	t.Parallel()
	begin := dash.Exports()
	first, err := begin("ada")
	must.Do(t, err)
	if _, err := begin("ada"); err == nil {
		t.Error("got a second export at once")
	}
	first()
	for _, name := range []string{"ada", "bo", "cy", "di"} {
		must.Get(begin(name))(t)
	}
	if _, err := begin("eve"); err == nil {
		t.Error("got a fifth export at once")
	}
}
