import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Type } from 'typebox'
import { EXIT, defineCommand } from './command.ts'

const BENCH = fileURLToPath(new URL('../../../bench/main.ts', import.meta.url))

/** `millwright bench`: measures this computer, in a process of its own, against data folders of its own. */
export const benchCommand = defineCommand({
  name: 'bench',
  summary: 'Measure ingest, storage and queries on this computer',
  details: 'Prints what was sent, acknowledged, stored and read back, and fails where they differ. Uses data folders of its own.\nBeside it run influxd, victoria-metrics and mosquitto where they are installed.',
  flags: Type.Object(
    {
      quick: Type.Boolean({ default: false, description: 'Under 20 seconds for each row' }),
      only: Type.Optional(Type.String({ description: 'Names of rows, separated by commas' })),
      list: Type.Boolean({ default: false, description: 'Only name the rows' }),
    },
    { additionalProperties: false },
  ),
  run({ flags, signal }) {
    const args = [...(flags.quick ? ['--quick'] : []), ...(flags.list ? ['--list'] : []), ...(flags.only === undefined ? [] : ['--only', flags.only])]
    const child = spawn(process.execPath, [BENCH, ...args], { stdio: 'inherit' })
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    return new Promise((resolve) => child.once('exit', (code) => resolve(code === 0 ? EXIT.ok : EXIT.failure)))
  },
})
