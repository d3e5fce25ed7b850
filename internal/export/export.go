// Package export streams donations and ledger entries for accountants, so that their number is not limited.
//
// CSV follows RFC 4180 with a header. JSON is one object per line (NDJSON). XLSX is a workbook with one sheet. All have the same names in the same
// order. Money is decimal text in major units, with its currency beside it; times are RFC 3339 in UTC; an unknown value is empty in CSV and null in
// JSON. In XLSX money is a number, a time is one in UTC, text is text, and an unknown value is an empty cell.
//
// In CSV, typed text that a spreadsheet would treat as a formula has an apostrophe in front of it: where it begins with =, +, -, @ or one of
// their other forms, a tab or a carriage return, and where such a sign follows one that parts cells or lines in some country. JSON has it as
// typed.
package export

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// Format is the file format.
type Format string

// The formats.
const (
	CSV  Format = "csv"
	JSON Format = "json"
	XLSX Format = "xlsx"
)

// Options are how a file is written. JSON and XLSX have only a format.
type Options struct {
	Format Format
	// Delimiter parts the cells of CSV; 0 for a comma.
	Delimiter rune
	// Mark begins CSV with a byte order mark, without which Excel does not read UTF-8.
	Mark bool
}

// form is the type of a cell's text.
type form int

const (
	plain   form = iota // generated text, such as an id
	typed               // typed text
	bare                // a whole number or a boolean
	decimal             // an amount of money
	moment              // a time
	none                // unknown
)

// cell is one value.
type cell struct {
	text string
	form form
	// digits is the number of decimals of an amount.
	digits int
}

// column is one column of every row.
type column[T any] struct {
	name string
	of   func(row[T]) cell
}

// row is a written object with what its columns share.
type row[T any] struct {
	of *T
	// digits is the currency's number of decimals.
	digits int
}

// Writer writes rows of one kind. Call Flush at the end.
type Writer[T any] struct {
	columns  []column[T]
	currency func(T) string
	digits   map[string]int
	to       *bufio.Writer
	csv      *csv.Writer // nil for other formats
	sheet    *sheet      // nil for other formats
	// of is the current row; cells and line are reused from row to row.
	of    T
	cells []string
	line  []byte
}

// Donations returns a Writer of donations, with the columns of these names that profiles of receipts add.
func Donations(to io.Writer, o Options, receipts []string) (*Writer[fund.Record], error) {
	return newWriter(to, o, donationColumns(receipts), func(r fund.Record) string { return r.Currency })
}

// Movements returns a Writer of ledger entries.
func Movements(to io.Writer, o Options) (*Writer[fund.Movement], error) {
	return newWriter(to, o, movementColumns(), func(m fund.Movement) string { return m.Currency })
}

// Claims returns a Writer of claimed rewards.
func Claims(to io.Writer, o Options) (*Writer[fund.ClaimRecord], error) {
	return newWriter(to, o, claimColumns(), func(c fund.ClaimRecord) string { return c.Currency })
}

// Statements returns a Writer of what donors gave in a year.
func Statements(to io.Writer, o Options) (*Writer[fund.StatementLine], error) {
	return newWriter(to, o, statementColumns(), func(l fund.StatementLine) string { return l.Currency })
}

func newWriter[T any](to io.Writer, o Options, columns []column[T], currency func(T) string) (*Writer[T], error) {
	w := &Writer[T]{columns: columns, currency: currency, digits: map[string]int{}, to: bufio.NewWriterSize(to, 1<<16), cells: make([]string, len(columns))}
	for i, c := range columns {
		w.cells[i] = c.name
	}
	switch o.Format {
	case XLSX:
		var err error
		w.sheet, err = newSheet(w.cells)
		return w, err
	case JSON:
		return w, nil
	}
	if o.Mark {
		if _, err := w.to.WriteString(byteOrderMark); err != nil {
			return nil, err
		}
	}
	w.csv = csv.NewWriter(w.to)
	w.csv.UseCRLF = true
	if o.Delimiter != 0 {
		w.csv.Comma = o.Delimiter
	}
	return w, w.csv.Write(w.cells)
}

