package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"runtime"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxFile is how many bytes a file of settings has at most.
	MaxFile = 64 << 10
	// MaxSecretFile is how many bytes a file with a secret has at most.
	MaxSecretFile = 4 << 10
)

// Line is a setting in a file.
type Line struct {
	Number      int
	Name, Value string
}

// File is a file of settings in the form of systemd's EnvironmentFile. What systemd and a shell read in another way, or systemd leaves out without a
// word, is refused: no operator finds out later that a part of a password was taken for a comment.
type File struct {
	Path  string
	Lines []Line
	// Shared reports whether others than its owner and group may read it.
	Shared bool
}

// ReadFile reads a file. Its errors name the line, and repeat nothing but names.
func ReadFile(path string) (File, []error) {
	f := File{Path: path}
	text, shared, err := readSmall(path, MaxFile)
	switch {
	case err != nil:
		return f, []error{err}
	case strings.ContainsRune(text, 0):
		return f, []error{fmt.Errorf("%s is not a text in UTF-8", path)}
	}
	f.Shared = shared
	return f, f.parse(text)
}

// byteOrderMark is what some editors put at the beginning of a text.
const byteOrderMark = "\ufeff"

func (f *File) parse(text string) (errs []error) {
	if strings.HasPrefix(text, byteOrderMark) {
		errs = append(errs, f.wrong(1, errors.New("the file begins with a byte order mark, with which systemd leaves out the first line; save it without one")))
	}
	at := map[string]int{}
	for i, line := range strings.Split(strings.TrimPrefix(text, byteOrderMark), "\n") {
		number := i + 1
		name, value, err := parseLine(strings.Trim(strings.TrimSuffix(line, "\r"), " \t"))
		switch {
		case err != nil:
			errs = append(errs, f.wrong(number, err))
		case name == "":
		case at[name] > 0:
			errs = append(errs, f.wrong(number, fmt.Errorf("%s is set in line %d already", name, at[name])))
		default:
			at[name] = number
			f.Lines = append(f.Lines, Line{number, name, value})
		}
	}
	return errs
}

func (f *File) wrong(number int, err error) error {
	return fmt.Errorf("%s:%d: %w", f.Path, number, err)
}

// nameForm is a name of the environment.
var nameForm = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

// maxName is how many bytes a name has at most.
const maxName = 100

// parseLine reads a line without space around it; no name is an empty line or a comment.
func parseLine(line string) (name, value string, err error) {
	if line == "" {
		return "", "", nil
	}
	if line[0] == '#' || line[0] == ';' {
		if strings.HasSuffix(line, `\`) {
			return "", "", errors.New(`a comment must not end in \: systemd takes the next line for a part of it`)
		}
		return "", "", nil
	}
	name, value, found := strings.Cut(line, "=")
	name = strings.TrimRight(name, " \t")
	switch {
	case !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }):
		return "", "", errors.New("the line has signs that are no text in UTF-8")
	case strings.HasPrefix(name, "export "):
		return "", "", errors.New("leave out export, which systemd does not know; write NAME=value")
	case !found || !nameForm.MatchString(name) || len(name) > maxName:
		return "", "", errors.New("the line is no setting; write NAME=value, with the name in capitals")
	}
	if value, err = parseValue(strings.TrimLeft(value, " \t")); err != nil {
		return "", "", fmt.Errorf("%s %w", name, err)
	}
	return name, value, nil
}

// parseValue reads what stands behind the sign of equality.
func parseValue(text string) (string, error) {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		switch {
		case strings.Contains(text, `\`):
			return "", errors.New(`has a \ outside of quotes; put the value in single quotes`)
		case strings.Contains(text, " #") || strings.Contains(text, "\t#"):
			return "", errors.New("has a # behind a space; put a comment on a line of its own, or the value in quotes")
		}
		return text, nil
	}
	value, rest, closed := cutQuoted(text)
	switch {
	case !closed:
		return "", errors.New("has no closing quote in its line")
	case rest != "":
		return "", errors.New("has more behind the closing quote; put a comment on a line of its own, and one pair of quotes around the value")
	}
	return value, nil
}

// cutQuoted cuts the quoted text off the beginning, and takes the quotes away.
func cutQuoted(text string) (value, rest string, closed bool) {
	if text[0] == '\'' {
		return strings.Cut(text[1:], "'")
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:], true
		case text[i] == '\\' && i+1 < len(text) && strings.IndexByte(escaped, text[i+1]) >= 0:
			i++
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}

// escaped are the signs that lose their meaning between double quotes behind a \.
const escaped = "\"\\`$"

// plainValue is a value that needs no quotes, in a shell neither.
var plainValue = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]*$`)

// Quoted is a value as it stands in a file; false for one that no file can hold.
func Quoted(value string) (string, bool) {
	if plainValue.MatchString(value) {
		return value, true
	}
	var b strings.Builder
	for i := range len(value) {
		if strings.IndexByte(escaped, value[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(value[i])
	}
	quoted := `"` + b.String() + `"`
	_, again, err := parseLine("A=" + quoted)
	return quoted, err == nil && again == value
}

// ReadSecret reads a secret from a file: one line, of which the end is left out. Its errors repeat nothing of it. It does not ask who may read the
// file: where containers get their secrets, everybody in the container may.
func ReadSecret(path string) (string, error) {
	text, _, err := readSmall(path, MaxSecretFile)
	if err != nil {
		return "", err
	}
	text = strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r")
	switch {
	case text == "":
		return "", fmt.Errorf("%s is empty", path)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return "", fmt.Errorf("%s holds more than one line of text", path)
	}
	return text, nil
}

// readSmall reads a file of at most so many bytes. It waits for nobody: a pipe is refused.
func readSmall(path string, most int64) (text string, shared bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", false, unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		return "", false, fmt.Errorf("%s is not a regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", false, unreadable(path, err)
	}
	defer func() { _ = file.Close() }()
	read, err := io.ReadAll(io.LimitReader(file, most+1))
	switch {
	case err != nil:
		return "", false, unreadable(path, err)
	case int64(len(read)) > most:
		return "", false, fmt.Errorf("%s has more than %d bytes", path, most)
	}
	const others = 0o004
	return string(read), runtime.GOOS != "windows" && info.Mode().Perm()&others != 0, nil
}

func unreadable(path string, err error) error {
	var why *fs.PathError
	if errors.As(err, &why) {
		err = why.Err
	}
	return fmt.Errorf("%s cannot be read: %w", path, err)
}
