package webhook_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/webhook"
)

// forbidden are hosts that lead to where no endpoint may be, in all the spellings that programs and libraries of the system take.
var forbidden = map[string][]string{
	"loopback": {
		"127.0.0.1", "127.0.0.2", "127.255.255.254", "localhost", "LOCALHOST", "localhost.", "[::1]", "[0:0:0:0:0:0:0:1]",
		"2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.1", "017700000001",
	},
	"mapped":               {"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]"},
	"NAT64":                {"[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::a9fe:a9fe]"},
	"6to4 and Teredo":      {"[2002:7f00:1::1]", "[2002:a00:1::]", "[2002:c0a8:101::1]", "[2001:0:7f00:1::1]"},
	"nothing and anything": {"0.0.0.0", "0.1.2.3", "[::]", "0"},
	"private":              {"10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.255", "[fc00::1]", "[fd12:3456::1]", "[fec0::1]"},
	"carriers":             {"100.64.0.1", "100.127.255.254"},
	"link-local":           {"169.254.0.1", "[fe80::1]", "[fe80::1%25lo]"},
	"metadata":             {"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "[fd00:ec2::254]", "[fe80::a9fe:a9fe]", "2852039166", "0xa9fea9fe"},
	"multicast":            {"224.0.0.1", "239.255.255.250", "[ff02::1]", "[ff05::1:3]"},
	"broadcast":            {"255.255.255.255", "240.0.0.1"},
	"documents and tests":  {"192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "[2001:db8::1]", "[3fff::1]"},
	"others":               {"192.88.99.1", "[100::1]", "[5f00::1]", "[4000::1]"},
}

// TestForbiddenAddressesSeeNoPacket counts the sockets that may connect: there is none.
func TestForbiddenAddressesSeeNoPacket(t *testing.T) {
	t.Parallel()
	c, through := webhook.Counted(local())
	tried := 0
	for kind, hosts := range forbidden {
		for _, host := range hosts {
			for _, port := range []string{"", ":443", ":8080"} {
				tried++
				if _, err := c.Send(t.Context(), post("http://"+host+port+"/hook")); err == nil {
					t.Errorf("%s: http://%s%s was sent, want an error", kind, host, port)
				}
			}
		}
	}
	if n := through.Load(); n != 0 || tried < 3*40 {
		t.Errorf("got %d of %d attempts through, want none of at least 120", n, tried)
	}
	for _, host := range []string{"8.8.8.8", "1.1.1.1", "[2606:4700:4700::1111]", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.1", "168.63.129.15", "223.255.255.255"} {
		before := through.Load()
		if _, err := c.Send(t.Context(), post("http://"+host+"/")); err == nil || through.Load() == before {
			t.Errorf("http://%s: got %v, and nothing through, want it let through", host, err)
		}
	}
}

// TestPortsOfSystemServicesSeeNoPacket holds in open networks too.
func TestPortsOfSystemServicesSeeNoPacket(t *testing.T) {
	t.Parallel()
	c, through := webhook.Counted(local(), netip.MustParsePrefix("127.0.0.0/8"))
	for port, want := range map[string]bool{
		"1": false, "22": false, "25": false, "53": false, "79": false, "80": true, "81": false, "389": false, "442": false, "443": true,
		"444": false, "1023": false, "1024": true, "6379": true, "65535": true,
	} {
		for _, host := range []string{"8.8.8.8", "127.0.0.1"} {
			before := through.Load()
			_, err := c.Send(t.Context(), post("http://"+host+":"+port+"/"))
			if got := through.Load() > before; got != want || !want && !errors.Is(err, webhook.ErrPort) {
				t.Errorf("%s:%s: got %v, %v, want %v", host, port, got, err, want)
			}
		}
	}
}

// TestOnlyWhatHTTPNamesIsDialed tries other schemes, and sockets of this machine.
func TestOnlyWhatHTTPNamesIsDialed(t *testing.T) {
	t.Parallel()
	c, through := webhook.Counted(local(), netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0"))
	for _, url := range []string{"ftp://8.8.8.8/", "file:///etc/passwd", "unix:///run/db.sock", "gopher://127.0.0.1:6379/_x", "http://", "//8.8.8.8", "http://%zz/", "http://8.8.8.8:0/x\x7f"} {
		if _, err := c.Send(t.Context(), post(url)); err == nil || through.Load() != 0 {
			t.Errorf("%s: got %v and %d through, want none", url, err, through.Load())
		}
	}
}

func TestOpenNetworks(t *testing.T) {
	t.Parallel()
	c, through := webhook.Counted(local(), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd12::/16"))
	for host, want := range map[string]bool{
		"10.1.2.3": true, "10.2.0.1": false, "127.0.0.1": false, "[fd12::1]": true, "[fd13::1]": false, "[::ffff:10.1.2.3]": true, "8.8.8.8": true,
		"[64:ff9b::10.1.2.3]": false,
	} {
		before := through.Load()
		_, err := c.Send(t.Context(), post("http://"+host+"/"))
		if got := through.Load() > before; got != want || !want && !errors.Is(err, webhook.ErrAddress) {
			t.Errorf("%s: got %v, %v, want %v", host, got, err, want)
		}
	}
}

// TestProxiesOfTheEnvironmentAreNotAsked names one that counts.
func TestProxiesOfTheEnvironmentAreNotAsked(t *testing.T) {
	proxy := newReceiver(t, nil)
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	c, _ := webhook.Counted(local())
	for _, scheme := range []string{"http", "https"} {
		_, _ = c.Send(t.Context(), post(scheme+"://hooks.invalid/"))
	}
	if n := proxy.connections.Load(); n != 0 {
		t.Errorf("got %d connections to the proxy, want none", n)
	}
}

// TestRedirectsAreNotFollowed has one for each status; where they lead could even be reached.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	secret := newReceiver(t, nil)
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		for _, to := range []string{secret.URL, "http://169.254.169.254/latest/meta-data", "//" + strings.TrimPrefix(secret.URL, "http://"), "/again", "http://%zz"} {
			first := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})
			c := webhook.NewClient(loopback)
			answer, err := c.Send(t.Context(), post(first.URL))
			if err != nil || answer.Status != status || first.requests.Load() != 1 {
				t.Errorf("%d to %s: got %d, %v after %d requests, want that answer of one", status, to, answer.Status, err, first.requests.Load())
			}
			c.Close()
		}
	}
	if n := secret.connections.Load(); n != 0 {
		t.Errorf("got %d connections to where redirects lead, want none", n)
	}
}

