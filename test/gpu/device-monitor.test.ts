import { expect, test } from 'vitest';
import { DeviceLostError } from '../../src/errors';
import { DeviceMonitor } from '../../src/gpu/device-monitor';

/** A device on which every call is invalid. @param lostAfterMs when it says that it is lost; null if it is not */
function invalidDevice(lostAfterMs: number | null): GPUDevice {
  const lost = new Promise((resolve) => {
    if (lostAfterMs !== null) setTimeout(resolve, lostAfterMs, { reason: 'destroyed', message: '' });
  });
  const device = {
    lost,
    addEventListener: () => undefined,
    pushErrorScope: () => undefined,
    popErrorScope: () => Promise.resolve({ message: 'the buffer is invalid' }),
  };
  return device as unknown as GPUDevice;
}

test('calls that fail because the device is gone are its loss, though it is told later', async () => {
  const monitor = new DeviceMonitor(invalidDevice(50), true);
  await expect(monitor.judged('run', () => 1).verdict).rejects.toThrow(DeviceLostError);
  const other = new DeviceMonitor(invalidDevice(50), true);
  other.scoped('upload', () => 1);
  await expect(other.settle()).rejects.toThrow(DeviceLostError);
});

test('calls that fail on a device that stays are told as they are', async () => {
  const monitor = new DeviceMonitor(invalidDevice(null), true);
  await expect(monitor.judged('run', () => 1).verdict).rejects.toThrow('cannot run: the buffer is invalid');
});
