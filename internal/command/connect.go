package command

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/login"
)

// demoData is the folder of a demo when no flag names a server.
const demoData = "./almoner-demo"

// maxTokenFile is how large a file with a token may be, in bytes.
const maxTokenFile = 64 << 10

// connect is a client of the server that the flags name: an address with a token, or a saved login, or a demo, or else the demo in this folder,
// or else the login without a name.
func (f serverFlags) connect() (*login.Server, error) {
	switch {
	case f.Server != "":
		return f.withToken()
	case f.Profile == "" && (f.Data != "" || inFolder(demoData)):
		to, err := f.demo()
		if err != nil {
			return nil, err
		}
		return login.New(to.BaseURL, login.Token(to.V3.UserToken, f.credentials())), nil
	}
	profiles, err := login.ProfilesIn(f.Profiles)
	if err != nil {
		return nil, err
	}
	c, err := profiles.Open(f.name())
	if fault.Is(err, fault.NotFound) && f.Profile == "" {
		return nil, errors.New("no server is named: log in with almoner login --server URL, give --server URL --token-file FILE, or start one with almoner demo")
	}
	return c, err
}

// withToken is a client of the server that is named, for nobody where no file with a token is.
func (f serverFlags) withToken() (*login.Server, error) {
	if f.TokenFile == "" {
		return login.New(f.Server, nil), nil
	}
	text, err := os.ReadFile(f.TokenFile)
	if err != nil {
		return nil, err
	}
	token := string(bytes.TrimSpace(text))
	if token == "" || len(token) > maxTokenFile || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fmt.Errorf("%s does not hold one access token and nothing else", f.TokenFile)
	}
	return login.New(f.Server, login.Token(token, f.TokenFile)), nil
}

// demo is what the demo in the folder writes about itself.
func (f serverFlags) demo() (credentials, error) { return readCredentials(f.credentials()) }

// credentials is the file in which that demo writes about itself.
func (f serverFlags) credentials() string {
	return filepath.Join(cmp.Or(f.Data, demoData), credentialsFile)
}

// inFolder reports whether there is a demo in the folder.
func inFolder(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, credentialsFile))
	return err == nil
}

// credentialsFile is the file in which a demo writes about itself.
const credentialsFile = "credentials.json"

// credentials is what a demo writes about itself, as far as it is needed here.
type credentials struct {
	BaseURL string `json:"base_url"`
	Sandbox struct {
		Token string `json:"token"`
	} `json:"sandbox"`
	V3 struct {
		UserToken string `json:"user_token"`
	} `json:"v3"`
}

func readCredentials(path string) (credentials, error) {
	var c credentials
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, fmt.Errorf("there is no %s; start the server with: almoner demo, or name its folder with --data", path)
	}
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s cannot be read: %w", path, err)
	}
	if c.BaseURL == "" || c.Sandbox.Token == "" {
		return c, fmt.Errorf("%s names no base_url or no sandbox.token", path)
	}
	return c, nil
}

// printable is text of a server for a terminal: in one line, without what would move its cursor or color it.
func printable(text string) string {
	return oneLine(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return ' '
		}
		return r
	}, text))
}
