/** ONNX Runtime itself, as an oracle: its WebAssembly build runs in Node. */
import * as ort from 'onnxruntime-web/wasm';
import { elementCount } from '../../src/model/shapes';

export interface OracleTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

ort.env.logLevel = 'error';
ort.env.wasm.numThreads = 1;

/** Runs a model once per element of `calls`; every value is given and returned by its name. */
export async function runOnnx(
  model: Uint8Array,
  calls: readonly Readonly<Record<string, OracleTensor>>[],
): Promise<Record<string, OracleTensor>[]> {
  const session = await ort.InferenceSession.create(model, { graphOptimizationLevel: 'disabled' });
  const results: Record<string, OracleTensor>[] = [];
  for (const inputs of calls) {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, toOrt(value)]));
    const outputs = await session.run(feeds);
    results.push(
      Object.fromEntries(
        Object.entries(outputs).map(([name, { dims, data }]) => [
          name,
          { shape: dims, data: Float32Array.from(data as Float32Array) },
        ]),
      ),
    );
  }
  await session.release();
  return results;
}

function toOrt({ shape, data }: OracleTensor): ort.Tensor {
  if (data.length !== elementCount(shape)) throw new Error(`${data.length} values for [${shape.join(', ')}]`);
  return data instanceof BigInt64Array
    ? new ort.Tensor('int64', data, [...shape])
    : new ort.Tensor('float32', data, [...shape]);
}
