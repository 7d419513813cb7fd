import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'

const project = fileURLToPath(new URL('..', import.meta.url))
const textOf = (name: string) => readFileSync(join(project, name), 'utf8')
const filesIn = (folder: string) =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => /\.\w+$/.test(name))
    .map(name => join(folder, name))

const github = filesIn('.github')
const pages = readdirSync(project).filter(name => name.endsWith('.md'))
const workflows = github.filter(name => name.includes('workflows'))
const release = textOf('.github/workflows/release.yml')
const manifest = JSON.parse(textOf('package.json')) as Record<string, unknown>

t.test('the package names no address of its own: the release fills in where it runs', async t => {
  for (const key of ['repository', 'homepage', 'bugs']) {
    t.notOk(key in manifest, key)
    t.match(release, new RegExp(`npm pkg set .*\\b${key}(\\.url)?=\\S*\\$HERE`), key)
  }
  t.match(release, 'HERE: ${{ github.server_url }}/${{ github.repository }}')
})

/** Where this project, or a person of it, could be thought to be found. */
const address = /\.\w+\/[^\s/]+\/orq-agents-mock|\bghcr\.io\/(?!\$)|npmjs\.com\/package|[a-z]@[a-z]\w*\.[a-z]/

for (const name of [...pages, ...github, 'package.json', 'Dockerfile', 'compose.yaml'])
  t.test(`${name} invents no address either`, async t => {
    t.notMatch(textOf(name), address)
  })

interface Workflow {
  permissions: Record<string, string>
  jobs: Record<string, { permissions?: Record<string, string>; steps?: { uses?: string }[] }>
}

for (const name of workflows)
  t.test(`${name} may write nothing by default, and pins its actions by their major version`, async t => {
    const { permissions, jobs } = parse(textOf(name)) as Workflow
    t.notOk(Object.values(permissions).includes('write'), 'permissions')
    for (const { uses } of Object.values(jobs).flatMap(({ steps }) => steps ?? []))
      if (uses !== undefined) t.match(uses, /^[\w-]+\/[\w-]+@v\d+$/)
  })

for (const name of github.filter(name => name.includes('ISSUE_TEMPLATE') && !name.endsWith('config.yml')))
  t.test(`${name} is a form: every field has a label, and an id of its own`, async t => {
    const {
      name: title,
      description,
      body,
    } = parse(textOf(name)) as Record<string, string> & {
      body: { type: string; id?: string; attributes: { label?: string } }[]
    }
    t.ok(title && description, 'name and description')
    const fields = body.filter(({ type }) => type !== 'markdown')
    t.ok(
      fields.every(({ attributes }) => attributes.label),
      'labels',
    )
    t.equal(new Set(fields.map(({ id }) => id)).size, fields.length)
  })
