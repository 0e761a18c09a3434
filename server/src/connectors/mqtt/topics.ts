import { malformed } from './reason-codes.ts'

const SHARE = '$share/'

/** A shared subscription's group and the filter it shares (MQTT 5.0, 4.8.2). */
export interface SharedFilter {
  readonly group: string
  readonly filter: string
}

/** The parts of `$share/<group>/<filter>`, or undefined when the filter is not shared. */
export function sharedFilter(filter: string): SharedFilter | undefined {
  if (!filter.startsWith(SHARE)) return undefined
  const slash = filter.indexOf('/', SHARE.length)
  return { group: filter.slice(SHARE.length, slash), filter: filter.slice(slash + 1) }
}

/** Throws unless the text can be a topic name (MQTT 5.0, 4.7.3 and 4.7.0-1). */
export function checkTopicName(topic: string): void {
  if (topic === '') throw malformed('the topic name is empty')
  if (topic.includes('#') || topic.includes('+')) throw malformed('the topic name holds a wildcard')
}

/** Throws unless the text can be a topic filter (MQTT 5.0, 4.7.1 and 4.8.2); tells whether it is a shared one. */
export function checkTopicFilter(filter: string): boolean {
  if (filter === '') throw malformed('the topic filter is empty')
  if (filter !== '$share' && !filter.startsWith(SHARE)) {
    checkWildcards(filter)
    return false
  }
  const slash = filter.indexOf('/', SHARE.length)
  const group = filter.slice(SHARE.length, slash === -1 ? undefined : slash)
  if (slash === -1 || group === '' || slash === filter.length - 1) throw malformed('the shared subscription lacks its name or its filter')
  if (group.includes('#') || group.includes('+')) throw malformed('the name of the shared subscription holds a wildcard')
  checkWildcards(filter.slice(slash + 1))
  return true
}

function checkWildcards(filter: string): void {
  for (let at = 0; at < filter.length; at++) {
    const char = filter[at]
    if (char !== '#' && char !== '+') continue
    const begins = at === 0 || filter[at - 1] === '/'
    const ends = at === filter.length - 1 || (char === '+' && filter[at + 1] === '/')
    if (!begins || !ends) throw malformed('a wildcard of the topic filter does not stand alone on its level')
  }
}

/** How many levels a topic name or filter has. */
export function levelCount(topic: string): number {
  let levels = 1
  for (let at = topic.indexOf('/'); at !== -1; at = topic.indexOf('/', at + 1)) levels++
  return levels
}

/** Whether a topic belongs to the server, so that no client may publish to it. */
export function isServerTopic(topic: string): boolean {
  return topic.startsWith('$SYS/') || topic === '$SYS' || topic.startsWith('$sparkplug/') || topic.startsWith(SHARE)
}
