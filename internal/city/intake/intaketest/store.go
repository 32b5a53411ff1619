package intaketest

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"yiwang/internal/algo/text"
	"yiwang/internal/base/errs"
	"yiwang/internal/base/ids"
	"yiwang/internal/city/intake"
)

// Store runs the suite; fresh gives a new, empty store.
func Store(t *testing.T, fresh func(t *testing.T) intake.Store) {
	for name, test := range map[string]func(*testing.T, intake.Store){
		"what was said is kept as it was said": keeps,
		"sent twice is kept once":              sentTwice,
		"sent by 64 at once is kept once":      sentAtOnce,
		"a taken receipt is told":              takenReceipt,
		"one bad row harms no other":           badRow,
		"who gives up is heard":                givesUp,
		"notes":                                notes,
		"sealed, nothing is left":              sealed,
		"reads of contact data":                reads,
		"found by the number of who rings":     callers,
		"found in both scripts":                finds,
		"newest first, page by page":           pages,
		"words nearly the same":                nearlySaid,
		"loading twice changes nothing":        loadsTwice,
		"a load is whole or not at all":        loadsWhole,
		"a day without hours":                  sameInstant,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func keeps(t *testing.T, s intake.Store) {
	ctx := t.Context()
	sub := Submission()
	sub.Request.Text = "<b>漏水</b> '; DROP TABLE requests; --\n\u202e反\u202c 👩‍👩‍👧 𠮷 𰻝"
	got := must(s.Submit(ctx, sub))(t)
	want := sub.Request
	want.HasContact = true
	if want.Seq = got.Seq; got.Seq <= 0 || !reflect.DeepEqual(got, want) {
		t.Fatalf("submitted %+v\nbut got  %+v", want, got)
	}
	for how, read := range map[string]func() (intake.Request, error){
		"by id":      func() (intake.Request, error) { return s.Request(ctx, got.ID) },
		"by receipt": func() (intake.Request, error) { return s.ByReceipt(ctx, got.Receipt) },
		"in a list": func() (intake.Request, error) {
			list, err := s.Requests(ctx, []intake.ID{"none", got.ID})
			if len(list) != 1 {
				t.Fatalf("%d requests", len(list))
			}
			return list[0], err
		},
	} {
		if r := must(read())(t); !reflect.DeepEqual(r, want) {
			t.Errorf("%s: %+v", how, r)
		}
	}
	if sealed := must(s.Sealed(ctx, got.ID))(t); !slices.Equal(sealed, sub.Sealed) {
		t.Errorf("contact data: %x", sealed)
	}

	bare := Submission()
	bare.Request.Point, bare.Sealed, bare.Key = nil, nil, ""
	got = must(s.Submit(ctx, bare))(t)
	if got.HasContact || got.Point != nil {
		t.Errorf("nothing left, but got %+v", got)
	}
	if sealed := must(s.Sealed(ctx, got.ID))(t); sealed != nil {
		t.Errorf("no contact data, but %x", sealed)
	}

	_, byID := s.Request(ctx, "none")
	_, byReceipt := s.ByReceipt(ctx, intake.NewReceipt())
	_, contact := s.Sealed(ctx, "none")
	for _, err := range []error{byID, byReceipt, contact} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("nobody's request: %v", err)
		}
	}
}

func sentTwice(t *testing.T, s intake.Store) {
	first := Submission()
	kept := must(s.Submit(t.Context(), first))(t)

	again := Submission()
	again.Key = first.Key
	if got := must(s.Submit(t.Context(), again))(t); got.ID != kept.ID || got.Receipt != kept.Receipt || got.Seq != kept.Seq {
		t.Errorf("sent twice: %s and %s", kept.ID, got.ID)
	}
	if _, err := s.Request(t.Context(), again.Request.ID); !errs.Is(err, errs.NotFound) {
		t.Errorf("the second is there too: %v", err)
	}

	other := Submission()
	other.Key, other.Digest = first.Key, "other"
	if _, err := s.Submit(t.Context(), other); !errs.Is(err, errs.Conflict) || errs.Of(err).Key != "request.key_used" {
		t.Errorf("same key, other words: %v", err)
	}

	for range 2 { // without a key each is its own
		sub := Submission()
		sub.Key = ""
		if got := must(s.Submit(t.Context(), sub))(t); got.ID != sub.Request.ID {
			t.Error("two without a key are one")
		}
	}
}

