import { Counter, Gauge, type Registry } from 'prom-client'
import type { HeardNode, HostDirectory } from './host-directory.ts'

const STATES = ['unborn', 'online', 'awaiting', 'offline'] as const

/** What is heard of edge nodes, for Prometheus: by way in, so that ten thousand edge nodes do not make ten thousand rows. */
export function registerHostMetrics(register: Registry, hosts: HostDirectory): void {
  new Gauge({
    name: 'millwright_sparkplug_nodes', help: 'Sparkplug edge nodes that were heard of, by state', labelNames: ['source', 'state'], registers: [register],
    collect() {
      this.reset()
      for (const [source, host] of hosts.entries()) {
        const nodes = host.status()
        for (const state of STATES) this.set({ source, state }, nodes.filter((node) => node.state === state).length)
      }
    },
  })
  counter('births', 'Births of edge nodes and devices', ({ births }) => births)
  counter('messages_missing', 'Messages that the sequence numbers say were lost', ({ sequenceErrors }) => sequenceErrors)
  counter('messages_repeated', 'Messages that came twice', ({ repeated }) => repeated)
  counter('rebirth_requests', 'Rebirths that were asked for', ({ rebirthRequests }) => rebirthRequests)
  counter('samples_historical', 'Samples that edge nodes sent after the fact', ({ historical }) => historical)
  counter('refused', 'Values or messages of edge nodes that were refused', ({ refused }) => refused)

  function counter(name: string, help: string, read: (node: HeardNode) => number): void {
    new Counter({
      name: `millwright_sparkplug_${name}_total`, help, labelNames: ['source'], registers: [register],
      collect() {
        this.reset()
        const nodes = hosts.nodes()
        for (const [source] of hosts.entries()) this.inc({ source }, nodes.reduce((sum, node) => sum + (node.source === source ? read(node) : 0), 0))
      },
    })
  }
}
