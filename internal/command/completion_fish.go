package command

import (
	"fmt"
	"strings"
)

// fishCompletion is the script for fish.
func fishCompletion(all []topic) string {
	var b strings.Builder
	b.WriteString(`# Completion of almoner for fish: put it into ~/.config/fish/completions/almoner.fish.
function __almoner_at
	set -l at
	for word in (commandline -opc)[2..-1]
		switch "$at $word"
`)
	spaced := func(path string) string { return inFish(" " + path) }
	fmt.Fprintf(&b, "\t\t\tcase %s\n\t\t\t\tset at \"$at $word\"\n\t\tend\n\tend\n\ttest \"$at\" = \"$argv[1]\"\nend\ncomplete -c almoner -f\n", quoteAll(paths(all), spaced, " "))
	for _, t := range all {
		at := "''"
		if t.path != "" {
			at = spaced(t.path)
		}
		begin := "complete -c almoner -n " + inFish("__almoner_at "+at)
		for _, w := range t.words {
			fmt.Fprintf(&b, "%s -a %s -d %s\n", begin, inFish(w.name), inFish(w.help))
		}
		for _, f := range t.flags {
			fmt.Fprintf(&b, "%s -l %s%s -d %s\n", begin, strings.TrimPrefix(f.name, "--"), fishValues(f), inFish(f.help))
		}
	}
	return b.String()
}

// fishValues says which value a flag takes; "" for none.
func fishValues(f flagWord) string {
	switch {
	case f.alone:
		return ""
	case len(f.values) > 0:
		return " -x -a " + inFish(strings.Join(f.values, " "))
	case f.file:
		return " -r -F"
	default:
		return " -x"
	}
}

// inFish is text between single quotes, for fish.
func inFish(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
