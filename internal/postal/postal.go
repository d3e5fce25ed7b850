// Package postal knows what the postal addresses of a country have: which lines in which order, which of them are needed, and what its postal codes look
// like. The data is Google's, as libaddressinput has it; docs/dependencies.md says from when.
package postal

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Line is a line of an address, by its name in forms and APIs.
type Line string

// The lines. Street is the first of two.
const (
	Street     Line = "line1"
	City       Line = "city"
	Region     Line = "region"
	PostalCode Line = "postal_code"
)

// Country is what addresses have there.
type Country struct {
	// Code is that of ISO 3166, such as "DE".
	Code string
	// Lines are those of an address, in the order in which people there write them in Latin letters.
	Lines []Line
	// Region, City and PostalName are what these lines are there, such as "prefecture", "post_town" and "zip"; "" for a usual city and postal code.
	Region, City, PostalName string
	// Example is a postal code; "" where there are none.
	Example string

	required []Line
	pattern  *regexp.Regexp
}

// Has reports whether addresses there have the line.
func (c Country) Has(l Line) bool { return slices.Contains(c.Lines, l) }

// Requires reports whether no address there is whole without the line.
func (c Country) Requires(l Line) bool { return slices.Contains(c.required, l) }

// CleanCode returns a postal code as it is written there: in capital letters, with plain digits and single spaces. It reports whether there can be such a code.
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

// Find finds a country by its code, in any case.
func Find(code string) (Country, bool) {
	c, known := countries[strings.ToUpper(strings.TrimSpace(code))]
	return c, known
}

// Codes are the codes of all countries, sorted.
func Codes() []string { return codes }

// signs are the letters by which the data names lines.
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
