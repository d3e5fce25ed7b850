package command

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"

	"github.com/almoner/almoner/internal/login"
)

// profileFlags name a saved login.
type profileFlags struct {
	Profile  string `help:"Name of a login that almoner login saved (default: default)." placeholder:"NAME"`
	Profiles string `help:"Folder that logins are saved in (default: almoner/profiles in your configuration)." placeholder:"DIR"`
}

// name is the name of the profile, or of the one that is used when none is named.
func (f profileFlags) name() string {
	if f.Profile == "" {
		return login.DefaultProfile
	}
	return f.Profile
}

// LogIn logs in to a running server through the browser.
type LogIn struct {
	profileFlags
	Server    string   `help:"Address of the server, such as https://almoner.example." required:"" placeholder:"URL"`
	Scopes    []string `name:"scope" help:"What the terminal may do: public, cause, webhooks:read, webhooks:write, write, donations:write, donations:read, sandbox. May be repeated (default: public, write and sandbox)." placeholder:"SCOPE"`
	NoBrowser bool     `help:"Only print the page to open, for a browser that you start."`
}

// Validate refuses a scope that there is not.
func (c LogIn) Validate() error { return misused(checkScopes(c.Scopes)) }

// loginScopes are asked for when no flag says otherwise: enough for tail, listen, trigger and replay.
var loginScopes = []string{"public", "write", "sandbox"}

// Run logs in and saves the login. It prints no token.
func (c LogIn) Run(ctx context.Context, t Terminal) error {
	profiles, err := login.ProfilesIn(c.Profiles)
	if err != nil {
		return err
	}
	scopes := words(c.Scopes)
	if len(scopes) == 0 {
		scopes = loginScopes
	}
	request := login.Request{Server: strings.TrimRight(c.Server, "/"), Scopes: scopes, Open: func(page string) {
		_, _ = fmt.Fprintf(t.Out, "Allow it in your browser, on this machine:\n%s\n", page)
		if !c.NoBrowser {
			openBrowser(ctx, page)
		}
	}}
	profile, err := request.Run(ctx)
	if err != nil {
		return err
	}
	if err := profiles.Save(c.name(), profile); err != nil {
		return err
	}
	saved, err := profiles.Open(c.name())
	if err != nil {
		return err
	}
	who, may, err := saved.Who(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "Logged in at %s as %s, profile %s. It may: %s\n", profile.Server, printable(who), c.name(), printable(strings.Join(may, " ")))
	return err
}

// openBrowser shows a page in the user's browser, where there is one; its address is printed in any case.
func openBrowser(ctx context.Context, page string) {
	program := []string{"xdg-open"}
	switch runtime.GOOS {
	case "darwin":
		program = []string{"open"}
	case "windows":
		program = []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	cmd := exec.CommandContext(ctx, program[0], append(program[1:], page)...)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}

// LogOut ends a saved login.
type LogOut struct{ profileFlags }

// Run ends the login at its server and deletes it here.
func (c LogOut) Run(ctx context.Context, t Terminal) error {
	profiles, err := login.ProfilesIn(c.Profiles)
	if err != nil {
		return err
	}
	profile, err := profiles.Logout(ctx, c.name())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.Out, "Logged out at %s; profile %s is deleted.\n", profile.Server, c.name())
	return err
}

// serverFlags say which running server a command speaks to, and who it is there.
type serverFlags struct {
	profileFlags
	Server    string `help:"Address of a running server, with --token-file." placeholder:"URL"`
	TokenFile string `help:"File that holds an access token for --server." placeholder:"FILE"`
	Data      string `help:"Folder of a demo; its credentials.json says where the server is (default: ./almoner-demo, where there is one)." placeholder:"DIR"`
}

// Validate refuses flags that name several servers.
func (f serverFlags) Validate() error {
	named := 0
	for _, flag := range []string{f.Server, f.Profile, f.Data} {
		if flag != "" {
			named++
		}
	}
	switch {
	case named > 1:
		return errors.New("--server, --profile and --data each name a server; give one of them")
	case f.TokenFile != "" && f.Server == "":
		return errors.New("--token-file is for --server; name that, too")
	}
	return nil
}
