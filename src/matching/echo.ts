import { compileFixture } from '../script/compile.ts'
import { noEngines } from '../criteria/engines.ts'
import { noFolder } from '../script/fixture-folder.ts'
import type { Script } from '../script/script.ts'
import { objectSource } from '../language/source.ts'

const source = objectSource('echo', { scripts: [{ name: 'echo', steps: [{ say: '{{message.text}}' }] }] })

/** Answers with the text of the message, where that is wanted instead of a 404. */
export const echo: Script = compileFixture(source, noEngines, noFolder)[0]!
