// Racing prints the tests of a package that start goroutines, as a pattern for go test -run: those that the race detector can find something in.
// A test counts when its own code, or a function that it may call in the files of the package, says go, or calls a method Go with a function. Functions are told apart
// by their names alone, so that rather too many count.
//
//	go run ./scripts/racing ./internal/app
package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: racing FOLDER")
		os.Exit(2)
	}
	pattern, err := racing(os.DirFS(os.Args[1]))
	if err != nil {
		fmt.Fprintln(os.Stderr, "racing:", err)
		os.Exit(1)
	}
	fmt.Println(pattern)
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

// racing is the pattern of the tests of the Go files in a folder that start goroutines.
func racing(folder fs.FS) (pattern string, err error) {
	own := &names{calls: map[string][]string{}, starts: map[string]bool{}}
	tests := &names{calls: map[string][]string{}, starts: map[string]bool{}, below: own}
	files, err := fs.Glob(folder, "*.go")
	if err != nil {
		return "", err
	}
	for _, name := range files {
		source, err := fs.ReadFile(folder, name)
		if err != nil {
			return "", err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return "", err
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
	var found []string
	for name := range tests.starts {
		if strings.HasPrefix(name, "Test") && name != "TestMain" {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return "", errors.New("no test starts a goroutine")
	}
	slices.Sort(found)
	return "^(" + strings.Join(found, "|") + ")$", nil
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
				if called.Sel.Name == "Go" {
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
