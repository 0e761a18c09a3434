import type { EdgeNode } from './edge-node.ts'

/** An edge node at a glance; counts are since our start. */
export interface EdgeNodeStatus {
  readonly group: string
  readonly node: string
  readonly assetPath: string
  readonly state: EdgeNode['self']['state']
  readonly devices: readonly { readonly device: string; readonly assetPath: string; readonly state: EdgeNode['self']['state']; readonly metrics: number }[]
  readonly metrics: number
  readonly bdSeq: number | undefined
  readonly lastSeq: number
  readonly bornUs: number
  readonly diedUs: number
  readonly messages: number
  readonly samples: number
  readonly historical: number
  readonly lastMessageUs: number
  readonly births: number
  readonly sequenceErrors: number
  readonly repeated: number
  readonly refused: number
  readonly rebirthRequests: number
  /** Why a rebirth is wanted, or was asked for and has not come. */
  readonly waitsFor: string | undefined
}

export function statusOfNode(edge: EdgeNode): EdgeNodeStatus {
  const { group, node, self, bdSeq, bornUs, diedUs, messages, samples, historical, lastMessageUs, births, sequenceErrors, repeated, refused, rebirthRequests, rebirthReason, rebirthAwaited } = edge
  const devices = [...edge.devices.values()].map(({ device = '', assetPath, state, table }) => ({ device, assetPath, state, metrics: table.rows.length }))
  return {
    group, node, assetPath: self.assetPath, state: self.state, devices, metrics: self.table.rows.length,
    bdSeq, lastSeq: edge.sequence.last, bornUs, diedUs, messages, samples, historical, lastMessageUs, births, sequenceErrors, repeated, refused, rebirthRequests, waitsFor: rebirthReason ?? rebirthAwaited,
  }
}
