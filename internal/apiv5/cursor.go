package apiv5

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// A cursor is base64url(payload | seal): the payload is the place of an item in its list, and the
// seal the first bytes of an HMAC over the list's name, its owner and the payload. It names a place
// and no item, so that it stays good for ever, also when the item is gone; and it is good for
// the one list that it was made for, whatever filters that is read with.

// cursorSize is how much of the HMAC a cursor carries.
const cursorSize = 12

// Which parts of a place are in a payload.
const (
	hasAt = 1 << iota
	hasNumber
	hasID
)

// cursorCodec makes and reads the cursors of one list.
type cursorCodec struct {
	key   []byte
	kind  string
	owner fund.ID
}

// cursors are for the list of this kind that belongs to the owner.
func (v *version) cursors(ctx context.Context, kind string, owner fund.ID) (cursorCodec, error) {
	key, err := v.app.Key(ctx, "cursor")
	return cursorCodec{key: key, kind: kind, owner: owner}, err
}

// write makes the text of a cursor.
func (s cursorCodec) write(place fund.Cursor) string {
	payload := []byte{0}
	if !place.At.IsZero() {
		payload[0] |= hasAt
		payload = binary.BigEndian.AppendUint64(payload, uint64(place.At.UnixMicro()))
	}
	if place.Number != 0 {
		payload[0] |= hasNumber
		payload = binary.BigEndian.AppendUint64(payload, uint64(place.Number))
	}
	if !place.ID.IsZero() {
		payload[0] |= hasID
		payload = append(payload, place.ID[:]...)
	}
	return base64.RawURLEncoding.EncodeToString(append(payload, s.sum(payload)...))
}

// read finds the place of a cursor. It is false for a cursor of another list and for one that was
// not made here.
func (s cursorCodec) read(text string) (fund.Cursor, bool) {
	whole, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(whole) <= cursorSize {
		return fund.Cursor{}, false
	}
	payload, sum := whole[:len(whole)-cursorSize], whole[len(whole)-cursorSize:]
	if !hmac.Equal(sum, s.sum(payload)) {
		return fund.Cursor{}, false
	}
	return open(payload)
}

// open reads a payload that was made by write.
func open(payload []byte) (fund.Cursor, bool) {
	var place fund.Cursor
	parts, rest := payload[0], payload[1:]
	number := func(part byte) (n int64) {
		if parts&part != 0 && len(rest) >= 8 {
			n = int64(binary.BigEndian.Uint64(rest))
			rest = rest[8:]
		}
		return n
	}
	if at := number(hasAt); parts&hasAt != 0 {
		place.At = time.UnixMicro(at).UTC()
	}
	place.Number = number(hasNumber)
	if parts&hasID != 0 && len(rest) == len(place.ID) {
		copy(place.ID[:], rest)
		rest = nil
	}
	return place, len(rest) == 0
}

func (s cursorCodec) sum(payload []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(append([]byte(s.kind), 0))
	mac.Write(s.owner[:])
	mac.Write(payload)
	return mac.Sum(nil)[:cursorSize]
}
