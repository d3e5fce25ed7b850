// Package totp makes and checks one-time codes: those of authenticator apps (TOTP, RFC 6238, with what every app takes: SHA-1, 6 digits, 30 seconds)
// and recovery codes. It keeps nothing: which steps and codes were used is its caller's to remember.
package totp

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

const (
	// Period is how long a step lasts: the life of a code.
	Period = 30 * time.Second
	// Drift is how many steps the clock of a device may be ahead or behind.
	Drift = 1
	// keySize is the length of a key in bytes: that of the hash (RFC 4226, section 4).
	keySize = 20
	// recoverySize is the length of a recovery code in bytes: its hash cannot be tried through.
	recoverySize = 10
	// groupSize is how many characters of a key or a recovery code stand together.
	groupSize = 4
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewKey is a new key, in base32.
func NewKey(random io.Reader) (string, error) { return randomText(random, keySize) }

func randomText(random io.Reader, size int) (string, error) {
	bits := make([]byte, size)
	if _, err := io.ReadFull(random, bits); err != nil {
		return "", fmt.Errorf("random bits: %w", err)
	}
	return encoding.EncodeToString(bits), nil
}

// URL is what the QR code for an app says, as all apps read it. A colon parts the issuer and the account there, so that neither keeps its own.
func URL(key, issuer, account string) string {
	issuer, account = strings.ReplaceAll(issuer, ":", " "), strings.ReplaceAll(account, ":", " ")
	query := url.Values{"secret": {key}, "issuer": {issuer}}
	// Some apps take a "+" of a query for what it is.
	return "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(account) + "?" + strings.ReplaceAll(query.Encode(), "+", "%20")
}

// Step returns the time step whose code it is, within Drift of now and later than after, which was used last; 0 for none.
func Step(key, code string, after int64, now time.Time) (int64, error) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, code)
	present := now.Unix() / int64(Period.Seconds())
	step := int64(0)
	for at := present - Drift; at <= present+Drift; at++ {
		want, err := codeAt(key, at)
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && at > after {
			step = at
		}
	}
	return step, nil
}

// Code is the code of an app at an instant.
func Code(key string, at time.Time) (string, error) {
	return codeAt(key, at.Unix()/int64(Period.Seconds()))
}

func codeAt(key string, step int64) (string, error) {
	code, err := hotp.GenerateCodeCustom(key, uint64(max(0, step)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("one-time code: %w", err)
	}
	return code, nil
}

// NewRecoveryCodes are n recovery codes as people see them: "abcd-efgh-ijkl-mnop".
func NewRecoveryCodes(random io.Reader, n int) ([]string, error) {
	codes := make([]string, n)
	for i := range codes {
		text, err := randomText(random, recoverySize)
		if err != nil {
			return nil, err
		}
		codes[i] = strings.ToLower(Grouped(text, "-"))
	}
	return codes, nil
}

// Grouped is a text in groups of four characters.
func Grouped(text, between string) string {
	var groups []string
	for len(text) > groupSize {
		groups, text = append(groups, text[:groupSize]), text[groupSize:]
	}
	return strings.Join(append(groups, text), between)
}

// Recovery is a recovery code that somebody typed, in the one spelling that is compared; "" for what cannot be one.
func Recovery(typed string) string {
	text := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return -1
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		default:
			return r
		}
	}, typed)
	if bits, err := encoding.DecodeString(text); err != nil || len(bits) != recoverySize {
		return ""
	}
	return text
}
