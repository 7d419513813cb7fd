import { dts } from 'rollup-plugin-dts'

/** The declarations of the library in one file, for `import` and again for `require`: TypeScript goes by the ending. */
export default {
  input: 'src/index.ts',
  output: [{ file: 'dist/index.d.ts' }, { file: 'dist/index.d.cts' }],
  plugins: [dts()],
  external: [/^[^./]/],
}
