import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lifecycle } from './lifecycle.ts'
import { silentLog } from './log.ts'

function recorder() {
  const steps: string[] = []
  const part = (name: string) => ({
    name,
    start: () => void steps.push(`start ${name}`),
    stop: () => void steps.push(`stop ${name}`),
  })
  return { steps, part }
}

test('parts stop in the reverse order of their start', async () => {
  const { steps, part } = recorder()
  const life = new Lifecycle(silentLog)
  for (const name of ['journal', 'plant', 'api']) await life.start(part(name))
  assert.deepEqual(await life.stop(), { failed: [], late: undefined })
  assert.deepEqual(steps, ['start journal', 'start plant', 'start api', 'stop api', 'stop plant', 'stop journal'])
})

test('a start that fails stops what had been started, and is thrown', async () => {
  const { steps, part } = recorder()
  const life = new Lifecycle(silentLog)
  await life.start(part('journal'))
  const broken = { name: 'api', start: () => Promise.reject(new Error('port taken')), stop: () => void steps.push('stop api') }
  await assert.rejects(life.start(broken), /port taken/)
  assert.deepEqual(steps, ['start journal', 'stop journal'])
  await assert.rejects(life.start(part('late')), { code: 'STOPPING' })
})

test('a part that fails to stop does not keep the others from stopping', async () => {
  const { steps, part } = recorder()
  const life = new Lifecycle(silentLog)
  await life.start(part('journal'))
  await life.start({ name: 'plant', stop: () => Promise.reject(new Error('stuck file')) })
  assert.deepEqual(await life.stop(), { failed: [{ name: 'plant', message: 'stuck file' }], late: undefined })
  assert.deepEqual(steps, ['start journal', 'stop journal'])
})

test('a part that hangs is named when the deadline comes', async () => {
  const life = new Lifecycle(silentLog)
  await life.start({ name: 'hung', stop: () => new Promise<void>(() => undefined) })
  assert.deepEqual(await life.stop(5), { failed: [], late: 'hung' })
})

test('a second stop waits for the first and stops nothing twice', async () => {
  const { steps, part } = recorder()
  const life = new Lifecycle(silentLog)
  await life.start(part('journal'))
  const [first, second] = await Promise.all([life.stop(), life.stop()])
  assert.equal(first, second)
  assert.deepEqual(steps, ['start journal', 'stop journal'])
})
