import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** Certificates of this run alone, made by openssl: an authority of our own, and what it signed. */
interface Certificates {
  /** The certificate of the authority. */
  ca: string
  /** For localhost and 127.0.0.1. */
  tlsCert: string
  tlsKey: string
  /** Of the same key, for the same names, signed by nobody else. */
  selfSigned: string
  /** The same key with a passphrase. */
  lockedKey: string
  /** One that fits nothing here. */
  otherKey: string
}

/** The paths of the files, which are gone when the test ends. */
export function makeCertificates(t: Test): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const newKey = (name: string) => {
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-out', at(name))
    return at(name)
  }
  const [caKey, tlsKey, otherKey] = [newKey('ca-key.pem'), newKey('key.pem'), newKey('other-key.pem')]
  const [ca, request, tlsCert] = [at('ca.pem'), at('request.pem'), at('cert.pem')]
  const names = at('names.txt')
  writeFileSync(names, 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  openssl('req', '-x509', '-new', '-key', caKey, '-out', ca, '-days', '2', '-subj', '/CN=CA of a test')
  openssl('req', '-new', '-key', tlsKey, '-out', request, '-subj', '/CN=localhost')
  const signed = ['-CA', ca, '-CAkey', caKey, '-set_serial', '1', '-days', '2', '-extfile', names]
  openssl('x509', '-req', '-in', request, '-out', tlsCert, ...signed)
  const lockedKey = at('locked-key.pem')
  openssl('pkey', '-in', tlsKey, '-aes128', '-passout', 'pass:secret', '-out', lockedKey)
  const selfSigned = at('self-signed.pem')
  const itsNames = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    tlsKey,
    '-out',
    selfSigned,
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    ...itsNames,
  )
  return { ca, tlsCert, tlsKey, selfSigned, lockedKey, otherKey }
}
