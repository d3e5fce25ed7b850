package web_test

import (
	"fmt"
	"html"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testcost"
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
	const size = fund.MaxDescription
	for i := range web.MaxRenderedBytes/size + 1 {
		text := fmt.Sprintf("%0*d", size, i)
		if got, want := texts.Markdown(text), "<p>"+text+"</p>\n"; got != want {
			t.Fatalf("text %d is not shown as it is", i)
		}
		texts.Markdown(text)
		if got, want := texts.Len(), min(i+1, web.MaxRenderedBytes/size); got != want {
			t.Fatalf("got %d texts cached, want %d", got, want)
		}
	}
}

// TestTextsThatAreDearToParseAreShownAsTheyAre has what people write on one side of each limit and what makes the parser slow on the other.
func TestTextsThatAreDearToParseAreShownAsTheyAre(t *testing.T) {
	t.Parallel()
	page := strings.Repeat("A *page* of [prose](https://example.org) with **marks** and `code`.\n- and\n- a list\n\n> quoted\n\n", 600)
	for name, c := range map[string]struct {
		text   string
		parsed bool
	}{
		"a long page":                     {page, true},
		"a list of links":                 {strings.Repeat("- [link](https://example.org) _and_ **more**\n", 1400), true},
		"the deepest quote":               {strings.Repeat(">", web.MaxNesting) + " a", true},
		"a quote that is deeper":          {strings.Repeat(">", web.MaxNesting+1) + " a", false},
		"the deepest list":                {strings.Repeat("- ", web.MaxNesting) + "a", true},
		"a list that is deeper":           {strings.Repeat("1. ", web.MaxNesting+1) + "a", false},
		"lists and quotes":                {strings.Repeat("> * ", web.MaxNesting/2+1) + "a", false},
		"a line below others":             {"a\n\n" + strings.Repeat(">", web.MaxNesting+1), false},
		"a paragraph with the most marks": {strings.Repeat("*a* ", 1000), true},
		"a paragraph with more marks":     {strings.Repeat("*a* ", 1000) + "*", false},
		"paragraphs with the most marks":  {strings.Repeat(strings.Repeat("*a* ", 500)+"\n\n", 4), true},
		"paragraphs with more marks":      {strings.Repeat(strings.Repeat("*a* ", 500)+"\n\n", 5), false},
	} {
		got := web.NewRenderedTexts().Markdown(c.text)
		want := "<p>" + strings.ReplaceAll(html.EscapeString(strings.TrimSpace(c.text)), "\n", "<br>\n") + "</p>\n"
		if parsed := got != want; parsed != c.parsed {
			t.Errorf("%s: got it parsed: %t, want %t", name, parsed, c.parsed)
		}
	}
}

// dear are pieces of which many are dear for a parser of Markdown.
var dear = []string{
	">", "> ", ">\t", "- ", "* ", "+ ", "1. ", "1)\t", "[", "![", "*a ", "*a_", "_a", "**a", "a*a_", "*a**b", "`", "`a``", "<", "<a ", "<!--", "[a](", "[a](<", "[a](b\n",
	"[a](b \"", "[a]: b\n", "[a]\n", "[a][", "[]", "]", "a](", "](a)", "&", "&#", "\\", "a\\\n", "***", "~~a", "\n>", "> a\n", "- a\n\n", "  - a\n", "\t", "\n", "#", "x\n===\n",
	"```\n", "<http://", "<b", "<?", "<![CDATA[", "<a b='", "<div>\n", "<script>", "\u00a0", "\r", "\r\n", "a\r", "a\r\n", "\x00",
}

// TestNoTextIsDearToShow bounds the longest texts of such pieces, and of two of them at once.
func TestNoTextIsDearToShow(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	show := func(pieces ...string) {
		var text strings.Builder
		for i := 0; text.Len()+len(pieces[i%len(pieces)]) <= fund.MaxDescription; i++ {
			text.WriteString(pieces[i%len(pieces)])
		}
		testcost.Bound(t, fmt.Sprintf("%q", pieces), func() { web.NewRenderedTexts().Markdown(text.String()) })
	}
	for _, piece := range dear {
		show(piece)
		show(piece, dear[random.IntN(len(dear))])
	}
	var nested, ticks strings.Builder
	for i := 0; nested.Len() < fund.MaxDescription-2*i-4; i++ {
		nested.WriteString(strings.Repeat("  ", i) + "- a\n")
		ticks.WriteString(strings.Repeat("`", i) + "a")
	}
	show(nested.String())
	show(ticks.String())
	show(strings.Repeat("[", fund.MaxDescription/2), strings.Repeat("](a)", fund.MaxDescription/8))
}
