-- +goose Up
CREATE VIRTUAL TABLE request_terms USING fts5(terms, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");

-- +goose StatementBegin
CREATE TRIGGER contact_reads_keep BEFORE UPDATE ON contact_reads BEGIN SELECT raise(ABORT, 'contact_reads is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER contact_reads_stay BEFORE DELETE ON contact_reads BEGIN SELECT raise(ABORT, 'contact_reads is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_events_keep BEFORE UPDATE ON case_events BEGIN SELECT raise(ABORT, 'case_events is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER case_events_stay BEFORE DELETE ON case_events BEGIN SELECT raise(ABORT, 'case_events is append-only'); END;
-- +goose StatementEnd
