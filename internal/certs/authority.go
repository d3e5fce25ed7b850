package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
)

// The files of a local authority in its folder.
const (
	rootFile = "root.crt"
	keyFile  = "root.key"
)

const (
	// rootTime is how long the root of a local authority is good. It ends for good: a new one is made, and trusted, by hand.
	rootTime = 2 * 365 * 24 * time.Hour
	// backdated is how much earlier what is made begins, for machines whose clocks are behind.
	backdated = time.Hour
)

// authority is a local authority: a root that machines trust by hand, and that nothing but some names can be signed with.
type authority struct {
	root *x509.Certificate
	key  *ecdsa.PrivateKey
	path string
}

// openAuthority reads the authority of a folder, and makes it where there is none.
func openAuthority(folder string, hosts []config.Host, now time.Time) (*authority, error) {
	a, err := readAuthority(folder, hosts, now)
	if !errors.Is(err, fs.ErrNotExist) {
		return a, err
	}
	if err := makeAuthority(folder, hosts, now); err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "A local authority cannot be made in the folder %s; name another one with --local-ca.", folder)
	}
	return readAuthority(folder, hosts, now)
}

// CheckAuthority is why the authority of a folder cannot be used; nil where there is none yet.
func CheckAuthority(folder string, hosts []config.Host, now time.Time) error {
	_, err := readAuthority(folder, hosts, now)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// readAuthority reads an authority; fs.ErrNotExist where neither of its files is there.
func readAuthority(folder string, hosts []config.Host, now time.Time) (*authority, error) {
	a := &authority{path: filepath.Join(folder, rootFile)}
	keyPath := filepath.Join(folder, keyFile)
	rootText, noRoot := os.ReadFile(a.path)
	keyText, noKey := os.ReadFile(keyPath)
	if errors.Is(noRoot, fs.ErrNotExist) && errors.Is(noKey, fs.ErrNotExist) {
		return nil, fs.ErrNotExist
	}
	if err := errors.Join(noRoot, noKey); err != nil {
		// Not the error itself: a file that is not there must not count as no authority.
		return nil, fault.New(fault.Unavailable, "The local authority in %s cannot be read: %s. %s", folder, oneLine(err), startAgain(folder))
	}
	if a.root = firstCertificate(rootText); a.root == nil {
		return nil, fault.New(fault.Unavailable, "The file %s has no certificate in PEM. %s", a.path, startAgain(folder))
	}
	var err error
	if a.key, err = parseKey(keyText); err != nil {
		return nil, fault.New(fault.Unavailable, "The file %s has no private key. %s", keyPath, startAgain(folder))
	}
	if err := keptByOwner(keyPath); err != nil {
		return nil, err
	}
	return a, a.fits(folder, hosts, now)
}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// startAgain is the way out of an authority that cannot be used.
func startAgain(folder string) string {
	return "Move the folder " + folder + " away, or name another one with --local-ca: a new authority is made, which machines have to trust again."
}

// fits reports why an authority cannot sign for the names, and for no others.
func (a *authority) fits(folder string, hosts []config.Host, now time.Time) error {
	if public, is := a.root.PublicKey.(*ecdsa.PublicKey); !is || !a.key.PublicKey.Equal(public) {
		return fault.New(fault.Unavailable, "The key in %s is not that of its root. %s", folder, startAgain(folder))
	}
	if !now.Before(a.root.NotAfter) {
		return fault.New(fault.Unavailable, "The local authority in %s ended on %s. %s", folder, a.root.NotAfter.UTC().Format(time.DateOnly), startAgain(folder))
	}
	may, want := slices.Sorted(slices.Values(a.root.PermittedDNSDomains)), texts(hosts)
	if !a.root.IsCA || !slices.Equal(may, want) {
		return fault.New(fault.Invalid, "The local authority in %s is for %s, and --tls-hosts has %s. %s", folder, strings.Join(may, ", "), strings.Join(want, ", "), startAgain(folder))
	}
	return nil
}

// texts are the names in their order.
func texts(hosts []config.Host) []string {
	all := make([]string, len(hosts))
	for i, h := range hosts {
		all[i] = string(h)
	}
	slices.Sort(all)
	return all
}

// keptByOwner refuses a key that others on this machine can read: they could be any of the names.
func keptByOwner(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "The file %s cannot be looked at.", path)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return fault.New(fault.Unavailable, "Others on this machine can read %s, or write to it: take that right away (chmod 600), and make a new authority if they may have.", path)
	}
	return nil
}

// makeAuthority writes both files of a new authority. The key comes first: a root without it would sign nothing.
func makeAuthority(folder string, hosts []config.Host, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	names := texts(hosts)
	all := []*net.IPNet{{IP: net.IPv4zero.To4(), Mask: net.CIDRMask(0, 32)}, {IP: net.IPv6zero, Mask: net.CIDRMask(0, 128)}}
	root := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Almoner local authority for " + short(names), Organization: []string{"Almoner"}},
		NotBefore: now.Add(-backdated), NotAfter: now.Add(rootTime), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: names, ExcludedIPRanges: all,
	}
	signed, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := writePEM(filepath.Join(folder, keyFile), 0o600, "PRIVATE KEY", private); err != nil {
		return err
	}
	return writePEM(filepath.Join(folder, rootFile), 0o644, "CERTIFICATE", signed)
}

// short names the first of some names: a subject has room for 64 signs.
func short(names []string) string {
	const room = 30
	name := names[0]
	if len(name) > room {
		name = name[:room] + "…"
	}
	if len(names) > 1 {
		name += " …"
	}
	return name
}

// serial is a random number for a certificate.
func serial() *big.Int {
	var bits [16]byte
	_, _ = rand.Read(bits[:]) // it never fails
	bits[0] &= 0x7f
	return new(big.Int).SetBytes(bits[:])
}

// writePEM writes a file that must not be there, to the disk.
func writePEM(path string, mode fs.FileMode, kind string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	err = pem.Encode(f, &pem.Block{Type: kind, Bytes: content})
	return errors.Join(err, f.Sync(), f.Close())
}

func parseKey(text []byte) (*ecdsa.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, is := key.(*ecdsa.PrivateKey)
	if !is {
		return nil, errors.New("another kind of key")
	}
	return private, nil
}

// fingerprint is that of the root, as the programs show it that people compare it with.
func (a *authority) fingerprint() string {
	sum := sha256.Sum256(a.root.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = strings.ToUpper(hex.EncodeToString([]byte{b}))
	}
	return strings.Join(pairs, ":")
}
