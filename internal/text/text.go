// Package text is every text that people read on pages and in mails, by its id, from a catalogue for each language.
//
// What callers rely on:
//   - A text is plain: it has no markup, and a page escapes it. Rich puts values with markup into it, and escapes
//     all others.
//   - A value named Count chooses between the text's plural forms.
//   - An id that is not in the catalogue shows as itself. Tests find those, and texts that nothing shows.
package text

import (
	"embed"
	"encoding/json"
	"html/template"
	"net/url"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/almoner/almoner/internal/glyph"
)

//go:embed en.json
var catalogues embed.FS

// ID names a text in the catalogue: "donate.error.email".
type ID string

// Texts are the texts of one language. They are safe for concurrent use.
type Texts struct {
	tag       language.Tag
	localizer *i18n.Localizer
	// fixed are the texts without values and plural forms, which are most and need no localizer.
	fixed map[ID]string
}

// English are the English texts.
var English = load(language.English, "en.json")

func load(tag language.Tag, file string) *Texts {
	bundle := i18n.NewBundle(tag)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	catalogue, err := bundle.LoadMessageFileFS(catalogues, file)
	if err != nil {
		panic("text: " + err.Error()) // the file is part of the program
	}
	fixed := map[ID]string{}
	for _, m := range catalogue.Messages {
		if m.One == "" && !strings.Contains(m.Other, "{{") {
			fixed[ID(m.ID)] = m.Other
		}
	}
	return &Texts{tag: tag, localizer: i18n.NewLocalizer(bundle, tag.String()), fixed: fixed}
}

// Language is the language of the texts, as the lang attribute of HTML has it.
func (t *Texts) Language() string { return t.tag.String() }

// Text is the text of that id. Values come in pairs, each after its name.
func (t *Texts) Text(id ID, given ...any) string {
	if said, is := t.fixed[id]; is {
		return said
	}
	count, _ := pairs(given).get("Count")
	said, err := t.localizer.Localize(&i18n.LocalizeConfig{
		MessageID: string(id), TemplateData: pairs(given), PluralCount: count, TemplateParser: values{},
	})
	if err != nil && said == "" {
		return string(id)
	}
	return said
}

// Rich is Text as HTML. Values of type template.HTML keep their markup; all others are escaped.
func (t *Texts) Rich(id ID, given ...any) template.HTML {
	escaped := make([]any, len(given))
	for i, value := range given {
		switch value := value.(type) {
		case string:
			escaped[i] = template.HTMLEscapeString(value)
		default:
			escaped[i] = value
		}
	}
	return template.HTML(t.Text(id, escaped...)) //nolint:gosec // the values are escaped, and the texts have no markup
}

// PlayMoney is the text on every page that says what the money of a mode is; "" where it is real.
func PlayMoney(mode string) ID {
	return map[string]ID{"sandbox": "site.play.sandbox", "test": "site.play.test"}[mode]
}

// Wait is how long somebody should wait, in words: "10 seconds", "2 minutes". It is never too short.
func (t *Texts) Wait(wait time.Duration) string {
	switch {
	case wait <= time.Minute:
		return t.Text("wait.seconds", "Count", ceil(wait, time.Second))
	case wait <= time.Hour:
		return t.Text("wait.minutes", "Count", ceil(wait, time.Minute))
	default:
		return t.Text("wait.hours", "Count", ceil(wait, time.Hour))
	}
}

// ceil is how many units a duration takes, at least one.
func ceil(d, unit time.Duration) int64 { return max(1, int64((d+unit-1)/unit)) }

// Funcs are what templates call: t and rich for texts, name, link, mailto, strong and moment for values of rich, lang, and isolate for the texts of
// others where there is no markup.
func (t *Texts) Funcs() map[string]any {
	return map[string]any{"t": t.Text, "rich": t.Rich, "moment": t.Moment, "name": Name, "link": Link, "mailto": Mailto, "strong": Strong, "lang": t.Language, "isolate": glyph.Isolated}
}

// Name is a text of somebody else inside of a sentence, whose direction does not turn the sentence around.
func Name(name string) template.HTML {
	return "<bdi>" + template.HTML(template.HTMLEscapeString(glyph.Balanced(name))) + "</bdi>" //nolint:gosec // escaped
}

// Strong is a value that matters more than the rest of its sentence.
func Strong(value string) template.HTML {
	return "<strong>" + template.HTML(template.HTMLEscapeString(value)) + "</strong>" //nolint:gosec // escaped
}

// Link is a link to a page of this server, whose path starts with a slash; any other becomes the first page.
func Link(path, name string) template.HTML {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		path = "/"
	}
	return linked(path, name)
}

// Mailto is a link that writes to an e-mail address.
func Mailto(address string) template.HTML {
	return linked((&url.URL{Scheme: "mailto", Opaque: url.PathEscape(address)}).String(), address)
}

func linked(href, name string) template.HTML {
	return template.HTML(`<a href="`+template.HTMLEscapeString(href)+`">`) + Name(name) + "</a>" //nolint:gosec // escaped
}
