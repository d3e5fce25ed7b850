package oauth

import "github.com/almoner/almoner/internal/fault"

// Metadata is the document of RFC 8414.
type Metadata = metadata

// Refusal is the error code and the status that a program gets for a fault.
func Refusal(f *fault.Error) (code string, status int) {
	said := refusalOf(f)
	return said.code, said.status
}
