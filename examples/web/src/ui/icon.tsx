const STROKES = {
  clientes:
    "M16 19v-1.5a3.5 3.5 0 0 0-3.5-3.5h-5A3.5 3.5 0 0 0 4 17.500V19M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M20 19v-1.500a3.5 3.5 0 0 0-2.6-3.400M15.5 4.200a3.5 3.5 0 0 1 0 6.6",
  sheet: "M5 4h14v16H5zM5 9h14M5 14.500h14M10.5 9v11",
  contratos: "M7 3h7l5 5v13H7zM14 3v5h5M10 12.500h6M10 16.500h6",
  consumos: "M4 20h16M6.5 20v-6M12 20V5M17.5 20V10",
  cobrancas: "M3 6h18v12H3zM3 10h18M7 15h3",
  plus: "M12 5v14M5 12h14",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M20 20l-4-4",
  error: "M12 8v5M12 16.500v.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18",
  warning: "M12 9.500v4M12 17v.01M12 4 2.8 20h18.400z",
  check: "M5 12.5 10 17.5 19.5 7",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  close: "M6 6l12 12M18 6 6 18",
  back: "M14.5 5.5 8 12l6.5 6.5",
  upload: "M12 16V5M7 10l5-5 5 5M5 20h14",
  download: "M12 4v11M7 10.500l5 5 5-5M5 20h14",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.5 2",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 3v1.500M12 19.500V21M3 12h1.500M19.5 12H21M5.6 5.600l1 1M17.4 17.400l1 1M18.4 5.600l-1 1M6.6 17.400l-1 1",
  moon: "M20 14.500A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5",
  screen: "M4 5h16v11H4zM9 20h6M12 16v4",
} as const;

export type IconName = keyof typeof STROKES;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={STROKES[name]} />
    </svg>
  );
}
