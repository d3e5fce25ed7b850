package leaks_test

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// kind is what a secret is.
type kind string

// The kinds of secrets. What only those read who may see the fact is its text; those who may screen it read its words.
const (
	kindName      kind = "name of a donor"
	kindComment   kind = "comment"
	kindMail      kind = "mail address of a donor"
	kindReceipt   kind = "name or answer for a tax receipt"
	kindClaim     kind = "answer or shipping address"
	kindReference kind = "reference"
	kindText      kind = "text of a fact"
	kindWords     kind = "held word"
	kindReason    kind = "reason of a takedown"
	kindGuest     kind = "registration"
	kindAccount   kind = "account"
	kindBid       kind = "name on a bid"
	kindHook      kind = "webhook"
)

// secret is a text that is in the world for one reason alone.
type secret struct {
	kind kind
	text string
	// donations are those that it belongs to, fact is the fact, and owner the user; zero for none.
	donations []fund.ID
	fact      fund.ID
	owner     fund.ID
	// inviter is who typed it to invite somebody; zero for nobody.
	inviter fund.ID
	// newer is the address to sign in with that replaced this one; nil for none.
	newer *secret
}

// secrets are all of them, by the text that is found in answers.
type secrets map[string]*secret

// The texts of secrets begin so that they are found in whatever stands around them, in any case. They are letters, which no wire escapes; a
// telephone number has digits. All are of one length.
const (
	secretBegin = "zqx"
	phoneBegin  = "555"
	secretLen   = 10
)

var encoded = regexp.MustCompile(`"(?:after|before)":"([A-Za-z0-9_-]+)"`)

// make makes a secret. Vowels are left out, so that no text is a word.
func (s secrets) make(k kind) *secret {
	const letters = "bcdfghjklm"
	n, name := len(s), make([]byte, secretLen-len(secretBegin))
	for i := range name {
		name[i] = letters[n%len(letters)]
		n /= len(letters)
	}
	return s.add(secret{kind: k, text: secretBegin + string(name)})
}

// phone makes a telephone number.
func (s secrets) phone(k kind) *secret {
	return s.add(secret{kind: k, text: phoneBegin + fmt.Sprintf("%07d", 7070000+len(s))})
}

func (s secrets) add(one secret) *secret {
	s[one.text] = &one
	return &one
}

// in are the secrets that are in a text, also within its cursors.
func (s secrets) in(text string) []*secret {
	found := s.plainIn(strings.ToLower(text))
	for _, one := range encoded.FindAllStringSubmatch(text, -1) {
		if plain, err := base64.RawURLEncoding.DecodeString(one[1]); err == nil {
			found = append(found, s.plainIn(strings.ToLower(string(plain)))...)
		}
	}
	return found
}

func (s secrets) plainIn(text string) (found []*secret) {
	for _, begin := range []string{secretBegin, phoneBegin} {
		for rest := text; ; {
			at := strings.Index(rest, begin)
			if at < 0 || len(rest) < at+secretLen {
				break
			}
			if known := s[rest[at:at+secretLen]]; known != nil {
				found = append(found, known)
			}
			rest = rest[at+len(begin):]
		}
	}
	return found
}
