package fund

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Thresholds for suggesting a name.
const (
	// maxClosest is the length in bytes of the longest name that gets a suggestion.
	maxClosest = 64
	// minPart is the length in bytes of the shortest prefix or suffix that identifies a name.
	minPart = 3
	// lettersPerMistake is the length of a name per tolerated typing mistake.
	lettersPerMistake = 3
)

// Closest is the known name that an unknown one probably meant: the same name in another spelling, the only one with that prefix or suffix,
// or the one with the fewest typing mistakes. It is "" when none is close.
func Closest(name string, known []string) string {
	plain := PlainName(name)
	if plain == "" || len(plain) > maxClosest {
		return ""
	}
	for _, close := range []func(plain string, known []string) string{sameName, longerName, mistypedName} {
		if meant := close(plain, known); meant != "" {
			return meant
		}
	}
	return ""
}

// PlainName is a name without the differences between snake_case, camelCase and kebab-case.
func PlainName(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// DidYouMean is the suggestion appended to an error text; "" if there is none.
func DidYouMean(closest string) string {
	if closest == "" {
		return ""
	}
	return " (did you mean " + closest + "?)"
}

// unknownName is the error text for an unknown name.
func unknownName(name string, known []string) string {
	return UnknownName + DidYouMean(Closest(name, known))
}

func sameName(plain string, known []string) string {
	i := slices.IndexFunc(known, func(one string) bool { return PlainName(one) == plain })
	if i < 0 {
		return ""
	}
	return known[i]
}

func longerName(plain string, known []string) string {
	if len(plain) < minPart {
		return ""
	}
	longer := slices.DeleteFunc(slices.Clone(known), func(one string) bool {
		one = PlainName(one)
		return !strings.HasPrefix(one, plain) && !strings.HasSuffix(one, plain)
	})
	if len(longer) != 1 {
		return ""
	}
	return longer[0]
}

func mistypedName(plain string, known []string) (meant string) {
	fewest := len(plain)/lettersPerMistake + 1
	for _, one := range known {
		if n := levenshtein.ComputeDistance(plain, PlainName(one)); n < fewest {
			meant, fewest = one, n
		}
	}
	return meant
}
