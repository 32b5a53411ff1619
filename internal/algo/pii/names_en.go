package pii

import "unicode"

// English names: words with capitals after a title, after "my name is" and
// the like, or beginning with a first name or a surname in Pinyin that is
// common enough.

var (
	englishTitles = newWords(true, wordGroup{3, `MR MR. MRS MRS. MS MS. MISS DR DR. PROF PROF. PROFESSOR DOCTOR SIR MADAM OFFICER NURSE MANAGER DIRECTOR INSPECTOR SERGEANT CAPTAIN JUDGE`})
	englishLabels = newWords(true, wordGroup{6, `NAME~IS NAME'S NAME’S NAME~IS~MR NAME~IS~MS`}, wordGroup{5, `FULL~NAME NAME CALLED NAMED APPLICANT TENANT OWNER LANDLORD RESIDENT CONTACT~PERSON SIGNED`},
		wordGroup{1, `I~AM I'M I’M THIS~IS`},
		wordGroup{2, `SPEAK~TO ASK~FOR CONTACT CALL REGARDS SINCERELY FAITHFULLY YOURS THANKS TO~SEE WIFE HUSBAND SON DAUGHTER MOTHER FATHER BROTHER SISTER NEIGHBOUR NEIGHBOR FRIEND COLLEAGUE TEACHER DRIVER FROM~MY BY WITH FROM REACH EMAIL`})
	firstNames = wordMap(`JAMES JOHN ROBERT MICHAEL WILLIAM DAVID RICHARD JOSEPH THOMAS CHARLES CHRISTOPHER DANIEL MATTHEW ANTHONY DONALD STEVEN PAUL ANDREW JOSHUA KENNETH KEVIN BRIAN GEORGE TIMOTHY RONALD
		EDWARD JASON JEFFREY RYAN JACOB GARY NICHOLAS ERIC JONATHAN STEPHEN LARRY JUSTIN SCOTT BRANDON BENJAMIN SAMUEL GREGORY ALEXANDER PATRICK FRANK RAYMOND JACK DENNIS JERRY TYLER AARON JOSE ADAM NATHAN HENRY PETER
		ZACHARY KYLE NOAH ETHAN JEREMY CHRISTIAN WALTER KEITH AUSTIN ROGER TERRY SEAN GERALD CARL DYLAN HAROLD JORDAN JESSE BRYAN LAWRENCE ARTHUR GABRIEL BRUCE LOGAN ALAN ALBERT WILLIE ELIJAH WAYNE RANDY VINCENT MASON
		ROY RALPH BOBBY RUSSELL BRADLEY PHILIP EUGENE SIMON MARTIN OLIVER HARRY OSCAR LEO LIAM LUCAS MARCO MOHAMMED MUHAMMAD AHMED ALI OMAR HASSAN IBRAHIM RAJ AMIT RAHUL HIROSHI KENJI TARO IVAN SERGEI DMITRI PIERRE JEAN HANS KLAUS CARLOS JUAN LUIS MIGUEL PEDRO
		MARY PATRICIA JENNIFER LINDA ELIZABETH BARBARA SUSAN JESSICA SARAH KAREN LISA NANCY BETTY SANDRA MARGARET ASHLEY KIMBERLY EMILY DONNA MICHELLE CAROL AMANDA MELISSA DEBORAH STEPHANIE REBECCA SHARON LAURA CYNTHIA
		DOROTHY AMY KATHLEEN ANGELA SHIRLEY EMMA BRENDA PAMELA NICOLE ANNA SAMANTHA KATHERINE CHRISTINE HELEN DEBRA RACHEL CAROLYN JANET MARIA CATHERINE HEATHER DIANE OLIVIA JULIE JOYCE VICTORIA RUTH VIRGINIA LAUREN KELLY
		CHRISTINA JOAN EVELYN JUDITH ANDREA HANNAH MEGAN CHERYL JACQUELINE MARTHA MADISON TERESA GLORIA SARA JANICE ANN ANNE KATHRYN ABIGAIL SOPHIA FRANCES JEAN ALICE JUDY ISABELLA JULIA GRACE AMBER DENISE DANIELLE MARILYN
		BEVERLY CHARLOTTE NATALIE THERESA DIANA BRITTANY DORIS KAYLA ALEXIS LORI MARIE JANE LUCY SOPHIE CHLOE CLAIRE FIONA GRAHAM NIGEL IAN COLIN STUART NEIL TONY MIKE TOM TIM BOB JIM BILL STEVE DAVE DAN BEN SAM JOE CHRIS ALEX MATT ANDY NICK
		FATIMA AISHA PRIYA YUKI ELENA OLGA NATASHA SVETLANA INGRID KATE EVA ELLEN IRENE JENNY CINDY VIVIAN TIFFANY WENDY PEGGY EDITH FELIX HUGO LEON MAX OTTO`)
	// Pinyin of common surnames.
	pinyinSurnames = wordMap(`WANG LI ZHANG LIU CHEN YANG ZHAO HUANG ZHOU WU XU SUN HU ZHU GAO LIN HE GUO MA LUO LIANG SONG ZHENG XIE HAN TANG FENG YU DONG XIAO CHENG CAO YUAN DENG FU SHEN ZENG PENG LV LU SU JIANG CAI JIA DING WEI XUE YE YAN PAN DU DAI XIA ZHONG TIAN REN FAN FANG SHI YAO TAN LIAO ZOU XIONG JIN HAO KONG BAI CUI KANG MAO QIU QIN GU HOU SHAO MENG LONG WAN DUAN LEI QIAN YIN LI YI CHANG WEN QIAO LAI GONG OUYANG ZHUGE SITU SHANGGUAN CHAN WONG CHEUNG LAU KWOK NG LEUNG CHOW YEUNG`)
	// What is written with a capital and is no name.
	notNames = wordMap(`I A AN THE AND OR BUT MY YOUR HIS HER OUR THEIR IT HE SHE WE YOU THEY THIS THAT THESE THOSE IS AM ARE WAS WERE AT IN ON OF TO FOR FROM WITH BY AS PLEASE THANK THANKS HELLO HI DEAR SIR MADAM SIRS HOTLINE OFFICE CITY DISTRICT COUNTY
		PROVINCE STREET ROAD AVENUE LANE DRIVE BOULEVARD SQUARE PARK GARDEN GARDENS ESTATE BUILDING BLOCK UNIT ROOM FLAT APARTMENT FLOOR TOWER PLAZA MALL CENTER CENTRE STATION BRIDGE SCHOOL HOSPITAL UNIVERSITY COLLEGE HOTEL BANK COMPANY LTD INC LIMITED CO GROUP
		MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY JANUARY FEBRUARY MARCH APRIL JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER CHINA CHINESE BEIJING SHANGHAI AMERICAN BRITISH ENGLISH FRENCH GERMAN CANADIAN INDIAN JAPANESE KOREAN RUSSIAN
		UK US USA MR MRS MS MISS DR NO NOT NEVER BEST KIND REGARDS YOURS SINCERELY FAITHFULLY TEL PHONE MOBILE EMAIL ADDRESS ID PASSPORT CARD NUMBER DEPARTMENT BUREAU COMMITTEE COMMUNITY PROPERTY MANAGEMENT WATER POWER POLICE TRAFFIC BUS METRO LINE NORTH SOUTH EAST WEST UPPER LOWER
		VERY SO WHEN WHERE WHO WHAT HOW WHY IF THEN NOW TODAY YESTERDAY TOMORROW LAST NEXT SINCE ALSO CAN COULD WILL WOULD SHOULD MAY HAS HAVE HAD DO DOES DID WRITING CALLING LIVING LIVE LIVES RESIDENT OWNER TENANT STUDENT TEACHER FOREIGNER CITIZEN SERVICE CUSTOMER WECHAT ALIPAY QQ APP WIFI PM AM`)
	familyPlaces = wordMap(`STREET ST ROAD RD AVENUE AVE LANE LN DRIVE DR BOULEVARD BLVD SQUARE PARK GARDEN GARDENS ESTATE BUILDING TOWER PLAZA MALL CENTER CENTRE STATION BRIDGE SCHOOL HOSPITAL UNIVERSITY COLLEGE HOTEL BANK COMPANY LTD INC DISTRICT COUNTY PROVINCE CITY TOWN VILLAGE COURT CLOSE WAY HOUSE TEMPLE CHURCH ISLAND RIVER LAKE MOUNTAIN AIRPORT MARKET`)
)

