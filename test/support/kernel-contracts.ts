import type { KernelContract } from '../../src/contract/kernel-contract';

/** Every choice of implementations that a device can lead to. */
export const SHADER_ALTERNATIVES = ['packed', 'unpacked'].flatMap((dot) =>
  ['plain', 'subgroup'].map((rows) => ({
    'lib/dot4.wgsl': `lib/dot4_${dot}.wgsl`,
    'lib/row_tile_product.wgsl': `lib/row_tile_product_${rows}.wgsl`,
    'lib/neighbour_words.wgsl': `lib/neighbour_words_${rows}.wgsl`,
  })),
);

const contracts = import.meta.glob<{ readonly contract: KernelContract }>('../../src/contract/kernels/*.ts');

export async function loadContract(kernel: string): Promise<KernelContract> {
  const load = contracts[`../../src/contract/kernels/${kernel}.ts`];
  if (load === undefined) throw new Error(`src/contract/kernels/${kernel}.ts is missing`);
  return (await load()).contract;
}

export async function kernelContracts(): Promise<KernelContract[]> {
  return Promise.all(Object.values(contracts).map(async (load) => (await load()).contract));
}
