import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isUnder, lastName, MAX_PATH_DEPTH, nameProblem, parentPath, pathProblem } from './path.ts'

test('names of plants all over the world are names', () => {
  for (const name of ['press3', '天津', '1#'.slice(0, 1), 'Line 1', 'Ünïcode', 'a.b', 'a:b', '$x', 'ปั๊ม']) assert.equal(nameProblem(name), undefined, name)
})

test('what would break a topic, a URL or a listing is no name, and the reason says why', () => {
  assert.match(nameProblem('') ?? '', /empty/)
  for (const name of ['.', '..', 'a/b', 'a+b', 'a#', 'a\u0000', 'a\nb', ' a', 'a ', 'a\\b', '\ud800', 'x'.repeat(201)]) assert.notEqual(nameProblem(name), undefined, JSON.stringify(name))
  assert.match(pathProblem('a//b') ?? '', /name 2 of the path/)
  assert.match(pathProblem('a/../b') ?? '', /name 2 of the path/)
  assert.match(pathProblem(Array(MAX_PATH_DEPTH + 1).fill('a').join('/')) ?? '', /at most/)
})

test('a path knows its parent, its last name and what lies under it', () => {
  assert.equal(parentPath('a/b/c'), 'a/b')
  assert.equal(parentPath('a'), undefined)
  assert.equal(lastName('a/b/c'), 'c')
  assert.equal(isUnder('a/b', 'a'), true)
  assert.equal(isUnder('ab', 'a'), false)
  assert.equal(isUnder('a', 'a'), true)
})