func wordMap(s string) map[string]bool {
	in := map[string]bool{}
	for _, w := range list(s) {
		in[w] = true
	}
	return in
}

// nameWord gives the end of the word at i if it is written as a part of a
// name is: Smith, O'Brien, Jean-Luc, J., or all in capitals; free says that
// small letters do as well, titled that a title stands before.
func (f *finder) nameWord(i int, free, titled bool) int {
	if !upper(f.char(i)) || !free && !unicode.IsUpper(f.raw[i]) && f.raw[i] < 0xFF00 {
		return i
	}
	j := i
	for j < len(f.flat) && (upper(f.flat[j]) || (f.flat[j] == '\'' || f.flat[j] == '’' || f.flat[j] == '-') && upper(f.char(j+1)) || f.flat[j] >= 0xC0 && f.flat[j] < 0x250 && unicode.IsLetter(f.flat[j])) {
		if (f.flat[j] == '\'' || f.flat[j] == '’') && f.char(j+1) == 'S' && !upper(f.char(j+2)) {
			break // John's
		}
		j++
	}
	if digit(f.char(j)) || f.char(j) == '_' || f.char(j) == '@' || j-i > 20 {
		return i
	}
	if j == i+1 && f.char(j) == '.' && upper(f.char(i)) {
		return j + 1
	}
	if w := string(f.flat[i:j]); notNames[w] && (!titled || !pinyinSurnames[w]) { // Ms He
		return i
	}
	return j
}

