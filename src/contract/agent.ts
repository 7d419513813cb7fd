import { Type, type Static } from '@sinclair/typebox'

/** All but the first four may be what a fixture's `profile` says; that may say more. */
export const AgentProfile = Type.Object(
  {
    _id: Type.String(),
    key: Type.String(),
    project_id: Type.String(),
    status: Type.String({ description: '`live`, if the fixture does not say otherwise.' }),
    path: Type.String(),
    role: Type.String(),
    description: Type.String(),
    instructions: Type.String(),
    model: Type.Object({ id: Type.String() }),
    display_name: Type.Optional(Type.String()),
    memory_stores: Type.Optional(Type.Array(Type.String())),
    team_of_agents: Type.Optional(Type.Array(Type.Unknown())),
    engine: Type.Optional(Type.String()),
    type: Type.Optional(Type.String()),
  },
  { title: 'AgentProfile', description: 'An agent, as clients ask for it before they run it.' },
)
export type AgentProfile = Static<typeof AgentProfile>
