// The turns of a few conversations in memory, made of the pure laws alone: who asks, who hands on, who goes. What the deeds do in rows,
// this does in a handful of objects; one test walks through all of it, another compares it with the database. Long, as it is one model.
import { freeSeat } from '../../../src/domain/agents/capacity.ts';
import { ASSIGNMENT_MOVES, type AssignmentState } from '../../../src/domain/assignments/assignment.ts';
import { deskStatus } from '../../../src/domain/conversations/desk-status.ts';
import { arbitrate, type OnConflict } from '../../../src/domain/sessions/arbitration.ts';
import { handlerOf, KINDS, type SessionKind } from '../../../src/domain/sessions/kinds.ts';
import { canMove, isOver, type SessionState } from '../../../src/domain/sessions/lifecycle.ts';
import { byPrecedence, nextOnFloor, type Waiting } from '../../../src/domain/sessions/succession.ts';
import { consequenceOf } from '../../../src/domain/transfers/escalation.ts';
import { TRANSFER_MOVES, type TransferState } from '../../../src/domain/transfers/transfer.ts';

/** A refusal, by the code that the deed gives. */
export class Refused extends Error {}

export type Turn = { -readonly [field in keyof Waiting]: Waiting[field] } & {
  order: number;
  /** It holds one of the places for robots. */
  place: boolean;
  seated: { agent: string; state: AssignmentState } | null;
  successor: string | null;
};
export type HandingOn = {
  from: string;
  to: string;
  toAgent: string | null;
  hops: number;
  state: TransferState;
  /** Of the one that hands on, before. */
  wasOnHold: boolean;
  /** The one that waits was opened for it. */
  own: boolean;
};
export type Thread = { turns: Turn[]; transfer: HandingOn | null; taken: HandingOn[]; chain: number };
export type Rules = {
  readonly agents: readonly string[];
  readonly seats: number;
  readonly places: number;
  readonly robotsWait: boolean;
  readonly onTimeout: 'return' | 'escalate';
  readonly maxHops: number;
};

export class Turns {
  readonly rules: Rules;
  threads: Thread[];
  opened = 0;

  constructor(rules: Rules, conversations: number) {
    this.rules = rules;
    this.threads = Array.from({ length: conversations }, () => ({ turns: [], transfer: null, taken: [], chain: 0 }));
  }

  copy(): Turns {
    const copy = new Turns(this.rules, 0);
    copy.opened = this.opened;
    copy.threads = this.threads.map(({ turns, transfer, taken, chain }) => ({
      turns: turns.map((turn) => ({ ...turn, seated: turn.seated && { ...turn.seated } })),
      transfer: transfer && { ...transfer },
      taken: taken.map((each) => ({ ...each })),
      chain,
    }));
    return copy;
  }

  open(index: number, kind: SessionKind, agent: string | null, onConflict: OnConflict): Turn {
    const thread = this.thread(index);
    if (agent !== null) this.#seat(agent);
    const handler = handlerOf(kind);
    const { level } = KINDS[kind];
    const waiting = agent === null ? undefined : this.#waitingFor(thread, agent);
    if (agent !== null && waiting && waiting.level <= level) {
      this.#serve(thread, waiting, agent);
      this.#settle();
      return waiting;
    }
    const turn = this.#newTurn(kind);
    const active = this.#contest(thread, { kind, handler, level, onConflict, taken: agent !== null }, turn);
    thread.turns.push(turn);
    if (active && handler === 'robot') this.#activate(turn);
    if (active && agent !== null) this.#serve(thread, turn, agent);
    this.#settle();
    return turn;
  }

  pause(index: number, id: string): void {
    const thread = this.thread(index);
    const turn = this.turn(thread, id);
    this.#leave(turn, 'paused');
    turn.onHold = true;
    this.#handOn(thread);
    this.#settle();
  }

  resume(index: number, id: string): void {
    const thread = this.thread(index);
    const turn = this.turn(thread, id);
    if (turn.state !== 'paused') throw new Refused('illegal_move');
    if (thread.transfer?.from === id) throw new Refused('transfer_open');
    const { kind, handler, level } = turn;
    const active = this.#contest(thread, { kind, handler, level, onConflict: 'queue', taken: true }, turn);
    turn.onHold = false;
    if (active) this.#activate(turn);
    this.#settle();
  }

