import assert from 'node:assert/strict'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endAll, freePort, MillwrightProcess } from '../support/millwright-process.ts'
import { CACHE, prepared, run } from './others.ts'

after(endAll)

const skipped = await prepared('node-red/node_modules/node-red/red.js', async (cache) => {
  await mkdir(join(cache, 'node-red'), { recursive: true })
  await run('npm', ['install', '--prefix', join(cache, 'node-red'), '--no-audit', '--no-fund', 'node-red', 'node-red-contrib-influxdb'], { seconds: 300 })
})

/** A flow that says the same over both kinds of InfluxDB node and over MQTT, every 200 ms. */
function flows(httpPort: number, mqttPort: number): object[] {
  const server = { type: 'influxdb', hostname: '127.0.0.1', port: String(httpPort), protocol: 'http', database: 'plant', usetls: false, tls: '', url: `http://127.0.0.1:${httpPort}`, rejectUnauthorized: true }
  const out = { type: 'influxdb out', z: 'tab', precision: 'ms', retentionPolicy: '', database: 'plant', precisionV18FluxV20: 'ms', retentionPolicyV18Flux: '', org: 'plant', bucket: 'plant', wires: [] }
  return [
    { id: 'tab', type: 'tab', label: 'to Millwright' },
    { ...server, id: 'server-of-v1', name: '', influxdbVersion: '1.x' },
    { ...server, id: 'server-of-v2', name: '', influxdbVersion: '2.0' },
    { id: 'broker', type: 'mqtt-broker', name: '', broker: '127.0.0.1', port: String(mqttPort), clientid: '', protocolVersion: '5', keepalive: '60', cleansession: true },
    { id: 'tick', type: 'inject', z: 'tab', props: [{ p: 'payload' }], repeat: '0.2', once: true, onceDelay: 0.1, topic: '', payload: '{"pressure":3.25,"running":true}', payloadType: 'json', wires: [['to-v1', 'to-v2', 'to-mqtt']] },
    { ...out, id: 'to-v1', influxdb: 'server-of-v1', measurement: 'by_v1' },
    { ...out, id: 'to-v2', influxdb: 'server-of-v2', measurement: 'by_v2' },
    { id: 'to-mqtt', type: 'mqtt out', z: 'tab', topic: 'mw/v1/by_mqtt', qos: '1', retain: '', broker: 'broker', wires: [] },
  ]
}

test('Node-RED writes with its InfluxDB nodes for 1.x and 2.0 and its MQTT node, as they come', { skip: skipped ?? false, timeout: 180_000 }, async (t) => {
  const millwright = await MillwrightProcess.start()
  t.after(() => millwright.stop())
  const user = await mkdtemp(join(tmpdir(), 'millwright-node-red-'))
  await writeFile(join(user, 'flows.json'), JSON.stringify(flows(millwright.httpPort, millwright.mqttPort)))
  const said = await run(process.execPath, [join(CACHE, 'node-red/node_modules/node-red/red.js'), '-u', user, '-p', String(await freePort()), join(user, 'flows.json')], { seconds: 30 })
  assert.doesNotMatch(said, /\[error\]/, said)
  for (const asset of ['by_v1', 'by_v2', 'by_mqtt']) {
    const pressure = (await millwright.getJson(`/api/v1/signals/${asset}/pressure/samples?from=-1h`)) as { values: number[] }
    assert.ok(pressure.values.length > 10, `${asset}: ${pressure.values.length} samples; Node-RED said: ${said}`)
    assert.ok(pressure.values.every((value) => value === 3.25))
    const running = (await millwright.getJson(`/api/v1/signals/${asset}/running/samples?from=-1h`)) as { values: unknown[] }
    assert.ok(running.values.every((value) => value === true))
  }
})
