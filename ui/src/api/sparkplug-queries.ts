import { queryOptions } from '@tanstack/react-query'
import type { WireEdgeNode, WireEdgeNodes, WirePublishers } from '@millwright/model/wire/sparkplug.ts'
import { askJson } from './client.ts'

const EVERY_MS = 2_000
/** Edge nodes that the page asks for. */
const SHOWN = 500

/** The Sparkplug edge nodes that are heard. */
export const edgeNodesQuery = queryOptions({
  queryKey: ['sparkplug', 'nodes'],
  queryFn: ({ signal }) => askJson<WireEdgeNodes>('/api/v1/sparkplug/nodes', { query: { limit: SHOWN }, signal }),
  refetchInterval: EVERY_MS,
})

/** The edge nodes that Millwright is itself. */
export const publishersQuery = queryOptions({
  queryKey: ['sparkplug', 'publishers'],
  queryFn: ({ signal }) => askJson<WirePublishers>('/api/v1/sparkplug/publishers', { signal }),
  refetchInterval: EVERY_MS,
})

/** Asks an edge node to send its births again. */
export async function askForRebirth({ source, group, node }: Pick<WireEdgeNode, 'source' | 'group' | 'node'>): Promise<void> {
  await askJson('/api/v1/sparkplug/rebirths', { method: 'POST', body: { source, group, node } })
}
