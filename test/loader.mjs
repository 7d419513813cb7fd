// Lets Node 20 run TypeScript: tap loads this file into each process of tests. Node 22 and later do so by themselves.
// What esbuild made of a file is kept in .tap/typescript until the file changes, as 150 files anew in every process
// would take most of the time that the tests take.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { register } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const project = fileURLToPath(new URL('..', import.meta.url))
const loader = readFileSync(new URL(import.meta.url))

if (isMainThread && !process.features.typescript) register(import.meta.url)

/** The hook of Node's that reads a module. It runs in a thread of its own. */
export async function load(url, context, next) {
  if (!/^file:.*(?<!\/node_modules\/.*)\.ts$/.test(url)) return next(url, context)
  return { format: 'module', source: await javaScriptOf(fileURLToPath(url)), shortCircuit: true }
}

async function javaScriptOf(file) {
  const text = readFileSync(file)
  const version = `// ${createHash('sha1').update(loader).update(text).digest('hex')}\n`
  const kept = join(project, '.tap', 'typescript', `${relative(project, file)}.mjs`)
  const known = textOf(kept)
  if (known.endsWith(version)) return known
  const made = (await transformed(file, text)) + version
  keep(kept, made)
  return made
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

async function transformed(file, text) {
  const { transform } = await import('esbuild')
  const { code } = await transform(text, {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  })
  return code
}

/** Other processes may read the file at this moment: it is there whole, or not at all. */
function keep(file, text) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}`, text)
  renameSync(`${file}.${process.pid}`, file)
}
