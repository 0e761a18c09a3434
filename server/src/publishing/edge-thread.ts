import { parentPort, workerData } from 'node:worker_threads'
import { openSegmentReader } from '../journal/segments/segment-reader.ts'
import { SharedHead } from '../journal/segments/shared-head.ts'
import { systemClock } from '../kernel/clock.ts'
import { openLink } from './broker-link.ts'
import type { EdgeThreadData, EdgeThreadOrder, EdgeThreadReport } from './edge-messages.ts'
import { EdgeNode } from './edge-node.ts'
import { PlaceFile } from './saved-place.ts'

const STATUS_MS = 1_000

const port = parentPort
if (port === null) throw new Error('BUG: edge-thread.ts runs in a worker thread only')
const say = (report: EdgeThreadReport) => port.postMessage(report)
// Our own main thread wrote it.
const { name, settings, file, journal, from } = workerData as EdgeThreadData
const stop = new AbortController()
const head = new SharedHead(journal.head)
const place = new PlaceFile(file)
const node = new EdgeNode(
  {
    name, settings, place, openLink,
    readers: { live: openSegmentReader(journal), past: openSegmentReader(journal) },
    head: () => head.head,
    clock: systemClock,
    random: Math.random,
    ask: (series) => say({ type: 'unknown', series }),
    onSaved: (position) => say({ type: 'saved', position }),
    onEvent: (event) => say({ type: 'event', event }),
  },
  (await place.load()) ?? { bdSeq: 255, position: from },
)
let running: Promise<void> | undefined
const timer = setInterval(() => say({ type: 'status', status: node.status() }), STATUS_MS)

port.on('message', (order: EdgeThreadOrder) => {
  if (order.type === 'devices') {
    node.setDevices(order.chosen, (series) => order.newest.get(series))
    // An error ends the thread; it is started again.
    running ??= node.run(stop.signal)
  } else if (order.type === 'known') node.known(order.upTo)
  else void end()
})
say({ type: 'ready' })

async function end(): Promise<void> {
  stop.abort()
  await running
  clearInterval(timer)
  port?.close()
}
