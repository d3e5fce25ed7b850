// Package testpg provides tests with empty databases on a real PostgreSQL.
//
// The server is the one at $ALMONER_TEST_POSTGRES (a URL whose user may CREATE DATABASE), so that one server can serve the tests of all
// packages. Without that variable the first Start of a test binary starts a private server from the PostgreSQL programs on this machine;
// the package must then run its tests through Main, which stops it. A machine without PostgreSQL fails the test, because a silently skipped
// test checks nothing. Only -short leaves PostgreSQL out.
package testpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// EnvDB names the environment variable whose value postgres makes tests that can run on either database use PostgreSQL.
const EnvDB = "ALMONER_TEST_DB"

// EnvURL names the environment variable with the URL of a running server.
const EnvURL = "ALMONER_TEST_POSTGRES"

// adminTimeout is how long creating or dropping one database may take on a busy machine.
const adminTimeout = time.Minute

// shared is the one server of this test binary.
var shared struct {
	sync.Mutex
	hasMain bool
	cluster *cluster
	// templates are databases of this test binary that outlive a single test.
	templates []string
}

// Main runs m's tests, stops the private server if one was started, and exits. Call it from TestMain.
func Main(m *testing.M) {
	shared.Lock()
	shared.hasMain = true
	shared.Unlock()

	code := m.Run()
	if err := stopShared(); err != nil {
		fmt.Fprintln(os.Stderr, "testpg:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Start creates an empty database and returns its URL. The database is dropped at the end of tb, and connections that are still open are
// closed.
func Start(tb testing.TB) string {
	tb.Helper()
	skipShort(tb)
	server, err := serverURL()
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	return create(tb, server, "")
}

// skipShort skips the test under -short, unless EnvDB makes all tests run on PostgreSQL.
func skipShort(tb testing.TB) {
	tb.Helper()
	if testing.Short() && os.Getenv(EnvDB) != "postgres" {
		tb.Skip("-short leaves PostgreSQL out: a server and a database for each test take too long")
	}
}

// create creates a database, with more appended to the statement, and drops it at the end of tb.
func create(tb testing.TB, server, more string) string {
	tb.Helper()
	name := "almoner_" + rand.Text()
	if err := admin(server, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize()+more); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	tb.Cleanup(func() {
		if err := drop(server, name); err != nil {
			tb.Errorf("testpg: %v", err)
		}
	})
	database, err := withDatabase(server, name)
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	return database
}

// serverURL returns the URL of the server to use, and starts the private one if needed.
func serverURL() (string, error) {
	if given := os.Getenv(EnvURL); given != "" {
		return given, nil
	}
	shared.Lock()
	defer shared.Unlock()
	if !shared.hasMain {
		return "", errors.New("a private server needs func TestMain(m *testing.M) { testpg.Main(m) } to stop it, or set " + EnvURL)
	}
	if shared.cluster == nil {
		started, err := startCluster()
		if err != nil {
			return "", fmt.Errorf("start a private PostgreSQL (or set %s to a running one): %w", EnvURL, err)
		}
		shared.cluster = started
	}
	return shared.cluster.url, nil
}

// stopShared stops the private server, or drops the templates of a given one.
func stopShared() error {
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster == nil {
		var err error
		for _, name := range shared.templates {
			err = errors.Join(err, drop(os.Getenv(EnvURL), name))
		}
		return err
	}
	err := shared.cluster.stop()
	shared.cluster = nil
	return err
}

// admin runs one statement on the server outside of any test's context, so that a canceled test still cleans up.
func admin(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), adminTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	_, err = conn.Exec(ctx, statement)
	if err != nil {
		err = fmt.Errorf("%s: %w", statement, err)
	}
	return errors.Join(err, conn.Close(ctx))
}

// withDatabase returns the server's URL with another database.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is not a URL: %w", EnvURL, err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
