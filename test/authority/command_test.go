package authority_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver for the damage

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// authority is whose authority a command acts with.
type authority string

const (
	// machine is the operator of the machine: who can read the database may do everything, without a user. The log calls it "system".
	machine authority = "operator of the machine"
	// token is that of the token that the command sends to a running server.
	token authority = "its token"
)

// commandRow is a command with whose authority it acts, and which acts it leaves behind.
type commandRow struct {
	name string
	as   authority
	// args follow the name, with the parameters of the world; --db is added. Spaces part them.
	args string
	acts []fund.Act
	// elsewhere is why it is not run here; "" for one that is.
	elsewhere string
}

func row(name, args string, acts ...fund.Act) commandRow {
	return commandRow{name: name, as: machine, args: args, acts: acts}
}

// commandRows are all commands, in an order in which each finds what it needs. A command without acts changes nothing.
func commandRows() []commandRow {
	return []commandRow{
		{name: "demo", as: machine, elsewhere: "it makes a database of its own"},
		{name: "copy", as: machine, elsewhere: "it only reads one database, and makes another one"},
		{name: "serve", as: machine, elsewhere: "it only starts a server"},
		{name: "trigger donation", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "login", as: token, elsewhere: "it asks a running server, where the user consents in a browser"},
		{name: "logout", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "trigger refund", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "trigger dispute", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "trigger poll-vote", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "trigger milestone", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "trigger screening", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "trigger match-end", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "tail", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "listen", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "replay", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook list", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook deliveries", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook show", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook resend", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook test", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook activate", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "webhook deactivate", as: token, elsewhere: "it asks a running server, which knows the token"},
		{name: "version", as: machine, elsewhere: "it knows no database"},
		{name: "completion", as: machine, elsewhere: "it knows no database"},
		{name: "man", as: machine, elsewhere: "it knows no database"},
		{name: "config check", as: machine, elsewhere: "it opens no database"},
		{name: "config dump", as: machine, elsewhere: "it opens no database"},
		row("migrate", ""), // an act where the schema changes, which it does not here
		row("user create", "--username Grace --email grace@example.org", fund.ActCreateUser),
		row("user invite", "--email guest@example.org", fund.ActInviteUser),
		row("user approve", "--user grace"), // an act where the user waits, which she does not here
		row("user invitations", ""),
		row("user uninvite", "--email guest@example.org", fund.ActWithdrawInvitation),
		row("user list", ""),
		row("user password", "--user grace", fund.ActSetPassword),
		row("user sessions end", "--user grace", fund.ActEndSessions),
		row("user second-factor remove", "--user the-owner", fund.ActRemoveSecondFactor),
		row("user disable", "--user grace", fund.ActDisableUser),
		row("user enable", "--user grace", fund.ActEnableUser),
		row("user delete", "--user grace", fund.ActDeleteUser),
		row("user undelete", "--user grace", fund.ActUndeleteUser),
		row("operator add", "--email grace@example.org", fund.ActAddOperator),
		row("operator list", ""),
		row("act list", ""),
		row("operator remove", "--email grace@example.org", fund.ActRemoveOperator),
		row("user email", "--user grace --email grace2@example.org", fund.ActSetEmail),
		row("app create", "--name Bot2 --owner grace --redirect-uri https://bot2.test/", fund.ActCreateApplication, fund.ActCreateToken),
		row("app list", ""),
		row("app rotate", "--app {program}", fund.ActRotateSecret),
		row("app approve", "--app {registered}", fund.ActApproveApplication),
		row("app scopes", "--app {registered} --scope write", fund.ActSetScopes),
		row("token create", "--user grace --scope public", fund.ActCreateToken),
		row("token list", ""),
		row("token revoke", "--id {made}", fund.ActRevokeToken),
		row("app disable", "--app {program}", fund.ActDisableApplication),
		row("app enable", "--app {program}", fund.ActEnableApplication),
		row("cause create", "--name Well --owner grace", fund.ActCreateCause),
		row("cause list", ""),
		row("cause approve", "--cause well --yes", fund.ActApproveCause),
		row("cause member add", "--cause well --user the-owner --role member", fund.ActSetMember),
		row("cause member list", "--cause well"),
		row("cause member remove", "--cause well --user the-owner", fund.ActRemoveMember),
		row("cause receipts", "--cause well --profile plain", fund.ActUpdateCause, fund.ActSetReceipts),
		row("cause shipping", "--fact well --by streamers", fund.ActSetShipping),
		row("cause set", "--cause well --time-zone Europe/Berlin", fund.ActUpdateCause),
		row("fact giving", "--fact well --instant only", fund.ActSetTerms),
		row("cause connect", "--cause well --account acct_1Hb2cD3eF4gH5iJ6", fund.ActConnectCause),
		row("campaign create", "--user grace --cause well --name Swim", fund.ActCreateCampaign),
		row("fact takedown", "--fact @grace/swim --reason Fraud", fund.ActTakeDown),
		row("fact putback", "--fact @grace/swim", fund.ActPutBack),
		row("charity list", ""),
		row("charity show", "--invitation {charity}"),
		row("charity approve", "--invitation {charity} --yes", fund.ActApproveCharity),
		row("charity decline", "--invitation {charity2} --reason Spam", fund.ActDeclineCharity),
		row("cause suspend", "--cause well --reason Fraud", fund.ActSuspendCause),
		row("receipt list", ""),
		row("receipt correct", "--donation {given} --name Ada", fund.ActCorrectReceipt),
		row("receipt send", "--donation {given}", fund.ActSendReceipt),
		row("provider-event list", ""),
		row("provider-event apply", "--id {refund} --stripe-key sk_test_none", fund.ActApplyEvent),
		row("provider-event dismiss", "--id {paid} --reason Known", fund.ActDismissEvent),
		row("case list", ""),
		row("case answer", "--case {case_id} --decline Spent", fund.ActAnswerCase),
		row("rate set", "EUR 1.0831", fund.ActSetRates),
		row("rate import", "{rates}", fund.ActSetRates),
		row("rate list", ""),
		row("setting list", ""),
		row("setting set", "open_causes true", fund.ActSetSetting),
		row("repair dates", "", fund.ActRepairDates),
		row("backup", "--out -"),
		{name: "restore", as: machine, elsewhere: "it replaces the database that is looked at, and leaves its act in what it puts there"},
		{name: "repair position", as: machine, elsewhere: "it is for a database that lost something"},
		row("secret rotate", "--secret-key "+storetest.SecretKey, fund.ActRotateSecretKey),
		row("secret replace-lost", "--yes --secret-key "+storetest.SecretKey, fund.ActReplaceSecretKey),
		{name: "setup", as: machine, elsewhere: "the database that is looked at has an operator, and who makes the account leaves the act"},
		row("doctor", "--secret-key "+storetest.SecretKey),
		row("alarm list", "--all"),
		{name: "alarm test", as: machine, elsewhere: "it sends mail, which there is no server for here, and changes nothing"},
		row("audit", "--rebuild", fund.ActRebuildTotals),
		row("export donations", "--fact good-cause", fund.ActExportDonors),
		row("export statements", "--cause good-cause --year 2026", fund.ActExportDonors),
		row("donor export", "--donation {given}", fund.ActExportDonors),
		row("donor erase", "--donation {given}", fund.ActErase),
		row("receipt kept", "--cause good-cause", fund.ActViewKeptReceipts),
		row("go-live", "--yes --backup-made", fund.ActGoLive),
	}
}

