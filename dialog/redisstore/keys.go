package redisstore

import (
	"strconv"
	"strings"
)

// Partitions is how many hash tags the conversations are spread over. It is
// part of the stored form: changing it means moving every key.
const Partitions = 256

// hintChannels is the fixed number of publish channels; one conversation always
// uses the same one.
const hintChannels = 16

// chunkSize is how many messages one chunk of a conversation's log holds. It is
// part of the stored form.
const chunkSize = 128

// Partition returns the partition of a conversation: CRC-16 of its id, mod 256.
func Partition(conversation string) int { return int(crc16(conversation)) % Partitions }

// keys makes every key name. The prefix lets several installations share a
// Redis.
type keys struct{ prefix string }

func (k keys) part(p int, name string) string {
	return k.prefix + ":{" + strconv.Itoa(p) + "}:" + name
}

func (k keys) of(conversation, kind string) string {
	return k.part(Partition(conversation), kind+":"+conversation)
}

// conversation is a hash: rev, seq, epoch, state, hold (revision of the last
// hold that was added), tomb (contact points never to be used), m:ID (pending
// messages).
func (k keys) conversation(id string) string { return k.of(id, "c") }

// ids is a sorted set of envelope ids by commit time, in milliseconds.
func (k keys) ids(id string) string { return k.of(id, "d") }

// devices is a hash: device → high-water mark, time, gaps.
func (k keys) devices(id string) string { return k.of(id, "v") }

// open is a sorted set: nodes that have the chat open, by until when that is so.
func (k keys) open(id string) string { return k.of(id, "w") }

// order is a list of the conversation's waiting items: "lane item".
func (k keys) order(id string) string { return k.of(id, "o") }

// chunk is a list of the messages with sequence numbers n*chunkSize+1 and on.
func (k keys) chunk(id string, n uint64) string {
	return k.of(id, "l") + ":" + strconv.FormatUint(n, 10)
}

// item is a hash: one thing that leaves.
func (k keys) item(item string) string {
	return k.part(Partition(conversationOf(item)), "i:"+item)
}

// timers is a sorted set of a partition: conversation, kind, key by due time.
func (k keys) timers(p int) string { return k.part(p, "t") }

// outbox is a sorted set of a partition: item by the time from which any node
// may take it.
func (k keys) outbox(p int) string { return k.part(p, "ob") }

// desk is a hash of a partition: conversations that wait for or have a human.
func (k keys) desk(p int) string { return k.part(p, "q") }

// journal is the stream of a partition.
func (k keys) journal(p int) string { return k.part(p, "j") }

// poison is a hash of a partition: items that were given up, with the reason.
func (k keys) poison(p int) string { return k.part(p, "x") }

// deskDocs is a hash of a kind of the desk's documents: id → "version data".
// The desk's own data is small and has no conversation: one slot holds it.
func (k keys) deskDocs(kind string) string { return k.prefix + ":{desk}:d:" + kind }

// deskLog is a stream of the desk: what was done, never changed.
func (k keys) deskLog(log string) string { return k.prefix + ":{desk}:l:" + log }

// deskNotes is the publish channel between the desks of all nodes.
func (k keys) deskNotes() string { return k.prefix + ":{desk}:notes" }

// file is a string: the bytes of an attachment, sealed. Each has a slot of its
// own, so that a cluster spreads them.
func (k keys) file(id string) string { return k.prefix + ":file:" + id }

// lease is a string: which node does what only one may do.
func (k keys) lease(name string) string { return k.prefix + ":lease:" + name }

// phrases is a hash: wording of an act → who wrote it, when, whether approved.
func (k keys) phrases(key string) string { return k.prefix + ":phrase:" + key }

// phraseKeys is a sorted set: every key of phrases by when it was added to.
func (k keys) phraseKeys() string { return k.prefix + ":phrases" }

// refused is a list: wordings that did not pass their review, newest first.
func (k keys) refused() string { return k.prefix + ":refused" }

// burnt is a string: by whom a one-time token was used.
func (k keys) burnt(token string) string { return k.prefix + ":burnt:" + token }

// chat is a string: the conversation that a chat of a channel was last linked
// to. It is a hint; the link in the conversation's state is the truth.
func (k keys) chat(address string) string { return k.prefix + ":chat:" + address }

// sent is a hash: part of a message → the platform's id of it.
func (k keys) sent(message string) string { return k.prefix + ":sent:" + message }

// shown is a sorted set of a chat: the platform's ids of what was shown above
// level 1, by time.
func (k keys) shown(address string) string { return k.prefix + ":shown:" + address }

// latest is a hash of a chat: sequence number and time of what was delivered last.
func (k keys) latest(address string) string { return k.prefix + ":latest:" + address }

// hint is a publish channel.
func (k keys) hint(n int) string { return k.prefix + ":hint:" + strconv.Itoa(n) }

func (k keys) hintOf(conversation string) string {
	return k.hint(Partition(conversation) % hintChannels)
}

// conversationOf returns the conversation of an id of the form
// conversation-revision-n.
func conversationOf(id string) string {
	for range 2 {
		if i := strings.LastIndexByte(id, '-'); i >= 0 {
			id = id[:i]
		}
	}
	return id
}

// crc16 is CRC-16/XMODEM, the polynomial that Redis itself uses for slots.
func crc16(s string) uint16 {
	var crc uint16
	for i := range len(s) {
		crc = crc<<8 ^ crcOfByte[byte(crc>>8)^s[i]]
	}
	return crc
}

// crcOfByte is the CRC of each byte alone.
var crcOfByte = func() (table [256]uint16) {
	for b := range table {
		crc := uint16(b) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
		table[b] = crc
	}
	return table
}()
