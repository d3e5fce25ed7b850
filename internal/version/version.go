// Package version knows which version of Almoner this program is.
package version

import (
	"cmp"
	"runtime/debug"
)

// Unknown is the version of a program that was built from a checkout without a tag.
const Unknown = "(devel)"

// tag and commit are set by the linker when a release is built (scripts/release.sh): a release is built from what git exports, which has no history that
// Go could read them from.
var tag, commit string

// Info is what a program was built from.
type Info struct {
	// Version is the tag, such as v1.2.3, or what Go makes of a commit without one; Unknown where nothing is known.
	Version string
	// Commit is the hash of git; "" where it is not known.
	Commit string
	// Go is the version of Go, such as go1.26.1.
	Go string
}

// Built is what this program was built from. `go install …@v1.2.3` and a build in a checkout with a tag say so without the linker.
func Built() Info {
	info := Info{Version: tag, Commit: commit}
	if built, ok := debug.ReadBuildInfo(); ok {
		info.Go = built.GoVersion
		info.Version = cmp.Or(info.Version, built.Main.Version)
		for _, s := range built.Settings {
			if s.Key == "vcs.revision" {
				info.Commit = cmp.Or(info.Commit, s.Value)
			}
		}
	}
	info.Version = cmp.Or(info.Version, Unknown)
	return info
}
