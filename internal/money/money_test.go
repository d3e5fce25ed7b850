package money_test

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/money"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text   string
		digits int
		want   int64
		wrong  string
	}{
		{"12.34", 2, 1234, ""}, {"12", 2, 1200, ""}, {"12.3", 2, 1230, ""}, {"0", 2, 0, ""}, {"0.05", 2, 5, ""},
		{"007", 2, 700, ""}, {"5.00", 0, 5, ""}, {"1.2300", 2, 123, ""}, {"10000000000.00", 2, money.Max, ""},
		{"1000000000000", 0, money.Max, ""},
		{"", 2, 0, money.NotANumber}, {".5", 2, 0, money.NotANumber}, {"5.", 2, 0, money.NotANumber},
		{"1e9", 2, 0, money.NotANumber}, {"NaN", 2, 0, money.NotANumber}, {"+5", 2, 0, money.NotANumber},
		{" 5", 2, 0, money.NotANumber}, {"٥", 2, 0, money.NotANumber}, {"1,000", 2, 0, money.NotANumber},
		{"--5", 2, 0, money.NotANumber}, {"0x10", 2, 0, money.NotANumber}, {"1.2.3", 2, 0, money.NotANumber},
		{"-5", 2, 0, money.Negative}, {"-0", 2, 0, money.Negative},
		{"0.001", 2, 0, money.TooPrecise}, {"0.5", 0, 0, money.TooPrecise},
		{"10000000000.01", 2, 0, money.TooLarge}, {"99999999999999999999999", 2, 0, money.TooLarge},
	} {
		if got, wrong := money.Parse(c.text, c.digits); got != c.want || wrong != c.wrong {
			t.Errorf("Parse(%q, %d): got %d %q, want %d %q", c.text, c.digits, got, wrong, c.want, c.wrong)
		}
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		minor        int64
		digits       int
		fixed, short string
	}{
		{1234, 2, "12.34", "12.34"}, {1230, 2, "12.30", "12.3"}, {1200, 2, "12.00", "12"}, {0, 2, "0.00", "0"},
		{5, 2, "0.05", "0.05"}, {-5, 2, "-0.05", "-0.05"}, {1200, 0, "1200", "1200"}, {1, 3, "0.001", "0.001"},
		{10000, 2, "100.00", "100"},
	} {
		if got := money.Fixed(c.minor, c.digits); got != c.fixed {
			t.Errorf("Fixed(%d, %d): got %q, want %q", c.minor, c.digits, got, c.fixed)
		}
		if got := money.Short(c.minor, c.digits); got != c.short {
			t.Errorf("Short(%d, %d): got %q, want %q", c.minor, c.digits, got, c.short)
		}
	}
}

func TestAddStaysWithinTheLargestTotal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b, want int64
		ok         bool
	}{
		{1, 2, 3, true}, {money.MaxTotal, 0, money.MaxTotal, true}, {money.MaxTotal - 1, 1, money.MaxTotal, true}, {5, -7, -2, true},
		{money.MaxTotal, 1, money.MaxTotal, false}, {1, money.MaxTotal, money.MaxTotal, false}, {-money.MaxTotal, -1, -money.MaxTotal, false},
		{math.MaxInt64, math.MaxInt64, money.MaxTotal, false}, {math.MinInt64, math.MinInt64, -money.MaxTotal, false},
		{math.MinInt64, -1, -money.MaxTotal, false}, {math.MaxInt64, 0, money.MaxTotal, false}, {math.MaxInt64, math.MinInt64, -1, true},
		{-money.MaxTotal, 0, -money.MaxTotal, true}, {1 - money.MaxTotal, -1, -money.MaxTotal, true}, {-money.MaxTotal - 1, 1, -money.MaxTotal, true},
		{money.MaxTotal + 1, -1, money.MaxTotal, true}, {money.MaxTotal + 2, -1, money.MaxTotal, false}, {-money.MaxTotal - 2, 1, -money.MaxTotal, false},
		{-1, -money.MaxTotal, -money.MaxTotal, false}, {math.MinInt64, 0, -money.MaxTotal, false}, {0, -5, -5, true}, {0, 0, 0, true},
	} {
		if got, ok := money.Add(c.a, c.b); got != c.want || ok != c.ok {
			t.Errorf("%d + %d: got %d, %v, want %d, %v", c.a, c.b, got, ok, c.want, c.ok)
		}
	}
}

// TestTheLargestTotalIsExactInJSON reads totals as JavaScript does: into floating-point numbers.
func TestTheLargestTotalIsExactInJSON(t *testing.T) {
	t.Parallel()
	if most := money.MaxTotal; most != 9_007_199_254_740_991 || float64(most-1) == float64(most) || float64(most) == float64(most+1) {
		t.Errorf("got %d, want the largest integer that differs from both its neighbors", most)
	}
}

func TestConversionStaysWithinTheLargestTotal(t *testing.T) {
	t.Parallel()
	for _, rate := range []int64{math.MaxInt64, 10_000 * money.RateScale} {
		dear := money.Conversion{FromDigits: 0, ToDigits: 2, Rate: rate}
		for minor, want := range map[int64]int64{money.Max * 1000: money.MaxTotal, -money.Max * 1000: -money.MaxTotal} {
			if got := dear.Apply(minor); got != want {
				t.Errorf("%d at %d: got %d, want %d", minor, rate, got, want)
			}
		}
	}
}

func TestWhatIsPrintedIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		minor := rapid.Int64Range(0, money.Max).Draw(t, "minor")
		digits := rapid.IntRange(0, 3).Draw(t, "digits")
		for _, text := range []string{money.Fixed(minor, digits), money.Short(minor, digits)} {
			if got, wrong := money.Parse(text, digits); got != minor || wrong != "" {
				t.Fatalf("%q: got %d %q, want %d", text, got, wrong, minor)
			}
		}
	})
}

func TestConvertIsWithinHalfAMinorUnit(t *testing.T) {
	t.Parallel()
	yen := money.Conversion{FromDigits: 0, ToDigits: 2, Rate: 6_700_000} // 1 JPY = 0.0067 USD
	if got := yen.Apply(1000); got != 670 {
		t.Errorf("1000 JPY: got %d cents, want 670", got)
	}
	half := money.Conversion{FromDigits: 2, ToDigits: 2, Rate: money.RateScale / 2}
	for minor, want := range map[int64]int64{1: 0, 3: 2, 5: 2, -1: 0, -3: -2, 2: 1} {
		if got := half.Apply(minor); got != want {
			t.Errorf("half of %d: got %d, want %d (half to even)", minor, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		c := money.Conversion{
			FromDigits: rapid.IntRange(0, 3).Draw(t, "from"), ToDigits: rapid.IntRange(0, 3).Draw(t, "to"),
			Rate: rapid.Int64Range(1, 100*money.RateScale).Draw(t, "rate"),
		}
		minor := rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "minor")
		exact := new(big.Rat).Mul(new(big.Rat).SetInt64(minor), big.NewRat(c.Rate, money.RateScale))
		for range c.ToDigits {
			exact.Mul(exact, big.NewRat(10, 1))
		}
		for range c.FromDigits {
			exact.Quo(exact, big.NewRat(10, 1))
		}
		diff := exact.Sub(exact, new(big.Rat).SetInt64(c.Apply(minor)))
		if diff.Abs(diff).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d by %+v is off by %s", minor, c, diff.FloatString(3))
		}
	})
}
