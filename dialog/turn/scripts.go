package turn

import "warmline/dialog/flow"

// flowScripts are the scripts that ship.
func flowScripts() scripts {
	return scripts{next: flow.Next, answer: flow.Answer, due: flow.Due}
}
