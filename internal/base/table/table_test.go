package table_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"yiwang/internal/base/errs"
	"yiwang/internal/base/table"
)

func file(t testing.TB, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func packed(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// sheet is an XLSX file with these rows.
func sheet(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// all reads a file to its end: rows as text, and what was wrong, by line.
func all(t testing.TB, path string) (header []string, rows []string, wrong []string, err error) {
	t.Helper()
	f, err := table.Open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	defer f.Close() //nolint:errcheck // only read
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return f.Header, rows, wrong, nil
		}
		if e := errs.Of(err); e != nil && row.Line > 0 {
			wrong = append(wrong, e.Key)
			continue
		}
		if err != nil {
			return f.Header, rows, wrong, err
		}
		rows = append(rows, strings.Join(row.Cells, "|"))
	}
}

func gb(t testing.TB, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRead(t *testing.T) {
	plain := "编号,内容,时间\n1,\"路灯不亮，\n已经三天\",2019/2/28 11:25:05\n\n2,\"他说：\"\"马上修\"\"\",2019-03-01\n3,井盖松动\n"
	want := "1|路灯不亮，\n已经三天|2019/2/28 11:25:05 / 2|他说：\"马上修\"|2019-03-01 / 3|井盖松动|"
	for _, row := range []struct {
		story, name string
		body        []byte
	}{
		{"as it should be", "a.csv", []byte(plain)},
		{"from Windows", "a.csv", []byte("\xef\xbb\xbf" + strings.ReplaceAll(plain, "\n", "\r\n"))},
		{"in GB18030", "a.csv", gb(t, plain)},
		{"packed", "a.csv.gz", packed(t, []byte(plain))},
		{"packed, in GB18030, and with another name", "a.dat", packed(t, gb(t, plain))},
		{"with semicolons", "a.csv", []byte(strings.NewReplacer("编号,内容,时间", "编号;内容;时间", "1,\"", "1;\"", "\",2019", "\";2019", "2,\"", "2;\"", "3,井", "3;井").Replace(plain))},
		{"a spreadsheet", "a.xlsx", sheet(t, []any{"编号", "内容", "时间"}, []any{1, "路灯不亮，\n已经三天", "2019/2/28 11:25:05"}, []any{}, []any{2, "他说：\"马上修\"", "2019-03-01"}, []any{3, "井盖松动"})},
		{"a spreadsheet that is called CSV", "a.csv", sheet(t, []any{"编号", "内容", "时间"}, []any{1, "路灯不亮，\n已经三天", "2019/2/28 11:25:05"}, []any{2, "他说：\"马上修\"", "2019-03-01"}, []any{3, "井盖松动"})},
	} {
		t.Run(row.story, func(t *testing.T) {
			header, rows, wrong, err := all(t, file(t, row.name, row.body))
			if err != nil || len(wrong) > 0 {
				t.Fatal(err, wrong)
			}
			if strings.Join(header, "|") != "编号|内容|时间" || strings.ReplaceAll(strings.Join(rows, " / "), "\r", "") != want {
				t.Errorf("%v\n%q\n%q", header, strings.Join(rows, " / "), want)
			}
		})
	}
}

func TestEncoding(t *testing.T) {
	for want, body := range map[string][]byte{
		"UTF-8": []byte("编号,内容\n1,路灯不亮\n"), "GB18030": gb(t, "编号,内容\n1,路灯不亮\n"), "": sheet(t, []any{"编号"}, []any{1}),
	} {
		f, err := table.Open(file(t, "x", body))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Encoding(); got != want {
			t.Errorf("%q is said to be in %q", want, got)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestRefuse(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CompressedSize64: 4, UncompressedSize64: 2 << 30})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte("\x4b\x04\x00\x00")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	good := packed(t, []byte(strings.Repeat("a,b\n1,2\n", 50_000)))
	for _, row := range []struct {
		story, key string
		body       []byte
	}{
		{"nothing", "table.empty", nil},
		{"blank lines", "table.empty", []byte("\n\n ,\n")},
		{"an old Excel file", "table.old_excel", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 ....")},
		{"a PDF", "table.pdf", []byte("%PDF-1.7 ...")},
		{"UTF-16", "table.utf16", []byte("\xff\xfea\x00,\x00b\x00")},
		{"a picture", "table.not_text", append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), bytes.Repeat([]byte{0x80, 0xff, 0x00}, 100)...)},
		{"noise", "table.not_text", bytes.Repeat([]byte{0xff, 0x80, 0xfe, 0x81, 0x20}, 300)},
		{"an archive that is no spreadsheet", "table.not_excel", []byte("PK\x03\x04 and then nothing")},
		{"a bomb", "table.unpacks_too_large", bomb.Bytes()},
		{"packed twice", "table.packed_twice", packed(t, good)},
		{"half an archive", "table.damaged", good[:len(good)/2]},
		{"a row without end", "table.row_too_long", []byte("a,b\n1,\"" + strings.Repeat("还没有完\n", 200_000))},
		{"too many columns", "table.too_many_columns", []byte(strings.Repeat("x,", 300) + "x\n")},
	} {
		t.Run(row.story, func(t *testing.T) {
			_, _, wrong, err := all(t, file(t, "x", row.body))
			var keys []string
			for _, e := range errs.All(err) {
				keys = append(keys, e.Key)
			}
			keys = append(keys, wrong...)
			if len(keys) == 0 || keys[len(keys)-1] != row.key {
				t.Errorf("%v %v, want %s", err, keys, row.key)
			}
		})
	}
}

func TestBadRows(t *testing.T) {
	_, rows, wrong, err := all(t, file(t, "x.csv", []byte("a,b\n1,2,3\n4,\"5\"x\n6,7\n8,\x00\n9,10\n")))
	if errs.Of(err) == nil || errs.Of(err).Key != "table.not_text" { // a NUL is in no table
		t.Errorf("%v %v %v", err, rows, wrong)
	}
	_, rows, wrong, err = all(t, file(t, "x.csv", []byte("a,b\n1,2,3\n4,\"5\"x\n6,7\n9,10,,\n")))
	if err != nil || strings.Join(rows, " ") != "6|7 9|10" || strings.Join(wrong, " ") != "table.too_many_cells table.quotes" {
		t.Errorf("%v %v %v", err, rows, wrong)
	}
}

func TestMapping(t *testing.T) {
	header := []string{"留言编号", "留言详情", "time"}
	m, err := table.ParseMapping(" id=留言编号, text=2 ", header, []string{"id", "text", "time", "place"})
	if err != nil {
		t.Fatal(err)
	}
	row := table.Row{Cells: []string{" 7 ", "路灯", "2019/1/1"}}
	if m.Get(row, "id") != "7" || m.Get(row, "text") != "路灯" || m.Get(row, "time") != "2019/1/1" || m.Get(row, "place") != "" {
		t.Errorf("%v", m)
	}
	for spec, key := range map[string]string{"text=9": "table.map_column", "text=无": "table.map_column", "words=2": "table.map_field", "text": "table.map_field", "text=1,text=2": "table.map_twice"} {
		if _, err := table.ParseMapping(spec, header, []string{"text"}); errs.Of(err) == nil || errs.Of(err).Key != key {
			t.Errorf("%s: %v", spec, err)
		}
	}
}

func TestParseTime(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	for in, want := range map[string]string{
		"2019/4/8 8:37:20": "2019-04-08 08:37:20", "2019-04-08 08:37:20": "2019-04-08 08:37:20", "2018/4/24": "2018-04-24 00:00:00",
		"43563.359259259": "2019-04-08 08:37:20", "43563": "2019-04-08 00:00:00", " 2020年1月2日 3:04 ": "2020-01-02 03:04:00", "2019-04-08T00:37:20Z": "2019-04-08 08:37:20",
		"20190408": "2019-04-08 00:00:00", "20190408083720": "2019-04-08 08:37:20", "2019-04-08T08:37": "2019-04-08 08:37:00",
		"2019-04-08 02:37:20.5+02:00": "2019-04-08 08:37:20", "2019/4/8 0:37:20Z": "2019-04-08 08:37:20",
		"2025年1月2日8时5分": "2025-01-02 08:05:00", "2025年1月2日 08:05": "2025-01-02 08:05:00", "2025年01月02日08时05分09秒": "2025-01-02 08:05:09", "2025年1月2日8时": "2025-01-02 08:00:00",
		"2025年1月2日上午8:05": "2025-01-02 08:05:00", "2025/1/2 下午 8:05": "2025-01-02 20:05:00", "2025-01-02 12:05:00 AM": "2025-01-02 00:05:00",
		"20250102 08:05:00": "2025-01-02 08:05:00", "20250102 8:05": "2025-01-02 08:05:00", "202501020805": "2025-01-02 08:05:00", "20250102T08:05:00": "2025-01-02 08:05:00",
		"2025-01-02T00:05:00+0000": "2025-01-02 08:05:00", "2025-01-02 09:05:00 +0900": "2025-01-02 08:05:00", "2025-01-01T22:05:00.123456789-02": "2025-01-02 08:05:00",
		"2025.1.2 8:05": "2025-01-02 08:05:00", "2025-01-02+08:00": "2025-01-02 00:00:00", "2025-1-2　8：05": "2025-01-02 08:05:00", "2024-02-29": "2024-02-29 00:00:00",
	} {
		got, err := table.ParseTime(in, zone)
		if err != nil || got.In(zone).Format(time.DateTime) != want {
			t.Errorf("%q is %v (%v), want %s", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "昨天", "9999/1/1", "1899-12-31", "2019/13/1", "2019/2/30", "NaN", "-5", "1e9", "Inf", "2025-01/02", "2025-1-2 25:00", "2025-1-2 8:60", "2025-1-2 8",
		"2025年1-2", "2025-1-2 8:05x", "2025年1月2日8时5", "20250230", "2025-02-29", "202501", "2025-1-28:05", "2025-1-2 8:05 +8:0", "2025-1-2 8:05:00.", "未办结", "—",
	} {
		if got, err := table.ParseTime(in, zone); err == nil {
			t.Errorf("%q is read as %v", in, got)
		}
	}
}

func TestPlain(t *testing.T) {
	long := strings.Repeat("1 2 3\n", 100_000)
	for _, c := range []struct {
		story     string
		body      []byte
		want, key string
	}{
		{"as it is", []byte("1 2\n3\n"), "1 2\n3\n", ""},
		{"nothing", nil, "", ""},
		{"from Windows", []byte("\xef\xbb\xbf牛奶\t面包\r\n"), "牛奶\t面包\r\n", ""},
		{"packed", packed(t, []byte("1 2\n")), "1 2\n", ""},
		{"packed, in GB18030", packed(t, gb(t, "牛奶\t面包\n")), "牛奶\t面包\n", ""},
		{"longer than what is looked at", []byte(long), long, ""},
		{"a part of an archive", packed(t, []byte(long))[:400], "", "table.damaged"},
		{"an archive that is damaged at its end", append(packed(t, []byte("1 2\n"))[:20], 0, 0, 0, 0, 0, 0, 0, 0), "", "table.damaged"},
		{"noise", bytes.Repeat([]byte{0xff, 0x80, 0xfe, 0x81, 0x20}, 300), "", "table.not_text"},
	} {
		p, err := table.OpenPlain(file(t, "x", c.body))
		var got []byte
		if err == nil {
			if !strings.HasPrefix(c.want, string(p.Sample)) || len(p.Sample) < min(len(c.want), 1<<16) {
				t.Errorf("%s: %d bytes to look at", c.story, len(p.Sample))
			}
			got, err = io.ReadAll(p)
			if err := p.Close(); err != nil {
				t.Error(c.story, err)
			}
		}
		if c.key != "" {
			if errs.Of(err) == nil || errs.Of(err).Key != c.key {
				t.Errorf("%s: %v, want %s", c.story, err, c.key)
			}
		} else if err != nil || string(got) != c.want {
			t.Errorf("%s: %q %v", c.story, got, err)
		}
	}
	if _, err := table.OpenPlain(file(t, "x", sheet(t, []any{"a"}))); !errors.Is(err, table.ErrSheet) {
		t.Error(err)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\n3\"\n"))
	f.Add([]byte("\xef\xbb\xbfa;b\r\n1;2"))
	f.Add(packed(f, []byte("a,b\n1,2\n")))
	f.Add(sheet(f, []any{"a", "b"}, []any{1, "2"}))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, body []byte) {
		header, rows, _, err := all(t, file(t, "x", body))
		if err == nil && len(header) == 0 && len(rows) > 0 {
			t.Errorf("rows without a header: %q", rows)
		}
	})
}

// What a cell says when there is no time is not taken for a time that is
// wrong, nor the other way round.
func TestNoTime(t *testing.T) {
	for _, s := range []string{
		"", " ", "未办结", "未办理", "—", "-", "/", "无", "NULL", "null", "\\N", "N/A", "0000-00-00", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z",
		"1900-01-01 00:00:00.000", "9999-12-31", "\"\"", "处理中", "NaT",
	} {
		if !table.NoTime(s) {
			t.Errorf("%q is no way to say that there is no time", s)
		}
	}
	for _, s := range []string{"昨天", "2025-01-01", "x", "43563", "0000-00-00 08:05:00", "1900-01-02", "尽快"} {
		if table.NoTime(s) {
			t.Errorf("%q says that there is no time", s)
		}
	}
}

// csvRows reads a file as encoding/csv does, which drops the \r of line
// breaks.
func csvRows(body []byte, comma rune) (rows [][]string, wrong int, err error) {
	c := csv.NewReader(bytes.NewReader(body))
	c.FieldsPerRecord, c.Comma = -1, comma
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			return rows, wrong, nil
		}
		if _, bad := errors.AsType[*csv.ParseError](err); bad {
			wrong++
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		rows = append(rows, row)
	}
}

