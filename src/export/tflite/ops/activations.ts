import { ActivationFunctionType } from '../../../import/tflite/generated/activation-function-type';
import type { FusedActivation } from '../../../model';

export const ACTIVATIONS: Readonly<Record<FusedActivation, ActivationFunctionType>> = {
  none: ActivationFunctionType.NONE,
  relu: ActivationFunctionType.RELU,
  relu6: ActivationFunctionType.RELU6,
  reluN1To1: ActivationFunctionType.RELU_N1_TO_1,
};
