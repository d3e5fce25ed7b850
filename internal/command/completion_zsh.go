package command

import (
	"fmt"
	"strings"
)

// zshCompletion is the script for zsh.
func zshCompletion(all []topic) string {
	var b strings.Builder
	b.WriteString(`#compdef almoner
# Completion of almoner for zsh: source it, or put it as _almoner into a folder of $fpath.
_almoner() {
	local before=$words[CURRENT-1] at= i
	local -a commands flags
	if [[ $words[CURRENT] == --*=* ]]; then
		before=${words[CURRENT]%%=*}
		compset -P '*='
	fi
	for ((i = 2; i < CURRENT; i++)); do
		case "${at:+$at }$words[i]" in
`)
	fmt.Fprintf(&b, "\t\t%s) at=\"${at:+$at }$words[i]\" ;;\n\t\tesac\n\tdone\n\tcase \"$at $before\" in\n", quoteAll(paths(all), inSingle, " | "))
	for _, t := range all {
		for _, f := range t.flags {
			if done := zshValues(f); done != "" {
				fmt.Fprintf(&b, "\t%s) %s; return ;;\n", inSingle(t.path+" "+f.name), done)
			}
		}
	}
	b.WriteString("\tesac\n\tcase \"$at\" in\n")
	for _, t := range all {
		var words, flags []string
		for _, w := range t.words {
			words = append(words, w.name+":"+w.help)
		}
		for _, f := range t.flags {
			flags = append(flags, f.name+":"+f.help)
		}
		fmt.Fprintf(&b, "\t%s)\n\t\tcommands=(%s)\n\t\tflags=(%s) ;;\n", inSingle(t.path), quoteAll(words, inSingle, " "), quoteAll(flags, inSingle, " "))
	}
	b.WriteString(`	esac
	if [[ $words[CURRENT] == -* ]]; then
		_describe -o flag flags
	else
		_describe command commands
	fi
}
if [[ $funcstack[1] == _almoner ]]; then
	_almoner "$@"
else
	compdef _almoner almoner
fi
`)
	return b.String()
}

// zshValues completes the value of a flag; "" where it takes none.
func zshValues(f flagWord) string {
	switch {
	case f.alone:
		return ""
	case len(f.values) > 0:
		return "compadd -- " + quoteAll(f.values, inSingle, " ")
	case f.file:
		return "_files"
	default:
		return "_message value"
	}
}