// TestEveryCommandHasARow fails for a command whose row is missing.
func TestEveryCommandHasARow(t *testing.T) {
	t.Parallel()
	var rows []string
	for _, r := range commandRows() {
		rows = append(rows, r.name)
	}
	for _, name := range command.Names() {
		if !slices.Contains(rows, name) {
			t.Errorf("%s: has no row: whose authority does it act with, and which act does it leave?", name)
		}
	}
	for _, name := range rows {
		if !slices.Contains(command.Names(), name) {
			t.Errorf("%s: has a row, and is no command", name)
		}
	}
}

// TestWhatCommandsLeave runs each command, and wants the acts of its row and no other, by the operator of the machine. One without acts
// changes nothing.
func TestWhatCommandsLeave(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	must.Do(t, w.Stop())
	w.settle(t)
	w.upkeep(t)
	for _, r := range commandRows() {
		if r.elsewhere != "" {
			continue
		}
		if r.name == "audit" {
			w.damage(t)
		}
		before := w.acts(t)
		position := must.Get(w.Store.LastPosition(t.Context()))(t)
		w.run(t, r)
		var left []fund.Act
		for _, act := range w.acts(t)[len(before):] {
			left = append(left, act.Act)
			w.IDs["made"] = act.Subject.String()
			if !act.Actor.IsZero() || act.Role != "system" || act.Address != "" {
				t.Errorf("%s: got an act by %v as %s from %q, want the operator of the machine", r.name, act.Actor, act.Role, act.Address)
			}
		}
		if !slices.Equal(left, r.acts) {
			t.Errorf("%s: left the acts %q, want %q", r.name, left, r.acts)
		}
		if after := must.Get(w.Store.LastPosition(t.Context()))(t); len(r.acts) == 0 && after != position {
			t.Errorf("%s: changed something and left no act", r.name)
		}
	}
}

