package command

import (
	"fmt"
	"runtime/debug"
)

// Version prints the version.
type Version struct{}

// Run prints the version, and the commit that it was built from where that is known.
func (Version) Run(t Terminal) error {
	version, goVersion, commit := builtVersion(), "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		goVersion = " " + info.GoVersion
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				commit = " " + s.Value
			}
		}
	}
	_, err := fmt.Fprintf(t.Out, "almoner %s%s%s\n", version, commit, goVersion)
	return err
}

// builtVersion is the version of this program.
func builtVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