  end(index: number, id: string, to: 'completed' | 'cancelled' | 'timeout'): void {
    const thread = this.thread(index);
    const turn = this.turn(thread, id);
    // What is in other hands does not end by time: it ends with them, or comes back.
    if (to === 'timeout' && (turn.state === 'transferred' || thread.transfer?.from === id)) return;
    this.#endOne(thread, turn, to);
    this.#handOn(thread);
    this.#settle();
  }

  transfer(index: number, id: string, toAgent: string | null): void {
    const thread = this.thread(index);
    const from = this.turn(thread, id);
    if (toAgent !== null && from.seated?.state === 'serving' && from.seated.agent === toAgent)
      throw new Refused('already_owner');
    if (toAgent !== null) this.#seat(toAgent);
    if (thread.transfer) throw new Refused('transfer_open');
    if (from.state !== 'active' && from.state !== 'paused') throw new Refused('illegal_move');
    if (thread.chain >= this.rules.maxHops) throw new Refused('transfer_loop');
    thread.chain += 1;
    const known = thread.turns.find(({ handler, state }) => handler === 'human' && state === 'pending');
    const kind = from.handler === 'human' ? from.kind : 'manual_customer_service';
    const to = known ?? this.#newTurn(kind);
    if (!known) thread.turns.push(to);
    // Between people it is as urgent as it was.
    if (!known && from.handler === 'human') to.level = from.level;
    thread.transfer = {
      from: id,
      to: to.id,
      toAgent,
      hops: 0,
      state: 'requested',
      wasOnHold: from.onHold,
      own: !known,
    };
    if (from.handler === 'robot') {
      if (from.state === 'active') this.#leave(from, 'paused');
      from.onHold = true;
    }
    this.#settle();
  }

  accept(index: number, agent: string): void {
    const thread = this.thread(index);
    if (this.status(thread) === 'resolved') throw new Refused('conversation_resolved');
    const waiting = this.#waitingFor(thread, agent);
    const served = thread.turns.filter(({ seated }) => seated?.state === 'serving');
    if (!waiting && served.some(({ seated }) => seated?.agent === agent)) return;
    const awaited = thread.turns.some(({ handler, state }) => handler === 'human' && state === 'pending');
    if (!waiting && (served.length > 0 || awaited)) throw new Refused('already_assigned');
    this.#serve(thread, waiting ?? this.#takeFloor(thread, agent), agent);
    this.#settle();
  }

  /** The one whom it is offered to by name says no. */
  decline(index: number): void {
    this.#settleTransfer(index, 'declined');
  }

  expire(index: number): void {
    this.#settleTransfer(index, 'expired');
  }

