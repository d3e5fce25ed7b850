package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/coding"
)

// ETag is the strong entity tag of a body, quotes included, as every 200 of a GET carries it. It
// is a cryptographic digest rather than a seeded hash because it must be the same on every
// node and after every restart.
func ETag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// tagSize is how many hex digits are in the quotes of an ETag.
const tagSize = 32

// weak is the tag of another form of the same body.
func weak(tag string) string { return "W/" + strings.TrimPrefix(tag, "W/") }

// bare is a tag as ETag made it: without the mark of a compressed body, and without what a proxy that compresses
// bodies appends in the quotes ("-gzip", "--gzip", ";br").
func bare(tag string) string {
	tag = strings.TrimPrefix(tag, "W/")
	digits := strings.TrimPrefix(tag, `"`)
	rest := strings.TrimLeft(digits, "0123456789abcdef")
	if len(digits)-len(rest) == tagSize {
		return `"` + digits[:tagSize] + `"`
	}
	return tag
}

// entityTags splits the values of If-Match or If-None-Match into entity tags. What is no
// tag is left out.
func entityTags(values []string) []string {
	var tags []string
	for _, rest := range values {
		for rest = strings.TrimLeft(rest, " \t,"); rest != ""; rest = strings.TrimLeft(rest, " \t,") {
			var tag string
			if tag, rest = cutTag(rest); tag != "" {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// cutTag cuts the first entity tag off a list, which is not empty. A comma may stand inside
// the quotes.
func cutTag(list string) (tag, rest string) {
	start := 0
	if strings.HasPrefix(list, "W/") {
		start = 2
	}
	if !strings.HasPrefix(list[start:], `"`) {
		tag, rest, _ = strings.Cut(list, ",")
		if strings.TrimSpace(tag) != "*" {
			return "", rest
		}
		return "*", rest
	}
	end := strings.IndexByte(list[start+1:], '"')
	if end < 0 {
		return "", ""
	}
	end += start + 2
	return list[:end], list[end:]
}

// SendShared answers 200 with a body that is the same for everybody, compressed for who takes it so, under its entity
// tag; who has it already gets 304. Content-Type and Cache-Control are the caller's.
func SendShared(w http.ResponseWriter, r *http.Request, body *coding.Body) {
	SendTagged(w, r, body, ETag(body.Plain()))
}

// SendTagged is SendShared for a body that is sent often: tag is its ETag. A Vary header that is set stays beside Accept-Encoding.
func SendTagged(w http.ResponseWriter, r *http.Request, body *coding.Body, tag string) {
	h, form := w.Header(), body.Choose(r.Header)
	if form != coding.Identity {
		tag = weak(tag)
	}
	h.Set("ETag", tag)
	h.Set("Vary", strings.Join(append([]string{"Accept-Encoding"}, h.Values("Vary")...), ", "))
	if unchanged(r.Header["If-None-Match"], tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body.Send(w, r, http.StatusOK, form)
}

// unchanged reports whether a caller that sent these If-None-Match values has the tag
// already. The comparison is weak, as it is for reads.
func unchanged(values []string, tag string) bool {
	if len(values) == 0 || tag == "" {
		return false
	}
	if len(values) == 1 && values[0] == tag {
		return true
	}
	for _, one := range entityTags(values) {
		if one == "*" || bare(one) == bare(tag) {
			return true
		}
	}
	return false
}
