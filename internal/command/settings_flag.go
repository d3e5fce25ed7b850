package command

import (
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/almoner/almoner/internal/config"
)

// envOf is the name of a flag in the environment; "" for --help.
func envOf(flag *kong.Flag) string {
	if len(flag.Envs) == 0 {
		return ""
	}
	return flag.Envs[0]
}

// helpOf is the help of a flag with its name in the environment.
func helpOf(value *kong.Value) string {
	if value.Flag == nil || envOf(value.Flag) == "" {
		return value.Help
	}
	return strings.TrimSuffix(value.Help, ".") + " ($" + envOf(value.Flag) + ")."
}

// secretTag marks flags whose value is a secret, or may be one: a URL that may hold a password.
const (
	secretTag      = "secret"
	passwordSecret = "password"
)

// secret reports whether a value of the flag must not be shown.
func secret(flag *kong.Flag, text string) bool {
	return text != "" && flag.Tag.Has(secretTag) && (flag.Tag.Get(secretTag) != passwordSecret || config.HoldsPassword(text))
}

// understood reports what is wrong with a text for the flag, and does not repeat a secret.
func understood(flag *kong.Flag, text string) error {
	value := reflect.New(flag.Target.Type()).Elem()
	if value.Kind() == reflect.Pointer {
		value.Set(reflect.New(value.Type().Elem()))
	}
	scan := kong.Scan().PushTyped(text, kong.FlagValueToken)
	if err := flag.Mapper.Decode(&kong.DecodeContext{Value: flag.Value, Scan: scan}, value); err != nil {
		if _, careful := value.Addr().Interface().(encoding.TextUnmarshaler); !careful && flag.Tag.Has(secretTag) {
			return errors.New("cannot be understood; write it like " + flag.FormatPlaceHolder())
		}
		return err
	}
	if flag.Enum != "" && !slices.Contains(flag.EnumSlice(), text) {
		return fmt.Errorf("%q is none of: %s", text, strings.Join(flag.EnumSlice(), ", "))
	}
	return validate(value)
}

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

// Setting is a flag of serve or demo, which the environment and a file may set as well.
type Setting struct {
	Flag, Name, Placeholder, Default, Help string
	// Secret reports whether it is a secret or may hold one, File is the name under which a file with it may be named.
	Secret bool
	File   string
}

// Settings are all settings, each once. What serve and demo share is as serve has it.
func Settings() []Setting {
	parser, s := parserOf(&commands{}, Terminal{Out: io.Discard, Err: io.Discard})
	var all []Setting
	eachFlag(parser.Model.Node, func(flag *kong.Flag) {
		if s.known[envOf(flag)] != flag {
			return
		}
		of := Setting{Flag: "--" + flag.Name, Name: envOf(flag), Placeholder: flag.PlaceHolder, Default: flag.Default, Help: flag.Help, Secret: flag.Tag.Has(secretTag), File: s.fileOf(flag)}
		if flag.IsBool() && !flag.HasDefault {
			of.Default = "false"
		}
		all = append(all, of)
	})
	return all
}
