// Package postal describes the postal addresses of each country: its lines and their order, which of them are required, what they are called, and the form
// of its postal codes. The data is Google's, from libaddressinput; docs/dependencies.md has its version.
package postal

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Line names a line of an address, as forms and APIs do.
type Line string

// The lines. Street is the first of two; the second is "line2".
const (
	Street     Line = "line1"
	City       Line = "city"
	Region     Line = "region"
	PostalCode Line = "postal_code"
)

// Country describes the addresses of a country.
type Country struct {
	// Code is the ISO 3166 code, such as "DE".
	Code string
	// Lines are the lines of an address in the order in which they are written in Latin letters.
	Lines []Line
	// Region, City and PostalName say what these lines are called, such as "prefecture", "post_town" and "zip"; "" for a plain city and postal code.
	Region, City, PostalName string
	// Example is a postal code; "" if the country has none.
	Example string

	required []Line
	pattern  *regexp.Regexp
}

// Has reports whether addresses of the country have the line.
func (c Country) Has(l Line) bool { return slices.Contains(c.Lines, l) }

// Requires reports whether an address is incomplete without the line.
func (c Country) Requires(l Line) bool { return slices.Contains(c.required, l) }

// CleanCode returns a postal code in capital letters, with ASCII digits and single spaces, and reports whether it has the form of the country's codes.
func (c Country) CleanCode(typed string) (string, bool) {
	code := strings.ToUpper(strings.Join(strings.Fields(width.Narrow.String(typed)), " "))
	return code, c.pattern == nil || c.pattern.MatchString(code)
}

//go:embed countries.json
var data []byte

var (
	countries = read()
	codes     = func() []string {
		var all []string
		for code := range countries {
			all = append(all, code)
		}
		slices.Sort(all)
		return all
	}()
)

// Find returns the country with a code, in upper or lower case.
func Find(code string) (Country, bool) {
	c, known := countries[strings.ToUpper(strings.TrimSpace(code))]
	return c, known
}

// Codes returns the codes of all countries, sorted.
func Codes() []string { return codes }

// signs maps the letters of the data to lines.
var signs = map[rune]Line{'A': Street, 'C': City, 'S': Region, 'Z': PostalCode}

func read() map[string]Country {
	var rows map[string]struct{ Order, Required, Pattern, Example, Region, City, Code string }
	if err := json.Unmarshal(data, &rows); err != nil {
		panic("postal: " + err.Error()) // the file is part of the program
	}
	all := make(map[string]Country, len(rows))
	for code, r := range rows {
		c := Country{Code: code, Lines: linesOf(r.Order), Region: r.Region, City: r.City, PostalName: r.Code, Example: r.Example, required: linesOf(r.Required)}
		if r.Pattern != "" {
			c.pattern = regexp.MustCompile("^(?:" + r.Pattern + ")$")
		}
		all[code] = c
	}
	return all
}

func linesOf(letters string) []Line {
	var lines []Line
	for _, letter := range letters {
		lines = append(lines, signs[letter])
	}
	return lines
}
