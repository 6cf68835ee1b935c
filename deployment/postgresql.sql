-- As the superuser, once: psql -f postgresql.sql. The owner keeps the tables; the site adds to the record and can change
-- nothing in it (throughline db role). pg_hba.conf, above its other lines:
--   local throughline throughline_owner,throughline_site scram-sha-256
-- Neither has a password yet, and so nobody comes in: give each its own with \password, which writes it into no log.
CREATE ROLE throughline_owner LOGIN;
CREATE ROLE throughline_site LOGIN;
CREATE DATABASE throughline OWNER throughline_owner;
