package command

import (
	"fmt"
	"strings"
)

// bashCompletion is the script for bash, from version 3.2 on, which macOS has.
func bashCompletion(all []topic) string {
	var b strings.Builder
	b.WriteString(`# Completion of almoner for bash: source it, or put it into /usr/share/bash-completion/completions/almoner.
_almoner() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} at= words= flags= i
	COMPREPLY=()
	if [[ $word == '=' ]]; then
		word=
	elif [[ $before == '=' ]]; then
		before=${COMP_WORDS[COMP_CWORD-2]}
	fi
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "${at:+$at }${COMP_WORDS[i]}" in
`)
	fmt.Fprintf(&b, "\t\t%s) at=\"${at:+$at }${COMP_WORDS[i]}\" ;;\n\t\tesac\n\tdone\n\tcase \"$at $before\" in\n", quoteAll(paths(all), inSingle, " | "))
	for _, t := range all {
		for _, f := range t.flags {
			if done := bashValues(f); done != "" {
				fmt.Fprintf(&b, "\t%s) %s; return ;;\n", inSingle(t.path+" "+f.name), done)
			}
		}
	}
	b.WriteString("\tesac\n\tcase \"$at\" in\n")
	for _, t := range all {
		var words, flags []string
		for _, w := range t.words {
			words = append(words, w.name)
		}
		for _, f := range t.flags {
			flags = append(flags, f.name)
		}
		fmt.Fprintf(&b, "\t%s) words=%s flags=%s ;;\n", inSingle(t.path), inSingle(strings.Join(words, " ")), inSingle(strings.Join(flags, " ")))
	}
	b.WriteString(`	esac
	if [[ $word == -* ]]; then
		words=$flags
	fi
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _almoner almoner
`)
	return b.String()
}

// bashValues completes the value of a flag; "" where it takes none.
func bashValues(f flagWord) string {
	switch {
	case f.alone:
		return ""
	case len(f.values) > 0:
		return "COMPREPLY=($(compgen -W " + inSingle(strings.Join(f.values, " ")) + ` -- "$word"))`
	case f.file:
		return `compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$word"))`
	default:
		return ":"
	}
}
