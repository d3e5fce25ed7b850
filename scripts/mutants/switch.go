package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Compiling and linking a test binary takes much longer than running it. So one is built that has most changes of
// a package's files in it, each behind a switch: the environment variable MUTANTS_SWITCH names the one to make.

// switchable are the operators that can have a switch, with what gremlins changes them to. The others, of
// arithmetic, would need the types of their operands.
var switchable = map[token.Token][]token.Token{
	token.EQL: {token.NEQ}, token.NEQ: {token.EQL},
	token.LSS: {token.LEQ, token.GEQ}, token.GEQ: {token.GTR, token.LSS},
	token.GTR: {token.GEQ, token.LEQ}, token.LEQ: {token.LSS, token.GTR},
	token.INC: {token.DEC}, token.DEC: {token.INC},
}

// operator is one operator of a file. For a comparison, x and y are its operands; for x++, y is nil.
type operator struct {
	ast.Node
	tok  token.Token
	x, y ast.Expr
	// constant is set for operators of constants, which no switch can change.
	constant bool
}

// operators lists all operators of a file, always in the same order.
func operators(file *ast.File) []operator {
	var all []operator
	var constants ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		constant := constants != nil && n != nil && n.Pos() < constants.End()
		switch n := n.(type) {
		case *ast.GenDecl:
			if n.Tok == token.CONST {
				constants = n
			}
		case *ast.BinaryExpr:
			all = append(all, operator{n, n.Op, n.X, n.Y, constant})
		case *ast.IncDecStmt:
			all = append(all, operator{n, n.Tok, n.X, nil, constant})
		case *ast.UnaryExpr:
			all = append(all, operator{n, n.Op, n.X, nil, true})
		}
		return true
	})
	return all
}

// switchName names the change of the operator with that number.
func switchName(file string, number int, to token.Token) string {
	return fmt.Sprintf("%s %d %s", file, number, to)
}

// which names the switch for the difference between a file and what gremlins made of it; "" when there is none.
func which(original, changed string) (string, error) {
	before, err := parser.ParseFile(token.NewFileSet(), original, nil, 0)
	if err != nil {
		return "", fmt.Errorf("original: %w", err)
	}
	after, err := parser.ParseFile(token.NewFileSet(), changed, nil, 0)
	if err != nil {
		return "", fmt.Errorf("changed: %w", err)
	}
	found := ""
	is := operators(after)
	if len(is) != len(operators(before)) {
		return "", nil
	}
	for i, was := range operators(before) {
		if is[i].tok == was.tok {
			continue
		}
		if found != "" || was.constant || !slices.Contains(switchable[was.tok], is[i].tok) {
			return "", nil
		}
		found = switchName(filepath.Base(original), i, is[i].tok)
	}
	return found, nil
}

// switched is the text of a file with its switches.
type switched struct {
	name string
	text []byte
	// base is the position of the first byte of the text.
	base token.Pos
	all  []operator
	// order are the indexes of all, the first in the text first, and of those that begin together the longest.
	order []int
}

// addSwitches returns the text of a file with its switches, and the name of its package.
func addSwitches(name string, text []byte) (withSwitches, pkg string, err error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, text, parser.SkipObjectResolution)
	if err != nil {
		return "", "", fmt.Errorf("not Go: %w", err)
	}
	s := switched{name: name, text: text, base: file.FileStart, all: operators(file)}
	for i, o := range s.all {
		if !o.constant && switchable[o.tok] != nil {
			s.order = append(s.order, i)
		}
	}
	slices.SortFunc(s.order, func(i, j int) int {
		return cmp.Or(cmp.Compare(s.all[i].Pos(), s.all[j].Pos()), cmp.Compare(s.all[j].End(), s.all[i].End()))
	})
	return s.between(file.FileStart, file.FileEnd), file.Name.Name, nil
}

// between is the part of the text from one position to another.
func (s *switched) between(from, to token.Pos) string {
	var out strings.Builder
	for _, i := range s.order {
		o := s.all[i]
		if o.Pos() >= from && o.End() <= to {
			out.Write(s.text[from-s.base : o.Pos()-s.base])
			out.WriteString(s.choice(i, o))
			from = o.End()
		}
	}
	out.Write(s.text[from-s.base : to-s.base])
	return out.String()
}

// choice is an operator with its operands, or one of its changes.
func (s *switched) choice(number int, o operator) string {
	var cases strings.Builder
	for _, to := range switchable[o.tok] {
		fmt.Fprintf(&cases, "case %q: %s; ", switchName(s.name, number, to), s.operation(o, to))
	}
	if o.y == nil {
		return fmt.Sprintf("func() { switch mutantsSwitch { %sdefault: %s } }()", cases.String(), s.operation(o, o.tok))
	}
	return fmt.Sprintf("func() bool { switch mutantsSwitch { %s}; %s }()", cases.String(), s.operation(o, o.tok))
}

func (s *switched) operation(o operator, tok token.Token) string {
	x := s.between(o.x.Pos(), o.x.End())
	if o.y == nil {
		return x + tok.String()
	}
	return fmt.Sprintf("return %s %s %s", x, tok, s.between(o.y.Pos(), o.y.End()))
}

// writeSwitches writes the files of a package with their switches into a folder, and overlay.json, which makes the
// go command build those in place of the files.
func writeSwitches(folder, dir string, names []string) error {
	overlay := map[string]string{}
	write := func(name, text string) error {
		path := filepath.Join(folder, name)
		overlay[filepath.Join(dir, name)] = path
		return os.WriteFile(path, []byte(text), 0o600) //nolint:gosec // named by the one who runs this
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name)) //nolint:gosec // named by the one who runs this
		if err != nil {
			return fmt.Errorf("source: %w", err)
		}
		with, pkg, err := addSwitches(name, text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		variable := fmt.Sprintf("package %s\n\nimport \"os\"\n\nvar mutantsSwitch = os.Getenv(\"MUTANTS_SWITCH\")\n", pkg)
		if err := cmp.Or(write(name, with), write("mutants_switch.go", variable)); err != nil {
			return fmt.Errorf("switches: %w", err)
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "overlay.json"), text, 0o600) //nolint:gosec // named by the one who runs this
}
