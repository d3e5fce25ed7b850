package coding

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// Refuse is an Unsupported fault for a request with a compressed body, and says in the header of the answer what is
// taken instead (RFC 9110, section 15.5.16). Nothing decompresses bodies here: a small one can hold gigabytes.
// A request without a body passes, whatever it says of its coding.
func Refuse(answer http.Header, r *http.Request) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	for _, line := range r.Header["Content-Encoding"] {
		for name := range strings.SplitSeq(line, ",") {
			if name = strings.TrimSpace(name); name != "" && !strings.EqualFold(name, "identity") {
				answer.Set("Accept-Encoding", "identity")
				return fault.New(fault.Unsupported, "The body must not be compressed: please send it without a Content-Encoding.")
			}
		}
	}
	return nil
}
