/** One step forward of the file's form. Steps are never edited after a release: a new one is added. */
export interface Migration {
  readonly version: number
  readonly sql: string
}

/**
 * The registry file's forms, oldest first; SQLite's `user_version` says how many a file has been through.
 *
 * Paths are not declared unique: within one transaction two assets may trade places, and the plant model guards uniqueness.
 * `verify` looks for what slipped through. `highest` remembers the ids ever given, so that none is used twice.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE assets (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL,
        level TEXT,
        type TEXT,
        description TEXT,
        properties TEXT NOT NULL
      ) STRICT;
      CREATE TABLE signals (
        series INTEGER PRIMARY KEY,
        asset INTEGER NOT NULL REFERENCES assets (id) DEFERRABLE INITIALLY DEFERRED,
        name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('number', 'boolean', 'text', 'waveform')),
        unit TEXT,
        low REAL,
        high REAL,
        description TEXT,
        deadband REAL,
        retention_days REAL
      ) STRICT;
      CREATE INDEX signals_by_asset ON signals (asset);
      CREATE TABLE documents (
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        json TEXT NOT NULL,
        PRIMARY KEY (kind, key)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE highest (
        what TEXT PRIMARY KEY,
        id INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      INSERT INTO highest VALUES ('asset', 0), ('series', 0);
    `,
  },
]

/** The form that this program reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length

/** Marks the file as a Millwright registry ("MwRg", SQLite's `application_id`). */
export const APPLICATION_ID = 0x4d_77_52_67