func sentAtOnce(t *testing.T, s intake.Store) {
	const n = 64
	key := Submission().Key
	got := make([]intake.Request, n)
	atOnce(n, func(i int) {
		sub := Submission()
		sub.Key = key
		if i%8 == 7 {
			sub.Key, sub.Digest = "other "+key, strconv.Itoa(i)
		}
		got[i], _ = s.Submit(t.Context(), sub)
	})
	others := 0
	for i, r := range got {
		switch {
		case i%8 != 7 && (r.ID != got[0].ID || r.Receipt != got[0].Receipt):
			t.Errorf("one key, but two requests: %q and %q", got[0].ID, r.ID)
		case i%8 == 7 && r.ID != "":
			others++
		}
	}
	if others != 1 {
		t.Errorf("of several with one key and different words, %d were taken", others)
	}
	there := must(s.Requests(t.Context(), idsOf(got)))(t)
	if there = slices.CompactFunc(there, func(a, b intake.Request) bool { return a.ID == b.ID }); len(there) < 2 {
		t.Errorf("only %d are there", len(there))
	}
}

func takenReceipt(t *testing.T, s intake.Store) {
	first := must(s.Submit(t.Context(), Submission()))(t)
	sub := Submission()
	sub.Request.Receipt = first.Receipt
	if _, err := s.Submit(t.Context(), sub); !errors.Is(err, intake.ErrTaken) {
		t.Fatalf("a taken receipt: %v", err)
	}
	sub.Request.Receipt = intake.NewReceipt() // the key is still free
	if got := must(s.Submit(t.Context(), sub))(t); got.ID != sub.Request.ID {
		t.Errorf("got %s", got.ID)
	}
	sub = Submission()
	sub.Request.ID = first.ID
	if _, err := s.Submit(t.Context(), sub); !errors.Is(err, intake.ErrTaken) {
		t.Errorf("a taken id: %v", err)
	}
	// Sent again because the answer was lost: it is there, and is not an error.
	sub = Submission()
	sub.Key = ""
	for range 2 {
		if got := must(s.Submit(t.Context(), sub))(t); got.ID != sub.Request.ID || got.Seq == 0 {
			t.Errorf("the same once more: %+v", got)
		}
	}
}

func badRow(t *testing.T, s intake.Store) {
	const n = 200
	earlier := must(s.Submit(t.Context(), Submission()))(t)
	fails := make([]error, n)
	list := make([]intake.Submission, n)
	for i := range list {
		list[i] = Submission()
		switch i % 10 {
		case 3: // one the database refuses
			list[i].Request.Text = ""
		case 6:
			list[i].Request.Receipt = earlier.Receipt
		}
	}
	atOnce(n, func(i int) { _, fails[i] = s.Submit(t.Context(), list[i]) })
	for i, err := range fails {
		bad := i%10 == 3 || i%10 == 6
		if (err != nil) != bad {
			t.Fatalf("%d: %v", i, err)
		}
		_, err = s.Request(t.Context(), list[i].Request.ID)
		if bad != errs.Is(err, errs.NotFound) {
			t.Fatalf("%d: afterwards %v", i, err)
		}
	}
}

func givesUp(t *testing.T, s intake.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	sub := Submission()
	if _, err := s.Submit(ctx, sub); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	if got := must(s.Submit(t.Context(), sub))(t); got.ID != sub.Request.ID {
		t.Errorf("sent again: %s", got.ID)
	}
}

