package coding

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// window is how far back an encoder looks, in bytes: enough for lists of a hundred items, and little memory for
// both sides.
const window = 128 << 10

// Body is a body of at least MinSize bytes that may be sent to many callers. It is compressed when the first of
// them wants it so, once for each coding. It is safe for concurrent use.
type Body struct {
	plain []byte
	forms [len(values)]form
}

type form struct {
	once   sync.Once
	bytes  []byte
	length []string
}

// NewBody is the body, which must not change any more, or nil when it is too small to be compressed.
func NewBody(plain []byte) *Body {
	if len(plain) < MinSize {
		return nil
	}
	return &Body{plain: plain}
}

// Choose is the coding in which a caller gets the body. A nil body is never compressed.
func (b *Body) Choose(h http.Header) Coding {
	if b == nil {
		return Identity
	}
	return Accepted(h)
}

// In is the body in a coding, and the value of its Content-Length. Neither may be changed.
func (b *Body) In(c Coding) (body []byte, length []string) {
	f := &b.forms[c]
	f.once.Do(func() {
		switch c {
		case Gzip:
			f.bytes = gzipped(b.plain)
		case Zstd:
			f.bytes = zstandard().EncodeAll(b.plain, nil)
		default:
			f.bytes = b.plain
		}
		f.length = []string{strconv.Itoa(len(f.bytes))}
	})
	return f.bytes, f.length
}

// Size is about how many bytes the compressed forms take: both together are rarely larger than the plain one.
func (b *Body) Size() int64 {
	if b == nil {
		return 0
	}
	return int64(len(b.plain))
}

// zstandard compresses for everybody; it is made when it is first needed.
var zstandard = sync.OnceValue(func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithWindowSize(window), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic("coding: " + err.Error()) // the options are wrong
	}
	return e
})

var gzips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func gzipped(plain []byte) []byte {
	var compressed bytes.Buffer
	z, ok := gzips.Get().(*gzip.Writer)
	if !ok {
		panic("coding: something else was pooled")
	}
	defer gzips.Put(z)
	z.Reset(&compressed)
	_, _ = z.Write(plain) // a buffer takes everything
	_ = z.Close()
	return compressed.Bytes()
}
