// Command almoner is a charity-fundraising server for live streams, and what its operator needs
// beside it. Each command is one file: it parses its settings and calls the server package, or
// talks to a running server.
//
// The exit code is 0 when what was asked is done, 1 when it could not be done, and 2 for
// flags that cannot be understood.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/almoner/almoner/internal/server"
)

// commands are all commands, in the order of the help.
type commands struct {
	Demo    demoCommand    `cmd:"" help:"Serve a lively data set with simulated donors, for a first look."`
	Serve   serveCommand   `cmd:"" help:"Serve for real use."`
	Migrate migrateCommand `cmd:"" help:"Bring the schema of a database up to date; serve does so too when it starts."`
	User    struct {
		Create userCreateCommand `cmd:"" help:"Make a user."`
	} `cmd:"" help:"Manage users."`
	App struct {
		Create appCreateCommand `cmd:"" help:"Make an OAuth application; prints its client id, client secret and V3 application token, once."`
	} `cmd:"" help:"Manage OAuth applications."`
	Cause struct {
		Connect causeConnectCommand `cmd:"" help:"Say where a cause takes money: its connected account at Stripe."`
	} `cmd:"" help:"Manage causes."`
	Trigger struct {
		Donation triggerDonationCommand `cmd:"" help:"Make donations through the sandbox provider of a running server."`
	} `cmd:"" help:"Make things happen on a running server."`
	Receipts struct {
		List receiptsListCommand `cmd:"" help:"List receipts of which nobody knows whether they were sent, and those that were refused."`
		Send receiptsSendCommand `cmd:"" help:"Have a receipt sent by mail, again if need be, by the running server."`
	} `cmd:"" help:"Look after receipts by mail."`
	Audit          auditCommand `cmd:"" help:"Compare all totals with the ledger, beside a running server or without one."`
	ProviderEvents struct {
		List  providerEventsListCommand  `cmd:"" help:"List the events that have not been applied."`
		Apply providerEventsApplyCommand `cmd:"" help:"Try one of them or all again, beside a running server or without one."`
	} `cmd:"" name:"notices" help:"Look after the events that payment providers send."`
	Export struct {
		Donations exportDonationsCommand `cmd:"" help:"Write the donations to a fact, and to everything that supports it, as CSV or JSON."`
	} `cmd:"" help:"Write data for accountants."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// misuse is the exit code for flags that cannot be understood.
const misuse = 2

func main() { os.Exit(run()) }

// run does what the arguments say and gives the exit code.
func run() int {
	var all commands
	parser := kong.Must(&all,
		kong.Name("almoner"),
		kong.Description("A charity-fundraising server for live streams. Each flag is also an environment variable: --base-url is ALMONER_BASE_URL."),
		kong.ShortUsageOnError(), kong.DefaultEnvars("ALMONER"), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	parsed, err := parser.Parse(joined(os.Args[1:]))
	if err != nil {
		parser.Exit = func(int) {} // with a code of its own
		parser.FatalIfErrorf(err)
		return misuse
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	parsed.BindTo(ctx, (*context.Context)(nil))
	if err := parsed.Run(terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr}); err != nil {
		fmt.Fprintln(os.Stderr, "almoner: "+server.Explain(err))
		return 1
	}
	return 0
}

// joined writes a negative number behind a flag into it (--amount=-1), where it is not taken for
// a flag, so that it is refused in words about numbers.
func joined(args []string) []string {
	var out []string
	for _, arg := range args {
		last := len(out) - 1
		if negative(arg) && last >= 0 && strings.HasPrefix(out[last], "--") && !strings.Contains(out[last], "=") {
			out[last] += "=" + arg
			continue
		}
		out = append(out, arg)
	}
	return out
}

func negative(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && (arg[1] >= '0' && arg[1] <= '9' || arg[1] == '.')
}
