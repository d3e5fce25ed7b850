package command

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// TestDeliverSaysWhyNobodyAnswers sends to a port on which nobody listens.
func TestDeliverSaysWhyNobodyAnswers(t *testing.T) {
	t.Parallel()
	l := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	to := "http://" + l.Addr().String() + "/hook?key=secret"
	must.Do(t, l.Close())
	_, err := deliver(t.Context(), to, http.Header{}, nil)
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("got %v, want why, without the address", err)
	}
}
