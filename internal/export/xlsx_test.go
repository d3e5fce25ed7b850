package export_test

import (
	"bytes"
	"io"
	"os"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/almoner/almoner/internal/export"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// workbook is what a program for spreadsheets reads of donations.
func workbook(t *testing.T, donations ...fund.Record) *excelize.File {
	t.Helper()
	var file bytes.Buffer
	w := must.Get(export.Donations(&file, export.Options{Format: export.XLSX}, []string{"dome"}))(t)
	for _, d := range donations {
		must.Do(t, w.Write(d))
	}
	must.Do(t, w.Flush())
	book := must.Get(excelize.OpenReader(&file))(t)
	t.Cleanup(func() { must.Do(t, book.Close()) })
	return book
}

// TestAWorkbook has numbers, times, and text that looks like a formula.
func TestAWorkbook(t *testing.T) {
	t.Parallel()
	book := workbook(t, full(), bare())
	rows := must.Get(book.GetRows("Export"))(t)
	if len(rows) != 3 {
		t.Fatalf("got %d rows, want a header and two", len(rows))
	}
	raw := must.Get(book.GetRows("Export", excelize.Options{RawCellValue: true}))(t)
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	for _, c := range []struct {
		name       string
		row        int
		shown, raw string
		form       excelize.CellType
	}{
		{"donation_number", 1, "7", "7", excelize.CellTypeUnset}, {"gift", 1, "10.00", "10", excelize.CellTypeUnset}, {"refunded", 1, "1.50", "1.5", excelize.CellTypeUnset},
		{"gift", 2, "500", "500", excelize.CellTypeUnset}, {"match", 2, "TRUE", "1", excelize.CellTypeBool},
		{"completed_at", 1, "2026-11-01 11:00:00", "46327.458333333336", excelize.CellTypeUnset},
		{"donor_name", 1, "-Ada\n", "-Ada\n", excelize.CellTypeInlineString}, {"fact_name", 1, "=SUM(A1)", "=SUM(A1)", excelize.CellTypeInlineString},
		{"donation_id", 1, "01000000-0000-0000-0000-000000000000", "01000000-0000-0000-0000-000000000000", excelize.CellTypeInlineString},
		{"provider_fee", 2, "", "", excelize.CellTypeUnset}, {"receipt_dome", 1, "+Tycho", "+Tycho", excelize.CellTypeInlineString},
	} {
		at := must.Get(excelize.CoordinatesToCellName(column[c.name]+1, c.row+1))(t)
		form, formula := must.Get(book.GetCellType("Export", at))(t), must.Get(book.GetCellFormula("Export", at))(t)
		if got := rows[c.row][column[c.name]]; got != c.shown || raw[c.row][column[c.name]] != c.raw || form != c.form || formula != "" {
			t.Errorf("%s: got %q (%q, type %d, formula %q), want %q (%q, type %d)", c.name, got, raw[c.row][column[c.name]], form, formula, c.shown, c.raw, c.form)
		}
	}
}

// TestAWorkbookEndsWithItsSheet writes the last row that a sheet has, and one more.
func TestAWorkbookEndsWithItsSheet(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	w := must.Get(export.Donations(io.Discard, export.Options{Format: export.XLSX}, nil))(t)
	files := 0
	err := export.All(w, nil, func(write func(fund.Record) error) error {
		for range 12_000 {
			must.Do(t, write(full()))
		}
		files = len(must.Get(os.ReadDir(folder))(t))
		export.SkipRows(w, export.MaxSheetRows-1)
		must.Do(t, write(bare()))
		return write(bare())
	})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want that it has no more rows", err)
	}
	if left := must.Get(os.ReadDir(folder))(t); len(left) > 0 || files == 0 {
		t.Errorf("got %v left behind and %d files before, want nothing, and one", left, files)
	}
}

// TestALargeWorkbookLeavesNothingBehind writes more than is kept in memory.
func TestALargeWorkbookLeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var file bytes.Buffer
	w := must.Get(export.Donations(&file, export.Options{Format: export.XLSX}, nil))(t)
	largest := 0
	for range 12_000 {
		must.Do(t, w.Write(full()))
		largest = max(largest, len(must.Get(os.ReadDir(folder))(t)))
	}
	must.Do(t, w.Flush())
	if left := must.Get(os.ReadDir(folder))(t); len(left) > 0 || largest == 0 {
		t.Errorf("got %v left behind and %d files at once, want nothing, and a file while it was written", left, largest)
	}
	book := must.Get(excelize.OpenReader(&file))(t)
	rows := must.Get(book.Rows("Export"))(t)
	n := 0
	for rows.Next() {
		n++
	}
	must.Do(t, rows.Close())
	if must.Do(t, book.Close()); n != 12_001 {
		t.Errorf("got %d rows, want 12001", n)
	}
}
