package testpg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	// superuser owns the private server's databases.
	superuser = "postgres"
	// startTimeout is how long a new server may take to start answering.
	startTimeout = time.Minute
	// stopTimeout is how long a server may take to stop cleanly before it is killed.
	stopTimeout = 30 * time.Second
	// pollEvery is the interval of checks whether the server is up.
	pollEvery = 20 * time.Millisecond
)

// cluster is a private server: a process, its files, and the URL of its maintenance database.
type cluster struct {
	url    string
	dir    string
	server *exec.Cmd
	exited chan struct{} // closed once the server has exited
	exit   error         // the exit error; read it after exited is closed
	log    *bytes.Buffer // its output; read it after exited is closed
	frozen []int         // its processes while they are stopped; nil otherwise
	killed bool          // whether it was killed on purpose
	// settings are more words of its command line.
	settings []string
}

// startCluster creates a server in a temporary folder and starts it on a unix socket in the same folder: it can be reached only from this
// machine and needs no free port.
func startCluster() (*cluster, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	// Not under os.TempDir: a socket's path may have at most 107 bytes.
	dir, err := os.MkdirTemp("/tmp", "almoner-pg-")
	if err != nil {
		return nil, fmt.Errorf("folder of the server: %w", err)
	}
	c := &cluster{dir: dir}
	if err := c.start(bin); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return c, nil
}

func (c *cluster) start(bin string) error {
	owner, err := serverOwner()
	if err != nil {
		return err
	}
	if err := owner.chown(c.dir); err != nil {
		return fmt.Errorf("folder of the server: %w", err)
	}
	data := filepath.Join(c.dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), //nolint:noctx // it has to finish whatever test asked first
		"--pgdata", data, "--username", superuser, "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = c.dir, owner.attributes()
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}

	c.url = urlIn(c.dir)
	return c.launch(bin, owner)
}

// urlIn is the URL of the maintenance database of the server whose socket is in the folder.
func urlIn(dir string) string {
	query := url.Values{"host": {dir}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/postgres", RawQuery: query.Encode()}).String()
}

// launch starts the server on the files that are there, and waits until it answers.
func (c *cluster) launch(bin string, as owner) error {
	c.exited, c.log, c.killed = make(chan struct{}), new(bytes.Buffer), false
	words := append([]string{
		"-D", filepath.Join(c.dir, "data"), "-c", "listen_addresses=", "-c", "unix_socket_directories=" + c.dir, "-c", "max_connections=300",
		"-c", "fsync=off", // tests kill Almoner and PostgreSQL, never the machine
	}, c.settings...)
	c.server = exec.Command(filepath.Join(bin, "postgres"), words...) //nolint:noctx // stop ends it
	c.server.Dir, c.server.SysProcAttr = c.dir, as.attributes()
	c.server.Stdout, c.server.Stderr = c.log, c.log
	if err := c.run(); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	if err := c.ready(); err != nil {
		return errors.Join(err, c.stop())
	}
	return nil
}

// run starts the server and waits for it on one locked thread: the kernel stops the server when the thread that started it ends, so it also
// stops when the test is killed.
func (c *cluster) run() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := c.server.Start()
		started <- err
		if err == nil {
			c.exit = c.server.Wait()
			close(c.exited)
		}
	}()
	return <-started
}

// ready waits until the server answers.
func (c *cluster) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.url)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.exited:
			return fmt.Errorf("postgres exited at once: %w\n%s", c.exit, c.log)
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", err)
		case <-tick.C:
		}
	}
}

// stop ends the server, even if connections are still open, and removes its files.
func (c *cluster) stop() error { return errors.Join(c.halt(), os.RemoveAll(c.dir)) }

// halt ends the server, even if connections are still open, and leaves its files.
func (c *cluster) halt() error {
	if err := c.thaw(); err != nil {
		return err
	}
	select {
	case <-c.exited:
		if c.killed {
			return nil
		}
		return c.exit
	default:
	}
	if err := c.server.Process.Signal(os.Interrupt); err != nil {
		return fmt.Errorf("stop postgres: %w", err)
	}
	select {
	case <-c.exited:
		return c.exit
	case <-time.After(stopTimeout):
		return errors.Join(errors.New("postgres did not stop in time and was killed"), c.server.Process.Kill())
	}
}

// findPrograms returns the folder of initdb and postgres: that of initdb on the PATH, with links resolved, or else the newest version in
// Debian's folder.
func findPrograms() (string, error) {
	var folders []string
	if onPath, err := exec.LookPath("initdb"); err == nil {
		if target, err := filepath.EvalSymlinks(onPath); err == nil {
			folders = append(folders, filepath.Dir(target))
		}
	}
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.SortFunc(debian, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a) // "10" is newer than "9"
		}
		return strings.Compare(b, a)
	})
	for _, folder := range append(folders, debian...) {
		if hasProgram(folder, "initdb") && hasProgram(folder, "postgres") {
			return folder, nil
		}
	}
	return "", errors.New("no PostgreSQL here: initdb and postgres are neither on the PATH nor in /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql)")
}

func hasProgram(folder, name string) bool {
	info, err := os.Stat(filepath.Join(folder, name))
	return err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o111 != 0
}
