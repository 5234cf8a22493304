// The shape of a chart as the server sends it. Times are milliseconds since the epoch.

/** 0 good, 1 invalid (calibration, out of range, stuck…), 2 device fault, 3 filled. */
export type Mark = 0 | 1 | 2 | 3;
export type Point = [time: number, value: number | null, mark: Mark, note?: string];
export type Severity = "info" | "notice" | "warning" | "serious" | "emergency";

export interface Series {
  name: string;
  /** "raw" is drawn grey and thin with its points, "main" in the accent colour with its last value named, "forecast" dashed from now on. */
  role: "raw" | "main" | "forecast";
  /** 1 to 7, the order of colours where several lines stand together. */
  colour?: number;
  /** The longest time between two points that a line may bridge. */
  bridge: number;
  points: Point[];
}

export interface Limit {
  value: number;
  label: string;
  severity: Severity;
  verified: boolean;
}

export interface ChartData {
  label: string;
  unit: string;
  decimals: number;
  from: number;
  to: number;
  level: boolean;
  series: Series[];
  limits: Limit[];
  gaps: [from: number, to: number, label: string][];
  /** Where measuring ends and forecasting begins; with the highest (or lowest) point of the forecast. */
  now?: number;
  peak?: [time: number, value: number];
}
