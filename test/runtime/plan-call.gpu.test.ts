import { expect, it } from 'vitest';
import { planCall } from '../../src/runtime/plan/plan-call';
import { describeOnContext } from '../support/gpu';
import { executable, sessionsOn } from '../support/gpu-session';
import { integerLstmGraph } from '../support/integer-lstm';
import { Random } from '../support/random';
import { FEATURES, twoLayers } from '../support/test-graphs';

describeOnContext('a planned call is what a session does', (context) => {
  it.each([
    ['a short sequence', 'step', twoLayers(), 2, 100, FEATURES],
    ['a short sequence', 'sequence', twoLayers(), 2, 100, FEATURES],
    [
      'more steps than a submission takes',
      'step',
      integerLstmGraph({ inputs: 2, units: 1 }, new Random(5)),
      1,
      9000,
      2,
    ],
  ] as const)('%s by %s', async (_, lstm, graph, batch, timesteps, features) => {
    const session = sessionsOn(context(), graph, { lstm, dot: 'packed', rows: 'plain' })(batch);
    const before = context().counts;
    await session.run(new Int8Array(batch * timesteps * features));
    const { submissions, dispatches, readbacks } = context().counts;
    session.dispose();
    const planned = planCall(executable(graph), {
      batch,
      timesteps,
      dot: 'packed',
      rows: 'plain',
      path: lstm,
      trace: false,
    });
    expect(planned).toMatchObject({
      submissions: submissions - before.submissions,
      dispatches: dispatches - before.dispatches,
      readbacks: readbacks - before.readbacks,
    });
  });
});
