package command

import (
	"fmt"

	"github.com/almoner/almoner/internal/version"
)

// Version prints the version.
type Version struct {
	JSON bool `name:"json" help:"Print one JSON object."`
}

// versionJSON is a version for programs.
type versionJSON struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
}

// Run prints the version, and the commit and the Go that it was built from where those are known.
func (c Version) Run(t Terminal) error {
	built := version.Built()
	if c.JSON {
		return printJSON(t.Out, versionJSON(built))
	}
	line := "almoner " + built.Version
	for _, known := range []string{built.Commit, built.Go} {
		if known != "" {
			line += " " + known
		}
	}
	_, err := fmt.Fprintln(t.Out, line)
	return err
}
