import type { GraphReport, OpReport, TensorReport } from 'octogate/inspect';
import { bytesOf, counted, kindOf, scaleOf, shapeOf } from './words';

/** The graph as it is computed: what goes in, ops in order with what each makes, what comes out. */
export function GraphView({ graph }: { readonly graph: GraphReport }) {
  const { inputs, outputs, ops, tensors } = graph;
  return (
    <>
      <div class="graph" tabIndex={0} role="group" aria-label="The graph" data-testid="graph">
        <ol>
          {inputs.map((tensor) => (
            <Node key={`in ${tensor.index}`} kind="end" title="input" name="" makes={[tensor]} reads={[]} />
          ))}
          {ops.map((op, index) => (
            <Node
              key={`op ${index}`}
              kind={`${op.kind === 'lstm' ? 'lstm ' : ''}${op.arithmetic === 'float32' ? 'float' : 'integer'}`}
              title={kindOf(op.kind)}
              name={op.name}
              makes={pick(tensors, op.outputs)}
              reads={readsOf(op, index, graph)}
            />
          ))}
          {outputs.map((tensor) => (
            <Node key={`out ${tensor.index}`} kind="end" title="output" name="" makes={[tensor]} reads={[]} />
          ))}
        </ol>
      </div>
      <details>
        <summary>All {counted(tensors.length, 'tensor')}, with shapes, types and scales</summary>
        <div class="tensors" tabIndex={0} role="group" aria-label="Tensors">
          <table>
            <thead>
              <tr>
                <th scope="col">#</th>
                <th scope="col">tensor</th>
                <th scope="col">role</th>
                <th scope="col">type</th>
                <th scope="col">shape</th>
                <th scope="col">scale</th>
                <th scope="col">size</th>
              </tr>
            </thead>
            <tbody>
              {tensors.map((tensor) => (
                <tr key={tensor.index}>
                  <td>{tensor.index}</td>
                  <td>{tensor.name}</td>
                  <td>{tensor.role}</td>
                  <td>{tensor.dtype}</td>
                  <td>{shapeOf(tensor.shape)}</td>
                  <td>{scaleOf(tensor)}</td>
                  <td>{tensor.bytes === null ? '' : bytesOf(tensor.bytes)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

interface NodeProps {
  /** Classes that its dot is drawn by. */
  readonly kind: string;
  readonly title: string;
  readonly name: string;
  readonly makes: readonly TensorReport[];
  /** Tensors that do not simply come from the op before. */
  readonly reads: readonly TensorReport[];
}

function Node({ kind, title, name, makes, reads }: NodeProps) {
  return (
    <li class={kind}>
      <div class="what">
        <b>{title}</b>
        {name !== '' && <span>{name}</span>}
        {reads.length > 0 && <small>reads {reads.map((tensor) => tensor.name).join(', ')}</small>}
      </div>
      <ul>
        {makes.map((tensor) => (
          <li key={tensor.index}>
            <code>
              {tensor.dtype} {shapeOf(tensor.shape)}
            </code>
            <small>
              {tensor.name}
              {tensor.quantization === null ? '' : ` · ${scaleOf(tensor)}`}
            </small>
          </li>
        ))}
      </ul>
    </li>
  );
}

function pick(tensors: readonly TensorReport[], ids: readonly number[]): TensorReport[] {
  return ids.flatMap((id) => tensors[id] ?? []);
}

/** In a chain each op reads what the one before made, which needs no words. */
function readsOf({ inputs }: OpReport, index: number, graph: GraphReport): TensorReport[] {
  const before = graph.ops[index - 1]?.outputs ?? graph.inputs.map((tensor) => tensor.index);
  const isChain = inputs.length === 1 && inputs.every((id) => before.some((made) => made === id));
  return isChain ? [] : pick(graph.tensors, inputs);
}
