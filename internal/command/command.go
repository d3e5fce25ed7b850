// Package command is what is typed at a terminal: the server, and what its operator needs beside it. Each
// command is one file that reads from top to bottom: its flags, then what it does with them.
//
// The exit code is 0 when what was asked is done, 1 when it could not be done, and 2 for
// flags that cannot be understood.
package command

import (
	"context"
	"fmt"
	"io"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/receipt"
)

// commands are all commands, in the order of the help.
type commands struct {
	ConfigFile string `name:"config" help:"File of settings, in the form of systemd's EnvironmentFile: ALMONER_BASE_URL=https://give.example.org (default: none)." placeholder:"FILE"`

	Demo    Demo    `cmd:"" help:"Serve a lively data set with simulated donors, for a first look."`
	Serve   Serve   `cmd:"" help:"Serve for real use."`
	SetUp   SetUp   `cmd:"" name:"setup" help:"Print the link with which the first operator makes an account, as serve does while there is none. Takes the settings of serve."`
	Migrate Migrate `cmd:"" help:"Bring the schema of a database up to date; serve does so too when it starts."`
	Copy    Copy    `cmd:"" help:"Copy a database into an empty one, of SQLite or PostgreSQL: to move from one to the other."`
	GoLive  GoLive  `cmd:"" help:"Take all play money out of a database, so that it can take real money; it is backed up first."`
	Backup  Backup  `cmd:"" help:"Make a backup of a database, beside a running server or without one."`
	Restore Restore `cmd:"" help:"Put a backup in the place of a database, once it has proved to be whole."`
	User    struct {
		Create      CreateUser      `cmd:"" help:"Make a user."`
		Invite      InviteUser      `cmd:"" help:"Invite somebody to make an account, by e-mail."`
		Invitations ListInvitations `cmd:"" help:"List the invitations that hold."`
		Uninvite    UninviteUser    `cmd:"" help:"End an invitation; its links stop working."`
		Approve     ApproveUser     `cmd:"" help:"Let pages of somebody who signed up become public before the wait is over."`
		List        ListUsers       `cmd:"" help:"List all users."`
		Password    SetPassword     `cmd:"" help:"Give a user a new password; the user is signed out everywhere."`
		Email       SetEmail        `cmd:"" help:"Give a user another e-mail address to sign in with; the user is signed out everywhere, and both addresses are told."`
		Disable     DisableUser     `cmd:"" help:"Keep a user out: sessions, tokens and consents end within a second. Pages stay."`
		Enable      EnableUser      `cmd:"" help:"Let a disabled user sign in again."`
		Delete      DeleteUser      `cmd:"" help:"Delete the account of a user: closed within a second, erased after 14 days. Gifts and receipts stay."`
		Undelete    UndeleteUser    `cmd:"" help:"Give a deleted account back before it is erased."`
		Sessions    sessionCommands `cmd:"" help:"Manage where a user is signed in."`
		Session     sessionCommands `cmd:"" hidden:""`

		SecondFactor struct {
			Remove RemoveSecondFactor `cmd:"" help:"Let a user who lost the second factor sign in with the password alone; the user is told."`
		} `cmd:"" help:"Manage how a user signs in in two steps."`
	} `cmd:"" help:"Manage users."`
	Operator struct {
		Add    AddOperator    `cmd:"" help:"Make a user an operator of this server."`
		List   ListOperators  `cmd:"" help:"List the operators of this server."`
		Remove RemoveOperator `cmd:"" help:"End that a user is an operator; running servers know within a second."`
	} `cmd:"" help:"Manage who runs this server."`
	Token struct {
		Create CreateToken `cmd:"" help:"Make an access token for a user, a cause or an application; prints it, once."`
		List   ListTokens  `cmd:"" help:"List the access tokens that work."`
		Revoke RevokeToken `cmd:"" help:"End an access token; running servers know within a second."`
	} `cmd:"" help:"Manage access tokens."`
	App struct {
		Create  CreateApplication  `cmd:"" help:"Make an OAuth application; prints its client id, its client secret and, for V3, its application token, once."`
		List    ListApplications   `cmd:"" help:"List all OAuth applications."`
		Rotate  RotateApplication  `cmd:"" help:"Give an OAuth application a new client secret; prints it, once. Running servers refuse the old one within a second."`
		Approve ApproveApplication `cmd:"" help:"Let an OAuth application in that registered itself; running servers know at once."`
		Scopes  AddScopes          `cmd:"" help:"Give an OAuth application further scopes, for tokens made from now on."`
		Disable DisableApplication `cmd:"" help:"End an OAuth application and all its tokens."`
		Enable  EnableApplication  `cmd:"" help:"Let a disabled OAuth application in again; tokens of before stay ended."`
	} `cmd:"" help:"Manage OAuth applications."`
	Fact struct {
		Giving   SetGiving    `cmd:"" help:"Change what donors read before and after they pay, and what a cause asks of their payments."`
		Takedown TakeFactDown `cmd:"" help:"Hide a campaign, event or auction house from others and stop its donations; running servers know within a second."`
		Putback  PutFactBack  `cmd:"" help:"Show what was taken down again."`
	} `cmd:"" help:"Manage what raises money."`
	Cause struct {
		List     ListCauses   `cmd:"" help:"List all causes, with what an operator looks at before approving them."`
		Create   CreateCause  `cmd:"" help:"Make a cause; it takes no donations until it is approved."`
		Approve  ApproveCause `cmd:"" help:"Approve a cause, and what it proposed to be by law: it may take donations from then on."`
		Suspend  SuspendCause `cmd:"" help:"Take the approval of a cause back; running servers know within a second."`
		Set      SetCause     `cmd:"" help:"Set the time zone, the color and the sites of a cause."`
		Connect  ConnectCause `cmd:"" help:"Connect a cause to its account at a payment provider."`
		Receipts SetReceipts  `cmd:"" help:"Choose the kind of receipts that a cause gives; those that were issued stay as they are."`
		Shipping SetShipping  `cmd:"" help:"Say whether streamers see shipping addresses of claimed rewards, and fulfill them."`
		Member   struct {
			Add    AddCauseMember    `cmd:"" help:"Let a user act for a cause, or give a member another role."`
			List   ListCauseMembers  `cmd:"" help:"List who acts for a cause."`
			Remove RemoveCauseMember `cmd:"" help:"End that a user acts for a cause. The last owner stays."`
		} `cmd:"" help:"Manage who acts for a cause."`
	} `cmd:"" help:"Manage causes."`
	Charity struct {
		List    ListCharities  `cmd:"" help:"List invitations of charities that users ask for."`
		Show    ShowCharity    `cmd:"" help:"Show an invitation with the mail as the charity would get it, and what is known of both."`
		Approve ApproveCharity `cmd:"" help:"Have an invitation mailed to its charity, as it is."`
		Decline DeclineCharity `cmd:"" help:"Refuse to mail an invitation; who asked is told why."`
	} `cmd:"" help:"Decide on invitations of charities that are not here yet."`
	Case struct {
		List   ListCases  `cmd:"" help:"List what donors say is wrong with their donations."`
		Answer AnswerCase `cmd:"" help:"Answer a case: refund the donation, in full or in part, or decline with a reason."`
	} `cmd:"" help:"Look after donors who want a refund."`
	Login    LogIn  `cmd:"" help:"Log in to a running server through the browser, and save the login for the commands that speak to it."`
	Logout   LogOut `cmd:"" help:"End a saved login, at its server too."`
	Campaign struct {
		Create CreateCampaign `cmd:"" help:"Make a campaign of a user."`
	} `cmd:"" help:"Manage campaigns."`
	Trigger struct {
		Donation  TriggerDonation  `cmd:"" help:"Make donations through the sandbox provider of a running server, or test events of them."`
		Refund    TriggerRefund    `cmd:"" help:"Refund a donation."`
		Dispute   TriggerDispute   `cmd:"" help:"Have a bank dispute a payment."`
		PollVote  TriggerPollVote  `cmd:"" help:"Donate for an option of a poll."`
		Milestone TriggerMilestone `cmd:"" help:"Donate what is missing to a milestone."`
		Screening TriggerScreening `cmd:"" help:"Show or hide a donation."`
		MatchEnd  TriggerMatchEnd  `cmd:"" help:"End a donation match."`
	} `cmd:"" help:"Make things happen on a running server: for real with play money, elsewhere as test events that count nowhere."`
	Tail    Tail            `cmd:"" help:"Print what happens at campaigns of a running server, as it happens."`
	Listen  Listen          `cmd:"" help:"Forward what happens at campaigns of a running server to this machine, as signed webhooks."`
	Replay  Replay          `cmd:"" help:"Forward what happened at campaigns of a running server again."`
	Webhook webhookCommands `cmd:"" help:"Look after the webhook endpoints of an application at a running server."`
	Act     struct {
		List ListActs `cmd:"" help:"List who did what, and when."`
	} `cmd:"" help:"Read the log of acts."`
	Donor struct {
		Export ExportDonor `cmd:"" help:"Print everything that is stored of a donor, one JSON object for each donation."`
		Erase  EraseDonor  `cmd:"" help:"Erase what is stored of a donor: names, comments, addresses and answers. Amounts stay, and what receipts need."`
	} `cmd:"" help:"Do what donors ask for about their data."`
	Receipt  receiptCommands `cmd:"" help:"Look after receipts by mail."`
	Receipts receiptCommands `cmd:"" hidden:""`
	Audit    Audit           `cmd:"" help:"Compare all totals with the ledger, beside a running server or without one."`
	Doctor   Doctor          `cmd:"" help:"Examine a server: its database, disk, clock, mail server, payment provider, certificate and what waits. Takes the settings of serve."`
	Alarm    struct {
		List AlarmList `cmd:"" help:"List what is wrong with a server, as its nodes found it, or also what was."`
		Test AlarmTest `cmd:"" help:"Try out how operators are notified of alarms: mail, webhook and ping. Takes the settings of serve."`
	} `cmd:"" help:"Look at alarms, and try out whether they arrive."`
	ProviderEvent providerEventCommands `cmd:"" help:"Look after the events that payment providers send."`
	Notices       providerEventCommands `cmd:"" name:"notices" hidden:""`
	Export        struct {
		Donations  ExportDonations  `cmd:"" help:"Write the donations to a fact, and to everything that supports it, as CSV or JSON."`
		Statements ExportStatements `cmd:"" help:"Write what each donor gave to a cause in a year, as its yearly statements say, as CSV or JSON."`
	} `cmd:"" help:"Write data for accountants."`
	Rate struct {
		Set    SetRate     `cmd:"" help:"Set what one unit of a currency was worth in US dollars on a day."`
		Import ImportRates `cmd:"" help:"Import exchange rates from a file of the European Central Bank."`
		List   ListRates   `cmd:"" help:"List exchange rates, those of the latest day first."`
	} `cmd:"" help:"Keep exchange rates, for totals in US dollars."`
	Setting struct {
		List ListSettings `cmd:"" help:"List what operators change while servers run."`
		Set  SetSetting   `cmd:"" help:"Change a setting; running servers follow at once."`
	} `cmd:"" help:"Manage what operators decide while servers run."`
	Config struct {
		Check CheckConfig `cmd:"" help:"Say everything that is wrong with the settings of a server, from flags, environment and file; opens no database."`
		Dump  DumpConfig  `cmd:"" help:"Print the settings of a server as they are in effect, and where each is set, without secrets."`
	} `cmd:"" help:"Look at the settings of a server."`
	Secret struct {
		Rotate      RotateSecret      `cmd:"" help:"Seal webhooks with a new secret key; running servers follow."`
		ReplaceLost ReplaceLostSecret `cmd:"" help:"Give webhook endpoints new signing keys, and end authenticator apps, when the secret key is lost for good."`
	} `cmd:"" help:"Manage the secret key that webhooks are sealed with."`
	Repair struct {
		Position RepairPosition `cmd:"" help:"Let a database be served that lost what it had committed: its log of changes was lost or cut, or an older copy was put in its place."`
		Dates    RepairDates    `cmd:"" help:"Date donations again that a wrong clock dated ahead of now, beside a running server or without one."`
	} `cmd:"" help:"Mend what went wrong outside of Almoner."`
	Completion Completion `cmd:"" help:"Print a script with which a shell completes commands and flags."`
	Man        Man        `cmd:"" help:"Print the manual page, almoner(1)."`
	Version    Version    `cmd:"" help:"Print the version."`
}

