// The AsyncAPI document of the sockets, from the event catalogue: one channel for each kind of stream, one message for each event.
import { z } from 'zod';
import { EVENTS, type EventType, streamKindsOf } from '../domain/events/catalogue.ts';
import { FOLLOWERS, STREAM_KINDS, type StreamKind } from '../domain/events/streams.ts';
import { readVersion } from '../version.ts';

const types = Object.keys(EVENTS) as EventType[]; // the keys are the event types

export function asyncApiDocument() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Baton, as it is pushed',
      version: readVersion(),
      license: { name: 'MIT' },
      description:
        'Socket.IO, websocket transport. Every frame is the event `event` with one envelope. A frame is a hint; the stream is the promise.',
    },
    servers: {
      socket: {
        host: 'localhost:3000',
        protocol: 'wss',
        description: 'Namespaces /agent and /contact; the token in `handshake.auth.token`.',
      },
    },
    channels: Object.fromEntries(STREAM_KINDS.map((kind) => [kind, channel(kind)])),
    operations: Object.fromEntries(
      STREAM_KINDS.map((kind) => [`follow-${kind}`, { action: 'send', channel: { $ref: `#/channels/${kind}` } }]),
    ),
    components: { messages: Object.fromEntries(types.map((type) => [type, message(type)])) },
  };
}

function channel(kind: StreamKind) {
  const own = types.filter((type) => streamKindsOf(type).includes(kind));
  return {
    address: kind === 'ops' ? 'ops' : `${kind}:{id}`,
    description: whereFollowed(kind),
    ...(kind === 'ops' ? {} : { parameters: { id: { description: 'The id that the stream is named by.' } } }),
    messages: Object.fromEntries(own.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
  };
}

function whereFollowed(kind: StreamKind): string {
  const namespaces = FOLLOWERS[kind].map((follower) => `/${follower}`);
  if (namespaces.length === 0) return `On no socket; keys read it by GET /v1/streams/${kind}/events.`;
  return `Followed on ${namespaces.join(' and ')}, by those whom it is about or whose account it is of.`;
}

function message(type: EventType) {
  const data = z.toJSONSchema(EVENTS[type].data, { io: 'output' });
  Reflect.deleteProperty(data, '$schema');
  const envelope = {
    v: { const: 1 },
    id: { type: 'string' },
    type: { const: type },
    stream: { type: 'string' },
    epoch: { type: 'string' },
    seq: { type: 'integer' },
    at: { type: 'string', format: 'date-time' },
    actor: { type: ['object', 'null'], properties: { type: { type: 'string' }, id: { type: 'string' } } },
    data,
  };
  return {
    name: 'event',
    title: type,
    summary: EVENTS[type].says,
    payload: { type: 'object', properties: envelope, required: Object.keys(envelope) },
  };
}
