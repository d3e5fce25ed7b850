package ui

import (
	"html/template"
	"io/fs"
	"path"
	"strings"
)

// icons are the drawings of icons by their names, as they stand in a page: decoration that screen readers skip, in the color of the text.
var icons = func() map[string]template.HTML {
	names, err := fs.Glob(files, "icons/*.svg")
	if err != nil {
		panic("ui: " + err.Error()) // a constant pattern
	}
	drawn := map[string]template.HTML{}
	for _, name := range names {
		drawing := strings.Replace(strings.TrimSpace(string(read(name))), "<svg ", `<svg class="icon" aria-hidden="true" focusable="false" `, 1)
		drawn[strings.TrimSuffix(path.Base(name), ".svg")] = template.HTML(drawing) //nolint:gosec // files of the program
	}
	return drawn
}()

// Icon is the icon of that name: the file of that name in icons. A name without a file is a mistake in a template, which fails to render.
func Icon(name string) (template.HTML, error) {
	drawing, is := icons[name]
	if !is {
		return "", fs.ErrNotExist
	}
	return drawing, nil
}

// IconNames are the names of all icons.
func IconNames() []string {
	var names []string
	for name := range icons {
		names = append(names, name)
	}
	return names
}
