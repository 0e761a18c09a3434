import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Status } from '@millwright/model/quality.ts'
import { MemorySink } from '../../../test/support/memory-sink.ts'
import type { TakeOutcome } from '../message-intake.ts'
import { createMwIntake } from './mw-intake.ts'

const NOW = 1_700_000_000_000_000

function take(sink: MemorySink, topic: string, payload: string | Uint8Array): TakeOutcome {
  const intake = createMwIntake({ sink, source: 'mqtt' }).open(topic)
  assert.ok(intake)
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  return intake.take(bytes, 0, bytes.length, NOW)
}

/** Samples of one message as `path=value@time` with the status where it is not good. */
function samplesOf(topic: string, payload: string): { samples: string[]; refused: string[]; outcome: TakeOutcome } {
  const sink = new MemorySink()
  const outcome = take(sink, topic, payload)
  const samples = sink.added().map((s) => `${s.path}=${JSON.stringify(s.value)}@${s.timeUs - NOW}${s.status === 0 ? '' : `!${s.status.toString(16)}`}`)
  return { samples, refused: sink.letters.map((letter) => `${letter.refusal.code} ${letter.where} x${letter.count}: ${letter.refusal.message}`), outcome }
}

describe('mw JSON messages', () => {
  it('takes an object with time and values of all kinds', () => {
    const { samples, refused, outcome } = samplesOf('mw/v1/p/press3', '{"ts": 1700000000001.5, "values": {"temperature": 21.5, "running": true, "recipe": "A7"}}')
    assert.deepEqual(samples, ['p/press3/temperature=21.5@1500', 'p/press3/running=1@1500', 'p/press3/recipe="A7"@1500'])
    assert.deepEqual(refused, [])
    assert.equal(outcome, 'taken')
  })

  it('takes waveforms: a rate, and points from the time on', () => {
    const { samples, refused, outcome } = samplesOf('mw/v1/p/pump', '{"ts": 1700000000001, "values": {"de_acceleration": {"rateHz": 25600, "waveform": [0.5, null, -1e3]}, "speed": 3}, "quality": {"de_acceleration": "uncertain"}}')
    assert.deepEqual(samples, ['p/pump/speed=3@1000', 'p/pump/de_acceleration="25600 Hz: 0.5 NaN -1000"@1000!40000000'])
    assert.deepEqual([refused, outcome], [[], 'taken'])
    assert.deepEqual(samplesOf('mw/v1/p/a', '{"motor":{"vibration":{"waveform":[1],"rateHz":2.5}}}').samples, ['p/a/motor/vibration="2.5 Hz: 1"@0'])
  })

  it('refuses waveforms that cannot be kept, and nothing else with them', () => {
    const wrong = ['{"waveform":[1]}', '{"waveform":[1],"rateHz":0}', '{"waveform":[1],"rateHz":"25600"}', '{"waveform":[],"rateHz":1}', '{"waveform":[true],"rateHz":1}', '{"waveform":[1e39],"rateHz":1}', '{"waveform":[1],"rateHz":1,"unit":"g"}', '{"waveform":[1],"rateHz":1,"rateHz":1}', '{"waveform":[1],"rateHz":2e9}']
    for (const one of wrong) {
      const { samples, refused } = samplesOf('mw/v1/p/a', `{"values":{"v":${one},"t":1}}`)
      assert.deepEqual(samples, ['p/a/t=1@0'], one)
      assert.match(refused.join(), /^PAYLOAD_INVALID p\/a\/v x1: /, one)
    }
    assert.match(samplesOf('mw/v1/p/a', '{"ts":[1700000000001],"values":{"v":{"rateHz":1,"waveform":[1]}}}').refused.join(), /has one time/)
    assert.match(samplesOf('mw/v1/p/a', '[{"v":1},{"v":{"rateHz":1,"waveform":[1]}}]').refused.join(), /^TYPE_MISMATCH p\/a\/v/)
    // Without an array it is an asset, as any other object.
    assert.deepEqual(samplesOf('mw/v1/p/a', '{"v":{"rateHz":1,"waveform":2}}').samples, ['p/a/v/rateHz=1@0', 'p/a/v/waveform=2@0'])
  })

  it('takes bare values at the time of arrival, and at their own ts', () => {
    assert.deepEqual(samplesOf('mw/v1/p/a', '{"t":1}').samples, ['p/a/t=1@0'])
    assert.deepEqual(samplesOf('mw/v1/p/a', '{"t":1,"ts":"2023-11-14T22:13:20.000001Z"}').samples, ['p/a/t=1@1'])
  })

  it('takes an array of messages and keeps the good ones', () => {
    const { samples, refused, outcome } = samplesOf('mw/v1/p/a', '[{"ts":1700000000000,"values":{"t":1}},{"ts":-5,"values":{"t":2,"u":3}},7,{"t":4}]')
    assert.deepEqual(samples, ['p/a/t=1@0', 'p/a/t=4@0'])
    assert.match(refused[0] ?? '', /^TIME_INVALID p\/a x2: item 1: -5 lies before 1970/)
    assert.match(refused[1] ?? '', /^PAYLOAD_INVALID p\/a x1: item 2: a message is an object/)
    assert.equal(outcome, 'partly')
  })

  it('takes a bare value as the signal that the topic names last', () => {
    assert.deepEqual(samplesOf('mw/v1/p/a/t', ' 21.5\n').samples, ['p/a/t=21.5@0'])
    assert.deepEqual(samplesOf('mw/v1/p/a/t', '"on"').samples, ['p/a/t="on"@0'])
    assert.deepEqual(samplesOf('mw/v1/p/a/t', 'false').samples, ['p/a/t=0@0'])
    assert.match(samplesOf('mw/v1/p', '1').refused[0] ?? '', /^NAME_INVALID p x1: a bare value needs a topic/)
  })

  it('takes columns, with a time for each row', () => {
    const { samples, refused } = samplesOf('mw/v1/p/a', '{"ts":[1700000000000,1700000000001,-1],"values":{"t":[1,null,3],"u":[1,2],"v":5}}')
    assert.deepEqual(samples, ['p/a/t=1@0', 'p/a/t=null@1000!809b0000'])
    assert.equal(refused.length, 3)
    assert.match(refused[1] ?? '', /p\/a\/u x2: .*as many values: 3, not 2 values/)
  })

  it('takes objects among the values as assets below', () => {
    assert.deepEqual(samplesOf('mw/v1/p/a', '{"values":{"motor":{"current":3.1}},"quality":{"motor":{"current":"bad"}}}').samples, ['p/a/motor/current=3.1@0!80000000'])
  })

  it('keeps qualities, given for all or by signal, in words or as status codes', () => {
    assert.deepEqual(samplesOf('mw/v1/p/a', '{"values":{"t":1,"u":2},"quality":"uncertain"}').samples, ['p/a/t=1@0!40000000', 'p/a/u=2@0!40000000'])
    const { samples, refused } = samplesOf('mw/v1/p/a', '{"values":{"t":1,"u":2,"v":3},"quality":{"t":2147483648,"u":"perfect","w":"bad"}}')
    assert.deepEqual(samples, [`p/a/t=1@0!${Status.bad.toString(16)}`, 'p/a/v=3@0'])
    assert.equal(refused.length, 2)
  })

  it('takes null as no value of a signal that is known', () => {
    const sink = new MemorySink()
    take(sink, 'mw/v1/p/a', '{"t":1,"s":"x"}')
    sink.open.clear()
    assert.equal(take(sink, 'mw/v1/p/a', '{"t":null,"s":null,"new":null}'), 'partly')
    assert.deepEqual(sink.added().map((s) => [s.path, s.value, s.status]), [['p/a/t', null, Status.badNoData], ['p/a/s', null, Status.badNoData]])
    assert.equal(sink.letters[0]?.refusal.code, 'SIGNAL_UNKNOWN')
    assert.equal(sink.find('p/a', 'new'), undefined)
  })

  it('never loses digits in silence', () => {
    const { samples, refused } = samplesOf('mw/v1/p/a', '{"ok":9007199254740991,"serial":9007199254740993,"big":9223372036854775808,"huge":1e400,"nan":NaN,"inf":-Infinity}')
    assert.deepEqual(samples, ['p/a/ok=9007199254740991@0'])
    assert.equal(refused.length, 5)
    assert.match(refused[0] ?? '', /send it as text: "9007199254740993"/)
  })

  it('keeps the last of values that stand twice, and says so', () => {
    const { samples, refused } = samplesOf('mw/v1/p/a', '{"t":1,"u":2,"t":3}')
    assert.deepEqual(samples, ['p/a/u=2@0', 'p/a/t=3@0'])
    assert.match(refused[0] ?? '', /"t" occurs twice/)
  })

  it('refuses names that cannot be paths and keeps the others', () => {
    const { samples, refused } = samplesOf('mw/v1/p/a', JSON.stringify({ '': 1, '..': 2, 'a/b': 3, 'x\u0000': 4, ['n'.repeat(60_000)]: 5, ok: 6 }))
    assert.deepEqual(samples, ['p/a/ok=6@0'])
    assert.equal(refused.length, 5)
    for (const line of refused) assert.match(line, /^NAME_INVALID/)
    assert.match(samplesOf('mw/v1/p/../a', '1').refused[0] ?? '', /^NAME_INVALID/)
    assert.match(samplesOf('mw/v1/p//a', '1').refused[0] ?? '', /^NAME_INVALID/)
  })

  it('refuses a message whose time cannot be kept', () => {
    for (const ts of ['"9999-12-31T23:59:59Z"', '253402300799000', '-1', '1700000000000000', '1700000000000000000', '"yesterday"', 'true', 'NaN', '{}']) {
      const { samples, refused, outcome } = samplesOf('mw/v1/p/a', `{"ts":${ts},"values":{"t":1,"u":2}}`)
      assert.deepEqual(samples, [], ts)
      assert.match(refused[0] ?? '', /^TIME_INVALID p\/a x2/, ts)
      assert.equal(outcome, 'refused')
    }
  })

  it('refuses what is not JSON and names the byte', () => {
    for (const payload of ['ON', '{"t":1', '{"t":1,}', "{'t':1}", '{"t":01}', '{"t":.5}', '[1,2', '{"t":1}{"t":2}', '\u0000', 'tru', '{"t":+1}', '{"a\nb":1}']) {
      const { samples, refused } = samplesOf('mw/v1/p/a', payload)
      assert.deepEqual(samples, [], payload)
      assert.match(refused[0] ?? '', /^PAYLOAD_INVALID p\/a x1: not JSON at byte \d+/, payload)
    }
  })

  it('refuses deep nesting at once', () => {
    const { refused } = samplesOf('mw/v1/p/a', '{"a":'.repeat(100_000))
    assert.match(refused[0] ?? '', /^LIMIT_REACHED p\/a x1: JSON may be nested at most 32 deep/)
  })

  it('writes a bounded number of letters for one message and loses no count', () => {
    const sink = new MemorySink()
    take(sink, 'mw/v1/p/a', `{${Array.from({ length: 5000 }, (_, i) => `"n${i}/":1`).join()}}`)
    assert.equal(sink.letters.length, 21)
    assert.equal(sink.letters.reduce((sum, letter) => sum + letter.count, 0), 5000)
    assert.ok(sink.letters.every((letter) => (letter.excerpt?.length ?? 0) <= 512))
  })

  it('takes no notice of an empty message, nor of other topics', () => {
    const sink = new MemorySink()
    assert.equal(take(sink, 'mw/v1/p/a', ''), 'taken')
    assert.deepEqual(sink.letters, [])
    assert.equal(createMwIntake({ sink, source: 'mqtt' }).open('other/p/a'), undefined)
  })
})
