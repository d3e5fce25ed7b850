// Package testpg gives tests empty databases on a real PostgreSQL.
//
// The server is the one at $ALMONER_TEST_POSTGRES (a URL whose user may CREATE DATABASE), so that
// one server can serve the tests of all packages. Without that variable the first Start of a test
// binary starts a private server from the PostgreSQL programs of this machine; then the package
// must hand its tests to Main, which stops it. A machine without PostgreSQL fails the test: a
// check that quietly skips is no check. Only -short leaves PostgreSQL out.
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

// EnvDB names the environment variable that, with the value postgres, moves tests that can run on
// either database to PostgreSQL.
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
	// templates are databases of this test binary that outlive their tests.
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

// Start makes a fresh empty database and gives its URL. The database is dropped at the end of tb,
// together with the connections that are still open to it.
func Start(tb testing.TB) string {
	tb.Helper()
	skipShort(tb)
	server, err := serverURL()
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	return create(tb, server, "")
}

// skipShort skips the test under -short, unless all tests were asked to run on PostgreSQL.
func skipShort(tb testing.TB) {
	tb.Helper()
	if testing.Short() && os.Getenv(EnvDB) != "postgres" {
		tb.Skip("-short leaves PostgreSQL out: a server and a database for each test take too long")
	}
}

// create makes a database, with more words for the statement, and drops it at the end of tb.
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

// serverURL gives the server to use and starts the private one if it has to.
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

// stopShared stops the private server, or drops the templates from the one that goes on.
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

// admin runs one statement on the server, outside of any test's context: a cancelled test still cleans up.
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

// withDatabase gives the server's URL with another database.
func withDatabase(server, name string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is not a URL: %w", EnvURL, err)
	}
	u.Path = "/" + name
	return u.String(), nil
}
