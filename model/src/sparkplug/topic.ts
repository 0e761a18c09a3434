/** The namespace of Sparkplug B (Sparkplug 3.0, 4.1.1). */
export const NAMESPACE = 'spBv1.0'

const NODE_VERBS = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD'] as const
const DEVICE_VERBS = ['DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] as const
type NodeVerb = (typeof NODE_VERBS)[number]
type DeviceVerb = (typeof DEVICE_VERBS)[number]

/** A topic of the namespace, taken apart. */
export type SparkplugTopic =
  | { readonly verb: NodeVerb; readonly group: string; readonly node: string }
  | { readonly verb: DeviceVerb; readonly group: string; readonly node: string; readonly device: string }
  | { readonly verb: 'STATE'; readonly hostId: string }

/** Takes a topic apart; undefined when it is none of Sparkplug 3.0, 4.1: case counts, no level is empty, a device stands where it must and nowhere else. */
export function parseTopic(topic: string): SparkplugTopic | undefined {
  const levels = topic.split('/')
  if (levels[0] !== NAMESPACE || levels.includes('')) return undefined
  const [, group = '', word = '', node = '', device = ''] = levels
  if (group === 'STATE') return levels.length === 3 ? { verb: 'STATE', hostId: word } : undefined
  const nodeVerb = NODE_VERBS.find((verb) => verb === word)
  if (nodeVerb !== undefined) return levels.length === 4 ? { verb: nodeVerb, group, node } : undefined
  const deviceVerb = DEVICE_VERBS.find((verb) => verb === word)
  return deviceVerb !== undefined && levels.length === 5 ? { verb: deviceVerb, group, node, device } : undefined
}

export function nodeTopic(group: string, verb: NodeVerb, node: string): string {
  return `${NAMESPACE}/${group}/${verb}/${node}`
}

export function deviceTopic(group: string, verb: DeviceVerb, node: string, device: string): string {
  return `${NAMESPACE}/${group}/${verb}/${node}/${device}`
}

/** Topic of a host application's birth and death (Sparkplug 3.0, 4.3.4). */
export function stateTopic(hostId: string): string {
  return `${NAMESPACE}/STATE/${hostId}`
}

/** Why a text cannot be a group, edge node, device or host id (Sparkplug 3.0, 4.1.2 to 4.1.5); undefined when it can. */
export function idProblem(id: string): string | undefined {
  if (id === '') return 'must not be empty'
  if (/[+/#\u0000]/.test(id)) return 'must not contain + / # or NUL'
  return id.isWellFormed() ? undefined : 'must be well-formed Unicode'
}
