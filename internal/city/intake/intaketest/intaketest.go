// Package intaketest has good values of package intake to start a test from,
// and the suite that every intake.Store passes.
package intaketest

import (
	"crypto/rand"
	"fmt"
	"time"

	"yiwang/internal/base/ids"
	"yiwang/internal/city/intake"
)

// At is a Tuesday morning.
var At = time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC)

// Draft is a good draft: somebody's lamp is out.
func Draft() intake.Draft {
	return intake.Draft{
		Subject: "路灯不亮",
		Text:    "建设路28号门口的路灯从上周五晚上开始就不亮了，老人出门看不清台阶。\nThe lamp in front of the gate is out.",
		Kind:    intake.Help,
		Address: "建设路28号",
		Point:   &intake.Point{Lat: 29.6512, Lon: 106.5631},
		Contact: "王女士 139 0000 0000",
		Channel: intake.Web,
		Key:     rand.Text(),
	}
}

// Request is a good request as a store is given it.
func Request() intake.Request {
	d := Draft()
	return intake.Request{
		ID: intake.ID(ids.New(At)), Receipt: intake.NewReceipt(), At: At, Channel: d.Channel, Lang: "zh",
		Subject: d.Subject, Text: d.Text, Kind: d.Kind, Category: "light.out", Area: "lc-js-03", Address: d.Address, Point: d.Point,
	}
}

// Submission is Request with contact data, sent with a key of its own.
func Submission() intake.Submission {
	return intake.Submission{Request: Request(), Sealed: []byte{1, 2, 0, 255}, Key: rand.Text(), Digest: "digest"}
}

// Loaded is a good request from an old system, with one note.
func Loaded(sourceID string) intake.Loaded {
	r := Request()
	r.Channel, r.Source, r.SourceID, r.Author, r.Likes = intake.Import, "old.csv", sourceID, "A0012", 3
	return intake.Loaded{Request: r, Notes: []intake.Note{{
		ID: ids.New(At), Request: r.ID, At: At.Add(time.Hour), By: "resident", Text: fmt.Sprintf("补充：第 %s 条", sourceID),
	}}}
}
