import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import { LineMapping, templateProblem } from './line-mapping.ts'
import { LineProtocolReader, MAX_LINE_BYTES, type LineRefusal } from './line-protocol.ts'
import { LineSeriesTable } from './line-series.ts'
import type { LinePrecision } from './line-time.ts'

const NOW = 1_700_000_000_000_000

interface Read {
  readonly samples: string[]
  readonly refused: string[]
  readonly lines: number
}

function read(text: string | Uint8Array, options: { precision?: LinePrecision; template?: string; database?: string; pieces?: number[] } = {}): Read {
  const sink = new MemorySink()
  const refusals: LineRefusal[] = []
  const reader = readerFor(sink, new LineSeriesTable(new LineMapping(options.template)), (refusal) => refusals.push(refusal), options)
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  let at = 0
  for (const piece of options.pieces ?? []) at = reader.take(bytes, at, Math.max(at, Math.min(piece, bytes.length)), false)
  assert.equal(reader.take(bytes, at, bytes.length, true), bytes.length)
  return {
    samples: sink.added().map((s) => `${s.path}=${JSON.stringify(s.value)}@${s.timeUs - NOW}`),
    refused: refusals.map((r) => `${r.line} ${r.refusal.code} ${r.where} x${r.count}: ${r.refusal.message}`),
    lines: reader.lines,
  }
}

function readerFor(sink: MemorySink, table: LineSeriesTable, onRefused: (refusal: LineRefusal) => void, options: { precision?: LinePrecision; database?: string } = {}): LineProtocolReader {
  return new LineProtocolReader({ sink, table, precision: options.precision ?? 'ns', database: options.database ?? 'db', receivedUs: NOW, sender: 'http', onRefused })
}

