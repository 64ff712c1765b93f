package desk_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"warmline/channels/desk"
)

// refusedAs is the name and the field of a refusal.
func refusedAs(t *testing.T, raw []byte) (name, field string) {
	t.Helper()
	var got struct {
		Error struct{ Name, Field string }
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return got.Error.Name, got.Error.Field
}

func team(more fields) fields {
	f := fields{"label": "Care", "hours": "09:00-18:00", "days": "mon-fri", "zone": "Asia/Shanghai", "queues": []string{}, "holidays": []string{}}
	for k, v := range more {
		f[k] = v
	}
	return f
}

// What is wrong with hours, targets and slots is named by its field, and
// nothing of it is kept.
func TestWhatIsWrongWithTheRosterIsNamed(t *testing.T) {
	r := newRig(t, 1, nil)
	lin := r.signIn(r.nodes[0], "lin")
	lin.must(http.MethodPut, "/settings/teams/night", team(fields{"label": "Night", "queues": []string{"fraud"}}), nil)
	var before desk.Settings
	lin.get("/settings", &before)
	for _, c := range []struct {
		path        string
		body        any
		name, field string
	}{
		{"/settings/teams/care", team(fields{"hours": "18:00-09:00"}), "hours_order", "teams.care.hours"},
		{"/settings/teams/care", team(fields{"hours": "all day"}), "hours", "teams.care.hours"},
		{"/settings/teams/care", team(fields{"hours": "09:00-25:00"}), "hours", "teams.care.hours"},
		{"/settings/teams/care", team(fields{"days": "mon-payday"}), "days", "teams.care.days"},
		{"/settings/teams/care", team(fields{"zone": "Mars/Olympus"}), "zone", "teams.care.zone"},
		{"/settings/teams/care", team(fields{"zone": ""}), "zone", "teams.care.zone"},
		{"/settings/teams/care", team(fields{"zone": "Local"}), "zone", "teams.care.zone"},
		{"/settings/teams/care", team(fields{"holidays": []string{"2027-02-30"}}), "holiday", "teams.care.holidays"},
		{"/settings/teams/care", team(fields{"label": "  "}), "name_size", "teams.care.label"},
		{"/settings/teams/care", team(fields{"queues": []string{"lunch"}}), "queue", "teams.care.queues"},
		{"/settings/teams/care", team(fields{"queues": []string{"fraud"}}), "queue_taken", "teams.night.queues"},
		{"/settings/teams/Care!", team(nil), "team_id", "teams.Care!.id"},
		{"/settings/sla", fields{"sla": []fields{{"priority": 1, "first_s": 5, "next_s": 60}}}, "seconds", "sla.1.first_s"},
		{"/settings/sla", fields{"sla": []fields{{"priority": 1, "first_s": 60, "next_s": 0}}}, "seconds", "sla.1.next_s"},
		{"/settings/sla", fields{"sla": []fields{{"priority": 1, "first_s": 60, "next_s": 60, "warn_s": 60}}}, "warning", "sla.1.warn_s"},
		{"/settings/sla", fields{"sla": []fields{{"priority": 7, "first_s": 60, "next_s": 60}}}, "choice", "sla.7.priority"},
		{"/settings/sla", fields{"sla": []fields{}}, "choice", "sla"},
		{"/settings/slots", fields{"slots": []string{"10:00", "tea"}}, "clock", "slots"},
		{"/settings/slots", fields{"slots": "10:00"}, "unreadable", ""},
	} {
		status, raw := lin.do(http.MethodPut, c.path, c.body)
		if name, field := refusedAs(t, raw); status != http.StatusBadRequest || name != c.name || field != c.field {
			t.Errorf("%s %v: %d %s", c.path, c.body, status, raw)
		}
	}
	var after desk.Settings
	lin.get("/settings", &after)
	if a, b := show(t, before), show(t, after); a != b {
		t.Errorf("something was kept: %s, before %s", b, a)
	}
}

func show(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// A supervisor closes a team: both nodes say so at once, offer its call-back
// times, and the record says what was changed from what.
func TestHoursTargetsAndSlotsCountOnEveryNodeAtOnce(t *testing.T) {
	r := newRig(t, 2, nil)
	here, there := r.nodes[0], r.nodes[1]
	lin, he := r.signIn(here, "lin"), r.signIn(there, "he")
	open := func(n *node) bool { f, err := n.desk.Desk(t.Context(), "nobody"); return err == nil && f.Open }
	r.until("both are open", func() bool { return open(here) && open(there) })
	local := time.Now().In(time.FixedZone("", 8*3600))
	today := local.Format(time.DateOnly)
	lin.must(http.MethodPut, "/settings/teams/care", team(fields{"hours": "00:00-24:00", "days": "mon-sun", "holidays": []string{today}}), nil)
	lin.must(http.MethodPut, "/settings/slots", fields{"slots": []string{"11:30", "10:15"}}, nil)
	lin.must(http.MethodPut, "/settings/sla", fields{"sla": []fields{{"priority": 2, "first_s": 60, "next_s": 40, "warn_s": 30}}}, nil)
	r.until("both are closed", func() bool { return !open(here) && !open(there) })
	f, err := there.desk.Desk(t.Context(), "nobody")
	if err != nil || len(f.Slots) == 0 || f.NextOpen.IsZero() {
		t.Fatalf("the other node: %+v %v", f, err)
	}
	if at := f.Slots[0].In(local.Location()); at.Format("15:04") != "10:15" || at.Format(time.DateOnly) == today {
		t.Errorf("the first call-back is %s", at)
	}
	var st desk.Settings
	r.signIn(there, "lin").get("/settings", &st)
	if st.Teams[0].Holidays[0] != today || !slices.Equal(st.Slots, []string{"10:15", "11:30"}) || st.SLA[2].Warn != 30 {
		t.Errorf("settings on the other node: %+v", st)
	}
	var log struct {
		Entries []struct{ Who, Detail string }
	}
	he.get("/audit?kind=setting", &log)
	all := show(t, log.Entries)
	for _, want := range []string{"teams.care.holidays: – → " + today, "slots: 10:00 14:00 18:00 → 10:15 11:30", "sla.2.warn_s: 75 → 30", `"Who":"lin"`} {
		if !strings.Contains(all, want) {
			t.Errorf("the record lacks %q: %s", want, all)
		}
	}
}

// Two people who change different parts at once do not undo each other, and a
// change that changes nothing is no news.
func TestChangesOfDifferentPartsAtOnceAllStay(t *testing.T) {
	r := newRig(t, 2, nil)
	lin, admin, he := r.signIn(r.nodes[0], "lin"), r.signIn(r.nodes[1], "admin"), r.signIn(r.nodes[0], "he")
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, id := range []string{"one", "two", "three"} {
			lin.must(http.MethodPut, "/settings/teams/"+id, team(fields{"label": id}), nil)
		}
	}()
	for _, n := range []int{3, 4, 6} {
		admin.must(http.MethodPut, "/settings", fields{"mode": "push", "cap": n}, nil)
	}
	<-done
	var st desk.Settings
	lin.get("/settings", &st)
	if len(st.Teams) != 4 || st.Cap != 6 || st.Mode != "push" {
		t.Errorf("settings: %+v", st)
	}
	admin.must(http.MethodPut, "/settings", fields{"mode": "push", "cap": 6}, nil)
	var log struct{ Entries []struct{ Detail string } }
	he.get("/audit?kind=setting", &log)
	if len(log.Entries) != 6 {
		t.Errorf("%d entries: %+v", len(log.Entries), log.Entries)
	}
	for _, id := range []string{"one", "two", "three"} {
		lin.must(http.MethodDelete, "/settings/teams/"+id, nil, nil)
	}
	if status, raw := lin.do(http.MethodDelete, "/settings/teams/care", nil); status != http.StatusConflict {
		t.Errorf("the last team: %d %s", status, raw)
	}
}
