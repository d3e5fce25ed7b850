package app

import "time"

// Memory exports memory to its test.
type Memory = memory[int, string]

// NewMemory returns an empty memory of at most MemorySize values.
func NewMemory() *Memory { return newMemory[int, string]() }

// MemorySize is the capacity of a memory.
const MemorySize = memoryShards * memoryPerShard

// Era is the current era of a key's shard.
func (m *memory[K, V]) Era() uint64 { return m.era.Load() }

// Get, Put and Drop are get, put and drop.
func (m *memory[K, V]) Get(key K, now time.Time) (V, bool) { return m.get(key, now) }

// Put stores a value that was read in an era.
func (m *memory[K, V]) Put(key K, value V, until time.Time, era uint64) {
	m.put(key, remembered[V]{value: value, until: until}, era)
}

// Drop forgets everything that matches.
func (m *memory[K, V]) Drop(matches func(V) bool) { m.drop(matches) }

// SearchedAtOnce is how many donations one search looks at.
const SearchedAtOnce = searchedAtOnce
