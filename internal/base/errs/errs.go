// Package errs holds the errors that people may be shown.
//
// An error that carries an *Error says, by a message key, what is wrong and
// what to do. Any other error is internal: its text goes to the log, and the
// page says that something went wrong on our side. Which words stand behind a
// key, and which HTTP status behind a kind, is the business of package
// front/web.
package errs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Kind says what a caller can do about an error.
type Kind uint8

// The kinds. The zero value is Internal, so that a forgotten kind shows nothing.
const (
	Internal    Kind = iota // not the caller's fault; details only in the log
	Invalid                 // what was sent has to be changed
	NotFound                // not there, or not for this actor to see
	Denied                  // the actor is known and may not do this
	Conflict                // somebody else was first, or the state has moved on
	TooMany                 // try again later
	TooLarge                // more than the limit that the message names
	Unavailable             // a part of the system cannot answer now
)

// An Error may be shown to people. Key names a message in the texts of both
// languages; Args fill its gaps; Field, if set, names the form field it
// belongs to. Args never hold what the caller typed.
type Error struct {
	Kind  Kind
	Key   string
	Field string
	Args  map[string]any
}

// Error gives the key, for logs.
func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Key
	}
	return e.Key
}

// New returns an error of this kind. Args are pairs of name and value.
func New(kind Kind, key string, args ...any) error {
	return &Error{Kind: kind, Key: key, Args: pairs(args)}
}

// Field returns an Invalid error that belongs to a form field.
func Field(field, key string, args ...any) error {
	return &Error{Kind: Invalid, Key: key, Field: field, Args: pairs(args)}
}

func pairs(args []any) map[string]any {
	if len(args) == 0 {
		return nil
	}
	if len(args)%2 != 0 {
		panic(fmt.Sprintf("errs: %d arguments are not pairs", len(args)))
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		m[args[i].(string)] = args[i+1]
	}
	return m
}

// A List is several errors of one form, in the order of its fields.
type List []*Error

// Error joins the keys, for logs.
func (l List) Error() string {
	var b strings.Builder
	for i, e := range l {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// Join collects what is wrong with a form: nil if all are nil, else a List.
// An internal error among them is returned alone.
func Join(list ...error) error {
	var l List
	for _, err := range list {
		if err == nil {
			continue
		}
		found := All(err)
		if found == nil {
			return err
		}
		l = append(l, found...)
	}
	if len(l) == 0 {
		return nil
	}
	return l
}

// Of returns the first error in err that may be shown, or nil.
func Of(err error) *Error {
	if l := All(err); len(l) > 0 {
		return l[0]
	}
	return nil
}

// All returns every error in err that may be shown, or nil if err is internal.
func All(err error) []*Error {
	if l, ok := errors.AsType[List](err); ok {
		return slices.Clone(l)
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return []*Error{e}
	}
	return nil
}

// Is reports whether err is to be shown and of this kind.
func Is(err error, kind Kind) bool {
	e := Of(err)
	return e != nil && e.Kind == kind
}
