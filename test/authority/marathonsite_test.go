package authority_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
)

// marathon is a campaign with everything in it that no volunteer may see, run by a lead who is asked over a socket, as browsers do.
type marathon struct {
	*world
	lead testcallers.Browser
	user fund.User
	base string
	fact fund.ID
	// secrets are texts with those roles that may see them, "" for nobody's.
	secrets map[string][]fund.GrantRole
	wire    *wire
}

// wire sends what the tests ask for over a socket.
type wire struct {
	api.Surface
	client  *http.Client
	address string
}

// ServeHTTP sends a request, and copies the answer.
func (s *wire) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.send(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

func (s *wire) send(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", s.address
	return s.client.Do(out) //nolint:wrapcheck // a test
}

// newMarathon serves the world, has a lead make the campaign on the pages, and plants secrets in it.
func newMarathon(t *testing.T) *marathon {
	t.Helper()
	m := &marathon{world: newWorld(t), secrets: map[string][]fund.GrantRole{}}
	must.Do(t, m.Stop())
	node := must.Get(server.Open(t.Context(), testcallers.NodeSettings(m.Database, slog.New(slog.DiscardHandler))))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	m.serveOverSockets(t, node)
	ctx := t.Context()
	m.user = must.Get(m.CreateUser(ctx, app.System(), app.NewUser{Username: "lead", Slug: "the-lead", Email: "lead.zqmail@example.org", Password: leadPassword}))(t)
	m.signIn(t)
	m.begin(t)
	m.plant(ctx, t)
	return m
}

// serveOverSockets has everything from now on asked of the node over a socket.
func (m *marathon) serveOverSockets(t *testing.T, node *server.Node) {
	t.Helper()
	listener := must.Get(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- node.Serve(ctx, listener) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 2 * marathoners}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		cancel()
		must.Do(t, <-ended)
	})
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	m.wire = &wire{node.Handler(), &http.Client{Transport: transport, CheckRedirect: stay}, listener.Addr().String()}
	m.Handler = m.wire
}

// cookieOf is the cookie that an answer sets; "" for none.
func cookieOf(answer *httptest.ResponseRecorder, name string) string {
	for _, cookie := range answer.Result().Cookies() {
		if strings.HasSuffix(cookie.Name, name) {
			return cookie.Name + "=" + cookie.Value
		}
	}
	return ""
}

func (m *marathon) signIn(t *testing.T) {
	t.Helper()
	page := m.VisitAt(t, testcallers.Browser{}, http.MethodGet, testcallers.SignInPage, nil)
	m.lead.Cookie = cookieOf(page, "visitor")
	form := testcallers.Hidden(page.Body.String())
	form.Set("email", m.user.Email)
	form.Set("password", leadPassword)
	answer := m.VisitAt(t, m.lead, http.MethodPost, testcallers.SignInPage, form)
	if m.lead.Cookie = cookieOf(answer, "session"); m.lead.Cookie == "" {
		t.Fatalf("got %d without a session: %s", answer.Code, answer.Body)
	}
}

// begin makes a team, and publishes a campaign for the event in three steps.
func (m *marathon) begin(t *testing.T) {
	t.Helper()
	form := testcallers.Hidden(m.VisitAt(t, m.lead, http.MethodGet, "/dashboard/teams", nil).Body.String())
	form.Set("name", "Forty Hands")
	m.Leads(t, m.lead, http.MethodPost, "/dashboard/teams", form)
	name := "/dashboard/new/name?for=" + m.IDs["fundraising_event_id"]
	form = testcallers.Hidden(m.VisitAt(t, m.lead, http.MethodGet, name, nil).Body.String())
	form.Set("name", "Marathon")
	goal := m.Leads(t, m.lead, http.MethodPost, "/dashboard/new/name", form)
	form = testcallers.Hidden(m.VisitAt(t, m.lead, http.MethodGet, goal, nil).Body.String())
	for name, value := range map[string]string{"goal": "5000", "safety": "normal", "then": "publish"} {
		form.Set(name, value)
	}
	m.base, _, _ = strings.Cut(m.Leads(t, m.lead, http.MethodPost, goal, form), "?")
	m.fact = must.Get(fund.ParseID(strings.TrimPrefix(m.base, "/dashboard/")))(t)
}

