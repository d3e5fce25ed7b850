// Racing prints the tests of packages that start goroutines, as a pattern for go test -run: those that the race detector can find something in.
// A test counts when its own code, or a function that it may call in the files of the package, says go, or calls what starts one, such as Go of a
// group. Functions are told apart by their names alone, so that rather too many count.
//
//	go run ./scripts/racing ./internal/app ./internal/live
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// starters are the methods and functions of other packages that start goroutines.
var starters = []string{"Go", "AfterFunc"}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: racing FOLDER…")
		os.Exit(2)
	}
	var all []string
	for _, folder := range os.Args[1:] {
		tests, err := racing(os.DirFS(folder))
		if err != nil {
			fmt.Fprintf(os.Stderr, "racing: %s: %v\n", folder, err)
			os.Exit(1)
		}
		all = append(all, tests...)
	}
	slices.Sort(all)
	fmt.Println("^(" + strings.Join(slices.Compact(all), "|") + ")$")
}

// names are the functions of a package or of its tests.
type names struct {
	// calls has the names that a function calls.
	calls map[string][]string
	// starts has the functions that start goroutines.
	starts map[string]bool
	// below are those that these call where they have no function of that name; nil for the package itself.
	below *names
}

// racing are the tests of the Go files in a folder that start goroutines.
func racing(folder fs.FS) (found []string, err error) {
	own := &names{calls: map[string][]string{}, starts: map[string]bool{}}
	tests := &names{calls: map[string][]string{}, starts: map[string]bool{}, below: own}
	files, err := fs.Glob(folder, "*.go")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		source, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		in := own
		if strings.HasSuffix(name, "_test.go") {
			in = tests
		}
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Body != nil {
				in.read(function)
			}
		}
	}
	own.follow()
	tests.follow()
	for name := range tests.starts {
		if strings.HasPrefix(name, "Test") && name != "TestMain" {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found, nil
}

// read notes whom a function calls, and whether it starts a goroutine.
func (n *names) read(function *ast.FuncDecl) {
	name := function.Name.Name
	n.calls[name] = slices.Clone(n.calls[name])
	ast.Inspect(function.Body, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.GoStmt:
			n.starts[name] = true
		case *ast.CallExpr:
			switch called := node.Fun.(type) {
			case *ast.Ident:
				n.calls[name] = append(n.calls[name], called.Name)
			case *ast.SelectorExpr:
				if slices.Contains(starters, called.Sel.Name) {
					n.starts[name] = true
				}
				n.calls[name] = append(n.calls[name], called.Sel.Name)
			}
		}
		return true
	})
}

// follow finds the functions that start goroutines through others.
func (n *names) follow() {
	for found := true; found; {
		found = false
		for name, called := range n.calls {
			if !n.starts[name] && slices.ContainsFunc(called, n.startsOne) {
				n.starts[name], found = true, true
			}
		}
	}
}

func (n *names) startsOne(called string) bool {
	if _, here := n.calls[called]; here || n.below == nil {
		return n.starts[called]
	}
	return n.below.startsOne(called)
}
