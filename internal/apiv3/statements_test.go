package apiv3_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/testgolden"
)

// TestStatementsOfReads counts the statements of every read that is not in the cache and compares them with a
// committed list, so that nobody adds one unseen. The token is known already.
func TestStatementsOfReads(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, s := range scripts {
		w.call("GET", w.path(s.target), w.token(s.token), "")
	}
	var counts bytes.Buffer
	for _, s := range scripts {
		w.cache = api.NewCache(0)
		w.handler = w.version(apiv3.Options{})
		statements := w.Statements(func() { w.call("GET", w.path(s.target), w.token(s.token), "") })
		fmt.Fprintf(&counts, "%2d %s (%s)\n", len(statements), s.target, s.token)
	}
	testgolden.Compare(t, filepath.Join("testdata", "statements", "reads.txt"), counts.Bytes())
}
