package web_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/web"
)

func TestMarkdownKeepsWordsAndDropsWhatActs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a *b* **c**":                      "<p>a <em>b</em> <strong>c</strong></p>\n",
		"- x\n- y":                         "<ul>\n<li>x</li>\n<li>y</li>\n</ul>\n",
		"[l](https://example.org)":         `<p><a href="https://example.org" rel="nofollow noreferrer">l</a></p>` + "\n",
		"[l](javascript:alert(1))":         "<p>l</p>\n",
		"![p](https://example.org/p.png)":  "<p></p>\n",
		"# big":                            "big\n",
		"<script>alert(1)</script>":        "\n",
		"a <b onclick=x>b</b> \u2028 <i>c": "<p>a b \u2028 c</p>\n",
	} {
		got := string(web.Markdown(text))
		if strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
