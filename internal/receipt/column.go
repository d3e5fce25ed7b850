package receipt

import (
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
)

// Column is a column of an export. Value is a template over the words of a document, as those of a wording are, but for amounts: they are plain
// decimals, and the currency has a column of its own.
type Column struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	parsed *template.Template
}

func (p Profile) parseColumns() error {
	for i := range p.Columns {
		c := &p.Columns[i]
		if !questionName.MatchString(c.Name) {
			return fmt.Errorf("column %q: the name is none: a letter, then letters and _", c.Name)
		}
		var err error
		if c.parsed, err = template.New("").Option("missingkey=error").Parse(c.Value); err != nil {
			return fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	return nil
}

// ColumnNames are the names of the columns of all profiles, each once.
func (s *Set) ColumnNames() []string {
	var names []string
	for _, p := range s.all {
		for _, c := range p.Columns {
			if !slices.Contains(names, c.Name) {
				names = append(names, c.Name)
			}
		}
	}
	return names
}

// Cells are what a receipt has in the columns of its profile, by their names.
func (s *Set) Cells(r fund.IssuedReceipt) (map[string]string, error) {
	p, err := s.Get(r.Facts.Profile)
	if err != nil {
		return nil, err
	}
	return p.Cells(r)
}

// Cells are what a receipt of the profile has in its columns, by their names.
func (p Profile) Cells(r fund.IssuedReceipt) (map[string]string, error) {
	digits, err := money.Digits(r.Facts.Currency)
	if err != nil {
		digits = 2 // a currency that is not known any more
	}
	words := p.wordsWith(r, text.English, func(minor int64) string { return money.Fixed(minor, digits) })
	cells := make(map[string]string, len(p.Columns))
	for _, c := range p.Columns {
		var out strings.Builder
		if err := c.parsed.Execute(&out, words); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		cells[c.Name] = out.String()
	}
	return cells, nil
}