// Rows are read as encoding/csv reads them; with line breaks kept, they are so
// once the \r before each \n within quotation marks is taken out.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\r\n1,\"2\r\n3\"\r\n\r\n4,\"5\"\"6\"")
	f.Add("a,b\n\"x\"y,1\nz\"z,2\n\"open\n")
	f.Add("a,b\n1,2\r\r\n\r")
	f.Add("a;b\n\"1;\r\n\";2\n")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\ufffd") || strings.HasPrefix(s, "\ufeff") || strings.HasSuffix(s, "\r\r") {
			return
		}
		for _, keep := range []bool{false, true} {
			got, wrong, comma := table.ReadCSV(s, keep)
			want, bad, err := csvRows([]byte(s), comma)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range got {
				for i, c := range row {
					if keep {
						row[i] = strings.ReplaceAll(c, "\r\n", "\n")
					}
				}
			}
			if wrong != bad || !slices.EqualFunc(got, want, slices.Equal) {
				t.Fatalf("%q: %d wrong, %q; encoding/csv: %d, %q", s, wrong, got, bad, want)
			}
		}
	})
}

// Cells keep their line breaks for who counts signs in them.
func TestKeepBreaks(t *testing.T) {
	path := file(t, "a.csv", []byte("id,text\r\n1,\"路灯\r\n不亮\n\"\r\n"))
	for keep, want := range map[bool]string{false: "路灯\n不亮\n", true: "路灯\r\n不亮\n"} {
		f, err := table.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if keep {
			f.KeepBreaks()
		}
		row, err := f.Next()
		if err != nil || len(row.Cells) != 2 || row.Cells[1] != want || row.Line != 2 {
			t.Errorf("%v: line %d, %q %v", keep, row.Line, row.Cells, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2019/4/8 8:37:20", "43563.3", "2018/4/24", "9999", "2025年1月2日下午8时5分6秒", "20250102 08:05+0800", "202501020805"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, err := time.Parse("2006-1-2 15:4:5", s); err == nil && at.Year() >= 1990 && at.Year() <= 2100 {
			if got, err := table.ParseTime(s, time.UTC); err != nil || !got.Equal(at) {
				t.Errorf("%q is %v (%v), not %v", s, got, err, at)
			}
		}
		if got, err := table.ParseTime(s, time.UTC); err == nil && (got.Year() < 1990 || got.Year() > 2100) {
			t.Errorf("%q is %v", s, got)
		}
	})
}
