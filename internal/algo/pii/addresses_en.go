package pii

import "strings"

// Addresses in English are parts between commas: a number and a road (12
// Baker Street, No. 88 Jianguo Road), a room, flat or unit with its number,
// a building, and then districts and cities. They count where they lead to a
// room, or to a number on a road where somebody is said to live.

var (
	englishRooms  = wordMap(`ROOM RM FLAT APT APARTMENT SUITE UNIT`)
	englishHouses = wordMap(`BUILDING BLDG BLOCK BLK TOWER FLOOR HOUSE NO NO. #`)
	englishRoads  = wordMap(`STREET ST ROAD RD AVENUE AVE LANE LN DRIVE BOULEVARD BLVD COURT CLOSE WAY TERRACE CRESCENT SQUARE ALLEY HUTONG LU JIE DAJIE DADAO HIGHWAY PLACE`)
	englishEnds   = wordMap(`VIEW MANOR COMPLEX GARDEN GARDENS ESTATE COMMUNITY RESIDENCE RESIDENCES VILLAGE MANSION MANSIONS TOWER TOWERS PLAZA PARK CENTRE CENTER COMPOUND COURTYARD APARTMENTS HEIGHTS VILLA VILLAS SUBDISTRICT NEIGHBOURHOOD
		DISTRICT COUNTY CITY PROVINCE TOWN TOWNSHIP BUILDING BEIJING SHANGHAI GUANGZHOU SHENZHEN LONDON TIANJIN CHONGQING HANGZHOU NANJING WUHAN CHENGDU CHANGSHA CHINA XIAOQU SHI QU`)
	englishHomes = list(`LIVE LIVES LIVING RESIDE RESIDES RESIDING ADDRESS HOME HOUSE~IS DELIVER DELIVERED MOVED STAY STAYING RESIDENT~OF APARTMENT~IS FLAT~IS DOMICILE MAIL SENT~TO`)
)

// englishAddress gives the address that begins at i.
func (f *finder) englishAddress(i int) (Span, bool) {
	first := f.flat[i]
	if !digit(first) && (!upper(first) || f.raw[i] == first+('a'-'A')) {
		// room 502, building 3
		if w, e := f.english(i); !digit(f.char(e+1)) || !englishRooms[w] && !englishHouses[w] {
			return Span{}, false
		}
	}
	end, rooms, houses, roads, names := i, 0, 0, 0, 0
	for n, j := 0, i; n < 8; n++ {
		e, kind := f.segment(j)
		if e == j {
			break
		}
		switch kind {
		case room:
			rooms++
		case building:
			houses++
		case house, road:
			roads++
			if kind == house {
				houses++
			}
		case estate:
			names++
		case 0:
			if n == 0 {
				return Span{}, false
			}
		}
		end = e
		j = e
		if f.char(j) == ',' {
			j++
		} else if kind == 0 || f.char(j) != ' ' {
			break
		}
		for f.char(j) == ' ' {
			j++
		}
		if j == e {
			break
		}
	}
	if end == i || roads+names == 0 {
		return Span{}, false
	}
	if rooms > 0 && (roads > 0 || houses > 0 || names > 0) {
		return Span{Address, i, end}, true
	}
	return Span{Address, i, end}, houses > 0 && roads > 0 && (names > 0 && roads > 0 && near(f.longWindow(i), englishHomes) || near(f.longWindow(i), englishHomes))
}

func (f *finder) longWindow(i int) string { return string(f.flat[max(0, i-30):i]) }

// segment reads one part of an address at i: room (Room 501), building
// (Building 3, No. 88), house (12 Baker Street), road (Renmin Road) or estate
// (Sunshine Garden, Chaoyang District); 0 with an end for a name that may
// follow these (Beijing), and i for none.
func (f *finder) segment(i int) (end int, kind part) {
	w, j := f.english(i)
	if j == i {
		return i, 0
	}
	if w == "#" || englishRooms[w] || englishHouses[w] {
		k := j
		if f.char(k) == '.' {
			k++
		}
		for f.char(k) == ' ' || f.char(k) == '#' {
			k++
		}
		if num, e := f.english(k); e > k && doorish(num) {
			if englishRooms[w] {
				return e, room
			}
			if next := e + 1; w == "NO" && f.char(e) == ' ' { // No. 88 Jianguo Road
				if e2, kind := f.named(next); kind == road {
					return e2, house
				}
			}
			return e, building
		}
	}
	if digit(f.flat[i]) && doorish(w) {
		if f.has(j, "/F") && !word(f.char(j+2)) { // 12/F
			return j + 2, building
		}
		if f.char(j) == ' ' {
			if e, kind := f.named(j + 1); kind == road {
				return e, house
			}
		}
		return i, 0
	}
	if digit(f.flat[i]) {
		return i, 0
	}
	if w == "LANE" || w == "ALLEY" { // Lane 12
		if num, e := f.english(j + 1); e > j+1 && digit(f.char(j+1)) && doorish(num) {
			return e, building
		}
	}
	return f.named(i)
}

// english reads a word: letters and digits.
func (f *finder) english(i int) (string, int) {
	if f.char(i) == '#' {
		return "#", i + 1
	}
	j := i
	if i > len(f.flat) {
		return "", i
	}
	for j < len(f.flat) && j-i < 20 && (word(f.flat[j]) || (f.flat[j] == '\'' || f.flat[j] == '-') && word(f.char(j+1))) {
		j++
	}
	if word(f.char(j)) {
		return "", i
	}
	return string(f.flat[i:j]), j
}

// doorish is the number of a door: 12, 12B, B12, 3-501, A.
func doorish(s string) bool {
	if len(s) == 0 || len(s) > 8 {
		return false
	}
	letters := 0
	for i := range len(s) {
		if letter(s[i]) {
			letters++
		}
	}
	return letters <= 1 && strings.Trim(s, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// named reads up to five words with capitals that end in a word for a road
// or another place.
func (f *finder) named(i int) (end int, kind part) {
	j, last := i, i
	for n := range 6 {
		w, e := f.english(j)
		if e == j || !upper(f.char(j)) || f.raw[j] < 0x80 && f.raw[j] != f.flat[j] {
			if digit(f.char(j)) && n > 0 && e > j && f.char(e) == ' ' && len(w) <= 4 && !doorish(w) { // 5th
				j = e + 1
				continue
			}
			break
		}
		if n > 0 || englishEnds[w] {
			if englishRoads[w] {
				last, kind = e, road
			} else if englishEnds[w] {
				last, kind = e, estate
			}
		}
		if f.char(e) != ' ' {
			if kind == 0 && (f.char(e) == ',' || f.char(e) == '.' || f.char(e) == 0) && last == i {
				return e, 0
			}
			break
		}
		j = e + 1
	}
	return last, kind
}
