package text

import (
	"cmp"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
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
