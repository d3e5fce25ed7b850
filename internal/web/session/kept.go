package session

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/text"
)

// kept are the texts of a form that came after its sender was signed out. Next is where they sign in, and leads back to the page that has the form.
type kept struct {
	Texts []string
	Next  string
}

// unshown are words in the names of fields whose values are not shown: secrets, and the version of what a form was filled with.
var unshown = []string{"password", "secret", "token", "code", "key", "version"}

// longText is how many characters a text has at least that nobody would like to type twice.
const longText = 40

// typed are the long texts of a form. Those without a space are ids and addresses.
func typed(form url.Values) []string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if slices.ContainsFunc(unshown, func(word string) bool { return strings.Contains(name, word) }) {
			continue
		}
		for _, value := range form[name] {
			if value = strings.TrimSpace(value); utf8.RuneCountInString(value) >= longText && strings.ContainsAny(value, " \n") {
				texts = append(texts, value)
			}
		}
	}
	return texts
}

// Late has the sender of a form who is not signed in any more sign in, and come back to the page that has the form, or else to back. What they typed is
// shown on the way, so that it is not lost.
func (p Pages) Late(w http.ResponseWriter, r *http.Request, back string) {
	texts := typed(r.PostForm)
	if len(texts) == 0 {
		Redirect(w, SignInAt(back))
		return
	}
	// The page with the form is not always the one that takes it. Only its path counts, and Next wants it to be one of ours.
	if from, err := url.Parse(r.Header.Get("Referer")); err == nil && from.Path != "" {
		back = p.Next(from.RequestURI())
	}
	p.Show(w, r, View{
		Template: "kept.html", Status: http.StatusForbidden, Title: text.Of(r).Text("account.kept"), Data: kept{texts, SignInAt(back)},
	})
}
