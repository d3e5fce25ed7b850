package command

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"

	"github.com/alecthomas/kong"
)

// checkEnvironment refuses values of the environment that a flag would refuse: the parser validates only what stands
// on the command line. It names the variable and does not repeat the value, which may be a secret. An error of the parser
// stands where the environment is good.
func checkEnvironment(parsed *kong.Context, err error) error {
	var wrong *kong.ParseError
	if errors.As(err, &wrong) {
		parsed = wrong.Context
	}
	if parsed == nil {
		return err
	}
	for _, flag := range parsed.Flags() {
		for _, name := range flag.Envs {
			if _, set := os.LookupEnv(name); !set {
				continue
			}
			if err := validate(flag.Target); err != nil {
				return fmt.Errorf("%s (the environment of --%s): %w", name, flag.Name, err)
			}
		}
	}
	return err
}

// environmentValue is how the parser quotes a variable that cannot be read.
var environmentValue = regexp.MustCompile(`\(from envar (\w+)=(?s:.*)\)`)

// withoutValues leaves out what stands in the environment, which may be a password.
func withoutValues(said string) string { return environmentValue.ReplaceAllString(said, "($1)") }

// validate asks a value, or each of several, whether it can be meant.
func validate(value reflect.Value) error {
	if value.Kind() == reflect.Slice {
		for i := range value.Len() {
			if err := validate(value.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
	if checked, can := value.Interface().(interface{ Validate() error }); can {
		return checked.Validate()
	}
	return nil
}
