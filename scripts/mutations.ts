// The guards of Baton, each with the small change that takes it out, and the tests that must notice. Long, as it is one list. Where two
// guards stand behind each other (a lock and a unique key), the key is attacked by SQL alone, and the lock once more without its key.

export type Change = { readonly file: string; readonly find: string; readonly put: string };
export type Mutation = {
  readonly guard: string;
  /** What is taken out, in words. */
  readonly without: string;
  readonly changes: readonly Change[];
  readonly tests: readonly string[];
};

const KEYS = ['test/db/guards.test.ts'];
const LOCKS = ['test/domain/assignments/locks.test.ts'];
const RACES = ['test/domain/assignments/races.test.ts'];
const SPEAK = ['test/domain/assignments/speak.test.ts', 'test/journeys/takeover.test.ts'];
const MODEL = ['test/domain/sessions/turns-model.test.ts'];
const EXPLORATION = ['test/domain/sessions/exploration.test.ts'];
const FIRST = 'src/db/migrations/0001-foundation.ts';
const TURNS = 'src/db/migrations/0002-turns.ts';
const IMAGES = 'src/db/migrations/0003-images.ts';
const LEASES = ['test/domain/jobs/lease-job.test.ts'];
const OUTSIDE = 'src/db/migrations/0004-outside.ts';
const OUTSIDE_KEYS = ['test/db/outside-guards.test.ts'];
const DELIVERING = ['test/domain/deliveries/delivering.test.ts'];

/** It stays an index, and lets everything in. */
function withoutKey(file: string, name: string, tests: readonly string[] = KEYS): Mutation {
  const changes = [{ file, find: `unique key ${name} `, put: `key ${name} ` }];
  return {
    guard: `unique key \`${name}\``,
    without: 'its uniqueness (attacked by SQL, past the lock before it)',
    changes,
    tests,
  };
}

function withoutCheck(file: string, name: string, tests: readonly string[] = KEYS): Mutation {
  const changes = [{ file, find: `constraint ${name} check (`, put: `constraint ${name} check (true or ` }];
  return { guard: `check \`${name}\``, without: 'what it asks', changes, tests };
}

const NO_LOCK = { find: 'LockMode.PESSIMISTIC_WRITE', put: 'LockMode.NONE' };
const KEY_OF_PLACES = { file: TURNS, find: 'unique key session_robot_slot ', put: 'key session_robot_slot ' };
const DOMAIN = 'src/domain';

