import { Hdf5Group } from '../../src/import/keras/hdf5';
import type { Hdf5Array } from '../../src/import/keras/hdf5';

/** The arrays of a Keras weights file by layer and role: `lstm_1/recurrent_kernel`. */
export function readKerasWeights(bytes: Uint8Array): ReadonlyMap<string, Hdf5Array> {
  const weights = new Map<string, Hdf5Array>();
  const file = Hdf5Group.open(bytes);
  // `/lstm_1/lstm_1/lstm_cell_1/recurrent_kernel:0`
  const visit = (group: Hdf5Group, layer: string): void => {
    for (const key of group.keys) {
      const child = group.find(key);
      if (child !== null) visit(child, layer);
      const array = group.array(key);
      if (array !== null) weights.set(`${layer}/${key.replace(/:\d+$/, '')}`, array);
    }
  };
  for (const layer of file.keys) {
    const group = file.find(layer);
    if (group !== null) visit(group, layer);
  }
  return weights;
}
