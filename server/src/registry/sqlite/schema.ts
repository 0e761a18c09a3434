/** One step forward of the file's form. Steps are never edited after a release: a new one is added. */
export interface Migration {
  readonly version: number
  readonly sql: string
}

/** Ids of one page: asset 300 is in page 1. A page is written whole, so it is small; a row is read whole, so it is not too small. */
export const PAGE_IDS = 256

/**
 * The registry file's forms, oldest first; SQLite's `user_version` says which a file has. Form 1 was before the first release.
 *
 * Assets and signals are kept in pages of 256 ids: JSON of columns, in which what like machines share stands once. SQLite hands out a row in
 * about 1 µs, so 3 million rows of one asset or signal each would take seconds at every start; 12,000 pages take a tenth of one. Every row has a checksum,
 * and `state` a digest of them all: any bit that flips in what is kept is found, and so is a row that is lost. The views `assets` and
 * `signals` show the content to any SQLite tool.
 *
 * Paths are kept whole (once a page for siblings): a page that is lost takes its assets with it and nothing below them.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 2,
    sql: `
      CREATE TABLE asset_pages (page INTEGER PRIMARY KEY, json TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
      CREATE TABLE signal_pages (page INTEGER PRIMARY KEY, json TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;
      CREATE TABLE documents (
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        json TEXT NOT NULL,
        checksum INTEGER NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE state (what TEXT PRIMARY KEY, value INTEGER NOT NULL, checksum INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      CREATE VIEW assets AS
        SELECT id.value AS id,
          ltrim(json_extract(p.json, '$.parents[' || json_extract(p.json, '$.parent[' || id.key || ']') || ']') || '/' || json_extract(p.json, '$.names[' || id.key || ']'), '/') AS path,
          json_extract(p.json, '$.shapes[' || json_extract(p.json, '$.shape[' || id.key || ']') || ']') AS shape,
          json_extract(p.json, '$.properties[' || id.key || ']') AS properties,
          json_extract(p.json, '$.signals[' || id.key || ']') AS signals
        FROM asset_pages p, json_each(p.json, '$.ids') id;
      CREATE VIEW signals AS
        SELECT series.value AS series,
          json_extract(p.json, '$.assets[' || series.key || ']') AS asset,
          json_extract(p.json, '$.shapes[' || json_extract(p.json, '$.shape[' || series.key || ']') || '].name') AS name,
          json_extract(p.json, '$.shapes[' || json_extract(p.json, '$.shape[' || series.key || ']') || ']') AS shape
        FROM signal_pages p, json_each(p.json, '$.series') series;
    `,
  },
]

/** The form that this program reads and writes. */
export const SCHEMA_VERSION = 2

/** Marks the file as a Millwright registry ("MwRg", SQLite's `application_id`). */
export const APPLICATION_ID = 0x4d_77_52_67
