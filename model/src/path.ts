/**
 * Paths of assets and signals: names joined by `/`, as in `acme/tianjin/machining/line1/press3` (unified namespace).
 * A name is any Unicode text that is safe in an MQTT topic, a URL and a file listing.
 */

/** Longest name of an asset or signal, in UTF-16 units. */
export const MAX_NAME_LENGTH = 200
/** Most names in one path; ISA-95 needs seven. */
export const MAX_PATH_DEPTH = 24
/** Longest path, in UTF-16 units. */
export const MAX_PATH_LENGTH = 1000

// Control characters, MQTT's wildcards, the separator, and the two that break a URL or a shell by sight.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f+#/\\\u2028\u2029\ufffe\uffff]/

/** Why `name` cannot be the name of an asset or a signal, as a sentence; `undefined` when it can. */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'a name must not be empty'
  if (name.length > MAX_NAME_LENGTH) return `a name must have at most ${MAX_NAME_LENGTH} characters, not ${name.length}`
  if (name === '.' || name === '..') return `"${name}" cannot be a name`
  if (name !== name.trim()) return 'a name must not begin or end with white space'
  if (FORBIDDEN.test(name)) return 'a name must not contain / \\ + # or control characters'
  if (!name.isWellFormed()) return 'a name must be well-formed Unicode'
  return undefined
}

/** Why `path` cannot be a path, naming the part that is wrong; `undefined` when it can. */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'a path must not be empty'
  if (path.length > MAX_PATH_LENGTH) return `a path must have at most ${MAX_PATH_LENGTH} characters, not ${path.length}`
  const names = path.split('/')
  if (names.length > MAX_PATH_DEPTH) return `a path must have at most ${MAX_PATH_DEPTH} names, not ${names.length}`
  for (const [index, name] of names.entries()) {
    const problem = nameProblem(name)
    if (problem !== undefined) return `name ${index + 1} of the path: ${problem}`
  }
  return undefined
}

/** The path without its last name; `undefined` for a path of one name. */
export function parentPath(path: string): string | undefined {
  const cut = path.lastIndexOf('/')
  return cut < 0 ? undefined : path.slice(0, cut)
}

/** The last name of a path. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Tells whether `path` is `ancestor` or lies below it. */
export function isUnder(path: string, ancestor: string): boolean {
  return path === ancestor || (path.startsWith(ancestor) && path.charCodeAt(ancestor.length) === 47)
}
