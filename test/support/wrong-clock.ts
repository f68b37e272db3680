// Imported before a process begins: the clock of its machine is wrong, by CLOCK_OFF_SECONDS.
const off = Number(process.env.CLOCK_OFF_SECONDS) * 1000;
const RightDate = Date;

class WrongDate extends RightDate {
  static override now(): number {
    return RightDate.now() + off;
  }

  constructor(...given: [] | [number | string | Date]) {
    super(given.length === 0 ? WrongDate.now() : given[0]);
  }
}

globalThis.Date = WrongDate as DateConstructor; // called without `new` by nobody
