import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { Agent, request as httpsRequest } from 'node:https'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { startMock } from '../src/index.ts'
import { makeLog } from '../src/log.ts'
import { buildProgram, launch } from './binary.ts'
import { makeCertificates } from './certificates.ts'
import { run } from './command-line.ts'
import { until } from './exchange.ts'
import { fixture, start, user } from './kit.ts'
import { auth, json, turns } from './raw-http.ts'

const files = makeCertificates(t)
const { ca: caFile, tlsCert, tlsKey } = files
const tls = { tlsCert, tlsKey }
const ca = readFileSync(caFile)
const hello = JSON.stringify({ message: user('hello') })

interface Said {
  status: number
  text: string
}

const faulty = fixture([
  { name: 'lost', when: { text: 'lost' }, reply_fault: 'reset', steps: [{ say: 'Hello.' }] },
  { name: 'http', when: { text: 'http' }, http: { fault: 'reset' } },
  { name: 'cut', when: { text: 'cut' }, steps: [{ say: 'One.' }, { cut: 'reset' }] },
  { name: 'split', when: { text: 'split' }, split: 1, steps: [{ say: 'H\u00e9llo \u{1f44b}.' }] },
])

/** A request of a client that trusts our authority alone. */
const ask = (url: string, method = 'GET', body?: string) =>
  new Promise<Said>((resolve, reject) => {
    const agent = new Agent({ ca })
    const request = httpsRequest(url, { agent, method, headers: { ...auth, ...json } }, response => {
      response.setEncoding('utf8')
      let text = ''
      response.on('data', chunk => (text += String(chunk))).on('error', reject)
      response.on('end', () => {
        agent.destroy()
        resolve({ status: response.statusCode!, text })
      })
    })
    request.on('error', reject).end(body)
  })

t.test('HTTPS is served: turns, streams, the control API, by every name of the certificate', async t => {
  const { url } = await start(t, tls)
  t.match(url, /^https:\/\/127\.0\.0\.1:\d+$/)
  for (const at of [url, url.replace('127.0.0.1', 'localhost')]) {
    t.match(await ask(at + turns, 'POST', hello), { status: 200, text: 'Hello there.' })
    const streaming = JSON.stringify({ message: user('hello'), stream: true })
    t.match(await ask(at + turns, 'POST', streaming), { status: 200, text: /data: \[DONE\]\n\n$/ })
    t.equal((await ask(`${at}/__admin/ready`)).status, 200)
  }
})

for (const text of ['lost', 'http', 'cut']) {
  t.test(`a connection is reset over TLS as well: ${text}`, async t => {
    const { url, mock } = await start(t, { ...tls, fixtures: [faulty] })
    const body = JSON.stringify({ message: user(text), stream: text === 'cut' })
    await t.rejects(ask(url + turns, 'POST', body), { code: 'ECONNRESET' })
    t.match(mock.workspaces.of('test-key').journal.entries(), [{ script: { name: text }, end: 'cut' }])
  })
}

t.test('bytes are cut anywhere over TLS as well', async t => {
  const { url } = await start(t, { ...tls, fixtures: [faulty] })
  for (const stream of [true, false]) {
    const { status, text } = await ask(url + turns, 'POST', JSON.stringify({ message: user('split'), stream }))
    t.equal(status, 200)
    t.match(text, stream ? /data: \[DONE\]\n\n$/ : 'H\u00e9llo \u{1f44b}.')
  }
})

const closed = (socket: Socket) => new Promise(resolve => socket.once('close', resolve))

/** A mock over TLS that tells its log. */
async function told(t: Test) {
  let lines = ''
  const log = makeLog({ level: 'info', plain: true, write: text => (lines += text) })
  const { url, mock } = await start(t, { ...tls, log })
  return { url, mock, port: Number(new URL(url).port), lines: () => lines }
}

