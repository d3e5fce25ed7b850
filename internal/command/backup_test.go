package command_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
)

// ageKey is a key of age in a file, and its public part.
func ageKey(t *testing.T) (file, recipient string) {
	t.Helper()
	key := must.Get(age.GenerateX25519Identity())(t)
	file = filepath.Join(t.TempDir(), "key.txt")
	must.Do(t, os.WriteFile(file, []byte("# made by a test\n"+key.String()+"\n"), 0o600))
	return file, key.Recipient().String()
}

// made is what backup prints as JSON.
type made struct {
	File, SHA256, Epoch string
	Bytes, Position     int64
	Encrypted           bool
	KeyFile             string `json:"key_file"`
	SecretKey           string `json:"secret_key"`
}

func backedUp(t *testing.T, c command.Backup) (m made) {
	t.Helper()
	c.JSON = true
	out, err := testnode.Do(t, c)
	must.Do(t, err)
	must.Do(t, json.Unmarshal([]byte(out), &m))
	return m
}

// restored is what restore prints as JSON.
type restored struct {
	Epoch, Kept, Undo string
	Donations         int64
	BackupPosition    int64 `json:"backup_position"`
	Position          int64
	Opens             bool
}

func putBack(t *testing.T, c command.Restore) (r restored) {
	t.Helper()
	c.JSON = true
	out, err := testnode.Do(t, c)
	must.Do(t, err)
	must.Do(t, json.Unmarshal([]byte(out), &r))
	return r
}

func at(db config.Database) command.Store { return command.Store{DB: db} }

// TestBackupsArePutBack makes them beside a server, in clear and encrypted, and serves what was put back elsewhere.
func TestBackupsArePutBack(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	running := testnode.Start(t, serving(db, checkout.Providers{}))
	keyFile, recipient := ageKey(t)
	folder := t.TempDir()
	for name, c := range map[string]command.Backup{
		"a.db.zst": {}, "b.db.zst.age": {AgeRecipient: []string{recipient}},
	} {
		c.Store, c.Out = at(db), filepath.Join(folder, name)
		m := backedUp(t, c)
		info := must.Get(os.Stat(c.Out))(t)
		if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 || m.Bytes != info.Size() || m.File != c.Out || m.Position == 0 || m.Epoch == "" {
			t.Errorf("%s: got %+v with mode %v, want a file for its owner and what it holds", name, m, info.Mode())
		}
		if content := must.Get(os.ReadFile(c.Out))(t); bytes.Contains(content, []byte("Mallory")) {
			t.Errorf("%s: got a name in clear, want it compressed", name)
		}
		testnode.Refused(t, c, "something at", "another name")
		target := config.Database("sqlite:" + filepath.Join(t.TempDir(), "other.db"))
		r := putBack(t, command.Restore{Store: at(target), From: c.Out, AgeIdentity: []string{keyFile}})
		if r.Donations != 1 || r.BackupPosition != m.Position || r.Epoch == m.Epoch || r.Epoch == "" || r.Kept != "" {
			t.Errorf("%s: got %+v of %+v, want the donation in another history", name, r, m)
		}
		must.Do(t, testnode.Start(t, serving(target, checkout.Providers{})).Stop())
		if out, err := testnode.Do(t, command.Audit{DB: target}); err != nil || !strings.Contains(out, " 1 donations: totals equal the ledger") {
			t.Errorf("%s: got %v %s, want totals that equal the ledger", name, err, out)
		}
	}
	must.Do(t, running.Stop())
	wantNoWork(t, folder)
}

