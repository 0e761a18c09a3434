import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import mqtt, { type MqttClient } from 'mqtt'
import type { Browser } from 'playwright-core'
import { DataType } from '../../model/src/sparkplug/data-type.ts'
import { EdgeSession, type EdgeMessage } from '../../model/src/sparkplug/edge-session.ts'
import type { WireEdgeNodes } from '../../model/src/wire/sparkplug.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { openBrowser, skipReason } from './support/chromium.ts'
import { PageInspector } from './support/whole-page.ts'

/** An edge node with two devices that is born at once and whenever it is asked. */
async function edgeNode(port: number, node: string): Promise<{ readonly client: MqttClient; births: () => number }> {
  const session = new EdgeSession({ group: 'legacy', node })
  const { willTopic, willPayload, subscriptions } = session.connect(Date.now())
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, will: { topic: willTopic, payload: Buffer.from(willPayload), qos: 1, retain: false } })
  let births = 0
  const publish = ({ topic, payload }: EdgeMessage) => client.publishAsync(topic, Buffer.from(payload))
  const beBorn = async (): Promise<void> => {
    births++
    const nowMs = Date.now()
    await publish(session.nodeBirth([], nowMs))
    for (const device of ['feeder', 'sealer']) await publish(session.deviceBirth(device, [{ name: 'speed', datatype: DataType.double, value: 3, timestampMs: nowMs }], nowMs))
  }
  client.on('message', (topic, payload) => {
    if (session.received(topic, payload).order === 'birth') void beBorn()
  })
  await client.subscribeAsync([...subscriptions], { qos: 1 })
  await beBorn()
  return { client, births: () => births }
}

async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`not within 30 s: ${what}`)
}

describe('edge nodes in Data in', { skip: skipReason, timeout: 300_000 }, () => {
  let millwright: MillwrightProcess
  let browser: Browser
  const clients: MqttClient[] = []
  before(async () => {
    millwright = await MillwrightProcess.start()
    browser = await openBrowser()
  })
  after(async () => {
    for (const client of clients) client.end(true)
    await browser?.close()
    await millwright?.stop()
  })

  test('are shown with their state, whole, legible and quiet, and one that is asked is born again', async () => {
    const [alive, dead] = [await edgeNode(millwright.mqttPort, 'packer'), await edgeNode(millwright.mqttPort, 'washer')]
    clients.push(alive.client, dead.client)
    const isKnown = async () => ((await millwright.getJson('/api/v1/sparkplug/nodes')) as WireEdgeNodes).nodes.filter(({ devices }) => devices.length === 2).length === 2
    await until('both are born', isKnown)
    dead.client.stream.destroy()
    const inspector = await PageInspector.open(browser, millwright.url)
    assert.deepEqual(await inspector.findings({ name: 'data-in-edge-nodes', path: '/data-in', shows: '.mw-edge-table .mw-state-stale' }), [])
    const page = await browser.newPage({ locale: 'en-US' })
    await page.goto(`${millwright.url}/data-in`)
    await page.getByRole('button', { name: 'Devices of legacy/packer' }).click()
    await page.getByRole('link', { name: 'feeder' }).waitFor()
    await page.getByRole('button', { name: 'Ask legacy/packer for a rebirth' }).click()
    await until('the rebirth', () => alive.births() === 2)
    await page.getByText('Not online (1)').click()
    await page.getByRole('button', { name: 'Devices of legacy/packer' }).waitFor({ state: 'detached' })
    assert.equal(await page.getByRole('button', { name: 'Devices of legacy/washer' }).count(), 1)
    await page.close()
  })
})
