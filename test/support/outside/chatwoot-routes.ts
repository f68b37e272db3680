// Chatwoot's application API, as far as Baton uses it: who may call what, what is refused and in which words, and the answers' shapes,
// the odd ones too (an empty body, a bare `null`).
import { type ChatwootState, type Conversation, type Message, type Sender, TEAMS } from './chatwoot-state.ts';
import { ACCOUNT, agentView, restContact, restConversation, restMessage } from './chatwoot-views.ts';
import type { Recorded } from './local-server.ts';

/** `body` undefined: none at all. */
export type Reply = { readonly status: number; readonly body?: unknown };
export type RouteOptions = {
  readonly botToken: string;
  readonly userToken: string;
  readonly bot: Sender;
  readonly user: Sender;
  /** An agent who opens a conversation gets it; an administrator does not. */
  readonly userIsAgent: boolean;
  /** Older servers keep of a message's `content_attributes` but `items` and `in_reply_to`. */
  readonly keepsAttributes: boolean;
  readonly keepsSourceId: boolean;
};

type Body = Readonly<Record<string, unknown>>;
type Asked = { readonly request: Recorded; readonly body: Body; readonly by: Sender };
type Handler = (state: ChatwootState, conversation: Conversation, asked: Asked, options: RouteOptions) => Reply;

export function answerTo(state: ChatwootState, request: Recorded, options: RouteOptions): Reply {
  const by = whoAsks(request, options);
  if (!by) return refusal(401, 'Invalid Access Token');
  const [, account, path = ''] = /^\/api\/v1\/accounts\/(\d+)(\/.*)$/.exec(request.path) ?? [];
  const called = `${request.method} ${path.replaceAll(/\/\d+/g, '/:id')}`;
  const handler = HANDLERS[called];
  if (!handler || Number(account) !== ACCOUNT.id) return NOT_FOUND;
  if (by.type === 'agent_bot' && !FOR_BOTS.includes(called))
    return refusal(401, 'Access to this endpoint is not authorized for bots');
  const body = bodyOf(request);
  if (body === null) return refusal(400, 'There was a problem in the JSON you submitted');
  const id = Number(/\d+/.exec(path)?.[0]);
  if (path.startsWith('/contacts/')) return contact(state, id, { request, body, by });
  const conversation = state.conversations.find((each) => each.id === id);
  return conversation ? handler(state, conversation, { request, body, by }, options) : NOT_FOUND;
}

const HANDLERS: Readonly<Record<string, Handler>> = {
  'POST /conversations/:id/messages': createMessage,
  'GET /conversations/:id/messages': listMessages,
  'GET /conversations/:id': (state, conversation) => ({ status: 200, body: restConversation(state, conversation) }),
  'POST /conversations/:id/toggle_status': toggleStatus,
  'POST /conversations/:id/toggle_priority': togglePriority,
  'POST /conversations/:id/assignments': assign,
  'GET /conversations/:id/labels': (_state, { labels }) => ({ status: 200, body: { payload: labels } }),
  'POST /conversations/:id/labels': overwriteLabels,
  'POST /conversations/:id/custom_attributes': overwriteAttributes,
  'GET /contacts/:id': () => NOT_FOUND,
  'PUT /contacts/:id': () => NOT_FOUND,
};

const FOR_BOTS: readonly string[] = [
  'POST /conversations/:id/messages',
  'POST /conversations/:id/toggle_status',
  'POST /conversations/:id/toggle_priority',
  'POST /conversations/:id/assignments',
  'POST /conversations/:id/custom_attributes',
];

const NOT_FOUND: Reply = refusal(404, 'Resource could not be found');

function refusal(status: number, error: string): Reply {
  return { status, body: { error } };
}

function whoAsks({ headers }: Recorded, { botToken, userToken, bot, user }: RouteOptions): Sender | null {
  const token = headers.api_access_token ?? headers['api-access-token'];
  if (token === botToken) return bot;
  return token === userToken ? user : null;
}

