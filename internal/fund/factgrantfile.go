package fund

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
)

// The columns of a file of grants.
const (
	grantColumnName  = "name"
	grantColumnRoles = "roles"
	grantColumnEnd   = "ends_at"
)

// FactGrantFile is a file of people who are to get grants on a fact: CSV in UTF-8, with commas, semicolons or tabs, a person a line. Its columns are name,
// roles and ends_at in that order, or in any order after a first line that names them. Only the name must be there.
type FactGrantFile struct {
	Text []byte
	// Roles and EndsAt are for lines that have none of their own. Zone is where the times of the file are.
	Roles  []GrantRole
	EndsAt time.Time
	Zone   *time.Location
}

// The texts of errors of files of grants.
const (
	FileTooLarge  = "is larger than 32 kB"
	FileNotUTF8   = "is not UTF-8"
	FileNotCSV    = "is no CSV: look at the quotation marks"
	FileTooMany   = "has more than 100 people"
	ColumnUnknown = "is not name, roles or ends_at"
	ColumnExtra   = "has more columns than name, roles and ends_at"
)

// Inputs are the grants that the file asks for, and its lines of each. What is wrong is at "file", or at the number of a line and the column, like "3.roles".
// The first line is 1.
func (f FactGrantFile) Inputs(now time.Time) (in []FactGrantInput, lines []int, wrong fault.Fields) {
	text := bytes.TrimPrefix(f.Text, []byte("\ufeff"))
	switch {
	case len(f.Text) > MaxFactGrantFile:
		wrong.Add("file", FileTooLarge)
		return nil, nil, wrong
	case !utf8.Valid(text):
		wrong.Add("file", FileNotUTF8)
		return nil, nil, wrong
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord = delimiterOf(text), -1
	r.TrimLeadingSpace = r.Comma != '\t'
	columns := []string{grantColumnName, grantColumnRoles, grantColumnEnd}
	for first := true; ; first = false {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			wrong.Add(fmt.Sprint(broken.StartLine), FileNotCSV)
			return nil, nil, wrong
		}
		line, _ := r.FieldPos(0)
		if named := lowered(cells); first && slices.Contains(named, grantColumnName) {
			columns = named
			for _, name := range named {
				if !slices.Contains([]string{grantColumnName, grantColumnRoles, grantColumnEnd}, name) {
					wrong.Add(fmt.Sprintf("%d.%s", line, fault.Echo(name)), ColumnUnknown)
				}
			}
			if len(wrong) > 0 {
				return nil, nil, wrong
			}
			continue
		}
		if len(in) == MaxFactGrantLines {
			wrong.Add("file", FileTooMany)
			return nil, nil, wrong
		}
		one, problems := f.input(columns, cells, now)
		for _, p := range problems {
			p.Path = strings.TrimSuffix(fmt.Sprintf("%d.%s", line, p.Path), ".")
			wrong.AddField(p)
		}
		in, lines = append(in, one), append(lines, line)
	}
	if len(in) == 0 {
		wrong.Add("file", Blank)
	}
	return in, lines, wrong
}

// input is the grant of a line.
func (f FactGrantFile) input(columns, cells []string, now time.Time) (FactGrantInput, fault.Fields) {
	in := FactGrantInput{Roles: f.Roles, EndsAt: f.EndsAt}
	var wrong fault.Fields
	for i, cell := range cells {
		cell = strings.TrimSpace(cell)
		switch {
		case cell == "":
		case i >= len(columns):
			wrong.Add("", ColumnExtra)
			return in, wrong
		case columns[i] == grantColumnName:
			in.Name = cell
		case columns[i] == grantColumnRoles:
			in.Roles = nil
			for word := range strings.FieldsSeq(strings.ToLower(cell)) {
				in.Roles = append(in.Roles, GrantRole(word))
			}
		case columns[i] == grantColumnEnd:
			at, problem := grantTime(cell, f.Zone)
			if problem != "" {
				wrong.Add(grantColumnEnd, problem)
				continue
			}
			in.EndsAt = at
		}
	}
	_, more := in.Grant(now)
	for _, w := range more {
		if !wrong.Has(w.Path) {
			wrong.AddField(w)
		}
	}
	return in, wrong
}

// grantTime reads a time that a person typed; a day is its end.
func grantTime(text string, zone *time.Location) (at time.Time, problem string) {
	if zone == nil {
		zone = time.UTC
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, ""
	}
	for _, layout := range []string{"2006-01-02 15:04", LocalTime} {
		if at, problem = ReadLocal(layout, text, zone); problem != NotTime {
			return at, problem
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return time.Time{}, NotTime
	}
	return day.AddDate(0, 0, 1), ""
}

// lowered are the cells of a line that may name columns.
func lowered(cells []string) []string {
	named := make([]string, len(cells))
	for i, cell := range cells {
		named[i] = strings.ToLower(strings.TrimSpace(cell))
	}
	return named
}

// delimiterOf is what parts the cells: the one of commas, semicolons and tabs that the first line has most of.
func delimiterOf(text []byte) rune {
	first, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, delimiter := range []rune{',', ';', '\t'} {
		if n := bytes.Count(first, []byte(string(delimiter))); n > most {
			best, most = delimiter, n
		}
	}
	return best
}
