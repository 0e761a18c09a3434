import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LiveStore } from './live-store.ts'

function storeWithFrames() {
  const waiting: (() => void)[] = []
  const store = new LiveStore((work) => waiting.push(work))
  return { store, waiting, frame: () => waiting.splice(0).forEach((work) => work()) }
}

test('a listener hears of its own signal only, once per picture, however many frames came', () => {
  const { store, waiting, frame } = storeWithFrames()
  const heard: string[] = []
  store.subscribe('m/a', () => heard.push('a'))
  store.subscribe('m/b', () => heard.push('b'))
  store.apply(['m/a', 'm/b', 'm/c'], { signals: [0, 2], times: [1, 1], values: [1, 1] })
  store.apply(['m/a', 'm/b', 'm/c'], { signals: [0], times: [2], values: [2] })
  assert.deepEqual([heard, waiting.length], [[], 1])
  frame()
  assert.deepEqual(heard, ['a'])
  assert.deepEqual(store.get('m/a'), { timeMs: 2, value: 2, quality: 'good' })
})

test('what a reconnect repeats or brings late changes nothing', () => {
  const { store } = storeWithFrames()
  store.apply(['m/a'], { signals: [0], times: [5], values: [5] })
  store.apply(['m/a'], { signals: [0], times: [4], values: [4], qualities: ['bad'] })
  assert.equal(store.get('m/a')?.value, 5)
  assert.equal(store.newestOf('m'), 5)
})

test('a sample that did not change keeps its identity, so that nothing renders again', () => {
  const { store } = storeWithFrames()
  store.apply(['m/a', 'm/b'], { signals: [0, 1], times: [1, 1], values: [1, 2] })
  const before = store.get('m/a')
  store.apply(['m/a', 'm/b'], { signals: [1], times: [2], values: [3] })
  assert.equal(store.get('m/a'), before)
})

test('a watcher sees every sample, and what nobody listens to is forgotten', () => {
  const { store } = storeWithFrames()
  const seen: unknown[] = []
  const stop = store.watch((path, { value }) => seen.push([path, value]))
  const unsubscribe = store.subscribe('m/a', () => undefined)
  store.apply(['m/a', 'm/b'], { signals: [0, 1], times: [1, 1], values: [1, 2] })
  stop()
  store.apply(['m/a'], { signals: [0], times: [2], values: [9] })
  assert.deepEqual(seen, [['m/a', 1], ['m/b', 2]])
  store.forget(['m/a', 'm/b'])
  assert.deepEqual([store.get('m/a')?.value, store.get('m/b')], [9, undefined])
  unsubscribe()
  store.forget(['m/a'])
  assert.equal(store.get('m/a'), undefined)
})
