import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'

/** Options that are each what they must be, and cannot be used all the same. The message names their flags. */
export class OptionError extends TypeError {}

/** What HTTPS is served with, as the files have it. */
export interface TlsFiles {
  cert: Buffer
  key: Buffer
}

interface Given {
  tlsCert: string | undefined
  tlsKey: string | undefined
}

/** Undefined where HTTP is meant. Throws an OptionError for files that no HTTPS can be served with. */
export function readTls({ tlsCert, tlsKey }: Given): TlsFiles | undefined {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsKey === undefined) throw new OptionError('--tls-cert needs --tls-key beside it: the private key')
  if (tlsCert === undefined) throw new OptionError('--tls-key needs --tls-cert beside it: the certificate')
  const files = { cert: read('--tls-cert', tlsCert), key: read('--tls-key', tlsKey) }
  const certificate = certificateIn(files.cert, tlsCert)
  if (!certificate.checkPrivateKey(keyIn(files.key, tlsKey)))
    throw new OptionError(`--tls-key: the key in "${tlsKey}" does not fit the certificate in "${tlsCert}"`)
  demandUse(files)
  return files
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
}

function read(flag: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    throw new OptionError(`${flag}: cannot read "${file}": ${reasons[code] ?? message}`)
  }
}

function certificateIn(pem: Buffer, file: string): X509Certificate {
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new OptionError(`--tls-cert: "${file}" holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`)
  try {
    return new X509Certificate(pem)
  } catch {
    throw new OptionError(`--tls-cert: the certificate in "${file}" cannot be read: it is damaged`)
  }
}

function keyIn(pem: Buffer, file: string): KeyObject {
  if (/-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(pem.toString('latin1')))
    throw new OptionError(
      `--tls-key: the key in "${file}" has a passphrase; "openssl pkey -in ${file}" writes it without one`,
    )
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem.toString('latin1')))
    throw new OptionError(`--tls-key: "${file}" holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)`)
  try {
    return createPrivateKey(pem)
  } catch {
    throw new OptionError(`--tls-key: the key in "${file}" cannot be read: it is damaged`)
  }
}

/** What TLS itself has against them: a key that is too small, say, or a chain that is damaged further down. */
function demandUse(files: TlsFiles): void {
  try {
    createSecureContext(files)
  } catch (error) {
    throw new OptionError(`--tls-cert, --tls-key: TLS does not take them: ${(error as Error).message}`)
  }
}