// TestDNSThatChangesItsMind answers a public address first and this machine's afterwards: what is dialed is what is judged.
func TestDNSThatChangesItsMind(t *testing.T) {
	t.Parallel()
	secret := newReceiver(t, nil)
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(secret.URL, "http://"))
	dns := &nameServer{answers: [][]string{{"127.0.0.1"}, {"10.0.0.1", "127.0.0.1"}, {"169.254.169.254"}}}
	c := webhook.Resolved(dns.resolver())
	defer c.Close()
	for range dns.answers {
		_, err := c.Send(t.Context(), post("http://rebind.example:"+port+"/"))
		if !errors.Is(err, webhook.ErrAddress) {
			t.Errorf("got %v, want the address refused", err)
		}
	}
	if n := secret.connections.Load(); n != 0 || dns.asked.Load() < 3 {
		t.Errorf("got %d connections after %d look-ups, want none after at least 3", n, dns.asked.Load())
	}
	// The same name is served where its network is open, and what is not public beside it is not dialed.
	dns = &nameServer{answers: [][]string{{"10.0.0.1", "127.0.0.1"}}}
	opened := webhook.Resolved(dns.resolver(), loopback)
	defer opened.Close()
	if answer, err := opened.Send(t.Context(), post("http://rebind.example:"+port+"/")); err != nil || answer.Status != 200 {
		t.Errorf("got %d, %v, want it sent to the open address", answer.Status, err)
	}
}

// nameServer answers each look-up with the next of its answers, and the last one for ever.
type nameServer struct {
	answers [][]string
	asked   atomic.Int64
	mu      sync.Mutex
}

// local answers 127.0.0.1 for every name, as libraries of the system read 0x7f000001 or 127.1.
func local() *net.Resolver { return (&nameServer{answers: [][]string{{"127.0.0.1"}}}).resolver() }

// resolver asks the server over a pipe: no packet leaves.
func (s *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go s.serve(there)
		return here, nil
	}}
}

// serve answers the one question of a connection, in the form of TCP: pipes are streams.
func (s *nameServer) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	buffer := make([]byte, 2+512)
	n, err := c.Read(buffer)
	if err != nil || n < 2 {
		return
	}
	var question dnsmessage.Message
	if question.Unpack(buffer[2:n]) != nil {
		return
	}
	question.Response, question.Authoritative, question.Additionals = true, true, nil
	for _, q := range question.Questions {
		if q.Type != dnsmessage.TypeA {
			continue
		}
		for _, address := range s.next() {
			question.Answers = append(question.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: netip.MustParseAddr(address).As4()},
			})
		}
	}
	answer, err := question.Pack()
	if err == nil {
		_, _ = c.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...))
	}
}

func (s *nameServer) next() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked.Add(1)
	one := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	return one
}

var loopback = netip.MustParsePrefix("127.0.0.0/8")

func post(url string) webhook.Request {
	return webhook.Request{Method: http.MethodPost, URL: url, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("{}")}
}

// closed is an address of this machine where nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	l := must.Get(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	must.Do(t, l.Close())
	return "http://" + l.Addr().String()
}
