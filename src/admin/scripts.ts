import { Type } from '@sinclair/typebox'
import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { ApiError } from '../contract/errors.ts'
import { Problem } from '../problem.ts'
import { toolsCalled } from '../script/calls.ts'
import { FixtureError } from '../language/fault.ts'
import { objectInputs } from '../loading/folder.ts'
import { fixtureSchema } from '../language/editor-schema.ts'
import { buildLibrary, emptyLibrary, type Library } from '../matching/library.ts'
import { loadScripts } from '../loading/load.ts'
import type { Script } from '../script/script.ts'
import { tokenOf } from '../http/auth.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { bodyRefusals, refusals, workspacesOf, type AdminContext } from './context.ts'

const LoadedScript = Type.Object(
  {
    name: Type.String(),
    agent: Type.String(),
    place: Type.String({ description: 'File and line.' }),
    after: Type.Optional(Type.Array(Type.String())),
    played: Type.Integer({ description: 'How many requests it won.' }),
  },
  { title: 'LoadedScript' },
)
const list = Type.Object({ scripts: Type.Array(LoadedScript) })

/** Loaded scripts, and those that a test brings along. */
export const scriptRoutes: FastifyPluginCallbackTypebox<AdminContext> = (app, context, done) => {
  const read = {
    tags: ['scripts'],
    summary: 'Loaded scripts, and how often each played',
    querystring: Type.Object(
      { unused: Type.Optional(Type.Boolean({ description: 'Only those that never played.' })) },
      { additionalProperties: false },
    ),
    response: { 200: list, 400: ApiError, ...refusals },
  }
  app.get('/__admin/scripts', { schema: read }, (request, reply) => {
    const workspaces = workspacesOf(request, context)
    const scripts = librariesOf(request, context, workspaces).flatMap(library =>
      library.scripts.map(script => viewScript(script, workspaces)),
    )
    reply.send({ scripts: request.query.unused ? scripts.filter(({ played }) => played === 0) : scripts })
  })

  const put = {
    tags: ['scripts'],
    summary: 'Scripts for this workspace, over those of the fixtures folder',
    description:
      'One fixture or a list of them, as /__admin/fixture.schema.json says. They replace what was put before. Without a bearer token they are for all workspaces.',
    body: Type.Unknown({ description: 'A fixture, or a list of fixtures.' }),
    response: { 200: list, 422: ApiError, ...bodyRefusals },
  }
  app.put('/__admin/fixtures', { schema: put }, async (request, reply) => {
    const library = await overlayOf([request.body].flat(), context)
    setOverlay(request, context, library)
    return reply.send({ scripts: library.scripts.map(script => viewScript(script, [])) })
  })

  const remove = {
    tags: ['scripts'],
    summary: 'Take the put scripts away',
    response: { 200: Type.Object({}), ...refusals },
  }
  app.delete('/__admin/fixtures', { schema: remove }, (request, reply) => {
    setOverlay(request, context, emptyLibrary)
    reply.send({})
  })

  const schema = {
    tags: ['scripts'],
    summary: 'The language of fixtures as a JSON Schema',
    response: {
      200: { content: { 'application/schema+json': { schema: Type.Object({}, { additionalProperties: true }) } } },
      ...refusals,
    },
  }
  app.get('/__admin/fixture.schema.json', { schema }, (_request, reply) => {
    reply.type('application/schema+json').send(fixtureSchema())
  })
  done()
}

async function overlayOf(fixtures: unknown[], { library, overlay }: AdminContext): Promise<Library> {
  // An overlay may wait for the results of calls that other scripts make.
  const known = [library(), overlay.library].flatMap(({ scripts }) => scripts.flatMap(toolsCalled))
  try {
    return buildLibrary(await loadScripts(objectInputs('overlay', fixtures), known))
  } catch (error) {
    if (!(error instanceof FixtureError)) throw error
    throw new Problem('bad_fixture', error.message, { extra: { faults: error.faults, total: error.total } })
  }
}

function setOverlay(request: FastifyRequest, context: AdminContext, library: Library): void {
  const token = tokenOf(request)
  if (token !== undefined) return context.workspaces.of(token).setOverlay(library)
  context.overlay.library = library
  for (const workspace of context.workspaces.all()) workspace.setOverlay(emptyLibrary)
}

/** Of one workspace, all it would look into; of all, what they have in common. */
function librariesOf(
  request: FastifyRequest,
  { overlay, library }: AdminContext,
  [first]: Workspace[],
): readonly Library[] {
  return tokenOf(request) !== undefined && first ? first.libraries() : [overlay.library, library()]
}

function viewScript(script: Script, workspaces: readonly Workspace[]) {
  return {
    name: script.name,
    agent: script.agentText,
    place: script.place,
    ...(script.after.length > 0 ? { after: [...script.after] } : {}),
    played: workspaces.reduce((sum, workspace) => sum + workspace.played(script), 0),
  }
}