// keep remembers a text that only those roles may see.
func (m *marathon) keep(text string, may ...fund.GrantRole) string {
	m.secrets[strings.ToLower(text)] = may
	return text
}

// plant writes what volunteers must not see into the campaign, and has the addresses of the routes lead there.
func (m *marathon) plant(ctx context.Context, t *testing.T) {
	t.Helper()
	lead, key := testworld.As(m.user), app.FactKey{Key: fund.Key{ID: m.fact}}
	m.keep("zqmail")
	must.Get(m.UpdateDonationSettings(ctx, lead, key, fund.DonationSettingsPatch{
		Words: fund.Some([]string{m.keep("zqword", fund.GrantHeadScreener)}), Thanks: fund.Some(m.keep("zqthanks")), Screening: fund.Some(fund.ScreenEverything),
		ReleaseAfter: fund.Some[int64](0), // what is held stays so, however long the walk takes
	}))(t)
	reward := must.Get(m.CreateReward(ctx, lead, key, fund.RewardPatch{
		Name: fund.Some("Shirt"), Amount: fund.Some("5"), ShippingAddressRequired: fund.Some(true), CustomQuestion: fund.Some("Which size?"),
	}))(t)
	held := m.gift(t, reward)
	token := must.Get(m.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: m.user.ID, Scopes: fund.Scopes()}))(t)
	m.Callers["lead"] = m.keep(token)
	m.keep(m.lead.Cookie[strings.Index(m.lead.Cookie, "=")+1:])
	program, secret, _, err := m.CreateApplication(ctx, app.System(), app.NewApplication{Name: m.keep("zqprogram"), RedirectURIs: []string{"https://bot.test/"}, Owner: m.user.ID})
	must.Do(t, err)
	m.keep(secret)
	hook := must.Get(m.CreateEndpointFor(ctx, app.System(), program.ID, fund.WebhookEndpointPatch{URL: fund.Some("https://" + m.keep("zqhook") + ".example.org/")}))(t)
	m.keep(hook.SigningKey)
	for name, id := range map[string]fund.ID{
		"fact_id": m.fact, "campaign_id": m.fact, "event_id": m.fact, "donation_id": held, "given": held, "reward_id": reward.ID, "own_app": program.ID, "own_webhook": hook.ID,
		"webhook_endpoint_id": hook.ID, "user_id": m.user.ID,
	} {
		m.IDs[name] = id.String()
	}
}

// gift is a donation that waits for a screener, with a reward to be sent: a donor gives on the page, and pays.
func (m *marathon) gift(t *testing.T, reward fund.Reward) fund.ID {
	t.Helper()
	donor := testcallers.Browser{}
	paid := m.Donate(t, &donor, marathonPage, url.Values{
		"amount": {"20"}, "email": {"donor.zqmail@example.org"}, "name": {m.keep("zqhidden")}, "anonymous": {"1"},
		"comment": {m.keep("zqcomment", fund.GrantScreener, fund.GrantHeadScreener)}, fmt.Sprint("reward.", reward.LegacyID): {"1"},
		fmt.Sprint("answer.", reward.LegacyID): {m.keep("zqanswer", fund.GrantFulfill)}, "address.recipient": {m.keep("zqaddressee", fund.GrantFulfill)},
		"address.line1": {m.keep("zqstreet 1", fund.GrantFulfill)}, "address.city": {m.keep("zqtown", fund.GrantFulfill)}, "address.region": {"WA"},
		"address.postal_code": {"98101"}, "address.country": {"US"},
	})
	returned := m.Leads(t, donor, http.MethodPost, paid, url.Values{"card": {"4242424242424242"}, "code": {"000"}})
	key := strings.TrimPrefix(m.Leads(t, donor, http.MethodGet, returned, nil), "/gifts/")
	m.VisitAt(t, donor, http.MethodGet, "/gifts/"+key, nil) // which asks the provider what became of it
	return must.Get(m.OpenDonationKey(t.Context(), m.keep(key)))(t)
}