function bodyOf({ body, headers }: Recorded): Body | null {
  if (body.length === 0) return {};
  if (!headers['content-type']?.startsWith('application/json')) return null;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

function createMessage(
  state: ChatwootState,
  conversation: Conversation,
  { body, by }: Asked,
  options: RouteOptions,
): Reply {
  const given = typeof body.content_attributes === 'object' ? { ...body.content_attributes } : {};
  const kept = ['items', 'in_reply_to'];
  const attributes = options.keepsAttributes
    ? given
    : Object.fromEntries(Object.entries(given).filter(([name]) => kept.includes(name)));
  const contentType = String(body.content_type ?? 'text');
  const isIncoming = body.message_type === 'incoming';
  if (isIncoming && state.options.channel !== 'Channel::Api')
    return refusal(422, 'Incoming messages are only allowed in Api inboxes');
  const wrong = whatIsWrong(contentType, attributes, String(body.content ?? ''));
  if (wrong !== null) return refusal(422, wrong);
  const written = state.contacts.find(({ id }) => id === conversation.contactId);
  const message = state.add(conversation, {
    type: isIncoming ? 0 : 1,
    content: isIncoming ? String(body.content) : rendered(String(body.content ?? ''), written?.name ?? ''),
    contentType,
    attributes,
    isPrivate: body.private === true,
    sender: by,
    sourceId: options.keepsSourceId && typeof body.source_id === 'string' ? body.source_id : null,
    echoId: typeof body.echo_id === 'string' ? body.echo_id : null,
  });
  return { status: 200, body: restMessage(message, true) };
}

const CONTENT_TYPES = ['text', 'input_email', 'cards', 'input_select', 'form', 'article', 'input_csat'];

function whatIsWrong(contentType: string, attributes: Body, content: string): string | null {
  if (!CONTENT_TYPES.includes(contentType)) return `'${contentType}' is not a valid content_type`;
  if (content.length > 150_000) return 'Validation failed: Content is too long (maximum is 150000 characters)';
  const items = Array.isArray(attributes.items) ? attributes.items : [];
  if (contentType === 'input_select') return wrongItems(items, ['title', 'value']);
  if (contentType !== 'cards') return null;
  const wrong = wrongItems(items, ['title', 'description', 'media_url', 'actions']);
  if (wrong !== null) return wrong;
  const actions = items.flatMap((item) => item.actions ?? []);
  if (items.some((item) => !Array.isArray(item.actions) || item.actions.length === 0))
    return 'Validation failed: Content attributes contains items missing actions';
  const foreign = foreignKeys(actions, ['text', 'type', 'payload', 'uri']);
  return foreign === ''
    ? null
    : `Validation failed: Content attributes contains invalid keys for actions:  [${foreign}]`;
}

function wrongItems(items: readonly object[], known: readonly string[]): string | null {
  if (items.length === 0) return 'Validation failed: Content attributes At least one item is required.';
  const foreign = foreignKeys(items, known);
  return foreign === '' ? null : `Validation failed: Content attributes contains invalid keys for items : [${foreign}]`;
}

function foreignKeys(items: readonly object[], known: readonly string[]): string {
  return items.flatMap((item) => Object.keys(item).filter((key) => !known.includes(key))).join(', ');
}

/** What goes out is read as a Liquid template, but for code; what it names and nobody knows becomes nothing. */
function rendered(content: string, name: string): string {
  if (/\{%/.test(content.replaceAll(/`[^`]*`/g, ''))) return content;
  return content.replaceAll(/`[^`]*`|\{\{\s*(.*?)\s*\}\}/g, (whole, variable?: string) =>
    variable === undefined ? whole : variable === 'contact.name' ? name : '',
  );
}

/** 20 before, 100 after, 1,000 between; oldest first. */
function listMessages(_state: ChatwootState, { messages, labels }: Conversation, { request }: Asked): Reply {
  const before = Number(request.query.get('before') ?? Number.NaN);
  const after = Number(request.query.get('after') ?? Number.NaN);
  return {
    status: 200,
    body: { meta: { labels, additional_attributes: {} }, payload: page().map((each) => restMessage(each)) },
  };

  function page(): readonly Message[] {
    if (after && before) return messages.filter(({ id }) => id >= after && id < before).slice(0, 1000);
    if (before) return messages.filter(({ id }) => id < before).slice(-20);
    if (after) return messages.filter(({ id }) => id > after).slice(0, 100);
    return messages.slice(-20);
  }
}

function toggleStatus(
  state: ChatwootState,
  conversation: Conversation,
  { body, by }: Asked,
  options: RouteOptions,
): Reply {
  const flipped = conversation.status === 'open' ? 'resolved' : 'open';
  const status = body.status === undefined ? flipped : body.status;
  if (status !== 'open' && status !== 'pending' && status !== 'resolved' && status !== 'snoozed')
    return { status: 500, body: { status: 500, error: 'Internal Server Error' } };
  const until = typeof body.snoozed_until === 'number' ? body.snoozed_until * 1000 : null;
  const takesIt = status === 'open' && by.type === 'user' && options.userIsAgent;
  state.change(conversation, { status, snoozedUntil: until, ...(takesIt && { assigneeId: by.id }) }, by.name);
  const payload = {
    success: true,
    conversation_id: conversation.id,
    current_status: conversation.status,
    snoozed_until: conversation.snoozedUntil,
  };
  return { status: 200, body: { meta: {}, payload } };
}

function togglePriority(state: ChatwootState, conversation: Conversation, { body, by }: Asked): Reply {
  const { priority } = body;
  if (priority && !['low', 'medium', 'high', 'urgent'].includes(String(priority)))
    return refusal(422, `'${priority}' is not a valid priority`);
  state.change(conversation, { priority: priority ? String(priority) : null }, by.name);
  return { status: 200 };
}

function assign(state: ChatwootState, conversation: Conversation, { body, by }: Asked): Reply {
  if ('assignee_id' in body) {
    const agent = agentView(Number(body.assignee_id));
    state.change(conversation, { assigneeId: agent === null ? null : Number(body.assignee_id) }, by.name);
    return { status: 200, body: agent };
  }
  if (!('team_id' in body)) return { status: 200, body: null };
  const team = TEAMS.find(({ id }) => id === body.team_id) ?? null;
  state.change(conversation, { teamId: team?.id ?? null }, by.name);
  return { status: 200, body: team };
}

function overwriteLabels(state: ChatwootState, conversation: Conversation, { body, by }: Asked): Reply {
  const labels = Array.isArray(body.labels) ? body.labels.map(String) : [];
  state.change(conversation, { labels }, by.name);
  return { status: 200, body: { payload: conversation.labels } };
}

function overwriteAttributes(state: ChatwootState, conversation: Conversation, { body, by }: Asked): Reply {
  const attributes = typeof body.custom_attributes === 'object' ? { ...body.custom_attributes } : {};
  state.change(conversation, { customAttributes: attributes }, by.name);
  return { status: 200, body: { custom_attributes: attributes } };
}

const CONTACT_FIELDS = ['name', 'email', 'phone_number', 'identifier'] as const;

function contact(state: ChatwootState, id: number, { request, body }: Asked): Reply {
  const found = state.contacts.find((each) => each.id === id);
  if (!found) return NOT_FOUND;
  if (request.method === 'GET') return { status: 200, body: { payload: restContact(found) } };
  const { email, phone_number: phone } = body;
  if (typeof phone === 'string' && !/^\+[1-9]\d{1,14}$/.test(phone))
    return invalid('Phone number should be in e164 format', 'phone_number');
  if (email && state.contacts.some((each) => each.id !== id && each.email === email))
    return invalid('Email has already been taken', 'email');
  for (const field of CONTACT_FIELDS) {
    const value = body[field];
    if (typeof value === 'string') found[field] = value;
  }
  if (typeof body.custom_attributes === 'object') Object.assign(found.custom_attributes, body.custom_attributes);
  return { status: 200, body: { payload: restContact(found) } };
}

function invalid(message: string, attribute: string): Reply {
  return { status: 422, body: { message, attributes: [attribute] } };
}
