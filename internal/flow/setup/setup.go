// Package setup reads a city's folder: areas, units, the dispatch catalogue,
// the calendar and the city's own words, as CSV, JSON and GeoJSON. A folder
// with anything wrong in it is refused whole, and everything that is wrong is
// named by file, row and column, so that it can be mended in one go. The
// format is described in docs/formats/city-folder.md.
//
// What is read here is kept by package org and calendar, people by access.
package setup

import (
	"encoding/json"
	"io/fs"

	"yiwang/internal/city/access"
	"yiwang/internal/city/calendar"
	"yiwang/internal/city/knowledge"
	"yiwang/internal/city/law"
	"yiwang/internal/city/org"
)

// A Folder is a city as its folder describes it, checked and ready to keep.
type Folder struct {
	City      City
	Directory *org.Directory // policy, areas with shapes, units
	Catalogue *org.Catalogue // categories, rules, routes, duties
	Calendar  *calendar.Calendar
	Texts     map[string]org.Name // a city's own wording by message key
	People    []Person            // who works here, of a demonstration or a table that is brought
	// Map is roads and waters to draw, a GeoJSON FeatureCollection; nil if
	// the folder has none.
	Map      json.RawMessage
	Laws     []law.Article       // the register of law
	Articles []knowledge.Article // unit and what is shown, of the knowledge base to begin with
}

// A City is what a city says about itself beside its policy.
type City struct {
	ID        string
	Timezone  string // an IANA name, the calendar's
	CallTries int    // how often a resident is rung, at different hours, before it counts as no answer
}

// A Person is somebody who works here.
type Person struct {
	Login string
	Name  org.Name
	Roles []access.Role
	Unit  org.UnitID
	Area  org.AreaID // the part of the city a leader sees, "" for all
	Left  bool
}

// MaxFile is the size in bytes that a file of a folder can have.
const MaxFile = 50 << 20

// Read reads the folder of a city. With problems there is no Folder.
func Read(fsys fs.FS) (*Folder, Problems) {
	r := &reader{fsys: fsys, count: map[string]int{}}
	r.unknownFiles()
	policy := r.city()
	r.areas()
	r.units()
	r.categories()
	r.laws()
	r.rules()
	r.routes()
	r.duties()
	r.templates()
	r.calendar()
	r.texts()
	r.people()
	r.streets()
	r.articles()
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	dir, err := org.NewDirectory(policy, r.area.list, r.unit.list)
	if err != nil { // checked above, so only what the two see differently
		r.bad(fileAreas, 0, "", "directory", "Reason", err.Error())
		return nil, r.problems
	}
	r.folder.Directory = dir
	r.folder.Catalogue = org.NewCatalogue(r.catalogue)
	return &r.folder, nil
}

// The files of a folder.
const (
	fileCity       = "city.json"
	fileAreas      = "areas.csv"
	fileShapes     = "areas.geojson"
	fileUnits      = "units.csv"
	fileCategories = "categories.csv"
	fileRules      = "rules.csv"
	fileRoutes     = "routes.csv"
	fileDuties     = "duties.csv"
	fileCalendar   = "calendar.json"
	fileTexts      = "texts.csv"
	filePeople     = "people.csv"
	fileStreets    = "streets.geojson"
	fileLaws       = "laws.csv"
	fileArticles   = "articles.csv"
	fileTemplates  = "templates.csv"
	fileProfiles   = "profiles.csv"
	fileProcess    = "process.csv"
)

var files = []string{
	fileCity, fileAreas, fileShapes, fileUnits, fileCategories, fileRules, fileRoutes,
	fileDuties, fileCalendar, fileTexts, filePeople, fileStreets, fileLaws, fileArticles, fileTemplates, fileProfiles, fileProcess,
}

// A reader collects what a folder holds and what is wrong with it.
type reader struct {
	fsys     fs.FS
	problems Problems
	count    map[string]int // of problems by file

	folder    Folder
	area      areaTable
	unit      unitTable
	category  categoryTable
	catalogue org.Catalogue
	law       map[org.LawID]bool
	lawUnread bool // the file could not be read: nothing is known of what it holds
}
