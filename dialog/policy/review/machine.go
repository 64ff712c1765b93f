package review

// machine is an Aho-Corasick automaton over token ids. Transitions lie in one
// open-addressed table: most states have one or two.
type machine struct {
	next  []map[int32]int32 // while building
	outs  [][]int32         // values that end in a state, longer ones first
	fail  []int32
	keys  []uint64
	to    []int32
	shift uint
}

const emptySlot = ^uint64(0)

// add puts a path with its value into the automaton that is being built.
func (m *machine) add(path []int32, value int32) {
	if len(m.next) == 0 {
		m.grow()
	}
	state := int32(0)
	for _, id := range path {
		to, ok := m.next[state][id]
		if !ok {
			to = m.grow()
			m.next[state][id] = to
		}
		state = to
	}
	m.outs[state] = append(m.outs[state], value)
}

func (m *machine) grow() int32 {
	m.next = append(m.next, map[int32]int32{})
	m.outs = append(m.outs, nil)
	return int32(len(m.next) - 1)
}

// freeze computes the failure links and lays the transitions out.
func (m *machine) freeze() {
	if len(m.next) == 0 {
		m.grow()
	}
	m.fail = make([]int32, len(m.next))
	edges := 0
	queue := []int32{0}
	for len(queue) > 0 {
		state := queue[0]
		queue = queue[1:]
		for id, to := range m.next[state] {
			edges++
			queue = append(queue, to)
			if state == 0 {
				continue
			}
			f := m.fail[state]
			for f != 0 && m.next[f][id] == 0 {
				f = m.fail[f]
			}
			m.fail[to] = m.next[f][id]
			m.outs[to] = append(m.outs[to], m.outs[m.fail[to]]...)
		}
	}
	size, bits := 1, uint(0)
	for size < edges*2 {
		size *= 2
		bits++
	}
	m.shift = 64 - bits
	m.keys, m.to = make([]uint64, size), make([]int32, size)
	for i := range m.keys {
		m.keys[i] = emptySlot
	}
	for state, edges := range m.next {
		for id, to := range edges {
			m.put(int32(state), id, to)
		}
	}
	m.next = nil
}

func slotKey(state, id int32) uint64 { return uint64(uint32(state))<<32 | uint64(uint32(id)) }

func (m *machine) slot(key uint64) uint64 { return key * 0x9E3779B97F4A7C15 >> m.shift }

func (m *machine) put(state, id, to int32) {
	key := slotKey(state, id)
	i := m.slot(key)
	for m.keys[i] != emptySlot {
		i = (i + 1) & uint64(len(m.keys)-1)
	}
	m.keys[i], m.to[i] = key, to
}

// step returns the state after id.
func (m *machine) step(state, id int32) int32 {
	for {
		key := slotKey(state, id)
		for i := m.slot(key); m.keys[i] != emptySlot; i = (i + 1) & uint64(len(m.keys)-1) {
			if m.keys[i] == key {
				return m.to[i]
			}
		}
		if state == 0 {
			return 0
		}
		state = m.fail[state]
	}
}
