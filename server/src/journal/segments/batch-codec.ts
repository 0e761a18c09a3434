import type { NumberColumns, SampleBatch, TextColumns, WaveformColumns } from '@millwright/model/sample-batch.ts'
import { MillwrightError } from '../../kernel/error.ts'
import { align8, type AlignedMemory } from './aligned-memory.ts'
import { ColumnReader, writeDoubles, writeWords } from './columns.ts'

/**
 * A sample batch as bytes: `receivedUs` (f64), then sections, each a tag (u32), the length of its body (u32) and the body.
 * Every body begins on a multiple of 8 and holds: the count (u32), flags (u32), times (f64), series (u32), status (u32),
 * then what the kind adds. Little-endian, each column padded to 8 bytes, so that reading makes views and no copies.
 */
const TAG = { numbers: 1, texts: 2, waveforms: 3 } as const

/** A section whose tag has this bit may be passed over by a program that does not know it; any other must be understood. */
const OPTIONAL_TAG = 0x8000_0000

/** Columns in which every element is the same are kept as one element; a status column that is all good (0) not at all. */
const SAME_TIME = 1
const SAME_SERIES = 2
const ALL_GOOD = 4

const BATCH_HEADER = 8
const SECTION_HEADER = 8
const COUNT_AND_FLAGS = 8
const NO_TEXT = 0xffff_ffff

/** At most this many bytes are needed for a batch. */
export function batchBound(batch: SampleBatch): number {
  let bound = BATCH_HEADER + 3 * (SECTION_HEADER + COUNT_AND_FLAGS + 8)
  bound += batch.numbers.length * 24 + 16
  const { texts, waveforms } = batch
  bound += texts.length * 20 + 24
  // A UTF-16 unit takes at most three bytes of UTF-8.
  for (let i = 0; i < texts.length; i++) bound += (texts.values[i]?.length ?? 0) * 3
  bound += waveforms.length * 28 + 24
  for (let i = 0; i < waveforms.length; i++) bound += (waveforms.values[i]?.length ?? 0) * 4
  return align8(bound)
}

/** Writes a batch at `at` (a multiple of 8) and returns the place behind it. The caller has made room for `batchBound`. */
export function encodeBatch(batch: SampleBatch, memory: AlignedMemory, at: number): number {
  memory.doubles[at / 8] = batch.receivedUs
  let end = at + BATCH_HEADER
  if (batch.numbers.length > 0) end = encodeNumbers(batch.numbers, memory, end)
  if (batch.texts.length > 0) end = encodeTexts(batch.texts, memory, end)
  if (batch.waveforms.length > 0) end = encodeWaveforms(batch.waveforms, memory, end)
  return end
}

/**
 * The batch in the bytes `at` (a multiple of 8) to `end`. Its columns are views of `memory` where they can be.
 * Throws `CORRUPT_FILE` for bytes that no encoder wrote.
 */
export function decodeBatch(memory: AlignedMemory, at: number, end: number): SampleBatch {
  const reader = new ColumnReader(memory, at, end)
  const receivedUs = reader.double()
  let numbers = NO_NUMBERS
  let texts = NO_TEXTS
  let waveforms = NO_WAVEFORMS
  while (!reader.done) {
    const tag = reader.word()
    const section = reader.section(reader.word())
    if (tag === TAG.numbers) numbers = decodeNumbers(section)
    else if (tag === TAG.texts) texts = decodeTexts(section)
    else if (tag === TAG.waveforms) waveforms = decodeWaveforms(section)
    else if (tag < OPTIONAL_TAG) {
      throw new MillwrightError('CORRUPT_FILE', `section ${tag} of a batch is unknown: damaged, or written by a newer Millwright`)
    }
  }
  return { receivedUs, numbers, texts, waveforms }
}

function encodeNumbers(columns: NumberColumns, memory: AlignedMemory, at: number): number {
  const values = encodeKeys(columns, memory, at + SECTION_HEADER)
  return endSection(memory, at, TAG.numbers, writeDoubles(memory, values, columns.values, columns.length))
}