func notes(t *testing.T, s intake.Store) {
	r := must(s.Submit(t.Context(), Submission()))(t)
	var want []intake.Note
	for i := range 3 {
		at := At.Add(time.Duration(i) * time.Minute)
		n := intake.Note{ID: ids.New(at), Request: r.ID, At: at, By: "resident", Text: "还有 " + strconv.Itoa(i)}
		want = append(want, n)
		if err := s.AddNote(t.Context(), n, intake.Submitted{Requests: []intake.ID{r.ID}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := must(s.Notes(t.Context(), r.ID))(t); !reflect.DeepEqual(got, want) {
		t.Errorf("notes %+v", got)
	}
	orphan := intake.Note{ID: ids.New(At), Request: "none", At: At, By: "resident", Text: "?"}
	if err := s.AddNote(t.Context(), orphan); err == nil {
		t.Error("a note on nothing was kept")
	}
}

func reads(t *testing.T, s intake.Store) {
	r := must(s.Submit(t.Context(), Submission()))(t)
	var want []intake.ContactRead
	for i := range 3 { // each is told twice
		at := At.Add(time.Duration(i) * time.Minute)
		read := intake.ContactRead{ID: ids.New(at), Request: r.ID, At: at, Staff: "staff-1", Unit: "lighting", Reason: "约上门时间"}
		want = append(want, read)
		for range 2 {
			if err := s.RecordRead(t.Context(), read); err != nil {
				t.Fatal(err)
			}
		}
	}
	slices.Reverse(want)
	if got := must(s.Reads(t.Context(), r.ID))(t); !reflect.DeepEqual(got, want) {
		t.Errorf("reads %+v", got)
	}
}

func callers(t *testing.T, s intake.Store) {
	ctx := t.Context()
	first, second, other, none := Submission(), Submission(), Submission(), Submission()
	first.Caller, second.Caller, other.Caller = "a1", "a1", "b2"
	second.Request.At = At.Add(time.Minute)
	none.Sealed = nil
	var ids []intake.ID
	for _, sub := range []intake.Submission{first, second, other, none} {
		ids = append(ids, must(s.Submit(ctx, sub))(t).ID)
	}
	loaded := intake.LoadedRow{Loaded: Loaded("caller"), Sealed: []byte{1}, Caller: "a0"}
	loaded.At = At.Add(-time.Hour)
	must(s.Load(ctx, []intake.LoadedRow{loaded}))(t)
	if got := must(s.OfCaller(ctx, []string{"a1", "a0"}, 10))(t); !slices.Equal(got, []intake.ID{ids[1], ids[0], loaded.ID}) {
		t.Errorf("of the caller: %v", got)
	}
	if got := must(s.OfCaller(ctx, []string{"a1"}, 1))(t); !slices.Equal(got, ids[1:2]) {
		t.Errorf("the newest of the caller: %v", got)
	}
	for _, nobody := range []string{"c3", ""} {
		if got := must(s.OfCaller(ctx, []string{nobody}, 10))(t); len(got) != 0 {
			t.Errorf("of %q: %v", nobody, got)
		}
	}
	if list := must(s.Uncalled(ctx, 10))(t); len(list) != 0 {
		t.Errorf("not looked for yet: %v", list)
	}
	if err := s.SetCallers(ctx, map[intake.ID]string{ids[2]: "a1", ids[3]: "a1"}); err != nil {
		t.Fatal(err)
	}
	if got := must(s.OfCaller(ctx, []string{"a1"}, 10))(t); len(got) != 3 || slices.Contains(got, ids[3]) {
		t.Errorf("after it was set: %v", got)
	}
	must(s.Seal(ctx, ids[:1], "report", 0))(t)
	if got := must(s.OfCaller(ctx, []string{"a1"}, 10))(t); slices.Contains(got, ids[0]) {
		t.Error("what is sealed is found by its caller")
	}
}

func atOnce(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

func idsOf(list []intake.Request) []intake.ID {
	out := make([]intake.ID, len(list))
	for i, r := range list {
		out[i] = r.ID
	}
	return out
}

func find(t *testing.T, s intake.Store, query string) []intake.ID {
	t.Helper()
	return idsOf(must(s.Find(t.Context(), text.QueryTerms(query), 0, 50))(t))
}
