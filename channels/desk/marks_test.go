package desk_test

import (
	"testing"

	"warmline/dialog"
)

// A line is delivered when a client that may read it has it, read when it was
// before the person, and neither because they have answered. All nodes say so.
func TestMarksAreWhatClientsSay(t *testing.T) {
	r := newRig(t, 2, nil)
	zhou, wong := r.signIn(r.nodes[0], "zhou"), r.signIn(r.nodes[1], "wong")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	zhou.does(id, "say", fields{"text": "您好"})
	zhou.does(id, "say", fields{"text": "还在吗"})
	r.says("b1", "在")
	human := func(c *console) (lines []line) {
		for _, l := range c.lines(id) {
			if l.Speaker == "human" {
				lines = append(lines, l)
			}
		}
		return lines
	}
	first := human(zhou)
	if len(first) != 2 || first[0].Delivered || first[0].Read || first[1].Delivered {
		t.Fatalf("before any client: %+v", first)
	}
	here, there := r.nodes[0].desk, r.nodes[1].desk
	r.until("the other node knows the chat", func() bool { return wong.view("all") == 1 })
	there.Witnessed(id, 2, first[0].Seq, 0)
	r.until("the first is delivered", func() bool { l := human(zhou); return l[0].Delivered && !l[0].Read && !l[1].Delivered })
	there.Witnessed(id, 2, first[1].Seq, first[0].Seq)
	r.until("the first is read", func() bool { l := human(zhou); return l[0].Read && l[1].Delivered && !l[1].Read })
	here.Witnessed(id, 1, first[0].Seq, 0) // a second device that is behind takes nothing back
	here.Witnessed(id, 99, 1000, 1000)
	here.Witnessed("nobody", 2, 10, 10)
	zhou.does(id, "say", fields{"text": "再说一句"})
	last := human(zhou)[2]
	if last.Delivered {
		t.Fatalf("a new line: %+v", last)
	}
	here.Delivered(id, last.Seq)
	r.until("the channel has taken it", func() bool { l := human(wong)[2]; return l.Delivered && !l.Read })
}

// What a client could not read at its level is not delivered by it.
func TestAHiddenLineIsNotDelivered(t *testing.T) {
	r := newRig(t, 1, nil)
	zhou := r.signIn(r.nodes[0], "zhou")
	id := r.waits("b1", 2)
	zhou.does(id, "claim", nil)
	zhou.does(id, "say", fields{"text": "这期要还827.71元"})
	find := func() line {
		lines := zhou.lines(id)
		return lines[len(lines)-1]
	}
	said := find()
	if said.Level < dialog.LevelBorrower {
		t.Fatalf("the level of a sum: %+v", said)
	}
	r.nodes[0].desk.Witnessed(id, 1, said.Seq, said.Seq)
	zhou.does(id, "note", fields{"text": "x"})
	if l := zhou.lines(id)[said.Seq-1]; l.Delivered || l.Read {
		t.Errorf("by a client of level 1: %+v", l)
	}
	r.nodes[0].desk.Witnessed(id, 2, said.Seq, said.Seq)
	r.until("a verified one has read it", func() bool { return zhou.lines(id)[said.Seq-1].Read })
}
