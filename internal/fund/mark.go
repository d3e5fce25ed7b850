package fund

import (
	"crypto/sha256"
	"encoding/binary"
)

// SettingEpoch is the key of the setting that holds the epoch of the database: EpochSize letters and digits, chosen when the database is
// created and again whenever its log of events becomes another one.
const SettingEpoch = "epoch"

// EpochSize is how long an epoch is, in characters.
const EpochSize = 8

// markSize is how many bytes of a hash a mark has.
const markSize = 4

// Mark is a short hash of an event as it is stored. Two histories that use the same position for different events have different marks
// there, so that a copied-back file or a failover that lost events is noticed.
type Mark [markSize]byte

// Mark is the event's mark. It covers the position, the topic, the subject and the time in microseconds.
func (e *Event) Mark() (m Mark) {
	b := make([]byte, 0, 64)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Position))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMicro()))
	b = append(b, e.Subject[:]...)
	b = append(b, e.Topic...)
	sum := sha256.Sum256(b)
	copy(m[:], sum[:])
	return m
}
