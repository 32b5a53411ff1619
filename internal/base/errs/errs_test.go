package errs_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"yiwang/internal/base/errs"
)

func TestIs(t *testing.T) {
	missing := errs.Field("text", "request.text_missing")
	taken := errs.New(errs.Conflict, "request.wrong_state", "state", "closed")
	for _, c := range []struct {
		story string
		err   error
		kind  errs.Kind
		want  bool
	}{
		{"no error", nil, errs.Internal, false},
		{"not for people", io.EOF, errs.Internal, false},
		{"a field", missing, errs.Invalid, true},
		{"wrapped on its way up", fmt.Errorf("update: %w", taken), errs.Conflict, true},
		{"another kind", taken, errs.NotFound, false},
		{"the first of several", errs.Join(missing, taken), errs.Invalid, true},
		{"joined by the standard library", errors.Join(io.EOF, taken), errs.Conflict, true},
	} {
		if errs.Is(c.err, c.kind) != c.want {
			t.Errorf("%s: %v", c.story, !c.want)
		}
	}
}

func TestJoin(t *testing.T) {
	text, place := errs.Field("text", "request.text_missing"), errs.Field("place", "request.place_unknown")
	if err := errs.Join(nil, nil); err != nil {
		t.Errorf("nothing wrong gave %v", err)
	}
	// A form within a form: all of it in order.
	err := errs.Join(nil, text, errs.Join(place, nil), nil)
	if all := errs.All(fmt.Errorf("submit: %w", err)); len(all) != 2 || all[0].Field != "text" || all[1].Field != "place" {
		t.Errorf("got %v", all)
	}
	if err.Error() != "text: request.text_missing; place: request.place_unknown" {
		t.Errorf("the log says %q", err)
	}
	// An internal error is never hidden behind a form's.
	if err := errs.Join(text, io.ErrUnexpectedEOF); !errors.Is(err, io.ErrUnexpectedEOF) || errs.Of(err) != nil {
		t.Errorf("got %v", err)
	}
}

// What was put in is a copy: a page that sorts its errors changes no other's.
func TestAllIsACopy(t *testing.T) {
	err := errs.Join(errs.Field("a", "a"), errs.Field("b", "b"))
	all := errs.All(err)
	all[0], all[1] = all[1], all[0]
	if again := errs.All(err); again[0].Field != "a" {
		t.Error("the error was changed through what it gave")
	}
}

func TestArgs(t *testing.T) {
	e := errs.Of(errs.New(errs.TooLarge, "request.text_long", "max", 10_000, "unit", "characters"))
	if e.Args["max"] != 10_000 || e.Args["unit"] != "characters" || e.Kind != errs.TooLarge {
		t.Errorf("got %+v", e)
	}
	if strings.Contains(e.Error(), "10000") {
		t.Error("the log has the arguments in it")
	}
	defer func() {
		if recover() == nil {
			t.Error("half a pair was taken")
		}
	}()
	_ = errs.New(errs.Invalid, "key", "alone")
}

// A kind that was forgotten shows nothing: the zero value is internal.
func TestZeroKind(t *testing.T) {
	var e errs.Error
	if e.Kind != errs.Internal {
		t.Error("the zero kind may be shown")
	}
}
