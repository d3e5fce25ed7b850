// Package seal keeps secrets unreadable in the database: a stolen copy of it says nothing without the secret key, which is kept elsewhere.
//
// A sealed value is a text of four parts, "sealed:1:KEY-ID:DATA": the id says which key opens it, so that keys can be replaced, and the data is
// the value under AES-256-GCM with a random nonce, bound to its place: a sealed value that is copied to another row, column or table does not
// open there.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync"
)

const (
	// KeySize is the length of a key, in bytes.
	KeySize = 32
	// MaxKeys is how many keys a ring holds at most: the present one and those before it.
	MaxKeys = 16

	prefix = "sealed:1:"
	// idSize is the length of the id of a key, in bytes.
	idSize = 4
)

// ErrNoKey is why a value does not open whose key is not there, ErrDamaged why one does not that was changed or moved.
var (
	ErrNoKey   = errors.New("it is sealed with a key that is not there")
	ErrDamaged = errors.New("the sealed value was changed, or belongs elsewhere")
)

// Key is a secret key.
type Key [KeySize]byte

// NewKey makes a random key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // it never fails
	return k
}

// ID names the key without giving it away: 8 hexadecimal digits.
func (k Key) ID() string {
	sum := sha256.Sum256(append([]byte("almoner secret key id\x00"), k[:]...))
	return hex.EncodeToString(sum[:idSize])
}

// Text is the key in hexadecimal digits.
func (k Key) Text() string { return hex.EncodeToString(k[:]) }

// ParseKeys reads keys of 64 hexadecimal digits with commas or new lines between them, the present one first. Lines that begin with # are
// comments. Errors do not repeat what they refuse.
func ParseKeys(text string) ([]Key, error) {
	var keys []Key
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(", \t\r\n", r) }) {
			b, err := hex.DecodeString(word)
			if err != nil || len(b) != KeySize {
				return nil, errors.New("is not a secret key; make one of 64 hexadecimal digits with: openssl rand -hex 32")
			}
			keys = append(keys, Key(b))
		}
	}
	switch {
	case len(keys) == 0:
		return nil, errors.New("has no secret key; make one of 64 hexadecimal digits with: openssl rand -hex 32")
	case len(keys) > MaxKeys:
		return nil, fmt.Errorf("has more than %d secret keys; remove the oldest ones", MaxKeys)
	}
	return keys, nil
}

// Place is where a value is kept.
type Place struct{ Table, Column, Row string }

// bound is what a value is bound to. No part has a zero byte in it.
func (p Place) bound() []byte { return []byte(p.Table + "\x00" + p.Column + "\x00" + p.Row) }

// Ring seals with its present key, and opens with all of its keys. It is safe for concurrent use.
type Ring struct {
	// again reads the keys once more, for a key that another process made; nil for keys that stay.
	again func() ([]Key, error)

	mu   sync.RWMutex
	keys []Key
}

// NewRing makes a ring of at least one key, the present one first. again reads the keys once more when a value needs one that is not there; nil
// never does.
func NewRing(keys []Key, again func() ([]Key, error)) *Ring { return &Ring{keys: keys, again: again} }

// PresentID is the id of the key that values are sealed with.
func (r *Ring) PresentID() string { return r.present().ID() }

// Has reports whether the key of an id is on the ring.
func (r *Ring) Has(id string) bool {
	_, has := r.has(id)
	return has
}

func (r *Ring) present() Key {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.keys[0]
}

// Seal seals a value for its place. The empty value stays empty.
func (r *Ring) Seal(p Place, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	k := r.present()
	a, err := k.aead()
	if err != nil {
		return "", fmt.Errorf("seal %s.%s: %w", p.Table, p.Column, err)
	}
	data := a.Seal(nil, nil, []byte(value), p.bound()) //nolint:gosec // it takes no nonce, because it makes a random one
	return prefix + k.ID() + ":" + base64.RawURLEncoding.EncodeToString(data), nil
}

// Open opens a value of the place. One that was never sealed is given back as it is. Errors are ErrNoKey and ErrDamaged.
func (r *Ring) Open(p Place, sealed string) (string, error) {
	id := KeyID(sealed)
	if id == "" {
		return sealed, nil
	}
	k, err := r.find(id)
	if err != nil {
		return "", fmt.Errorf("open %s.%s of %s: %w", p.Table, p.Column, p.Row, err)
	}
	a, err := k.aead()
	if err != nil {
		return "", fmt.Errorf("open %s.%s of %s: %w", p.Table, p.Column, p.Row, err)
	}
	data, err := base64.RawURLEncoding.DecodeString(sealed[len(prefix)+2*idSize+1:])
	if err == nil {
		data, err = a.Open(nil, nil, data, p.bound())
	}
	if err != nil {
		return "", fmt.Errorf("open %s.%s of %s: %w", p.Table, p.Column, p.Row, ErrDamaged)
	}
	return string(data), nil
}

// find finds a key by its id, and reads the keys again for one that is not there.
func (r *Ring) find(id string) (Key, error) {
	if k, has := r.has(id); has {
		return k, nil
	}
	if r.again == nil {
		return Key{}, ErrNoKey
	}
	keys, err := r.again()
	if err != nil {
		return Key{}, errors.Join(ErrNoKey, err)
	}
	r.mu.Lock()
	r.keys = keys
	r.mu.Unlock()
	if k, has := r.has(id); has {
		return k, nil
	}
	return Key{}, ErrNoKey
}

func (r *Ring) has(id string) (Key, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for _, k := range r.keys {
		if k.ID() == id {
			return k, true
		}
	}
	return Key{}, false
}

func (k Key) aead() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// KeyID is the id of the key that a value is sealed with; "" for a value that is not sealed.
func KeyID(value string) string {
	rest, is := strings.CutPrefix(value, prefix)
	id, _, has := strings.Cut(rest, ":")
	if !is || !has || len(id) != 2*idSize {
		return ""
	}
	return id
}
