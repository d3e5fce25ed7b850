package fund

import "crypto/sha256"

// MemberID is the id of a team membership. It is derived: a version 8 UUID (RFC 9562) of the SHA-256 of both ids, so that a membership has
// the same id on every node, and again when the user leaves and returns.
func MemberID(team, user ID) ID {
	return derivedID("member", team[:], user[:])
}

// RoleID is the id of a role, derived from its name as MemberID is from its ids.
func RoleID(role Role) ID { return derivedID("role", []byte(role)) }

// derivedID hashes a kind and parts of a fixed length, or a single part, to an id.
func derivedID(kind string, parts ...[]byte) ID {
	hash := sha256.New()
	hash.Write([]byte("almoner " + kind + "\x00"))
	for _, part := range parts {
		hash.Write(part)
	}
	id := ID(hash.Sum(nil)[:len(ID{})])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}
