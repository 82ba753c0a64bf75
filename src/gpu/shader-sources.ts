/** WGSL text by path relative to `shaders/`: `lib/requantize.wgsl`, `kernels/lstm_step.wgsl`. */
export type ShaderSources = ReadonlyMap<string, string>;
