package fund

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // so that zones are known on machines without a database of them

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/shade"
)

// MaxOrigins is how many sites a cause may list: each is in a header of every page that may be framed.
const MaxOrigins = 20

// maxOrigin is how many characters the origin of a site has at most: a name of the DNS with a scheme and a port.
const maxOrigin = len("https://") + 253 + len(":65535")

// Zone is a time zone by its IANA name; UTC for "" and for a name that is not known any more.
func Zone(name string) *time.Location {
	zone, err := loadZone(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// zones are the zones that were asked for before, by their names: reading one takes longer than making a page of it. Only known names are in it.
var zones sync.Map

// zoneForm is how the names of zones are written. Files of a machine's database that are no zones, other spellings of a path, and zones that mean
// something else on another machine ("localtime") or count leap seconds ("right/UTC") are written otherwise.
var zoneForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)*$`)

// loadZone finds a zone that means the same on every machine, which "Local" does not.
func loadZone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil //nolint:errcheck,forcetypeassert // nothing else is stored
	}
	if name == "Local" || !zoneForm.MatchString(name) {
		return nil, fmt.Errorf("time zone %s", name)
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		zones.Store(name, zone)
	}
	return zone, err
}

// checkZone checks the IANA name of a time zone; "" is UTC.
func checkZone(wrong *fault.Fields, path string, name *string) {
	if *name = strings.TrimSpace(*name); *name == "" {
		return
	}
	if _, err := loadZone(*name); err != nil {
		wrong.Add(path, "is not a known time zone (Europe/Berlin, America/New_York, UTC)")
	}
}

// checkOrigins checks the origins of sites and returns them as they are compared: in lower case, without what is understood, each once.
func checkOrigins(wrong *fault.Fields, path string, typed []string) []string {
	if len(typed) > MaxOrigins {
		wrong.Add(path, fmt.Sprintf("has %d entries: at most %d", len(typed), MaxOrigins))
		return nil
	}
	var clean []string
	for i, one := range typed {
		origin, ok := cleanOrigin(one)
		switch {
		case !ok:
			wrong.Add(fmt.Sprintf("%s.%d", path, i), "is not the origin of a site (https://example.org, without a path)")
		case !slices.Contains(clean, origin):
			clean = append(clean, origin)
		}
	}
	return clean
}

// cleanOrigin reads the origin of a site (RFC 6454): https, or http on the machine itself. Its characters are safe in a header.
func cleanOrigin(typed string) (string, bool) {
	typed = strings.ToLower(strings.TrimSuffix(strings.TrimSpace(typed), "/"))
	u, err := url.Parse(typed)
	if err != nil || len(typed) > maxOrigin || u.Scheme+"://"+u.Host != typed || !isHost(u.Hostname()) || u.Port() != "" && !isPort(u.Port()) {
		return "", false
	}
	if u.Scheme == "http" {
		withoutPort, _ := strings.CutSuffix(u.Host, ":"+u.Port())
		return strings.TrimSuffix(typed, ":80"), slices.Contains(loopbackHosts, withoutPort)
	}
	return strings.TrimSuffix(typed, ":443"), u.Scheme == "https"
}

// isHost reports whether a host is a name of letters, digits, hyphens and dots, or an address.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return !strings.Contains(host, "%")
	}
	outside := func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.' }
	return host != "" && !strings.ContainsFunc(host, outside)
}

// checkAccent checks the color of buttons, links and bars; "" is that of the site. It is refused where it cannot be read on light pages: dark ones get
// a lighter color of the same hue.
func checkAccent(wrong *fault.Fields, path string, color *string) {
	if *color = strings.TrimSpace(*color); *color == "" {
		return
	}
	c, ok := shade.Parse(*color)
	if !ok {
		wrong.Add(path, NotColor)
		return
	}
	if contrast := shade.LightContrast(c); contrast < shade.Enough {
		nearest := shade.Readable(c).String()
		number, _ := strconv.ParseInt(nearest[1:], 16, 32)
		wrong.AddField(fault.Field{
			Path: path, Rule: TooLight, Limit: number,
			Text: fmt.Sprintf("is too light to be read on white, and white on it (contrast %.1f, at least %.1f): the nearest color that works is %s", contrast, shade.Enough, nearest),
		})
	}
}
