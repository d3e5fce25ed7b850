package fund

import (
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// What counts as close to a name.
const (
	// maxClosest is the length in bytes of the longest name that a close one is looked for.
	maxClosest = 64
	// minPart is the length in bytes of the shortest part of a name that stands for it.
	minPart = 3
	// lettersPerMistake is how many letters of a name allow one of them to be wrong.
	lettersPerMistake = 3
)

// Closest is the known name that was probably meant by one that is not known: the same in another
// spelling, the only one that begins or ends so, or the one with the fewest typing mistakes. It is ""
// when none is close.
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

// PlainName is a name without what snake_case, camelCase and kebab-case differ in.
func PlainName(name string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(name))
}

// DidYouMean is what a refusal says of the closest name behind its reason; "" for none.
func DidYouMean(closest string) string {
	if closest == "" {
		return ""
	}
	return " (did you mean " + closest + "?)"
}

// unknownName is what is wrong with a name that is not known.
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
