import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { CACHE, prepared, run } from './others.ts'

after(endAll)

const PYTHON = 'python-influx/bin/python'
const skipped = await prepared('python-influx/ready', async (cache) => {
  await run('python3', ['-m', 'venv', join(cache, 'python-influx')], { seconds: 120 })
  await run(join(cache, PYTHON), ['-m', 'pip', 'install', '-q', 'influxdb', 'influxdb-client', 'paho-mqtt', 'setuptools'], { seconds: 300 })
  await run('touch', [join(cache, 'python-influx/ready')], { seconds: 5 })
})

const SCRIPT = `
import json, sys, time
import paho.mqtt.client as mqtt
from influxdb import InfluxDBClient
from influxdb_client import InfluxDBClient as Client2, Point
from influxdb_client.client.write_api import SYNCHRONOUS
http, broker = int(sys.argv[1]), int(sys.argv[2])
one = InfluxDBClient('127.0.0.1', http, database='plant')
one.ping()
one.create_database('plant')
assert one.write_points([{'measurement': 'by_one', 'tags': {'unit': 'p%d' % i}, 'fields': {'pressure': i / 4}} for i in range(100)])
with Client2(url='http://127.0.0.1:%d' % http, token='any', org='any', enable_gzip=True) as two:
    assert two.ping()
    two.write_api(write_options=SYNCHRONOUS).write('plant', 'any', [Point('by_two').tag('unit', 'p%d' % i).field('pressure', i / 4) for i in range(100)])
for version in (mqtt.MQTTv311, mqtt.MQTTv5):
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=version)
    client.connect('127.0.0.1', broker)
    client.loop_start()
    client.publish('mw/v1/by_paho/v%d' % version, json.dumps({'ts': time.time() * 1000, 'values': {'pressure': 1.25}}), qos=2).wait_for_publish(10)
    client.disconnect()
    client.loop_stop()
`

test("InfluxDB's own Python clients and paho write as they are", { skip: skipped ?? false, timeout: 120_000 }, async (t) => {
  const millwright = await MillwrightProcess.start()
  t.after(() => millwright.stop())
  await run(join(CACHE, PYTHON), ['-c', SCRIPT, String(millwright.httpPort), String(millwright.mqttPort)], { seconds: 60 })
  for (const asset of ['by_one', 'by_two']) assert.equal(await millwright.sqlNumber(`SELECT count(*) FROM samples WHERE signal LIKE '${asset}/%'`), 100)
  assert.equal(await millwright.sqlNumber(`SELECT count(*) FROM samples WHERE signal LIKE 'by_paho/%'`), 2)
})
