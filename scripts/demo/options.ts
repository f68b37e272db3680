// The words after `npm run demo --`.
import { parseArgs } from 'node:util';
import { messageOf } from '../start/ending.ts';

/** Where conversations may live that the demo plays besides its own. */
export const SYSTEMS = ['chatwoot', 'wecom'] as const;
export type System = (typeof SYSTEMS)[number];

export const USAGE = `npm run demo -- [--file F.jsonl | --with chatwoot,wecom] [--json]

Starts Baton on a database of its own, plays dialogues into it, shows live what agents and contacts are pushed while turns go
from a robot to a person and back and a picture is worked on, checks that nothing was lost, and stops everything again.

  --file F.jsonl  plays your dialogues instead of the examples: one JSON object a line, like
                    {"id": "d-1", "turns": [{"role": "customer", "text": "Hello", "at": "2026-01-31T09:00:00Z"},
                                            {"role": "robot", "text": "How can I help?"}]}
                  role  customer, contact or shop: the contact; robot; agent or human: a person of ours; system;
                        any other name: the contact if it speaks first in the dialogue, else a person of ours
                  at    when it was said; left out: seconds to minutes after the turn before, the same in every run
                  Only your dialogues are played, nobody adds a word. The message ids are <id>-<index of the turn>, from 0.
                  A line that is no dialogue is reported, and counts as one message that was refused.
  --with S        plays a scene for each of these systems too: chatwoot, wecom, or both with a comma between them. A local
                  protocol server takes the place of each, nothing outside this machine is called. Somebody writes there,
                  a robot answers that hears by webhooks, a person is asked for and comes, and what is done there is done
                  here. Not together with --file.
  --json          prints one line of JSON on stdout at the end, everything else on stderr; "ok" is true, and the exit code 0,
                  when every message was stored, a duplicate, or refused, no event was missed, every invariant holds,
                  the picture of the examples came by mail, and nothing is left to deliver; offers, transfersAccepted,
                  conflictsSettled, timeouts and imageTasksCompleted count what was pushed, mailsDelivered what arrived,
                  deliveries and deliveriesOpen what systems outside were told and were not, hooks what they told us;
                  chatwootMessages and wecomMessages, where --with names them, what both sides said there
  --help          this text`;

export type Options = {
  readonly file: string | null;
  readonly systems: readonly System[];
  readonly json: boolean;
  readonly help: boolean;
};

/** Words that are not understood; the exit code is 2. */
export class UsageError extends Error {}

export function readOptions(words: readonly string[]): Options {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        file: { type: 'string' },
        with: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.file === '') throw new Error('--file needs the path of a file.');
    if (values.file !== undefined && values.with !== undefined)
      throw new Error('--file plays your dialogues and nothing else: leave out --with.');
    const systems = values.with === undefined ? [] : systemsIn(values.with);
    return { file: values.file ?? null, systems, json: values.json ?? false, help: values.help ?? false };
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** In our order, each once. */
function systemsIn(words: string): System[] {
  const wanted = words.split(',').map((word) => word.trim());
  const unknown = wanted.find((word) => !SYSTEMS.some((system) => system === word));
  if (unknown !== undefined) throw new Error(`--with knows ${SYSTEMS.join(' and ')}, not “${unknown}”.`);
  return SYSTEMS.filter((system) => wanted.includes(system));
}
