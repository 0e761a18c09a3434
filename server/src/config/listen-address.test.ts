import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatListenAddress, isLoopback, listenProblem, parseListenAddress } from './listen-address.ts'

test('host and port are read, IPv6 in brackets', () => {
  assert.deepEqual(parseListenAddress('127.0.0.1:7420'), { host: '127.0.0.1', port: 7420 })
  assert.deepEqual(parseListenAddress('[::1]:0'), { host: '::1', port: 0 })
  assert.deepEqual(parseListenAddress('localhost:80'), { host: 'localhost', port: 80 })
  for (const text of ['', '7420', ':7420', '127.0.0.1', '127.0.0.1:', '127.0.0.1:65536', '::1:80', '[::1]', '[localhost]:80', 'a b:1', 'http://x:1']) {
    assert.equal(parseListenAddress(text), undefined, text)
  }
})

test('an address is written as it is read', () => {
  for (const text of ['127.0.0.1:7420', '[::1]:0', 'localhost:80']) {
    const address = parseListenAddress(text)
    assert.ok(address !== undefined)
    assert.equal(formatListenAddress(address), text)
  }
})

test('only addresses that stay on this computer count as loopback', () => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '0:0:0:0:0:0:0:1', 'localhost', 'LOCALHOST']) assert.equal(isLoopback(host), true, host)
  for (const host of ['0.0.0.0', '::', '10.0.0.7', '192.168.1.1', '::ffff:10.0.0.7', 'fe80::1', 'localhost.example.com', 'press3']) assert.equal(isLoopback(host), false, host)
})

test('the reason for refusing is said', () => {
  assert.equal(listenProblem('127.0.0.1:0'), undefined)
  assert.match(listenProblem('0.0.0.0:7420') ?? '', /can be reached from other computers/)
  assert.match(listenProblem('[::]:7420') ?? '', /can be reached from other computers/)
  assert.match(listenProblem('7420') ?? '', /expected HOST:PORT/)
})
