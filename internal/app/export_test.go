package app

import "time"

// Memory is what keeps what was read, for the test of it.
type Memory = memory[int, string]

// NewMemory makes one that is empty, which holds MemorySize things at most.
func NewMemory() *Memory { return newMemory[int, string]() }

// MemorySize is how many things a memory keeps at most.
const MemorySize = memoryShards * memoryPerShard

// Era is when something is read now.
func (m *memory[K, V]) Era() uint64 { return m.era.Load() }

// Get, Put and Drop are get, put and drop.
func (m *memory[K, V]) Get(key K, now time.Time) (V, bool) { return m.get(key, now) }

// Put keeps a value that was read in an era.
func (m *memory[K, V]) Put(key K, value V, until time.Time, era uint64) {
	m.put(key, remembered[V]{value: value, until: until}, era)
}

// Drop forgets everything that matches.
func (m *memory[K, V]) Drop(matches func(V) bool) { m.drop(matches) }
