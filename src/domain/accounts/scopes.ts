// What a key may do. `ops` is for operators: every read, the queues, the metrics, retries.
export const SCOPES = [
  'accounts:read',
  'accounts:write',
  'keys:write',
  'agents:read',
  'agents:write',
  'contacts:read',
  'contacts:write',
  'tokens:write',
  'batches:write',
  'conversations:read',
  'conversations:write',
  'messages:write',
  'sessions:read',
  'sessions:write',
  'routing:read',
  'images:read',
  'images:write',
  'endpoints:read',
  'endpoints:write',
  'jobs:read',
  'jobs:write',
  'streams:read',
  'ops',
] as const;

export type Scope = (typeof SCOPES)[number];