// TestPostgreSQLIsBackedUpAsAFile restores the backup to a file, which is a database of the other kind.
func TestPostgreSQLIsBackedUpAsAFile(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.Postgres(t), fund.ModeSandbox)
	c := command.Backup{Store: at(db), Out: filepath.Join(t.TempDir(), "a.db.zst")}
	m := backedUp(t, c)
	target := config.Database("sqlite:" + filepath.Join(t.TempDir(), "other.db"))
	if r := putBack(t, command.Restore{Store: at(target), From: c.Out}); r.Donations != 1 || r.BackupPosition != m.Position || m.Position == 0 {
		t.Errorf("got %+v of %+v, want the donation", r, m)
	}
	testnode.Refused(t, command.Restore{Store: at(db), From: c.Out}, "almoner copy --from sqlite:PATH")
}

// wantNoWork wants nothing to be left of what was under way in a folder.
func wantNoWork(t *testing.T, folder string) {
	t.Helper()
	for _, e := range must.Get(os.ReadDir(folder))(t) {
		if strings.HasPrefix(e.Name(), ".") {
			t.Errorf("got %s, want it gone", e.Name())
		}
	}
}

func TestWhatBackupsAreCalled(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	_, recipient := ageKey(t)
	folder := t.TempDir()
	m := backedUp(t, command.Backup{Store: at(db), Out: folder})
	if !strings.HasPrefix(m.File, filepath.Join(folder, "almoner-")) || !strings.HasSuffix(m.File, "Z.db.zst") {
		t.Errorf("got %s, want the time in the name", m.File)
	}
	link := filepath.Join(folder, "link.db.zst")
	must.Do(t, os.Symlink(filepath.Join(folder, "nowhere"), link))
	for _, c := range []struct {
		change func(*command.Backup)
		want   string
	}{
		{func(c *command.Backup) { c.Out = filepath.Join(folder, "x.db") }, ".db.zst"},
		{func(c *command.Backup) { c.Out = filepath.Join(folder, ".db.zst") }, ".db.zst"},
		{func(c *command.Backup) {
			c.Out, c.AgeRecipient = filepath.Join(folder, "x.db.zst"), []string{recipient}
		}, ".db.zst.age"},
		{func(c *command.Backup) { c.Out = link }, "something at"},
		{func(c *command.Backup) { c.Out = filepath.Join(folder, "none", "x.db.zst") }, "cannot be written to"},
		{func(c *command.Backup) { c.AgeRecipient = []string{"age1x"} }, "--age-recipient"},
		{func(c *command.Backup) { c.WithKey = true }, "--with-key needs --age-recipient"},
		{func(c *command.Backup) { c.DB = "sqlite:" + config.Database(filepath.Join(folder, "none.db")) }, "There is no database file"},
	} {
		refused := command.Backup{Store: at(db), Out: filepath.Join(folder, "x.db.zst")}
		c.change(&refused)
		testnode.Refused(t, refused, c.want)
	}
	if _, err := os.Stat(filepath.Join(folder, "nowhere")); err == nil {
		t.Error("got a file where the link leads to, want none")
	}
	wantNoWork(t, folder)
	var out, said bytes.Buffer
	must.Do(t, command.Backup{Store: at(db), Out: "-"}.Run(t.Context(), command.Terminal{Out: &out, Err: &said}))
	target := config.Database("sqlite:" + filepath.Join(folder, "piped.db"))
	must.Do(t, command.Restore{Store: at(target), From: "-"}.Run(t.Context(), command.Terminal{In: &out, Out: io.Discard, Err: io.Discard}))
	if !strings.Contains(said.String(), "position") {
		t.Errorf("got %s, want what was made on standard error", said.String())
	}
}

