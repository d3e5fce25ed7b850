package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// CertificateFile is a file of what a server that has certificates of its own keeps for all nodes. Its name is a path, with slashes between its parts.
type CertificateFile struct {
	Name      string
	Content   []byte
	ChangedAt time.Time
}

// leaseCertificate is the kind of leases that are locks on certificates.
const leaseCertificate = "certificate"

// certificateID is the id of what has a name: what is sealed is bound to the name with it.
func certificateID(name string) fund.ID {
	sum := sha256.Sum256([]byte(name))
	return fund.ID(sum[:len(fund.ID{})])
}

// GetCertificateFile reads a file; one that is not there is NotFound.
func (q Queries) GetCertificateFile(ctx context.Context, name string) (CertificateFile, error) {
	s := selecting("SELECT f.name, f.content, f.changed_at FROM certificate_files f").and("f.id = ?", certificateID(name))
	return one(ctx, q.db, s, func(r row) (f CertificateFile, err error) {
		var content string
		if err = r.Scan(&f.Name, &content, instant{&f.ChangedAt}); err != nil {
			return f, err
		}
		content, err = q.open(sealedCertificates.place("content", certificateID(f.Name)), content)
		f.Content = []byte(content)
		return f, err
	}, thing{"certificate file", name})
}

// ListCertificateFiles lists the names of all files below a path in their order; "" is above all.
func (q Queries) ListCertificateFiles(ctx context.Context, path string) ([]string, error) {
	s := selecting("SELECT f.name FROM certificate_files f")
	if path != "" {
		s = s.and("substr(f.name, 1, ?) = ?", int64(utf8.RuneCountInString(path)+1), path+"/")
	}
	names, err := list(ctx, q.db, s.then("ORDER BY f.id"), func(r row) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	})
	if err != nil {
		return nil, fmt.Errorf("certificate files below %s: %w", path, err)
	}
	return names, nil
}

// PutCertificateFile writes a file, in the place of one of the name. Nothing is kept in clear: without the secret key it is Unavailable.
func (t *Tx) PutCertificateFile(ctx context.Context, f CertificateFile) error {
	if t.seals.ring == nil {
		return fault.New(fault.Unavailable, "The keys of certificates are not kept without the secret key.")
	}
	id := certificateID(f.Name)
	sealed, err := t.seal(ctx, sealedCertificates.place("content", id), string(f.Content))
	if err != nil {
		return err
	}
	s := inserting("certificate_files", columns{{"id", id}, {"name", f.Name}, {"content", sealed}, {"changed_at", micros(f.ChangedAt)}}).
		then("ON CONFLICT (id) DO UPDATE SET content = excluded.content, changed_at = excluded.changed_at")
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return thing{"certificate file", f.Name}.refused(err)
	}
	return nil
}

// DeleteCertificateFiles deletes a file and everything below its name; none there is fine, too.
func (t *Tx) DeleteCertificateFiles(ctx context.Context, name string) error {
	_, err := t.db.ExecContext(ctx, "DELETE FROM certificate_files WHERE id = $1 OR substr(name, 1, $2) = $3",
		certificateID(name), int64(utf8.RuneCountInString(name)+1), name+"/")
	if err != nil {
		return fmt.Errorf("certificate files of %s: %w", name, err)
	}
	return nil
}

// TakeCertificateLock gives a lock to a holder until an instant, unless it is held now, by whomever.
func (t *Tx) TakeCertificateLock(ctx context.Context, name, holder string, now, until time.Time) (taken bool, err error) {
	s := inserting("leases", columns{{"kind", leaseCertificate}, {"id", certificateID(name)}, {"holder", holder}, {"until", micros(until)}}).
		then("ON CONFLICT (kind, id) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE leases.until <= ?", micros(now))
	return t.lease(ctx, name, s.String(), s.args...)
}

// KeepCertificateLock keeps a lock until another instant; false if its holder has lost it.
func (t *Tx) KeepCertificateLock(ctx context.Context, name, holder string, until time.Time) (kept bool, err error) {
	return t.lease(ctx, name, "UPDATE leases SET until = $1 WHERE kind = $2 AND id = $3 AND holder = $4", micros(until), leaseCertificate, certificateID(name), holder)
}

// DropCertificateLock gives a lock back.
func (t *Tx) DropCertificateLock(ctx context.Context, name, holder string) error {
	_, err := t.lease(ctx, name, "DELETE FROM leases WHERE kind = $1 AND id = $2 AND holder = $3", leaseCertificate, certificateID(name), holder)
	return err
}

// lease changes the lease of a lock, and reports whether it did.
func (t *Tx) lease(ctx context.Context, name, query string, args ...any) (bool, error) {
	result, err := t.db.ExecContext(ctx, query, args...)
	if err != nil {
		return false, fmt.Errorf("lock of %s: %w", strings.TrimSpace(name), err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
