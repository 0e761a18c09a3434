import { openConnection, publishPacket } from '../load/mqtt-packets.ts'
import { MillwrightProcess } from '../../server/test/support/millwright-process.ts'
import { readBack } from '../read-back.ts'
import { mustEqual, type BenchRow } from '../report.ts'

const MACHINES = 50
const SIGNALS = 20

/** The plant that most users have: 50 machines with 1,000 signals at 1 Hz, and what it costs to carry it. */
export const typicalPlant: BenchRow = {
  name: 'typical-plant',
  summary: '50 machines, 1,000 signals at 1 Hz: memory and processor',
  async run(scale) {
    const seconds = scale.quick ? 12 : 120
    const millwright = await MillwrightProcess.start({ flags: ['--log.level', 'warn'] })
    try {
      const sockets = await Promise.all(Array.from({ length: MACHINES }, (_, machine) => openConnection({ host: '127.0.0.1', port: millwright.mqttPort }, `machine-${machine}`)))
      for (const socket of sockets) socket.resume()
      await sendSecond(sockets, 0)
      await pause(2_000)
      const cpuBefore = await millwright.cpuSeconds()
      const started = performance.now()
      for (let second = 1; second < seconds; second++) {
        await sendSecond(sockets, second)
        await pause(Math.max(0, started + second * 1_000 - performance.now()))
      }
      const share = ((await millwright.cpuSeconds()) - cpuBefore) / ((performance.now() - started) / 1000)
      const resident = await millwright.residentBytes()
      for (const socket of sockets) socket.end()
      const back = await readBack(millwright, 'typical/%', 30)
      mustEqual('samples', { sent: seconds * MACHINES * SIGNALS, stored: back.stored })
      return [
        {
          what: 'typical plant: 50 machines, 1,000 signals at 1 Hz',
          value: `${Math.round(resident / 2 ** 20)} MiB, ${(share * 100).toFixed(1)} % of one core`,
          aim: '≤ 400 MiB, ≤ 10 % of one core',
          peer: '',
          proof: `${seconds} s; sent ${(seconds * MACHINES * SIGNALS).toLocaleString('en')}, read back ${back.stored.toLocaleString('en')}`,
        },
      ]
    } finally {
      await millwright.stop()
    }
  },
}

async function sendSecond(sockets: readonly NodeJS.WritableStream[], second: number): Promise<void> {
  const ts = Date.now()
  for (const [machine, socket] of sockets.entries()) {
    const values = Array.from({ length: SIGNALS }, (_, i) => `"signal${i}":${(20 + 5 * Math.sin(second / 30 + i + machine)).toFixed(2)}`)
    socket.write(publishPacket(`mw/v1/typical/line${machine % 5}/machine${machine}`, `{"ts":${ts},"values":{${values.join(',')}}}`, (second % 60_000) + 1))
    await pause(10)
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
