// Package config is what settings are made of, filled from flags and from the environment (--base-url is
// ALMONER_BASE_URL), with the defaults in the tags: the values, and the groups that several commands share.
//
// A value that cannot be meant is refused when it is read, in words that say what would do;
// the reader of the flags puts the flag's name in front. Nothing here is global, and the
// parts are handed down as small as they are needed.
package config

import (
	"errors"
	"path/filepath"
	"time"
)

// FileIn is the database of a demo in the folder.
func FileIn(folder string) Database { return Database("sqlite:" + filepath.Join(folder, "almoner.db")) }

// V3 is what an operator decides about version 3 of the API.
type V3 struct {
	Sunset Date `help:"Day or instant from which version 3 of the API answers 410 Gone, such as 2027-06-30 (default: never). Version 5 goes on; docs/v3-to-v5.md says how to move." env:"ALMONER_V3_SUNSET" placeholder:"DATE"`
}

// Log is what is logged, and how.
type Log struct {
	Level  string `help:"Least important messages to log: ${enum}." enum:"debug,info,warn,error" default:"info"`
	Format string `help:"Form of the log: ${enum}." enum:"text,json" default:"text"`
}

// Fee is what the payment provider keeps of each payment, for those who add it to their donation.
type Fee struct {
	Share Percent `help:"What the payment provider keeps of a payment, in percent with up to two decimals (default: ${default})." default:"2.9" placeholder:"PERCENT"`
	Fixed []Price `help:"What it keeps of each payment besides, in the smallest unit of each currency (default: ${default})." default:"USD:30,EUR:25,GBP:20,CAD:30,AUD:30" placeholder:"CODE:N,…"`
}

// Captcha is a service that tells people from programs in the donate form. All four belong together.
type Captcha struct {
	VerifyURL WebURL `name:"verify-url" help:"What asks a captcha service whether a form was sent by a person: the siteverify address of Turnstile, hCaptcha or reCAPTCHA (default: no captcha)." placeholder:"URL"`
	Secret    string `help:"The secret that the service gave for this site; better set in the environment." placeholder:"TEXT" secret:""`
	SiteKey   string `help:"The public key that the service gave for this site." placeholder:"TEXT"`
	Script    WebURL `help:"The address of the service's script for the donate form." placeholder:"URL"`
}

// Incomplete reports whether some of what belongs together is missing.
func (c Captcha) Incomplete() bool {
	return c.Set() && (c.VerifyURL == "" || c.Secret == "" || c.SiteKey == "" || c.Script == "")
}

// Set reports whether anything of it is there.
func (c Captcha) Set() bool { return c != (Captcha{}) }

// Mail is how receipts are sent by e-mail; the zero value lets them wait.
type Mail struct {
	Server MailServer `help:"Server that receipts are sent through: smtp://USER:PASSWORD@HOST:587 (encrypted with STARTTLS, on this machine not at all) or smtps://USER:PASSWORD@HOST:465. Without one, receipts wait. Better set in the environment: others on this machine can see flags." placeholder:"URL" secret:"password"`
	From   Sender     `help:"Whom receipts come from, such as: Water International <receipts@give.example.org>." placeholder:"NAME <ADDRESS>"`
	Anyone bool       `help:"Send mails about play money to any address. Without it, they go only to confirmed users of this database."`
}

// Set reports whether mail can be sent.
func (m Mail) Set() bool { return m.Server.Host != "" }

// Check reports which settings do not go together.
func (m Mail) Check() error {
	switch {
	case m.Set() && m.From.Address.Address == "":
		return errors.New("--mail-from is missing: with --mail-server, say whom receipts come from")
	case !m.Set() && m.From.Address.Address != "":
		return errors.New("--mail-server is missing: with --mail-from, say through which server receipts are sent")
	default:
		return nil
	}
}

