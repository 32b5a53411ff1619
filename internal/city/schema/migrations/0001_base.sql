-- +goose Up

-- base/versions
CREATE TABLE versions (
	name    TEXT NOT NULL,
	version BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	by_id   TEXT NOT NULL,
	digest  TEXT NOT NULL,
	body    BYTEA NOT NULL,
	PRIMARY KEY (name, version)
);

-- intake: requests and their receipts. Words, place and time never change.
CREATE TABLE requests (
	id         TEXT NOT NULL PRIMARY KEY,
	seq        BIGINT NOT NULL UNIQUE CHECK (seq > 0), -- grows with at; names the row in request_terms and in pages
	receipt    TEXT NOT NULL UNIQUE,
	at         BIGINT NOT NULL,
	channel    TEXT NOT NULL,
	lang       TEXT NOT NULL,
	subject    TEXT NOT NULL,
	text       TEXT NOT NULL CHECK (text <> ''),
	kind       TEXT NOT NULL,             -- what the resident said it is, or ''
	category   TEXT NOT NULL,             -- likewise
	area       TEXT NOT NULL,
	address    TEXT NOT NULL,
	lat        DOUBLE PRECISION,
	lon        DOUBLE PRECISION,
	contact    BYTEA,                     -- encrypted; NULL where none was left
	clerk      TEXT NOT NULL,             -- who wrote it down, or ''
	source     TEXT NOT NULL,             -- where an imported one comes from, or ''
	source_id  TEXT NOT NULL,
	author     TEXT NOT NULL,             -- the author's name in the source, or ''
	likes      BIGINT NOT NULL,
	same_as    TEXT NOT NULL,             -- the number of the case that whoever wrote it says is the same matter, or ''
	by_person  BOOLEAN NOT NULL           -- who wrote it wants a person, and no program, to decide where it goes
);
CREATE UNIQUE INDEX requests_source ON requests (source, source_id) WHERE source <> '';

-- intake: what makes a submission that is sent twice the same submission.
CREATE TABLE submissions (
	key     TEXT NOT NULL PRIMARY KEY,
	digest  TEXT NOT NULL,
	request TEXT NOT NULL,
	at      BIGINT NOT NULL
);

-- intake: words added to a request by the resident or by those who handle it.
CREATE TABLE notes (
	id      TEXT NOT NULL PRIMARY KEY,
	request TEXT NOT NULL REFERENCES requests (id),
	at      BIGINT NOT NULL,
	by_id   TEXT NOT NULL,                -- 'resident' or a staff id
	text    TEXT NOT NULL
);
CREATE INDEX notes_request ON notes (request, at);

-- intake: who read a resident's contact data, and why. Append-only.
CREATE TABLE contact_reads (
	id      TEXT NOT NULL PRIMARY KEY,
	request TEXT NOT NULL REFERENCES requests (id),
	at      BIGINT NOT NULL,
	staff   TEXT NOT NULL,
	unit    TEXT NOT NULL,
	reason  TEXT NOT NULL
);
CREATE INDEX contact_reads_request ON contact_reads (request, at);

-- triage: how a request was read, and what people made of the suggestion.
CREATE TABLE readings (
	request   TEXT NOT NULL PRIMARY KEY,
	at        BIGINT NOT NULL,
	catalogue BIGINT NOT NULL,
	model     TEXT NOT NULL,
	body      JSONB NOT NULL
);
CREATE TABLE choices (
	id        TEXT NOT NULL PRIMARY KEY,
	at        BIGINT NOT NULL,
	request   TEXT NOT NULL,
	case_id   TEXT NOT NULL,
	staff     TEXT NOT NULL,
	suggested TEXT NOT NULL,               -- unit
	chosen    TEXT NOT NULL,               -- unit
	suggested_category TEXT NOT NULL,
	chosen_category    TEXT NOT NULL,
	prob      DOUBLE PRECISION NOT NULL,
	accepted  BOOLEAN NOT NULL
);
CREATE INDEX choices_at ON choices (at);
CREATE INDEX choices_request ON choices (request);

