package money_test

import (
	"testing"

	"github.com/almoner/almoner/internal/money"
)

func TestPlainWritesExponentsOut(t *testing.T) {
	t.Parallel()
	for number, want := range map[string][2]string{
		"0": {"0"}, "12": {"12"}, "100": {"100"}, "2.50": {"2.50"}, "-7.0": {"-7.0"}, "2.50e0": {"2.5"}, "1.5e3": {"1500"}, "1E2": {"100"}, "1e+2": {"100"},
		"1234.5e-1": {"123.45"}, "25e-2": {"0.25"}, "-25E-3": {"-0.025"}, "0e99": {"0"}, "-0.0e5": {"0"}, "0.001e3": {"1"},
		"1e30": {"1000000000000000000000000000000"}, "1e31": {"", money.TooLarge}, "1e-31": {"", money.TooPrecise}, "1e-30": {"0.000000000000000000000000000001"},
		"1e99999999999999999999": {"", money.TooLarge}, "1e-99999999999999999999": {"", money.TooPrecise},
	} {
		text, problem := money.Plain(number)
		if text != want[0] || problem != want[1] {
			t.Errorf("%s: got %q %q, want %q %q", number, text, problem, want[0], want[1])
		}
	}
}

func TestShortestSaysTheSame(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"2.50": "2.5", "-7.0": "-7", "100": "100", "0.00": "0", "1.050": "1.05"} {
		if got := money.Shortest(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
