package web

import "strings"

// The parser of Markdown takes time that grows with the square of what can open something in a paragraph, and of how deeply
// quotes and lists are nested: 65,536 bytes of ">" take seconds. Texts beyond these limits are not given to it. What people
// write stays far below them: a page of prose has a few dozen marks in each paragraph.
const (
	// maxNesting is how many quotes and lists may open in one line.
	maxNesting = 16
	// maxTangle bounds the sum of the squares of the marks in each paragraph: one paragraph may have 2,000.
	maxTangle = 4_000_000
)

// tangled reports whether a text in Markdown would take long to parse.
func tangled(text string) bool {
	total, marks := 0, 0
	for line := range strings.SplitSeq(text, "\n") {
		opened, rest := containers(line)
		if opened > maxNesting {
			return true
		}
		if listed := opened > 0 && !strings.HasPrefix(strings.TrimLeft(line, " \t"), ">"); listed || strings.TrimSpace(rest) == "" {
			total, marks = total+marks*marks, 0
		}
		marks += opened + strings.Count(rest, "*") + strings.Count(rest, "_") + strings.Count(rest, "[") + strings.Count(rest, "]") +
			strings.Count(rest, "`") + strings.Count(rest, "<") + strings.Count(rest, "!")
		if total+marks*marks > maxTangle {
			return true
		}
	}
	return false
}

// containers counts the quotes and lists that a line opens, and gives what follows.
func containers(line string) (opened int, rest string) {
	for {
		line = strings.TrimLeft(line, " \t")
		after := strings.TrimLeft(line, "0123456789")
		switch {
		case strings.HasPrefix(line, ">"):
			line = line[1:]
		case strings.HasPrefix(line, "- "), strings.HasPrefix(line, "* "), strings.HasPrefix(line, "+ "),
			strings.HasPrefix(line, "-\t"), strings.HasPrefix(line, "*\t"), strings.HasPrefix(line, "+\t"):
			line = line[2:]
		case len(after) < len(line) && (strings.HasPrefix(after, ".") || strings.HasPrefix(after, ")")) && len(line)-len(after) <= 9:
			line = after[1:]
		default:
			return opened, line
		}
		opened++
	}
}
