import assert from 'node:assert/strict'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { endAll, MillwrightProcess } from '../support/millwright-process.ts'
import { CACHE, prepared, run } from './others.ts'

const VERSION = 'v1.34.4'
const PLUGINS = ['inputs.cpu', 'inputs.mem', 'outputs.influxdb', 'outputs.influxdb_v2', 'outputs.mqtt', 'serializers.influx', 'serializers.json']

after(endAll)

// Telegraf is no package here: its source comes from the Go proxy, and is built with the plugins that are tried.
const skipped = await prepared('telegraf', async (cache) => {
  const { Dir } = JSON.parse(await run('go', ['mod', 'download', '-json', `github.com/influxdata/telegraf@${VERSION}`], { cwd: tmpdir(), seconds: 300 })) as { Dir: string }
  await run('go', ['build', '-mod=mod', '-modcacherw', '-tags', ['custom', ...PLUGINS].join(','), '-o', join(cache, 'telegraf'), './cmd/telegraf'], { cwd: Dir, seconds: 1_800 })
})

function configuration(url: string, mqttPort: number): string {
  return `
[agent]
  interval = "500ms"
  flush_interval = "1s"
  hostname = "pc1"
  omit_hostname = false
[[inputs.cpu]]
  percpu = false
[[inputs.mem]]
[[outputs.influxdb]]
  urls = ["${url}"]
  database = "v1"
  namedrop = ["mem"]
[[outputs.influxdb_v2]]
  urls = ["${url}"]
  token = "any"
  organization = "any"
  bucket = "v2"
  namedrop = ["cpu"]
[[outputs.mqtt]]
  servers = ["tcp://127.0.0.1:${mqttPort}"]
  topic = "telegraf/{{ .Hostname }}/{{ .PluginName }}"
  qos = 1
  data_format = "json"
`
}

test('Telegraf writes with its outputs for InfluxDB 1 and 2, gzip and all, and publishes by MQTT', { skip: skipped ?? false, timeout: 180_000 }, async (t) => {
  const millwright = await MillwrightProcess.start()
  t.after(() => millwright.stop())
  const folder = await mkdtemp(join(tmpdir(), 'millwright-telegraf-'))
  await writeFile(join(folder, 'telegraf.conf'), configuration(millwright.url, millwright.mqttPort))
  const said = await run(join(CACHE, 'telegraf'), ['--config', join(folder, 'telegraf.conf')], { seconds: 12 })
  assert.doesNotMatch(said, / E! /, said)
  for (const [asset, signal] of [['cpu/cpu=cpu-total/host=pc1', 'usage_idle'], ['mem/host=pc1', 'used_percent']] as const) {
    const { values } = (await millwright.getJson(`/api/v1/signals/${encodeURI(asset)}/${signal}/samples?from=-1h`)) as { values: number[] }
    assert.ok(values.length > 5, `${asset}: ${values.length} samples; Telegraf said: ${said}`)
    assert.ok(values.every((value) => value >= 0 && value <= 100))
  }
})
