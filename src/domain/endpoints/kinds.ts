// The kinds of places outside. A channel is where an account's conversations live; a webhook only hears of them.

export const CHANNELS = ['chatwoot', 'wecom'] as const;
export type Channel = (typeof CHANNELS)[number];

export const ENDPOINT_KINDS = ['webhook', ...CHANNELS] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];