// Groups of commands that have an old name besides, which --help does not show. Old names last for one release.
type (
	sessionCommands struct {
		End EndSessions `cmd:"" help:"Sign a user out everywhere, at once."`
	}
	receiptCommands struct {
		List    ListReceipts     `cmd:"" help:"List receipts of which nobody knows whether they were sent, and those that were refused."`
		Kept    ListKeptReceipts `cmd:"" help:"List what is kept of the receipts of a cause whose donors were erased."`
		Send    SendReceipt      `cmd:"" help:"Have a receipt sent by mail, again if need be, by the running server."`
		Correct CorrectReceipt   `cmd:"" help:"Correct the donor's name on a receipt: the receipt is void, and one with the next number takes its place."`
	}
	providerEventCommands struct {
		List    ListProviderEvents   `cmd:"" help:"List the events that have not been applied."`
		Apply   ApplyProviderEvents  `cmd:"" help:"Try one of them or all again, beside a running server or without one."`
		Dismiss DismissProviderEvent `cmd:"" help:"Record that an event needs no work, and why; it stays in the journal."`
	}
)

// Terminal is where a command reads and writes.
type Terminal struct {
	In       io.Reader
	Out, Err io.Writer
	// Locale is that of who types, as LocaleOf reads it.
	Locale string
	// Wait waits between tries and in replays; nil is the clock.
	Wait func(context.Context, time.Duration) error
}

