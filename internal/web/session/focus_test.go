package session_test

import (
	"testing"

	"github.com/almoner/almoner/internal/web/session"
)

func TestWhatIsWrongHasTheFocus(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ page, want string }{
		"nothing wrong": {`<p>Hello</p>`, `<p>Hello</p>`},
		"a field": {
			`<input id="a"><p id="b-problem" role="alert">No</p><input id="b" aria-describedby="b-hint b-problem" aria-invalid="true"><input id="c" aria-invalid="true">`,
			`<input id="a"><p id="b-problem" role="alert">No</p><input id="b" aria-describedby="b-hint b-problem" aria-invalid="true" autofocus><input id="c" aria-invalid="true">`,
		},
		"a list of what is wrong": {
			`<div id="summary" role="alert"><a href="#b">B</a></div><input id="b" aria-invalid="true">`,
			`<div id="summary" role="alert" tabindex="-1" autofocus><a href="#b">B</a></div><input id="b" aria-invalid="true">`,
		},
		"a group before a field": {
			`<fieldset aria-describedby="r-problem"><p id="r-problem" role="alert">No</p></fieldset><input aria-describedby="n-problem" aria-invalid="true">`,
			`<fieldset aria-describedby="r-problem"><p id="r-problem" role="alert" tabindex="-1" autofocus>No</p></fieldset><input aria-describedby="n-problem" aria-invalid="true">`,
		},
		"what may go wrong": {`<p role="alert" data-failed hidden>No</p>`, `<p role="alert" data-failed hidden>No</p>`},
		"a page that chose": {`<input id="a" autofocus><p role="alert">No</p>`, `<input id="a" autofocus><p role="alert">No</p>`},
		"words of somebody": {`<h1>&lt;p autofocus&gt; aria-invalid="true"</h1><p role="alert">No</p>`, `<h1>&lt;p autofocus&gt; aria-invalid="true"</h1><p role="alert" tabindex="-1" autofocus>No</p>`},
	} {
		if got := string(session.Focused([]byte(c.page))); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}
