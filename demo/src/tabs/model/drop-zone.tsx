import { useState } from 'preact/hooks';

export interface DropZoneProps {
  readonly isBusy: boolean;
  /** Whether a model is open, so that arrays alone make sense. */
  readonly hasModel: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

const ACCEPTED = '.tflite,.onnx,.h5,.hdf5,.keras,.safetensors,.json,.npy,.npz';

/** Where files are dropped, or chosen by keyboard or finger. */
export function DropZone({ isBusy, hasModel, onFiles }: DropZoneProps) {
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={isOver ? 'drop over' : 'drop'}
      data-testid="drop"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => {
        setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <svg viewBox="0 0 48 48" aria-hidden="true">
        <path d="M24 31V9m-9 8 9-9 9 9M8 31v7a3 3 0 0 0 3 3h26a3 3 0 0 0 3-3v-7" />
      </svg>
      <p>
        <strong>{hasModel ? 'Drop another model, or arrays to feed it' : 'Drop a model here'}</strong>
        <span class="kinds">
          .tflite · .onnx · .keras · .h5 · .safetensors; weights alone with their .json
        </span>
        <span class="kinds">and arrays for it, .npy or .npz. Nothing leaves this browser.</span>
      </p>
      <label class="choose" aria-disabled={isBusy}>
        Choose files
        <input
          type="file"
          multiple
          accept={ACCEPTED}
          disabled={isBusy}
          onChange={(event) => {
            const input = event.currentTarget;
            onFiles([...(input.files ?? [])]);
            // The same file may be chosen again.
            input.value = '';
          }}
        />
      </label>
    </div>
  );
}
