package export

import (
	"archive/zip"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/almoner/almoner/internal/fault"
)

// MaxSheetRows is how many rows XLSX has at most, after its header. The format has no more lines.
const MaxSheetRows = excelize.TotalRows - 1

const (
	// sheetName is the only sheet, columnWidth the width of its columns, in characters.
	sheetName   = "Export"
	columnWidth = 18
	momentStyle = "yyyy-mm-dd hh:mm:ss"
)

// sheet is a workbook of one sheet. What is too large for memory waits in a temporary file, until flush writes all of it.
type sheet struct {
	book   *excelize.File
	stream *excelize.StreamWriter
	values []any
	rows   int
	// moment and decimals are the styles of times and, by the number of digits, of money.
	moment   int
	decimals map[int]int
}

// newSheet begins a sheet with a header.
func newSheet(names []string) (*sheet, error) {
	s := &sheet{book: excelize.NewFile(), values: make([]any, len(names)), decimals: map[int]int{}}
	bold, err := s.style(excelize.Style{Font: &excelize.Font{Bold: true}})
	if err == nil {
		s.moment, err = s.style(excelize.Style{CustomNumFmt: new(momentStyle)})
	}
	if err == nil {
		err = s.book.SetSheetName(s.book.GetSheetName(0), sheetName)
	}
	if err == nil {
		s.stream, err = s.book.NewStreamWriter(sheetName)
	}
	if err == nil {
		err = s.stream.SetColWidth(1, len(names), columnWidth)
	}
	if err == nil {
		err = s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	}
	for i, name := range names {
		s.values[i] = excelize.Cell{StyleID: bold, Value: name}
	}
	if err == nil {
		err = s.stream.SetRow("A1", s.values)
	}
	if err != nil {
		return nil, errors.Join(err, s.book.Close())
	}
	return s, nil
}

func (s *sheet) style(of excelize.Style) (int, error) { return s.book.NewStyle(&of) }

// set writes a cell of the row that is next.
func (s *sheet) set(column int, c cell) (err error) {
	var value any
	switch c.form {
	case none:
	case bare:
		if value, err = strconv.ParseInt(c.text, 10, 64); err != nil {
			value, err = strconv.ParseBool(c.text)
		}
	case decimal:
		var style int
		if style, err = s.decimalStyle(c.digits); err == nil {
			var amount float64
			amount, err = strconv.ParseFloat(c.text, 64)
			value = excelize.Cell{StyleID: style, Value: amount}
		}
	case moment:
		var at time.Time
		at, err = time.Parse(time.RFC3339, c.text)
		value = excelize.Cell{StyleID: s.moment, Value: at}
	default:
		value = c.text // a cell of text, whatever it begins with: no formula
	}
	s.values[column] = value
	return err
}

// decimalStyle shows as many digits as the currency has.
func (s *sheet) decimalStyle(digits int) (int, error) {
	if style, known := s.decimals[digits]; known {
		return style, nil
	}
	format := "0"
	for i := range digits {
		if i == 0 {
			format += "."
		}
		format += "0"
	}
	style, err := s.style(excelize.Style{CustomNumFmt: &format})
	s.decimals[digits] = style
	return style, err
}

// end ends the row that was set.
func (s *sheet) end() error {
	if s.rows == MaxSheetRows {
		return fault.New(fault.Conflict, "XLSX has at most %d rows. Choose a shorter time, or CSV.", MaxSheetRows)
	}
	s.rows++
	at, err := excelize.CoordinatesToCellName(1, s.rows+1)
	if err == nil {
		err = s.stream.SetRow(at, s.values)
	}
	return err
}

// flush writes the workbook. The library would hold all of it in memory first; here its parts go to the writer one after the other.
func (s *sheet) flush(to io.Writer) error {
	err := s.stream.Flush()
	if err == nil {
		s.book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(to) })
		err = s.book.Write(io.Discard)
	}
	return errors.Join(err, s.book.Close())
}