// englishName finds the name that begins at i.
func (f *finder) englishName(i int) (Span, bool) {
	if small := f.raw[i] >= 'a' && f.raw[i] <= 'z'; small && f.char(i-2) != 'S' {
		return Span{}, false // small letters only after "name is"
	}
	if c := f.char(i - 1); word(c) || c == '@' || c == '.' && word(f.char(i-2)) && f.char(i-2) != 'R' && f.char(i-2) != 'S' || c == '/' || c == '-' || c == '\'' {
		return Span{}, false
	}
	before := 0
	j := i
	for n := 0; n < 3 && (f.char(j-1) == ' ' || f.char(j-1) == ':' || f.char(j-1) == ',' || f.char(j-1) == '.' || f.char(j-1) == '\n'); n++ {
		j--
	}
	titled := false
	for _, k := range [...]int{j, j + 1} { // with its point, without
		if k > i {
			continue
		}
		if _, n := englishTitles.at(f.flat, k); n > 0 && !word(f.char(k-n-1)) && k < i {
			before, titled = 3, true
		}
	}
	if !titled && j < i {
		if v, n := englishLabels.at(f.flat, j); n > 0 && !word(f.char(j-n-1)) {
			before = v
		}
	}
	if before == 0 && i > 0 {
		if v, _ := f.before(i); v >= 4 && !word(f.char(i-1)) {
			before = 4 // 我叫Tom Smith
		}
	}
	first := f.nameWord(i, before == 6, titled)
	if first == i {
		return Span{}, false
	}
	end, words := first, 1
	for words < 4 && f.char(end) == ' ' {
		next := f.nameWord(end+1, false, false)
		if next == end+1 {
			if before == 6 && words == 1 { // my name is john smith
				if next = f.nameWord(end+1, true, false); next > end+1 && next-end > 2 && unicode.IsLower(f.raw[i]) {
					end, words = next, 2
				}
			}
			break
		}
		end, words = next, words+1
	}
	if f.char(end-1) == '.' {
		end--
	}
	last := i
	for k := i; k < end; k++ {
		if f.char(k) == ' ' {
			last = k + 1
		}
	}
	if familyPlaces[string(f.flat[last:end])] {
		return Span{}, false
	}
	if next := f.wordEnd(end + 1); f.char(end) == ' ' && next <= end+20 && familyPlaces[string(f.flat[min(end+1, len(f.flat)):next])] {
		return Span{}, false // He Dong District
	}
	head := string(f.flat[i:first])
	ok := false
	switch {
	case before >= 3:
		ok = end-i >= 2
	case words == 1:
		ok = (before == 1 || before == 2) && firstNames[head] && end-i > 2
	case words <= 3:
		ok = firstNames[head] || pinyinName(head, string(f.flat[first+1:end])) || pinyinName(string(f.flat[last:end]), head) ||
			before == 2 && end-last > 1 && f.title(i, end)
	}
	return Span{Name, i, end}, ok
}

// title reports whether the words from i to end are written Like This.
func (f *finder) title(i, end int) bool {
	for k := i; k < end; k++ {
		start := k == i || f.char(k-1) == ' ' || f.char(k-1) == '-' || f.char(k-1) == '\''
		if upper(f.char(k)) && f.raw[k] < 0x80 && start != unicode.IsUpper(f.raw[k]) {
			return false
		}
	}
	return true
}

// pinyinName reports whether a surname and a given name are Pinyin: one or
// two syllables, written together or with a hyphen or blank.
func pinyinName(surname, given string) bool {
	return pinyinSurnames[surname] && len(given) >= 2 && syllables(given, 3)
}

// syllables reports whether s is made of one to n syllables of Pinyin.
func syllables(s string, n int) bool {
	if s == "" {
		return true
	}
	if n == 0 {
		return false
	}
	if s[0] == '-' || s[0] == ' ' || s[0] == '\'' {
		return syllables(s[1:], n)
	}
	for k := min(6, len(s)); k >= 1; k-- {
		if syllable(s[:k]) && syllables(s[k:], n-1) {
			return true
		}
	}
	return false
}

var pinyinFinals = wordMap(`A O E AI EI AO OU AN EN ANG ENG ER I IA IE IAO IU IAN IN IANG ING IONG U UA UO UAI UI UAN UN UANG ONG V UE VE`)

func syllable(s string) bool {
	k := 0
	switch {
	case len(s) > 1 && (s[:2] == "ZH" || s[:2] == "CH" || s[:2] == "SH"):
		k = 2
	case s[0] != 'A' && s[0] != 'O' && s[0] != 'E':
		if s[0] == 'I' || s[0] == 'U' || s[0] == 'V' {
			return false
		}
		k = 1
	}
	return pinyinFinals[s[k:]]
}
