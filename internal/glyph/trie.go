package glyph

import "slices"

// trie holds spellings by their signs. The zero trie is empty.
type trie struct {
	// nodes has the nodes below each node, by the number of the node above and the sign; the root has the number 0.
	nodes map[edge]int
	// ends are the spellings that end at a node, by what stands between their signs.
	ends map[int][]gaps
}

// gaps are the places of a spelling where something stands between its signs.
type gaps []bool

type edge struct {
	above int
	sign  rune
}

// add adds a spelling; an empty one is not added.
func (t *trie) add(s spelling) {
	if len(s.signs) == 0 {
		return
	}
	if t.nodes == nil {
		t.nodes, t.ends = map[edge]int{}, map[int][]gaps{}
	}
	node := 0
	for _, sign := range s.signs {
		below, ok := t.nodes[edge{node, sign}]
		if !ok {
			below = len(t.nodes) + 1
			t.nodes[edge{node, sign}] = below
		}
		node = below
	}
	if !slices.ContainsFunc(t.ends[node], func(other gaps) bool { return slices.Equal(other, s.gap) }) {
		t.ends[node] = append(t.ends[node], s.gap)
	}
}

// from lists where the spellings end that stand in a text from start on.
func (t *trie) from(text spelling, start int) (ends []int) {
	if start > 0 && text.at[start] == text.at[start-1] {
		return nil // in the middle of a sign of the source
	}
	node := 0
	for i := start; i < len(text.signs); i++ {
		below, ok := t.nodes[edge{node, text.signs[i]}]
		if !ok {
			return ends
		}
		node = below
		end := i + 1
		if end < len(text.signs) && text.at[end] == text.at[i] {
			continue
		}
		if slices.ContainsFunc(t.ends[node], func(g gaps) bool { return text.has(g, start, end) }) {
			ends = append(ends, end)
		}
	}
	return ends
}

// has reports whether the signs from start to end are a spelling. Where they are parted by more than the spelling is, they must be words of their own:
// "a s s" is one, "as soon" is not.
func (s spelling) has(word gaps, start, end int) bool {
	if (start == 0 || s.gap[start]) && (end == len(s.signs) || s.gap[end]) {
		return true
	}
	for i := start + 1; i < end; i++ {
		if s.gap[i] && !word[i-start] {
			return false
		}
	}
	return true
}
