// Who acts: an agent, a contact, a participant, the holder of an API key, or Baton itself.
export type ActorType = 'agent' | 'contact' | 'participant' | 'key' | 'system';
export type Actor = { readonly type: ActorType; readonly id: string };