function encodeTexts(columns: TextColumns, memory: AlignedMemory, at: number): number {
  const lengths = encodeKeys(columns, memory, at + SECTION_HEADER)
  const start = lengths + align8(columns.length * 4)
  let end = start
  if (columns.length % 2 === 1) memory.words[start / 4 - 1] = 0
  for (let i = 0; i < columns.length; i++) {
    const text = columns.values[i]
    const size = typeof text === 'string' ? memory.bytes.write(text, end) : NO_TEXT
    memory.words[lengths / 4 + i] = size
    if (size !== NO_TEXT) end += size
  }
  const padded = align8(end)
  memory.bytes.fill(0, end, padded)
  return endSection(memory, at, TAG.texts, padded)
}

function encodeWaveforms(columns: WaveformColumns, memory: AlignedMemory, at: number): number {
  const rates = encodeKeys(columns, memory, at + SECTION_HEADER)
  const lengths = writeDoubles(memory, rates, columns.rateHz, columns.length)
  const start = lengths + align8(columns.length * 4)
  let end = start
  if (columns.length % 2 === 1) memory.words[start / 4 - 1] = 0
  for (let i = 0; i < columns.length; i++) {
    const block = columns.values[i]
    memory.words[lengths / 4 + i] = block?.length ?? 0
    if (block === undefined) continue
    memory.floats.set(block, end / 4)
    end += block.length * 4
  }
  const padded = align8(end)
  memory.bytes.fill(0, end, padded)
  return endSection(memory, at, TAG.waveforms, padded)
}

/** Writes what all kinds share, from the count to the status, and returns the place behind it. */
function encodeKeys(columns: NumberColumns | TextColumns | WaveformColumns, memory: AlignedMemory, at: number): number {
  const { length, timesUs, series, status } = columns
  const sameTime = isOneValue(timesUs, length)
  const sameSeries = isOneValue(series, length)
  const allGood = status[0] === 0 && isOneValue(status, length)
  memory.words[at / 4] = length
  memory.words[at / 4 + 1] = (sameTime ? SAME_TIME : 0) | (sameSeries ? SAME_SERIES : 0) | (allGood ? ALL_GOOD : 0)
  let end = writeDoubles(memory, at + COUNT_AND_FLAGS, timesUs, sameTime ? 1 : length)
  end = writeWords(memory, end, series, sameSeries ? 1 : length)
  return allGood ? end : writeWords(memory, end, status, length)
}

function isOneValue(column: Float64Array | Uint32Array, length: number): boolean {
  const first = column[0]
  for (let i = 1; i < length; i++) if (column[i] !== first) return false
  return true
}

function endSection(memory: AlignedMemory, at: number, tag: number, end: number): number {
  memory.words[at / 4] = tag
  memory.words[at / 4 + 1] = end - at - SECTION_HEADER
  return end
}

function decodeKeys(section: ColumnReader) {
  const length = section.count()
  const flags = section.word()
  const timesUs = flags & SAME_TIME ? section.repeatedDouble(length) : section.doubles(length)
  const series = flags & SAME_SERIES ? section.repeatedWord(length) : section.words(length)
  const status = flags & ALL_GOOD ? new Uint32Array(length) : section.words(length)
  return { length, timesUs, series, status }
}

function decodeNumbers(section: ColumnReader): NumberColumns {
  const keys = decodeKeys(section)
  return { ...keys, values: section.doubles(keys.length) }
}

function decodeTexts(section: ColumnReader): TextColumns {
  const keys = decodeKeys(section)
  const lengths = section.words(keys.length)
  const values: (string | null)[] = []
  for (const size of lengths) values.push(size === NO_TEXT ? null : section.text(size))
  return { ...keys, values }
}

function decodeWaveforms(section: ColumnReader): WaveformColumns {
  const keys = decodeKeys(section)
  const rateHz = section.doubles(keys.length)
  const lengths = section.words(keys.length)
  const values: Float32Array[] = []
  for (const count of lengths) values.push(section.floats(count))
  return { ...keys, rateHz, values }
}

const NONE = { length: 0, timesUs: new Float64Array(0), series: new Uint32Array(0), status: new Uint32Array(0) } as const
const NO_NUMBERS: NumberColumns = { ...NONE, values: new Float64Array(0) }
const NO_TEXTS: TextColumns = { ...NONE, values: [] }
const NO_WAVEFORMS: WaveformColumns = { ...NONE, rateHz: new Float64Array(0), values: [] }
