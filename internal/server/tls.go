package server

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/certs"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/requestline"
)

// hstsTime is for how long browsers that were here reach the name over https alone. It says nothing of names below it, which may be others' servers.
const hstsTime = 365 * 24 * time.Hour

// checkCertificates is why the files of the settings cannot be used.
func checkCertificates(s config.TLS) error {
	if !s.Set() {
		return nil
	}
	if s.LocalCA != "" {
		return certs.CheckAuthority(s.LocalCA, s.Hosts, time.Now())
	}
	_, err := certs.ReadRoots(s.Root)
	return err
}

// buildCertificates prepares the certificates of a node that has its own. It asks nobody yet.
func (n *Node) buildCertificates() (err error) {
	if !n.TLS.Set() {
		return nil
	}
	o := certs.Options{Settings: n.TLS, Base: n.base().Hostname(), Store: n.store, Log: n.Log, TLS: n.Address}
	if n.HTTP != nil {
		o.HTTP = n.HTTP.Addr()
	}
	n.certs, err = certs.New(o)
	return err
}

// base is the base URL, which was read from settings.
func (n *Node) base() *url.URL {
	if u, err := url.Parse(n.BaseURL); err == nil {
		return u
	}
	return &url.URL{}
}

// LocalRoot is where the root of the local authority is, and its SHA-256, for people who compare it.
func (n *Node) LocalRoot() (path, fingerprint string, is bool) {
	local, is := n.certs.(*certs.Local)
	if !is {
		return "", "", false
	}
	path, fingerprint = local.Root()
	return path, fingerprint, true
}

// certificateWork is what keeps the certificates good, and what sends http:// on.
func (n *Node) certificateWork() (workers []func(context.Context) error) {
	if n.certs != nil {
		workers = append(workers, n.certs.Run)
	}
	if n.HTTP != nil {
		workers = append(workers, n.servePlain)
	}
	return workers
}

// scheme is how the node is asked.
func (n *Node) scheme() string {
	if n.certs != nil {
		return "https"
	}
	return "http"
}

// serveOn serves until the server is shut down: over https with certificates, else plainly.
func (n *Node) serveOn(web *http.Server, listener net.Listener, refusals http.Handler) error {
	if n.certs == nil {
		return web.Serve(requestline.Listen(listener, refusals))
	}
	web.TLSConfig = n.certs.Config()
	web.Handler = n.strict(web.Handler)
	return web.ServeTLS(listener, "", "")
}

// strict has browsers come over https alone. Names of a local authority are others', to whom browsers must find back.
func (n *Node) strict(next http.Handler) http.Handler {
	if n.TLS.LocalCA != "" {
		return next
	}
	value := "max-age=" + strconv.Itoa(int(hstsTime.Seconds()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Strict-Transport-Security", value)
		next.ServeHTTP(w, r)
	})
}

// servePlain answers what comes over plain HTTP until ctx ends.
func (n *Node) servePlain(ctx context.Context) error {
	web := n.httpServer(context.WithoutCancel(ctx), http.HandlerFunc(n.toHTTPS))
	n.Log.InfoContext(ctx, "sending http on to https", "address", n.HTTP.Addr().String())
	stopped := context.AfterFunc(ctx, func() { _ = web.Close() })
	defer stopped()
	if err := web.Serve(n.HTTP); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// toHTTPS proves to an authority that a name is ours, and sends everybody else on: to our names only, whatever the request says. 308 keeps the method.
func (n *Node) toHTTPS(w http.ResponseWriter, r *http.Request) {
	if n.certs.Prove(w, r) {
		return
	}
	api.Identify(w.Header())
	if !certs.Ours(n.TLS, r.Host) {
		api.PlainText(w, http.StatusMisdirectedRequest, "there is no such host here\n")
		return
	}
	target := url.URL{Scheme: "https", Host: certs.HostOf(r.Host), Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if port := n.base().Port(); port != "" {
		target.Host = net.JoinHostPort(target.Host, port)
	}
	if target.Path == "" { // of CONNECT
		target.Path = "/"
	}
	w.Header().Set("Location", target.String())
	api.PlainText(w, http.StatusPermanentRedirect, "this server is at "+n.BaseURL+"\n")
}

// certificates are how those of this server stand: what this process knows, or else what is kept.
func (n *Node) certificates(ctx context.Context) ([]ops.Certificate, error) {
	states, err := n.certificateStates(ctx)
	all := make([]ops.Certificate, len(states))
	for i, s := range states {
		all[i] = ops.Certificate(s)
	}
	return all, err
}

func (n *Node) certificateStates(ctx context.Context) ([]certs.State, error) {
	if n.certs != nil {
		return n.certs.States(), nil
	}
	return certs.Look(ctx, n.store, n.TLS, time.Now)
}

// certificateMetrics collects how the certificates stand; nothing behind a proxy.
type certificateMetrics struct{ node *Node }

var (
	certificateEnd = prometheus.NewDesc("almoner_certificate_end_timestamp_seconds",
		"Until when the certificate of a name is good, in seconds since 1970; 0 where there is none.", []string{"host"}, nil)
	certificateFailing = prometheus.NewDesc("almoner_certificate_failing",
		"1 when the last try to get or renew the certificate of a name failed; else 0.", []string{"host"}, nil)
)

// Describe is that of prometheus.Collector.
func (c certificateMetrics) Describe(out chan<- *prometheus.Desc) {
	out <- certificateEnd
	out <- certificateFailing
}

// Collect is that of prometheus.Collector.
func (c certificateMetrics) Collect(out chan<- prometheus.Metric) {
	if c.node.certs == nil {
		return
	}
	for _, s := range c.node.certs.States() {
		end, failing := 0.0, 0.0
		if !s.Until.IsZero() {
			end = float64(s.Until.Unix())
		}
		if s.Failure != "" {
			failing = 1
		}
		out <- prometheus.MustNewConstMetric(certificateEnd, prometheus.GaugeValue, end, s.Host)
		out <- prometheus.MustNewConstMetric(certificateFailing, prometheus.GaugeValue, failing, s.Host)
	}
}
