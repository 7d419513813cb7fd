import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'

const consumer = new URL('./types/consumer.ts.txt', import.meta.url)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The lines that do not compile, each with its first error. */
function errorsIn(text: string, strictness: ts.CompilerOptions): string[] {
  const options: ts.CompilerOptions = {
    ...strictness,
    strict: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    paths: { 'orq-agents-mock': [here('../src/index.ts')] },
  }
  const file = here('./types/consumer.ts')
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = name => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest)
  const program = ts.createProgram([file], options, host)
  const errors = ts.getPreEmitDiagnostics(program, program.getSourceFile(file))
  const lines = text.split('\n')
  return [...new Set(errors.map(({ start, file }) => lines[file!.getLineAndCharacterOfPosition(start!).line]!))]
}

for (const exactOptionalPropertyTypes of [true, false]) {
  const how = exactOptionalPropertyTypes ? 'with' : 'without'
  t.test(`what a load would refuse does not compile, and the rest does, ${how} exact optional properties`, async t => {
    const text = readFileSync(consumer, 'utf8')
    const refused = text.split('\n').filter(line => line.endsWith('// refused'))
    t.strictSame(errorsIn(text, { exactOptionalPropertyTypes }), refused)
  })
}
