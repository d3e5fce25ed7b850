package login

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/fault"
)

// DefaultProfile is the name of the profile that is used when none is named.
const DefaultProfile = "default"

// Profile is a login that is kept: at which server, and its tokens.
type Profile struct {
	Server       string    `json:"server"`
	AccessToken  string    `json:"access_token"`
	RefreshToken string    `json:"refresh_token"`
	ExpiresAt    time.Time `json:"expires_at"`
}

func (p Profile) token() *oauth2.Token {
	return &oauth2.Token{AccessToken: p.AccessToken, RefreshToken: p.RefreshToken, Expiry: p.ExpiresAt}
}

// with is the profile with other tokens.
func (p Profile) with(t *oauth2.Token) Profile {
	return Profile{Server: p.Server, AccessToken: t.AccessToken, RefreshToken: t.RefreshToken, ExpiresAt: t.Expiry}
}

// Profiles is the folder that profiles are kept in, a file each, for the user of this machine only.
type Profiles struct{ folder string }

// ProfilesIn are those in the folder; "" is the folder almoner in the user's configuration.
func ProfilesIn(folder string) (Profiles, error) {
	if folder != "" {
		return Profiles{folder}, nil
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return Profiles{}, fault.Wrap(err, fault.Unavailable, "There is no folder for profiles; name one with --profiles.")
	}
	return Profiles{filepath.Join(config, "almoner", "profiles")}, nil
}

var profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// path is the file of a profile.
func (p Profiles) path(name string) (string, error) {
	if !profileName.MatchString(name) {
		return "", fault.New(fault.Malformed, "%q is not the name of a profile: up to 64 letters, digits, - and _.", fault.Echo(name))
	}
	return filepath.Join(p.folder, name+".json"), nil
}

// Load reads a profile. One that is not there is NotFound, and one that others can read is a Conflict.
func (p Profiles) Load(name string) (Profile, error) {
	var profile Profile
	path, err := p.path(name)
	if err != nil {
		return profile, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return profile, fault.New(fault.NotFound, "There is no profile %s; save one with: almoner login --server URL --profile %s", name, name)
	}
	if err != nil {
		return profile, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return profile, err
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return profile, fault.New(fault.Conflict, "Others can read the tokens in %s; make it yours alone with: chmod 600 %s", path, path)
	case json.Unmarshal(text, &profile) != nil || profile.Server == "" || profile.AccessToken == "":
		return profile, fault.New(fault.Conflict, "%s cannot be read; delete it and log in again.", path)
	}
	return profile, nil
}

// Save writes a profile, whole or not at all.
func (p Profiles) Save(name string, profile Profile) error {
	path, err := p.path(name)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(profile, "", "  ") //nolint:gosec // this file is where the tokens are kept
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(p.folder, name+".*.tmp") // its mode is 0600
	if err != nil {
		return err
	}
	_, err = fresh.Write(append(text, '\n'))
	err = errors.Join(err, fresh.Close())
	if err == nil {
		err = os.Rename(fresh.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("profile %s: %w", name, errors.Join(err, os.Remove(fresh.Name())))
	}
	return nil
}

// Delete deletes a profile; one that is not there is no error.
func (p Profiles) Delete(name string) error {
	path, err := p.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Open is the server of a profile, with its login. It renews its tokens when they end and saves them.
func (p Profiles) Open(name string) (*Server, error) {
	profile, err := p.Load(name)
	if err != nil {
		return nil, err
	}
	return New(profile.Server, &renewing{profiles: p, name: name, profile: profile}), nil
}

func (r *renewing) wayOut() string { return loginAgain(r.profile.Server, r.name) }

// loginAgain is the way out when a login ended. The name of the profile is there where it is not the one that is meant without.
func loginAgain(server, profile string) string {
	text := "Log in again with: almoner login --server " + server
	if profile != DefaultProfile {
		text += " --profile " + profile
	}
	return text
}

// passes reports whether the server may renew the token later: it stops, or is asked too often.
func passes(refused *oauth2.RetrieveError) bool {
	return refused.Response.StatusCode >= http.StatusInternalServerError || refused.Response.StatusCode == http.StatusTooManyRequests
}

// renewing is the tokens of a profile, which several programs may use at once.
type renewing struct {
	profiles Profiles
	name     string
	mu       sync.Mutex
	profile  Profile
}

// Token is an access token that has not ended. A refresh token works once, so before it is used the profile is read again: another program may
// have used it since, and a second use would end the login. The server gives those that use it at the same time the same answer.
func (r *renewing) Token() (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if token := r.profile.token(); token.Valid() {
		return token, nil
	}
	profile, err := r.profiles.Load(r.name)
	if err != nil {
		return nil, err
	}
	r.profile = profile
	if token := profile.token(); token.Valid() {
		return token, nil
	}
	ctx, cancel := withHTTP(context.Background())
	defer cancel()
	config := terminal(profile.Server)
	token, err := config.TokenSource(ctx, profile.token()).Token()
	switch refused, is := errors.AsType[*oauth2.RetrieveError](err); {
	case is && passes(refused):
		return nil, &client.Error{Status: refused.Response.StatusCode, Message: http.StatusText(refused.Response.StatusCode)}
	case is:
		return nil, tokenError(err, profile.Server, r.name)
	case err != nil:
		return nil, err // on the way there, which the client tries again
	}
	r.profile = profile.with(token)
	return token, r.profiles.Save(r.name, r.profile)
}
