import { dts } from 'rollup-plugin-dts'

/** The declarations of the library in one file. */
export default {
  input: 'src/index.ts',
  output: { file: 'dist/index.d.ts' },
  plugins: [dts()],
  external: [/^[^./]/],
}
