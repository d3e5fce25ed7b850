// Command systems checks the types of all packages and their tests as other systems see them: systems SYSTEM…, such as darwin.
//
// It reads what the compiler would compile and makes no code of it: SQLite alone, which is another program on each system, takes the compiler
// longer than all tests of a package.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// machine is the processor that the systems run on.
const machine = "amd64"

// mostErrors is how many errors of a package are told.
const mostErrors = 20

func main() {
	for _, system := range os.Args[1:] {
		looked, err := check(".", system)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", system, err)
			os.Exit(1)
		}
		fmt.Printf("%s: the types of %d packages and tests fit\n", system, looked)
	}
}

// listed is a package as go list tells of it, after those that it imports.
type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	// ImportMap has the imports whose packages are called otherwise, as those of tests are.
	ImportMap map[string]string
	// DepOnly reports whether the package is only there because another imports it.
	DepOnly bool
}

// check checks the packages below a folder and returns how many there are.
func check(folder, system string) (looked int, err error) {
	list := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,Dir,GoFiles,ImportMap,DepOnly", "./...") //nolint:noctx // it ends with this program
	list.Dir = folder
	list.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+machine, "CGO_ENABLED=0")
	list.Stderr = os.Stderr
	out, err := list.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := list.Start(); err != nil {
		return 0, err
	}
	known := known{"unsafe": types.Unsafe}
	for packages := json.NewDecoder(out); ; {
		var p listed
		switch err := packages.Decode(&p); {
		case errors.Is(err, io.EOF):
			return looked, list.Wait()
		case err != nil:
			return looked, errors.Join(err, list.Wait())
		}
		// go test writes the main package of a test itself.
		if p.ImportPath == "unsafe" || strings.HasSuffix(p.ImportPath, ".test") {
			continue
		}
		if err := known.add(p); err != nil {
			return looked, errors.Join(err, list.Process.Kill())
		}
		if !p.DepOnly {
			looked++
		}
	}
}

// known are the packages that were checked, by their paths.
type known map[string]*types.Package

// add checks a package whose imports are known. What the functions of another module do was checked by its authors.
func (k known) add(p listed) error {
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		parsed = append(parsed, file)
	}
	var wrong []error
	config := types.Config{
		Importer: importer(func(path string) (*types.Package, error) {
			if called, is := p.ImportMap[path]; is {
				path = called
			}
			if of, is := k[path]; is {
				return of, nil
			}
			return nil, fmt.Errorf("%s is not known", path)
		}),
		Sizes: types.SizesFor("gc", machine), IgnoreFuncBodies: p.DepOnly,
		Error: func(err error) { wrong = append(wrong, err) },
	}
	path, _, _ := strings.Cut(p.ImportPath, " ")
	checked, _ := config.Check(path, files, parsed, nil)
	k[p.ImportPath] = checked
	return errors.Join(wrong[:min(len(wrong), mostErrors)]...)
}

// importer is a function that finds packages.
type importer func(path string) (*types.Package, error)

// Import is the function.
func (i importer) Import(path string) (*types.Package, error) { return i(path) }
