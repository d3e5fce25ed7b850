package phoenix_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/phoenix"
	"github.com/almoner/almoner/internal/testcost"
)

// TestNoFrameIsDear parses the dearest frames of 16 KiB, which is as long as the server reads.
func TestNoFrameIsDear(t *testing.T) {
	t.Parallel()
	const size = 16 << 10
	for name, piece := range map[string]string{
		"depth": "[", "objects": `{"a":`, "elements": "[1,", "texts": `"a",`, "escapes": `\u0301`, "digits": "9", "spaces": " ",
	} {
		text := strings.Repeat(piece, size/len(piece))
		for _, s := range []phoenix.Serializer{phoenix.V1, phoenix.V2} {
			for _, frame := range []string{text, "[" + text, `["1","2","` + text + `","phx_join",{}]`, `[1,2,"a","phx_join",` + text + `]`, `{"topic":"` + text + `","payload":` + text + `}`} {
				testcost.Bound(t, name, func() { _, _ = s.Parse([]byte(frame)) })
			}
		}
	}
}
