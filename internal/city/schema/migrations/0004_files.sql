-- +goose Up

