package ecb

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// absent is what stands in a column on a day when the currency had no rate.
const absent = "N/A"

// readCSV reads the header "Date, USD, JPY, …" and a line for each day. Lines end with a comma.
func (r *reader) readCSV(text []byte) error {
	if err := checkLines(text); err != nil {
		return err
	}
	lines := csv.NewReader(bytes.NewReader(text))
	lines.FieldsPerRecord, lines.ReuseRecord, lines.TrimLeadingSpace = -1, true, true
	codes, err := readHeader(lines)
	if err != nil {
		return err
	}
	for {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unreadable(err)
		}
		if err := r.readLine(lines, codes, fields); err != nil {
			return err
		}
	}
}

// checkLines bounds what a line can hold before it is split. The bank's files have no quotes, with which a record would span lines.
func checkLines(text []byte) error {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if len(line) > MaxLine {
			return place{number, MaxLine + 1}.wrong("the line has more than %d bytes", MaxLine)
		}
		if i := bytes.IndexByte(line, '"'); i >= 0 {
			return place{number, i + 1}.wrong("there is a quotation mark")
		}
	}
	return nil
}

// readHeader reads the codes of the columns after that of the day.
func readHeader(lines *csv.Reader) ([]string, error) {
	fields, err := lines.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	if len(fields) == 0 || strings.TrimSpace(fields[0]) != "Date" {
		return nil, place{1, 1}.wrong("the file is none of the European Central Bank: it must begin with Date, or be XML")
	}
	fields = withoutLast(fields)
	if len(fields) > 1+MaxColumns {
		return nil, place{1, 1}.wrong("the file has more than %d currencies", MaxColumns)
	}
	var codes []string
	for i := 1; i < len(fields); i++ {
		code := strings.TrimSpace(fields[i])
		if err := checkCode(code, at(lines, i)); err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

func (r *reader) readLine(lines *csv.Reader, codes, fields []string) error {
	fields = withoutLast(fields)
	if len(fields) != 1+len(codes) {
		return at(lines, 0).wrong("there are %d columns, where the header has %d", len(fields), 1+len(codes))
	}
	day, err := r.day(strings.TrimSpace(fields[0]), at(lines, 0))
	if err != nil {
		return err
	}
	var quotes []quote
	for i, code := range codes {
		text := strings.TrimSpace(fields[1+i])
		if text == absent || text == "" {
			continue
		}
		rate, err := value(text, at(lines, 1+i))
		if err != nil {
			return err
		}
		quotes = append(quotes, quote{code, rate, at(lines, 1+i)})
	}
	return r.add(day, quotes, at(lines, 0))
}

// withoutLast drops the empty field after the comma at the end of a line.
func withoutLast(fields []string) []string {
	if last := len(fields) - 1; last > 0 && strings.TrimSpace(fields[last]) == "" {
		return fields[:last]
	}
	return fields
}

// at is where a field of the present line stands.
func at(lines *csv.Reader, field int) place {
	line, column := lines.FieldPos(field)
	return place{line, column}
}

// unreadable is an error of the CSV itself.
func unreadable(err error) error {
	var syntax *csv.ParseError
	if errors.As(err, &syntax) {
		return place{syntax.Line, syntax.Column}.wrong("%v", syntax.Err)
	}
	return err
}
