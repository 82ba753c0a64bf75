import type { Graph } from '../../model';
import { SideBySide } from '../../report/side-by-side';
import type { SideBySideReport } from '../../report/side-by-side';
import type { SampleData } from '../data/sample-data';
import { startProgress } from '../progress';

/** Runs both forms of a model on the outputs alone, with a progress bar. */
export async function compareModels(
  float: Graph,
  integer: Graph,
  data: SampleData,
): Promise<SideBySideReport> {
  const both = await SideBySide.start(float, integer, { stages: false });
  const progress = startProgress(data.count);
  let done = 0;
  try {
    for await (const sample of data) {
      await both.add(sample);
      done += 1;
      progress.update(done, `comparing: sequence ${done} of ${data.count}`);
    }
    return both.report();
  } finally {
    progress.stop();
    both.dispose();
  }
}
