// Package ops looks after a server for its operator. A Doctor examines the machine, the database and the services that the server needs, and says what is wrong
// and what to do about it. Backups of the database are made, verified and put back here, and something that was committed and is missing is noticed.
//
// A backup is an SQLite database of Almoner, compressed with zstd and, for recipients, encrypted with age. What is taken back is told by its
// first bytes, not by its name, so that a plain copy of a database is as good.
package ops

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/almoner/almoner/internal/fault"
)

// The ends of the names of backups: they tell what has to be done to read them.
const (
	PlainEnd     = ".db.zst"
	EncryptedEnd = PlainEnd + ".age"
)

const (
	// window is how far back the compression looks, and what reading a backup takes in memory: little, for small machines.
	window = 4 << 20
	// maxWindow is the largest window of a backup that is read.
	maxWindow = 32 << 20
	// MaxRatio is how many times as long as what was read of a backup its database may become, beyond UnpackedSlack bytes: a small file must not fill the
	// disk. Databases become three to thirty times as long.
	MaxRatio = 200
	// UnpackedSlack is how long a database may be whatever its backup is.
	UnpackedSlack = 64 << 20
	// pieceSize is how much is unpacked at once.
	pieceSize = 1 << 20
)

// The first bytes of what a backup may be.
var (
	ageHead    = []byte("age-encryption.org/v1")
	zstdHead   = []byte{0x28, 0xb5, 0x2f, 0xfd}
	sqliteHead = []byte("SQLite format 3\x00")
)

// Recipients reads whom backups are encrypted for: the public keys that age-keygen prints.
func Recipients(written []string) ([]age.Recipient, error) {
	var all []age.Recipient
	for _, one := range written {
		recipients, err := age.ParseRecipients(strings.NewReader(one))
		if err != nil || len(recipients) != 1 {
			return nil, fmt.Errorf("%q is not the public key of an age recipient; write it as age-keygen prints it, age1…", one)
		}
		all = append(all, recipients...)
	}
	return all, nil
}

// Identities reads the files with the secret keys that open encrypted backups.
func Identities(files []string) ([]age.Identity, error) {
	var all []age.Identity
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fault.Wrap(err, fault.Unavailable, "The file %s with the age key cannot be read.", path)
		}
		found, err := age.ParseIdentities(bytes.NewReader(text))
		if err != nil {
			// The cause may quote the key.
			return nil, fault.New(fault.Invalid, "The file %s holds no age key; name one that age-keygen made.", path)
		}
		all = append(all, found...)
	}
	return all, nil
}

// pack writes the database file at a path as a backup.
func pack(ctx context.Context, out io.Writer, path string, to []age.Recipient) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if len(to) > 0 {
		encrypted, err := age.Encrypt(out, to...)
		if err != nil {
			return fmt.Errorf("encrypt: %w", err)
		}
		return errors.Join(compress(ctx, encrypted, file), encrypted.Close())
	}
	return compress(ctx, out, file)
}

func compress(ctx context.Context, out io.Writer, from io.Reader) error {
	compressed, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithEncoderCRC(true))
	if err != nil {
		return err
	}
	_, err = io.Copy(compressed, following{ctx, from})
	return errors.Join(err, compressed.Close())
}

// unpack writes the database that a backup holds to a file.
func unpack(ctx context.Context, out io.Writer, from io.Reader, keys []age.Identity) error {
	counted := &counter{from: following{ctx, from}}
	database, end, err := opened(counted, keys)
	if err != nil {
		return err
	}
	defer end()
	var size int64
	for piece := make([]byte, pieceSize); ; {
		n, err := database.Read(piece)
		size += int64(n)
		if size > UnpackedSlack+MaxRatio*counted.read {
			return fault.New(fault.TooLarge, "The backup becomes more than %d times as long when it is unpacked: that is no backup of Almoner.", MaxRatio)
		}
		if _, failed := out.Write(piece[:n]); failed != nil {
			return fault.Wrap(failed, fault.Unavailable, "The backup cannot be unpacked beside the database; is there room on the disk?")
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return broken(err)
		}
	}
}

// opened reads the database within a backup, whatever it is wrapped in. Call end when it is read.
func opened(from io.Reader, keys []age.Identity) (database io.Reader, end func(), err error) {
	buffered := bufio.NewReader(from)
	if begins(buffered, ageHead) {
		if len(keys) == 0 {
			return nil, nil, fault.New(fault.Invalid, "The backup is encrypted; name the file with its age key with --age-identity.")
		}
		plain, err := age.Decrypt(buffered, keys...)
		if _, none := errors.AsType[*age.NoIdentityMatchError](err); none {
			return nil, nil, fault.New(fault.Invalid, "The backup is encrypted for another age key than those of --age-identity.")
		}
		if err != nil {
			return nil, nil, broken(err)
		}
		buffered = bufio.NewReader(plain)
	}
	end = func() {}
	if begins(buffered, zstdHead) {
		plain, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		buffered, end = bufio.NewReader(plain), plain.Close
	}
	if !begins(buffered, sqliteHead) {
		end()
		if _, err := buffered.Peek(len(sqliteHead)); err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, broken(err)
		}
		return nil, nil, fault.New(fault.Invalid, "That is no backup of Almoner, or its beginning is damaged: almoner backup makes files with names such as NAME%s and NAME%s.", PlainEnd, EncryptedEnd)
	}
	return buffered, end, nil
}

func broken(err error) error {
	return fault.Wrap(err, fault.Invalid, "The backup is cut off or damaged; take another one.")
}

func begins(r *bufio.Reader, head []byte) bool {
	first, _ := r.Peek(len(head))
	return bytes.Equal(first, head)
}

// following is a reader that ends with a context.
type following struct {
	ctx  context.Context
	from io.Reader
}

// Read reads unless the context has ended.
func (f following) Read(to []byte) (int, error) {
	if err := f.ctx.Err(); err != nil {
		return 0, err
	}
	return f.from.Read(to)
}

// counter counts what was read.
type counter struct {
	from io.Reader
	read int64
}

// Read counts what it reads.
func (c *counter) Read(to []byte) (int, error) {
	n, err := c.from.Read(to)
	c.read += int64(n)
	return n, err
}
