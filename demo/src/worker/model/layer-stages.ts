import type { LayerTrace } from 'octogate';

/** What heat maps show of a layer, one sequence: the stages of `LayerTrace` with a batch of 1. */
export type LayerStages = Pick<
  LayerTrace,
  'layer' | 'direction' | 'timesteps' | 'units' | 'activation' | 'cell' | 'hidden'
>;

/** More columns than a heat map has pixels tell nobody more. */
export const MOST_TIMESTEPS = 256;

/** Gathers the stages of the first sequence of a batch, layer by layer, as they come in. */
export class StageCollector {
  readonly #layers = new Map<string, LayerTrace[]>();

  readonly add = (trace: LayerTrace): void => {
    const key = `${trace.layer} ${trace.direction}`;
    const parts = this.#layers.get(key) ?? [];
    this.#layers.set(key, parts);
    if (parts.reduce((sum, { timesteps }) => sum + timesteps, 0) < MOST_TIMESTEPS) parts.push(trace);
  };

  stages(): LayerStages[] {
    return [...this.#layers.values()].flatMap((parts) => {
      const [first] = parts;
      if (first === undefined) return [];
      const { layer, direction, units } = first;
      const all = parts.reduce((sum, part) => sum + part.timesteps, 0);
      const timesteps = Math.min(all, MOST_TIMESTEPS);
      const stages = {
        activation: new Int16Array(all * 4 * units),
        cell: new Int16Array(all * units),
        hidden: new Int8Array(all * units),
      };
      let step = 0;
      for (const part of parts) {
        for (let own = 0; own < part.timesteps; own++, step++) {
          const row = own * part.batch * units;
          stages.activation.set(part.activation.subarray(row * 4, (row + units) * 4), step * 4 * units);
          stages.cell.set(part.cell.subarray(row, row + units), step * units);
          stages.hidden.set(part.hidden.subarray(row, row + units), step * units);
        }
      }
      return {
        ...{ layer, direction, units, timesteps },
        activation: stages.activation.subarray(0, timesteps * 4 * units),
        cell: stages.cell.subarray(0, timesteps * units),
        hidden: stages.hidden.subarray(0, timesteps * units),
      };
    });
  }
}
