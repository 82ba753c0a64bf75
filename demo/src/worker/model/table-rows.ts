import type { Graph } from 'octogate/import';

/** Rows of the smallest table that an input of positions looks up; 1 if it looks up none. */
export function tableRows({ ops, tensors, inputs }: Graph, input: number): number {
  const rows = ops.flatMap((op) =>
    op.kind === 'gather' && op.indices === inputs[input] ? (tensors[op.input]?.shape[op.axis] ?? []) : [],
  );
  return rows.length === 0 ? 1 : Math.min(...rows);
}
