// Rows of customer service about what was said before wait until that is here, and not for ever.
import { expect, test } from 'vitest';
import { runAct } from '../../../../src/act.ts';
import type { Act } from '../../../../src/domain/act.ts';
import { takeLateRow } from '../../../../src/domain/channels/wecom/take-late-row.ts';
import { Endpoint } from '../../../../src/domain/endpoints/endpoint.ts';
import { KF, Office } from '../../../support/office.ts';

const office = await Office.open({ workers: 0 });
const { world } = office;
const account = await office.app();
const ACTOR = { type: 'system', id: 'test' } as const;

const ended = {
  msgid: 'row-1',
  send_time: Math.floor(Date.now() / 1000),
  origin: 4,
  msgtype: 'event',
  event: { event_type: 'session_status_change', open_kfid: KF, external_userid: 'wm-late', change_type: 3 },
};

/** Takes it in an act. @returns what it came to, and how many jobs it planned. */
function take(row: unknown, after: string | null, seconds: number) {
  const until = new Date(world.kernel.clock().getTime() + seconds * 1000).toISOString();
  return runAct(world.kernel, ACTOR, async (act: Act) => {
    const endpoint = await act.em.findOneOrFail(Endpoint, { accountId: account });
    const { took } = await takeLateRow(act, endpoint, { row, after, until });
    const planned = act.planned.map(({ payload }) => JSON.parse(payload));
    return { took, planned };
  });
}

test('while the words before it are not here, it is looked at again', async () => {
  const { took, planned } = await take(ended, 'wecom:not-yet', 60);
  expect(took).toBe('nothing yet');
  expect(planned).toMatchObject([{ row: ended, after: 'wecom:not-yet' }]);
});

test('when its time is over, nothing follows from it', async () => {
  expect(await take(ended, 'wecom:not-yet', -1)).toEqual({ took: 'nothing', planned: [] });
});

test('a recall of what never came, and a failure of what was never sent, wait as long and no longer', async () => {
  const about = (event: object) => ({
    ...ended,
    event: { ...event, open_kfid: KF, external_userid: 'wm-late' },
  });
  const recall = about({ event_type: 'user_recall_msg', recall_msgid: 'x' });
  const failure = about({ event_type: 'msg_send_fail', fail_msgid: 'x', fail_type: 5 });
  expect((await take(recall, null, 60)).took).toBe('nothing yet');
  expect((await take(failure, null, 60)).took).toBe('nothing yet');
  expect((await take(recall, null, -1)).took).toBe('nothing');
});

test('what is about nobody of ours is followed by nothing', async () => {
  expect(await take(ended, null, 60)).toEqual({ took: 'nothing', planned: [] });
});
