package command

import (
	"context"
	"os"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/server"
)

const (
	addrFlag          = "--addr"
	metricsListenFlag = "--metrics-listen"
	// minMetricsToken is how many characters the token for the metrics has at least.
	minMetricsToken = 16
)

// metrics takes the port of the metrics and reads their token, as far as they are set.
func (c Serve) metrics(ctx context.Context) (server.Metrics, error) {
	var m server.Metrics
	var err error
	if m.Token, err = readMetricsToken(c.Metrics.TokenFile); err != nil {
		return m, err
	}
	if c.Metrics.Listen != "" {
		m.Listener, err = listen(ctx, c.Metrics.Listen, metricsListenFlag)
	}
	return m, err
}

// readMetricsToken reads the token from a file, without space around it; "" for no file.
func readMetricsToken(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "The file %s cannot be read; name the file with the token of the metrics with --metrics-token-file.", path)
	}
	token := strings.TrimSpace(string(text))
	if len(token) < minMetricsToken || strings.ContainsAny(token, " \t\r\n") {
		return "", fault.New(fault.Invalid,
			"The file %s has no token for the metrics: one word of at least %d characters, such as openssl rand -hex 32 makes.", path, minMetricsToken)
	}
	return token, nil
}
