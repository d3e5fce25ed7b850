package mail

import (
	"bytes"
	"fmt"
	htmltemplate "html/template"
	"text/template"

	"github.com/almoner/almoner/internal/text"
)

// parts are the templates of a mail for each language: one of plain text and one of HTML, which say the same.
type parts map[string]struct {
	plain  *template.Template
	markup *htmltemplate.Template
}

// newParts reads templates/NAME.txt and templates/NAME.html.
func newParts(name string) parts {
	all := parts{}
	for _, l := range text.Locales() {
		of := all[l.Language()]
		of.plain = template.Must(template.New(name+".txt").Funcs(l.Funcs()).ParseFS(files, "templates/"+name+".txt"))
		of.markup = htmltemplate.Must(htmltemplate.New(name+".html").Funcs(l.Funcs()).ParseFS(files, "templates/"+name+".html"))
		all[l.Language()] = of
	}
	return all
}

// write fills in both templates of a language.
func (p parts) write(l *text.Locale, said any) (plain, markup string, err error) {
	var unmarked, marked bytes.Buffer
	if err := p[l.Language()].plain.Execute(&unmarked, said); err != nil {
		return "", "", fmt.Errorf("text: %w", err)
	}
	if err := p[l.Language()].markup.Execute(&marked, said); err != nil {
		return "", "", fmt.Errorf("html: %w", err)
	}
	return unmarked.String(), marked.String(), nil
}