  #settleTransfer(index: number, why: 'declined' | 'expired'): void {
    const thread = this.thread(index);
    const { transfer } = thread;
    if (!transfer) throw new Refused('transfer_closed');
    const to = this.turn(thread, transfer.to);
    const consequence = consequenceOf({ ...this.rules, hops: transfer.hops, level: to.level });
    if (consequence.kind === 'return') this.#giveBack(thread, transfer, why);
    else {
      this.#unseat(to, 'released');
      [to.level, transfer.hops, transfer.toAgent] = [consequence.level, consequence.hops, null];
    }
    this.#settle();
  }

  withdraw(index: number): void {
    const thread = this.thread(index);
    if (!thread.transfer) throw new Refused('transfer_closed');
    this.#giveBack(thread, thread.transfer, 'returned');
    this.#settle();
  }

  /** The latest that was taken goes back to a robot. */
  handBack(index: number): void {
    const thread = this.thread(index);
    const transfer = thread.taken.at(-1);
    const from = transfer && thread.turns.find(({ id }) => id === transfer.from);
    const held = transfer && this.#heir(thread, transfer.to);
    if (!transfer || held?.state !== 'active') throw new Refused('transfer_closed');
    if (from?.handler !== 'robot') throw new Refused('illegal_move');
    this.#endOne(thread, held, 'completed');
    thread.turns.push(this.#newTurn(from.kind));
    this.#moveTransfer(transfer, 'returned');
    thread.taken = thread.taken.filter((each) => each !== transfer);
    this.#handOn(thread);
    this.#settle();
  }

  thread(index: number): Thread {
    const thread = this.threads[index];
    if (!thread) throw new Error(`no conversation ${index}`);
    return thread;
  }

  turn(thread: Thread, id: string): Turn {
    const turn = thread.turns.find((each) => each.id === id);
    if (!turn) throw new Refused('illegal_move');
    return turn;
  }

  status(thread: Thread) {
    return deskStatus(thread.turns);
  }

  placesFree(): number {
    return this.rules.places - this.threads.flatMap(({ turns }) => turns).filter(({ place }) => place).length;
  }

  seatsOf(agent: string): number {
    return this.threads.flatMap(({ turns }) => turns).filter(({ seated }) => seated?.agent === agent).length;
  }

  #newTurn(kind: SessionKind): Turn {
    this.opened += 1;
    const order = this.opened;
    const { handler, level } = KINDS[kind];
    const at = { order, id: String(order).padStart(4, '0'), openedAt: new Date(order) };
    return {
      ...at,
      kind,
      handler,
      level,
      state: 'pending',
      onHold: false,
      place: false,
      seated: null,
      successor: null,
    };
  }

  #seat(agent: string): void {
    const taken = new Set(Array.from({ length: this.seatsOf(agent) }, (_, seat) => seat));
    if (freeSeat(this.rules.seats, taken) === null) throw new Refused('agent_full');
  }

  /** @returns whether the floor is free for the challenger now. */
  #contest(thread: Thread, challenger: Parameters<typeof arbitrate>[0]['challenger'], self: Turn): boolean {
    const others = thread.turns.filter((turn) => turn !== self);
    const incumbent = others.find(({ state }) => state === 'active') ?? null;
    const verdict = arbitrate({
      incumbent,
      waiting: others.filter(({ state, onHold }) => !onHold && (state === 'pending' || state === 'paused')),
      challenger,
      robotsWait: this.rules.robotsWait,
      robotSlotFree: this.placesFree() > 0 || incumbent?.place === true,
    });
    if (verdict.outcome === 'refused') throw new Refused(verdict.rule === 'limit' ? 'robots_full' : 'floor_taken');
    if (verdict.interrupts && incumbent) this.#leave(incumbent, 'paused');
    return verdict.outcome === 'active';
  }

  #move(turn: Turn, to: SessionState): void {
    if (!canMove(turn.state, to)) throw new Refused('illegal_move');
    Object.assign(turn, { state: to, onHold: false, place: false });
  }

  #activate(turn: Turn): void {
    this.#move(turn, 'active');
    turn.place = turn.handler === 'robot';
  }

  #leave(turn: Turn, to: SessionState): void {
    this.#move(turn, to);
    if (isOver(to)) this.#unseat(turn, 'released');
  }

  #unseat(turn: Turn, to: AssignmentState): void {
    const moves: readonly AssignmentState[] = turn.seated ? ASSIGNMENT_MOVES[turn.seated.state] : [to];
    if (!moves.includes(to)) throw new Error(`a seat that is ${turn.seated?.state} can not become ${to}`);
    turn.seated = null;
  }

  #moveTransfer(transfer: HandingOn, to: TransferState): void {
    const moves: readonly TransferState[] = TRANSFER_MOVES[transfer.state];
    if (!moves.includes(to)) throw new Error(`a transfer that is ${transfer.state} can not become ${to}`);
    transfer.state = to;
  }

  #takeFloor(thread: Thread, agent: string): Turn {
    this.#seat(agent);
    const robot = thread.turns.find(({ state }) => state === 'active');
    if (robot) this.#leave(robot, 'paused');
    const turn = this.#newTurn('manual_customer_service');
    thread.turns.push(turn);
    return turn;
  }

  /** The foremost that waits for a person and may have the floor, unless somebody else is asked for it by name. */
  #waitingFor(thread: Thread, agent: string): Turn | undefined {
    return thread.turns
      .filter(({ handler, state }) => handler === 'human' && state === 'pending')
      .sort(byPrecedence)
      .find((turn) => !this.#isBarred(thread, turn) && [null, agent].includes(named(thread, turn)));
  }

  #isBarred(thread: Thread, turn: Turn): boolean {
    const incumbent = thread.turns.find(({ state }) => state === 'active');
    if (incumbent?.handler !== 'human') return false;
    if (thread.transfer?.to === turn.id && thread.transfer.from === incumbent.id) return false;
    return turn.level >= incumbent.level;
  }

  #serve(thread: Thread, turn: Turn, agent: string): void {
    const offered = turn.seated?.agent === agent;
    if (!offered) this.#seat(agent);
    if (turn.seated && !offered) this.#unseat(turn, 'released');
    const { transfer } = thread;
    if (transfer?.to === turn.id) this.#take(thread, transfer);
    for (const other of thread.turns) if (other.state === 'active' && other !== turn) this.#leave(other, 'paused');
    this.#activate(turn);
    turn.seated = { agent, state: 'serving' };
  }

  #take(thread: Thread, transfer: HandingOn): void {
    const from = this.turn(thread, transfer.from);
    this.#moveTransfer(transfer, 'accepted');
    this.#move(from, 'transferred');
    this.#unseat(from, 'released');
    from.successor = transfer.to;
    thread.transfer = null;
    thread.taken.push(transfer);
  }

  #endOne(thread: Thread, turn: Turn, to: 'completed' | 'cancelled' | 'timeout'): void {
    this.#leave(turn, to);
    for (const follower of thread.turns)
      if (follower.successor === turn.id && follower.state === 'transferred') this.#endOne(thread, follower, to);
    const { transfer } = thread;
    if (transfer?.from === turn.id || transfer?.to === turn.id) {
      this.#moveTransfer(transfer, 'cancelled');
      thread.transfer = null;
      const other = thread.turns.find(({ id }) => id !== turn.id && (id === transfer.from || id === transfer.to));
      if (other?.id === transfer.from) other.onHold = transfer.wasOnHold && other.state === 'paused';
      else if (other && transfer.own) this.#endOne(thread, other, 'cancelled');
    }
    thread.turns = thread.turns.filter(({ state }) => !isOver(state));
    thread.taken = thread.taken.filter((each) => this.#heir(thread, each.to) !== null);
  }

  #heir(thread: Thread, id: string): Turn | null {
    const turn = thread.turns.find((each) => each.id === id);
    return turn?.successor ? this.#heir(thread, turn.successor) : (turn ?? null);
  }

  #giveBack(thread: Thread, transfer: HandingOn, to: TransferState): void {
    this.#moveTransfer(transfer, to);
    thread.transfer = null;
    const from = this.turn(thread, transfer.from);
    from.onHold = transfer.wasOnHold && from.state === 'paused';
    const waited = this.turn(thread, transfer.to);
    if (transfer.own) this.#endOne(thread, waited, 'cancelled');
    else this.#unseat(waited, 'released');
    this.#handOn(thread);
  }

  #handOn(thread: Thread): void {
    if (thread.turns.some(({ state }) => state === 'active')) return;
    const next = nextOnFloor(thread.turns, { robotsWait: this.rules.robotsWait, robotSlotFree: this.placesFree() > 0 });
    if (next) this.#activate(next);
  }

  /** All that is planned by then has been done: places go to the best robots, offers to those who are named. */
  #settle(): void {
    for (;;) {
      const free = this.threads.filter(({ turns }) => !turns.some(({ state }) => state === 'active'));
      const circumstances = { robotsWait: this.rules.robotsWait, robotSlotFree: this.placesFree() > 0 };
      const [best] = free.flatMap(({ turns }) => nextOnFloor(turns, circumstances) ?? []).sort(byPrecedence);
      if (!best) break;
      this.#activate(best);
    }
    for (const thread of this.threads) {
      const to = thread.transfer && this.turn(thread, thread.transfer.to);
      const agent = thread.transfer?.toAgent ?? null;
      const [foremost] = thread.turns
        .filter(({ handler, state }) => handler === 'human' && state === 'pending')
        .sort(byPrecedence);
      if (!to || agent === null || to.seated || to !== foremost || this.#isBarred(thread, to)) continue;
      if (this.seatsOf(agent) < this.rules.seats) to.seated = { agent, state: 'offered' };
    }
  }
}

function named({ transfer }: Thread, { id }: Turn): string | null {
  return transfer?.to === id ? transfer.toAgent : null;
}
