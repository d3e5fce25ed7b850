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
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"strings"

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

// frame is the file with the frame of a folder's pages: it calls the "main" of a page, and its "head".
const frame = "layout.html"

// Pages are the pages of a folder in all languages. Those that define a "main" stand in the frame of layout.html; others stand alone.
type Pages map[string]*template.Template

// ParsePages reads the pages of folders, whose frame is that of the first; more are the functions that they call beside those of all languages. All
// pages of a language are one set of templates, with a frame for each: sets of their own would hold all components once a page.
func ParsePages(more template.FuncMap, folders ...fs.FS) Pages {
	all := Pages{}
	for _, l := range text.Locales() {
		set := New(l, more)
		for _, folder := range folders {
			parsePages(set, readPage(folders[0], frame), folder)
		}
		all[l.Language()] = set
	}
	return all
}

// parsePages adds the pages of a folder to the components. Each page defines a "main" and a "head", which get the page's name.
func parsePages(set *template.Template, around string, folder fs.FS) {
	names, err := fs.Glob(folder, "*.html")
	if err != nil {
		panic("ui: " + err.Error())
	}
	for _, name := range names {
		source := readPage(folder, name)
		switch {
		case name == frame:
			continue
		case strings.Contains(source, defineMain):
			own := strings.NewReplacer(
				defineMain, `{{define "`+name+` main"}}`, `{{define "head"}}`, `{{define "`+name+` head"}}`,
				`{{template "main" `, `{{template "`+name+` main" `, `{{block "head" `, `{{block "`+name+` head" `)
			source = own.Replace(source)
			for _, part := range definition.FindAllStringSubmatch(source, -1) {
				if set.Lookup(part[1]) != nil {
					panic("ui: two templates are called " + part[1])
				}
			}
			template.Must(set.New(name).Parse(own.Replace(around)))
			template.Must(set.New(path.Join(name, "parts")).Parse(source))
		default:
			template.Must(set.New(name).Parse(source))
		}
	}
}

const defineMain = `{{define "main"}}`

// definition is the beginning of a template within a file.
var definition = regexp.MustCompile(`{{define "([^"]+)"`)

func readPage(folder fs.FS, name string) string {
	source, err := fs.ReadFile(folder, name)
	if err != nil {
		panic("ui: " + err.Error())
	}
	return string(source)
}

// Write writes the page of a file in a language.
func (p Pages) Write(to io.Writer, l *text.Locale, name string, data any) error {
	return p[l.Language()].ExecuteTemplate(to, name, data) //nolint:wrapcheck // it says which page
}