// TestTheSecretKeyIsPutBesideOnRequest wants it encrypted, and restore to say whether it is at hand.
func TestTheSecretKeyIsPutBesideOnRequest(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	must.Do(t, testnode.Start(t, serving(db, checkout.Providers{})).Stop()) // it makes the key
	path, _ := db.File()
	keyFile, recipient := ageKey(t)
	m := backedUp(t, command.Backup{Store: at(db), Out: t.TempDir(), AgeRecipient: []string{recipient}, WithKey: true})
	if m.KeyFile != strings.TrimSuffix(m.File, ".db.zst.age")+".key.age" {
		t.Errorf("got %s, want it beside %s", m.KeyFile, m.File)
	}
	encrypted := must.Get(os.Open(m.KeyFile))(t)
	defer func() { must.Do(t, encrypted.Close()) }()
	plain := must.Get(io.ReadAll(must.Get(age.Decrypt(encrypted, must.Get(ops.Identities([]string{keyFile}))(t)...))(t)))(t)
	if kept := must.Get(os.ReadFile(path + ".key"))(t); !bytes.Contains(kept, bytes.TrimSpace(plain)) {
		t.Errorf("got another key than that of the database")
	}
}

// TestBadBackupsReplaceNothing tries everything that is no good backup, and wants the database as it was.
func TestBadBackupsReplaceNothing(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	path, _ := db.File()
	keyFile, recipient := ageKey(t)
	otherKey, _ := ageKey(t)
	folder := t.TempDir()
	good := must.Get(os.ReadFile(backedUp(t, command.Backup{Store: at(db), Out: filepath.Join(folder, "good.db.zst")}).File))(t)
	locked := must.Get(os.ReadFile(backedUp(t, command.Backup{Store: at(db), Out: filepath.Join(folder, "good.db.zst.age"), AgeRecipient: []string{recipient}}).File))(t)
	plain := must.Get(must.Get(zstd.NewReader(nil))(t).DecodeAll(good, nil))(t)
	before := must.Get(os.ReadFile(path))(t)
	spoiled := func(of []byte) []byte {
		other := bytes.Clone(of)
		other[len(other)/2] ^= 1
		return other
	}
	for name, c := range map[string]struct {
		content []byte
		key     string
		want    string
	}{
		"empty":              {nil, "", "no backup of Almoner"},
		"a text":             {[]byte("hello"), "", "no backup of Almoner"},
		"cut":                {good[:len(good)/2], "", "cut off or damaged"},
		"cut at its end":     {good[:len(good)-1], "", "cut off or damaged"},
		"changed":            {spoiled(good), "", "damaged"},
		"encrypted, no key":  {locked, "", "--age-identity"},
		"encrypted, other":   {locked, otherKey, "another age key"},
		"encrypted, cut":     {locked[:len(locked)-1], keyFile, "cut off or damaged"},
		"encrypted, changed": {spoiled(locked), keyFile, "damaged"},
		"a bomb":             {compressed(t, append([]byte("SQLite format 3\x00"), make([]byte, ops.UnpackedSlack+64<<20)...)), "", "times as long"},
		"no database":        {compressed(t, []byte("hello, this is a text and no database")), "", "no backup of Almoner"},
		"a plain one, cut":   {plain[:len(plain)/2], "", "damaged"},
		"of another program": {foreign(t, folder), "", "another program"},
		"with another total": {differing(t, folder, plain), "", "--despite-audit"},
		"of a newer version": {fromTheFuture(t, folder, plain), "", "newer version"},
		"its end is missing": {plain[:len(plain)-4096], "", "damaged"},
		"without a parent":   {changed(t, folder, plain, "DELETE FROM facts WHERE slug = 'water'"), "", "of facts is missing"},
	} {
		from := filepath.Join(t.TempDir(), "bad")
		must.Do(t, os.WriteFile(from, c.content, 0o600))
		r := command.Restore{Store: at(db), From: from, Replace: true}
		if c.key != "" {
			r.AgeIdentity = []string{c.key}
		}
		if out, err := testnode.Do(t, r); err == nil || !strings.Contains(command.Explain(err), c.want) {
			t.Errorf("%s: got %v %s, want %q", name, err, out, c.want)
		}
		if !bytes.Equal(before, must.Get(os.ReadFile(path))(t)) {
			t.Fatalf("%s: got the database changed, want it as it was", name)
		}
		fresh := filepath.Join(t.TempDir(), "new.db")
		r.DB = config.Database("sqlite:" + fresh)
		if _, err := testnode.Do(t, r); err == nil {
			t.Errorf("%s, to a new file: got it put back, want a refusal", name)
		}
		if _, err := os.Stat(fresh); err == nil {
			t.Errorf("%s: got a database file, want none", name)
		}
	}
	wantNoWork(t, filepath.Dir(path))
}