// acts are all acts, the oldest first.
func (w *world) acts(t *testing.T) []fund.LoggedAct {
	t.Helper()
	var all []fund.LoggedAct
	page := fund.Page{Limit: fund.MaxPage, Order: fund.OldestFirst}
	for {
		some := must.Get(w.Acts(t.Context(), app.System(), fund.ID{}, page))(t)
		all = append(all, some...)
		if len(some) < page.Limit {
			return all
		}
		page.After = &fund.Cursor{Number: some[len(some)-1].Number}
	}
}

// run types a command.
func (w *world) run(t *testing.T, r commandRow) {
	t.Helper()
	args := strings.Fields(r.name + " " + r.args)
	for i, arg := range args {
		if name := strings.Trim(arg, "{}"); name != arg {
			args[i] = w.IDs[name]
		}
	}
	var out, wrong bytes.Buffer
	if code := command.Run(append(args, "--db", w.Database), command.Terminal{In: strings.NewReader(""), Out: &out, Err: &wrong}); code != 0 {
		t.Errorf("%s: got %d %s%s", r.name, code, &out, &wrong)
	}
}

// settle dismisses what the stopped node left of the donor's payments: the audit names an event that waits for long.
func (w *world) settle(t *testing.T) {
	t.Helper()
	page := fund.Page{Limit: fund.MaxPage, Order: fund.OldestFirst}
	for _, e := range must.Get(w.ListOpenProviderEvents(t.Context(), app.System(), page))(t) {
		must.Do(t, w.DismissProviderEvent(t.Context(), app.System(), e.ID, "The node was stopped."))
	}
}

// upkeep makes what commands look after: provider events, a file of rates, and a donation that is dated ahead.
func (w *world) upkeep(t *testing.T) {
	t.Helper()
	w.IDs["program"] = w.Program[0]
	on := fund.AuthenticatorApp{UserID: must.Get(w.GetUser(t.Context(), app.System(), fund.Key{Slug: "the-owner"}))(t).ID, ConfirmedAt: w.Now()}
	must.Do(t, w.Store.Write(t.Context(), on.UserID, func(ctx context.Context, tx *store.Tx) error { return tx.PutAuthenticatorApp(ctx, on) }))
	bot, _, err := w.RegisterApplication(t.Context(), app.Actor{}, app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/"}})
	must.Do(t, err)
	w.IDs["registered"] = bot.ClientID
	for _, name := range []string{"charity", "charity2"} {
		w.IDs[name] = must.Get(w.AskCharity(t.Context(), testworld.As(w.Users["owner"]), fund.CharityInvitation{
			Name: "Wild Meadow", Website: "https://meadow.example", Email: name + "@meadow.example", Country: "GB", Message: "May I raise money for you?",
		}))(t).ID.String()
	}
	for i, topic := range []string{"refund", "paid"} {
		e := fund.ProviderEvent{
			ID: fund.ID{byte(i + 1)}, Provider: "stripe", EventID: topic, Topic: "refund.created", Reference: "elsewhere", Header: "{}", Body: []byte("{}"),
			DueAt: w.Now().Add(time.Hour), ReceivedAt: w.Now(),
		}
		must.Do(t, w.Store.SaveProviderEvent(t.Context(), e))
		w.IDs[topic] = e.ID.String()
	}
	w.IDs["rates"] = filepath.Join(t.TempDir(), "eurofxref.csv")
	must.Do(t, os.WriteFile(w.IDs["rates"], []byte("Date,USD,\n2026-11-26,1.1,\n"), 0o600))
	cause := must.Get(fund.ParseID(w.IDs["cause_id"]))(t)
	must.Get(w.Store.Complete(t.Context(), store.Completion{
		Donation: fund.Donation{ID: fund.ID{1}, Fact: fund.Ref{ID: cause}, FactKind: fund.KindCause, CauseID: cause, Amount: 5, Currency: "USD"}, USD: 5,
		At: w.Now().Add(time.Hour),
	}))(t)
}

// damage makes a total wrong.
func (w *world) damage(t *testing.T) {
	t.Helper()
	driver, source := "pgx", w.Database
	if path, file := config.Database(w.Database).File(); file {
		driver, source = "sqlite", path
	}
	db := must.Get(sql.Open(driver, source))(t)
	defer func() { must.Do(t, db.Close()) }()
	must.Get(db.ExecContext(t.Context(), "UPDATE users SET raised_usd = raised_usd + 7 WHERE slug = 'the-owner'"))(t)
}
