// The secret that a webhook's messages are signed with: 32 bytes by chance, written as Standard Webhooks has it.
import { randomBytes } from 'node:crypto';

export function makeWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}
