package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"warmline/bot/understand"
	"warmline/dialog"
	"warmline/dialog/flow"
)

func main() {
	u, _ := understand.New()
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("x", 8*3600))
	for _, f := range os.Args[1:] {
		r, _ := os.Open(f)
		s := bufio.NewScanner(r)
		n, lost, gained := 0, 0, 0
		for s.Scan() {
			var l struct {
				Text, Intent string
				Also         []string
			}
			if json.Unmarshal(s.Bytes(), &l) != nil {
				continue
			}
			h := u.Hear(l.Text, dialog.HearContext{NowUnix: now.Unix(), Zone: "Asia/Shanghai", Locale: "en-GB", Currency: "CNY"})
			t := &dialog.TextEvent{Lines: []dialog.TextLine{{Text: l.Text}}, Heard: &h}
			g := flow.Sober(t, &h)
			n++
			if g == &h {
				continue
			}
			if string(h.Driving) == l.Intent && string(g.Driving) != l.Intent {
				lost++
				fmt.Println("LOST", l.Intent, h.Intents[0].Score, l.Text)
			} else {
				for _, a := range append(l.Also, l.Intent) {
					if h.Has(dialog.Intent(a)) && !g.Has(dialog.Intent(a)) {
						fmt.Println("LOST beside", a, l.Text)
					}
				}
				if string(h.Driving) != l.Intent {
					gained++
				}
			}
		}
		fmt.Println(f, n, "lost", lost, "changed wrong ones", gained)
	}
}