-- cases: what the government does about requests.
CREATE TABLE cases (
	id            TEXT NOT NULL PRIMARY KEY,
	seq           BIGINT NOT NULL UNIQUE,  -- the day it was opened on and a running number: 20261124 000017
	state         TEXT NOT NULL,
	waits_for     TEXT NOT NULL,           -- who has the next step
	risk          BIGINT NOT NULL,         -- lists by risk: urgency above, the deadline that counts below; 0 when nothing is owed
	kind          TEXT NOT NULL,
	route         TEXT NOT NULL,
	category      TEXT NOT NULL,
	area          TEXT NOT NULL,
	address       TEXT NOT NULL,
	urgency       BIGINT NOT NULL,         -- 0 ordinary, 1 urgent, 2 emergency
	subject       TEXT NOT NULL,
	restricted    BOOLEAN NOT NULL,        -- its author is hidden from who handles it
	about         TEXT NOT NULL,           -- the unit it complains about, or ''
	lead          TEXT NOT NULL CHECK (lead <> '' OR state IN ('waiting', 'closed')), -- the unit, '' until dispatched
	helpers       TEXT NOT NULL,           -- the units that help, separated by commas
	handler       TEXT NOT NULL,           -- the person in the lead unit, or ''
	duty          TEXT NOT NULL,
	catalogue     BIGINT NOT NULL,
	chain         TEXT NOT NULL,           -- the checks an answer passes, in order: 'check,sign,hotline'
	step          BIGINT NOT NULL,         -- how many it has passed
	opened_at     BIGINT NOT NULL,
	dispatch_due  BIGINT NOT NULL,         -- until when the hotline sends it, or rules on it
	dispatched_at BIGINT NOT NULL,
	accept_limit  TEXT NOT NULL,
	accept_due    BIGINT NOT NULL,
	accepted_at   BIGINT NOT NULL,
	resolve_limit TEXT NOT NULL,
	resolve_due   BIGINT NOT NULL,
	paused_at     BIGINT NOT NULL,         -- when the open question was put, else 0
	paused_until  BIGINT NOT NULL,         -- when the pause ends at the latest
	paused_used   BIGINT NOT NULL,         -- how much of the cap earlier pauses used, in microseconds
	unpaused_due  BIGINT NOT NULL,         -- where resolve_due stood before the open question
	answered_at   BIGINT NOT NULL,         -- when the answer that stands was given, 0 while none does
	confirm_until BIGINT NOT NULL,
	outcome       TEXT NOT NULL,
	closed_at     BIGINT NOT NULL,         -- when the last word was said by people, else 0
	reopened      BIGINT NOT NULL,         -- how often
	returned_by   TEXT NOT NULL,           -- the units that returned it, separated by commas
	granted       TEXT NOT NULL,           -- the partners that may reach the resident, separated by commas
	merged_into   TEXT NOT NULL,           -- the case that its parts were joined to, or ''
	people        BIGINT NOT NULL,         -- how many parts it has
	revision      BIGINT NOT NULL          -- grows with every change; two who change one case do not overwrite each other
);
CREATE INDEX cases_risk ON cases (risk, seq) WHERE risk > 0;
CREATE INDEX cases_people ON cases (people, seq) WHERE risk > 0 AND people > 1;
CREATE INDEX cases_state_risk ON cases (state, risk, seq) WHERE risk > 0;
CREATE INDEX cases_waits_risk ON cases (waits_for, risk, seq) WHERE risk > 0;
CREATE INDEX cases_state ON cases (state, seq);
CREATE INDEX cases_confirm ON cases (state, confirm_until) WHERE state = 'answered'; -- most that were answered stay so, and are closed by silence
CREATE INDEX cases_area ON cases (area, seq);
CREATE INDEX cases_area_risk ON cases (area, risk, seq) WHERE risk > 0;
CREATE INDEX cases_category ON cases (category, seq);
CREATE INDEX cases_handler ON cases (handler, seq) WHERE handler <> '';
-- Figures are counted off these two, without a look at the rows.
CREATE INDEX cases_opened ON cases (opened_at, route, lead, area, about, category, merged_into, restricted, id); -- all that counting what came in looks at
CREATE INDEX cases_answered ON cases (answered_at, lead, area, about, route, dispatched_at, resolve_due, confirm_until, id);

-- cases: which units hold a case, as lead or helper, now or before. A unit's
-- lists are made of it, so what they are sorted by stands here as well.
CREATE TABLE case_units (
	case_id TEXT NOT NULL REFERENCES cases (id),
	unit    TEXT NOT NULL,
	role    TEXT NOT NULL,                -- lead, helper
	since   BIGINT NOT NULL,
	until   BIGINT NOT NULL,              -- 0 while it does
	seq     BIGINT NOT NULL,              -- of the case
	risk    BIGINT NOT NULL,              -- of the case
	PRIMARY KEY (case_id, unit, role, since)
);
CREATE UNIQUE INDEX case_units_one_lead ON case_units (case_id) WHERE role = 'lead' AND until = 0;
CREATE INDEX case_units_helps ON case_units (case_id, unit) WHERE role = 'helper' AND until = 0;
CREATE INDEX case_units_newest ON case_units (unit, role, seq) WHERE until = 0;
CREATE INDEX case_units_risk ON case_units (unit, role, risk, seq) WHERE until = 0 AND risk > 0;

