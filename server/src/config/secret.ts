import { readFileSync } from 'node:fs'
import { messageOf } from '../kernel/error.ts'
import { didYouMean } from './nearest-name.ts'

/** Largest file that a secret is read from, in characters. */
const MAX_SECRET_LENGTH = 64 * 1024

const REFERENCE = /^\$\{(env|file):([^{}]+)\}$/

/** What a reference gave: the secret, or why there is none. */
export type Reference = { readonly value: string } | { readonly problem: string }

/** Tells whether a text refers to a secret kept elsewhere: `${env:NAME}` or `${file:PATH}`. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text)
}

/** Fetches what a reference names. A line break at the end of a file does not belong to the secret. */
export function followReference(text: string, environment: Readonly<Record<string, string | undefined>>): Reference {
  const match = REFERENCE.exec(text)
  const [, kind = '', name = ''] = match ?? []
  if (kind === 'env') {
    const value = environment[name]
    if (value !== undefined && value !== '') return { value }
    return { problem: `the variable ${name} is ${value === undefined ? 'not set' : 'empty'}${didYouMean(name, Object.keys(environment))}` }
  }
  try {
    const value = readFileSync(name, 'utf8').replace(/\r?\n$/, '')
    if (value === '') return { problem: `the file ${name} is empty` }
    return value.length > MAX_SECRET_LENGTH ? { problem: `the file ${name} is too long for a secret` } : { value }
  } catch (thrown) {
    return { problem: `the file ${name} cannot be read: ${messageOf(thrown)}` }
  }
}