export const MUTATIONS: readonly Mutation[] = [
  {
    guard: '`lockConversation`',
    without: 'its lock',
    changes: [
      {
        file: `${DOMAIN}/conversations/lock-conversation.ts`,
        find: '{ lockMode: LockMode.PESSIMISTIC_WRITE }',
        put: '{}',
      },
    ],
    tests: SPEAK,
  },
  {
    guard: '`lockAgent`',
    without: 'its lock',
    changes: [{ file: `${DOMAIN}/agents/create-agent.ts`, ...NO_LOCK }],
    tests: LOCKS,
  },
  {
    guard: '`freeRobotSlot`',
    without: 'the lock of the gate, and the key `session_robot_slot` behind it',
    changes: [
      {
        file: `${DOMAIN}/sessions/robot-slots.ts`,
        find: '  await act.em.flush();\n  await lockGate(act, accountId);\n',
        put: '  await act.em.flush();\n',
      },
      KEY_OF_PLACES,
    ],
    tests: LOCKS,
  },
  {
    guard: 'the gate before robots’ places',
    without: 'the gate: the account’s own row is locked, for which every new contact waits',
    changes: [
      {
        file: `${DOMAIN}/sessions/robot-slots.ts`,
        find: "const sql = 'insert into robot_gate (account_id) values (?) on duplicate key update account_id = account_id'",
        put: "const sql = 'update account set updated_at = updated_at where id = ?'",
      },
    ],
    tests: LOCKS,
  },
  {
    guard: '`lockIfFree`',
    without: '`skip locked`: the check waits for whoever is at the conversation',
    changes: [
      {
        file: `${DOMAIN}/conversations/lock-conversation.ts`,
        find: 'LockMode.PESSIMISTIC_PARTIAL_WRITE',
        put: 'LockMode.PESSIMISTIC_WRITE',
      },
    ],
    tests: LOCKS,
  },
  {
    guard: 'isolation of an act',
    without: '`read committed`: acts see the state before their lock',
    changes: [{ file: 'src/act.ts', find: 'IsolationLevel.READ_COMMITTED', put: 'IsolationLevel.REPEATABLE_READ' }],
    tests: [...RACES, ...LOCKS],
  },
  {
    guard: 'a colliding key is tried again',
    without: 'the try',
    changes: [
      {
        file: 'src/act.ts',
        find: "error.errno === COLLIDING_KEY ? 'colliding key' : passingCause(error)",
        put: 'passingCause(error)',
      },
    ],
    tests: LOCKS,
  },
  ...['session_floor', 'message_external', 'assignment_seat', 'assignment_serves'].map((name) =>
    withoutKey(FIRST, name),
  ),
  ...['session_robot_slot', 'assignment_offered', 'transfer_open_from', 'transfer_open_to'].map((name) =>
    withoutKey(TURNS, name),
  ),
  ...['collaborator_open', 'participant_open', 'participant_invitation'].map((name) => withoutKey(TURNS, name)),
  ...['session_active_holds_floor', 'session_open_has_deadline', 'assignment_open_has_seat'].map((name) =>
    withoutCheck(FIRST, name),
  ),
  ...['session_slot_is_active', 'session_transferred_has_successor', 'transfer_open_is_requested'].map((name) =>
    withoutCheck(TURNS, name),
  ),
  ...['image_task_open', 'image_attempt_number', 'image_reply_once', 'payment_order', 'alarm_fold'].map((name) =>
    withoutKey(IMAGES, name),
  ),
  ...['job_running_is_leased', 'image_task_open_is_open', 'image_task_open_has_end', 'alarm_waits_is_due'].map((name) =>
    withoutCheck(IMAGES, name),
  ),
  {
    guard: 'a robot’s epoch (`speakAsRobot`)',
    without: 'the comparison with the conversation’s',
    changes: [{ file: `${DOMAIN}/assignments/speak.ts`, find: ' || conversation.epoch !== epoch', put: '' }],
    tests: SPEAK,
  },
  {
    guard: 'who speaks holds the floor (`sessionOnFloor`)',
    without: 'the floor',
    changes: [
      {
        file: `${DOMAIN}/assignments/speak.ts`,
        find: '{ id: sessionId, activeIn: conversation.id }',
        put: '{ id: sessionId }',
      },
    ],
    tests: SPEAK,
  },
  {
    guard: 'an agent speaks where they serve (`speakAsAgent`)',
    without: 'the question',
    changes: [
      {
        file: `${DOMAIN}/assignments/speak.ts`,
        find: 'if (!serves && !(await helpsIn(',
        put: 'if (false && !(await helpsIn(',
      },
    ],
    tests: SPEAK,
  },
  {
    guard: 'an offer is accepted in time (`checkOpen`)',
    without: 'its deadline',
    changes: [
      {
        file: `${DOMAIN}/assignments/answer-offer.ts`,
        find: ' && offer.deadlineAt !== null && offer.deadlineAt > act.now',
        put: '',
      },
    ],
    tests: RACES,
  },
  {
    guard: 'an offer expires in time (`expireOffer`)',
    without: 'its deadline',
    changes: [
      {
        file: `${DOMAIN}/assignments/answer-offer.ts`,
        find: ' || !seen.deadlineAt || seen.deadlineAt > act.now',
        put: '',
      },
    ],
    tests: LOCKS,
  },
  {
    guard: 'a transfer expires in time (`expireTransfer`)',
    without: 'its deadline',
    changes: [
      {
        file: `${DOMAIN}/assignments/expire-transfer.ts`,
        find: ' || !seen.deadlineAt || seen.deadlineAt > act.now',
        put: '',
      },
    ],
    tests: LOCKS,
  },
  {
    guard: 'a session expires in time (`expireSession`)',
    without: 'its deadline',
    changes: [
      {
        file: `${DOMAIN}/assignments/expire-session.ts`,
        find: ' || !session.deadlineAt || session.deadlineAt > act.now',
        put: '',
      },
    ],
    tests: LOCKS,
  },
  ...[
    ['a session', `${DOMAIN}/sessions/session.ts`, 'if (!canMove(this.state, to)) {'],
    ['an assignment', `${DOMAIN}/assignments/assignment.ts`, 'if (!possible.includes(to)) {'],
    ['a transfer', `${DOMAIN}/transfers/transfer.ts`, 'if (!possible.includes(to)) {'],
    ['an image task', `${DOMAIN}/images/image-task.ts`, 'if (!canMoveImage(this.state, to)) {'],
  ].map(([name = '', file = '', find = '']) => ({
    guard: `the moves of ${name} (\`moveTo\`)`,
    without: 'the table',
    changes: [{ file, find, put: 'if (false) {' }],
    tests: ['test/domain/moves.unit.test.ts'],
  })),
  {
    guard: 'no transfer without end (`nextInChain`)',
    without: 'the limit',
    changes: [
      {
        file: `${DOMAIN}/transfers/check-transfer.ts`,
        find: 'if (last.chain < most)',
        put: 'if (last.chain < most || true)',
      },
    ],
    tests: ['test/journeys/transfers.test.ts'],
  },
  {
    guard: 'one transfer at a time (`checkMayBeTransferred`)',
    without: 'the look for an open one',
    changes: [
      { file: `${DOMAIN}/transfers/check-transfer.ts`, find: '  if (known)\n', put: '  if (known && false)\n' },
    ],
    tests: ['test/journeys/transfers.test.ts', ...MODEL],
  },
  {
    guard: 'who waits does not push an agent aside (`isBarred`)',
    without: 'the bar',
    changes: [
      {
        file: `${DOMAIN}/assignments/barring.ts`,
        find: "return verdict.outcome === 'active' ? null : verdict;",
        put: 'return verdict.outcome ? null : verdict;',
      },
    ],
    tests: RACES,
  },
  {
    guard: 'a place goes to a robot that was interrupted (`planNextRobots`)',
    without: 'those who are paused',
    changes: [
      {
        file: `${DOMAIN}/sessions/robot-slots.ts`,
        find: "s.state in ('pending', 'paused')",
        put: "s.state in ('pending')",
      },
    ],
    tests: RACES,
  },
  {
    guard: 'a place that falls free is found (`planNextRobots`)',
    without: 'the gate: a robot that is told just now that there is none is not seen',
    changes: [
      {
        file: `${DOMAIN}/sessions/robot-slots.ts`,
        find: "await act.em.execute('select 1 from robot_gate where account_id = ? for update', [accountId]);",
        put: '',
      },
    ],
    tests: RACES,
  },
  {
    guard: 'work is claimed once (`claimJob`)',
    without: 'the state',
    changes: [
      {
        file: `${DOMAIN}/jobs/claim-jobs.ts`,
        find: "where id = ? and state in ('accepted', 'failed') for update skip locked",
        put: 'where id = ?',
      },
    ],
    tests: RACES,
  },
  {
    guard: 'what was transferred ends with its successor (`endOne`)',
    without: 'the followers',
    changes: [
      {
        file: `${DOMAIN}/assignments/end-session.ts`,
        find: "{ successorId: session.id, state: 'transferred' }",
        put: "{ successorId: session.id, state: 'pending' }",
      },
    ],
    tests: ['test/journeys/transfers.test.ts', ...MODEL],
  },
  {
    guard: 'a transfer ends with its session (`endOne`)',
    without: 'its end',
    changes: [
      {
        file: `${DOMAIN}/assignments/end-session.ts`,
        find: '  if (!transfer) return;',
        put: '  if (transfer || !transfer) return;',
      },
    ],
    tests: MODEL,
  },
  {
    guard: 'equal levels do not interrupt (`arbitrate`)',
    without: 'the difference',
    changes: [
      {
        file: `${DOMAIN}/sessions/arbitration.ts`,
        find: "  if (challenger.level < incumbent.level)\n    return wins(challenger, '4'",
        put: "  if (challenger.level <= incumbent.level)\n    return wins(challenger, '4'",
      },
    ],
    tests: ['test/domain/sessions/arbitration.unit.test.ts'],
  },
  {
    guard: 'robots are silent while a person is waited for (`nextOnFloor`)',
    without: 'the silence',
    changes: [
      {
        file: `${DOMAIN}/sessions/succession.ts`,
        find: 'robotSlotFree && !(robotsWait && awaited.length > 0)',
        put: 'robotSlotFree',
      },
    ],
    tests: ['test/domain/sessions/succession.unit.test.ts'],
  },
  {
    guard: 'no place too many (`nextOnFloor`)',
    without: 'the places',
    changes: [{ file: `${DOMAIN}/sessions/succession.ts`, find: 'robotSlotFree && !(robotsWait', put: '!(robotsWait' }],
    tests: EXPLORATION,
  },
  {
    guard: 'no dead end (`findDeadEnds` at the start)',
    without: 'the exit of what is paused',
    changes: [
      {
        file: `${DOMAIN}/sessions/lifecycle.ts`,
        find: "paused: ['active', 'transferred', 'completed', 'cancelled', 'timeout']",
        put: "paused: ['active', 'transferred', 'completed', 'cancelled']",
      },
    ],
    tests: ['test/domain/machines.unit.test.ts'],
  },
  {
    guard: 'a leased job is left alone (`claimLeasable`)',
    without: 'the end of the lease',
    changes: [
      {
        file: `${DOMAIN}/jobs/lease-job.ts`,
        find: "state = 'running' and leased_until < ?)\n     for update",
        put: "state = 'running' and ? is not null)\n     for update",
      },
    ],
    tests: LEASES,
  },
  {
    guard: 'only who has the lease writes an outcome (`endAttempt`)',
    without: 'the look at the lease',
    changes: [
      {
        file: `${DOMAIN}/images/end-attempt.ts`,
        find: '  if (!(await holdsLease(act, work.jobId, work.attemptId))) return null;\n',
        put: '',
      },
    ],
    tests: LEASES,
  },
  {
    guard: 'what comes too late is not taken (`endAttempt`)',
    without: 'the question whether the task still wants it',
    changes: [
      {
        file: `${DOMAIN}/images/end-attempt.ts`,
        find: 'const isWanted = stillWants(locked.task, work);',
        put: 'const isWanted = stillWants(locked.task, work) || true;',
      },
    ],
    tests: ['test/journeys/image-payments.test.ts'],
  },
  {
    guard: 'a mail goes out once (`markSending`)',
    without: 'the state of the attempt',
    changes: [
      {
        file: `${DOMAIN}/images/begin-attempt.ts`,
        find: "attempt.state !== 'begun' || ",
        put: '',
      },
    ],
    tests: LEASES,
  },
  {
    guard: 'a mail whose attempt is over does not go out (the worker’s gate)',
    without: 'what the note says',
    changes: [{ file: 'src/workers/image-steps.ts', find: 'if (!stands)', put: 'if (false)' }],
    tests: LEASES,
  },
  {
    guard: 'a mail that is called back in time does not go out (`markSending`)',
    without: 'the look at the task',
    changes: [
      {
        file: `${DOMAIN}/images/begin-attempt.ts`,
        find: '|| !isWanted || task.email !== attempt.recipient',
        put: '',
      },
    ],
    tests: ['test/journeys/image-mail.test.ts'],
  },
  {
    guard: 'no byte of a mail before its note (`makeGate`)',
    without: 'the wait',
    changes: [
      {
        file: 'src/integrations/mail-gate.ts',
        find: '    await opening.catch(() => {',
        put: '    void opening.catch(() => {',
      },
    ],
    tests: ['test/integrations/mail-gate.unit.test.ts'],
  },
  {
    guard: 'each word is heard once (`hearContact`)',
    without: 'how far it has listened',
    changes: [
      {
        file: `${DOMAIN}/images/hear-contact.ts`,
        find: '    id: { $gt: profile.heardTo },\n',
        put: '',
      },
    ],
    tests: ['test/domain/images/heard-forward.test.ts'],
  },
  {
    guard: 'workers take turns at telling operators (`alarm`)',
    without: 'the turn',
    changes: [
      { file: 'src/workers/alarm.ts', find: "'select get_lock(?, ?) as held'", put: "'select ? <> ? as held'" },
    ],
    tests: ['test/workers/alarm.test.ts'],
  },
  {
    guard: 'a link to a file is ours (`checkLink`)',
    without: 'its signature',
    changes: [
      {
        file: `${DOMAIN}/images/file-link.ts`,
        find: 'if (given.length !== right.length || !timingSafeEqual(given, right)) return',
        put: 'if (given.length !== right.length) return',
      },
    ],
    tests: ['test/api/files.test.ts'],
  },
  {
    guard: 'a link to a file ends (`checkLink`)',
    without: 'its time',
    changes: [
      {
        file: `${DOMAIN}/images/file-link.ts`,
        find: "now.getTime() < Number(exp) * 1000 ? 'ok' : 'expired'",
        put: "now.getTime() < Number(exp) * 1000 ? 'ok' : 'ok'",
      },
    ],
    tests: ['test/api/files.test.ts'],
  },
  {
    guard: 'no address inside is fetched (`judgeAddress`)',
    without: 'the judgement of plain addresses',
    changes: [
      {
        file: 'src/integrations/address-policy.ts',
        find: 'if (isIP(bare) !== 0 && !isPublic(bare)) throw',
        put: 'if (false) throw',
      },
    ],
    tests: ['test/integrations/address-policy.unit.test.ts'],
  },
  {
    guard: 'no name that leads inside is fetched (`makeGuardedDispatcher`)',
    without: 'the judgement of what a name leads to',
    changes: [
      {
        file: 'src/integrations/guarded-dispatcher.ts',
        find: '!addresses.every(({ address }) => isPublic(address))',
        put: '!addresses.every(({ address }) => isPublic(address) || true)',
      },
    ],
    tests: ['test/integrations/guarded-fetch.unit.test.ts'],
  },
  withoutKey(OUTSIDE, 'endpoint_channel', OUTSIDE_KEYS),
  withoutKey(OUTSIDE, 'delivery_effect', OUTSIDE_KEYS),
  withoutKey(OUTSIDE, 'delivery_lane_sends_one', OUTSIDE_KEYS),
  withoutKey(OUTSIDE, 'delivery_attempt_number', OUTSIDE_KEYS),
  withoutCheck(OUTSIDE, 'delivery_sends_in_lane', OUTSIDE_KEYS),
  withoutCheck(OUTSIDE, 'delivery_sending_is_leased', OUTSIDE_KEYS),
  {
    guard: 'effects are planned by the act (`planEffects`)',
    without: 'the call',
    changes: [{ file: 'src/act.ts', find: '      await planEffects(act);\n', put: '' }],
    tests: ['test/journeys/webhooks.test.ts'],
  },
  {
    guard: 'order in a lane (`nextOf`)',
    without: 'the look at what comes before',
    changes: [
      {
        file: `${DOMAIN}/deliveries/begin-delivery.ts`,
        find: "e.state in ('pending', 'sending') and e.id < d.id)",
        put: "e.state = 'sending' and e.id < d.id)",
      },
    ],
    tests: DELIVERING,
  },
  {
    guard: 'a worker that was lost leaves doubt (`takeBackLost`)',
    without: 'the doubt',
    changes: [
      {
        file: `${DOMAIN}/deliveries/begin-delivery.ts`,
        find: '    delivery.doubt = true;\n',
        put: '',
      },
    ],
    tests: DELIVERING,
  },
  {
    guard: 'what was taken away writes no outcome (`endDelivery`)',
    without: 'the look at the lease',
    changes: [
      {
        file: `${DOMAIN}/deliveries/end-delivery.ts`,
        find: '{ id: parcel.delivery.id, lease: parcel.lease }, lock)',
        put: '{ id: parcel.delivery.id }, lock)',
      },
    ],
    tests: DELIVERING,
  },
  {
    guard: 'a circuit opens (`afterFailure`)',
    without: 'the count of failures',
    changes: [
      {
        file: `${DOMAIN}/deliveries/endurance.ts`,
        find: 'const opens = isSure || failures >= OPENS_AFTER;',
        put: 'const opens = isSure;',
      },
    ],
    tests: [...DELIVERING, 'test/domain/deliveries/endurance.unit.test.ts'],
  },
  {
    guard: 'silence that is asked for (`placesOf`)',
    without: 'it',
    changes: [
      {
        file: `${DOMAIN}/deliveries/begin-delivery.ts`,
        find: '(circuit.pausedUntil !== null && circuit.pausedUntil > now)',
        put: 'false',
      },
    ],
    tests: DELIVERING,
  },
  {
    guard: 'only fresh words ask for anything (`hearWishes`)',
    without: 'the look at their age',
    changes: [{ file: `${DOMAIN}/messages/hear-wishes.ts`, find: '&& isFresh;', put: ';' }],
    tests: ['test/journeys/understanding.test.ts'],
  },
  {
    guard: 'a hook is proved (`verifySignature`)',
    without: 'the comparison',
    changes: [
      {
        file: 'src/integrations/chatwoot/signature.ts',
        find: 'return timingSafeEqual(Buffer',
        put: 'return true || timingSafeEqual(Buffer',
      },
    ],
    tests: ['test/integrations/chatwoot-signature.unit.test.ts'],
  },
  {
    guard: 'an old call of a hook is refused (`verifySignature`)',
    without: 'its time',
    changes: [
      {
        file: 'src/integrations/chatwoot/signature.ts',
        find: "age <= TOLERANCE_SECONDS ? 'verified' : 'stale'",
        put: "age <= TOLERANCE_SECONDS ? 'verified' : 'verified'",
      },
    ],
    tests: ['test/integrations/chatwoot-signature.unit.test.ts'],
  },
  {
    guard: 'a callback of WeCom is proved (`openCallback`)',
    without: 'the comparison of signatures',
    changes: [
      {
        file: 'src/integrations/wecom/callback.ts',
        find: "if (!isSame(signature, right)) return { refused: 'wrong_signature' };",
        put: '',
      },
    ],
    tests: ['test/integrations/wecom-callback.unit.test.ts', 'test/integrations/wecom-callbacks.unit.test.ts'],
  },
  {
    guard: 'a callback is for us (`decrypt`)',
    without: 'the look at the receiver',
    changes: [
      {
        file: 'src/integrations/wecom/callback.ts',
        find: "if (!isSame(plain.subarray(end).toString(), receiveId)) return { refused: 'wrong_receiver' };",
        put: '',
      },
    ],
    tests: ['test/integrations/wecom-callback.unit.test.ts', 'test/integrations/wecom-callbacks.unit.test.ts'],
  },
  {
    guard: 'a lane waits for no other (`deliverAll`)',
    without: 'the bell of what is planned meanwhile',
    changes: [{ file: 'src/workers/delivery.ts', find: '[...underWay, run.bell.promise]', put: '[...underWay]' }],
    tests: ['test/workers/delivery.test.ts'],
  },
];
