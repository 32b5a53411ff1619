-- +goose Up

-- All that is looked at to find open cases of a place or a category, and to
-- count what people made of suggestions.
DROP INDEX cases_area_risk;
CREATE INDEX cases_area_risk ON cases (area, risk, seq, opened_at, about, id) WHERE risk > 0;
DROP INDEX cases_category_risk;
CREATE INDEX cases_category_risk ON cases (category, risk, seq, area, opened_at, about, id) WHERE risk > 0;
DROP INDEX choices_at;
CREATE INDEX choices_at ON choices (at, kind, accepted);
