-- +goose Up
CREATE TABLE request_terms (seq BIGINT NOT NULL PRIMARY KEY, terms TSVECTOR NOT NULL);
CREATE INDEX request_terms_gin ON request_terms USING gin (terms);

-- +goose StatementBegin
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;
-- +goose StatementEnd
CREATE TRIGGER contact_reads_keep BEFORE UPDATE OR DELETE ON contact_reads FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER case_events_keep BEFORE UPDATE OR DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION append_only();