describe('line protocol', () => {
  it('takes floats, integers, booleans and texts, with tags ordered by key', () => {
    const { samples, refused } = read('press,site=tj,line=l1 t=21.5,n=-58i,u=5u,run=t,stop=FALSE,recipe="A,7 \\"x\\" =\\\\" 1700000000000001999\n')
    const at = 'press/line=l1/site=tj'
    assert.deepEqual(samples, [`${at}/t=21.5@1`, `${at}/n=-58@1`, `${at}/u=5@1`, `${at}/run=1@1`, `${at}/stop=0@1`, `${at}/recipe="A,7 \\"x\\" =\\\\"@1`])
    assert.deepEqual(refused, [])
  })

  it('takes comments, empty lines, CRLF, tabs, lines without a time and without a last line end', () => {
    const { samples, lines } = read('# a comment\r\n\r\nm a=1\r\n  m a=2 1700000000000002000 \n\nm a=3')
    assert.deepEqual(samples, ['m/a=1@0', 'm/a=2@2', 'm/a=3@0'])
    assert.equal(lines, 6)
  })

  it('reads every precision', () => {
    const times: [LinePrecision, string, number][] = [['n', '1700000000000000000', 0], ['us', '1700000000000001', 1], ['u', '1700000000000002', 2], ['ms', '1700000000001', 1000], ['s', '1700000001', 1e6], ['m', '28333334', 40e6], ['h', '472222', -800e6]]
    for (const [precision, time, expected] of times) assert.deepEqual(read(`m a=1 ${time}`, { precision }).samples, [`m/a=1@${expected}`], precision)
  })

  it('reads escapes, and keeps what a path may not hold as percent escapes', () => {
    assert.deepEqual(read('my\\ disk,path=/,de\\=v\\,ice=C:\\ D used\\ %=1').samples, ['my disk/de%3Dv,ice=C: D/path=%2F/used %25=1@0'])
    assert.deepEqual(read('温度,机=一号 值="好"').samples, ['温度/机=一号/值="好"@0'])
    assert.deepEqual(read('w,x=a\\b v=1').samples, ['w/x=a%5Cb/v=1@0'])
  })

  it('lets the order of tags make no difference, but every other difference one', () => {
    const { samples } = read('m,b=2,a=1 v=1\nm,a=1,b=2 v=2\nm,a=2,b=1 v=3\nm,a=1/b\\=2 v=4')
    assert.deepEqual(samples.map((s) => s.split('/v=')[0]), ['m/a=1/b=2', 'm/a=1/b=2', 'm/a=2/b=1', 'm/a=1%2Fb=2'])
  })

  it('follows a template', () => {
    assert.deepEqual(read('cpu,host=gw1,cpu=cpu0 v=1', { template: '{host}/{measurement}/{tags}' }).samples, ['gw1/cpu/cpu=cpu0/v=1@0'])
    assert.deepEqual(read('m,path=tj/l1/press3 v=1', { template: 'plant/{path*}' }).samples, ['plant/tj/l1/press3/v=1@0'])
    assert.deepEqual(read('m v=1', { template: '{db}/{measurement}/{tags}' }).samples, ['db/m/v=1@0'])
    assert.match(read('m v=1', { template: '{host}/{measurement}' }).refused[0] ?? '', /the path template asks for the tag "host"/)
    assert.equal(templateProblem('{host}/{measurement}/{tags}'), undefined)
    for (const wrong of ['', '{host', '{}', 'a/#', '{*}', '..']) assert.equal(typeof templateProblem(wrong), 'string', wrong)
  })

  it('refuses wrong lines by number and keeps the others', () => {
    const { samples, refused } = read('m a=1\nnonsense\nm a=x\nm,t= a=1\nm a=1 soon\nm a=1 99999999999999999999\nm =1\n,t=1 a=1\nm a="x"y\nm a=1,\nm a=1 1 2\nm a=NaN\nm,a=1,a=2 v=1\nm a=7')
    assert.deepEqual(samples, ['m/a=1@0', 'm/a=7@0'])
    assert.deepEqual(refused.map((line) => Number(line.split(' ')[0])), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13])
    assert.match(refused[3] ?? '', /TIME_INVALID/)
  })

  it('refuses a field whose value cannot be kept and keeps the others of its line', () => {
    const { samples, refused } = read('m a=1,b=9007199254740993i,c=1e999,d=2\nm a="text",d=3')
    assert.deepEqual(samples, ['m/a=1@0', 'm/d=2@0', 'm/d=3@0'])
    assert.match(refused[0] ?? '', /^1 PAYLOAD_INVALID m\/b x1: .*send it as text/)
    assert.match(refused[1] ?? '', /^1 PAYLOAD_INVALID m\/c/)
    assert.match(refused[2] ?? '', /^2 TYPE_MISMATCH m\/a/)
  })

  it('reads texts with line ends, and finds its way after a text that never ends', () => {
    assert.deepEqual(read('m s="a\nb",x=1\nm x=2').samples, ['m/x=1@0', 'm/x=2@0', 'm/s="a\\nb"@0'])
    const { samples, refused } = read('m s="a\nm x=2\nm x=3')
    assert.deepEqual(samples, ['m/x=2@0', 'm/x=3@0'])
    assert.match(refused[0] ?? '', /no closing quote/)
  })

  it('refuses a line that is too long, in memory that is bounded, and goes on behind it', () => {
    const text = new TextEncoder().encode(`m x=1\nm s="${'x'.repeat(MAX_LINE_BYTES * 2)}"\nm x=2\n`)
    const pieces = Array.from({ length: 40 }, (_, i) => (i + 1) * 65_536)
    const { samples, refused } = read(text, { pieces })
    assert.deepEqual(samples, ['m/x=1@0', 'm/x=2@0'])
    assert.match(refused[0] ?? '', /^2 LIMIT_REACHED/)
  })

  it('remembers a bounded number of series', () => {
    const table = new LineSeriesTable(new LineMapping())
    const encode = new TextEncoder()
    for (let i = 0; i < 100_010; i++) {
      const key = encode.encode(`m${i}`)
      table.find(key, 0, key.length, 'db')
    }
    assert.ok(table.size <= 100_000)
  })

  it('gives the same for a body in one piece and in any pieces, and never throws', () => {
    const line = fc.oneof(
      fc.constantFrom('m a=1,b="x y" 1700000000000000000', 'm,t=1 a=1,b=t', 'm,t=2 b=1', 'm s="a\nb",c=2', '# c', '', 'm', 'm a=', 'm s="open', 'm,x a=1', 'm\\ n,t=a\\,b f\\=g=1i', 'm a=1\r'),
      fc.string({ unit: fc.constantFrom('m', 'a', '=', ',', ' ', '"', '\\', '1', '.', 'i', 't', '\n', '-', 'e', '#') , maxLength: 20 }),
    )
    const property = fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(200), { maxLength: 6 }), (lines, pieces) => {
      const text = lines.join('\n')
      assert.deepEqual(read(text, { pieces: pieces.sort((a, b) => a - b) }), read(text))
    })
    fc.assert(property, { numRuns: 5000, seed: 21 })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes)), { numRuns: 2000, seed: 22 })
  })

  it('gives the same for a series that it has seen before', () => {
    const line = fc.constantFrom('m,t=1 a=1,b=2,s="x"', 'm,t=1 b=1,a=2', 'm,t=2 a=t', 'm a=1i', 'm,t=1 a=3,c=4 1700000000000000000', 'm,t=1 s="y",a=9')
    const property = fc.property(fc.array(line, { minLength: 1, maxLength: 30 }), (lines) => {
      const sink = new MemorySink()
      const reader = readerFor(sink, new LineSeriesTable(new LineMapping()), () => undefined)
      const bytes = new TextEncoder().encode(lines.join('\n'))
      reader.take(bytes, 0, bytes.length, true)
      const oneByOne = new MemorySink()
      for (const text of lines) {
        const one = new TextEncoder().encode(text)
        readerFor(oneByOne, new LineSeriesTable(new LineMapping()), () => undefined).take(one, 0, one.length, true)
      }
      assert.deepEqual(sink.added(), oneByOne.added())
    })
    fc.assert(property, { numRuns: 500, seed: 23 })
  })
})