// Write writes one row.
func (w *Writer[T]) Write(of T) error {
	digits, err := w.digitsOf(w.currency(of))
	if err != nil {
		return err
	}
	w.of = of
	r := row[T]{&w.of, digits}
	switch {
	case w.sheet != nil:
		return w.writeRow(r)
	case w.csv == nil:
		return w.writeJSON(r)
	}
	for i, c := range w.columns {
		w.cells[i] = c.of(r).guarded()
	}
	return w.csv.Write(w.cells)
}

// Flush writes what is buffered.
func (w *Writer[T]) Flush() error {
	if w.sheet != nil {
		if err := w.sheet.flush(w.to); err != nil {
			return err
		}
	}
	if w.csv != nil {
		w.csv.Flush()
		if err := w.csv.Error(); err != nil {
			return err
		}
	}
	return w.to.Flush()
}

// abandon removes what a workbook left in temporary files.
func (w *Writer[T]) abandon() error {
	if w.sheet == nil {
		return nil
	}
	return w.sheet.book.Close()
}

func (w *Writer[T]) digitsOf(currency string) (int, error) {
	if digits, known := w.digits[currency]; known {
		return digits, nil
	}
	digits, err := money.Digits(currency)
	if err == nil {
		w.digits[currency] = digits
	}
	return digits, err
}

const (
	byteOrderMark = "\ufeff"
	// formulaSigns begin a formula, full-width and small forms included, which Excel in East Asia reads the same way.
	formulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
	// cellSigns part cells or lines somewhere.
	cellSigns = ",;|:\t\r\n\v\f\u0085\u2028\u2029\uff0c\uff1b\u060c\u061b"
)

// guarded is the cell's text, safe for a spreadsheet.
func (c cell) guarded() string {
	if c.form != typed {
		return c.text
	}
	return Guard(c.text)
}

// Guard is a text that somebody typed, for a cell of a spreadsheet, which takes no part of it for a formula, whatever it takes for the end of a cell.
func Guard(text string) string {
	var safe strings.Builder
	begins := true
	for i, r := range text {
		if begins && (strings.ContainsRune(formulaSigns, r) || i == 0 && (r == '\t' || r == '\r')) {
			safe.WriteByte('\'')
		}
		switch {
		case strings.ContainsRune(cellSigns, r):
			begins = true
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == '"' || r == '\'':
			// Spreadsheets drop these in front of a cell, or may.
		default:
			begins = false
		}
		safe.WriteRune(r)
	}
	return safe.String()
}

func (w *Writer[T]) writeRow(r row[T]) error {
	for i, column := range w.columns {
		if err := w.sheet.set(i, column.of(r)); err != nil {
			return fmt.Errorf("%s: %w", column.name, err)
		}
	}
	return w.sheet.end()
}

func (w *Writer[T]) writeJSON(r row[T]) error {
	line := w.line[:0]
	line = append(line, '{')
	for i, column := range w.columns {
		if i > 0 {
			line = append(line, ',')
		}
		line = append(append(append(line, '"'), column.name...), '"', ':')
		switch c := column.of(r); c.form {
		case none:
			line = append(line, "null"...)
		case bare:
			line = append(line, c.text...)
		case plain, decimal, moment:
			line = append(append(append(line, '"'), c.text...), '"')
		default:
			text, err := json.Marshal(c.text)
			if err != nil {
				return fmt.Errorf("%s: %w", column.name, err)
			}
			line = append(line, text...)
		}
	}
	line = append(line, '}', '\n')
	w.line = line
	_, err := w.to.Write(line)
	return err
}

// Constructors of cells.

func text(s string) cell { return cell{text: s} }

// words is a cell of typed text; "" is unknown.
func words(s string) cell {
	if s == "" {
		return cell{form: none}
	}
	return cell{text: s, form: typed}
}

func number(n int64) cell { return cell{text: strconv.FormatInt(n, 10), form: bare} }

func truth(b bool) cell { return cell{text: strconv.FormatBool(b), form: bare} }

func instant(at time.Time) cell {
	if at.IsZero() {
		return cell{form: none}
	}
	return cell{text: at.UTC().Format(time.RFC3339), form: moment}
}

func (r row[T]) money(minor int64) cell {
	return cell{text: money.Fixed(minor, r.digits), form: decimal, digits: r.digits}
}
