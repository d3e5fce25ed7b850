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

// Body is a body that may be sent to many callers. It is compressed when the first of them takes it so, once for
// each coding. It is safe for concurrent use.
type Body struct {
	plain []byte
	forms [len(values)]form
}

type form struct {
	once   sync.Once
	bytes  []byte
	length []string
}

// NewBody is the body, whose bytes must not change any more.
func NewBody(plain []byte) *Body { return &Body{plain: plain} }

// Plain are the bytes as they are.
func (b *Body) Plain() []byte { return b.plain }

// Compressible reports whether the body is large enough to be compressed. No body is not.
func (b *Body) Compressible() bool { return b != nil && len(b.plain) >= MinSize }

// Choose is the coding in which a caller with these headers gets the body.
func (b *Body) Choose(h http.Header) Coding {
	if !b.Compressible() {
		return Identity
	}
	return Accepted(h)
}

// Send writes the whole answer in a coding: Content-Encoding, Content-Length, status and, but for HEAD, the body.
// Whoever chose the coding by a header names that in Vary.
func (b *Body) Send(w http.ResponseWriter, r *http.Request, status int, c Coding) {
	body, length := b.In(c)
	h := w.Header()
	if c != Identity {
		h["Content-Encoding"] = c.Header()
	}
	h["Content-Length"] = length
	w.WriteHeader(status)
	if r.Method != http.MethodHead && len(body) > 0 {
		_, _ = w.Write(body) // a caller that went away is no error
	}
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

// Size is about how many bytes the body takes in all its forms: both compressed ones together are rarely larger than
// the plain one.
func (b *Body) Size() int64 {
	switch {
	case b == nil:
		return 0
	case !b.Compressible():
		return int64(len(b.plain))
	default:
		return 2 * int64(len(b.plain))
	}
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
