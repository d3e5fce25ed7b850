package text

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"

	"github.com/almoner/almoner/internal/postal"
)

// countries name countries in each language.
var countries = map[string]display.Namer{
	English.Language(): display.English.Regions(), German.Language(): display.German.Regions(), Arabic.Language(): display.Arabic.Regions(),
}

// Country is the name of a country by its code of two or three letters (ISO 3166): "Vereinigtes Königreich". What is no such code is as it was typed.
func (l *Locale) Country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return code
	}
	return cmp.Or(countries[l.Language()].Name(region), code)
}

// NamedCountry is a country with its name in one language.
type NamedCountry struct{ Code, Name string }

// countryLists holds the list of countries of each language tag, which is made when it is first needed.
var countryLists = func() map[string]func() []NamedCountry {
	lists := map[string]func() []NamedCountry{}
	for _, l := range []*Locale{English, German, Arabic} {
		lists[l.Language()] = sync.OnceValue(l.sortedCountries)
	}
	return lists
}()

// Countries returns all countries that have postal addresses, sorted by name. The slice is shared: do not change it.
func (l *Locale) Countries() []NamedCountry { return countryLists[l.Language()]() }

func (l *Locale) sortedCountries() []NamedCountry {
	var all []NamedCountry
	for _, code := range postal.Codes() {
		all = append(all, NamedCountry{code, l.Country(code)})
	}
	slices.SortFunc(all, func(a, b NamedCountry) int { return strings.Compare(sortKey(a.Name), sortKey(b.Name)) })
	return all
}

// sortKey returns a name without diacritics, so that Österreich sorts beside Oman.
func sortKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}
