/** Plain data as machines keep it: objects, arrays, typed arrays, numbers, booleans, texts, null. */
export type PlainState = unknown

/** Copies saved state into the living objects in place, so that references between machines stay whole. */
export function restoreInto(target: object, saved: object): void {
  if (ArrayBuffer.isView(target)) {
    if (!(target instanceof Float64Array && saved instanceof Float64Array)) throw new Error('BUG: state of an unknown array type')
    target.set(saved)
    return
  }
  if (Array.isArray(target) && Array.isArray(saved)) {
    target.length = saved.length
    for (const [index, value] of saved.entries()) target[index] = merged(target[index], value)
    return
  }
  for (const [key, value] of Object.entries(saved)) {
    Reflect.set(target, key, merged(Reflect.get(target, key), value))
  }
}

function merged(current: PlainState, saved: PlainState): PlainState {
  if (typeof current === 'object' && current !== null && typeof saved === 'object' && saved !== null) {
    restoreInto(current, saved)
    return current
  }
  return typeof saved === 'object' && saved !== null ? structuredClone(saved) : saved
}
