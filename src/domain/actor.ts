// Who acts: an agent, a contact, the holder of an API key, or Baton itself.
export type ActorType = 'agent' | 'contact' | 'key' | 'system';
export type Actor = { readonly type: ActorType; readonly id: string };