for (const [what, bytes] of [
  ['a GET', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  [
    'a POST with a long body',
    `POST ${turns} HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n${'x'.repeat(300_000)}`,
  ],
] as const) {
  t.test(`plain HTTP to the port of HTTPS, ${what}, is answered and logged as what it is`, async t => {
    const { port, lines, mock } = await told(t)
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    // What is still on its way when the server hangs up may break the connection behind the answer.
    socket.on('data', chunk => (answer += String(chunk))).on('error', () => {})
    await closed(socket)
    t.match(answer, /^HTTP\/1\.1 400 .*\r\n\r\nThis port speaks HTTPS and got plain HTTP: .*https:\/\/\.\n$/s)
    await until('logged', () => lines() !== '')
    t.equal(
      lines(),
      'unreadable request → refused: This port speaks HTTPS and got plain HTTP: use an address with https://, 400\n',
    )
    t.equal(mock.totals.refused, 1)
  })
}

t.test('a client that does not know the authority is told of in the log', async t => {
  const { url, lines } = await told(t)
  const { status } = await new Promise<{ status: number | null }>(resolve => {
    const client = launch(t, 'openssl', [
      's_client',
      '-connect',
      new URL(url).host,
      '-verify_return_error',
      '-verify',
      '1',
    ])
    void client.ended.then(code => resolve({ status: code as number }))
  })
  t.not(status, 0)
  await until('logged', () => lines() !== '')
  t.match(lines(), 'The client does not trust the certificate: give it the one of its issuer, 400')
})

t.test('what is neither is hung up on, and the server goes on', async t => {
  const { url, port } = await told(t)
  for (const bytes of ['garbage\r\n\r\n', '\u0016\u0003\u0001', '']) {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.on('error', () => {}).resume()
    await closed(socket)
  }
  t.equal((await ask(`${url}/__admin/ready`)).status, 200)
})

t.test('a connection without a handshake, and one without a request, do not keep the server from ending', async t => {
  const mock = await startMock(tls)
  const port = Number(new URL(mock.url).port)
  const silent = connect(port, '127.0.0.1')
  const idle = connectTls({ port, ca, host: 'localhost' })
  await Promise.all([once(silent, 'connect'), once(idle, 'secureConnect')])
  const gone = [silent, idle].map(socket => closed(socket.resume().on('error', () => {})))
  await mock.close()
  t.equal((await Promise.all(gone)).length, 2)
})

const folder = dirname(caFile)
writeFileSync(`${caFile}.broken`, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
writeFileSync(`${caFile}.key`, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n')
const refused: [what: string, given: { tlsCert?: string; tlsKey?: string }, words: string][] = [
  ['a certificate alone', { tlsCert }, '--tls-cert needs --tls-key beside it: the private key'],
  ['a key alone', { tlsKey }, '--tls-key needs --tls-cert beside it: the certificate'],
  [
    'a file that is not there',
    { tlsCert: `${tlsCert}x`, tlsKey },
    `--tls-cert: cannot read "${tlsCert}x": there is no such file`,
  ],
  ['a folder', { tlsCert, tlsKey: folder }, `--tls-key: cannot read "${folder}": it is a folder`],
  ['the two swapped', { tlsCert: tlsKey, tlsKey: tlsCert }, `--tls-cert: "${tlsKey}" holds no certificate in PEM form`],
  ['no key', { tlsCert, tlsKey: tlsCert }, `--tls-key: "${tlsCert}" holds no private key in PEM form`],
  [
    'a key of another certificate',
    { tlsCert, tlsKey: files.otherKey },
    `--tls-key: the key in "${files.otherKey}" does not fit the certificate in "${tlsCert}"`,
  ],
  [
    'a key with a passphrase',
    { tlsCert, tlsKey: files.lockedKey },
    `--tls-key: the key in "${files.lockedKey}" has a passphrase; "openssl pkey -in ${files.lockedKey}" writes it without one`,
  ],
  [
    'a damaged certificate',
    { tlsCert: `${caFile}.broken`, tlsKey },
    `--tls-cert: the certificate in "${caFile}.broken" cannot be read: it is damaged`,
  ],
  [
    'a damaged key',
    { tlsCert, tlsKey: `${caFile}.key` },
    `--tls-key: the key in "${caFile}.key" cannot be read: it is damaged`,
  ],
]
for (const [what, given, words] of refused) {
  t.test(`${what} is refused: by the program with exit code 2, by startMock with a TypeError`, async t => {
    const flags = [
      ...(given.tlsCert === undefined ? [] : ['--tls-cert', given.tlsCert]),
      ...(given.tlsKey === undefined ? [] : ['--tls-key', given.tlsKey]),
    ]
    for (const command of [
      ['serve', ...flags],
      ['exec', ...flags, '--', 'true'],
    ]) {
      const { code, out, err } = await run(command, { PORT: '0' })
      t.match({ code, out }, { code: 2, out: '' })
      t.ok(err.startsWith(words), err)
    }
    const error = await startMock(given).then(
      mock => mock.close(),
      (error: unknown) => error as Error,
    )
    t.type(error, TypeError)
    t.ok(error?.message.startsWith(words), `${error?.message}`)
  })
}

t.test('serve says https when it is ready, and healthcheck follows the certificate', async t => {
  const whileServing = async (url: string) => {
    t.match(url, /^https:\/\/127\.0\.0\.1:\d+$/)
    const { port } = new URL(url)
    const there = { code: 0, out: 'ready\n', err: '' }
    t.strictSame(await run(['healthcheck', '--port', port, '--tls-cert', tlsCert]), there)
    t.strictSame(
      await run(['healthcheck'], { PORT: port, ORQ_MOCK_TLS_CERT: tlsCert, ORQ_MOCK_TLS_KEY: tlsKey }),
      there,
    )
    const err = `not ready: http://127.0.0.1:${port}/__admin/ready: status 400\n`
    t.strictSame(await run(['healthcheck', '--port', port]), { code: 1, out: '', err })
  }
  const { code } = await run(['serve', '--port', '0', '--tls-cert', tlsCert, '--tls-key', tlsKey], {}, { whileServing })
  t.equal(code, 0)
})

const program = buildProgram()
const talk = `
  const { ORQ_BASE_URL: url, NODE_EXTRA_CA_CERTS: trusted } = process.env
  const reply = await fetch(url + '/__admin/ready').catch(error => error.cause.code)
  console.log(JSON.stringify({ url, trusted, reply: reply.status ?? reply }))`
const command = [process.execPath, '--input-type=module', '--eval', talk]
const flags = ['--base-path', '/orq', '--tls-cert', tlsCert, '--tls-key', tlsKey]

t.test('exec gives the command the address with https and path, and its trust as it was', async t => {
  const env = { NODE_EXTRA_CA_CERTS: caFile }
  const child = program.launch(t, ['exec', ...flags, '--', ...command], { env })
  t.equal(await child.ended, 0, child.err())
  t.match(JSON.parse(child.out()), { url: /^https:\/\/127\.0\.0\.1:\d+\/orq$/, trusted: caFile, reply: 200 })
  t.notMatch(child.err(), 'NODE_EXTRA_CA_CERTS')
})

t.test('where it trusts nothing more, exec lets Node trust a certificate that signs itself, and says so', async t => {
  const own = files.selfSigned
  const child = program.launch(t, ['exec', '--tls-cert', own, '--tls-key', tlsKey, '--', ...command])
  t.equal(await child.ended, 0, child.err())
  t.match(JSON.parse(child.out()), { trusted: own, reply: 200 })
  t.match(child.err(), `orq-agents-mock: NODE_EXTRA_CA_CERTS is set to ${own}\n`)
})

t.test("the vendor's SDK speaks with it, given the authority", async t => {
  const speak = `
    import { Orq } from '@orq-ai/node'
    const orq = new Orq({ apiKey: process.env.ORQ_API_KEY, serverURL: process.env.ORQ_BASE_URL })
    const message = { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] }
    const reply = await orq.agents.responses.create({ message }, 'customer_support')
    console.log(reply.output[0].role)
    for await (const event of await orq.agents.responses.create({ message, stream: true }, 'customer_support'))
      if (event.data.type === 'response.done') console.log('done')
    const { taskId } = await orq.agents.responses.get({ agentKey: 'customer_support', taskId: reply.taskId })
    console.log(taskId === reply.taskId)`
  const sdk = [process.execPath, '--input-type=module', '--eval', speak]
  const options = { env: { NODE_EXTRA_CA_CERTS: caFile }, cwd: fileURLToPath(new URL('..', import.meta.url)) }
  const child = program.launch(t, ['exec', ...flags, '--', ...sdk], options)
  t.equal(await child.ended, 0, child.err())
  t.equal(child.out(), 'agent\ndone\ntrue\n')
})
