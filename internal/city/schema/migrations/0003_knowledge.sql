-- +goose Up

-- knowledge: articles that answer what people ask. What is written and what
-- is shown are apart: an article is worked on while its last edition is read.
CREATE TABLE articles (
	id        TEXT NOT NULL PRIMARY KEY,
	seq       BIGINT NOT NULL UNIQUE,     -- grows; names it in the index
	unit      TEXT NOT NULL,              -- who answers for it
	state     TEXT NOT NULL,              -- draft, review, published, withdrawn
	shown     BOOLEAN NOT NULL,           -- an edition is public
	draft     JSONB NOT NULL,             -- what is being written, or was last
	public    JSONB NOT NULL,             -- what is shown
	ends      TEXT NOT NULL,              -- last day of what is shown, '' for open
	question  TEXT NOT NULL,              -- in the words of who asked, if that began it
	writer    TEXT NOT NULL,              -- a staff id, or 'system'
	published BIGINT NOT NULL,            -- when its edition was, 0 for never
	checked   TEXT NOT NULL,              -- the day its owner last said it holds
	used      BIGINT NOT NULL,            -- how often it was the answer
	helped    BIGINT NOT NULL,            -- of those asked, how many said it helped
	missed    BIGINT NOT NULL,            -- and how many that it did not
	revision  BIGINT NOT NULL,
	changed   BIGINT NOT NULL
);
CREATE INDEX articles_unit ON articles (unit, state, seq);
CREATE INDEX articles_state ON articles (state, seq);
CREATE INDEX articles_changed ON articles (changed);

-- knowledge: every edition, with who made and who published it.
CREATE TABLE article_editions (
	article TEXT NOT NULL REFERENCES articles (id),
	n       BIGINT NOT NULL,
	at      BIGINT NOT NULL,
	by_id   TEXT NOT NULL,
	did     TEXT NOT NULL,                -- drafted, submitted, published, sent_back, withdrawn, confirmed
	note    TEXT NOT NULL,
	content JSONB NOT NULL,
	PRIMARY KEY (article, n)
);

-- knowledge: each time an article answered somebody, or did not.
CREATE TABLE article_uses (
	id       TEXT NOT NULL PRIMARY KEY,
	article  TEXT NOT NULL REFERENCES articles (id),
	at       BIGINT NOT NULL,
	by_id    TEXT NOT NULL,               -- a staff id, or 'resident'
	case_id  TEXT NOT NULL,               -- the enquiry it answered, or ''
	question TEXT NOT NULL,               -- in their own words, numbers masked, or ''
	helped   BIGINT NOT NULL              -- 1 yes, -1 no, 0 nobody said
);
CREATE INDEX article_uses_article ON article_uses (article, at, id);
CREATE INDEX article_uses_case ON article_uses (case_id) WHERE case_id <> '';
