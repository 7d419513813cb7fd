import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMock } from './mock.mjs'

/**
 * Starts the mock once more, over TLS and below a path, with a certificate of an authority that only the suites trust.
 * Undefined where there is no openssl to make them.
 */
export async function startSecureMock() {
  const folder = mkdtempSync(join(tmpdir(), 'sdk-suite-'))
  const clear = () => rmSync(folder, { recursive: true })
  try {
    const { ca, cert, key } = makeCertificates(folder)
    const mock = await startMock('--base-path', '/orq', '--tls-cert', cert, '--tls-key', key)
    const stop = async () => {
      await mock.stop()
      clear()
    }
    // What each language asks for the authorities that it trusts.
    return { stop, env: { SDK_SUITE_SECURE_URL: mock.url, NODE_EXTRA_CA_CERTS: ca, SSL_CERT_FILE: ca } }
  } catch (error) {
    clear()
    if (error.code !== 'ENOENT' || error.path !== 'openssl') throw error
    return undefined
  }
}

function makeCertificates(folder) {
  const at = name => join(folder, name)
  const openssl = (...args) => execFileSync('openssl', args, { stdio: 'pipe' })
  const [ca, caKey, request, cert, key, names] = ['ca', 'ca-key', 'request', 'cert', 'key', 'names'].map(at)
  const newKey = ['-newkey', 'rsa:2048', '-nodes']
  writeFileSync(names, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  openssl('req', '-x509', ...newKey, '-keyout', caKey, '-out', ca, '-days', '2', '-subj', '/CN=CA of the SDK suite')
  openssl('req', ...newKey, '-keyout', key, '-out', request, '-subj', '/CN=localhost')
  const signed = ['-CA', ca, '-CAkey', caKey, '-set_serial', '1', '-days', '2', '-extfile', names]
  openssl('x509', '-req', '-in', request, '-out', cert, ...signed)
  return { ca, cert, key }
}
