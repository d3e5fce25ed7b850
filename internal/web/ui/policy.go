package ui

import (
	"cmp"
	"strings"
)

// Sources are origins, or addresses below which everything is allowed, for each kind of thing that a page loads.
type Sources struct{ Scripts, Frames, Styles, Connections, Media, Ancestors string }

// With are both sources together.
func (s Sources) With(more Sources) Sources {
	both := func(a, b string) string { return strings.TrimSpace(a + " " + b) }
	return Sources{
		Scripts: both(s.Scripts, more.Scripts), Frames: both(s.Frames, more.Frames), Styles: both(s.Styles, more.Styles),
		Connections: both(s.Connections, more.Connections), Media: both(s.Media, more.Media), Ancestors: both(s.Ancestors, more.Ancestors),
	}
}

// ContentPolicy lets a page show itself and nothing else but more. forms is where its forms may lead to.
func ContentPolicy(forms string, more Sources) string {
	rules := []string{"default-src 'none'", strings.TrimSpace("style-src 'self' " + more.Styles), "img-src 'self'", "base-uri 'none'"}
	for _, rule := range [][2]string{{"script-src", more.Scripts}, {"frame-src", more.Frames}, {"connect-src", more.Connections}, {"media-src", more.Media}} {
		if rule[1] != "" {
			rules = append(rules, rule[0]+" "+rule[1])
		}
	}
	return strings.Join(append(rules, "form-action "+forms, "frame-ancestors "+cmp.Or(more.Ancestors, "'none'")), "; ")
}
