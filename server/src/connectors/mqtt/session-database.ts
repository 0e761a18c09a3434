import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { Qos } from './message.ts'
import type { KeptDelivery, KeptMessage, KeptSession, KeptState, KeptWill, StoreChange } from './session-store.ts'

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS session (client TEXT PRIMARY KEY, seconds INTEGER NOT NULL, absent_since_us REAL, will TEXT) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subscription (client TEXT, filter TEXT, qos INTEGER NOT NULL, no_local INTEGER NOT NULL, as_published INTEGER NOT NULL,
    identifier INTEGER NOT NULL, PRIMARY KEY (client, filter)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS delivery (client TEXT NOT NULL, sequence INTEGER NOT NULL, qos INTEGER NOT NULL, retain INTEGER NOT NULL,
    identifiers TEXT NOT NULL, share TEXT NOT NULL, packet_id INTEGER NOT NULL, released INTEGER NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
    message_qos INTEGER NOT NULL, message_retain INTEGER NOT NULL, properties BLOB NOT NULL, expires_us REAL, publisher TEXT NOT NULL,
    crc INTEGER, PRIMARY KEY (client, sequence)) STRICT;
  CREATE TABLE IF NOT EXISTS received (client TEXT, packet_id INTEGER, PRIMARY KEY (client, packet_id)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, message_qos INTEGER NOT NULL, message_retain INTEGER NOT NULL,
    properties BLOB NOT NULL, expires_us REAL, publisher TEXT NOT NULL, crc INTEGER) STRICT;`

const MESSAGE_TABLES = ['delivery', 'retained'] as const

type Row = Record<string, SQLOutputValue>

/** The SQLite file of the session store. Used by its thread only. */
export class SessionDatabase {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  /** Topics of the messages that {@link load} found spoilt. */
  #spoilt: string[] = []

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { timeout: 5_000 })
    try {
      this.#database.exec(SCHEMA)
      // A file of an earlier version; its messages have no checksum.
      for (const table of MESSAGE_TABLES) if (!this.#rows(`PRAGMA table_info(${table})`).some((row) => row['name'] === 'crc')) this.#database.exec(`ALTER TABLE ${table} ADD COLUMN crc INTEGER`)
    } catch (cause) {
      this.#database.close()
      throw cause
    }
  }

  load(): KeptState {
    const problems = this.#rows('PRAGMA quick_check(1)')
    if (text(problems[0]?.['quick_check']) !== 'ok') throw damaged(text(problems[0]?.['quick_check']))
    this.#spoilt = MESSAGE_TABLES.flatMap((table) => this.#dropSpoilt(table))
    return {
      sessions: this.#rows('SELECT * FROM session').map(sessionOf),
      subscriptions: this.#rows('SELECT * FROM subscription').map((row) => ({
        clientId: text(row['client']),
        filter: text(row['filter']),
        qos: qosOf(row['qos']),
        noLocal: row['no_local'] === 1,
        retainAsPublished: row['as_published'] === 1,
        identifier: Number(row['identifier']),
      })),
      deliveries: this.#rows('SELECT * FROM delivery ORDER BY client, sequence').map(deliveryOf),
      received: this.#rows('SELECT * FROM received').map((row) => ({ clientId: text(row['client']), packetId: Number(row['packet_id']) })),
      retained: this.#rows('SELECT * FROM retained').map(messageOf),
    }
  }

  /** Topics of the messages whose bytes changed on the disk: they were dropped when the file was loaded. */
  get spoilt(): readonly string[] {
    return this.#spoilt
  }

  /** SQLite knows when its own structure is damaged, but not when a byte within a value is. */
  #dropSpoilt(table: (typeof MESSAGE_TABLES)[number]): string[] {
    const bad = this.#rows(`SELECT * FROM ${table} WHERE crc IS NOT NULL`).filter((row) => crcOf(text(row['topic']), bytes(row['payload']), bytes(row['properties'])) !== row['crc'])
    for (const row of bad) {
      if (table === 'retained') this.#run('DELETE FROM retained WHERE topic = ?', text(row['topic']))
      else this.#run('DELETE FROM delivery WHERE client = ? AND sequence = ?', text(row['client']), Number(row['sequence']))
    }
    return bad.map((row) => text(row['topic']))
  }

  /** All of the changes or none; durable when this returns. */
  apply(changes: readonly StoreChange[]): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      for (const change of changes) this.#change(change)
      this.#database.exec('COMMIT')
    } catch (cause) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw cause
    }
  }

  #change(change: StoreChange): void {
    switch (change.op) {
      case 'putSession': {
        const { clientId, seconds, absentSinceUs, will } = change.session
        this.#run('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)', clientId, seconds, absentSinceUs ?? null, will === undefined ? null : willText(will))
        return
      }
      case 'dropSession':
        for (const table of ['session', 'subscription', 'delivery', 'received']) this.#run(`DELETE FROM ${table} WHERE client = ?`, change.clientId)
        return
      case 'putSubscription': {
        const { clientId, filter, qos, noLocal, retainAsPublished, identifier } = change.subscription
        this.#run('INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?, ?, ?)', clientId, filter, qos, Number(noLocal), Number(retainAsPublished), identifier)
        return
      }
      case 'dropSubscription':
        this.#run('DELETE FROM subscription WHERE client = ? AND filter = ?', change.clientId, change.filter)
        return
      case 'putDelivery': {
        const { clientId, sequence, message, qos, retain, identifiers, group, packetId, released } = change.delivery
        this.#run(
          'INSERT OR REPLACE INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          clientId, sequence, qos, Number(retain), JSON.stringify(identifiers), group, packetId, Number(released), ...messageValues(message),
        )
        return
      }
      case 'sendDelivery':
        this.#run('UPDATE delivery SET packet_id = ? WHERE client = ? AND sequence = ?', change.packetId, change.clientId, change.sequence)
        return
      case 'releaseDelivery':
        this.#run("UPDATE delivery SET released = 1, payload = x'', properties = x'', crc = NULL WHERE client = ? AND sequence = ?", change.clientId, change.sequence)
        return
      case 'dropDelivery':
        this.#run('DELETE FROM delivery WHERE client = ? AND sequence = ?', change.clientId, change.sequence)
        return
      case 'putReceived':
        this.#run('INSERT OR REPLACE INTO received VALUES (?, ?)', change.clientId, change.packetId)
        return
      case 'dropReceived':
        this.#run('DELETE FROM received WHERE client = ? AND packet_id = ?', change.clientId, change.packetId)
        return
      case 'putRetained':
        this.#run('INSERT OR REPLACE INTO retained VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...messageValues(change.message))
        return
      case 'dropRetained':
        this.#run('DELETE FROM retained WHERE topic = ?', change.topic)
    }
  }

  #rows(sql: string): Row[] {
    return this.#statement(sql).all()
  }

  #run(sql: string, ...values: (string | number | null | Uint8Array)[]): void {
    this.#statement(sql).run(...values)
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  close(): void {
    this.#database.close()
  }
}

function damaged(problem: string): Error {
  return Object.assign(new Error(problem), { errcode: 11 })
}

/** Topic, payload, QoS, RETAIN flag, properties, expiry, publisher and checksum, as the tables have them. */
function messageValues({ topic, payload, qos, retain, properties, expiresUs, publisher }: KeptMessage): [string, Uint8Array, number, number, Uint8Array, number | null, string, number] {
  return [topic, payload, qos, Number(retain), properties, expiresUs ?? null, publisher, crcOf(topic, payload, properties)]
}

/** CRC-32 of what a message says; the lengths keep its parts apart. */
function crcOf(topic: string, payload: Uint8Array, properties: Uint8Array): number {
  return crc32(properties, crc32(payload, crc32(`${topic} ${payload.length} ${properties.length} `)))
}

function messageOf(row: Row): KeptMessage {
  return {
    topic: text(row['topic']),
    payload: bytes(row['payload']),
    qos: qosOf(row['message_qos']),
    retain: row['message_retain'] === 1,
    properties: bytes(row['properties']),
    expiresUs: row['expires_us'] === null ? undefined : Number(row['expires_us']),
    publisher: text(row['publisher']),
  }
}

function deliveryOf(row: Row): KeptDelivery {
  const identifiers: unknown = JSON.parse(text(row['identifiers']))
  return {
    clientId: text(row['client']),
    sequence: Number(row['sequence']),
    message: messageOf(row),
    qos: qosOf(row['qos']),
    retain: row['retain'] === 1,
    identifiers: Array.isArray(identifiers) ? identifiers.map(Number) : [],
    group: text(row['share']),
    packetId: Number(row['packet_id']),
    released: row['released'] === 1,
  }
}

function sessionOf(row: Row): KeptSession {
  return {
    clientId: text(row['client']),
    seconds: Number(row['seconds']),
    absentSinceUs: row['absent_since_us'] === null ? undefined : Number(row['absent_since_us']),
    will: typeof row['will'] === 'string' ? willOf(row['will']) : undefined,
  }
}

interface WillText extends Omit<KeptWill, 'message'> {
  readonly message: Omit<KeptMessage, 'payload' | 'properties'> & { readonly payload: string; readonly properties: string }
}

function willText(will: KeptWill): string {
  const payload = Buffer.from(will.message.payload).toString('base64')
  const properties = Buffer.from(will.message.properties).toString('base64')
  return JSON.stringify({ ...will, message: { ...will.message, payload, properties } } satisfies WillText)
}

function willOf(json: string): KeptWill {
  const will = JSON.parse(json) as WillText
  const payload = Buffer.from(will.message.payload, 'base64')
  const properties = Buffer.from(will.message.properties, 'base64')
  return { expirySeconds: will.expirySeconds, delaySeconds: will.delaySeconds, message: { ...will.message, expiresUs: undefined, payload, properties } }
}

function text(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : ''
}

function bytes(value: SQLOutputValue | undefined): Buffer {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.alloc(0)
}

function qosOf(value: SQLOutputValue | undefined): Qos {
  return value === 2 ? 2 : value === 1 ? 1 : 0
}
