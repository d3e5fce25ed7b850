package live

import "sync"

// maxKeptBuffer is the largest buffer that is kept for others, in bytes: the state of many facts may need a far larger one, once.
const maxKeptBuffer = 64 << 10

// buffers are shared by all connections: each needs one only while it writes.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// newBuffer is an empty buffer.
func newBuffer() *[]byte {
	b, _ := buffers.Get().(*[]byte)
	*b = (*b)[:0]
	return b
}

// freeBuffer gives a buffer back.
func freeBuffer(b *[]byte) {
	if cap(*b) <= maxKeptBuffer {
		buffers.Put(b)
	}
}
