package ops

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// What is left on a disk, in bytes and as a part of it, from which on there is a warning or a problem: the lower of both counts, so that large disks are not
// complained about.
const (
	diskWarning, diskProblem         = 2 << 30, 256 << 20
	diskWarningPart, diskProblemPart = 10, 50 // a tenth, a fiftieth
)

// How long a certificate is still good from which on there is a warning or a problem. Programs renew it 30 days ahead.
const (
	certificateWarning = 14 * 24 * time.Hour
	certificateProblem = 3 * 24 * time.Hour
)

// filesBeside is how many files a server has open beside its connections: database, logs, requests to others.
const filesBeside = 512

// clock compares the clock with the last donation, which later ones follow, and with that of the database server.
func (d Doctor) clock(ctx context.Context) []Finding {
	const set = "Set the clock (NTP)"
	last, err := d.Store.LastDonation(ctx)
	if err != nil {
		return unknown("When the last donation was made", err)
	}
	if ahead := last.Sub(d.Now()); ahead > fund.ClockTolerance {
		return found(Problem, fmt.Sprintf("The last donation is dated %s ahead of now; later ones follow it.", ahead.Round(time.Second)), set+", then run: almoner repair dates --db URL")
	}
	h, err := d.Store.Health(ctx)
	if err != nil {
		return unknown("The clock of the database server", err)
	}
	if h.Ahead.Abs() > fund.ClockTolerance {
		return found(Warning, fmt.Sprintf("The clocks of this computer and of the database server differ by %s.", h.Ahead.Abs().Round(time.Second)), set+" of both.")
	}
	return fine("The clock fits what was recorded.")
}

// disk looks at what is left where the database file is.
func (d Doctor) disk(context.Context) []Finding {
	path, is := d.Database.File()
	if !is {
		return fine("The database is on a server of its own; watch its disk there.")
	}
	free, size, err := space(filepath.Dir(path))
	if err != nil {
		return unknown("How much room is left on the disk", err)
	}
	return diskOf(free, size)
}

func diskOf(free, size uint64) []Finding {
	text := fmt.Sprintf("%s of %s are free where the database is.", sizeOf(free), sizeOf(size))
	const fix = "Make room, or move the database to a larger disk. On a full disk nothing is taken any more, and nothing is lost."
	switch {
	case free < min(diskProblem, size/diskProblemPart):
		return found(Problem, text, fix)
	case free < min(diskWarning, size/diskWarningPart):
		return found(Warning, text, fix)
	}
	return fine("%s", text)
}

// certificate connects to the base URL as browsers do.
func (d Doctor) certificate(ctx context.Context) []Finding {
	base, err := url.Parse(d.BaseURL)
	if err != nil {
		return unknown("The certificate of the base URL", err)
	}
	if base.Scheme != "https" {
		if ip := net.ParseIP(base.Hostname()); base.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
			return fine("The base URL is on this machine, and needs no certificate.")
		}
		return found(Problem, "The base URL begins with http://, so passwords and names of donors travel in clear.", "Put a proxy with TLS in front, and start with --base-url https://…")
	}
	port := base.Port()
	if port == "" {
		port = "443"
	}
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: d.Roots, MinVersion: tls.VersionTLS12}}).DialContext(ctx, "tcp", net.JoinHostPort(base.Hostname(), port))
	if err != nil {
		return unreached(base.Host, err)
	}
	defer func() { _ = conn.Close() }()
	secure, is := conn.(*tls.Conn)
	if !is || len(secure.ConnectionState().PeerCertificates) == 0 {
		return unreached(base.Host, errNoCertificate)
	}
	return d.certificateOf(base.Host, secure.ConnectionState().PeerCertificates[0].NotAfter)
}

// errNoCertificate is the answer of a server that shows none.
var errNoCertificate = errors.New("it shows no certificate")

func (d Doctor) certificateOf(host string, ends time.Time) []Finding {
	left := ends.Sub(d.Now())
	text := fmt.Sprintf("The certificate of %s is good until %s.", host, ends.UTC().Format("2006-01-02 15:04"))
	switch {
	case left < certificateProblem:
		return found(Problem, text, "Renew it, and look why that did not happen automatically.")
	case left < certificateWarning:
		return found(Warning, text, "Look why it was not renewed.")
	}
	return fine("%s", text)
}

// unreached is what an error says of the certificate: browsers refuse one that is wrong, and a server behind a wall may not reach itself by its own name.
func unreached(host string, err error) []Finding {
	var wrong *tls.CertificateVerificationError
	if errors.As(err, &wrong) {
		return found(Problem, fmt.Sprintf("Browsers refuse the certificate of %s: %s", host, words(wrong.Err)), "Get a certificate for the name, and look why it was not renewed.")
	}
	return quiet(found(Warning, fmt.Sprintf("%s cannot be reached from here: %s", host, words(err)), "Look at it from another network. Where this server cannot reach itself by its name, this is no trouble."))
}

// limits compares how many files the process may have open with how many connections it takes.
func (d Doctor) limits(context.Context) []Finding {
	files, err := openFiles()
	if err != nil {
		return unknown("How many files may be open", err)
	}
	return d.limitsOf(files)
}

func (d Doctor) limitsOf(files uint64) []Finding {
	text := fmt.Sprintf("A process may have %d files open, and the server takes %d live connections.", files, d.Connections)
	if d.Connections == 0 || files < uint64(d.Connections)+filesBeside {
		return quiet(found(Warning, text, fmt.Sprintf("Allow %d (LimitNOFILE in systemd, ulimit -n), or take fewer with --limit-live-connections.", max(d.Connections, 1000)+filesBeside)))
	}
	return fine("%s", text)
}

// sizeOf writes a size for people.
func sizeOf[N int64 | uint64](n N) string {
	units := []string{"bytes", "KB", "MB", "GB", "TB"}
	size, i := float64(n), 0
	for ; size >= 1000 && i < len(units)-1; i++ {
		size /= 1000
	}
	if i == 0 || size >= 100 {
		return fmt.Sprintf("%.0f %s", size, units[i])
	}
	return fmt.Sprintf("%.1f %s", size, units[i])
}
