import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { stringify } from 'yaml'
import type { Given } from './given.ts'
import { MAX_YAML_LENGTH, readYaml } from './yaml-source.ts'

function plain(given: Given | undefined): unknown {
  if (given === undefined) return undefined
  if (given.form === 'scalar') return given.value
  if (given.form === 'list') return given.items.map(plain)
  return Object.fromEntries([...given.entries].map(([key, entry]) => [key, plain(entry.node)]))
}

test('what yaml writes is read back the same', () => {
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.string({ minLength: 1 }), tie('tree'), { maxKeys: 4, noNullPrototype: true })),
  }))
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), tree, { maxKeys: 4, noNullPrototype: true }), (value) => {
      const { given, problems } = readYaml(stringify(value), 'x.yaml')
      assert.deepEqual(problems, [])
      assert.deepEqual(plain(given), JSON.parse(JSON.stringify(value)))
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('any text at all is read or refused with a place, and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]:,-&*a1#|>%@!?\'"\n \t'), maxLength: 60 }), (text) => {
      const { given, problems } = readYaml(text, 'x.yaml')
      assert.ok(problems.length === 0 || given === undefined)
    }),
    { seed: 7, numRuns: 2000 },
  )
})

test('syntax errors carry line and column', () => {
  const [problem] = readYaml('a: 1\nb: [1, 2\nc: 3\n', 'x.yaml').problems
  assert.ok(problem !== undefined && problem.origin.source === 'file')
  assert.ok(problem.origin.line >= 2, JSON.stringify(problem))
  assert.match(readYaml('a: 1\na: 2', 'x.yaml').problems[0]?.message ?? '', /unique/i)
})

test('an alias is followed, and a bomb of aliases is refused quickly', () => {
  assert.deepEqual(plain(readYaml('a: &x { n: 1 }\nb: *x', 'x.yaml').given), { a: { n: 1 }, b: { n: 1 } })
  const levels = Array.from({ length: 20 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`)
  const bomb = ['l0: &l0 [x]', ...levels].join('\n')
  assert.match(readYaml(bomb, 'x.yaml').problems[0]?.message ?? '', /more than 200000 values/)
})

test('what refers to itself, is too deep or too long is refused', () => {
  assert.equal(readYaml('a: &a [*a]', 'x.yaml').problems.length, 1)
  assert.match(readYaml('['.repeat(50) + ']'.repeat(50), 'x.yaml').problems[0]?.message ?? '', /deeper than 32/)
  assert.equal(readYaml('['.repeat(100_000), 'x.yaml').given, undefined)
  assert.match(readYaml('a'.repeat(MAX_YAML_LENGTH + 1), 'x.yaml').problems[0]?.message ?? '', /at most/)
})
