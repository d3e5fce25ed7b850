// Package ui is what all pages for people are made of: the style sheet, the icons, and the templates of components.
//
// What callers rely on:
//   - Assets have names with the hash of their content, so browsers keep them for good (Asset.Path).
//   - Nothing here needs a script, an inline style, or anything from another origin: pages keep a strict content security policy.
//   - Components are templates that take a value of this package: "cover" a Cover, "portrait" a Portrait, "goal" a Goal, "cards" cards.
//   - Pictures that nobody chose are drawn here, the same for the same thing each time.
package ui

import (
	"embed"
	"html/template"
	"maps"

	"github.com/almoner/almoner/internal/text"
)

//go:embed templates/*.html
var components embed.FS

// New is an empty template with all components and what they call, in a language; more are the functions of the pages that it is for.
func New(l *text.Locale, more template.FuncMap) *template.Template {
	functions := template.FuncMap(l.Funcs())
	functions["icon"] = Icon
	functions["style"] = Style.Path
	functions["mark"] = Mark.Path
	maps.Copy(functions, more)
	return template.Must(template.New("components").Funcs(functions).ParseFS(components, "templates/*.html"))
}
