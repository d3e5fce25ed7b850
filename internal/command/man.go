package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/almoner/almoner/internal/version"
)

// Man prints the manual page, made from the commands and flags themselves.
type Man struct{}

// Run prints the page in roff, with the macros of man(7).
func (Man) Run(t Terminal, parsed *kong.Context) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH ALMONER 1 \"\" %s \"User Commands\"\n", roffWord("almoner "+version.Built().Version))
	b.WriteString(".SH NAME\nalmoner \\- charity\\-fundraising server for live streams\n")
	b.WriteString(".SH SYNOPSIS\n.B almoner\n.I command\n.RI [ flags ]\n.SH DESCRIPTION\n" + roff(parsed.Model.Help) + "\n")
	b.WriteString(".SH COMMANDS\n")
	model := parsed.Model.Node
	for _, n := range model.Leaves(true) {
		writeCommand(&b, n)
	}
	b.WriteString(".SH OPTIONS\nAll commands take these:\n")
	for _, flag := range model.Flags {
		writeFlag(&b, flag)
	}
	b.WriteString(manEnd)
	_, err := io.WriteString(t.Out, b.String())
	return err
}

// manEnd is what the flags do not say.
const manEnd = `.SH ENVIRONMENT
Each flag is also a variable, such as
.B ALMONER_BASE_URL
for
.BR \-\-base\-url .
.SH EXIT STATUS
0 where what was asked is done, 1 where it could not be done, and 2 for flags and settings that cannot be understood.
.SH EXAMPLES
.EX
almoner demo
almoner config check \-\-config /etc/almoner/almoner.conf
almoner serve \-\-config /etc/almoner/almoner.conf
.EE
`

func writeCommand(b *strings.Builder, n *kong.Node) {
	fmt.Fprintf(b, ".SS almoner %s\n%s\n", roff(n.Path()), roff(n.Help))
	for _, argument := range n.Positional {
		fmt.Fprintf(b, ".TP\n.I %s\n%s\n", roffWord(argument.Summary()), roff(argument.Help))
	}
	for _, flag := range n.Flags {
		if !flag.Hidden {
			writeFlag(b, flag)
		}
	}
}

func writeFlag(b *strings.Builder, flag *kong.Flag) {
	name, value := "--"+flag.Name, ""
	if !flag.IsBool() {
		name, value = name+"=", flag.FormatPlaceHolder()
	}
	fmt.Fprintf(b, ".TP\n.BI %s %s\n%s\n", roffWord(name), roffWord(value), roff(helpOf(flag.Value)))
}

// roff is text as roff prints it as it stands.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`, "\n", " ").Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

// roffWord is one word of a macro's arguments.
func roffWord(text string) string {
	return `"` + strings.ReplaceAll(roff(text), `"`, `\(dq`) + `"`
}
