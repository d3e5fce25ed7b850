package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Address is where a server listens: host and port.
type Address string

// Validate tells what is wrong with the address.
func (a Address) Validate() error {
	_, port, err := net.SplitHostPort(string(a))
	if err != nil {
		return fmt.Errorf("%q is not an address; write HOST:PORT, such as 127.0.0.1:8080 or :8080", string(a))
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q is not a port; write a number from 0 (any free port) to 65535", port)
	}
	return nil
}

// Database says where the data is: "sqlite:PATH" or "postgres://…".
type Database string

const sqlitePrefix = "sqlite:"

// Validate tells what is wrong with the URL; none was left out on purpose.
func (d Database) Validate() error {
	path, sqlite := strings.CutPrefix(string(d), sqlitePrefix)
	switch {
	case sqlite && (path == "" || path == ":memory:"):
		return errors.New("sqlite: needs the path of a file, such as sqlite:almoner.db")
	case d == "", sqlite, strings.HasPrefix(string(d), "postgres://"), strings.HasPrefix(string(d), "postgresql://"):
		return nil
	default:
		// The URL may hold a password: it is not repeated.
		return errors.New("is not a database; write sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME")
	}
}

// File is the path of an SQLite database; false for a server.
func (d Database) File() (string, bool) { return strings.CutPrefix(string(d), sqlitePrefix) }

// NameIn is what the database is called in the files of a demo's folder: the path of a file as
// it is seen from the folder when it lies below it, so that the folder can be moved; and the
// URL of a server without its password.
func (d Database) NameIn(folder string) string {
	path, is := d.File()
	if !is {
		return withoutPassword(string(d))
	}
	path, folder = absolute(path), absolute(folder)
	if inside, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(inside) {
		path = inside
	}
	return sqlitePrefix + filepath.ToSlash(path)
}

// Named is the database that NameIn gave the name to.
func Named(folder, name string) Database {
	path, is := Database(name).File()
	if path = filepath.FromSlash(path); !is || filepath.IsAbs(path) {
		return Database(name)
	}
	return Database(sqlitePrefix + filepath.Join(folder, path))
}

func absolute(path string) string {
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// withoutPassword leaves the password out of the URL of a server, wherever it stands in it.
func withoutPassword(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		// Several hosts, or a mistake: what follows the user's name cannot be told apart.
		scheme, rest, _ := strings.Cut(text, "://")
		rest, _, _ = strings.Cut(rest, "?")
		if at := strings.LastIndexByte(rest, '@'); at >= 0 {
			user, _, _ := strings.Cut(rest[:at], ":")
			rest = user + rest[at:]
		}
		return scheme + "://" + rest
	}
	if u.User != nil {
		u.User = url.User(u.User.Username())
	}
	query := u.Query()
	for _, secret := range secretParameters {
		query.Del(secret)
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// secretParameters are the parameters of a database's URL that hold passwords.
var secretParameters = []string{"password", "sslpassword"}

// HoldsPassword reports whether the URL of a database or of a mail server has a password, or may have one because it cannot be read.
func HoldsPassword(text string) bool {
	u, err := url.Parse(text)
	if err != nil {
		return strings.Contains(text, "@")
	}
	_, has := u.User.Password()
	return has || slices.ContainsFunc(secretParameters, u.Query().Has)
}

// Rate is how many donations are made a second.
type Rate float64

// UnmarshalText reads "0" or a number a second, minute or hour.
func (r *Rate) UnmarshalText(text []byte) error {
	if string(text) == "0" {
		*r = 0
		return nil
	}
	number, unit, _ := strings.Cut(string(text), "/")
	spans := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	n, err := strconv.ParseFloat(number, 64)
	span, known := spans[unit]
	if err != nil || !known || !(n >= 0 && n <= 10_000) {
		return fmt.Errorf("%q is not a rate; write a number a second, minute or hour (2/s, 30/m, 500/h), or 0", text)
	}
	*r = Rate(n / span.Seconds())
	return nil
}

// Date is an instant that may be written as a day; the zero time is never.
type Date struct{ time.Time }

// UnmarshalText reads a day, which begins at midnight UTC, or an instant.
func (d *Date) UnmarshalText(text []byte) error {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if at, err := time.Parse(layout, string(text)); err == nil {
			d.Time = at.UTC()
			return nil
		}
	}
	return fmt.Errorf("%q is not a date; write it like 2027-06-30 or 2027-06-30T12:00:00Z", text)
}

// Network is one address or a range of them.
type Network struct{ netip.Prefix }

// UnmarshalText reads "10.0.0.0/8", "::1" and the like.
func (n *Network) UnmarshalText(text []byte) error {
	if one, err := netip.ParseAddr(string(text)); err == nil {
		n.Prefix = netip.PrefixFrom(one.Unmap(), one.Unmap().BitLen())
		return nil
	}
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a network; write it like 10.0.0.0/8 or 192.0.2.7", text)
	}
	n.Prefix = prefix.Masked()
	return nil
}

// Count is a whole number, 0 or more.
type Count int

// Validate refuses what is below 0.
func (c Count) Validate() error {
	if c < 0 {
		return errors.New("cannot be negative; 0 is for no limit")
	}
	return nil
}

// Amount is a number of the smallest unit of a currency.
type Amount int64

// maxAmount is the largest amount that can be typed anywhere.
const maxAmount = 1_000_000_000_000

// Validate refuses what is not above 0, or too large for any amount.
func (a Amount) Validate() error {
	if a < 1 || a > maxAmount {
		return fmt.Errorf("%d is not a limit; write a number from 1 to %d, in the smallest unit of the currency", int64(a), int64(maxAmount))
	}
	return nil
}

// Percent is a share in hundredths of a percent.
type Percent int64

// UnmarshalText reads a number from 0 to 50 with up to two decimals.
func (p *Percent) UnmarshalText(text []byte) error {
	n, err := strconv.ParseFloat(string(text), 64)
	hundredths := math.Round(n * 100)
	if err != nil || !(n >= 0 && n <= 50) || math.Abs(n*100-hundredths) > 1e-6 {
		return fmt.Errorf("%q is not a share; write a number from 0 to 50 with up to two decimals, such as 2.9", text)
	}
	*p = Percent(hundredths)
	return nil
}

// Price is a small amount in the smallest unit of a currency.
type Price struct {
	Currency string
	Minor    int64
}

// UnmarshalText reads "USD:30".
func (p *Price) UnmarshalText(text []byte) error {
	code, number, _ := strings.Cut(string(text), ":")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 || n > 1_000_000 || len(code) != 3 {
		return fmt.Errorf("%q is not a price; write a currency and a number of its smallest unit, such as USD:30", text)
	}
	*p = Price{strings.ToUpper(code), n}
	return nil
}
