import { Type } from 'typebox'
import { systemClock } from '../kernel/clock.ts'
import { defineCommand, EXIT } from './command.ts'
import { changedMs, checkClock, checkDisk, checkFolder, checkNode, checkOpenFiles, checkPort, checkSync, checkZone, type Finding } from './doctor-checks.ts'

const MARKS = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const

/** `millwright doctor`: is this computer fit, and if not, what to do. */
export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Checks this computer: disk, clock, ports, limits, rights',
  details: 'Works with and without a running server. Exit code 1 when something would keep Millwright from working.',
  flags: Type.Object({}, { additionalProperties: false }),
  run: async ({ settings, loaded, terminal }) => {
    const { data } = settings
    const folder = checkFolder(data)
    const findings: Finding[] = [
      checkNode(process.version),
      folder,
      checkDisk(data, settings.journal.minFreeBytes),
      ...(folder.level === 'ok' ? [checkSync(data, () => systemClock.monotonicMs())] : []),
      checkClock(new Date(systemClock.nowUs() / 1000), changedMs(data)),
      await checkPort('http', settings.http.listen, data),
      await checkPort('mqtt', settings.mqtt.listen, data),
      checkOpenFiles(settings.mqtt.maxConnections),
      checkZone(settings.timeZone, loaded.origins.get('timeZone')?.source === 'default'),
    ]
    for (const { level, topic, message, advice } of findings) {
      terminal.stdout.write(`${MARKS[level]}  ${topic.padEnd(12)} ${message}\n${advice === undefined ? '' : `${' '.repeat(19)}→ ${advice}\n`}`)
    }
    return findings.some(({ level }) => level === 'fail') ? EXIT.failure : EXIT.ok
  },
})
