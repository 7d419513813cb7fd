/** The folder of a fixture, from which it may name files. Each throws an error with a message for people. */
export interface FixtureFolder {
  /** The content in base64. */
  bytes(path: string): string
  text(path: string): string
}

const refuse = () => {
  throw new Error('a fixture that is no file cannot name one: use bytes, or the text itself')
}

/** Of fixtures that are no files. */
export const noFolder: FixtureFolder = { bytes: refuse, text: refuse }
