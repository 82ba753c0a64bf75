import { expect } from 'vitest';
import { linkShader } from '../../src/gpu/shader-linker';
import { shaderSources } from '../support/shader-sources';

/** An expression over functions of one shader module, to be evaluated on the GPU for many arguments. */
export interface ShaderProbe {
  /** The module, relative to `shaders/`. */
  readonly include: string;
  readonly alternatives?: Readonly<Record<string, string>>;
  /** Uniform arrays of `vec4<u32>` that the module looks into. */
  readonly tables?: Readonly<Record<string, Int16Array<ArrayBuffer>>>;
  /** Names by which the expressions call the arguments, all i32. */
  readonly parameters: readonly string[];
  /** WGSL expressions of type i32, and what each should be, from the same arguments. */
  readonly results: readonly { readonly wgsl: string; readonly expected: (...values: number[]) => number }[];
}

const STEM = 'probe';
const WORKGROUP_SIZE = 64;

function probeKernel({ include, tables = {}, parameters, results }: ShaderProbe): string {
  const values = parameters.map((name, index) => `    let ${name} = arguments[${index}u * count + id.x];`);
  const stores = results.map(({ wgsl }, index) => `    results[${index}u * count + id.x] = ${wgsl};`);
  const declarations = Object.entries(tables).map(
    ([name, { byteLength }], index) =>
      `@group(0) @binding(${2 + index}) var<uniform> ${name}: array<vec4<u32>, ${byteLength / 16}>;`,
  );
  return `//#include "${include}"
@group(0) @binding(0) var<storage, read> arguments: array<i32>;
@group(0) @binding(1) var<storage, read_write> results: array<i32>;
${declarations.join('\n')}

@compute @workgroup_size(${WORKGROUP_SIZE})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let count = arrayLength(&arguments) / ${parameters.length}u;
    if (id.x >= count) {
        return;
    }
${values.join('\n')}
${stores.join('\n')}
}
`;
}

/** The results of the probe's expressions, `[result][row]`. */
async function evaluate(device: GPUDevice, probe: ShaderProbe, rows: readonly (readonly number[])[]) {
  const sources = new Map([...shaderSources, [`kernels/${STEM}.wgsl`, probeKernel(probe)]]);
  const { code } = linkShader(STEM, sources, { constants: {}, alternatives: probe.alternatives ?? {} });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }) },
  });

  const columns = Int32Array.from(probe.parameters.flatMap((_, column) => rows.map((row) => row[column]!)));
  const inputs = device.createBuffer({
    size: columns.byteLength,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  device.queue.writeBuffer(inputs, 0, columns);
  const size = probe.results.length * rows.length * Int32Array.BYTES_PER_ELEMENT;
  const outputs = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC });
  const tables = Object.values(probe.tables ?? {}).map((contents) => {
    const table = device.createBuffer({
      size: contents.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    device.queue.writeBuffer(table, 0, contents);
    return table;
  });
  const readback = device.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });

  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [inputs, outputs, ...tables].map((buffer, binding) => ({ binding, resource: { buffer } })),
    }),
  );
  pass.dispatchWorkgroups(Math.ceil(rows.length / WORKGROUP_SIZE));
  pass.end();
  encoder.copyBufferToBuffer(outputs, 0, readback, 0, size);
  device.queue.submit([encoder.finish()]);
  await readback.mapAsync(GPUMapMode.READ);
  const values = new Int32Array(readback.getMappedRange().slice(0));
  for (const buffer of [inputs, outputs, ...tables, readback]) buffer.destroy();
  return probe.results.map((_, index) => values.subarray(index * rows.length, (index + 1) * rows.length));
}

/** Fails with the first few rows on which the GPU's integers are not TypeScript's. */
export async function expectEqualBits(
  device: GPUDevice,
  probe: ShaderProbe,
  rows: readonly (readonly number[])[],
): Promise<void> {
  const actual = await evaluate(device, probe, rows);
  const mismatches = probe.results.flatMap(({ wgsl, expected }, index) =>
    rows.flatMap((row, rowIndex) => {
      const [got, wanted] = [actual[index]![rowIndex]!, expected(...row)];
      return got === wanted
        ? []
        : [`${wgsl} with ${probe.parameters.join(', ')} = ${row.join(', ')}: ${got}, not ${wanted}`];
    }),
  );
  expect(mismatches.slice(0, 5), `${mismatches.length} of ${rows.length} rows differ`).toEqual([]);
}
