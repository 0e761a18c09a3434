import { sampleCount, type NumberColumns, type SampleBatch, type TextColumns, type WaveformColumns } from '@millwright/model/sample-batch.ts'

const NUMBER_BYTES = 24
const TEXT_OVERHEAD_BYTES = 24
const WAVEFORM_OVERHEAD_BYTES = 40
/** UTF-8 needs at most this many bytes for one UTF-16 unit. */
const BYTES_PER_UNIT = 3

/**
 * Cuts a batch into parts of about `maxBytes` as journal records, in order; a part has at least one sample. The parts
 * share the batch's memory. A batch that is small enough is its own only part; an empty one has none.
 */
export function splitBatch(batch: SampleBatch, maxBytes: number): SampleBatch[] {
  const parts: SampleBatch[] = []
  if (sampleCount(batch) === 0) return parts
  let at = { numbers: 0, texts: 0, waveforms: 0 }
  do {
    let room = maxBytes
    const numbersEnd = Math.min(batch.numbers.length, at.numbers + Math.max(1, Math.floor(room / NUMBER_BYTES)))
    room -= (numbersEnd - at.numbers) * NUMBER_BYTES
    const texts = fill(at.texts, batch.texts.length, room, (i) => TEXT_OVERHEAD_BYTES + (batch.texts.values[i]?.length ?? 0) * BYTES_PER_UNIT)
    const waveforms = fill(at.waveforms, batch.waveforms.length, texts.room, (i) => WAVEFORM_OVERHEAD_BYTES + (batch.waveforms.values[i]?.byteLength ?? 0))
    const end = { numbers: numbersEnd, texts: texts.end, waveforms: waveforms.end }
    // Where a single item is larger than a part, it is a part of its own.
    if (end.numbers === at.numbers && end.texts === at.texts && end.waveforms === at.waveforms) {
      if (end.texts < batch.texts.length) end.texts++
      else end.waveforms++
    }
    parts.push(cut(batch, at, end))
    at = end
  } while (at.numbers < batch.numbers.length || at.texts < batch.texts.length || at.waveforms < batch.waveforms.length)
  return parts
}

function fill(from: number, length: number, room: number, size: (i: number) => number): { end: number; room: number } {
  let end = from
  let left = room
  while (end < length && size(end) <= left) left -= size(end++)
  return { end, room: left }
}

interface Place {
  readonly numbers: number
  readonly texts: number
  readonly waveforms: number
}

function cut(batch: SampleBatch, from: Place, to: Place): SampleBatch {
  if (from.numbers + from.texts + from.waveforms === 0 && to.numbers === batch.numbers.length && to.texts === batch.texts.length && to.waveforms === batch.waveforms.length) return batch
  return {
    receivedUs: batch.receivedUs,
    numbers: cutNumbers(batch.numbers, from.numbers, to.numbers),
    texts: cutTexts(batch.texts, from.texts, to.texts),
    waveforms: cutWaveforms(batch.waveforms, from.waveforms, to.waveforms),
  }
}

function cutKeys(columns: Pick<NumberColumns, 'series' | 'timesUs' | 'status'>, from: number, to: number) {
  return {
    length: to - from,
    series: columns.series.subarray(from, to),
    timesUs: columns.timesUs.subarray(from, to),
    status: columns.status.subarray(from, to),
  }
}

function cutNumbers(columns: NumberColumns, from: number, to: number): NumberColumns {
  return { ...cutKeys(columns, from, to), values: columns.values.subarray(from, to) }
}

function cutTexts(columns: TextColumns, from: number, to: number): TextColumns {
  return { ...cutKeys(columns, from, to), values: columns.values.slice(from, to) }
}

function cutWaveforms(columns: WaveformColumns, from: number, to: number): WaveformColumns {
  return { ...cutKeys(columns, from, to), rateHz: columns.rateHz.subarray(from, to), values: columns.values.slice(from, to) }
}
