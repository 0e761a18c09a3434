import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** `npm run torture [-- kill disk …]`: the tests of this folder in their long form, one after the other; all of them or those whose names are given. */
const names = process.argv.slice(2)
const files = (names.length === 0 ? ['*'] : names).map((name) => join(import.meta.dirname, `${name}.test.ts`))
const child = spawn(process.execPath, ['--test', '--test-concurrency=1', ...files], { stdio: 'inherit', env: { ...process.env, TORTURE: '1' } })
child.once('exit', (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1
})