// The exit codes of a command that was not done.
const (
	failed = 1
	misuse = 2 // flags that cannot be understood
)

// envPrefix begins the name of each flag in the environment.
const envPrefix = "ALMONER"

// parserOf makes the parser of all commands, and what finds values beside the command line.
func parserOf(all *commands, t Terminal) (*kong.Kong, *settings) {
	found := &settings{}
	parser := kong.Must(all,
		kong.Name("almoner"),
		kong.Description("A charity-fundraising server for live streams. Each flag is also an environment variable: --base-url is ALMONER_BASE_URL. Settings of a server can stand in a file: --config."),
		kong.ShortUsageOnError(), kong.DefaultEnvars(envPrefix), kong.Resolvers(found), kong.ValueFormatter(helpOf), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(t.Out, t.Err), kong.Vars{"receipt_profiles": strings.Join(receipt.Profiles.Names(), ","), "account_providers": accountProviders(), "account_provider": checkout.AccountProviders()[0].Name},
	)
	found.know(parser.Model)
	return parser, found
}

// Names are all commands as they are typed, such as "cause approve", without those old names that --help does not show.
func Names() []string {
	var names []string
	var collect func(n *kong.Node)
	collect = func(n *kong.Node) {
		switch {
		case n.Hidden:
			return
		case n.Leaf():
			names = append(names, n.Path())
		}
		for _, child := range n.Children {
			collect(child)
		}
	}
	parser, _ := parserOf(&commands{}, Terminal{Out: io.Discard, Err: io.Discard})
	collect(parser.Model.Node)
	return names
}

