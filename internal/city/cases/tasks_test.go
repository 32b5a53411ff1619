package cases_test

import (
	"testing"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/cases"
	"yiwang/internal/city/cases/casestest"
	"yiwang/internal/city/org"
)

var twoHours = calendar.Limit{N: 2, In: calendar.WorkingHours}

// helped is li's lamp with Roads, which Parks helps.
func (w *town) helped() cases.Case {
	w.Helper()
	return w.ok(w.AddHelper(w.Context(), dispatcher, w.accepted().ID, 0, "parks"))
}

// Roads asks Parks to cut branches by noon; Parks is late, answers, and is rated.
func TestTasks(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.helped()
	w.no("case.task_helper")(w.GiveTask(ctx, roads, c.ID, 0, "water", "修枝", twoHours))
	w.no("case.task_missing")(w.GiveTask(ctx, roads, c.ID, 0, "parks", "", twoHours))
	w.no("case.task_limit")(w.GiveTask(ctx, roads, c.ID, 0, "parks", "修枝", calendar.Limit{}))
	w.no("access.denied")(w.GiveTask(ctx, parks, c.ID, 0, "parks", "修枝", twoHours))
	w.at("09-22 14:00")
	c = w.ok(w.GiveTask(ctx, roads, c.ID, 0, "parks", "把挡住路灯的树枝修掉。", twoHours))
	task := c.Tasks[0]
	w.due("the task", task.Due, "09-22 16:00")
	mine := cases.Filter{Todo: cases.ToHelp, Units: []org.UnitID{"parks"}}
	if list := must(w.List(ctx, parks, mine))(t); len(list) != 1 {
		t.Errorf("Parks has %d tasks", len(list))
	}
	mine.TodoBefore = local("09-22 15:59")
	if list := must(w.List(ctx, parks, mine))(t); len(list) != 0 {
		t.Errorf("%d are late before they are due", len(list))
	}
	w.no("case.task_undone")(w.RateTask(ctx, roads, c.ID, 0, task.ID, 5, ""))
	w.no("access.denied")(w.AnswerTask(ctx, roads, c.ID, 0, task.ID, "修了"))
	w.no("case.done_missing")(w.AnswerTask(ctx, parks, c.ID, 0, task.ID, " "))
	w.no("case.no_task")(w.AnswerTask(ctx, parks, c.ID, 0, "x", "修了"))
	c = w.ok(w.AddHelper(ctx, dispatcher, c.ID, 0, "water"))
	w.no("access.denied")(w.AnswerTask(ctx, water, c.ID, 0, task.ID, "修了")) // it is Parks' task
	w.at("09-22 16:30")
	mine.TodoBefore = w.now
	if list := must(w.List(ctx, dispatcher, mine))(t); len(list) != 1 {
		t.Errorf("%d are late", len(list))
	}
	c = w.ok(w.AnswerTask(ctx, parks, c.ID, 0, task.ID, "树枝已修。"))
	if !c.Tasks[0].Late(w.now) || c.Tasks[0].DoneBy != parks.Staff {
		t.Errorf("%+v", c.Tasks[0])
	}
	w.no("case.no_task")(w.AnswerTask(ctx, parks, c.ID, 0, task.ID, "又修了"))
	w.no("case.bad_rating")(w.RateTask(ctx, roads, c.ID, 0, task.ID, 6, ""))
	c = w.ok(w.RateTask(ctx, roads, c.ID, 0, task.ID, 3, "晚了半小时"))
	w.no("case.rated_already")(w.RateTask(ctx, roads, c.ID, 0, task.ID, 5, ""))
	w.happened(li, c.ID, "dispatched accepted helper_added helper_added") // the office's affair
	// A helper does not close the case, and one who no longer helps has no task.
	w.no("access.denied")(w.Draft(ctx, parks, c.ID, 0, cases.Answer{Outcome: cases.Solved, Text: "好了"}, true))
	c = w.ok(w.GiveTask(ctx, roads, c.ID, 0, "parks", "再看一次", twoHours))
	c = w.ok(w.Dispatch(ctx, dispatcher, c.ID, 0, cases.Dispatching{Unit: "water", Note: "派错了"}))
	if len(c.Tasks) != 1 || len(c.Todos()) != 0 {
		t.Errorf("%+v, %v", c.Tasks, c.Todos())
	}
}

// Roads and Parks look together; each signs for itself.
func TestDetermination(t *testing.T) {
	w := newTown(t)
	ctx := t.Context()
	c := w.helped()
	both := []org.UnitID{"roads", "parks"}
	w.no("case.joint_units")(w.Determine(ctx, roads, c.ID, 0, []org.UnitID{"roads", "roads"}, "看了"))
	w.no("case.joint_units")(w.Determine(ctx, roads, c.ID, 0, []org.UnitID{"roads", "water"}, "看了"))
	w.no("case.minutes_missing")(w.Determine(ctx, roads, c.ID, 0, both, ""))
	w.no("access.denied")(w.Determine(ctx, parks, c.ID, 0, both, "看了"))
	c = w.ok(w.Determine(ctx, dispatcher, c.ID, 0, both, "树枝挡住了灯。"))
	id := c.Joint[0].ID
	w.no("access.denied")(w.SignJoint(ctx, dispatcher, c.ID, 0, id))
	w.no("access.not_found")(w.SignJoint(ctx, water, c.ID, 0, id))
	c = w.ok(w.SignJoint(ctx, parks, c.ID, 0, id))
	w.no("case.joint_signs")(w.SignJoint(ctx, parks, c.ID, 0, id))
	w.no("case.joint_signs")(w.SignJoint(ctx, casestest.Person("xu", "parks", access.Handler), c.ID, 0, id))
	if u := c.Joint[0].Unsigned(); len(u) != 1 || u[0] != "roads" {
		t.Errorf("unsigned: %v", u)
	}
	c = w.ok(w.SignJoint(ctx, lights, c.ID, 0, id)) // a section signs for its department
	if d := c.Joint[0]; len(d.Unsigned()) != 0 || d.Signed[1].Unit != "roads" || d.Signed[1].By != lights.Staff || d.Minutes != "树枝挡住了灯。" {
		t.Errorf("%+v", d)
	}
}
