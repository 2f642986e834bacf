-- Exclusion constraints over a range and plain columns: no two prices or contracts may hold at one instant.
CREATE EXTENSION IF NOT EXISTS btree_gist;
