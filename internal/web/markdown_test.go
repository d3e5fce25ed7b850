package web_test

import (
	"strconv"
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
		texts := web.NewRenderedTexts()
		for _, place := range []string{"rendered", "cached"} {
			if got := texts.Markdown(text); strings.TrimSpace(got) != strings.TrimSpace(want) {
				t.Errorf("%s %q: got %q, want %q", place, text, got, want)
			}
		}
	}
}

func TestRenderedTextsAreBounded(t *testing.T) {
	t.Parallel()
	texts := web.NewRenderedTexts()
	for i := range web.MaxRenderedTexts + 1 {
		number := strconv.Itoa(i)
		if got, want := texts.Markdown(number), "<p>"+number+"</p>\n"; got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
		if got, want := texts.Len(), min(i+1, web.MaxRenderedTexts); got != want {
			t.Fatalf("got %d texts cached, want %d", got, want)
		}
	}
	for size, want := range map[int]int{web.MaxRenderedText: 1, web.MaxRenderedText + 1: 0} {
		texts := web.NewRenderedTexts()
		if texts.Markdown(strings.Repeat("a", size)); texts.Len() != want {
			t.Errorf("%d bytes: got %d texts cached, want %d", size, texts.Len(), want)
		}
	}
}
