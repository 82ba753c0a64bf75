export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly disabled?: boolean;
  readonly onValue: (value: number) => void;
}

/** A whole number; what is none, or out of bounds, is not taken. */
export function NumberField({ label, value, min, max, disabled = false, onValue }: NumberFieldProps) {
  return (
    <label class="number">
      {label}
      <input
        type="number"
        value={value}
        min={min}
        max={max}
        disabled={disabled}
        required
        onChange={(event) => {
          const next = event.currentTarget.valueAsNumber;
          if (Number.isInteger(next) && next >= min && next <= max) onValue(next);
          else event.currentTarget.value = String(value);
        }}
      />
    </label>
  );
}