// Speech is the program that reads donations aloud; the zero value is none.
type Speech struct {
	Command string            `help:"Program that makes sounds of texts, with its arguments, such as: espeak-ng -v {voice} --stdin --stdout (default: none, nothing is read aloud). It gets the text by its standard input, and writes a sound; docs/operating.md says how to fence it in." placeholder:"COMMAND"`
	URL     string            `help:"Address of a service that makes sounds of texts, in place of a program: it gets a text by POST, and answers with a sound. {lang} and {voice} stand for a language and its voice. Donate pages name its host, which gets what donors write." placeholder:"URL"`
	Voices  map[string]string `help:"What the program or the service calls the voice of each language that is read aloud (default: ${default})." default:"en=en-us,de=de,ar=ar" mapsep:"," placeholder:"LANGUAGE=VOICE,…"`
}

// Secret is the key that webhooks' signing keys and addresses are sealed with in the database. At most one of both is used: the key itself.
type Secret struct {
	KeyFile string `help:"File with the key that signing keys and addresses of webhooks are sealed with in the database (default: the path of an SQLite file and .key, almoner.key for PostgreSQL). It is made when it is first needed. Keep a copy of it, but apart from backups." placeholder:"PATH"`
	Key     string `help:"The key itself in 64 hexadecimal digits instead of a file, and after commas the ones before it. Set it in the environment: others on this machine can see flags." placeholder:"KEY,…" secret:""`
}

// For is the setting with the default file of a database.
func (s Secret) For(d Database) Secret {
	if s.KeyFile == "" {
		s.KeyFile = "almoner.key"
		if path, is := d.File(); is {
			s.KeyFile = path + ".key"
		}
	}
	return s
}

// Backups are those that a server makes; the zero value is none.
type Backups struct {
	Dir          string        `help:"Folder that gets a backup of an SQLite database every so often (default: none are made)." placeholder:"DIR"`
	Every        time.Duration `help:"How long after a backup the next one is made (default: ${default})." default:"24h"`
	Keep         Count         `help:"How many of them stay; 0 for all (default: ${default})." default:"14" placeholder:"N"`
	AgeRecipient []string      `help:"Encrypt them for these age recipients, whose secret keys alone open them, with commas between them: age1…, as age-keygen prints it." placeholder:"age1…"`
}

// Alarms are how operators are told that something is wrong besides mail, which all of them get; the zero value is not at all.
type Alarms struct {
	Webhook SecretURL `help:"Address that is told when something is wrong with the server, and when it is over: a webhook of Discord, Slack or Matrix, or what takes JSON by POST (default: none)." placeholder:"URL" secret:""`
	Ping    SecretURL `help:"Address that is asked every minute while all is well, so that the service behind it raises an alarm when that stops: of Healthchecks, Uptime Kuma or the like (default: none)." placeholder:"URL" secret:""`
}

// Set reports whether anything of it is there.
func (a Alarms) Set() bool { return a != (Alarms{}) }

// Metrics is who may read the metrics; the zero value is everybody, at the address of the server.
type Metrics struct {
	Listen    Address `help:"Address to serve /metrics at instead of the address of the server, such as 127.0.0.1:9090." placeholder:"HOST:PORT"`
	TokenFile string  `help:"File with the bearer token that /metrics asks for, of at least 16 characters (default: no token)." placeholder:"PATH"`
}

// Limits are how often one caller may call, and how many live connections there may be. A 0 is no limit; of a burst, a minute's worth.
type Limits struct {
	TokenPerMinute   Count `help:"Calls of the API a minute with one token; 0 for no limit (default: ${default})." default:"12000" placeholder:"N"`
	TokenBurst       Count `help:"Calls that may come at once with one token; 0 for a minute's worth (default: ${default})." default:"0" placeholder:"N"`
	AddressPerMinute Count `help:"Calls of the API a minute from one address; 0 for no limit (default: ${default})." default:"24000" placeholder:"N"`
	AddressBurst     Count `help:"Calls that may come at once from one address; 0 for a minute's worth (default: ${default})." default:"0" placeholder:"N"`
	LiveConnections  Count `help:"Live connections that this node holds; 0 for no limit (default: ${default})." default:"20000" placeholder:"N"`
	LivePerAddress   Count `help:"Live connections from one address; 0 for no limit (default: ${default})." default:"500" placeholder:"N"`
}
