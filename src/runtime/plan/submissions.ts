import type { PlannedCommand, PlannedTurn } from './plan';

/** Commands that go to the GPU in one submission. */
export type Submission = readonly PlannedTurn[];

/**
 * Bounds of one submission. The slowest adapter there is (SwiftShader on two cores) does about 1 GMAC/s and a dispatch in
 * 50 us, so either bound is near half a second there, well below the two seconds of the strictest watchdog.
 */
const MAX_WORK = 2 ** 29;
const MAX_DISPATCHES = 8192;

/**
 * Cuts a plan's commands into submissions of bounded GPU time. A small model's whole sequence is one; a single dispatch is
 * never cut.
 */
export function* submissions(commands: readonly PlannedCommand[]): Generator<Submission, void, undefined> {
  let part: PlannedTurn[] = [];
  let work = 0;
  let dispatches = 0;
  for (const command of flatten(commands)) {
    if (command.kind === 'dispatch') {
      const full = work + command.work > MAX_WORK || dispatches >= MAX_DISPATCHES;
      if (full && dispatches > 0) {
        yield part;
        part = [];
        work = 0;
        dispatches = 0;
      }
      work += command.work;
      dispatches += 1;
    }
    part.push(command);
  }
  if (part.length > 0) yield part;
}

function* flatten(commands: readonly PlannedCommand[]): Generator<PlannedTurn, void, undefined> {
  for (const command of commands) {
    if (command.kind !== 'repeat') {
      yield command;
      continue;
    }
    for (let turn = 0; turn < command.times; turn++) yield* command.body;
  }
}