func compressed(t *testing.T, content []byte) []byte {
	t.Helper()
	encoder := must.Get(zstd.NewWriter(nil))(t)
	return encoder.EncodeAll(content, nil)
}

// changed is a database with SQL run on it.
func changed(t *testing.T, folder string, database []byte, statements ...string) []byte {
	t.Helper()
	path := filepath.Join(folder, "changed.db")
	must.Do(t, os.WriteFile(path, database, 0o600))
	for _, one := range statements {
		must.Do(t, storetest.Exec(t.Context(), "sqlite:"+path, one))
	}
	must.Get(store.EmptyLog(t.Context(), "sqlite:"+path))(t)
	return must.Get(os.ReadFile(path))(t)
}

func foreign(t *testing.T, folder string) []byte {
	t.Helper()
	return changed(t, folder, nil, "CREATE TABLE notes (text TEXT)")
}

func differing(t *testing.T, folder string, plain []byte) []byte {
	t.Helper()
	return changed(t, folder, plain, "UPDATE facts SET raised = raised + 1 WHERE raised > 0")
}

func fromTheFuture(t *testing.T, folder string, plain []byte) []byte {
	t.Helper()
	return changed(t, folder, plain, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)")
}

// TestADatabaseIsReplacedOnRequest wants the old one kept, and the way back to lead there.
func TestADatabaseIsReplacedOnRequest(t *testing.T) {
	t.Parallel()
	db := played(t, storetest.SQLite(t), fund.ModeSandbox)
	path, _ := db.File()
	backup := backedUp(t, command.Backup{Store: at(db), Out: t.TempDir()}).File
	must.Do(t, storetest.Exec(t.Context(), string(db), "UPDATE facts SET name = 'Fire' WHERE slug = 'water'"))
	c := command.Restore{Store: at(db), From: backup}
	testnode.Refused(t, c, "a database at", "--replace")
	c.Replace = true
	running := testnode.Start(t, serving(db, checkout.Providers{}))
	testnode.Refused(t, c, "in use by another process")
	must.Do(t, running.Stop())
	link := filepath.Join(t.TempDir(), "link.db")
	must.Do(t, os.Symlink(path, link))
	c.DB = config.Database("sqlite:" + link)
	r := putBack(t, c)
	if r.Kept == "" || filepath.Dir(r.Kept) != filepath.Dir(path) || !strings.Contains(r.Undo, "almoner restore --replace --from '"+r.Kept+"'") {
		t.Errorf("got %+v, want the old one kept, and how to go back", r)
	}
	if info := must.Get(os.Lstat(link))(t); info.Mode()&os.ModeSymlink == 0 {
		t.Error("got the link replaced, want the file that it leads to")
	}
	if name := nameOf(t, db); name != "Water" {
		t.Errorf("got the cause %s, want that of the backup", name)
	}
	if second := putBack(t, c); second.Kept == r.Kept {
		t.Errorf("got %s kept again, want another name", second.Kept)
	}
	again := putBack(t, command.Restore{Store: at(db), From: r.Kept, Replace: true})
	if name := nameOf(t, db); name != "Fire" || again.Epoch == r.Epoch {
		t.Errorf("got the cause %s in the history %s, want the one of before in a new history", name, again.Epoch)
	}
}

// nameOf is the name of the cause water.
func nameOf(t *testing.T, db config.Database) string {
	t.Helper()
	s := must.Get(store.Open(t.Context(), string(db), store.Options{}))(t)
	defer func() { must.Do(t, s.Close()) }()
	return must.Get(s.GetCause(t.Context(), fund.Key{Slug: "water"}))(t).Name
}
