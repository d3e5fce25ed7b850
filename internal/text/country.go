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

// NamedCountry is a country with its name in a language.
type NamedCountry struct{ Code, Name string }

// countryLists are all countries by the tags of languages, made when they are first asked for.
var countryLists = func() map[string]func() []NamedCountry {
	lists := map[string]func() []NamedCountry{}
	for _, l := range []*Locale{English, German, Arabic} {
		lists[l.Language()] = sync.OnceValue(l.sortedCountries)
	}
	return lists
}()

// Countries are all countries that have postal addresses, sorted by their names. They are shared: change none.
func (l *Locale) Countries() []NamedCountry { return countryLists[l.Language()]() }

func (l *Locale) sortedCountries() []NamedCountry {
	var all []NamedCountry
	for _, code := range postal.Codes() {
		all = append(all, NamedCountry{code, l.Country(code)})
	}
	slices.SortFunc(all, func(a, b NamedCountry) int { return strings.Compare(sortKey(a.Name), sortKey(b.Name)) })
	return all
}

// sortKey is a name without the marks of its letters, so that Österreich is beside Oman.
func sortKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(name))
}