-- cases: a part is one matter of one request, in the case that deals with it.
-- Verdicts and ratings are counted by whose case it is, so that stands here as well.
CREATE TABLE parts (
	id          TEXT NOT NULL PRIMARY KEY,
	request     TEXT NOT NULL,
	case_id     TEXT NOT NULL REFERENCES cases (id),
	matter      TEXT NOT NULL,            -- in a few words, where a request has several
	at          BIGINT NOT NULL,          -- the resident's own clock starts
	withdrawn_at BIGINT NOT NULL,
	verdict     TEXT NOT NULL,            -- '', solved, not_solved
	verdict_at  BIGINT NOT NULL,
	missing     TEXT NOT NULL,            -- what the resident says is missing; stays until they say it is solved
	rating      BIGINT NOT NULL,          -- 1 to 5, 0 for none
	rating_text TEXT NOT NULL,
	rated_at    BIGINT NOT NULL,
	lead        TEXT NOT NULL,            -- of the case
	area        TEXT NOT NULL,            -- of the case
	about       TEXT NOT NULL             -- of the case
);
CREATE INDEX parts_request ON parts (request);
CREATE INDEX parts_case ON parts (case_id, at, withdrawn_at, verdict_at);
CREATE INDEX parts_verdict ON parts (verdict_at, verdict, lead, area, about, case_id);
CREATE INDEX parts_rated ON parts (rated_at, rating, lead, area, about, case_id);

-- cases: what happened, in order. Append-only.
CREATE TABLE case_events (
	case_id TEXT NOT NULL REFERENCES cases (id),
	n       BIGINT NOT NULL,              -- 1, 2, … in the case
	id      TEXT NOT NULL,
	part    TEXT NOT NULL,                -- '' for the whole case
	at      BIGINT NOT NULL,
	kind    TEXT NOT NULL,
	by_id   TEXT NOT NULL,
	unit    TEXT NOT NULL,
	public  BOOLEAN NOT NULL,             -- the resident sees it
	body    JSONB NOT NULL,
	PRIMARY KEY (case_id, n)
);

-- cases: drafts and released answers, every version of them.
CREATE TABLE answers (
	case_id  TEXT NOT NULL REFERENCES cases (id),
	id       TEXT NOT NULL,
	at       BIGINT NOT NULL,
	by_id    TEXT NOT NULL,
	outcome  TEXT NOT NULL,
	text     TEXT NOT NULL,
	english  TEXT NOT NULL,               -- the same in English, or ''
	released BIGINT NOT NULL,             -- when the resident could read it, else 0
	PRIMARY KEY (case_id, id)
);

-- access: people who work here.
CREATE TABLE staff (
	id       TEXT NOT NULL PRIMARY KEY,
	login    TEXT NOT NULL UNIQUE,
	name     TEXT NOT NULL,
	name_en  TEXT NOT NULL,
	unit     TEXT NOT NULL,
	roles    TEXT NOT NULL,               -- separated by commas
	area     TEXT NOT NULL,               -- the part of the city a leader sees, '' for all
	password TEXT NOT NULL,               -- argon2id, '' until set
	totp     BYTEA,                       -- encrypted
	totp_step BIGINT NOT NULL,            -- the last time step used, which is not taken twice
	made_at  BIGINT NOT NULL,
	left_at  BIGINT NOT NULL
);
CREATE TABLE setup_links (
	digest   TEXT NOT NULL PRIMARY KEY,   -- SHA-256 of the link's secret
	staff    TEXT NOT NULL REFERENCES staff (id),
	until    BIGINT NOT NULL,
	used_at  BIGINT NOT NULL
);
CREATE TABLE sessions (
	token  TEXT NOT NULL PRIMARY KEY,
	data   BYTEA NOT NULL,
	expiry BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);
CREATE TABLE attempts (
	key   TEXT NOT NULL,                  -- what is limited: 'login:NAME', …
	since BIGINT NOT NULL,                -- start of the window
	count BIGINT NOT NULL,
	PRIMARY KEY (key, since)
);

-- notify: messages inside the program.
CREATE TABLE notices (
	id      TEXT NOT NULL PRIMARY KEY,
	to_kind TEXT NOT NULL,                -- staff, unit
	to_id   TEXT NOT NULL,
	roles   TEXT NOT NULL,                -- who in the unit it is for, '' for all
	at      BIGINT NOT NULL,
	key     TEXT NOT NULL,                -- which message
	args    JSONB NOT NULL,
	link    TEXT NOT NULL,
	read_at BIGINT NOT NULL
);
CREATE INDEX notices_to ON notices (to_kind, to_id, at);
