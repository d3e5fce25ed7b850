package totp_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/totp"
)

// rfcKey is the key of the examples of RFC 6238, appendix B: "12345678901234567890".
const rfcKey = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// TestTheExamplesOfTheStandard compares with the last six digits of those of RFC 6238.
func TestTheExamplesOfTheStandard(t *testing.T) {
	t.Parallel()
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := must.Get(totp.Code(rfcKey, time.Unix(at, 0)))(t); got != want {
			t.Errorf("%d: got %s, want %s", at, got, want)
		}
	}
}

// TestDriftAndReplay takes the codes of the steps beside the present one, and none twice.
func TestDriftAndReplay(t *testing.T) {
	t.Parallel()
	now := time.Unix(1111111111, 0)
	present := now.Unix() / 30
	step := func(code string, after int64) int64 { return must.Get(totp.Step(rfcKey, code, after, now))(t) }
	for drift := int64(-2); drift <= 2; drift++ {
		code, want := must.Get(totp.Code(rfcKey, now.Add(time.Duration(drift)*totp.Period)))(t), present+drift
		if drift < -totp.Drift || drift > totp.Drift {
			want = 0
		}
		if got := step(code, 0); got != want {
			t.Errorf("%d steps away: got the step %d, want %d", drift, got, want)
		}
		if got := step(code, present+drift); got != 0 {
			t.Errorf("%d steps away, used before: got the step %d, want none", drift, got)
		}
	}
	for _, code := range []string{"050 471", "050-471"} {
		if got := step(code, 0); got != present {
			t.Errorf("%s: got the step %d, want %d", code, got, present)
		}
	}
	for _, code := range []string{"", "50471", "0504710", "٠٥٠٤٧١", "050472", strings.Repeat("050471", 1000)} {
		if got := step(code, 0); got != 0 {
			t.Errorf("%.20s: got the step %d, want none", code, got)
		}
	}
}

// TestAppsReadTheURL has a published library read what the QR code says.
func TestAppsReadTheURL(t *testing.T) {
	t.Parallel()
	key := must.Get(totp.NewKey(rand.Reader))(t)
	for _, c := range [][4]string{
		{"almoner.example", "ada@example.org", "almoner.example", "ada@example.org"},
		{"localhost:8080", "a+b@example.org", "localhost 8080", "a+b@example.org"},
		{"[::1]:8080", "größe:x@bücher.example", "[  1] 8080", "größe x@bücher.example"},
	} {
		read, err := otp.NewKeyFromURL(totp.URL(key, c[0], c[1]))
		if err != nil {
			t.Fatal(err)
		}
		if read.Secret() != key || read.Issuer() != c[2] || read.AccountName() != c[3] || read.Period() != 30 || read.Digits() != otp.DigitsSix || read.Algorithm() != otp.AlgorithmSHA1 {
			t.Errorf("%q: got %s, want the same key, issuer and account", c, read)
		}
		if parsed := must.Get(url.Parse(totp.URL(key, c[0], c[1])))(t); strings.Contains(parsed.RawQuery, "+") {
			t.Errorf("got %s, want no spaces as +", parsed)
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, seen := must.Get(totp.NewRecoveryCodes(rand.Reader, 10))(t), map[string]bool{}
	for _, code := range codes {
		plain := totp.Recovery(code)
		if len(code) != 19 || strings.Count(code, "-") != 3 || len(plain) != 16 || seen[plain] {
			t.Errorf("got %q, want 16 characters in four groups, another one each time", code)
		}
		seen[plain] = true
		for _, typed := range []string{strings.ToUpper(code), strings.ReplaceAll(code, "-", " "), " " + strings.ReplaceAll(code, "-", "") + " "} {
			if got := totp.Recovery(typed); got != plain {
				t.Errorf("%q: got %q, want %q", typed, got, plain)
			}
		}
	}
	for _, typed := range []string{"", "123456", "abcd-efgh-ijkl", "abcd-efgh-ijkl-mnop-qrst", "abcd-efgh-ijkl-mno1", "abcd-efgh-ijkl-mnöp", strings.Repeat("a", 100_000)} {
		if got := totp.Recovery(typed); got != "" {
			t.Errorf("%.30q: got %.30q, want none", typed, got)
		}
	}
}

func TestKeysInGroups(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "ABCD": "ABCD", "ABCDE": "ABCD E", "ABCDEFGH": "ABCD EFGH"} {
		if got := totp.Grouped(text, " "); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