// Run does what the arguments say, until a signal at most, and returns the exit code.
func Run(args []string, t Terminal) int {
	var all commands
	parser, found := parserOf(&all, t)
	args = joined(helped(args))
	parsed, err := parser.Parse(args)
	err = found.withoutSecret(err, args)
	if !listsProblems(parsed) {
		err = found.err(err)
		found.warn(t.Err)
	}
	if err != nil {
		parser.Exit = func(int) {} // with a code of its own
		parser.FatalIfErrorf(misspelled{err})
		return misuse
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	// A second signal ends the process at once.
	context.AfterFunc(ctx, stop)
	parsed.BindTo(ctx, (*context.Context)(nil))
	parsed.Bind(found)
	if err := parsed.Run(t); err != nil {
		_, _ = fmt.Fprintln(t.Err, "almoner: "+Explain(err))
		return failed
	}
	return 0
}

// listsProblems reports whether the command is one that lists what is wrong with settings.
func listsProblems(parsed *kong.Context) bool {
	if parsed == nil || parsed.Selected() == nil {
		return false
	}
	_, is := parsed.Selected().Target.Interface().(problemLister)
	return is
}

// helped lets "help" before a command ask for its --help, as in other programs.
func helped(args []string) []string {
	if len(args) == 0 || args[0] != "help" {
		return args
	}
	return append(slices.Clone(args[1:]), "--help")
}

// joined writes a negative number behind a flag into it (--amount=-1), and one that stands alone behind "--" at the end, where they are not taken
// for flags, so that they are refused in words about numbers.
func joined(args []string) []string {
	var out, alone []string
	for i, arg := range args {
		last := len(out) - 1
		switch {
		case arg == "--":
			return append(append(append(out, arg), alone...), args[i+1:]...)
		case !negative(arg):
			out = append(out, arg)
		case last >= 0 && strings.HasPrefix(out[last], "--") && !strings.Contains(out[last], "="):
			out[last] += "=" + arg
		default:
			alone = append(alone, arg)
		}
	}
	if len(alone) > 0 {
		out = append(append(out, "--"), alone...)
	}
	return out
}

func negative(arg string) bool {
	return len(arg) > 1 && arg[0] == '-' && (arg[1] >= '0' && arg[1] <= '9' || arg[1] == '.')
}
