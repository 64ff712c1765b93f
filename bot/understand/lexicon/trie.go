package lexicon

// trie holds every phrase. Edges live in one open-addressing table, which
// keeps it small and quick to walk.
type trie struct {
	edges []edge // a power of two, at most half full
	used  int
	nodes int
	ends  map[int32][]ending
}

type edge struct {
	key  uint64 // node<<21 | rune, plus one
	node int32
}

// ending is a phrase that ends at a node; open ones may go on within a word.
type ending struct {
	class Class
	open  bool
}

func newTrie() trie {
	return trie{edges: make([]edge, 1<<12), nodes: 1, ends: map[int32][]ending{}}
}

func edgeKey(node int32, r rune) uint64 { return uint64(node)<<21 | uint64(r) + 1 }

func spot(key uint64, mask int) int {
	key *= 0x9E3779B97F4A7C15
	return int(key>>40) & mask
}

func (t *trie) child(node int32, r rune) (int32, bool) {
	key, mask := edgeKey(node, r), len(t.edges)-1
	for i := spot(key, mask); ; i = (i + 1) & mask {
		switch e := t.edges[i]; e.key {
		case key:
			return e.node, true
		case 0:
			return 0, false
		}
	}
}

func (t *trie) insert(phrase []rune, end ending) {
	node := int32(0)
	for _, r := range phrase {
		next, ok := t.child(node, r)
		if !ok {
			next = int32(t.nodes)
			t.nodes++
			t.link(edge{edgeKey(node, r), next})
		}
		node = next
	}
	t.ends[node] = append(t.ends[node], end)
}

func (t *trie) link(e edge) {
	if t.used*2 >= len(t.edges) {
		old := t.edges
		t.edges = make([]edge, 2*len(old))
		t.used = 0
		for _, o := range old {
			if o.key != 0 {
				t.link(o)
			}
		}
	}
	mask := len(t.edges) - 1
	i := spot(e.key, mask)
	for t.edges[i].key != 0 {
		i = (i + 1) & mask
	}
	t.edges[i] = e
	t.used++
}

// walk appends the phrases that start at rune i.
func (t *trie) walk(r []rune, i int, dst []Hit) []Hit {
	node := int32(0)
	for j := i; j < len(r); j++ {
		next, ok := t.child(node, r[j])
		if !ok {
			break
		}
		node = next
		ends := t.ends[node]
		if len(ends) == 0 {
			continue
		}
		inside := wordRune(r[j]) && j+1 < len(r) && wordRune(r[j+1])
		for _, e := range ends {
			if !inside || e.open {
				dst = append(dst, Hit{e.class, i, j + 1})
			}
		}
	}
	return dst
}
